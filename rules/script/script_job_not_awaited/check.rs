//! A script does not wait for a backup or a restore before it goes on.

use std::borrow::Cow;

use crate::inventory::Reason;
use crate::inventory::script::{Neighbouring, Operation, ScriptOperation, Value};
use crate::rule::script::{self, BACKUPS, CHANGES, RESTORES, form_of, shown, waits, whole};
use crate::rule::{Check, Context, Outcome, Undecided, Verdict};

/// Judges each operation of a script.
pub const CHECK: Check = Check::Operation(check);

/// What uses the disks that a restore gives.
const USES: [&str; 8] = [
    "vm create",
    "vm start",
    "disk create",
    "disk update",
    "snapshot create",
    "New-AzVM",
    "New-AzDisk",
    "Start-AzVM",
];
const MACHINE: [&str; 3] = ["--name", "-VMName", "-Name"];
const ITEM: [&str; 2] = ["--item-name", "--container-name"];
const JOB: [&str; 2] = ["--name", "-Job"];

fn check(script: &ScriptOperation<'_>, context: &Context<'_, '_>) -> Verdict {
    let operation = script.operation();
    let is_backup = operation.is(&BACKUPS);
    if !is_backup && !operation.is(&RESTORES) || script.is_rehearsal() {
        return Ok(Outcome::NotApplicable);
    }
    let mut may_wait = false;
    for later in script.later() {
        if waits(&later) && !is_for_another(script, later.operation) {
            if later.is_certain {
                return Ok(Outcome::Pass);
            }
            may_wait = true;
        }
        let changes =
            later.operation.is(&CHANGES) && !is_another_machine(operation, later.operation);
        if !changes && (is_backup || !later.operation.is(&USES)) {
            continue;
        }
        if may_wait {
            let message = "the script waits for the job under a condition only";
            return Err(Undecided::because(Reason::Conditional, message));
        }
        return goes_on(script, context, &later);
    }
    Ok(Outcome::Pass)
}

fn goes_on(
    script: &ScriptOperation<'_>,
    context: &Context<'_, '_>,
    later: &Neighbouring<'_>,
) -> Verdict {
    let operation = script.operation();
    let what = if operation.is(&BACKUPS) { "backup" } else { "restore" };
    let next = shown(later.operation);
    let message = format!("the script goes on with `{next}` while the {what} still runs");
    let id = script::id_of(script, later.at.1);
    let defect = whole(operation, message).related(id, "what does not wait");
    script::fail(script, context, vec![defect])
}

/// Whether a wait is for the job that another command started.
fn is_for_another(script: &ScriptOperation<'_>, wait: &Operation) -> bool {
    let from = wait.given(&JOB).and_then(|given| given.value.as_unknown()?.from);
    let own = script.operation().command;
    let mut operations = script.job().operations.iter();
    from.is_some_and(|from| {
        from != own
            && operations
                .any(|other| other.command == from && (other.is(&BACKUPS) || other.is(&RESTORES)))
    })
}

/// A name that is known as a whole.
fn known(value: &Value) -> Option<Cow<'_, str>> {
    form_of(value).filter(|text| !text.contains('{'))
}

/// Whether both names are known, and differ. Names of containers and items end in that of the machine.
fn is_another_machine(operation: &Operation, later: &Operation) -> bool {
    if !(later.name.starts_with("vm ") || later.name.contains("-AzVM")) {
        return false;
    }
    let machine = later.given(&MACHINE).and_then(|given| known(&given.value));
    let item = operation.given(&ITEM).and_then(|given| known(&given.value));
    match (machine, item) {
        (Some(machine), Some(item)) => {
            let own = item.rsplit(';').next().unwrap_or_default();
            !own.eq_ignore_ascii_case(&machine)
        }
        _ => false,
    }
}
