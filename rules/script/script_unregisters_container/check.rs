//! A script cuts the link between a workload and its vault.

use crate::finding::Level;
use crate::inventory::script::ScriptOperation;
use crate::rule::script::{self, whole};
use crate::rule::{Check, Context, Outcome, Verdict};

/// Judges each operation of a script.
pub const CHECK: Check = Check::Operation(check);

const UNREGISTERS: [&str; 3] = [
    "backup container unregister",
    "Unregister-AzRecoveryServicesBackupContainer",
    "Unregister-AzRecoveryServicesBackupManagementServer",
];
const REGISTERS: [&str; 2] =
    ["backup container register", "Register-AzRecoveryServicesBackupContainer"];

fn check(script: &ScriptOperation<'_>, context: &Context<'_, '_>) -> Verdict {
    let operation = script.operation();
    if script.is_rehearsal() {
        return Ok(Outcome::NotApplicable);
    }
    if operation.is(&UNREGISTERS) {
        let message = "the script unregisters a workload: its backups stop";
        return script::fail(script, context, vec![whole(operation, message)]);
    }
    if operation.is(&["backup container re-register"]) {
        let message =
            "the script registers a workload anew, which takes its registration apart first";
        let defect = whole(operation, message).level(Level::Note);
        return script::fail(script, context, vec![defect]);
    }
    Ok(if operation.is(&REGISTERS) { Outcome::Pass } else { Outcome::NotApplicable })
}
