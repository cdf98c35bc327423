//! A suppression waives nothing.

use crate::inventory::Reason;
use crate::rule::{Check, Context, Defect, Outcome, SuppressionUse, Undecided, Verdict};

/// Judges the suppressions of the configuration.
pub const CHECK: Check = Check::Suppression(check);

fn check(suppression: &SuppressionUse, _: &Context<'_, '_>) -> Verdict {
    if suppression.expired {
        return Ok(Outcome::NotApplicable);
    }
    if suppression.matches > 0 {
        return Ok(Outcome::Pass);
    }
    if !suppression.active {
        return Err(Undecided::because(Reason::NotCollected, "its rule did not run"));
    }
    if suppression.blinded {
        return Err(Undecided::because(
            Reason::NotCollected,
            "its rule was undecided on some resources",
        ));
    }
    Outcome::fail(
        Defect::at(
            "",
            "it matches no finding: what it waived is mended or gone, or its pattern is wrong",
        )
        .observed(0)
        .expected("at least one finding, or no suppression"),
    )
}
