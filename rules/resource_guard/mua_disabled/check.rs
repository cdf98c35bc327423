//! No resource guard protects the vault's critical operations.

use crate::inventory::{Fact, GuardFlag, Reason, Vault};
use crate::rule::{Check, Context, Decide, Defect, Outcome, Undecided, Verdict};

/// Judges vaults of both kinds.
pub const CHECK: Check = Check::Vault(check);

fn check(vault: &Vault<'_>, _: &Context<'_, '_>) -> Verdict {
    let path = vault.guard_flag_path();
    let links = match &vault.guard_links {
        Fact::Known(links) => Some(links.len()),
        Fact::Absent | Fact::Unknown(_) => None,
    };
    if links.is_some_and(|links| links > 0) {
        return Ok(Outcome::Pass);
    }
    let flag = match (vault.guard_flag(), links) {
        // A list that was read and is empty needs no flag to confirm it.
        (Fact::Unknown(Reason::NotCollected), Some(0)) => None,
        (flag, _) => flag.decide(path)?,
    };
    let is_on = match flag {
        Some(flag) => flag == GuardFlag::On,
        // Backup vaults leave the flag out when it is off; Recovery Services vaults do not.
        None if links.is_some() || !vault.is_recovery_services() => false,
        None => {
            return Err(undecided(
                Reason::NotCollected,
                path,
                "neither the flag nor the links were read",
            ));
        }
    };
    match (is_on, links) {
        (true, None) => Ok(Outcome::Pass),
        (true, Some(_)) => Err(undecided(
            Reason::Conditional,
            path,
            "the vault says that multi-user authorization is on, but the list of its guard links is empty",
        )),
        (false, _) => Outcome::fail(
            Defect::at(path, "multi-user authorization is not enabled: one person can weaken or delete its backups alone")
                .observed(vault.resource.text(path).known().unwrap_or_else(|| "off".to_owned()))
                .expected("a link to a resource guard"),
        ),
    }
}

fn undecided(reason: Reason, path: &'static str, message: &str) -> Undecided {
    Undecided { reason, path: path.into(), message: message.to_owned() }
}
