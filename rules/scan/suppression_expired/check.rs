//! A suppression is past its last day, so what it waived is live again.

use crate::rule::{Check, Context, Defect, Outcome, SuppressionUse, Verdict};

/// Judges the suppressions of the configuration.
pub const CHECK: Check = Check::Suppression(check);

fn check(suppression: &SuppressionUse, _: &Context<'_, '_>) -> Verdict {
    if !suppression.expired {
        return Ok(Outcome::Pass);
    }
    let live = match suppression.matches {
        0 => "it matches nothing any more".to_owned(),
        1 => "one finding is live again".to_owned(),
        many => format!("{many} findings are live again"),
    };
    let expires = suppression.expires.clone().unwrap_or_default();
    Outcome::fail(
        Defect::at("expires", format!("it expired on {expires}; {live}"))
            .observed(expires)
            .expected("a later date, or no suppression"),
    )
}
