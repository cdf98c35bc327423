//! A script keeps an on-demand backup until a day that is past.

use crate::inventory::Span;
use crate::inventory::script::ScriptOperation;
use crate::rule::script::{self, at, kept_until};
use crate::rule::{Check, Context, Outcome, Verdict};

/// Judges each operation of a script.
pub const CHECK: Check = Check::Operation(check);

fn check(script: &ScriptOperation<'_>, context: &Context<'_, '_>) -> Verdict {
    let operation = script.operation();
    let Some((given, kept)) = kept_until(operation, context.now)? else {
        return Ok(Outcome::NotApplicable);
    };
    if kept > Span(0) {
        return Ok(Outcome::Pass);
    }
    let message = "the day until which the backup is kept is past";
    let defect = at(given, message).expected(format!("a day after {}", context.now.date()));
    script::fail(script, context, vec![defect])
}
