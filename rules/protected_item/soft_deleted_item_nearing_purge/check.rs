//! Deleted backup data is about to be gone for good.

use crate::finding::Level;
use crate::inventory::{Reason, Span, TimeLeft};
use crate::rule::{Check, Context, Defect, Outcome, Target, Undecided, Verdict};

/// Judges protected items and deleted backup instances.
pub const CHECK: Check = Check::Target(check);

fn check(target: &Target<'_, '_>, context: &Context<'_, '_>) -> Verdict {
    let told = match target {
        Target::Protection(item) => {
            if !item
                .is_soft_deleted()
                .map_err(|reason| unknown(reason, item.soft_deleted_path()))?
            {
                return Ok(Outcome::NotApplicable);
            }
            item.time_left(context.estate, context.now)
        }
        other => other.resource().time_left(context.now),
    };
    let TimeLeft { path, left } = told.map_err(|(reason, path)| unknown(reason, path))?;
    let warn = context.parameters.integer("warn-days");
    if left > Span::days(warn) {
        return Ok(Outcome::Pass);
    }
    let message = if left <= Span(0) {
        "its deleted backup data is due to be purged now: after that nothing can be restored"
            .to_owned()
    } else {
        format!("its deleted backup data is purged in {left}: after that nothing can be restored")
    };
    let level = if left <= Span::days(7) { Level::Error } else { Level::Warning };
    let observed = target.resource().text(path).known().unwrap_or_default();
    Outcome::fail(
        Defect::at(path, message)
            .observed(observed)
            .expected(format!("a decision to undelete it or to let it go, {warn} days before"))
            .level(level),
    )
}

fn unknown(reason: Reason, path: &'static str) -> Undecided {
    Undecided { reason, path: path.into(), message: String::new() }
}
