//! The properties that rules may name: allowed values, and when "missing" means "not set".
//!
//! One table serves the facts that `rule.toml` declares, the scan for unrecognised values, and the
//! typed views. Values and defaults: the template reference
//! (<https://learn.microsoft.com/azure/templates>) and recorded answers.

use super::Kind;

/// What is known about one property of one type.
#[derive(Clone, Copy, Debug)]
pub struct Property {
    /// The type that carries it.
    pub kind: Kind,
    /// The dotted path in the body.
    pub path: &'static str,
    /// The values this version knows, compared without case; empty where any value goes.
    pub values: &'static [&'static str],
    /// A body that shows none of these paths does not carry the property, so that its absence says
    /// nothing: LISTs and old API versions leave whole blocks out. Empty: absence always counts.
    pub carried_with: &'static [&'static str],
}

const SECURITY: &[&str] = &["properties.securitySettings"];
const REDUNDANCY: &[&str] = &["properties.redundancySettings"];
/// Blocks that came after encryption (API 2020-10-01) or with it: any of them dates the body.
const MODERN: &[&str] = &[
    "properties.encryption",
    "properties.monitoringSettings",
    "properties.publicNetworkAccess",
    "properties.redundancySettings",
    "properties.securitySettings",
];
const REDUNDANCIES: &[&str] =
    &["LocallyRedundant", "GeoRedundant", "ZoneRedundant", "ReadAccessGeoZoneRedundant"];
const MONITORING: &[&str] = &["properties.monitoringSettings"];
const SWITCH: &[&str] = &["Enabled", "Disabled"];
const SOFT_DELETE: &[&str] = &["Enabled", "Disabled", "AlwaysON"];
/// Recovery Services vaults write a blank after the comma, Backup vaults do not.
const IDENTITIES: &[&str] = &[
    "None",
    "SystemAssigned",
    "UserAssigned",
    "SystemAssigned, UserAssigned",
    "SystemAssigned,UserAssigned",
];
const IMMUTABILITY: &[&str] = &["Disabled", "Unlocked", "Locked"];

/// A LIST of policies answers the same bodies as a GET of each.
const POLICY: &[&str] = &["properties"];
const DURATIONS: &[&str] = &["Days", "Weeks", "Months", "Years"];

const fn property(
    kind: Kind,
    path: &'static str,
    values: &'static [&'static str],
    carried_with: &'static [&'static str],
) -> Property {
    Property { kind, path, values, carried_with }
}

/// Private endpoints came with API 2020-02-02; vaults without one have no list of connections.
const ENDPOINTS: &[&str] = &[
    "properties.privateEndpointConnections",
    "properties.privateEndpointStateForBackup",
    "properties.privateEndpointStateForSiteRecovery",
    "properties.encryption",
    "properties.publicNetworkAccess",
    "properties.redundancySettings",
    "properties.securitySettings",
];
/// A list of key vaults, storage accounts or diagnostic settings has all of their properties, a list of
/// resources has none.
const WHOLE: &[&str] = &["properties"];
const ATTRIBUTES: &[&str] = &["properties.attributes"];

