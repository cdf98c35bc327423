//! A script turns soft delete off.

use crate::inventory::script::ScriptOperation;
use crate::rule::script::{Written, judge_settings};
use crate::rule::{Check, Context, Verdict};

/// Judges each operation of a script.
pub const CHECK: Check = Check::Operation(check);

const SETTINGS: [Written; 1] = [Written {
    operations: &[
        "backup vault backup-properties set",
        "dataprotection backup-vault create",
        "dataprotection backup-vault update",
        "Set-AzRecoveryServicesVaultProperty",
        "New-AzDataProtectionBackupVault",
        "Update-AzDataProtectionBackupVault",
    ],
    options: &[
        "--soft-delete-feature-state",
        "--soft-delete-state",
        "-SoftDeleteFeatureState",
        "-SoftDeleteState",
    ],
    wrong: &["Disable", "Disabled", "Off"],
    message: "the script turns soft delete off: backup data that is deleted then is gone at once",
}];

fn check(script: &ScriptOperation<'_>, context: &Context<'_, '_>) -> Verdict {
    judge_settings(script, context, &SETTINGS)
}
