//! Which operation a command is, and what it is done to.

use super::{Refusal, shown, text, unsaid};
use crate::access::operation::{self, Operation as Change};
use crate::inventory::Fact;
use crate::inventory::script::{Given, Operation};

/// A command as an operation.
pub(super) struct Form {
    pub operation: &'static Change,
    pub target: Target,
    /// How the data is put back.
    pub mode: Option<&'static str>,
    /// The redundancy afterwards.
    pub redundancy: Option<String>,
}

/// What a command is done to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    Machine,
    Item,
    Instance,
    DeletedInstance,
    Container,
    Policy,
    Vault,
}

const WRITE_A_REQUEST: &str =
    "`backuplint review --new OPERATION` writes a request to fill in instead";

/// Commands that are always one operation.
const ROWS: &[(&[&str], &str, Target)] = &[
    (&["backup protection enable-for-vm"], "enable-protection", Target::Machine),
    (
        &["backup protection backup-now", "Backup-AzRecoveryServicesBackupItem"],
        "on-demand-backup",
        Target::Item,
    ),
    (
        &[
            "dataprotection backup-instance adhoc-backup",
            "Backup-AzDataProtectionBackupInstanceAdhoc",
        ],
        "on-demand-backup",
        Target::Instance,
    ),
    (
        &["backup restore files mount-rp", "Get-AzRecoveryServicesBackupRPMountScript"],
        "file-recovery",
        Target::Item,
    ),
    (
        &[
            "dataprotection backup-instance stop-protection",
            "dataprotection backup-instance suspend-backup",
            "Stop-AzDataProtectionBackupInstanceProtection",
            "Suspend-AzDataProtectionBackupInstanceBackup",
        ],
        "stop-retain-data",
        Target::Instance,
    ),
    (
        &["dataprotection backup-instance delete", "Remove-AzDataProtectionBackupInstance"],
        "stop-delete-data",
        Target::Instance,
    ),
    (
        &[
            "backup policy set",
            "dataprotection backup-policy update",
            "Set-AzRecoveryServicesBackupProtectionPolicy",
        ],
        "modify-policy",
        Target::Policy,
    ),
    (
        &["backup container unregister", "Unregister-AzRecoveryServicesBackupContainer"],
        "unregister-container",
        Target::Container,
    ),
    (
        &[
            "backup vault delete",
            "dataprotection backup-vault delete",
            "Remove-AzRecoveryServicesVault",
            "Remove-AzDataProtectionBackupVault",
        ],
        "delete-vault",
        Target::Vault,
    ),
    (
        &[
            "backup vault resource-guard-mapping delete",
            "dataprotection backup-vault resource-guard-mapping delete",
            "Remove-AzRecoveryServicesResourceGuardMapping",
            "Remove-AzDataProtectionResourceGuardMapping",
        ],
        "remove-mua",
        Target::Vault,
    ),
    (
        &["backup protection undelete", "Undo-AzRecoveryServicesBackupItemDeletion"],
        "undelete",
        Target::Item,
    ),
    (
        &[
            "dataprotection backup-instance deleted-backup-instance undelete",
            "Undo-AzDataProtectionBackupInstanceDeletion",
        ],
        "undelete",
        Target::DeletedInstance,
    ),
];

/// Commands that write settings of a vault, any number at once.
const SETS: &[&str] = &[
    "backup vault backup-properties set",
    "backup vault update",
    "dataprotection backup-vault update",
    "Set-AzRecoveryServicesVaultProperty",
    "Set-AzRecoveryServicesBackupProperty",
    "Update-AzRecoveryServicesVault",
    "Update-AzDataProtectionBackupVault",
];

/// Settings that are an operation when they are lowered: the operation, the options, the value then. Any value of the
/// redundancy is a change.
const SETTINGS: &[(&str, &[&str], &[&str])] = &[
    (
        "disable-soft-delete",
        &[
            "--soft-delete-feature-state",
            "--soft-delete-state",
            "-SoftDeleteFeatureState",
            "-SoftDeleteState",
        ],
        &["Disable", "Off"],
    ),
    ("reduce-immutability", &["--immutability-state", "-ImmutabilityState"], &["Disabled"]),
    (
        "change-redundancy",
        &["--backup-storage-redundancy", "-BackupStorageRedundancy"],
        &["LocallyRedundant", "ZoneRedundant", "GeoRedundant"],
    ),
];

/// Options of those commands that say which vault, or how to ask, and set nothing.
const SET_NOTHING: &[&str] = &[
    "--name",
    "--vault-name",
    "--resource-group",
    "--subscription",
    "--ids",
    "--tenant-id",
    "--resource-guard-operation-requests",
    "--no-wait",
    "--yes",
    "--output",
    "--query",
    "--only-show-errors",
    "--verbose",
    "--debug",
    "-Vault",
    "-VaultId",
    "-VaultName",
    "-Name",
    "-ResourceGroupName",
    "-SubscriptionId",
    "-Token",
    "-SecureToken",
    "-ResourceGuardOperationRequest",
    "-Confirm",
    "-Verbose",
    "-ErrorAction",
    "-NoWait",
];