/// Every property that has a closed set of values or may be left out of a body.
///
/// `Invalid` is deliberately in one list only: a vault whose MUA was never set up says so.
pub const PROPERTIES: &[Property] = &[
    property(
        Kind::RecoveryServicesVault,
        "properties.securitySettings.softDeleteSettings.softDeleteState",
        SOFT_DELETE,
        SECURITY,
    ),
    property(
        Kind::RecoveryServicesVault,
        "properties.securitySettings.softDeleteSettings.softDeleteRetentionPeriodInDays",
        &[],
        SECURITY,
    ),
    property(
        Kind::RecoveryServicesVault,
        "properties.securitySettings.softDeleteSettings.enhancedSecurityState",
        SOFT_DELETE,
        SECURITY,
    ),
    property(
        Kind::RecoveryServicesVault,
        "properties.securitySettings.immutabilitySettings.state",
        IMMUTABILITY,
        SECURITY,
    ),
    property(
        Kind::RecoveryServicesVault,
        "properties.securitySettings.multiUserAuthorization",
        &["Enabled", "Disabled", "Invalid"],
        SECURITY,
    ),
    property(
        Kind::RecoveryServicesVault,
        "properties.redundancySettings.standardTierStorageRedundancy",
        REDUNDANCIES,
        REDUNDANCY,
    ),
    property(
        Kind::RecoveryServicesVault,
        "properties.redundancySettings.crossRegionRestore",
        SWITCH,
        REDUNDANCY,
    ),
    property(
        Kind::RecoveryServicesVault,
        "properties.publicNetworkAccess",
        SWITCH,
        &["properties.publicNetworkAccess"],
    ),
    property(
        Kind::RecoveryServicesVault,
        "properties.encryption.keyVaultProperties.keyUri",
        &[],
        MODERN,
    ),
    property(Kind::RecoveryServicesVault, "properties.privateEndpointConnections", &[], ENDPOINTS),
    property(
        Kind::RecoveryServicesVault,
        "properties.privateEndpointStateForBackup",
        &["None", "Enabled"],
        &["properties.privateEndpointStateForBackup"],
    ),
    property(
        Kind::RecoveryServicesVault,
        "properties.privateEndpointStateForSiteRecovery",
        &["None", "Enabled"],
        &["properties.privateEndpointStateForSiteRecovery"],
    ),
    property(
        Kind::RecoveryServicesVault,
        "properties.encryption.kekIdentity.useSystemAssignedIdentity",
        &[],
        MODERN,
    ),
    property(
        Kind::RecoveryServicesVault,
        "properties.encryption.kekIdentity.userAssignedIdentity",
        &[],
        MODERN,
    ),
    property(
        Kind::RecoveryServicesVault,
        "properties.encryption.infrastructureEncryption",
        SWITCH,
        MODERN,
    ),
    property(
        Kind::RecoveryServicesVault,
        "properties.restoreSettings.crossSubscriptionRestoreSettings.crossSubscriptionRestoreState",
        &["Enabled", "Disabled", "PermanentlyDisabled"],
        &["properties.restoreSettings"],
    ),
    property(
        Kind::RecoveryServicesVault,
        "properties.backupStorageVersion",
        &["V1", "V2", "Unassigned"],
        &["properties.backupStorageVersion"],
    ),
    // Older API versions do not know identities.
    property(Kind::RecoveryServicesVault, "identity.type", IDENTITIES, MODERN),
    property(Kind::BackupVault, "identity.type", IDENTITIES, &[]),
    // A list of role definitions has all of their properties, too.
    property(Kind::RoleDefinition, "properties.permissions[].actions", &[], WHOLE),
    property(Kind::RoleDefinition, "properties.permissions[].notActions", &[], WHOLE),
    property(Kind::RoleDefinition, "properties.type", &[], WHOLE),
    property(Kind::RoleDefinition, "properties.roleType", &[], WHOLE),
    property(Kind::Lock, "properties.level", &["CanNotDelete", "ReadOnly", "NotSpecified"], &[]),
    property(
        Kind::RecoveryServicesVault,
        "properties.monitoringSettings.azureMonitorAlertSettings.alertsForAllJobFailures",
        SWITCH,
        MONITORING,
    ),
    property(
        Kind::BackupVault,
        "properties.monitoringSettings.azureMonitorAlertSettings.alertsForAllJobFailures",
        SWITCH,
        MONITORING,
    ),
    property(Kind::DiagnosticSetting, "properties.logs", &[], WHOLE),
    property(Kind::DiagnosticSetting, "properties.workspaceId", &[], WHOLE),
    property(Kind::DiagnosticSetting, "properties.storageAccountId", &[], WHOLE),
    property(Kind::DiagnosticSetting, "properties.eventHubAuthorizationRuleId", &[], WHOLE),
    property(Kind::DiagnosticSetting, "properties.marketplacePartnerId", &[], WHOLE),
    property(
        Kind::DiagnosticSetting,
        "properties.logAnalyticsDestinationType",
        &["Dedicated", "AzureDiagnostics"],
        WHOLE,
    ),
    // Of an account that leaves one of these out, it depends on its age and API version what is in force.
    property(
        Kind::StorageAccount,
        "kind",
        &["Storage", "StorageV2", "BlobStorage", "FileStorage", "BlockBlobStorage"],
        &[],
    ),
    property(
        Kind::StorageAccount,
        "sku.name",
        &[
            "Standard_LRS",
            "Standard_GRS",
            "Standard_RAGRS",
            "Standard_ZRS",
            "Standard_GZRS",
            "Standard_RAGZRS",
            "Premium_LRS",
            "Premium_ZRS",
            "StandardV2_LRS",
            "StandardV2_GRS",
            "StandardV2_ZRS",
            "StandardV2_GZRS",
            "PremiumV2_LRS",
            "PremiumV2_ZRS",
        ],
        &[],
    ),
    property(
        Kind::StorageAccount,
        "properties.minimumTlsVersion",
        &["TLS1_0", "TLS1_1", "TLS1_2", "TLS1_3"],
        &["properties.minimumTlsVersion"],
    ),
    property(
        Kind::StorageAccount,
        "properties.allowBlobPublicAccess",
        &[],
        &["properties.allowBlobPublicAccess"],
    ),
    property(
        Kind::StorageAccount,
        "properties.publicNetworkAccess",
        &["Enabled", "Disabled", "SecuredByPerimeter"],
        &["properties.publicNetworkAccess"],
    ),
    property(
        Kind::StorageAccount,
        "properties.networkAcls.defaultAction",
        &["Allow", "Deny"],
        &["properties.networkAcls"],
    ),
    property(Kind::StorageAccount, "properties.supportsHttpsTrafficOnly", &[], WHOLE),
    property(Kind::BackupConfig, "properties.softDeleteFeatureState", SOFT_DELETE, &[]),
    property(Kind::BackupConfig, "properties.enhancedSecurityState", SOFT_DELETE, &[]),
    property(Kind::StorageConfig, "properties.storageModelType", REDUNDANCIES, &[]),
    property(Kind::StorageConfig, "properties.storageType", REDUNDANCIES, &[]),
    property(Kind::StorageConfig, "properties.storageTypeState", &["Locked", "Unlocked"], &[]),
    property(
        Kind::BackupVault,
        "properties.securitySettings.softDeleteSettings.state",
        // Recorded answers have On, Off and AlwaysOn; some documents write Enabled for On.
        &["On", "Off", "AlwaysOn", "Enabled"],
        SECURITY,
    ),
    property(
        Kind::BackupVault,
        "properties.securitySettings.softDeleteSettings.retentionDurationInDays",
        &[],
        SECURITY,
    ),
    property(
        Kind::BackupVault,
        "properties.securitySettings.immutabilitySettings.state",
        IMMUTABILITY,
        SECURITY,
    ),
    property(
        Kind::BackupVault,
        "properties.securitySettings.encryptionSettings.state",
        &["Enabled", "Disabled", "Inconsistent"],
        SECURITY,
    ),
    property(
        Kind::BackupVault,
        "properties.securitySettings.encryptionSettings.keyVaultProperties.keyUri",
        &[],
        SECURITY,
    ),
    property(
        Kind::BackupVault,
        "properties.securitySettings.encryptionSettings.infrastructureEncryption",
        SWITCH,
        SECURITY,
    ),
    property(
        Kind::BackupVault,
        "properties.securitySettings.encryptionSettings.kekIdentity.identityType",
        &["SystemAssigned", "UserAssigned"],
        SECURITY,
    ),
    property(
        Kind::BackupVault,
        "properties.securitySettings.encryptionSettings.kekIdentity.identityId",
        &[],
        SECURITY,
    ),
    property(
        Kind::BackupVault,
        "properties.featureSettings.crossRegionRestoreSettings.state",
        SWITCH,
        SECURITY,
    ),
    property(
        Kind::BackupVault,
        "properties.featureSettings.crossSubscriptionRestoreSettings.state",
        &["Enabled", "Disabled", "PermanentlyDisabled"],
        SECURITY,
    ),
    property(
        Kind::BackupVault,
        "properties.storageSettings[].type",
        &["LocallyRedundant", "GeoRedundant", "ZoneRedundant"],
        &["properties.storageSettings"],
    ),
    property(
        Kind::RecoveryServicesPolicy,
        "properties.backupManagementType",
        &[
            "AzureIaasVM",
            "AzureWorkload",
            "AzureStorage",
            "AzureSql",
            "GenericProtectionPolicy",
            "MAB",
            "DPM",
            "AzureBackupServer",
        ],
        POLICY,
    ),
    property(Kind::RecoveryServicesPolicy, "properties.policyType", &["V1", "V2"], POLICY),
    property(
        Kind::RecoveryServicesPolicy,
        "properties.schedulePolicy.scheduleRunFrequency",
        &["Hourly", "Daily", "Weekly"],
        POLICY,
    ),
    property(Kind::RecoveryServicesPolicy, "properties.schedulePolicy", &[], POLICY),
    property(Kind::RecoveryServicesPolicy, "properties.retentionPolicy", &[], POLICY),
    property(
        Kind::RecoveryServicesPolicy,
        "properties.retentionPolicy.dailySchedule.retentionDuration.durationType",
        DURATIONS,
        POLICY,
    ),
    property(
        Kind::RecoveryServicesPolicy,
        "properties.retentionPolicy.weeklySchedule.retentionDuration.durationType",
        DURATIONS,
        POLICY,
    ),
    property(
        Kind::RecoveryServicesPolicy,
        "properties.retentionPolicy.monthlySchedule.retentionDuration.durationType",
        DURATIONS,
        POLICY,
    ),
    property(
        Kind::RecoveryServicesPolicy,
        "properties.retentionPolicy.yearlySchedule.retentionDuration.durationType",
        DURATIONS,
        POLICY,
    ),
    property(Kind::RecoveryServicesPolicy, "properties.vaultRetentionPolicy", &[], POLICY),
    property(Kind::RecoveryServicesPolicy, "properties.subProtectionPolicy", &[], POLICY),
    property(Kind::RecoveryServicesPolicy, "properties.instantRpRetentionRangeInDays", &[], POLICY),
    property(Kind::RecoveryServicesPolicy, "properties.protectedItemsCount", &[], POLICY),
    property(Kind::BackupVaultPolicy, "properties.policyRules", &[], POLICY),
    // A LIST of items answers the same bodies as a GET of each.
    property(Kind::ProtectedItem, "properties.policyId", &[], &["properties"]),
    property(
        Kind::ProtectedItem,
        "properties.protectionState",
        super::protection::state::STATES,
        &[],
    ),
    property(
        Kind::BackupInstance,
        "properties.currentProtectionState",
        super::protection::state::STATES,
        &[],
    ),
    property(
        Kind::VirtualMachine,
        "properties.securityProfile.securityType",
        super::machine::SECURITY_TYPES,
        &[],
    ),
    property(Kind::KeyVault, "properties.enablePurgeProtection", &[], WHOLE),
    property(Kind::KeyVault, "properties.enableSoftDelete", &[], WHOLE),
    property(Kind::KeyVault, "properties.enableRbacAuthorization", &[], WHOLE),
    property(Kind::KeyVault, "properties.accessPolicies", &[], WHOLE),
    property(Kind::KeyVault, "properties.networkAcls.bypass", &["AzureServices", "None"], WHOLE),
    property(Kind::KeyVault, "properties.networkAcls.defaultAction", &["Allow", "Deny"], WHOLE),
    property(
        Kind::KeyVault,
        "properties.publicNetworkAccess",
        &["Enabled", "Disabled", "SecuredByPerimeter"],
        WHOLE,
    ),
    property(Kind::KeyVaultKey, "properties.attributes.enabled", &[], ATTRIBUTES),
    property(Kind::KeyVaultKey, "properties.attributes.exp", &[], ATTRIBUTES),
    property(Kind::PrivateDnsZoneGroup, "properties.privateDnsZoneConfigs", &[], WHOLE),
    property(Kind::Disk, "properties.diskState", super::disk::DISK_STATES, &[]),
    property(Kind::FileShare, "properties.enabledProtocols", &["SMB", "NFS"], &[]),
    property(
        Kind::KubernetesExtension,
        "properties.provisioningState",
        &["Succeeded", "Failed", "Canceled", "Creating", "Updating", "Deleting"],
        &[],
    ),
];

impl Property {
    /// The row of a type and path, if the table has one.
    pub fn of(kind: Kind, path: &str) -> Option<&'static Self> {
        PROPERTIES.iter().find(|property| property.kind == kind && property.path == path)
    }

    /// Whether `value` is one this version knows.
    pub fn recognises(&self, value: &str) -> bool {
        self.values.is_empty() || self.values.iter().any(|known| known.eq_ignore_ascii_case(value))
    }

    /// Whether the body would have shown the property, had it been set. `None` where only the
    /// completeness of the body can tell.
    ///
    /// In a complete body any block of the same age tells; in a partial one only the property's own
    /// block does, since a LIST leaves out one block and not another.
    pub fn is_carried(&self, complete: bool, body_shows: impl Fn(&str) -> bool) -> Option<bool> {
        let mut tell = self.carried_with.iter().filter(|block| {
            complete
                || self
                    .path
                    .strip_prefix(**block)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        });
        (!self.carried_with.is_empty()).then(|| tell.any(|path| body_shows(path)))
    }
}
