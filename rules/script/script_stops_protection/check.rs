//! A script stops the protection of an item.

use crate::finding::Level;
use crate::inventory::script::ScriptOperation;
use crate::rule::script::{self, whole};
use crate::rule::{Check, Context, Outcome, Verdict};

/// Judges each operation of a script.
pub const CHECK: Check = Check::Operation(check);

/// Commands that can delete the data, too.
const MAY_DELETE: [&str; 2] =
    ["backup protection disable", "Disable-AzRecoveryServicesBackupProtection"];
const DELETES: [&str; 2] = ["--delete-backup-data", "-RemoveRecoveryPoints"];
const AS_PLANNED: [&str; 2] =
    ["--retain-recovery-points-as-per-policy", "-RetainRecoveryPointsAsPerPolicy"];

const STOPS: [&str; 6] = [
    "backup protection auto-disable-for-azurewl",
    "dataprotection backup-instance stop-protection",
    "dataprotection backup-instance suspend-backup",
    "Disable-AzRecoveryServicesBackupAutoProtection",
    "Stop-AzDataProtectionBackupInstanceProtection",
    "Suspend-AzDataProtectionBackupInstanceBackup",
];

const STARTS: [&str; 9] = [
    "backup protection enable-for-vm",
    "backup protection enable-for-azurewl",
    "backup protection enable-for-azurefileshare",
    "backup protection auto-enable-for-azurewl",
    "backup protection resume",
    "dataprotection backup-instance resume-protection",
    "Enable-AzRecoveryServicesBackupProtection",
    "Enable-AzRecoveryServicesBackupAutoProtection",
    "Resume-AzDataProtectionBackupInstanceProtection",
];

fn check(script: &ScriptOperation<'_>, context: &Context<'_, '_>) -> Verdict {
    let operation = script.operation();
    if script.is_rehearsal() {
        return Ok(Outcome::NotApplicable);
    }
    if operation.is(&STARTS) {
        return Ok(Outcome::Pass);
    }
    let may_delete = operation.is(&MAY_DELETE);
    let deletes = may_delete && matches!(script::is_on(operation, &DELETES), Ok(true));
    if deletes || !may_delete && !operation.is(&STOPS) {
        return Ok(Outcome::NotApplicable);
    }
    let mut defect = whole(
        operation,
        "the script stops a backup: from then on there are no new recovery points",
    );
    if matches!(script::is_on(operation, &AS_PLANNED), Ok(true)) {
        defect = defect.level(Level::Note);
    }
    script::fail(script, context, vec![defect])
}
