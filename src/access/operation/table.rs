//! The operations. Actions and documented roles are those of Microsoft's tables
//! (<https://learn.microsoft.com/azure/backup/backup-rbac-rs-vault>,
//! <https://learn.microsoft.com/azure/backup/multi-user-authorization-concept>); keys and requests of
//! guards are spelled as guards answer them.

use super::Place::{
    Guard as TheGuard, Item, SourceMachine, StagingAccount, Subscription, TargetGroup,
    TargetSubnet, Vault, VaultGroup,
};
use super::{
    Enforced, Firmness, Grant, Guard, Held, Minimum, Operation, Place, Reversal, Reversible, Way,
};

macro_rules! rs {
    ($rest:literal) => {
        concat!("Microsoft.RecoveryServices/vaults/", $rest)
    };
}

macro_rules! item {
    ($rest:literal) => {
        concat!(
            "Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems/",
            $rest
        )
    };
}

macro_rules! region {
    ($rest:literal) => {
        concat!("Microsoft.RecoveryServices/locations/", $rest)
    };
}

macro_rules! bv {
    ($rest:literal) => {
        concat!("Microsoft.DataProtection/backupVaults/", $rest)
    };
}

macro_rules! request {
    ($rest:literal) => {
        Some(concat!("Microsoft.DataProtection/resourceGuards/", $rest))
    };
}

const ITEM_WRITE: &str = item!("write");
const ITEM_DELETE: &str = item!("delete");
const ITEM_BACKUP: &str = item!("backup/action");
const POINT_RESTORE: &str = item!("recoveryPoints/restore/action");
const POINT_MOUNT: &str = item!("recoveryPoints/provisionInstantItemRecovery/action");
const POINT_UNMOUNT: &str = item!("recoveryPoints/revokeInstantItemRecovery/action");
const POLICY_READ: &str = rs!("backupPolicies/read");
const POLICY_WRITE: &str = rs!("backupPolicies/write");
const VAULT_WRITE: &str = rs!("write");
const VAULT_DELETE: &str = rs!("delete");
const CONFIG_WRITE: &str = rs!("backupconfig/write");
const STORAGE_CONFIG_WRITE: &str = rs!("backupstorageconfig/write");
const CONTAINER_DELETE: &str = rs!("backupFabrics/protectionContainers/delete");
const IDENTITY_DELETE: &str = rs!("registeredIdentities/delete");
const PROXY_DELETE: &str = rs!("backupResourceGuardProxies/delete");
const PROXY_UNLOCK: &str = rs!("backupResourceGuardProxies/unlockDelete/action");
const PRE_VALIDATE: &str = region!("backupPreValidateProtection/action");
const CROSS_RESTORE: &str = region!("backupCrossRegionRestore/action");
const CROSS_JOBS: &str = region!("backupCrrJobs/action");
const CROSS_JOB: &str = region!("backupCrrJob/action");
const CROSS_AAD: &str = region!("backupAadProperties/read");
const CROSS_RESULTS: &str = region!("backupCrrOperationResults/read");
const CROSS_STATUS: &str = region!("backupCrrOperationsStatus/read");

const BV_WRITE: &str = bv!("write");
const BV_DELETE: &str = bv!("delete");
const BV_POLICY_WRITE: &str = bv!("backupPolicies/write");
const INSTANCE_WRITE: &str = bv!("backupInstances/write");
const INSTANCE_DELETE: &str = bv!("backupInstances/delete");
const INSTANCE_BACKUP: &str = bv!("backupInstances/backup/action");
const INSTANCE_RESTORE: &str = bv!("backupInstances/restore/action");
const INSTANCE_STOP: &str = bv!("backupInstances/stopProtection/action");
const INSTANCE_SUSPEND: &str = bv!("backupInstances/suspendBackups/action");
const INSTANCE_UNDELETE: &str = bv!("deletedBackupInstances/undelete/action");
const BV_PROXY_DELETE: &str = bv!("backupResourceGuardProxies/delete");
const BV_PROXY_UNLOCK: &str = bv!("backupResourceGuardProxies/unlockDelete/action");

