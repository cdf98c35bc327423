//! Somebody stopped, paused or suspended the backups of something that still exists.

use crate::inventory::{Fact, Protection, Reason, Workload};
use crate::rule::{Check, Context, Decide, Defect, Outcome, Undecided, Verdict};

/// Judges protected items and backup instances.
pub const CHECK: Check = Check::Protection(check);

fn check(item: &Protection<'_>, context: &Context<'_, '_>) -> Verdict {
    if item.is_soft_deleted().map_err(|reason| Undecided {
        reason,
        path: item.soft_deleted_path().into(),
        message: String::new(),
    })? {
        return Ok(Outcome::NotApplicable);
    }
    let path = item.state_path();
    let Some(state) = item.state.decide(path)? else {
        if item.is_active() == Ok(true) {
            return Ok(Outcome::Pass);
        }
        return Err(Undecided::because(Reason::NotCollected, "it does not say its state"));
    };
    if !state.is_stopped() {
        // What was never set up is for `protection-in-error` to say.
        return Ok(if state.is_active() { Outcome::Pass } else { Outcome::NotApplicable });
    }
    if item.workload == Fact::Known(Workload::Hybrid) {
        let message =
            "its backups are stopped, and Azure does not know whether the server still exists";
        return Err(Undecided::because(Reason::SourceCannotSay, message));
    }
    let exists = context.estate.datasource_exists(item).map_err(|reason| {
        Undecided::because(
            reason,
            "its backups are stopped, but whether its datasource still exists was not read",
        )
    })?;
    if !exists {
        return Ok(Outcome::NotApplicable);
    }
    Outcome::fail(
        Defect::at(
            path,
            "backups are stopped although the datasource still exists: nothing new can be restored",
        )
        .observed(state.name())
        .expected("active protection"),
    )
}
