//! The vault's redundancy is not allowed and can no longer be changed.

use crate::inventory::{Fact, Reason, Setting, Vault};
use crate::rule::{Check, Context, Decide, Defect, Outcome, Undecided, Verdict};

/// Judges vaults of both kinds.
pub const CHECK: Check = Check::Vault(check);

/// From the weakest to the strongest.
const RANKS: [&str; 4] =
    ["LocallyRedundant", "ZoneRedundant", "GeoRedundant", "ReadAccessGeoZoneRedundant"];
const LOCK: &str = "related.storage_config.properties.storageTypeState";

fn check(vault: &Vault<'_>, context: &Context<'_, '_>) -> Verdict {
    let mut redundancies = vault.redundancies();
    if redundancies.known.is_empty() && redundancies.unknown.is_none() {
        return Ok(Outcome::NotApplicable);
    }
    let allowed = context.parameters.list("allowed");
    let is_refused =
        |found: &&Setting| !allowed.iter().any(|name| name.eq_ignore_ascii_case(&found.value));
    let mut refused: Vec<&Setting> = redundancies.known.iter().filter(is_refused).collect();
    if refused.is_empty() {
        return match redundancies.unknown.take() {
            Some((path, reason)) => Err(Undecided { reason, path, message: String::new() }),
            None => Ok(Outcome::Pass),
        };
    }
    let Some(why) = why_locked(vault, context)? else { return Ok(Outcome::NotApplicable) };
    if vault.is_recovery_services() {
        // One redundancy, named in up to three places; each store of a Backup vault has its own.
        refused.sort_by_key(|found| rank(&found.value));
        refused.truncate(1);
    }
    let defect = |found: &&Setting| {
        let described = redundancies.describe(found);
        let message = format!(
            "storage redundancy is {described}, which is not allowed, and can no longer be changed: {why}"
        );
        let observed = if found.is_default { None } else { Some(found.value.as_str()) };
        Defect::at(found.path.clone(), message).observed(observed).expected(allowed.clone())
    };
    Ok(Outcome::Fail(refused.iter().map(defect).collect()))
}

fn rank(value: &str) -> usize {
    RANKS.iter().position(|name| name.eq_ignore_ascii_case(value)).unwrap_or_default()
}

/// What keeps the redundancy from being changed; `None` if it still can be.
fn why_locked(vault: &Vault<'_>, context: &Context<'_, '_>) -> Result<Option<String>, Undecided> {
    let locked = vault.is_redundancy_locked();
    if locked == Fact::Known(true) {
        return Ok(Some("Azure has locked it".to_owned()));
    }
    let held = context.estate.held_by(vault.resource.id.as_str());
    if held.total > 0 {
        let kind = if vault.is_recovery_services() { "protected item" } else { "backup instance" };
        let plural = if held.total == 1 { "" } else { "s" };
        let deleted = match held.soft_deleted {
            0 => String::new(),
            some => format!(" ({some} soft-deleted)"),
        };
        return Ok(Some(format!("the vault holds {} {kind}{plural}{deleted}", held.total)));
    }
    vault.items_read.map_err(|reason| {
        let message = "storage redundancy is not allowed, but whether the vault protects anything yet was not read";
        Undecided::because(reason, message)
    })?;
    if vault.is_recovery_services() {
        locked.absent_is_unknown(Reason::NotCollected).decide(LOCK)?;
    }
    Ok(None)
}
