//! Recovery Services vaults, and their link to a resource guard.

use crate::code::adapter::terraform::row::{
    Absent, How, Literal, Mapping, Row, Target, fixed, row, same, same_or, switch_or,
};

const GUARD: &str = "{vault_id}/backupResourceGuardProxies/VaultProxy";
const VAULT: &str = "{group}/providers/Microsoft.RecoveryServices/vaults/{name}";

pub const MAPPINGS: &[Mapping] = &[
    Mapping {
        names: &["azurerm_recovery_services_vault"],
        kind: "Microsoft.RecoveryServices/vaults",
        target: Target::Resource(&[VAULT]),
        rows: VAULT_ROWS,
        answers: &[],
    },
    Mapping {
        names: &["azurerm_recovery_services_vault_resource_guard_association"],
        kind: "Microsoft.RecoveryServices/vaults/backupResourceGuardProxies",
        target: Target::Resource(&[GUARD]),
        rows: &[
            fixed("name", "VaultProxy"),
            Row::LeftOut("vault_id"),
            same("resource_guard_id", "properties.resourceGuardResourceId"),
        ],
        answers: &[],
    },
];

const VAULT_ROWS: &[Row] = &[
    same("name", "name"),
    Row::LeftOut("resource_group_name"),
    same("location", "location"),
    same("tags", "tags"),
    same("identity.type", "identity.type"),
    row("identity.identity_ids", "identity.userAssignedIdentities", How::Keys, Absent::Same),
    same("sku", "sku.name"),
    row("sku", "sku.tier", How::Spelled(&[("RS0", "Standard")]), Absent::Same),
    switch_or("public_network_access_enabled", "properties.publicNetworkAccess", true),
    row(
        "immutability",
        "properties.securitySettings.immutabilitySettings.state",
        How::Same,
        Absent::Same,
    ),
    // Removed in 5.0, and nothing came in its place.
    row(
        "soft_delete_enabled",
        "properties.securitySettings.softDeleteSettings.softDeleteState",
        How::Word("Enabled", "Disabled"),
        Absent::Before(5, Literal::Text("Enabled")),
    ),
    Row::CannotSay(
        "properties.securitySettings.softDeleteSettings.softDeleteRetentionPeriodInDays",
    ),
    Row::CannotSay("properties.securitySettings.softDeleteSettings.enhancedSecurityState"),
    same_or(
        "storage_mode_type",
        "properties.redundancySettings.standardTierStorageRedundancy",
        "GeoRedundant",
    ),
    switch_or(
        "cross_region_restore_enabled",
        "properties.redundancySettings.crossRegionRestore",
        false,
    ),
    Row::CannotSay(
        "properties.restoreSettings.crossSubscriptionRestoreSettings.crossSubscriptionRestoreState",
    ),
    Row::Block("encryption", "properties.encryption", ENCRYPTION),
    Row::LeftOut("classic_vmware_replication_enabled"),
    Row::Block("monitoring", "properties.monitoringSettings", MONITORING),
];

const ENCRYPTION: &[Row] = &[
    same("key_id", "keyVaultProperties.keyUri"),
    switch_or("infrastructure_encryption_enabled", "infrastructureEncryption", false),
    row(
        "use_system_assigned_identity",
        "kekIdentity.useSystemAssignedIdentity",
        How::Truth,
        Absent::Is(Literal::Truth(true)),
    ),
    same("user_assigned_identity_id", "kekIdentity.userAssignedIdentity"),
];

const MONITORING: &[Row] = &[
    switch_or(
        "alerts_for_all_job_failures_enabled",
        "azureMonitorAlertSettings.alertsForAllJobFailures",
        true,
    ),
    switch_or(
        "alerts_for_all_failover_issues_enabled",
        "azureMonitorAlertSettings.alertsForAllFailoverIssues",
        true,
    ),
    switch_or(
        "alerts_for_all_replication_issues_enabled",
        "azureMonitorAlertSettings.alertsForAllReplicationIssues",
        true,
    ),
    switch_or(
        "alerts_for_critical_operation_failures_enabled",
        "classicAlertSettings.alertsForCriticalOperations",
        true,
    ),
    switch_or(
        "email_notifications_for_site_recovery_enabled",
        "classicAlertSettings.emailNotificationsForSiteRecovery",
        true,
    ),
];
