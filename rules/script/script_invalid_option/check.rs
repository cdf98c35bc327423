//! A script gives a command an option or a value that it refuses.

use crate::inventory::Reason;
use crate::inventory::script::{Operation, Problem, ProblemKind, ScriptOperation};
use crate::rule::script::{self, shown};
use crate::rule::{Check, Context, Defect, Outcome, Undecided, Verdict};

/// Judges each operation of a script.
pub const CHECK: Check = Check::Operation(check);

fn check(script: &ScriptOperation<'_>, context: &Context<'_, '_>) -> Verdict {
    let operation = script.operation();
    if !is_of_backup(operation) {
        return Ok(Outcome::NotApplicable);
    }
    let defects: Vec<Defect> =
        operation.problems.iter().map(|problem| defect(operation, problem)).collect();
    if !defects.is_empty() {
        return script::fail(script, context, defects);
    }
    if operation.complete {
        return Ok(Outcome::Pass);
    }
    let message = format!("some arguments of `{}` are not known", shown(operation));
    Err(Undecided::because(Reason::UnresolvedExpression, message))
}

fn is_of_backup(operation: &Operation) -> bool {
    let name = &*operation.name;
    name == "backup"
        || ["backup ", "dataprotection "].iter().any(|group| name.starts_with(group))
        || ["-AzRecoveryServices", "-AzDataProtection"].iter().any(|noun| name.contains(noun))
}

fn defect(operation: &Operation, problem: &Problem) -> Defect {
    let (given, command) = (&problem.given, shown(operation));
    let message = match problem.kind {
        ProblemKind::UnknownOption => format!("`{command}` has no option `{given}`"),
        ProblemKind::WrongCase => {
            format!("`{command}` has no option `{given}`: the case of its letters counts")
        }
        ProblemKind::AmbiguousOption => format!("`{given}` fits several options of `{command}`"),
        ProblemKind::BadChoice => format!("`{command}` does not take the value `{given}`"),
        ProblemKind::MissingValue => format!("the option `{given}` of `{command}` has no value"),
        ProblemKind::UnexpectedValue => {
            format!("`{given}` stands behind an option of `{command}` that takes no value")
        }
        ProblemKind::UnexpectedWord => format!("`{given}` belongs to no option of `{command}`"),
        ProblemKind::UnknownCommand => format!("there is no command `{command}`"),
        ProblemKind::OptionInsideCommand => {
            format!(
                "`{given}` stands inside the name of the command: this version of the CLI refuses that"
            )
        }
    };
    let expected: Vec<String> = problem.expected.iter().take(20).map(ToString::to_string).collect();
    let path = format!("properties.problems.{given}");
    Defect::at(path, message).observed(&**given).expected(expected)
}
