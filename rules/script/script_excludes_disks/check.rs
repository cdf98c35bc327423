//! A script leaves disks of a machine out of its backup.

use crate::inventory::script::{Content, Operation, ScriptOperation};
use crate::rule::script::{self, Said, Written, at, undecided};
use crate::rule::{Check, Context, Undecided, Verdict};

/// Judges each operation of a script.
pub const CHECK: Check = Check::Operation(check);

const OPERATIONS: &[&str] = &[
    "backup protection enable-for-vm",
    "backup protection update-for-vm",
    "Enable-AzRecoveryServicesBackupProtection",
];

const SETTINGS: [Written; 2] = [
    Written {
        operations: OPERATIONS,
        options: &["--exclude-all-data-disks", "-ExcludeAllDataDisks"],
        wrong: &["true"],
        message: "the script leaves every data disk out of the backup",
    },
    Written {
        operations: OPERATIONS,
        options: &["--disk-list-setting"],
        wrong: &["exclude"],
        message: "the script leaves the listed disks out of the backup",
    },
];

fn check(script: &ScriptOperation<'_>, context: &Context<'_, '_>) -> Verdict {
    let operation = script.operation();
    let written = SETTINGS.iter().map(|setting| setting.judge(operation));
    let leaves_none = operation.complete && operation.is(OPERATIONS);
    let of_all = leaves_none.then_some(Ok(Said::Fine));
    script::settle(script, context, written.chain([listed(operation)]).chain(of_all))
}

/// A list of disks is a setting of its own in PowerShell.
fn listed(operation: &Operation) -> Result<Said, Undecided> {
    let Some(given) = operation.option("-ExclusionDisksList").filter(|_| operation.is(OPERATIONS))
    else {
        return Ok(Said::Nothing);
    };
    let is_empty = match &given.value.content {
        Content::List(list) => list.is_empty(),
        Content::Null => true,
        Content::Unknown(_) => return Err(undecided(given)),
        _ => false,
    };
    let message = "the script leaves the listed disks out of the backup";
    Ok(Said::of((!is_empty).then(|| at(given, message))))
}
