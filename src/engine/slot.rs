//! What stands beside a resource in the input of its Rego rules, under `input.related`.

use crate::inventory::{Estate, Fact, Kind, Reason, Resource};
use crate::rule::Target;

/// What stands beside a target under `input.related`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Slot {
    BackupConfig,
    StorageConfig,
    Vault,
    Policy,
    GuardLinks,
    DiagnosticSettings,
    LinkedVaults,
    Extensions,
    Held,
    Locks,
    Assignments,
    Job,
}

/// What a slot holds for one target.
pub(super) enum Neighbour<'e, 'a> {
    /// One resource.
    One(&'e Resource<'a>),
    /// A list of resources, and why there may be more.
    Many(Vec<&'e Resource<'a>>, Option<Reason>),
    /// Numbers by name.
    Counts([(&'static str, u32); 3]),
}

impl Slot {
    const ALL: [Self; 12] = [
        Self::BackupConfig,
        Self::StorageConfig,
        Self::Vault,
        Self::Policy,
        Self::GuardLinks,
        Self::DiagnosticSettings,
        Self::LinkedVaults,
        Self::Extensions,
        Self::Held,
        Self::Locks,
        Self::Assignments,
        Self::Job,
    ];

    /// Its name in the input.
    pub fn name(self) -> &'static str {
        match self {
            Self::BackupConfig => "backup_config",
            Self::StorageConfig => "storage_config",
            Self::Vault => "vault",
            Self::Policy => "policy",
            Self::GuardLinks => "guard_links",
            Self::DiagnosticSettings => "diagnostic_settings",
            Self::LinkedVaults => "linked_vaults",
            Self::Extensions => "extensions",
            Self::Held => "held",
            Self::Locks => "locks",
            Self::Assignments => "assignments",
            Self::Job => "job",
        }
    }

    /// Where a fact of `fact` stands for a target of type `target`.
    pub fn of(target: Kind, fact: Kind) -> Option<Self> {
        match (target, fact) {
            (Kind::RecoveryServicesVault, Kind::BackupConfig) => Some(Self::BackupConfig),
            (Kind::RecoveryServicesVault, Kind::StorageConfig) => Some(Self::StorageConfig),
            (Kind::ProtectedItem, Kind::RecoveryServicesVault)
            | (Kind::BackupInstance, Kind::BackupVault) => Some(Self::Vault),
            (Kind::ProtectedItem, Kind::RecoveryServicesPolicy)
            | (Kind::BackupInstance, Kind::BackupVaultPolicy) => Some(Self::Policy),
            (Kind::RecoveryServicesVault, Kind::RecoveryServicesGuardLink)
            | (Kind::BackupVault, Kind::BackupVaultGuardLink) => Some(Self::GuardLinks),
            (Kind::RecoveryServicesVault, Kind::ProtectedItem)
            | (Kind::BackupVault, Kind::BackupInstance) => Some(Self::Held),
            (Kind::ResourceGuard, Kind::RecoveryServicesVault | Kind::BackupVault) => {
                Some(Self::LinkedVaults)
            }
            (Kind::ManagedCluster, Kind::KubernetesExtension) => Some(Self::Extensions),
            (Kind::RoleDefinition, Kind::RoleAssignment) => Some(Self::Assignments),
            (Kind::ScriptOperation, Kind::ScriptJob) => Some(Self::Job),
            (_, Kind::DiagnosticSetting) => Some(Self::DiagnosticSettings),
            (_, Kind::Lock) => Some(Self::Locks),
            _ => None,
        }
    }

    /// What it holds for a target.
    pub fn find<'e, 'a>(
        self,
        target: Target<'e, 'a>,
        estate: &'e Estate<'a>,
    ) -> Fact<Neighbour<'e, 'a>> {
        let unread = Fact::Unknown(Reason::NotCollected);
        let resource = target.resource();
        match (self, target) {
            (Self::BackupConfig, Target::Vault(vault)) => {
                vault.backup_config.as_ref().map(Neighbour::One)
            }
            (Self::StorageConfig, Target::Vault(vault)) => {
                vault.storage_config.as_ref().map(Neighbour::One)
            }
            (Self::Vault, Target::Protection(item)) => estate
                .vault_holding(item)
                .map_or(unread, |vault| Fact::Known(Neighbour::One(&vault.resource))),
            (Self::Policy, Target::Protection(item)) => item.policy.as_ref().and_then(|id| {
                estate.policy_of(item).map_or_else(
                    || Fact::Unknown(estate.policy_unread(id)),
                    |policy| Fact::Known(Neighbour::One(&policy.resource)),
                )
            }),
            (Self::GuardLinks, Target::Vault(vault)) => vault
                .guard_links
                .as_ref()
                .map(|links| Neighbour::Many(links.iter().collect(), None)),
            (Self::Held, Target::Vault(vault)) => {
                let held = estate.held_by(vault.resource.id.as_str());
                let counts = [
                    ("total", held.total),
                    ("active", held.active),
                    ("soft_deleted", held.soft_deleted),
                ];
                vault
                    .items_read
                    .map_or_else(Fact::Unknown, |()| Fact::Known(Neighbour::Counts(counts)))
            }
            (Self::LinkedVaults, _) => {
                Fact::Known(Neighbour::Many(estate.vaults_guarded_by(resource.id.as_str()), None))
            }
            (Self::DiagnosticSettings, _) => children(resource, Kind::DiagnosticSetting, estate),
            (Self::Extensions, _) => children(resource, Kind::KubernetesExtension, estate),
            (Self::Locks, _) => {
                let (found, unread) = estate.lock_resources_over(resource.id.as_str());
                Fact::Known(Neighbour::Many(found, unread))
            }
            (Self::Assignments, _) => {
                let (found, unread) = estate.assignments_of(resource);
                Fact::Known(Neighbour::Many(found, unread))
            }
            (Self::Job, Target::Operation(operation)) => estate
                .other(operation.job_id)
                .map_or(unread, |job| Fact::Known(Neighbour::One(job))),
            _ => Fact::Absent,
        }
    }
}

/// The children of one type; unknown as a whole if none was read and the list was not. Of a list that was
/// not read to its end, what was read is known and the rest is not.
fn children<'e, 'a>(
    resource: &'e Resource<'a>,
    kind: Kind,
    estate: &'e Estate<'a>,
) -> Fact<Neighbour<'e, 'a>> {
    let found: Vec<_> = estate.children_of(resource.id.as_str(), kind).collect();
    match estate.coverage.list_of(resource.id.as_str(), kind) {
        Err(reason) if found.is_empty() => Fact::Unknown(reason),
        list => Fact::Known(Neighbour::Many(found, list.err())),
    }
}

/// The name under `input.related` of a fact of this type beside a target of that type.
pub(super) fn slot_name(target: &str, fact: &str) -> Option<&'static str> {
    Slot::of(Kind::of_type(target), Kind::of_type(fact)).map(Slot::name)
}

/// Whether `input.related` has facts of a resource under this name.
pub(super) fn is_slot(name: &str) -> bool {
    Slot::ALL.iter().any(|slot| slot.name() == name)
}
