//! No lock keeps the resource guard from being deleted.

use crate::inventory::Resource;
use crate::rule::{Check, Context, Defect, Outcome, Undecided, Verdict};

/// Judges resource guards.
pub const CHECK: Check = Check::Resource(check);

fn check(guard: &Resource<'_>, context: &Context<'_, '_>) -> Verdict {
    let locks = context.estate.locks_over(guard.id.as_str());
    let mut undecided = locks.unread.map(|reason| {
        Undecided::because(reason, "the locks over the resource guard were not read")
    });
    for lock in &locks.found {
        match lock.forbids_deletion() {
            Ok(true) => return Ok(Outcome::Pass),
            Ok(false) => {}
            Err(reason) => {
                let message = format!("what lock {} forbids is unknown", lock.resource.id.name());
                undecided = Some(Undecided::because(reason, message));
            }
        }
    }
    undecided.map_or(Ok(()), Err)?;
    let vaults = context.estate.vaults_guarded_by(guard.id.as_str());
    let defect = Defect::at("", "no lock keeps the resource guard from being deleted")
        .expected("a CanNotDelete lock on the guard, its resource group or its subscription");
    Outcome::fail(
        vaults.into_iter().fold(defect, |defect, vault| {
            defect.related(vault.id.as_str(), "a vault that it guards")
        }),
    )
}