const MACHINE_WRITE: &str = "Microsoft.Compute/virtualMachines/write";
const GROUP_WRITE: &str = "Microsoft.Resources/subscriptions/resourceGroups/write";
const SUBNET_JOIN: &str = "Microsoft.Network/virtualNetworks/subnets/join/action";
const ACCOUNT_WRITE: &str = "Microsoft.Storage/storageAccounts/write";

const BACKUP_OPERATOR: &str = "Backup Operator";
const BACKUP_CONTRIBUTOR: &str = "Backup Contributor";
const MUA_OPERATOR: &str = "Backup MUA Operator";
const MACHINE_CONTRIBUTOR: &str = "Virtual Machine Contributor";
const ACCOUNT_CONTRIBUTOR: &str = "Storage Account Contributor";
const CONTRIBUTOR: &str = "Contributor";

const RBAC: &str = "https://learn.microsoft.com/azure/backup/backup-rbac-rs-vault";
const MUA: &str = "https://learn.microsoft.com/azure/backup/multi-user-authorization-concept";
const IAAS: &str = "https://learn.microsoft.com/azure/backup/backup-support-matrix-iaas";
const RESTORE: &str = "https://learn.microsoft.com/azure/backup/backup-azure-arm-restore-vms";
const FILES: &str = "https://learn.microsoft.com/azure/backup/backup-azure-restore-files-from-vm";
const VAULTS: &str =
    "https://learn.microsoft.com/azure/backup/backup-create-recovery-services-vault";
const IMMUTABLE: &str =
    "https://learn.microsoft.com/azure/backup/backup-azure-immutable-vault-concept";
const SOFT_DELETE: &str =
    "https://learn.microsoft.com/azure/backup/backup-azure-security-feature-cloud";

const fn at(action: &'static str, on: Place) -> Enforced {
    Enforced { action, on }
}

const fn role(role: &'static str, on: Place) -> Grant {
    Grant { role, on }
}

const fn roles(grants: &'static [Grant]) -> Minimum {
    Minimum { grants, says: "" }
}

const fn excludable(key: &'static str, request: Option<&'static str>) -> Held {
    Held { key, request, firmness: Firmness::Excludable }
}

/// A guard of Backup vaults names its requests as the operation itself.
const fn excludable_instance(key: &'static str) -> Held {
    Held { key, request: Some(key), firmness: Firmness::Excludable }
}

const fn undo(verdict: Reversible, how: &'static str) -> Reversal {
    Reversal { verdict, how }
}

const RESTORE_HELD: Guard = Guard::Held(&[Held {
    key: POINT_RESTORE,
    request: request!("triggerRestoreRequests"),
    firmness: Firmness::WhenSelected,
}]);

