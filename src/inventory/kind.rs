//! The resource types this tool knows by name.

/// A resource type. Types that no rule reads by name are [`Kind::Other`]; they are counted under
/// the name their bodies give.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each variant is the ARM type that `type_name` spells out")]
pub enum Kind {
    RecoveryServicesVault,
    BackupVault,
    ProtectedItem,
    BackupInstance,
    DeletedBackupInstance,
    RecoveryServicesPolicy,
    BackupVaultPolicy,
    ResourceGuard,
    RecoveryServicesGuardLink,
    BackupVaultGuardLink,
    BackupConfig,
    StorageConfig,
    EncryptionConfig,
    ProtectionContainer,
    RecoveryServicesJob,
    BackupVaultJob,
    RecoveryServicesPoint,
    BackupVaultPoint,
    StorageAccount,
    VirtualMachine,
    Disk,
    Lock,
    RoleAssignment,
    RoleDefinition,
    DenyAssignment,
    RoleEligibilityInstance,
    RoleAssignmentInstance,
    ReplicatedItem,
    ResourceGroup,
    Subscription,
    ManagementGroup,
    ManagementGroupSubscription,
    FileShare,
    BlobContainer,
    ManagedCluster,
    KubernetesExtension,
    PostgreSqlServer,
    MySqlServer,
    VirtualMachineExtension,
    PrivateEndpoint,
    PrivateDnsZoneGroup,
    KeyVault,
    KeyVaultKey,
    DiagnosticSetting,
    ActivityLogAlert,
    MetricAlert,
    ScheduledQueryRule,
    ActionGroup,
    AlertProcessingRule,
    ScriptJob,
    ScriptOperation,
    Other,
}

const TYPES: [(Kind, &str); 51] = [
    (
        Kind::ProtectedItem,
        "Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems",
    ),
    (Kind::VirtualMachine, "Microsoft.Compute/virtualMachines"),
    (Kind::RecoveryServicesVault, "Microsoft.RecoveryServices/vaults"),
    (Kind::BackupVault, "Microsoft.DataProtection/backupVaults"),
    (Kind::BackupInstance, "Microsoft.DataProtection/backupVaults/backupInstances"),
    (Kind::DeletedBackupInstance, "Microsoft.DataProtection/backupVaults/deletedBackupInstances"),
    (Kind::RecoveryServicesPolicy, "Microsoft.RecoveryServices/vaults/backupPolicies"),
    (Kind::BackupVaultPolicy, "Microsoft.DataProtection/backupVaults/backupPolicies"),
    (Kind::ResourceGuard, "Microsoft.DataProtection/resourceGuards"),
    (
        Kind::RecoveryServicesGuardLink,
        "Microsoft.RecoveryServices/vaults/backupResourceGuardProxies",
    ),
    (
        Kind::BackupVaultGuardLink,
        "Microsoft.DataProtection/backupVaults/backupResourceGuardProxies",
    ),
    (Kind::BackupConfig, "Microsoft.RecoveryServices/vaults/backupconfig"),
    (Kind::StorageConfig, "Microsoft.RecoveryServices/vaults/backupstorageconfig"),
    (Kind::EncryptionConfig, "Microsoft.RecoveryServices/vaults/backupEncryptionConfigs"),
    (
        Kind::ProtectionContainer,
        "Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers",
    ),
    (Kind::RecoveryServicesJob, "Microsoft.RecoveryServices/vaults/backupJobs"),
    (Kind::BackupVaultJob, "Microsoft.DataProtection/backupVaults/backupJobs"),
    (
        Kind::RecoveryServicesPoint,
        "Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems/recoveryPoints",
    ),
    (
        Kind::BackupVaultPoint,
        "Microsoft.DataProtection/backupVaults/backupInstances/recoveryPoints",
    ),
    (Kind::StorageAccount, "Microsoft.Storage/storageAccounts"),
    (Kind::Disk, "Microsoft.Compute/disks"),
    (Kind::Lock, "Microsoft.Authorization/locks"),
    (Kind::RoleAssignment, "Microsoft.Authorization/roleAssignments"),
    (Kind::RoleDefinition, "Microsoft.Authorization/roleDefinitions"),
    (Kind::DenyAssignment, "Microsoft.Authorization/denyAssignments"),
    (Kind::RoleEligibilityInstance, "Microsoft.Authorization/roleEligibilityScheduleInstances"),
    (Kind::RoleAssignmentInstance, "Microsoft.Authorization/roleAssignmentScheduleInstances"),
    (
        Kind::ReplicatedItem,
        "Microsoft.RecoveryServices/vaults/replicationFabrics/replicationProtectionContainers/replicationProtectedItems",
    ),
    (Kind::ResourceGroup, "Microsoft.Resources/resourceGroups"),
    (Kind::Subscription, "Microsoft.Resources/subscriptions"),
    (Kind::ManagementGroup, "Microsoft.Management/managementGroups"),
    (Kind::ManagementGroupSubscription, "Microsoft.Management/managementGroups/subscriptions"),
    (Kind::FileShare, "Microsoft.Storage/storageAccounts/fileServices/shares"),
    (Kind::BlobContainer, "Microsoft.Storage/storageAccounts/blobServices/containers"),
    (Kind::ManagedCluster, "Microsoft.ContainerService/managedClusters"),
    (Kind::KubernetesExtension, "Microsoft.KubernetesConfiguration/extensions"),
    (Kind::PostgreSqlServer, "Microsoft.DBforPostgreSQL/flexibleServers"),
    (Kind::MySqlServer, "Microsoft.DBforMySQL/flexibleServers"),
    (Kind::VirtualMachineExtension, "Microsoft.Compute/virtualMachines/extensions"),
    (Kind::PrivateEndpoint, "Microsoft.Network/privateEndpoints"),
    (Kind::PrivateDnsZoneGroup, "Microsoft.Network/privateEndpoints/privateDnsZoneGroups"),
    (Kind::KeyVault, "Microsoft.KeyVault/vaults"),
    (Kind::KeyVaultKey, "Microsoft.KeyVault/vaults/keys"),
    (Kind::DiagnosticSetting, "Microsoft.Insights/diagnosticSettings"),
    (Kind::ActivityLogAlert, "Microsoft.Insights/activityLogAlerts"),
    (Kind::MetricAlert, "Microsoft.Insights/metricAlerts"),
    (Kind::ScheduledQueryRule, "Microsoft.Insights/scheduledQueryRules"),
    (Kind::ActionGroup, "Microsoft.Insights/actionGroups"),
    (Kind::AlertProcessingRule, "Microsoft.AlertsManagement/actionRules"),
    // No types of ARM: what scripts and pipelines do.
    (Kind::ScriptJob, "Script/jobs"),
    (Kind::ScriptOperation, "Script/operations"),
];

