//! The operations. Actions and documented roles are those of Microsoft's tables
//! (<https://learn.microsoft.com/azure/backup/backup-rbac-rs-vault>,
//! <https://learn.microsoft.com/azure/backup/multi-user-authorization-concept>); keys and requests of
//! guards are spelled as guards answer them.

use super::Place::{
    Guard as TheGuard, Item, SourceMachine, StagingAccount, Subscription, TargetGroup,
    TargetSubnet, Vault, VaultGroup,
};
use super::{
    Action, Enforced, Firmness, Grant, Guard, GuardRequest, Held, Minimum, Operation, Place,
    Reversal, Reversible, Way,
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

macro_rules! bv {
    ($rest:literal) => {
        concat!("Microsoft.DataProtection/backupVaults/", $rest)
    };
}

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

const fn at(action: Action, on: Place) -> Enforced {
    Enforced { action, on }
}

const fn role(role: &'static str, on: Place) -> Grant {
    Grant { role, on }
}

const fn roles(grants: &'static [Grant]) -> Minimum {
    Minimum { grants, says: "" }
}

/// Held by a guard of Recovery Services vaults.
const fn held(key: &'static str, asks: GuardRequest, firmness: Firmness) -> Held {
    Held { key, request: Some(asks.resource_type()), asks: Some(asks), firmness }
}

const fn excludable(key: &'static str, asks: GuardRequest) -> Held {
    held(key, asks, Firmness::Excludable)
}

/// A guard of Backup vaults names its requests as the operation itself.
const fn held_instance(key: &'static str, asks: GuardRequest, firmness: Firmness) -> Held {
    Held { key, request: Some(key), asks: Some(asks), firmness }
}

const fn excludable_instance(key: &'static str, asks: GuardRequest) -> Held {
    held_instance(key, asks, Firmness::Excludable)
}

const fn undo(verdict: Reversible, how: &'static str) -> Reversal {
    Reversal { verdict, how }
}

const RESTORE_HELD: Guard = Guard::Held(&[held(
    Action::POINT_RESTORE.known_name(),
    GuardRequest::RESTORE,
    Firmness::WhenSelected,
)]);

/// Every operation, in the order in which the guide comes to them.
pub const OPERATIONS: &[Operation] = &[
    Operation {
        id: "enable-protection",
        title: "start backing up a machine or another datasource",
        recovery_services: Some(Way {
            needs: &[
                &[at(Action::ITEM_WRITE, Item)],
                &[at(Action::POLICY_READ, Vault)],
                &[at(Action::PRE_VALIDATE, Subscription)],
                &[at(Action::MACHINE_WRITE, SourceMachine)],
            ],
            guard: Guard::No,
        }),
        backup_vault: Some(Way { needs: &[&[at(Action::INSTANCE_WRITE, Item)]], guard: Guard::No }),
        guide_minimum: roles(&[
            role(BACKUP_CONTRIBUTOR, Vault),
            role(MACHINE_CONTRIBUTOR, SourceMachine),
        ]),
        documented_minimum: roles(&[
            role(BACKUP_OPERATOR, VaultGroup),
            role(MACHINE_CONTRIBUTOR, SourceMachine),
        ]),
        preconditions: &["P1", "P2", "P3", "P4", "P5", "P6", "P30", "P31"],
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
        recovery_services: Some(Way {
            needs: &[&[at(Action::ITEM_BACKUP, Item)]],
            guard: Guard::No,
        }),
        backup_vault: Some(Way {
            needs: &[&[at(Action::INSTANCE_BACKUP, Item)]],
            guard: Guard::No,
        }),
        guide_minimum: roles(&[role(BACKUP_OPERATOR, Vault)]),
        documented_minimum: roles(&[role(BACKUP_OPERATOR, Vault)]),
        preconditions: &["P4", "P6", "P7", "P8", "P9", "P10", "P30", "P31"],
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
                &[at(Action::POINT_RESTORE, Item)],
                &[at(Action::GROUP_WRITE, TargetGroup)],
                &[at(Action::MACHINE_WRITE, TargetGroup)],
                &[at(Action::SUBNET_JOIN, TargetSubnet)],
                &[at(Action::MACHINE_WRITE, SourceMachine)],
            ],
            guard: RESTORE_HELD,
        }),
        backup_vault: Some(Way {
            needs: &[&[at(Action::INSTANCE_RESTORE, Item)]],
            guard: Guard::Held(&[held_instance(
                Action::INSTANCE_RESTORE.known_name(),
                GuardRequest::RESTORE_INSTANCE,
                Firmness::WhenSelected,
            )]),
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
        preconditions: &["P6", "P11", "P13", "P14", "P30", "P31"],
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
                &[at(Action::POINT_RESTORE, Item)],
                &[at(Action::ACCOUNT_WRITE, StagingAccount)],
                &[at(Action::GROUP_WRITE, TargetGroup)],
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
        preconditions: &["P6", "P11", "P12", "P13", "P14", "P30", "P31"],
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
                &[at(Action::POINT_RESTORE, Item)],
                &[at(Action::MACHINE_WRITE, SourceMachine)],
                &[at(Action::ACCOUNT_WRITE, StagingAccount)],
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
        preconditions: &["P6", "P10", "P11", "P12", "P15", "P16", "P17", "P18", "P30", "P31"],
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
                &[at(Action::CROSS_RESTORE, Subscription)],
                &[at(Action::CROSS_JOBS, Subscription)],
                &[at(Action::CROSS_JOB, Subscription)],
                &[at(Action::CROSS_AAD, Subscription)],
                &[at(Action::CROSS_RESULTS, Subscription)],
                &[at(Action::CROSS_STATUS, Subscription)],
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
        preconditions: &["P6", "P11", "P12", "P13", "P19", "P30", "P31"],
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
            needs: &[&[at(Action::POINT_MOUNT, Item)], &[at(Action::POINT_UNMOUNT, Item)]],
            guard: Guard::NotStated,
        }),
        backup_vault: None,
        guide_minimum: roles(&[role(BACKUP_OPERATOR, Vault)]),
        documented_minimum: roles(&[
            role(BACKUP_OPERATOR, Vault),
            role(MACHINE_CONTRIBUTOR, SourceMachine),
        ]),
        preconditions: &["P6", "P11", "P20", "P30", "P31"],
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
            needs: &[&[at(Action::ITEM_WRITE, Item)]],
            guard: Guard::Held(&[excludable(
                item!("write#stopProtectionWithRetainData"),
                GuardRequest::STOP_RETAIN,
            )]),
        }),
        backup_vault: Some(Way {
            needs: &[&[at(Action::INSTANCE_STOP, Item), at(Action::INSTANCE_SUSPEND, Item)]],
            guard: Guard::Held(&[
                excludable_instance(
                    Action::INSTANCE_STOP.known_name(),
                    GuardRequest::STOP_INSTANCE,
                ),
                excludable_instance(
                    Action::INSTANCE_SUSPEND.known_name(),
                    GuardRequest::SUSPEND_INSTANCE,
                ),
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
            needs: &[&[at(Action::ITEM_DELETE, Item)]],
            guard: Guard::Held(&[excludable(
                Action::ITEM_DELETE.known_name(),
                GuardRequest::DELETE_ITEM,
            )]),
        }),
        backup_vault: Some(Way {
            needs: &[&[at(Action::INSTANCE_DELETE, Item)]],
            guard: Guard::Held(&[excludable_instance(
                Action::INSTANCE_DELETE.known_name(),
                GuardRequest::DELETE_INSTANCE,
            )]),
        }),
        guide_minimum: roles(&[role(BACKUP_CONTRIBUTOR, Vault)]),
        documented_minimum: roles(&[role(BACKUP_CONTRIBUTOR, Vault)]),
        preconditions: &["P7", "P21", "P22", "P23", "P24", "P26", "P30"],
        reversal: undo(
            Reversible::Limited,
            "only while soft delete keeps the item: 14 days by the guide, in truth as many as the vault says",
        ),
        notes: &[
            "immutability blocks it; whether a management lock does, Microsoft does not say",
            "Contributor, Owner and some of the Azure Migrate roles hold the action too",
        ],
        sources: &[RBAC, MUA, SOFT_DELETE, IMMUTABLE],
    },
    Operation {
        id: "disable-soft-delete",
        title: "turn soft delete off",
        recovery_services: Some(Way {
            needs: &[&[at(Action::CONFIG_WRITE, Vault), at(Action::VAULT_WRITE, Vault)]],
            guard: Guard::Held(&[held(
                Action::CONFIG_WRITE.known_name(),
                GuardRequest::DISABLE_SOFT_DELETE,
                Firmness::Mandatory,
            )]),
        }),
        backup_vault: Some(Way {
            needs: &[&[at(Action::BACKUP_VAULT_WRITE, Vault)]],
            guard: Guard::Held(&[excludable_instance(
                bv!("write#reduceSoftDeleteSecurity"),
                GuardRequest::REDUCE_INSTANCE_SOFT_DELETE,
            )]),
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
            needs: &[&[at(Action::VAULT_WRITE, Vault)]],
            guard: Guard::Held(&[excludable(
                rs!("write#reduceImmutabilityState"),
                GuardRequest::REDUCE_IMMUTABILITY,
            )]),
        }),
        backup_vault: Some(Way {
            needs: &[&[at(Action::BACKUP_VAULT_WRITE, Vault)]],
            guard: Guard::Held(&[excludable_instance(
                bv!("write#reduceImmutabilityState"),
                GuardRequest::REDUCE_INSTANCE_IMMUTABILITY,
            )]),
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
            needs: &[&[at(Action::STORAGE_CONFIG_WRITE, Vault), at(Action::VAULT_WRITE, Vault)]],
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
            needs: &[&[at(Action::POLICY_WRITE, Vault)]],
            guard: Guard::Held(&[excludable(
                Action::POLICY_WRITE.known_name(),
                GuardRequest::UPDATE_POLICY,
            )]),
        }),
        backup_vault: Some(Way {
            needs: &[&[
                at(Action::INSTANCE_WRITE, Item),
                at(Action::BACKUP_VAULT_POLICY_WRITE, Vault),
            ]],
            guard: Guard::Held(&[excludable_instance(
                Action::INSTANCE_WRITE.known_name(),
                GuardRequest::MODIFY_INSTANCE,
            )]),
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
            needs: &[&[at(Action::CONTAINER_DELETE, Vault), at(Action::IDENTITY_DELETE, Vault)]],
            guard: Guard::Held(&[
                Held {
                    key: Action::CONTAINER_DELETE.known_name(),
                    request: None,
                    asks: None,
                    firmness: Firmness::Excludable,
                },
                excludable(Action::IDENTITY_DELETE.known_name(), GuardRequest::DELETE_IDENTITY),
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
            needs: &[&[at(Action::VAULT_DELETE, Vault)]],
            guard: Guard::NotStated,
        }),
        backup_vault: Some(Way {
            needs: &[&[at(Action::BACKUP_VAULT_DELETE, Vault)]],
            guard: Guard::NotStated,
        }),
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
            needs: &[&[at(Action::PROXY_DELETE, Vault)], &[at(Action::PROXY_UNLOCK, Vault)]],
            guard: Guard::Held(&[held(
                Action::PROXY_DELETE.known_name(),
                GuardRequest::DELETE_PROXY,
                Firmness::Mandatory,
            )]),
        }),
        backup_vault: Some(Way {
            needs: &[
                &[at(Action::BACKUP_VAULT_PROXY_DELETE, Vault)],
                &[at(Action::BACKUP_VAULT_PROXY_UNLOCK, Vault)],
            ],
            guard: Guard::Held(&[held_instance(
                Action::BACKUP_VAULT_PROXY_DELETE.known_name(),
                GuardRequest::DELETE_PROXY,
                Firmness::Mandatory,
            )]),
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
        recovery_services: Some(Way {
            needs: &[&[at(Action::ITEM_WRITE, Item)]],
            guard: Guard::No,
        }),
        backup_vault: Some(Way {
            needs: &[&[at(Action::INSTANCE_UNDELETE, Vault)]],
            guard: Guard::No,
        }),
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
