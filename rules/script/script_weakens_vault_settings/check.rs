//! A script lowers the settings of a vault.

use crate::finding::Level;
use crate::inventory::Fact;
use crate::inventory::script::{Operation, ScriptOperation};
use crate::rule::script::{self, Property, Said, Written, at, undecided, whole};
use crate::rule::{Check, Context, Undecided, Verdict};

/// Judges each operation of a script.
pub const CHECK: Check = Check::Operation(check);

const SETTINGS: [Written; 7] = [
    Written {
        operations: &[
            "backup vault backup-properties set",
            "backup vault update",
            "dataprotection backup-vault create",
            "Set-AzRecoveryServicesBackupProperty",
            "New-AzDataProtectionBackupVaultStorageSettingObject",
        ],
        options: &[
            "--backup-storage-redundancy",
            "-BackupStorageRedundancy",
            "-Type",
            "--storage-settings",
            "--storage-setting",
        ],
        wrong: &["LocallyRedundant"],
        message: ONE_PLACE,
    },
    Written {
        operations: &[
            "backup vault backup-properties set",
            "backup vault update",
            "dataprotection backup-vault create",
            "dataprotection backup-vault update",
            "New-AzDataProtectionBackupVault",
            "Update-AzDataProtectionBackupVault",
        ],
        options: &[
            "--cross-region-restore-flag",
            "--cross-region-restore-state",
            "--crr-state",
            "-CrossRegionRestoreState",
        ],
        wrong: &["False", "Disabled"],
        message: NO_OTHER_REGION,
    },
    Written {
        operations: &[
            "backup vault backup-properties set",
            "backup vault create",
            "backup vault update",
            "dataprotection backup-vault create",
            "dataprotection backup-vault update",
            "New-AzRecoveryServicesVault",
            "Update-AzRecoveryServicesVault",
            "New-AzDataProtectionBackupVault",
            "Update-AzDataProtectionBackupVault",
        ],
        options: &[
            "--job-failure-alerts",
            "--azure-monitor-alerts-for-job-failures",
            "-AzureMonitorAlertsForAllJobFailure",
        ],
        wrong: &["Disable", "Disabled"],
        message: "the script turns the alerts on failed jobs off",
    },
    Written {
        operations: &["New-AzRecoveryServicesVault", "Update-AzRecoveryServicesVault"],
        options: &["-DisableAzureMonitorAlertsForJobFailure"],
        wrong: &["true"],
        message: "the script turns the alerts on failed jobs off",
    },
    Written {
        operations: &[
            "backup vault create",
            "backup vault update",
            "New-AzRecoveryServicesVault",
            "Update-AzRecoveryServicesVault",
        ],
        options: &["--public-network-access", "-PublicNetworkAccess"],
        wrong: &["Enable", "Enabled"],
        message: "the script opens the vault to public networks",
    },
    Written {
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
        options: &[
            "--cross-subscription-restore-state",
            "--csr-state",
            "-CrossSubscriptionRestoreState",
        ],
        wrong: &["Enable", "Enabled"],
        message: "the script allows restores to other subscriptions",
    },
    Written {
        operations: &["backup vault update", "backup item source-scan-configuration set"],
        options: &["--source-scan-state", "--state"],
        wrong: &["Disable", "Disabled"],
        message: "the script turns the scan of what is backed up off",
    },
];

const ONE_PLACE: &str = "the script keeps backups in one datacentre only";
const NO_OTHER_REGION: &str = "the script turns cross-region restore off";

/// The same for those who write the vault itself.
const PROPERTIES: [Property; 5] = [
    Property {
        kind: "microsoft.recoveryservices/vaults",
        path: "properties.redundancySettings.standardTierStorageRedundancy",
        wrong: &["LocallyRedundant"],
        message: ONE_PLACE,
    },
    Property {
        kind: "microsoft.recoveryservices/vaults",
        path: "properties.redundancySettings.crossRegionRestore",
        wrong: &["Disabled"],
        message: NO_OTHER_REGION,
    },
    Property {
        kind: "microsoft.recoveryservices/vaults/backupstorageconfig",
        path: "properties.storageModelType",
        wrong: &["LocallyRedundant"],
        message: ONE_PLACE,
    },
    Property {
        kind: "microsoft.recoveryservices/vaults/backupstorageconfig",
        path: "properties.crossRegionRestoreFlag",
        wrong: &["false"],
        message: NO_OTHER_REGION,
    },
    Property {
        kind: "microsoft.recoveryservices/vaults",
        path: "properties.publicNetworkAccess",
        wrong: &["Enabled"],
        message: "the script opens the vault to public networks",
    },
];

