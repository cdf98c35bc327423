//! What is protected: protected items of Recovery Services vaults and backup instances of Backup
//! vaults, in one shape.

mod instance;
mod item;
mod read;
pub(super) mod state;
pub(super) mod status;
pub(super) mod workload;

use std::borrow::Cow;

use super::health::Health;
use super::machine::Gist;
use super::{Completeness, Fact, IdKey, Kind, Moment, Reason, Resource, placeholder};
use state::ProtectionState;
use status::BackupStatus;
use workload::Workload;

/// A protected item or a backup instance.
#[derive(Clone, Debug)]
pub struct Protection<'a> {
    /// Who it is.
    pub resource: Resource<'a>,
    /// The ARM id of what is protected.
    pub datasource: Fact<Cow<'a, str>>,
    /// The key of that id, to join by, if it is known.
    pub(super) datasource_key: IdKey,
    /// The id of its vault, where the source lends it. Neighbours share one text.
    pub(super) vault: Option<&'a str>,
    /// Whether what it protects is known to lie in its own subscription.
    near: bool,
    /// Whether what it protects is known not to lie in the resource group of its vault: told by [`Self::share`] alone.
    apart: bool,
    pub(super) links: Links,
    /// The backup policy's id; some services write an empty text for "none".
    pub policy: Fact<Cow<'a, str>>,
    /// The state of protection.
    pub state: Fact<ProtectionState>,
    /// Deleted, and waiting for its soft-delete period to end.
    pub soft_deleted: Fact<bool>,
    /// What kind of thing it is.
    pub workload: Fact<Workload>,
    /// The newest recovery point.
    pub last_recovery_point: Fact<Moment>,
    /// When the last backup ran.
    pub last_backup: Fact<Moment>,
    /// How the last backup ended.
    pub last_backup_status: Fact<BackupStatus>,
    /// What the service says of its health.
    pub health: Health,
    /// The error that a backup instance ran into; its words stand in the body.
    pub error: Fact<Present>,
    /// Whether some disks of a virtual machine are left out; which ones stands in the body.
    pub disk_exclusion: Fact<Present>,
    /// The number of recovery points, where the service counts them: a GET of most items, no LIST.
    pub recovery_points: Fact<u32>,
}

/// Where in its estate something stands, and what it belongs to; none of it before it is joined.
#[derive(Clone, Copy, Debug)]
pub(super) struct Links {
    /// Its own position.
    pub at: u32,
    /// The machine that it protects.
    pub machine: u32,
    pub policy: u32,
    pub vault: u32,
    /// What rules ask of that machine.
    pub gist: Gist,
}

impl Links {
    /// The position of nothing: a list as long does not fit into memory.
    pub const NONE: u32 = u32::MAX;
    pub const UNKNOWN: Self = Self {
        at: Self::NONE,
        machine: Self::NONE,
        policy: Self::NONE,
        vault: Self::NONE,
        gist: Gist::NOTHING,
    };
}

/// An object is there; what it holds stands in the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Present;

/// Texts that neighbouring items share.
#[derive(Clone, Copy, Debug, Default)]
pub struct Shared<'a> {
    policy: &'a str,
    vault: &'a str,
    /// The resource group of that vault.
    group: &'a str,
}

impl<'a> Protection<'a> {
    /// Takes the texts of the ids of policy and vault from a neighbour if they are the same, so that a
    /// million items read them from one place in memory, and see that they are the same. What their vault says of each is
    /// told while its ids are at hand.
    pub fn share(&mut self, neighbour: &mut Shared<'a>) {
        if let Fact::Known(Cow::Borrowed(policy)) = &mut self.policy {
            if *policy == neighbour.policy {
                *policy = neighbour.policy;
            }
            neighbour.policy = policy;
        }
        let id = self.resource.id.borrowed();
        let known = id.strip_prefix(neighbour.vault).is_some_and(|rest| rest.starts_with('/'));
        if !known || neighbour.vault.is_empty() {
            neighbour.vault = super::id::vault_of(id).unwrap_or_default();
            neighbour.group = super::id::group_of(neighbour.vault).unwrap_or_default();
        }
        if let (Fact::Known(datasource), false) = (&self.datasource, neighbour.group.is_empty()) {
            self.apart = placeholder::within(datasource, neighbour.group) == Some(false);
        }
        self.vault = Some(neighbour.vault).filter(|vault| !vault.is_empty());
    }