/// The operation that a command is.
pub(super) fn choose(operation: &Operation) -> Result<Form, Refusal> {
    let name = &*operation.name;
    if let Some((_, id, target)) = ROWS.iter().find(|(names, ..)| names.contains(&name)) {
        return form(operation, id, *target, None);
    }
    if SETS.contains(&name) {
        return setting(operation);
    }
    match name {
        "Enable-AzRecoveryServicesBackupProtection" if operation.option("-Item").is_none() => {
            form(operation, "enable-protection", Target::Machine, None)
        }
        "backup protection disable" | "Disable-AzRecoveryServicesBackupProtection" => {
            let deletes = is_on(operation, &["--delete-backup-data", "-RemoveRecoveryPoints"])?;
            let id = if deletes { "stop-delete-data" } else { "stop-retain-data" };
            form(operation, id, Target::Item, None)
        }
        "backup restore restore-disks" | "Restore-AzRecoveryServicesBackupItem" => {
            restore(operation)
        }
        "backup restore restore-azurefileshare" | "backup restore restore-azurefiles" => {
            share(operation)
        }
        _ => {
            let message =
                format!("{} is none of the operations that are reviewed", shown(operation));
            Err(Refusal::new(operation.place, message, WRITE_A_REQUEST))
        }
    }
}

fn form(
    command: &Operation,
    id: &str,
    target: Target,
    mode: Option<&'static str>,
) -> Result<Form, Refusal> {
    let operation = operation::find(id)
        .ok_or_else(|| Refusal::new(command.place, "it is not reviewed", WRITE_A_REQUEST))?;
    Ok(Form { operation, target, mode, redundancy: None })
}

/// A switch, which has to be known since it decides which operation it is.
fn is_on(operation: &Operation, options: &[&str]) -> Result<bool, Refusal> {
    match (operation.truth(options), operation.given(options)) {
        (Fact::Known(on), _) => Ok(on),
        (_, Some(given)) => Err(unsaid(given)),
        (_, None) => Ok(false),
    }
}

/// A restore of disks, or of a machine.
fn restore(operation: &Operation) -> Result<Form, Refusal> {
    let of_others = operation.given(&["-WLRecoveryConfig", "-ResolveConflict"]);
    if let Some(given) = of_others {
        let message = "a restore of a workload or of files is not read from the command";
        return Err(Refusal::new(given.flag, message, WRITE_A_REQUEST));
    }
    let mode = text(operation, &["--restore-mode", "-RestoreType"])?;
    let over = mode.is_some_and(|mode| mode.eq_ignore_ascii_case("OriginalLocation"));
    let makes_machine = operation.given(&["--target-vm-name", "-TargetVMName"]).is_some();
    let mode = match (over, makes_machine) {
        (true, _) => "replace-existing",
        (false, true) => "create-new",
        (false, false) => "disks",
    };
    let across = is_on(operation, &["--use-secondary-region", "-RestoreToSecondaryRegion"])?;
    let id = match mode {
        _ if across => "cross-region-restore",
        "create-new" => "restore-create-new",
        "disks" => "restore-disks",
        other => other,
    };
    form(operation, id, Target::Item, Some(mode))
}

/// A restore of a file share, or of files in one.
fn share(operation: &Operation) -> Result<Form, Refusal> {
    let Some(mode) = text(operation, &["--restore-mode"])? else {
        let message = format!("{} does not say `--restore-mode`", shown(operation));
        return Err(Refusal::new(operation.place, message, "it takes it"));
    };
    let over = mode.eq_ignore_ascii_case("OriginalLocation");
    let (id, mode) = if over {
        ("replace-existing", "original-location")
    } else {
        ("restore-create-new", "alternate-location")
    };
    form(operation, id, Target::Item, Some(mode))
}

/// A setting of a vault.
fn setting(operation: &Operation) -> Result<Form, Refusal> {
    let is_setting = |given: &&Given| !SET_NOTHING.contains(&&*given.name);
    let mut given = operation.options.iter().filter(is_setting);
    let Some(first) = given.next() else {
        let message = format!("{} sets nothing", shown(operation));
        return Err(Refusal::new(operation.place, message, "see its --help, or Get-Help"));
    };
    if let Some(second) = given.find(|other| other.name != first.name) {
        let message = format!("`{}` sets something else as well", second.name);
        let help = "review each setting by itself";
        return Err(Refusal::new(second.flag, message, help));
    }
    let row = SETTINGS.iter().find(|(_, options, _)| options.contains(&&*first.name));
    let Some((id, options, lowers)) = row else {
        let message = format!("`{}` is no setting that is reviewed", first.name);
        return Err(Refusal::new(first.flag, message, WRITE_A_REQUEST));
    };
    let counts = operation.given(options).unwrap_or(first);
    let value = counts.value.as_text().ok_or_else(|| unsaid(counts))?;
    let Some(known) = lowers.iter().find(|known| known.eq_ignore_ascii_case(value)) else {
        let message = format!("`{} {value}` takes nothing away", first.name);
        let help = "only what lowers the protection, or cannot be undone, is reviewed";
        return Err(Refusal::new(counts.place, message, help));
    };
    let mut form = form(operation, id, Target::Vault, None)?;
    form.redundancy = (*id == "change-redundancy").then(|| (*known).to_owned());
    Ok(form)
}