/// Every operation, in the order in which the guide comes to them.
pub const OPERATIONS: &[Operation] = &[
    Operation {
        id: "enable-protection",
        title: "start backing up a machine or another datasource",
        recovery_services: Some(Way {
            needs: &[
                &[at(ITEM_WRITE, Item)],
                &[at(POLICY_READ, Vault)],
                &[at(PRE_VALIDATE, Subscription)],
                &[at(MACHINE_WRITE, SourceMachine)],
            ],
            guard: Guard::No,
        }),
        backup_vault: Some(Way { needs: &[&[at(INSTANCE_WRITE, Item)]], guard: Guard::No }),
        guide_minimum: roles(&[
            role(BACKUP_CONTRIBUTOR, Vault),
            role(MACHINE_CONTRIBUTOR, SourceMachine),
        ]),
        documented_minimum: roles(&[
            role(BACKUP_OPERATOR, VaultGroup),
            role(MACHINE_CONTRIBUTOR, SourceMachine),
        ]),
        preconditions: &["P1", "P2", "P3", "P4", "P5", "P6", "P30"],
        reversal: undo(Reversible::Yes, "by stopping the protection"),
        notes: &[
            "the first backup is a full one and takes long",
            "the first item fixes the vault's redundancy, and rules out keys of your own if they are not set yet",
        ],
        sources: &[RBAC, IAAS],
    },
    Operation {
        id: "on-demand-backup",
        title: "back up now, beside the schedule",
        recovery_services: Some(Way { needs: &[&[at(ITEM_BACKUP, Item)]], guard: Guard::No }),
        backup_vault: Some(Way { needs: &[&[at(INSTANCE_BACKUP, Item)]], guard: Guard::No }),
        guide_minimum: roles(&[role(BACKUP_OPERATOR, Vault)]),
        documented_minimum: roles(&[role(BACKUP_OPERATOR, Vault)]),
        preconditions: &["P4", "P7", "P8", "P9", "P10", "P30"],
        reversal: undo(Reversible::Yes, "it adds a point, which expires"),
        notes: &[
            "how long the point is kept is chosen when the backup is asked for",
            "the scheduled run still happens",
        ],
        sources: &[RBAC, IAAS],
    },
    Operation {
        id: "restore-create-new",
        title: "restore to a new machine or another new target",
        recovery_services: Some(Way {
            needs: &[
                &[at(POINT_RESTORE, Item)],
                &[at(GROUP_WRITE, TargetGroup)],
                &[at(MACHINE_WRITE, TargetGroup)],
                &[at(SUBNET_JOIN, TargetSubnet)],
                &[at(MACHINE_WRITE, SourceMachine)],
            ],
            guard: RESTORE_HELD,
        }),
        backup_vault: Some(Way {
            needs: &[&[at(INSTANCE_RESTORE, Item)]],
            guard: Guard::Held(&[Held {
                key: INSTANCE_RESTORE,
                request: Some(INSTANCE_RESTORE),
                firmness: Firmness::WhenSelected,
            }]),
        }),
        guide_minimum: Minimum {
            grants: &[role(BACKUP_OPERATOR, Vault)],
            says: "and rights on the target resource group",
        },
        documented_minimum: roles(&[
            role(BACKUP_OPERATOR, Vault),
            role(CONTRIBUTOR, TargetGroup),
            role(MACHINE_CONTRIBUTOR, SourceMachine),
        ]),
        preconditions: &["P11", "P13", "P14", "P30"],
        reversal: undo(Reversible::Yes, "delete the copy"),
        notes: &[
            "a staging account matters only if one is named (P12)",
            "the copy costs money and exposes the data: give it an owner and a date to be cleaned up",
            "check afterwards that it boots, that its services run and that the data is right",
        ],
        sources: &[RBAC, RESTORE, MUA],
    },
    Operation {
        id: "restore-disks",
        title: "restore a machine's disks",
        recovery_services: Some(Way {
            needs: &[
                &[at(POINT_RESTORE, Item)],
                &[at(ACCOUNT_WRITE, StagingAccount)],
                &[at(GROUP_WRITE, TargetGroup)],
            ],
            guard: RESTORE_HELD,
        }),
        backup_vault: None,
        guide_minimum: Minimum {
            grants: &[role(BACKUP_OPERATOR, Vault)],
            says: "and \"Storage Contributor\" on the staging account: no built-in role has that name, \
                   Storage Account Contributor comes nearest",
        },
        documented_minimum: roles(&[
            role(BACKUP_OPERATOR, Vault),
            role(MACHINE_CONTRIBUTOR, SourceMachine),
            role(ACCOUNT_CONTRIBUTOR, StagingAccount),
            role(CONTRIBUTOR, TargetGroup),
        ]),
        preconditions: &["P11", "P12", "P13", "P14", "P30"],
        reversal: undo(Reversible::Yes, "delete the disks"),
        notes: &[
            "disks need a machine afterwards",
            "how long it takes depends on the tier of the recovery point",
        ],
        sources: &[RBAC, RESTORE, MUA],
    },
    Operation {
        id: "replace-existing",
        title: "replace the disks of the existing machine by a recovery point",
        recovery_services: Some(Way {
            needs: &[
                &[at(POINT_RESTORE, Item)],
                &[at(MACHINE_WRITE, SourceMachine)],
                &[at(ACCOUNT_WRITE, StagingAccount)],
            ],
            guard: RESTORE_HELD,
        }),
        backup_vault: None,
        guide_minimum: roles(&[
            role(BACKUP_OPERATOR, Vault),
            role(MACHINE_CONTRIBUTOR, SourceMachine),
        ]),
        documented_minimum: Minimum {
            grants: &[role(BACKUP_OPERATOR, Vault), role(MACHINE_CONTRIBUTOR, SourceMachine)],
            says: "and write on the staging account (Microsoft's table has no row of its own for it)",
        },
        preconditions: &["P10", "P11", "P12", "P15", "P16", "P17", "P18", "P30"],
        reversal: undo(Reversible::No, "treat it as destructive"),
        notes: &[
            "the guide says the machine must run; Microsoft states only that it must exist",
            "restoring to a new machine first is safer",
            "it is not possible across regions",
        ],
        sources: &[RBAC, RESTORE, MUA],
    },
    Operation {
        id: "cross-region-restore",
        title: "restore in the paired region",
        recovery_services: Some(Way {
            needs: &[
                &[at(CROSS_RESTORE, Subscription)],
                &[at(CROSS_JOBS, Subscription)],
                &[at(CROSS_JOB, Subscription)],
                &[at(CROSS_AAD, Subscription)],
                &[at(CROSS_RESULTS, Subscription)],
                &[at(CROSS_STATUS, Subscription)],
            ],
            guard: Guard::NotStated,
        }),
        backup_vault: None,
        guide_minimum: Minimum {
            grants: &[],
            says: "it asks for geo-redundancy and cross-region restore on the vault",
        },
        documented_minimum: Minimum {
            grants: &[role(BACKUP_OPERATOR, Subscription)],
            says: "and the roles of the restore itself",
        },
        preconditions: &["P11", "P12", "P13", "P19", "P30"],
        reversal: undo(Reversible::Yes, "delete the copy"),
        notes: &[
            "the data may be up to 36 hours old",
            "it is slower, and cannot replace an existing machine",
        ],
        sources: &[RBAC, RESTORE, VAULTS],
    },
    Operation {
        id: "file-recovery",
        title: "mount a recovery point and copy files out of it",
        recovery_services: Some(Way {
            needs: &[&[at(POINT_MOUNT, Item)], &[at(POINT_UNMOUNT, Item)]],
            guard: Guard::NotStated,
        }),
        backup_vault: None,
        guide_minimum: roles(&[role(BACKUP_OPERATOR, Vault)]),
        documented_minimum: roles(&[
            role(BACKUP_OPERATOR, Vault),
            role(MACHINE_CONTRIBUTOR, SourceMachine),
        ]),
        preconditions: &["P11", "P20", "P30"],
        reversal: undo(Reversible::Yes, "unmount"),
        notes: &[
            "the guide gives 12 hours, at most 24; Microsoft's pages do not state it",
            "above about 5 GB, restoring the disks may be faster",
            "unmount when done",
        ],
        sources: &[RBAC, FILES],
    },
    Operation {
        id: "stop-retain-data",
        title: "stop the backups and keep the recovery points",
        recovery_services: Some(Way {
            needs: &[&[at(ITEM_WRITE, Item)]],
            guard: Guard::Held(&[excludable(
                item!("write#stopProtectionWithRetainData"),
                request!("stopProtectionWithRetainDataRequests"),
            )]),
        }),
        backup_vault: Some(Way {
            needs: &[&[at(INSTANCE_STOP, Item), at(INSTANCE_SUSPEND, Item)]],
            guard: Guard::Held(&[
                excludable_instance(INSTANCE_STOP),
                excludable_instance(INSTANCE_SUSPEND),
            ]),
        }),
        guide_minimum: roles(&[role(BACKUP_CONTRIBUTOR, Vault)]),
        documented_minimum: roles(&[role(BACKUP_CONTRIBUTOR, Vault)]),
        preconditions: &["P7", "P21", "P23", "P26", "P30"],
        reversal: undo(Reversible::Yes, "resume the protection"),
        notes: &[
            "Backup Operator and Virtual Machine Contributor hold the action too: to Azure, starting, \
             stopping and undeleting an item of a Recovery Services vault are one action",
            "the points keep costing money, and expire by the backup policy or never",
            "from then on the data is not covered",
        ],
        sources: &[RBAC, MUA],
    },
    Operation {
        id: "stop-delete-data",
        title: "stop the backups and delete the recovery points",
        recovery_services: Some(Way {
            needs: &[&[at(ITEM_DELETE, Item)]],
            guard: Guard::Held(&[excludable(ITEM_DELETE, request!("deleteProtectedItemRequests"))]),
        }),
        backup_vault: Some(Way {
            needs: &[&[at(INSTANCE_DELETE, Item)]],
            guard: Guard::Held(&[excludable_instance(INSTANCE_DELETE)]),
        }),
        guide_minimum: roles(&[role(BACKUP_CONTRIBUTOR, Vault)]),
        documented_minimum: roles(&[role(BACKUP_CONTRIBUTOR, Vault)]),
        preconditions: &["P7", "P21", "P22", "P23", "P24", "P26", "P30"],
        reversal: undo(
            Reversible::Limited,
            "only while soft delete keeps the item: 14 days by the guide, in truth as many as the vault says",
        ),
        notes: &[
            "immutability blocks it, a lock does not",
            "Contributor, Owner and some of the Azure Migrate roles hold the action too",
        ],
        sources: &[RBAC, MUA, SOFT_DELETE, IMMUTABLE],
    },
    Operation {
        id: "disable-soft-delete",
        title: "turn soft delete off",
        recovery_services: Some(Way {
            needs: &[&[at(CONFIG_WRITE, Vault), at(VAULT_WRITE, Vault)]],
            guard: Guard::Held(&[Held {
                key: CONFIG_WRITE,
                request: request!("disableSoftDeleteRequests"),
                firmness: Firmness::Mandatory,
            }]),
        }),
        backup_vault: Some(Way {
            needs: &[&[at(BV_WRITE, Vault)]],
            guard: Guard::Held(&[excludable_instance(bv!("write#reduceSoftDeleteSecurity"))]),
        }),
        guide_minimum: Minimum {
            grants: &[],
            says: "it names the operation for multi-user authorization only",
        },
        documented_minimum: roles(&[role(BACKUP_CONTRIBUTOR, Vault)]),
        preconditions: &["P22", "P23", "P30"],
        reversal: undo(
            Reversible::Limited,
            "the setting can be turned on again; what was deleted meanwhile is gone",
        ),
        notes: &["AlwaysOn refuses it", "Azure is about to enforce soft delete everywhere"],
        sources: &[RBAC, MUA, SOFT_DELETE],
    },
    Operation {
        id: "reduce-immutability",
        title: "turn a vault's immutability off",
        recovery_services: Some(Way {
            needs: &[&[at(VAULT_WRITE, Vault)]],
            guard: Guard::Held(&[excludable(
                rs!("write#reduceImmutabilityState"),
                request!("reduceImmutabilityStateRequests"),
            )]),
        }),
        backup_vault: Some(Way {
            needs: &[&[at(BV_WRITE, Vault)]],
            guard: Guard::Held(&[excludable_instance(bv!("write#reduceImmutabilityState"))]),
        }),
        guide_minimum: Minimum::NONE,
        documented_minimum: Minimum::NONE,
        preconditions: &["P21", "P23", "P30"],
        reversal: undo(
            Reversible::Yes,
            "it can be turned on again; one that is locked cannot be reduced at all",
        ),
        notes: &["what retention was promised lapses"],
        sources: &[IMMUTABLE, MUA],
    },
    Operation {
        id: "change-redundancy",
        title: "change where a vault keeps its copies",
        recovery_services: Some(Way {
            needs: &[&[at(STORAGE_CONFIG_WRITE, Vault), at(VAULT_WRITE, Vault)]],
            guard: Guard::No,
        }),
        backup_vault: None,
        guide_minimum: Minimum::NONE,
        documented_minimum: Minimum::NONE,
        preconditions: &["P28", "P30"],
        reversal: undo(Reversible::Limited, "only until the first item is protected"),
        notes: &[
            "Backup Operator holds the action too",
            "cross-region restore follows from it; later it takes a new vault and a migration",
        ],
        sources: &[RBAC, VAULTS],
    },
    Operation {
        id: "modify-policy",
        title: "change a backup policy, or which one an instance has",
        recovery_services: Some(Way {
            needs: &[&[at(POLICY_WRITE, Vault)]],
            guard: Guard::Held(&[excludable(
                POLICY_WRITE,
                request!("updateProtectionPolicyRequests"),
            )]),
        }),
        backup_vault: Some(Way {
            needs: &[&[at(INSTANCE_WRITE, Item), at(BV_POLICY_WRITE, Vault)]],
            guard: Guard::Held(&[excludable_instance(INSTANCE_WRITE)]),
        }),
        guide_minimum: Minimum::NONE,
        documented_minimum: roles(&[role(BACKUP_CONTRIBUTOR, Vault)]),
        preconditions: &["P21", "P23", "P25", "P30"],
        reversal: undo(
            Reversible::Limited,
            "the schedule and the retention yes, points that were pruned no",
        ),
        notes: &[
            "Virtual Machine Contributor holds the action on Recovery Services vaults too",
            "every item of the backup policy is affected",
        ],
        sources: &[RBAC, MUA, IMMUTABLE],
    },
    Operation {
        id: "unregister-container",
        title: "unregister a server, or a storage account, from a vault",
        recovery_services: Some(Way {
            needs: &[&[at(CONTAINER_DELETE, Vault), at(IDENTITY_DELETE, Vault)]],
            guard: Guard::Held(&[
                excludable(CONTAINER_DELETE, None),
                excludable(IDENTITY_DELETE, request!("deleteMABIdentityRequests")),
            ]),
        }),
        backup_vault: None,
        guide_minimum: Minimum::NONE,
        documented_minimum: Minimum {
            grants: &[role(BACKUP_CONTRIBUTOR, Vault)],
            says: "for file shares also Storage Account Contributor on the storage account",
        },
        preconditions: &["P23", "P26", "P30"],
        reversal: undo(Reversible::Yes, "by registering it again"),
        notes: &[
            "servers on premises are registered identities, everything else is a container",
            "its items must be stopped first",
        ],
        sources: &[RBAC, MUA],
    },
    Operation {
        id: "delete-vault",
        title: "delete a vault",
        recovery_services: Some(Way {
            needs: &[&[at(VAULT_DELETE, Vault)]],
            guard: Guard::NotStated,
        }),
        backup_vault: Some(Way { needs: &[&[at(BV_DELETE, Vault)]], guard: Guard::NotStated }),
        guide_minimum: Minimum::NONE,
        documented_minimum: Minimum {
            grants: &[],
            says: "no Backup role holds the action: Contributor, Owner and four Azure Migrate roles do",
        },
        preconditions: &["P21", "P24", "P27", "P30"],
        reversal: undo(Reversible::Limited, "only while the deleted vault can be undeleted"),
        notes: &["a vault that holds anything, soft-deleted items too, cannot be deleted"],
        sources: &[RBAC, VAULTS],
    },
    Operation {
        id: "remove-mua",
        title: "take the Resource Guard off a vault",
        recovery_services: Some(Way {
            needs: &[&[at(PROXY_DELETE, Vault)], &[at(PROXY_UNLOCK, Vault)]],
            guard: Guard::Held(&[Held {
                key: PROXY_DELETE,
                request: request!("deleteResourceGuardProxyRequests"),
                firmness: Firmness::Mandatory,
            }]),
        }),
        backup_vault: Some(Way {
            needs: &[&[at(BV_PROXY_DELETE, Vault)], &[at(BV_PROXY_UNLOCK, Vault)]],
            guard: Guard::Held(&[Held {
                key: BV_PROXY_DELETE,
                request: Some(BV_PROXY_DELETE),
                firmness: Firmness::Mandatory,
            }]),
        }),
        guide_minimum: Minimum::NONE,
        documented_minimum: Minimum {
            grants: &[role(MUA_OPERATOR, TheGuard)],
            says: "and a role on the vault that holds the actions",
        },
        preconditions: &["P23", "P30"],
        reversal: undo(Reversible::Yes, "link the guard again"),
        notes: &[
            "Backup Operator holds the vault's side of it",
            "every operation that the guard held takes one person afterwards",
        ],
        sources: &[MUA, RBAC],
    },
    Operation {
        id: "undelete",
        title: "bring a soft-deleted item back",
        recovery_services: Some(Way { needs: &[&[at(ITEM_WRITE, Item)]], guard: Guard::No }),
        backup_vault: Some(Way { needs: &[&[at(INSTANCE_UNDELETE, Vault)]], guard: Guard::No }),
        guide_minimum: Minimum::NONE,
        documented_minimum: Minimum {
            grants: &[],
            says: "for Backup vaults Backup Contributor on the vault, for Recovery Services vaults none stated",
        },
        preconditions: &["P29", "P30"],
        reversal: undo(Reversible::Yes, "delete it again"),
        notes: &["the item stays stopped until its protection is resumed"],
        sources: &[SOFT_DELETE, RBAC],
    },
];
