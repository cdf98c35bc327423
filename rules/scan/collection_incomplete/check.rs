//! Something that should have been readable is missing or damaged.

use crate::inventory::Gap;
use crate::rule::{Check, Context, Defect, Outcome, Verdict};

/// Judges what could not be read for another reason than a refusal.
pub const CHECK: Check = Check::Gap(check);

fn check(gap: &Gap, _: &Context<'_, '_>) -> Verdict {
    if gap.is_forbidden() {
        return Ok(Outcome::NotApplicable);
    }
    let separator = if gap.message.is_empty() { "" } else { ": " };
    Outcome::fail(
        Defect::at("", format!("{} is {}{separator}{}", gap.kind, gap.reason, gap.message))
            .observed(gap.reason.as_str())
            .expected("the whole of it"),
    )
}
