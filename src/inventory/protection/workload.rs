//! What kind of thing is protected.

use std::borrow::Cow;

use crate::inventory::fact::{Scalar, is_word};

/// What kind of thing a protection protects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Workload {
    /// A whole virtual machine.
    VirtualMachine,
    /// A database or instance inside a virtual machine.
    VirtualMachineWorkload,
    /// An Azure file share.
    FileShare,
    /// A server or folder on premises (MARS, DPM, Azure Backup Server).
    Hybrid,
    /// Something that a Backup vault protects: disk, blobs, Kubernetes, database server.
    BackupVaultDatasource,
    /// Something else.
    Other,
}

impl Workload {
    /// Every workload, in the order of the variants.
    pub const ALL: [Self; 6] = [
        Self::VirtualMachine,
        Self::VirtualMachineWorkload,
        Self::FileShare,
        Self::Hybrid,
        Self::BackupVaultDatasource,
        Self::Other,
    ];

    /// Its name for a person.
    pub fn name(self) -> &'static str {
        match self {
            Self::VirtualMachine => "virtual machines",
            Self::VirtualMachineWorkload => "databases in virtual machines",
            Self::FileShare => "file shares",
            Self::Hybrid => "servers on premises",
            Self::BackupVaultDatasource => "datasources of a Backup vault",
            Self::Other => "other data",
        }
    }

    /// The workload by its backup management type, as items and containers name it.
    pub fn of_management(text: &str) -> Self {
        let is = |name: &str| is_word(text, name);
        match () {
            () if is("AzureIaasVM") => Self::VirtualMachine,
            () if is("AzureWorkload") => Self::VirtualMachineWorkload,
            () if is("AzureStorage") => Self::FileShare,
            () if is("MAB") || is("DPM") || is("AzureBackupServer") => Self::Hybrid,
            () => Self::Other,
        }
    }
}

/// The workload by the type of an item, which code always names.
/// <https://learn.microsoft.com/azure/templates/microsoft.recoveryservices/vaults/backupfabrics/protectioncontainers/protecteditems>
#[derive(Clone, Copy, Debug)]
pub(super) struct ItemType(pub Option<Workload>);

impl Scalar<'_> for ItemType {
    fn from_text(text: Cow<'_, str>) -> Option<Self> {
        let is = |name: &str| is_word(&text, name);
        let is_database = || text.get(..15).is_some_and(|start| is_word(start, "AzureVmWorkload"));
        Some(Self(match () {
            () if is("Microsoft.Compute/virtualMachines")
                || is("Microsoft.ClassicCompute/virtualMachines")
                || is("AzureIaaSVMProtectedItem") =>
            {
                Some(Workload::VirtualMachine)
            }
            () if is("AzureFileShareProtectedItem") => Some(Workload::FileShare),
            () if is("MabFileFolderProtectedItem") || is("DPMProtectedItem") => {
                Some(Workload::Hybrid)
            }
            () if is_database() => Some(Workload::VirtualMachineWorkload),
            () => None,
        }))
    }
}

impl Scalar<'_> for Workload {
    fn from_text(text: Cow<'_, str>) -> Option<Self> {
        Some(Self::of_management(&text))
    }
}

/// Types of datasources that Backup vaults protect
/// (<https://learn.microsoft.com/azure/backup/backup-vault-overview>).
const BACKUP_VAULT_DATASOURCES: [&str; 8] = [
    "Microsoft.Compute/disks",
    "Microsoft.Storage/storageAccounts/blobServices",
    "Microsoft.Storage/storageAccounts/adlsBlobServices",
    "Microsoft.ContainerService/managedClusters",
    "Microsoft.DBforPostgreSQL/servers/databases",
    "Microsoft.DBforPostgreSQL/flexibleServers",
    "Microsoft.DBforMySQL/flexibleServers",
    // As old instances of PostgreSQL servers spell it.
    "OssDB",
];

/// Whether a type of datasource is one that Backup vaults are known to protect.
pub fn is_backup_vault_datasource(name: &str) -> bool {
    BACKUP_VAULT_DATASOURCES.iter().any(|known| known.eq_ignore_ascii_case(name.trim()))
}
