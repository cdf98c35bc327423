//! What an estate knows of its machines: which item protects one, how it runs, and who made it.

use super::super::machine::VirtualMachine;
use super::super::protection::{Links, Protection};
use super::super::resource::Resource;
use super::super::{Fact, Found, IdKey, Kind, ResourceId, id, placeholder};
use super::Estate;

impl<'a> Estate<'a> {
    /// Whether anything of how machines run was read apart from them: instance views, extensions.
    pub(in crate::inventory) fn shows_running_apart(&self) -> bool {
        self.running_apart
    }

    /// Whether nothing was read of how the machine runs that an item protects: no instance view, no
    /// extension. `false` says nothing.
    pub fn hides_how_machine_runs(&self, protection: &Protection<'_>) -> bool {
        !self.running_apart && protection.links.gist.shows_no_running()
    }

    /// Whether the machine that an item protects is known to need no backup policy of a special type:
    /// its security type is the standard one, and so are its disks. `false` says nothing.
    pub fn protects_ordinary_machine(&self, protection: &Protection<'_>) -> bool {
        protection.links.gist.is_ordinary()
    }

    /// Whether the machine that an item protects and its vault are known to lie in one region. `false`
    /// says nothing.
    pub fn shares_region(&self, protection: &Protection<'_>) -> bool {
        let vault = self.vault_regions.get(protection.links.vault as usize);
        vault.is_some_and(|vault| vault.is(protection.links.gist.region()))
    }

    /// The virtual machine that an item protects, if both are known.
    pub fn machine_of(&self, protection: &Protection<'_>) -> Option<&VirtualMachine<'a>> {
        match (&protection.datasource, protection.links) {
            (Fact::Known(_), Links { at: Links::NONE, .. }) => {
                self.machine_by(protection.datasource_key)
            }
            (Fact::Known(_), links) => self.machines.get(links.machine),
            (Fact::Absent | Fact::Unknown(_), _) => None,
        }
    }

    /// The virtual machine with this id.
    pub fn machine(&self, machine: &str) -> Option<&VirtualMachine<'a>> {
        self.machine_by(IdKey::of(machine))
    }

    pub(super) fn machine_by(&self, key: IdKey) -> Option<&VirtualMachine<'a>> {
        let entry = self.machines_by_id.entries(key).next()?;
        self.machines.get(entry.at)
    }

    /// Whether a virtual machine is the test failover of a replicated one: Site Recovery made it and
    /// will delete it.
    pub fn is_test_failover(&self, machine: &str) -> bool {
        !self.test_failovers.is_empty() && self.test_failovers.contains(&IdKey::of(machine))
    }

    /// Whether Site Recovery made a disk to keep a copy on.
    pub fn is_replica_disk(&self, disk: &ResourceId<'_>) -> bool {
        self.replica_disks.contains(&disk.key())
            && self
                .of_kind(Kind::ReplicatedItem)
                .flat_map(replica_disks_of)
                .any(|replica| id::same(&replica, disk.as_str()))
    }

    /// Whether a resource lies in a resource group that a service made for itself and manages: node
    /// groups of AKS, Databricks and OpenShift carry `managedBy`.
    pub fn is_in_managed_group(&self, resource: &Resource<'_>) -> bool {
        let is_managed = |group| {
            let at = self.managed_groups.get(&IdKey::of(group));
            at.and_then(|at| self.others.get(*at as usize)).is_some_and(is_managed)
        };
        !self.managed_groups.is_empty() && resource.id.resource_group_id().is_some_and(is_managed)
    }

    /// The same for a machine, of which it was noted before.
    pub fn is_managed_machine(&self, machine: &VirtualMachine<'_>) -> bool {
        machine.joined.managed
    }

    /// Whether backups of an item that brings back the whole machine are meant to run.
    pub fn is_backed_up(&self, machine: &VirtualMachine<'_>) -> bool {
        machine.joined.backed_up
    }

    /// An item of this subscription of which nobody knows what it protects: it may be any machine.
    pub fn may_protect_any_machine(&self, subscription: &str) -> Option<&Protection<'a>> {
        let known = self.may_protect_any_machine.get(&subscription.to_ascii_lowercase());
        let at = known.or_else(|| self.may_protect_in_unknown(subscription))?;
        self.protections.get(*at)
    }

    /// The first item of a subscription that may be this one, as far as code tells them.
    fn may_protect_in_unknown(&self, subscription: &str) -> Option<&u32> {
        let candidates = self.may_protect_any_machine.iter();
        let candidates = candidates.filter(|(of, _)| {
            !placeholder::are_of_two_projects(of, subscription)
                && placeholder::same(of, subscription).is_none()
        });
        candidates.map(|(_, at)| at).min()
    }
}

pub(super) fn is_managed(group: &Resource<'_>) -> bool {
    match group.find("managedBy") {
        Found::Value(owner) => owner.to_text().is_some_and(|owner| !owner.is_empty()),
        _ => false,
    }
}

/// The machine that a replicated item has failed over to for a test.
pub(super) fn test_failover_of(resource: &Resource<'_>) -> Option<String> {
    if resource.kind != Kind::ReplicatedItem {
        return None;
    }
    resource.text("properties.providerSpecificDetails.testFailoverRecoveryFabricObjectId").known()
}

/// The disks that a replicated item is copied to.
pub(super) fn replica_disks_of(resource: &Resource<'_>) -> Vec<String> {
    if resource.kind != Kind::ReplicatedItem {
        return Vec::new();
    }
    let lists = ["protectedManagedDisks[]", "protectedDisks[]"];
    let members = ["recoveryReplicaDiskId", "seedManagedDiskId"];
    let paths = lists.iter().flat_map(|list| {
        members
            .iter()
            .map(move |member| format!("properties.providerSpecificDetails.{list}.{member}"))
    });
    paths
        .flat_map(|path| resource.paths(&path))
        .filter_map(|path| resource.text(&path).known())
        .filter(|disk| !disk.is_empty())
        .collect()
}
