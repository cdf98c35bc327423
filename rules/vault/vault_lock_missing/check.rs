//! No lock keeps the vault from being deleted.

use crate::inventory::Vault;
use crate::rule::{Check, Context, Defect, Outcome, Undecided, Verdict};

/// Judges vaults of both kinds.
pub const CHECK: Check = Check::Vault(check);

fn check(vault: &Vault<'_>, context: &Context<'_, '_>) -> Verdict {
    let locks = context.estate.locks_over(vault.resource.id.as_str());
    let mut unclear = None;
    for lock in &locks.found {
        match lock.forbids_deletion() {
            Ok(true) => return Ok(Outcome::Pass),
            Ok(false) => {}
            Err(reason) => {
                let message = format!("what lock {} forbids is unknown", lock.resource.id.name());
                unclear = Some(Undecided::because(reason, message));
            }
        }
    }
    unclear.map_or(Ok(()), Err)?;
    if let Some(reason) = locks.unread {
        let message =
            "the locks of the vault, its resource group and its subscription were not all read";
        return Err(Undecided::because(reason, message));
    }
    Outcome::fail(
        Defect::at(
            "",
            "no lock keeps the vault, its resource group or its subscription from being deleted",
        )
        .expected("a CanNotDelete lock on the vault or above it"),
    )
}
