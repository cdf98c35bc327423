//! Backup vaults, resource guards, and what Backup vaults protect.

use crate::code::adapter::terraform::items::snapshots;
use crate::code::adapter::terraform::row::{
    Absent, How, Literal, Mapping, Row, Target, fixed, number_or, row, same, same_or, switch,
    truth_or,
};
use crate::code::adapter::terraform::stores;

const VAULT: &str = "Microsoft.DataProtection/backupVaults";
const INSTANCE: &str = "Microsoft.DataProtection/backupVaults/backupInstances";
const INSTANCE_ID: &[&str] = &["{vault_id}/backupInstances/{name}"];

pub const MAPPINGS: &[Mapping] = &[
    Mapping {
        names: &["azurerm_data_protection_backup_vault"],
        kind: VAULT,
        target: Target::Resource(&[
            "{group}/providers/Microsoft.DataProtection/backupVaults/{name}",
        ]),
        rows: VAULT_ROWS,
        answers: &[],
    },
    Mapping {
        names: &["azurerm_data_protection_backup_vault_customer_managed_key"],
        kind: VAULT,
        target: Target::Settings("{data_protection_backup_vault_id}"),
        rows: &[
            Row::LeftOut("data_protection_backup_vault_id"),
            fixed("properties.securitySettings.encryptionSettings.state", "Enabled"),
            same(
                "key_vault_key_id",
                "properties.securitySettings.encryptionSettings.keyVaultProperties.keyUri",
            ),
            // The provider takes no other one.
            fixed(
                "properties.securitySettings.encryptionSettings.kekIdentity.identityType",
                "SystemAssigned",
            ),
        ],
        answers: &[],
    },
    Mapping {
        names: &["azurerm_data_protection_resource_guard"],
        kind: "Microsoft.DataProtection/resourceGuards",
        target: Target::Resource(&[
            "{group}/providers/Microsoft.DataProtection/resourceGuards/{name}",
        ]),
        rows: &[
            same("name", "name"),
            Row::LeftOut("resource_group_name"),
            same("location", "location"),
            same("tags", "tags"),
            same(
                "vault_critical_operation_exclusion_list",
                "properties.vaultCriticalOperationExclusionList",
            ),
        ],
        answers: &[],
    },
    instance(&["azurerm_data_protection_backup_instance_disk"], INSTANCE_ID, DISK),
    instance(&["azurerm_data_protection_backup_instance_blob_storage"], INSTANCE_ID, BLOB),
    instance(
        &["azurerm_data_protection_backup_instance_data_lake_storage"],
        &["{data_protection_backup_vault_id}/backupInstances/{name}"],
        DATA_LAKE,
    ),
    instance(&["azurerm_data_protection_backup_instance_kubernetes_cluster"], INSTANCE_ID, CLUSTER),
    instance(
        &["azurerm_data_protection_backup_instance_mysql_flexible_server"],
        INSTANCE_ID,
        MYSQL,
    ),
    instance(
        &["azurerm_data_protection_backup_instance_postgresql_flexible_server"],
        INSTANCE_ID,
        POSTGRESQL,
    ),
    instance(&["azurerm_data_protection_backup_instance_postgresql"], INSTANCE_ID, SINGLE_SERVER),
];

const fn instance(
    names: &'static [&'static str],
    ids: &'static [&'static str],
    rows: &'static [Row],
) -> Mapping {
    Mapping { names, kind: INSTANCE, target: Target::Resource(ids), rows, answers: &[] }
}

const VAULT_ROWS: &[Row] = &[
    same("name", "name"),
    Row::LeftOut("resource_group_name"),
    same("location", "location"),
    same("tags", "tags"),
    same("identity.type", "identity.type"),
    row("identity.identity_ids", "identity.userAssignedIdentities", How::Keys, Absent::Same),
    Row::Together(&["datastore_type", "redundancy"], stores::of_vault),
    // Left out it is off, and once it is on it stays so.
    switch(
        "cross_region_restore_enabled",
        "properties.featureSettings.crossRegionRestoreSettings.state",
    ),
    Row::CannotSay("properties.featureSettings.crossSubscriptionRestoreSettings.state"),
    same_or("soft_delete", "properties.securitySettings.softDeleteSettings.state", "On"),
    number_or(
        "retention_duration_in_days",
        "properties.securitySettings.softDeleteSettings.retentionDurationInDays",
        14.0,
    ),
    row(
        "immutability",
        "properties.securitySettings.immutabilitySettings.state",
        How::Same,
        Absent::Is(Literal::Text("Disabled")),
    ),
    Row::CannotSay(
        "properties.monitoringSettings.azureMonitorAlertSettings.alertsForAllJobFailures",
    ),
    // Only Recovery Services vaults have a resource that links them to a guard.
    Row::CannotSay("properties.isVaultProtectedByResourceGuard"),
];

