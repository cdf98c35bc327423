//! The closed list: every action that this tool asks role definitions about, each spelled once.

use super::{Action, GuardRequest};

/// Declares the actions in the order of their positions.
macro_rules! actions {
    ($($name:ident = $text:literal,)+) => {
        #[expect(non_camel_case_types, clippy::upper_case_acronyms, reason = "named as the constants are")]
        #[repr(u8)]
        enum Position {
            $($name,)+
        }

        impl Action {
            $(
                #[doc = concat!("`", $text, "`.")]
                pub const $name: Self = Self(Position::$name as u8);
            )+
        }

        /// The names of the actions that have a constant, by position.
        pub(super) const NAMED: &[&str] = &[$($text,)+];
    };
}

// Actions on vaults, guards and machines are those of Microsoft's tables
// (<https://learn.microsoft.com/azure/backup/backup-rbac-rs-vault>,
// <https://learn.microsoft.com/azure/role-based-access-control/resource-provider-operations>). What
// else destroys backups is what one campaign used, as Microsoft told on 27 August 2025
// (<https://www.microsoft.com/security/blog/2025/08/27/storm-0501s-evolving-techniques-lead-to-cloud-based-ransomware/>).
actions! {
    VAULT_WRITE = "Microsoft.RecoveryServices/vaults/write",
    VAULT_DELETE = "Microsoft.RecoveryServices/vaults/delete",
    ITEM_WRITE = "Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems/write",
    ITEM_DELETE = "Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems/delete",
    ITEM_BACKUP = "Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems/backup/action",
    POINT_RESTORE = "Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems/recoveryPoints/restore/action",
    POINT_MOUNT = "Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems/recoveryPoints/provisionInstantItemRecovery/action",
    POINT_UNMOUNT = "Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems/recoveryPoints/revokeInstantItemRecovery/action",
    CONTAINER_DELETE = "Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/delete",
    IDENTITY_DELETE = "Microsoft.RecoveryServices/vaults/registeredIdentities/delete",
    POLICY_READ = "Microsoft.RecoveryServices/vaults/backupPolicies/read",
    POLICY_WRITE = "Microsoft.RecoveryServices/vaults/backupPolicies/write",
    POLICY_DELETE = "Microsoft.RecoveryServices/vaults/backupPolicies/delete",
    CONFIG_WRITE = "Microsoft.RecoveryServices/vaults/backupconfig/write",
    STORAGE_CONFIG_WRITE = "Microsoft.RecoveryServices/vaults/backupstorageconfig/write",
    SECURITY_PIN = "Microsoft.RecoveryServices/vaults/backupSecurityPIN/action",
    PROXY_WRITE = "Microsoft.RecoveryServices/vaults/backupResourceGuardProxies/write",
    PROXY_DELETE = "Microsoft.RecoveryServices/vaults/backupResourceGuardProxies/delete",
    PROXY_UNLOCK = "Microsoft.RecoveryServices/vaults/backupResourceGuardProxies/unlockDelete/action",
    PRE_VALIDATE = "Microsoft.RecoveryServices/locations/backupPreValidateProtection/action",
    CROSS_RESTORE = "Microsoft.RecoveryServices/locations/backupCrossRegionRestore/action",
    CROSS_JOBS = "Microsoft.RecoveryServices/locations/backupCrrJobs/action",
    CROSS_JOB = "Microsoft.RecoveryServices/locations/backupCrrJob/action",
    CROSS_AAD = "Microsoft.RecoveryServices/locations/backupAadProperties/read",
    CROSS_RESULTS = "Microsoft.RecoveryServices/locations/backupCrrOperationResults/read",
    CROSS_STATUS = "Microsoft.RecoveryServices/locations/backupCrrOperationsStatus/read",
    BACKUP_VAULT_WRITE = "Microsoft.DataProtection/backupVaults/write",
    BACKUP_VAULT_DELETE = "Microsoft.DataProtection/backupVaults/delete",
    BACKUP_VAULT_POLICY_WRITE = "Microsoft.DataProtection/backupVaults/backupPolicies/write",
    BACKUP_VAULT_POLICY_DELETE = "Microsoft.DataProtection/backupVaults/backupPolicies/delete",
    BACKUP_VAULT_PROXY_WRITE = "Microsoft.DataProtection/backupVaults/backupResourceGuardProxies/write",
    BACKUP_VAULT_PROXY_DELETE = "Microsoft.DataProtection/backupVaults/backupResourceGuardProxies/delete",
    BACKUP_VAULT_PROXY_UNLOCK = "Microsoft.DataProtection/backupVaults/backupResourceGuardProxies/unlockDelete/action",
    INSTANCE_WRITE = "Microsoft.DataProtection/backupVaults/backupInstances/write",
    INSTANCE_DELETE = "Microsoft.DataProtection/backupVaults/backupInstances/delete",
    INSTANCE_BACKUP = "Microsoft.DataProtection/backupVaults/backupInstances/backup/action",
    INSTANCE_RESTORE = "Microsoft.DataProtection/backupVaults/backupInstances/restore/action",
    INSTANCE_STOP = "Microsoft.DataProtection/backupVaults/backupInstances/stopProtection/action",
    INSTANCE_SUSPEND = "Microsoft.DataProtection/backupVaults/backupInstances/suspendBackups/action",
    INSTANCE_UNDELETE = "Microsoft.DataProtection/backupVaults/deletedBackupInstances/undelete/action",
    GUARD_WRITE = "Microsoft.DataProtection/resourceGuards/write",
    GUARD_DELETE = "Microsoft.DataProtection/resourceGuards/delete",
    // As Azure registers them, and as its own roles spell them.
    REGISTERED_GUARD_WRITE = "Microsoft.DataProtection/subscriptions/resourceGroups/providers/resourceGuards/write",
    REGISTERED_GUARD_DELETE = "Microsoft.DataProtection/subscriptions/resourceGroups/providers/resourceGuards/delete",
    ASSIGNMENT_WRITE = "Microsoft.Authorization/roleAssignments/write",
    ROLE_WRITE = "Microsoft.Authorization/roleDefinitions/write",
    ELEVATE = "Microsoft.Authorization/elevateAccess/action",
    ELIGIBILITY_WRITE = "Microsoft.Authorization/roleEligibilityScheduleRequests/write",
    SCHEDULE_WRITE = "Microsoft.Authorization/roleAssignmentScheduleRequests/write",
    ACTIVATION_RULES_WRITE = "Microsoft.Authorization/roleManagementPolicies/write",
    LOCK_DELETE = "Microsoft.Authorization/locks/delete",
    MACHINE_WRITE = "Microsoft.Compute/virtualMachines/write",
    POINT_COLLECTION_DELETE = "Microsoft.Compute/restorePointCollections/delete",
    COMPUTE_POINT_DELETE = "Microsoft.Compute/restorePointCollections/restorePoints/delete",
    SNAPSHOT_DELETE = "Microsoft.Compute/snapshots/delete",
    ACCOUNT_WRITE = "Microsoft.Storage/storageAccounts/write",
    ACCOUNT_DELETE = "Microsoft.Storage/storageAccounts/delete",
    GROUP_WRITE = "Microsoft.Resources/subscriptions/resourceGroups/write",
    GROUP_DELETE = "Microsoft.Resources/subscriptions/resourceGroups/delete",
    SUBNET_JOIN = "Microsoft.Network/virtualNetworks/subnets/join/action",
}