    /// Whether what it protects is known not to lie in the resource group of its vault. `false` says nothing.
    pub fn is_apart(&self) -> bool {
        self.apart
    }

    /// Whether what it protects is known to lie in its own subscription. `false` says nothing.
    pub fn lies_with_its_datasource(&self) -> bool {
        self.near
    }

    /// The id of the vault that it lies in.
    pub fn vault_id(&self) -> Option<&str> {
        self.vault.or_else(|| self.resource.id.vault())
    }

    /// The container segment of an item's id: `IaasVMContainer;iaasvmcontainerv2;GROUP;NAME`.
    pub fn container(&self) -> Option<&str> {
        super::id::segment_after(self.resource.id.as_str(), "protectionContainers")
    }

    /// The path of the state in the body.
    pub fn state_path(&self) -> &'static str {
        if self.resource.kind == Kind::BackupInstance {
            "properties.currentProtectionState"
        } else {
            "properties.protectionState"
        }
    }

    /// The path of what says that it is soft-deleted.
    pub fn soft_deleted_path(&self) -> &'static str {
        match self.resource.kind {
            Kind::BackupInstance => self.state_path(),
            _ => "properties.isScheduledForDeferredDelete",
        }
    }

    /// The path of the protected thing's id in the body.
    pub fn datasource_path(&self) -> &'static str {
        match self.resource.kind {
            Kind::BackupInstance => "properties.dataSourceInfo.resourceID",
            _ => "properties.sourceResourceId",
        }
    }

    /// The path of the policy's id in the body.
    pub fn policy_path(&self) -> &'static str {
        match self.resource.kind {
            Kind::BackupInstance => "properties.policyInfo.policyId",
            _ => "properties.policyId",
        }
    }

    /// Whether it is soft-deleted; an item that does not say so is not.
    ///
    /// # Errors
    /// The reason, if that cannot be known.
    pub fn is_soft_deleted(&self) -> Result<bool, Reason> {
        self.soft_deleted.or_default(false)
    }

    /// Whether backups are meant to run: an active state, and not soft-deleted. Code that declares an
    /// item and no state means it to run.
    ///
    /// # Errors
    /// The reason, if the state or the deletion cannot be known.
    pub fn is_active(&self) -> Result<bool, Reason> {
        if self.is_soft_deleted()? {
            return Ok(false);
        }
        match self.state {
            Fact::Known(state) => Ok(state.is_active()),
            Fact::Absent if self.is_declared() => Ok(true),
            Fact::Absent => Err(Reason::NotCollected),
            Fact::Unknown(reason) => Err(reason),
        }
    }

    /// Whether it brings back a whole machine. A database inside a machine is backed up on its own.
    pub fn protects_whole_machines(&self) -> bool {
        match self.workload {
            Fact::Known(workload) => {
                !matches!(workload, Workload::VirtualMachineWorkload | Workload::Hybrid)
            }
            _ => !self.resource.id.as_str().to_ascii_lowercase().contains("/vmappcontainer;"),
        }
    }

    /// What Azure calls it.
    pub fn noun(&self) -> &'static str {
        match self.resource.kind {
            Kind::BackupInstance => "backup instance",
            _ => "protected item",
        }
    }

    /// Whether it is of a workload, or may be.
    pub fn may_be(&self, workload: Workload) -> bool {
        match self.workload {
            Fact::Known(known) => known == workload,
            Fact::Absent | Fact::Unknown(_) => {
                let instance = self.resource.kind == Kind::BackupInstance;
                instance == (workload == Workload::BackupVaultDatasource)
            }
        }
    }

    /// Whether it may protect something, and what cannot be known.
    pub fn hides_its_datasource(&self) -> bool {
        matches!(self.datasource, Fact::Unknown(_)) && self.is_active() != Ok(false)
    }

    /// Whether it may protect a machine, and which one cannot be known.
    pub fn may_protect_any_machine(&self) -> bool {
        self.hides_its_datasource()
            && self.may_be(Workload::VirtualMachine)
            && self.protects_whole_machines()
    }

    /// Whether it was declared in code, where nothing runs.
    pub fn is_declared(&self) -> bool {
        self.resource.completeness == Completeness::Declared
    }
}
