//! A script turns immutability off, or makes a vault without it.

use crate::finding::Level;
use crate::inventory::script::ScriptOperation;
use crate::rule::script::{self, Property, Written, whole};
use crate::rule::{Check, Context, Outcome, Verdict};

/// Judges each operation of a script.
pub const CHECK: Check = Check::Operation(check);

const CREATES: [&str; 4] = [
    "backup vault create",
    "dataprotection backup-vault create",
    "New-AzRecoveryServicesVault",
    "New-AzDataProtectionBackupVault",
];

const OPTIONS: [&str; 2] = ["--immutability-state", "-ImmutabilityState"];

const MESSAGE: &str =
    "the script writes Disabled: recovery points can be deleted before they expire";

const SETTING: Written = Written {
    operations: &[
        "backup vault create",
        "backup vault update",
        "dataprotection backup-vault create",
        "dataprotection backup-vault update",
        "New-AzRecoveryServicesVault",
        "Update-AzRecoveryServicesVault",
        "New-AzDataProtectionBackupVault",
        "Update-AzDataProtectionBackupVault",
    ],
    options: &OPTIONS,
    wrong: &["Disabled"],
    message: MESSAGE,
};

/// The same for those who write the vault itself.
const PROPERTIES: [Property; 2] = [
    Property {
        kind: "microsoft.recoveryservices/vaults",
        path: "properties.securitySettings.immutabilitySettings.state",
        wrong: &["Disabled"],
        message: MESSAGE,
    },
    Property {
        kind: "microsoft.dataprotection/backupvaults",
        path: "properties.securitySettings.immutabilitySettings.state",
        wrong: &["Disabled"],
        message: MESSAGE,
    },
];

fn check(script: &ScriptOperation<'_>, context: &Context<'_, '_>) -> Verdict {
    let operation = script.operation();
    let creates = operation.is(&CREATES);
    if creates && !script.is_rehearsal() && OPTIONS.iter().all(|name| operation.lacks(name)) {
        let message = "the script makes a vault without immutability";
        let defect = whole(operation, message).expected(["Unlocked", "Locked"].as_slice());
        return script::fail(script, context, vec![defect.level(Level::Note)]);
    }
    let properties = PROPERTIES.iter().map(|property| property.judge(script, true));
    let judged = std::iter::once(SETTING.judge(operation)).chain(properties);
    let verdict = script::settle(script, context, judged)?;
    let Outcome::Fail(mut defects) = verdict else { return Ok(verdict) };
    for defect in &mut defects {
        defect.expected = ["Unlocked", "Locked"].as_slice().into();
        if creates && defect.level.is_none() {
            defect.level = Some(Level::Warning);
        }
    }
    Ok(Outcome::Fail(defects))
}
