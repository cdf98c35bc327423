//! `who-can destroy-backups`: how many people it takes to lose the backups of a vault, and how long.

use rayon::prelude::*;

use super::super::{exit, terminal};
use super::WhoCanArgs;
use super::estate::TargetError;
use crate::access::destruction::Summary;
use crate::access::who_can::NoTarget;
use crate::access::{Access, PrincipalId};
use crate::inventory::{Estate, Time, id};
use crate::report::{self, Format};

/// What the question is called.
pub(super) const NAME: &str = "destroy-backups";

pub(super) fn run(
    args: &WhoCanArgs,
    access: Access<'_, '_>,
    estate: &Estate<'_>,
    now: Time,
) -> miette::Result<u8> {
    let vaults = vaults(estate, &args.on).map_err(|error| TargetError::of(error, estate, NAME))?;
    let away = break_glass(args, access)?;
    let all = |vault: &&str| Some(access.destruction(vault)?.summary(access));
    let without = |vault: &&str| Some(access.destruction_without(vault, &away)?.summary(access));
    // Accounts for emergencies take no part, as in an audit; what it takes with them stands beside it.
    let with_all: Vec<Summary> = vaults.par_iter().filter_map(all).collect();
    let (answers, emergency): (Vec<Summary>, Vec<Summary>) = if away.is_empty() {
        (with_all, Vec::new())
    } else {
        (vaults.par_iter().filter_map(without).collect(), with_all)
    };
    let options = args.options();
    let unread = report::Unread::of(estate);
    terminal::print_with(|out| match args.format.into() {
        Format::Json => {
            report::destruction::write_json(&answers, &emergency, &unread, &now.to_string(), out)
        }
        _ => report::destruction::write_human(&answers, &emergency, &unread, out, &options),
    })?;
    // What is missing counts where it could change an answer.
    let is_open = answers.iter().any(|answer| !answer.is_settled());
    let is_incomplete = is_open || !unread.gaps.is_empty();
    Ok(if is_incomplete && !args.allow_incomplete { exit::INCOMPLETE } else { exit::CLEAN })
}

/// The accounts for emergencies that the configuration names and the estate knows.
fn break_glass(args: &WhoCanArgs, access: Access<'_, '_>) -> miette::Result<Vec<PrincipalId>> {
    let (_, config) = args.world().configured()?;
    Ok(config.break_glass.principals.iter().filter_map(|id| access.find(id)).collect())
}

/// The vaults that were named, that lie in a scope that was named, or that hold an item that was.
fn vaults<'e>(estate: &'e Estate<'_>, on: &[String]) -> Result<Vec<&'e str>, NoTarget> {
    let all = || estate.vaults.iter().map(|vault| vault.resource.id.as_str());
    for scope in on {
        if !scope.starts_with('/') {
            return Err(NoTarget::NoId(scope.clone()));
        }
        if !all().any(|vault| is_of(vault, scope)) {
            return Err(NoTarget::Foreign(scope.clone()));
        }
    }
    let is_named = |vault: &&str| on.is_empty() || on.iter().any(|scope| is_of(vault, scope));
    let found: Vec<&str> = all().filter(is_named).collect();
    if found.is_empty() { Err(NoTarget::None) } else { Ok(found) }
}

fn is_of(vault: &str, scope: &str) -> bool {
    id::is_within(vault, scope) || id::is_within(scope, vault)
}
