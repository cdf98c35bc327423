//! A production job changes a machine, and no backup comes before.

use crate::inventory::script::{Neighbouring, ScriptOperation, Tool};
use crate::inventory::{Reason, matches_pattern};
use crate::rule::script::{self, BACKUPS, CHANGES, shown, whole};
use crate::rule::{Check, Context, Outcome, Undecided, Verdict};

/// Judges each operation of a script.
pub const CHECK: Check = Check::Operation(check);

fn check(script: &ScriptOperation<'_>, context: &Context<'_, '_>) -> Verdict {
    let operation = script.operation();
    let more = context.parameters.list("commands");
    let is_named = more.iter().any(|name| {
        name.eq_ignore_ascii_case(&operation.name) || name.eq_ignore_ascii_case(&shown(operation))
    });
    let changes = operation.is(&CHANGES) || is_named;
    if !changes || script.is_rehearsal() || !is_production(script, context)? {
        return Ok(Outcome::NotApplicable);
    }
    let mut doubt = None;
    for earlier in script.earlier() {
        if earlier.operation.is(&BACKUPS) {
            if earlier.is_certain {
                return Ok(Outcome::Pass);
            }
            doubt = Some((Reason::Conditional, "the backup before it runs under a condition only"));
        } else if may_hide_a_backup(&earlier) {
            let message = "a template or an action that is not read may take the backup before it";
            doubt = doubt.or(Some((Reason::OutsideThisSource, message)));
        }
    }
    if let Some((reason, message)) = doubt {
        return Err(Undecided::because(reason, message));
    }
    let message =
        format!("the job changes a machine with `{}` and takes no backup before", shown(operation));
    script::fail(script, context, vec![whole(operation, message).expected("an on-demand backup")])
}

fn is_production(
    script: &ScriptOperation<'_>,
    context: &Context<'_, '_>,
) -> Result<bool, Undecided> {
    let patterns = context.parameters.list("environments");
    let matches = |name: &str| patterns.iter().any(|pattern| matches_pattern(pattern, name));
    let job = script.job();
    if job.stage.as_deref().is_some_and(matches) {
        return Ok(true);
    }
    let Some(environment) = &job.environment else { return Ok(false) };
    if let Some(name) = environment.as_text() {
        return Ok(matches(name.split('.').next().unwrap_or(name)));
    }
    let unknown = environment.as_unknown();
    let reason = unknown.map_or(Reason::UnrecognisedValue, |unknown| unknown.cause.reason());
    Err(Undecided::because(reason, "the name of the environment is not in the file"))
}

/// What stands in another file of the repository, or in a repository of one's own.
fn may_hide_a_backup(earlier: &Neighbouring<'_>) -> bool {
    let operation = earlier.operation;
    let name = operation.name.to_ascii_lowercase();
    operation.tool == Tool::Task
        && (name.starts_with("./")
            || name.contains(".yml")
            || name.contains(".yaml")
            || name.contains("backup"))
}
