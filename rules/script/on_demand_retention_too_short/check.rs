//! A script keeps an on-demand backup for too short a time.

use crate::inventory::Span;
use crate::inventory::script::ScriptOperation;
use crate::rule::script::{self, at, kept_until};
use crate::rule::{Check, Context, Outcome, Verdict};

/// Judges each operation of a script.
pub const CHECK: Check = Check::Operation(check);

fn check(script: &ScriptOperation<'_>, context: &Context<'_, '_>) -> Verdict {
    let least = context.parameters.integer("min-days");
    let Some((given, kept)) = kept_until(script.operation(), context.now)? else {
        return Ok(Outcome::NotApplicable);
    };
    if kept <= Span(0) {
        return Ok(Outcome::NotApplicable);
    }
    if kept >= Span::days(least) {
        return Ok(Outcome::Pass);
    }
    let hours = kept.0 / 3600;
    let message = format!("the backup is kept for {hours} hours, less than {least} days");
    script::fail(script, context, vec![at(given, message).expected(format!("{least} days"))])
}
