//! A script deletes recovery points.

use crate::inventory::script::ScriptOperation;
use crate::rule::script::{self, at, whole};
use crate::rule::{Check, Context, Outcome, Verdict};

/// Judges each operation of a script.
pub const CHECK: Check = Check::Operation(check);

/// Commands that stop protection, with what makes them delete the data too.
const STOPS: [&str; 2] =
    ["backup protection disable", "Disable-AzRecoveryServicesBackupProtection"];
const AND_DELETES: [&str; 2] = ["--delete-backup-data", "-RemoveRecoveryPoints"];

/// Commands that do nothing else.
const DELETES: [&str; 2] =
    ["dataprotection backup-instance delete", "Remove-AzDataProtectionBackupInstance"];

/// What holds recovery points, in lower case.
const HOLDERS: [&str; 2] = [
    "microsoft.recoveryservices/vaults/backupfabrics/protectioncontainers/protecteditems",
    "microsoft.dataprotection/backupvaults/backupinstances",
];

fn check(script: &ScriptOperation<'_>, context: &Context<'_, '_>) -> Verdict {
    let operation = script.operation();
    if script.is_rehearsal() {
        return Ok(Outcome::NotApplicable);
    }
    if operation.is(&DELETES) {
        let message = "the script deletes a backup instance with all of its recovery points";
        return script::fail(script, context, vec![whole(operation, message)]);
    }
    if operation.is(&STOPS) {
        if !script::is_on(operation, &AND_DELETES)? {
            return Ok(Outcome::Pass);
        }
        let message = "the script stops the backup and deletes its recovery points";
        let given = operation.given(&AND_DELETES);
        let defect = given.map_or_else(|| whole(operation, message), |given| at(given, message));
        return script::fail(script, context, vec![defect.expected(false)]);
    }
    let Some(deleted) = script::deleted(script)? else { return Ok(Outcome::NotApplicable) };
    let held = deleted.iter().filter(|deleted| deleted.is(&HOLDERS));
    let message = "the script deletes an item with all of its recovery points";
    let defects: Vec<_> = held.map(|deleted| deleted.defect(operation, message)).collect();
    if defects.is_empty() {
        return Ok(Outcome::NotApplicable);
    }
    script::fail(script, context, defects)
}
