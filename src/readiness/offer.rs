//! Which ways there are to restore an item: by what kind of data it is.

use crate::access::operation::Operation;
use crate::inventory::{Fact, Kind, Protection, Reason, Workload, is_backup_vault_datasource};

/// The operations that restore, in the order of a matrix.
pub const WAYS: [&str; 5] = [
    "restore-create-new",
    "restore-disks",
    "replace-existing",
    "cross-region-restore",
    "file-recovery",
];

/// Why it cannot be told whether there is such an operation: where that would stand, and what to say.
pub(super) type Unclear = (Reason, &'static str, &'static str);

/// Whether there is such an operation for an item; or why that cannot be told.
pub(super) fn offered(operation: &Operation, item: &Protection<'_>) -> Result<bool, Unclear> {
    if item.resource.kind == Kind::BackupInstance {
        let is_offered = operation.backup_vault.is_some();
        return if is_offered { of_known_datasource(item).map(|()| true) } else { Ok(false) };
    }
    let is_new = operation.id == "restore-create-new";
    match item.workload {
        Fact::Known(Workload::VirtualMachine) => Ok(true),
        Fact::Known(Workload::VirtualMachineWorkload) => {
            Ok(is_new || operation.id == "cross-region-restore")
        }
        Fact::Known(Workload::Hybrid) if is_new => Err((
            Reason::SourceCannotSay,
            "",
            "it is restored by the agent on a server, with a passphrase: Azure shows nothing of either",
        )),
        Fact::Known(Workload::Other) => Err((
            Reason::UnrecognisedValue,
            "properties.backupManagementType",
            "it is a kind of data that this version does not know",
        )),
        Fact::Known(_) => Ok(is_new),
        Fact::Absent => Err((
            Reason::NotCollected,
            "properties.backupManagementType",
            "what kind of data it is was not read",
        )),
        Fact::Unknown(reason) => {
            Err((reason, "properties.backupManagementType", "what kind of data it is was not read"))
        }
    }
}

/// Whether an instance is of a datasource that can be restored as far as this version knows; or why not.
fn of_known_datasource(item: &Protection<'_>) -> Result<(), Unclear> {
    const PATH: &str = "properties.dataSourceInfo.datasourceType";
    let unread = "what kind of data it is was not read";
    match item.resource.text(PATH) {
        Fact::Known(name) if is_backup_vault_datasource(&name) => Ok(()),
        Fact::Known(_) => Err((
            Reason::UnrecognisedValue,
            PATH,
            "it is a kind of data that this version does not know",
        )),
        Fact::Absent => Err((Reason::NotCollected, PATH, unread)),
        Fact::Unknown(reason) => Err((reason, PATH, unread)),
    }
}
