//! What Recovery Services vaults protect.

use crate::code::adapter::terraform::items::disks;
use crate::code::adapter::terraform::row::{Mapping, Row, Target, fixed, same};

pub const MAPPINGS: &[Mapping] = &[
    Mapping {
        names: &["azurerm_backup_protected_vm", "azurerm_recovery_services_protected_vm"],
        kind: "Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems",
        target: Target::Resource(&[
            "{group}/providers/Microsoft.RecoveryServices/vaults/{recovery_vault_name}/backupFabrics/Azure/protectionContainers/IaasVMContainer;iaasvmcontainerv2;{source_vm_id/group};{source_vm_id/name}/protectedItems/VM;iaasvmcontainerv2;{source_vm_id/group};{source_vm_id/name}",
        ]),
        rows: MACHINE,
        answers: &[],
    },
    Mapping {
        names: &["azurerm_backup_protected_file_share"],
        kind: "Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems",
        target: Target::Resource(&[
            "{group}/providers/Microsoft.RecoveryServices/vaults/{recovery_vault_name}/backupFabrics/Azure/protectionContainers/StorageContainer;storage;{source_storage_account_id/group};{source_storage_account_id/name}/protectedItems/AzureFileShare;{source_file_share_name}",
        ]),
        rows: FILE_SHARE,
        answers: &[],
    },
    Mapping {
        names: &["azurerm_backup_container_storage_account"],
        kind: "Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers",
        target: Target::Resource(&[
            "{group}/providers/Microsoft.RecoveryServices/vaults/{recovery_vault_name}/backupFabrics/Azure/protectionContainers/StorageContainer;storage;{storage_account_id/group};{storage_account_id/name}",
        ]),
        rows: CONTAINER,
        answers: &[],
    },
    // Of Site Recovery only that something replicates into a vault: it then needs an endpoint for that.
    Mapping {
        names: &["azurerm_site_recovery_replicated_vm"],
        kind: "Microsoft.RecoveryServices/vaults/replicationFabrics/replicationProtectionContainers/replicationProtectedItems",
        target: Target::Resource(&[
            "{group}/providers/Microsoft.RecoveryServices/vaults/{recovery_vault_name}/replicationFabrics/{source_recovery_fabric_name}/replicationProtectionContainers/{source_recovery_protection_container_name}/replicationProtectedItems/{name}",
        ]),
        rows: REPLICATED,
        answers: &[],
    },
];

const MACHINE: &[Row] = &[
    Row::LeftOut("resource_group_name"),
    Row::LeftOut("recovery_vault_name"),
    Row::LeftOut("tags"),
    fixed("properties.protectedItemType", "Microsoft.Compute/virtualMachines"),
    fixed("properties.backupManagementType", "AzureIaasVM"),
    fixed("properties.workloadType", "VM"),
    same("source_vm_id", "properties.sourceResourceId"),
    same("backup_policy_id", "properties.policyId"),
    same("protection_state", "properties.protectionState"),
    Row::Together(&["include_disk_luns", "exclude_disk_luns"], disks),
];

const FILE_SHARE: &[Row] = &[
    Row::LeftOut("resource_group_name"),
    Row::LeftOut("recovery_vault_name"),
    fixed("properties.protectedItemType", "AzureFileShareProtectedItem"),
    fixed("properties.backupManagementType", "AzureStorage"),
    fixed("properties.workloadType", "AzureFileShare"),
    same("source_storage_account_id", "properties.sourceResourceId"),
    same("source_file_share_name", "properties.friendlyName"),
    same("backup_policy_id", "properties.policyId"),
];

const CONTAINER: &[Row] = &[
    Row::LeftOut("resource_group_name"),
    Row::LeftOut("recovery_vault_name"),
    fixed("properties.containerType", "StorageContainer"),
    fixed("properties.backupManagementType", "AzureStorage"),
    same("storage_account_id", "properties.sourceResourceId"),
];

const REPLICATED: &[Row] = &[
    same("name", "name"),
    Row::LeftOut("resource_group_name"),
    Row::LeftOut("recovery_vault_name"),
    Row::LeftOut("source_recovery_fabric_name"),
    Row::LeftOut("source_recovery_protection_container_name"),
    fixed("properties.providerSpecificDetails.instanceType", "A2A"),
    same("source_vm_id", "properties.providerSpecificDetails.fabricObjectId"),
];
