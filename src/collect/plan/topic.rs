//! The words of the table: what a question is about, and how it is asked.

use super::version::Area;
use crate::inventory::Completeness;

/// One kind of resource, and how all of it is read.
#[derive(Debug)]
pub struct Topic {
    /// The name of its files, and of the options `--with` and `--without`.
    pub name: &'static str,
    /// The type, as collections and gaps name it.
    pub kind: &'static str,
    /// How it is asked for.
    pub asked: Asked,
    /// Where its API version stands.
    pub area: Area,
    /// The action that allows to read it.
    pub permission: &'static str,
    /// When it is read.
    pub level: Level,
}

/// When something is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Always: without it there is nothing to judge.
    Always,
    /// Also with `--minimal`: vaults, their settings, what they protect, and virtual machines.
    Minimal,
    /// Unless `--minimal` or `--without` says otherwise.
    Usual,
    /// With `--with` only: no rule needs it, or it takes a request for each item.
    OnRequest,
}

/// How something is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// With Resource Graph, in one query with everything else of the same table and condition.
    Graph(Table, Condition),
    /// A list below each of some places; bodies of lists may leave properties out.
    List(Place, Path),
    /// One body below each of some places.
    Get(Place, Path),
    /// A list in each subscription, and then each of its resources, since the list leaves settings out.
    Each(Path),
    /// The groups, people and applications that assignments name, with Microsoft Graph.
    Directory,
}

/// What follows the id of a place, and the parameters besides the API version.
pub type Path = (&'static str, Filter);

/// A condition that Azure evaluates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filter {
    /// Everything.
    None,
    /// `$filter` of this text.
    Text(&'static str),
    /// Restores of the last year.
    Restores,
}

/// A table of Resource Graph
/// (<https://learn.microsoft.com/azure/governance/resource-graph/reference/supported-tables-resources>).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each variant is a table, as `name` spells it")]
pub enum Table {
    ResourceContainers,
    Resources,
    RecoveryServicesResources,
    AuthorizationResources,
}

/// A condition on the rows of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Condition {
    /// Every row.
    None,
    /// A property is one of these texts.
    OneOf(&'static str, &'static [&'static str]),
    /// A property is not this text.
    Not(&'static str, &'static str),
}

/// What a question is asked for each of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Each subscription.
    Subscription,
    /// Each Recovery Services vault.
    RecoveryServicesVault,
    /// Each Backup vault.
    BackupVault,
    /// Each vault of either kind, and the subscription itself.
    AnyVault,
    /// Each Recovery Services vault of which Resource Graph shows no protected item: what the caller may
    /// not see is missing there without a word.
    EmptyRecoveryServicesVault,
    /// The same for Backup vaults and their instances.
    EmptyBackupVault,
    /// Each backup instance of which no completed backup is known.
    InstanceWithoutBackup,
    /// Each protected item.
    ProtectedItem,
    /// Each backup instance.
    BackupInstance,
    /// Each storage account that can hold file shares.
    FileAccount,
    /// Each storage account that can hold blobs.
    BlobAccount,
    /// Each AKS cluster.
    ManagedCluster,
    /// Each private endpoint that leads to a vault.
    VaultEndpoint,
    /// Each key that a vault is encrypted with.
    VaultKey,
}

impl Table {
    /// As queries spell it.
    pub fn name(self) -> &'static str {
        match self {
            Self::ResourceContainers => "resourcecontainers",
            Self::Resources => "resources",
            Self::RecoveryServicesResources => "recoveryservicesresources",
            Self::AuthorizationResources => "authorizationresources",
        }
    }
}