const DISK: &[Row] = &[
    same("name", "name"),
    same("location", "properties.dataSourceInfo.resourceLocation"),
    Row::LeftOut("vault_id"),
    fixed("properties.objectType", "BackupInstance"),
    fixed("properties.dataSourceInfo.datasourceType", "Microsoft.Compute/disks"),
    same("disk_id", "properties.dataSourceInfo.resourceID"),
    same("backup_policy_id", "properties.policyInfo.policyId"),
    Row::Together(&["snapshot_resource_group_name", "snapshot_subscription_id"], snapshots),
];

const BLOB: &[Row] = &[
    same("name", "name"),
    same("location", "properties.dataSourceInfo.resourceLocation"),
    Row::LeftOut("vault_id"),
    fixed("properties.objectType", "BackupInstance"),
    fixed(
        "properties.dataSourceInfo.datasourceType",
        "Microsoft.Storage/storageAccounts/blobServices",
    ),
    same("storage_account_id", "properties.dataSourceInfo.resourceID"),
    same("backup_policy_id", "properties.policyInfo.policyId"),
    Row::Together(&["storage_account_container_names"], stores::blob_containers),
];

const DATA_LAKE: &[Row] = &[
    same("name", "name"),
    same("location", "properties.dataSourceInfo.resourceLocation"),
    Row::LeftOut("data_protection_backup_vault_id"),
    fixed("properties.objectType", "BackupInstance"),
    fixed(
        "properties.dataSourceInfo.datasourceType",
        "Microsoft.Storage/storageAccounts/adlsBlobServices",
    ),
    same("storage_account_id", "properties.dataSourceInfo.resourceID"),
    same("backup_policy_data_lake_storage_id", "properties.policyInfo.policyId"),
    Row::Together(&["storage_container_names"], stores::lake_containers),
];

const CLUSTER: &[Row] = &[
    same("name", "name"),
    same("location", "properties.dataSourceInfo.resourceLocation"),
    Row::LeftOut("vault_id"),
    fixed("properties.objectType", "BackupInstance"),
    fixed("properties.dataSourceInfo.datasourceType", "Microsoft.ContainerService/managedClusters"),
    same("kubernetes_cluster_id", "properties.dataSourceInfo.resourceID"),
    same("backup_policy_id", "properties.policyInfo.policyId"),
    Row::Together(&["snapshot_resource_group_name"], snapshots),
    Row::Blocks(
        "backup_datasource_parameters",
        "properties.policyInfo.policyParameters.backupDatasourceParametersList",
        CLUSTER_PARAMETERS,
    ),
];

const CLUSTER_PARAMETERS: &[Row] = &[
    fixed("objectType", "KubernetesClusterBackupDatasourceParameters"),
    same("excluded_namespaces", "excludedNamespaces"),
    same("excluded_resource_types", "excludedResourceTypes"),
    truth_or("cluster_scoped_resources_enabled", "includeClusterScopeResources", false),
    same("included_namespaces", "includedNamespaces"),
    same("included_resource_types", "includedResourceTypes"),
    same("label_selectors", "labelSelectors"),
    truth_or("volume_snapshot_enabled", "snapshotVolumes", false),
];

const MYSQL: &[Row] = &[
    same("name", "name"),
    same("location", "properties.dataSourceInfo.resourceLocation"),
    Row::LeftOut("vault_id"),
    fixed("properties.objectType", "BackupInstance"),
    fixed("properties.dataSourceInfo.datasourceType", "Microsoft.DBforMySQL/flexibleServers"),
    same("server_id", "properties.dataSourceInfo.resourceID"),
    same("backup_policy_id", "properties.policyInfo.policyId"),
];

const POSTGRESQL: &[Row] = &[
    same("name", "name"),
    same("location", "properties.dataSourceInfo.resourceLocation"),
    Row::LeftOut("vault_id"),
    fixed("properties.objectType", "BackupInstance"),
    fixed("properties.dataSourceInfo.datasourceType", "Microsoft.DBforPostgreSQL/flexibleServers"),
    same("server_id", "properties.dataSourceInfo.resourceID"),
    same("backup_policy_id", "properties.policyInfo.policyId"),
];

/// Removed in 5.0 with the service.
const SINGLE_SERVER: &[Row] = &[
    same("name", "name"),
    same("location", "properties.dataSourceInfo.resourceLocation"),
    Row::LeftOut("vault_id"),
    Row::LeftOut("database_credential_key_vault_secret_id"),
    fixed("properties.objectType", "BackupInstance"),
    fixed(
        "properties.dataSourceInfo.datasourceType",
        "Microsoft.DBforPostgreSQL/servers/databases",
    ),
    same("database_id", "properties.dataSourceInfo.resourceID"),
    same("backup_policy_id", "properties.policyInfo.policyId"),
];