/// Other names that services write: Resource Graph for two container types, and Backup vaults for
/// their guard links, in every recorded answer and every official example.
const OTHER_NAMES: [(Kind, &str); 3] = [
    (Kind::BackupVaultGuardLink, "Microsoft.DataProtection/vaults/backupResourceGuardProxies"),
    (Kind::ResourceGroup, "microsoft.resources/subscriptions/resourcegroups"),
    (Kind::Subscription, "microsoft.resources/subscriptions"),
];

impl Kind {
    /// The kind with this ARM type, in any case.
    pub fn of_type(name: &str) -> Self {
        TYPES
            .iter()
            .chain(&OTHER_NAMES)
            .find(|(_, known)| known.len() == name.len() && known.eq_ignore_ascii_case(name))
            .map_or(Self::Other, |(kind, _)| *kind)
    }

    /// The ARM type in canonical spelling; empty for [`Kind::Other`].
    pub fn type_name(self) -> &'static str {
        TYPES.iter().find(|(kind, _)| *kind == self).map_or("", |(_, name)| name)
    }

    /// Whether this is a vault of either kind.
    pub fn is_vault(self) -> bool {
        matches!(self, Self::RecoveryServicesVault | Self::BackupVault)
    }

    /// Whether this is a protected item or a backup instance.
    pub fn is_protection(self) -> bool {
        matches!(self, Self::ProtectedItem | Self::BackupInstance)
    }

    /// Every kind with a name.
    pub fn all() -> impl Iterator<Item = Self> {
        TYPES.iter().map(|(kind, _)| *kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_kinds_agree() {
        for kind in Kind::all() {
            assert_eq!(Kind::of_type(&kind.type_name().to_ascii_uppercase()), kind);
        }
        assert_eq!(Kind::of_type("Microsoft.Web/sites"), Kind::Other);
        assert_eq!(
            Kind::of_type("microsoft.dataprotection/vaults/backupresourceguardproxies"),
            Kind::BackupVaultGuardLink
        );
    }
}
