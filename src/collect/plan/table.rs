//! The questions: one row a kind of resource. Nothing else in the program knows what is asked.

use super::topic::Asked::{Directory, Each, Get, Graph, List};
use super::topic::Level::{Always, Minimal, OnRequest, Usual};
use super::topic::Table::{
    AuthorizationResources, RecoveryServicesResources, ResourceContainers, Resources,
};
use super::topic::{Asked, Condition, Filter, Level, Place, Topic};
use super::version::Area;

const fn topic(
    name: &'static str,
    kind: &'static str,
    asked: Asked,
    area: Area,
    permission: &'static str,
    level: Level,
) -> Topic {
    Topic { name, kind, asked, area, permission, level }
}

const fn graph(
    name: &'static str,
    kind: &'static str,
    table: super::topic::Table,
    permission: &'static str,
    level: Level,
) -> Topic {
    topic(name, kind, Graph(table, Condition::None), Area::ResourceGraph, permission, level)
}

const fn list(at: Place, path: &'static str) -> Asked {
    List(at, (path, Filter::None))
}

const fn get(at: Place, path: &'static str) -> Asked {
    Get(at, (path, Filter::None))
}

const fn each(path: &'static str) -> Asked {
    Each((path, Filter::None))
}

/// What the collector can read, in the order in which it is shown.
pub const TOPICS: &[Topic] = &[
    // Resource Graph: one query a table.
    graph(
        "subscriptions",
        "Microsoft.Resources/subscriptions",
        ResourceContainers,
        "Microsoft.Resources/subscriptions/read",
        Always,
    ),
    graph(
        "resource-groups",
        "Microsoft.Resources/subscriptions/resourceGroups",
        ResourceContainers,
        "Microsoft.Resources/subscriptions/resourceGroups/read",
        Always,
    ),
    graph(
        "protected-items",
        "Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems",
        RecoveryServicesResources,
        "Microsoft.RecoveryServices/vaults/backupProtectedItems/read",
        Minimal,
    ),
    graph(
        "policies",
        "Microsoft.RecoveryServices/vaults/backupPolicies",
        RecoveryServicesResources,
        "Microsoft.RecoveryServices/vaults/backupPolicies/read",
        Minimal,
    ),
    graph(
        "backup-instances",
        "Microsoft.DataProtection/backupVaults/backupInstances",
        RecoveryServicesResources,
        "Microsoft.DataProtection/backupVaults/backupInstances/read",
        Minimal,
    ),
    graph(
        "backup-vault-policies",
        "Microsoft.DataProtection/backupVaults/backupPolicies",
        RecoveryServicesResources,
        "Microsoft.DataProtection/backupVaults/backupPolicies/read",
        Minimal,
    ),
    graph(
        "deleted-backup-instances",
        "Microsoft.DataProtection/backupVaults/deletedBackupInstances",
        RecoveryServicesResources,
        "Microsoft.DataProtection/backupVaults/deletedBackupInstances/read",
        Usual,
    ),
    graph(
        "deleted-vaults",
        "Microsoft.RecoveryServices/locations/deletedVaults",
        RecoveryServicesResources,
        "Microsoft.RecoveryServices/locations/deletedVaults/read",
        Usual,
    ),
    graph(
        "replicated-items",
        "Microsoft.RecoveryServices/vaults/replicationFabrics/replicationProtectionContainers/replicationProtectedItems",
        RecoveryServicesResources,
        "Microsoft.RecoveryServices/vaults/replicationFabrics/replicationProtectionContainers/replicationProtectedItems/read",
        Usual,
    ),
    // Resource Graph keeps jobs for 14 days, and restores are asked for longer, below.
    topic(
        "jobs",
        "Microsoft.RecoveryServices/vaults/backupJobs",
        Graph(RecoveryServicesResources, Condition::Not("operation", "Restore")),
        Area::ResourceGraph,
        "Microsoft.RecoveryServices/vaults/backupJobs/read",
        Usual,
    ),
    graph(
        "virtual-machines",
        "Microsoft.Compute/virtualMachines",
        Resources,
        "Microsoft.Compute/virtualMachines/read",
        Minimal,
    ),
    topic(
        "backup-extensions",
        "Microsoft.Compute/virtualMachines/extensions",
        Graph(Resources, Condition::OneOf("type", &["VMSnapshot", "VMSnapshotLinux"])),
        Area::ResourceGraph,
        "Microsoft.Compute/virtualMachines/extensions/read",
        Usual,
    ),
    graph("disks", "Microsoft.Compute/disks", Resources, "Microsoft.Compute/disks/read", Usual),
    graph(
        "storage-accounts",
        "Microsoft.Storage/storageAccounts",
        Resources,
        "Microsoft.Storage/storageAccounts/read",
        Usual,
    ),
    graph(
        "aks-clusters",
        "Microsoft.ContainerService/managedClusters",
        Resources,
        "Microsoft.ContainerService/managedClusters/read",
        Usual,
    ),
    graph(
        "postgresql-servers",
        "Microsoft.DBforPostgreSQL/flexibleServers",
        Resources,
        "Microsoft.DBforPostgreSQL/flexibleServers/read",
        Usual,
    ),
    graph(
        "mysql-servers",
        "Microsoft.DBforMySQL/flexibleServers",
        Resources,
        "Microsoft.DBforMySQL/flexibleServers/read",
        Usual,
    ),
    graph(
        "key-vaults",
        "Microsoft.KeyVault/vaults",
        Resources,
        "Microsoft.KeyVault/vaults/read",
        Usual,
    ),
    graph(
        "private-endpoints",
        "Microsoft.Network/privateEndpoints",
        Resources,
        "Microsoft.Network/privateEndpoints/read",
        Usual,
    ),
    graph(
        "action-groups",
        "Microsoft.Insights/actionGroups",
        Resources,
        "Microsoft.Insights/actionGroups/read",
        Usual,
    ),
    graph(
        "activity-log-alerts",
        "Microsoft.Insights/activityLogAlerts",
        Resources,
        "Microsoft.Insights/activityLogAlerts/read",
        Usual,
    ),
    graph(
        "metric-alerts",
        "Microsoft.Insights/metricAlerts",
        Resources,
        "Microsoft.Insights/metricAlerts/read",
        Usual,
    ),
    graph(
        "query-alerts",
        "Microsoft.Insights/scheduledQueryRules",
        Resources,
        "Microsoft.Insights/scheduledQueryRules/read",
        Usual,
    ),
    graph(
        "alert-processing-rules",
        "Microsoft.AlertsManagement/actionRules",
        Resources,
        "Microsoft.AlertsManagement/actionRules/read",
        Usual,
    ),
    graph(
        "role-definitions",
        "Microsoft.Authorization/roleDefinitions",
        AuthorizationResources,
        "Microsoft.Authorization/roleDefinitions/read",
        Usual,
    ),
    // Once a subscription. Without a filter the lists of access also hold what stands above it.
    topic(
        "locks",
        "Microsoft.Authorization/locks",
        list(Place::Subscription, "/providers/Microsoft.Authorization/locks"),
        Area::Locks,
        "Microsoft.Authorization/locks/read",
        Minimal,
    ),
    topic(
        "role-assignments",
        "Microsoft.Authorization/roleAssignments",
        list(Place::Subscription, "/providers/Microsoft.Authorization/roleAssignments"),
        Area::Authorization,
        "Microsoft.Authorization/roleAssignments/read",
        Usual,
    ),
    topic(
        "deny-assignments",
        "Microsoft.Authorization/denyAssignments",
        list(Place::Subscription, "/providers/Microsoft.Authorization/denyAssignments"),
        Area::Authorization,
        "Microsoft.Authorization/denyAssignments/read",
        Usual,
    ),
    topic(
        "role-eligibilities",
        "Microsoft.Authorization/roleEligibilityScheduleInstances",
        list(
            Place::Subscription,
            "/providers/Microsoft.Authorization/roleEligibilityScheduleInstances",
        ),
        Area::RoleSchedules,
        "Microsoft.Authorization/roleEligibilityScheduleInstances/read",
        Usual,
    ),
    topic(
        "role-schedules",
        "Microsoft.Authorization/roleAssignmentScheduleInstances",
        list(
            Place::Subscription,
            "/providers/Microsoft.Authorization/roleAssignmentScheduleInstances",
        ),
        Area::RoleSchedules,
        "Microsoft.Authorization/roleAssignmentScheduleInstances/read",
        Usual,
    ),
    topic(
        "directory",
        "microsoft.graph.group",
        Directory,
        Area::Directory,
        "Directory.Read.All of Microsoft Graph",
        Usual,
    ),
    // Vaults and guards: a list of them leaves their settings out.
    topic(
        "vaults",
        "Microsoft.RecoveryServices/vaults",
        each("/providers/Microsoft.RecoveryServices/vaults"),
        Area::RecoveryServices,
        "Microsoft.RecoveryServices/vaults/read",
        Always,
    ),
    topic(
        "backup-vaults",
        "Microsoft.DataProtection/backupVaults",
        each("/providers/Microsoft.DataProtection/backupVaults"),
        Area::DataProtection,
        "Microsoft.DataProtection/backupVaults/read",
        Always,
    ),
    topic(
        "resource-guards",
        "Microsoft.DataProtection/resourceGuards",
        each("/providers/Microsoft.DataProtection/resourceGuards"),
        Area::DataProtection,
        "Microsoft.DataProtection/resourceGuards/read",
        Minimal,
    ),
    // What Resource Graph does not show of a vault.
    topic(
        "backup-config",
        "Microsoft.RecoveryServices/vaults/backupconfig",
        get(Place::RecoveryServicesVault, "/backupconfig/vaultconfig"),
        Area::RecoveryServices,
        "Microsoft.RecoveryServices/vaults/backupconfig/read",
        Minimal,
    ),
    topic(
        "backup-storage-config",
        "Microsoft.RecoveryServices/vaults/backupstorageconfig",
        get(Place::RecoveryServicesVault, "/backupstorageconfig/vaultstorageconfig"),
        Area::RecoveryServices,
        "Microsoft.RecoveryServices/vaults/backupstorageconfig/read",
        Minimal,
    ),
    topic(
        "encryption-config",
        "Microsoft.RecoveryServices/vaults/backupEncryptionConfigs",
        get(
            Place::RecoveryServicesVault,
            "/backupEncryptionConfigs/backupResourceEncryptionConfig",
        ),
        Area::RecoveryServices,
        "Microsoft.RecoveryServices/vaults/backupEncryptionConfigs/read",
        OnRequest,
    ),
    topic(
        "guard-links",
        "Microsoft.RecoveryServices/vaults/backupResourceGuardProxies",
        list(Place::RecoveryServicesVault, "/backupResourceGuardProxies"),
        Area::RecoveryServices,
        "Microsoft.RecoveryServices/vaults/backupResourceGuardProxies/read",
        Minimal,
    ),
    topic(
        "backup-vault-guard-links",
        "Microsoft.DataProtection/backupVaults/backupResourceGuardProxies",
        list(Place::BackupVault, "/backupResourceGuardProxies"),
        Area::DataProtection,
        "Microsoft.DataProtection/backupVaults/backupResourceGuardProxies/read",
        Minimal,
    ),
    topic(
        "hybrid-containers",
        "Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers",
        List(
            Place::RecoveryServicesVault,
            ("/backupProtectionContainers", Filter::Text("backupManagementType eq 'MAB'")),
        ),
        Area::RecoveryServices,
        "Microsoft.RecoveryServices/vaults/backupProtectionContainers/read",
        Usual,
    ),
    topic(
        "restores",
        crate::inventory::RESTORES,
        List(Place::RecoveryServicesVault, ("/backupJobs", Filter::Restores)),
        Area::RecoveryServices,
        "Microsoft.RecoveryServices/vaults/backupJobs/read",
        Usual,
    ),
    topic(
        "backup-vault-jobs",
        "Microsoft.DataProtection/backupVaults/backupJobs",
        list(Place::BackupVault, "/backupJobs"),
        Area::DataProtection,
        "Microsoft.DataProtection/backupVaults/backupJobs/read",
        Usual,
    ),
    topic(
        "items-of-empty-vaults",
        "Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems",
        list(Place::EmptyRecoveryServicesVault, "/backupProtectedItems"),
        Area::RecoveryServices,
        "Microsoft.RecoveryServices/vaults/backupProtectedItems/read",
        Minimal,
    ),
    topic(
        "instances-of-empty-vaults",
        "Microsoft.DataProtection/backupVaults/backupInstances",
        list(Place::EmptyBackupVault, "/backupInstances"),
        Area::DataProtection,
        "Microsoft.DataProtection/backupVaults/backupInstances/read",
        Minimal,
    ),
    topic(
        "diagnostic-settings",
        "Microsoft.Insights/diagnosticSettings",
        list(Place::AnyVault, "/providers/Microsoft.Insights/diagnosticSettings"),
        Area::DiagnosticSettings,
        "Microsoft.Insights/diagnosticSettings/read",
        Usual,
    ),
    topic(
        "missing-recovery-points",
        "Microsoft.DataProtection/backupVaults/backupInstances/recoveryPoints",
        list(Place::InstanceWithoutBackup, "/recoveryPoints"),
        Area::DataProtection,
        "Microsoft.DataProtection/backupVaults/backupInstances/recoveryPoints/read",
        Usual,
    ),
    topic(
        "backup-instance-recovery-points",
        "Microsoft.DataProtection/backupVaults/backupInstances/recoveryPoints",
        list(Place::BackupInstance, "/recoveryPoints"),
        Area::DataProtection,
        "Microsoft.DataProtection/backupVaults/backupInstances/recoveryPoints/read",
        OnRequest,
    ),
    topic(
        "recovery-points",
        "Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems/recoveryPoints",
        list(Place::ProtectedItem, "/recoveryPoints"),
        Area::RecoveryServices,
        "Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems/recoveryPoints/read",
        OnRequest,
    ),
    // What Resource Graph does not show of what vaults protect and need.
    topic(
        "file-shares",
        "Microsoft.Storage/storageAccounts/fileServices/shares",
        list(Place::FileAccount, "/fileServices/default/shares"),
        Area::Storage,
        "Microsoft.Storage/storageAccounts/fileServices/shares/read",
        Usual,
    ),
    topic(
        "blob-containers",
        "Microsoft.Storage/storageAccounts/blobServices/containers",
        list(Place::BlobAccount, "/blobServices/default/containers"),
        Area::Storage,
        "Microsoft.Storage/storageAccounts/blobServices/containers/read",
        Usual,
    ),
    topic(
        "aks-extensions",
        "Microsoft.KubernetesConfiguration/extensions",
        list(Place::ManagedCluster, "/providers/Microsoft.KubernetesConfiguration/extensions"),
        Area::KubernetesConfiguration,
        "Microsoft.KubernetesConfiguration/extensions/read",
        Usual,
    ),
    topic(
        "private-dns-zone-groups",
        "Microsoft.Network/privateEndpoints/privateDnsZoneGroups",
        list(Place::VaultEndpoint, "/privateDnsZoneGroups"),
        Area::PrivateEndpoints,
        "Microsoft.Network/privateEndpoints/privateDnsZoneGroups/read",
        Usual,
    ),
    topic(
        "keys",
        "Microsoft.KeyVault/vaults/keys",
        get(Place::VaultKey, ""),
        Area::KeyVault,
        "Microsoft.KeyVault/vaults/keys/read",
        Usual,
    ),
];