/// Declares the requests of a guard, and what approves each: both spellings of the guard's type, and
/// both verbs that approve.
macro_rules! requests {
    ($($name:ident = $text:literal,)+) => {
        #[expect(non_camel_case_types, clippy::upper_case_acronyms, reason = "named as the constants are")]
        #[repr(u8)]
        enum RequestPosition {
            $($name,)+
        }

        impl GuardRequest {
            $(
                #[doc = concat!("`", $text, "`.")]
                pub const $name: Self = Self(RequestPosition::$name as u8);
            )+
        }

        /// The requests as resource types, in the order of [`APPROVALS`].
        pub(super) const REQUESTS: &[&str] =
            &[$(concat!("Microsoft.DataProtection/resourceGuards/", $text),)+];

        /// The names of what approves them, [`super::request::VERBS`] a request.
        pub(super) const APPROVALS: &[&str] = &[$(
            concat!("Microsoft.DataProtection/resourceGuards/", $text, "/action"),
            concat!("Microsoft.DataProtection/resourceGuards/", $text, "/write"),
            concat!(
                "Microsoft.DataProtection/subscriptions/resourceGroups/providers/resourceGuards/",
                $text,
                "/action"
            ),
            concat!(
                "Microsoft.DataProtection/subscriptions/resourceGroups/providers/resourceGuards/",
                $text,
                "/write"
            ),
        )+];
    };
}

// The last but one part of `defaultResourceRequest`, or the last of `requestResourceType`, as guards
// answer them.
requests! {
    DELETE_IDENTITY = "deleteMABIdentityRequests",
    DELETE_ITEM = "deleteProtectedItemRequests",
    DELETE_PROXY = "deleteResourceGuardProxyRequests",
    DISABLE_SOFT_DELETE = "disableSoftDeleteRequests",
    SECURITY_PIN = "getBackupSecurityPINRequests",
    REDUCE_IMMUTABILITY = "reduceImmutabilityStateRequests",
    STOP_RETAIN = "stopProtectionWithRetainDataRequests",
    RESTORE = "triggerRestoreRequests",
    UPDATE_ITEM = "updateProtectedItemRequests",
    UPDATE_POLICY = "updateProtectionPolicyRequests",
    DELETE_INSTANCE = "deleteBackupInstanceRequests",
    STOP_INSTANCE = "dppDisableStopProtectionRequests",
    SUSPEND_INSTANCE = "dppDisableSuspendBackupsRequests",
    MODIFY_ENCRYPTION = "dppModifyEncryptionSettingsRequests",
    MODIFY_INSTANCE = "dppModifyPolicy",
    REDUCE_INSTANCE_IMMUTABILITY = "dppReduceImmutabilityStateRequests",
    REDUCE_INSTANCE_SOFT_DELETE = "dppReduceSoftDeleteSecurityRequests",
    RESTORE_INSTANCE = "dppTriggerRestoreRequests",
}
