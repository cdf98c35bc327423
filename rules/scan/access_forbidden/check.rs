//! Azure refused to show something that rules need.

use crate::inventory::Gap;
use crate::rule::{Check, Context, Defect, Outcome, Verdict};

/// Judges what could not be read.
pub const CHECK: Check = Check::Gap(check);

fn check(gap: &Gap, _: &Context<'_, '_>) -> Verdict {
    if !gap.is_forbidden() {
        return Ok(Outcome::NotApplicable);
    }
    let expected = gap.permission.as_deref().map_or_else(
        || "the role Reader at this scope".to_owned(),
        |permission| format!("{permission}, which the role Reader grants"),
    );
    let status = gap.status.map_or_else(|| gap.reason.to_string(), |status| status.to_string());
    Outcome::fail(
        Defect::at("", format!("access to {} was refused", gap.kind))
            .observed(status)
            .expected(expected),
    )
}