impl Place {
    /// What there is one question for, for people.
    pub fn words(self) -> &'static str {
        match self {
            Self::Subscription => "subscription",
            Self::RecoveryServicesVault => "Recovery Services vault",
            Self::BackupVault => "Backup vault",
            Self::AnyVault => "vault and subscription",
            Self::EmptyRecoveryServicesVault => "Recovery Services vault that looks empty",
            Self::EmptyBackupVault => "Backup vault that looks empty",
            Self::InstanceWithoutBackup => "backup instance without a known backup",
            Self::ProtectedItem => "protected item",
            Self::BackupInstance => "backup instance",
            Self::FileAccount => "storage account that may hold file shares",
            Self::BlobAccount => "storage account that may hold blobs",
            Self::ManagedCluster => "AKS cluster",
            Self::VaultEndpoint => "private endpoint of a vault",
            Self::VaultKey => "key of a vault",
        }
    }

    /// The topics whose answers name these places.
    pub fn sources(self) -> &'static [&'static str] {
        match self {
            Self::Subscription => &[],
            Self::RecoveryServicesVault => &["vaults"],
            Self::BackupVault => &["backup-vaults"],
            Self::AnyVault => &["vaults", "backup-vaults"],
            Self::EmptyRecoveryServicesVault => &["vaults", "protected-items"],
            Self::EmptyBackupVault => &["backup-vaults", "backup-instances"],
            Self::InstanceWithoutBackup => &["backup-instances", "backup-vault-jobs"],
            Self::ProtectedItem => &["protected-items"],
            Self::BackupInstance => &["backup-instances"],
            Self::FileAccount | Self::BlobAccount => &["storage-accounts"],
            Self::ManagedCluster => &["aks-clusters"],
            Self::VaultEndpoint => &["private-endpoints"],
            Self::VaultKey => &["vaults", "backup-vaults", "key-vaults"],
        }
    }
}

impl Topic {
    /// How complete the bodies are that answer it.
    pub fn completeness(&self) -> Completeness {
        match self.asked {
            Asked::List(..) => Completeness::Partial,
            Asked::Graph(..) | Asked::Get(..) | Asked::Each(_) | Asked::Directory => {
                Completeness::Complete
            }
        }
    }

    /// The topics whose answers it takes to ask it.
    pub fn sources(&self) -> &'static [&'static str] {
        match self.asked {
            Asked::List(place, _) | Asked::Get(place, _) => place.sources(),
            Asked::Graph(..) | Asked::Each(_) => &[],
            Asked::Directory => &["role-assignments"],
        }
    }

    /// The topics whose answers it is asked after, where they are asked at all: its sources, and what adds to
    /// them.
    pub fn waits_for(&self) -> &'static [&'static str] {
        match self.asked {
            Asked::Directory => {
                &["role-assignments", "role-eligibilities", "role-schedules", "deny-assignments"]
            }
            _ => self.sources(),
        }
    }

    /// Whether lists name all its places, so that it need not wait until each of them is read by itself.
    pub fn follows_lists(&self) -> bool {
        let (Asked::List(place, _) | Asked::Get(place, _)) = self.asked else { return false };
        matches!(place, Place::RecoveryServicesVault | Place::BackupVault | Place::AnyVault)
    }

    /// The request, as the manifest and `--plan` name it.
    pub fn call(&self) -> String {
        match self.asked {
            Asked::Graph(..) => "POST /providers/Microsoft.ResourceGraph/resources".to_owned(),
            Asked::List(place, (path, _)) | Asked::Get(place, (path, _)) => {
                format!("GET {}{path}", place.template())
            }
            Asked::Each((path, _)) => {
                format!("GET {}{path}/{{name}}", Place::Subscription.template())
            }
            Asked::Directory => "GET /v1.0/groups/{id}/transitiveMembers".to_owned(),
        }
    }
}

impl Place {
    /// An id of such a place, for people.
    fn template(self) -> &'static str {
        match self {
            Self::Subscription => "/subscriptions/{subscription}",
            Self::RecoveryServicesVault
            | Self::BackupVault
            | Self::AnyVault
            | Self::EmptyRecoveryServicesVault
            | Self::EmptyBackupVault => "{vault}",
            Self::InstanceWithoutBackup | Self::BackupInstance => "{instance}",
            Self::ProtectedItem => "{item}",
            Self::FileAccount | Self::BlobAccount => "{account}",
            Self::ManagedCluster => "{cluster}",
            Self::VaultEndpoint => "{endpoint}",
            Self::VaultKey => "{key}",
        }
    }
}
