//! No private endpoint carries the vault's backups.

use crate::inventory::{CONNECTIONS, PrivateAccess, Vault, VaultService};
use crate::rule::{Check, Context, Defect, Outcome, Undecided, Verdict};

/// Judges Recovery Services vaults.
pub const CHECK: Check = Check::Vault(check);

fn check(vault: &Vault<'_>, context: &Context<'_, '_>) -> Verdict {
    let needs = context.estate.needs(vault, VaultService::Backup);
    if needs == Ok(false) {
        return Ok(Outcome::NotApplicable);
    }
    let access = context.estate.private_access(vault, VaultService::Backup);
    if access == Ok(PrivateAccess::Open) {
        return Ok(Outcome::Pass);
    }
    needs.map_err(|reason| {
        Undecided::because(reason, "whether the vault holds backup items was not read")
    })?;
    let access = access.map_err(|unknown| Undecided {
        reason: unknown.reason,
        path: unknown.path.into(),
        message: String::new(),
    })?;
    let message = match access.idle() {
        [] => "no private endpoint for backups leads to the vault".to_owned(),
        [idle, ..] => format!("its private endpoint for backups is of no use: {}", idle.state),
    };
    let states: Vec<&str> = access.idle().iter().map(|idle| idle.state.as_str()).collect();
    let defect = Defect::at(CONNECTIONS, message)
        .observed(states)
        .expected("an approved connection for group AzureBackup");
    Outcome::fail(access.idle().iter().fold(defect, |defect, idle| {
        defect.related(idle.id.as_str(), "a private endpoint that nothing passes")
    }))
}