/// Security features of hybrid backups: the double negative of the cmdlet is on purpose.
const HYBRID: [Written; 2] = [
    Written {
        operations: &["backup vault backup-properties set"],
        options: &["--hybrid-backup-security-features"],
        wrong: &["Disable"],
        message: "the script turns the security features for hybrid backups off",
    },
    Written {
        operations: &["Set-AzRecoveryServicesVaultProperty"],
        options: &["-DisableHybridBackupSecurityFeature"],
        wrong: &["true"],
        message: "the script turns the security features for hybrid backups off",
    },
];

const TAKES_IDENTITY: [&str; 2] =
    ["backup vault identity remove", "dataprotection backup-vault identity remove"];
const IDENTITY_OPTIONS: [&str; 2] = ["-RemoveSystemAssigned", "-RemoveUserAssigned"];

const SETS_DAYS: [&str; 6] = [
    "backup vault backup-properties set",
    "dataprotection backup-vault create",
    "dataprotection backup-vault update",
    "Set-AzRecoveryServicesVaultProperty",
    "New-AzDataProtectionBackupVault",
    "Update-AzDataProtectionBackupVault",
];
const DAYS: [&str; 5] = [
    "--soft-delete-duration",
    "--retention-duration-in-days",
    "--soft-delete-retention",
    "-SoftDeleteRetentionPeriodInDays",
    "-SoftDeleteRetentionDurationInDay",
];

type Answer = Result<Said, Undecided>;

fn check(script: &ScriptOperation<'_>, context: &Context<'_, '_>) -> Verdict {
    let operation = script.operation();
    let settings = SETTINGS.iter().map(|setting| setting.judge(operation));
    let hybrid = HYBRID.iter().map(|setting| {
        Ok(match setting.judge(operation)? {
            Said::Wrong(defect) => Said::wrong(defect.level(Level::Error)),
            other => other,
        })
    });
    let rest = [identity(operation), days(operation, context.parameters.integer("min-days"))];
    let properties = PROPERTIES.iter().map(|property| property.judge(script, false));
    script::settle(script, context, settings.chain(hybrid).chain(rest).chain(properties))
}

fn identity(operation: &Operation) -> Answer {
    let message =
        "the script takes an identity from the vault, and with it its key or its private endpoint";
    if operation.is(&TAKES_IDENTITY) {
        return Ok(Said::wrong(whole(operation, message)));
    }
    let is_update = operation.is(&["Update-AzRecoveryServicesVault"]);
    let Some(given) = operation.given(&IDENTITY_OPTIONS).filter(|_| is_update) else {
        return Ok(Said::Nothing);
    };
    match given.value.as_bool() {
        Some(false) => Ok(Said::Fine),
        // Of the other option the value says which identities go.
        _ => Ok(Said::wrong(at(given, message))),
    }
}

fn days(operation: &Operation, least: i64) -> Answer {
    let sets = operation.is(&SETS_DAYS);
    let Some(given) = operation.given(&DAYS).filter(|_| sets) else { return Ok(Said::Nothing) };
    let days = match operation.text(&DAYS) {
        Fact::Known(text) => text.trim().parse::<f64>().map_err(|_| undecided(given))?,
        Fact::Absent | Fact::Unknown(_) => return Err(undecided(given)),
    };
    #[expect(clippy::cast_precision_loss, reason = "a few hundred days")]
    let is_short = days < least as f64;
    let message =
        format!("the script keeps deleted backup data for {days} days, fewer than {least}");
    Ok(Said::of(is_short.then(|| at(given, message).expected(least))))
}
