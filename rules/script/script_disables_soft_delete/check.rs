//! A script turns soft delete off.

use crate::inventory::script::ScriptOperation;
use crate::rule::script::{Property, Written, settle};
use crate::rule::{Check, Context, Verdict};

/// Judges each operation of a script.
pub const CHECK: Check = Check::Operation(check);

const MESSAGE: &str =
    "the script turns soft delete off: backup data that is deleted then is gone at once";

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
    message: MESSAGE,
}];

/// The same for those who write the resource itself.
const PROPERTIES: [Property; 3] = [
    Property {
        kind: "microsoft.recoveryservices/vaults",
        path: "properties.securitySettings.softDeleteSettings.softDeleteState",
        wrong: &["Disabled"],
        message: MESSAGE,
    },
    Property {
        kind: "microsoft.recoveryservices/vaults/backupconfig",
        path: "properties.softDeleteFeatureState",
        wrong: &["Disabled"],
        message: MESSAGE,
    },
    Property {
        kind: "microsoft.dataprotection/backupvaults",
        path: "properties.securitySettings.softDeleteSettings.state",
        wrong: &["Off"],
        message: MESSAGE,
    },
];

fn check(script: &ScriptOperation<'_>, context: &Context<'_, '_>) -> Verdict {
    let settings = SETTINGS.iter().map(|setting| setting.judge(script.operation()));
    let properties = PROPERTIES.iter().map(|property| property.judge(script, true));
    settle(script, context, settings.chain(properties))
}
