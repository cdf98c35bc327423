//! What was protected is gone; its recovery points are all that is left.

use crate::inventory::{Fact, Protection, Reason, Workload};
use crate::rule::{Check, Context, Decide, Defect, Outcome, Undecided, Verdict};

/// Judges protected items and backup instances.
pub const CHECK: Check = Check::Protection(check);

fn check(item: &Protection<'_>, context: &Context<'_, '_>) -> Verdict {
    if item.workload == Fact::Known(Workload::Hybrid) || item.is_soft_deleted() == Ok(true) {
        return Ok(Outcome::NotApplicable);
    }
    let path = item.datasource_path();
    let datasource = item.datasource.as_ref().absent_is_unknown(Reason::NotCollected);
    let datasource = datasource.decide(path)?.map_or("", AsRef::as_ref);
    let exists = context.estate.datasource_exists(item).map_err(|reason| Undecided {
        reason,
        path: path.into(),
        message: "the list that would show its datasource was not read".to_owned(),
    })?;
    if exists {
        return Ok(Outcome::Pass);
    }
    Outcome::fail(
        Defect::at(
            path,
            "its datasource no longer exists: these recovery points are all that is left of it",
        )
        .observed(datasource)
        .expected("an existing resource, or a decision to keep or delete the points"),
    )
}
