//! An estate: everything that was read, joined by id.

mod assemble;
mod contradiction;
mod duplicate;
mod history;
mod machine;
mod origin;
mod part;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::OnceLock;

use super::assigned::Assigned;
use super::coverage::{Coverage, Reading, SnapshotInfo};
use super::declared::ItemsByProject;
use super::directory::DirectoryObject;
use super::held::Holdings;
use super::history::{Job, RecoveryPoint};
use super::id::ByKey;
use super::jobs::JobIndex;
use super::join::Join;
use super::key::Grants;
use super::machine::VirtualMachine;
use super::monitoring::{Event, Monitoring, Watch};
use super::neighbour::Neighbours;
use super::network::endpoint::Endpoints;
use super::policy::BackupPolicy;
use super::protection::{Links, Protection};
use super::region::Region;
use super::resource::Resource;
use super::script::ScriptOperation;
use super::segmented::Segmented;
use super::vault::Vault;
use super::{Fact, Gap, IdKey, Kind, Moment, Reason, ResourceId, Time, Workload, id, placeholder};

pub use history::RESTORES;
pub use origin::{Origin, Origins};
pub use part::Part;

/// Everything that was read, joined by id.
#[derive(Debug, Default)]
pub struct Estate<'a> {
    /// Vaults of both kinds with their children.
    pub vaults: Vec<Vault<'a>>,
    /// Items and instances.
    pub protections: Segmented<Protection<'a>>,
    /// Virtual machines.
    pub machines: Segmented<VirtualMachine<'a>>,
    /// Jobs of both vault kinds.
    pub jobs: Segmented<Job<'a>>,
    /// Recovery points of both vault kinds.
    pub points: Segmented<RecoveryPoint<'a>>,
    /// Backup policies of both vault kinds.
    pub policies: Vec<BackupPolicy<'a>>,
    /// Operations of scripts and pipelines, in the order of their files.
    pub operations: Vec<ScriptOperation<'a>>,
    /// Every other resource, sorted by id.
    pub others: Vec<Resource<'a>>,
    /// Users, groups and service principals, sorted by object id in lower case, each once.
    pub directory: Vec<DirectoryObject<'a>>,
    /// What was read to the end and what was not.
    pub coverage: Coverage,
    /// Numbers of the reading.
    pub reading: Reading,
    /// The snapshots among the inputs.
    pub snapshots: Vec<SnapshotInfo>,
    vaults_by_id: Positions,
    policies_by_id: Positions,
    others_by_id: Positions,
    operations_by_id: Positions,
    machines_by_id: Join,
    protections_by_datasource: Join,
    /// By subscription, in lower case.
    may_protect_any_machine: HashMap<String, u32>,
    /// By workload, and by project of code: the first of which nobody knows what it protects.
    unresolved: [BTreeMap<String, u32>; Workload::ALL.len()],
    newest_point: HashMap<ResourceId<'a>, Fact<Moment>, ByKey>,
    /// The number of recovery points read, by item or instance.
    points_by_owner: HashMap<ResourceId<'a>, u32>,
    job_index: JobIndex,
    /// Whether anything of how machines run was read apart from them: instance views, extensions.
    running_apart: bool,
    /// The regions of the vaults.
    vault_regions: Vec<Region>,
    /// How far back the jobs of each vault are known, where a job of it was read or the list was.
    vault_windows: Vec<Result<Time, Reason>>,
    /// The same for restores, which may be known for longer.
    restore_windows: Vec<Result<Time, Reason>>,
    vaults_by_subscription: HashMap<String, Vec<usize>>,
    test_failovers: HashSet<IdKey, ByKey>,
    /// Disks that Site Recovery writes its copies to.
    replica_disks: HashSet<IdKey, ByKey>,
    /// Resource groups that a service made for itself.
    managed_groups: Positions,
    /// Positions of the vaults that link to a resource guard, by the guard's id.
    guarded: HashMap<IdKey, Vec<usize>, ByKey>,
    pub(super) neighbours: Neighbours,
    pub(super) holdings: Holdings,
    /// Read when the first rule asks.
    pub(super) endpoints: OnceLock<Endpoints>,
    pub(super) grants: OnceLock<Grants>,
    pub(super) assigned: OnceLock<Assigned>,
    pub(super) declared_items: OnceLock<ItemsByProject>,
    monitoring: Monitoring<'a>,
    /// What resources are called in the code that declares them.
    addresses: HashMap<IdKey, Address<'a>, ByKey>,
    /// Declared resources that may not exist.
    doubtful: HashSet<IdKey, ByKey>,
}

/// Where code declares a resource: what it is called there instead of by its id, which nobody may know yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Address<'a> {
    /// The project, by its path; an address is unique in one.
    pub project: &'a str,
    /// The address, such as `module.backup.azurerm_recovery_services_vault.main`.
    pub text: &'a str,
    /// Which of several deployments of the project this is: the file of parameters, or the plan.
    pub variant: Option<&'a str>,
    /// In which language the project is written.
    pub language: CodeLanguage,
}

/// The language of code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CodeLanguage {
    /// Terraform, and its plans.
    Terraform,
    /// ARM templates.
    Arm,
    /// Bicep.
    Bicep,
    /// A script or pipeline.
    Script,
}

/// Positions in a list by id.
type Positions = HashMap<IdKey, u32, ByKey>;

impl<'a> Estate<'a> {
    /// The vault with this id.
    pub fn vault(&self, vault: &str) -> Option<&Vault<'a>> {
        self.vaults.get(*self.vaults_by_id.get(&IdKey::of(vault))? as usize)
    }

    /// Where the vault with this id stands among the vaults.
    pub fn vault_position(&self, vault: &str) -> Option<usize> {
        self.vaults_by_id.get(&IdKey::of(vault)).map(|at| *at as usize)
    }

    /// The vaults of a subscription.
    pub fn vaults_in(&self, subscription: &str) -> impl Iterator<Item = &Vault<'a>> {
        let positions = self.vaults_by_subscription.get(&subscription.to_ascii_lowercase());
        positions.into_iter().flatten().map(|at| &self.vaults[*at])
    }

    /// The vaults known to link to a resource guard, sorted by id.
    pub fn vaults_guarded_by(&self, guard: &str) -> Vec<&Resource<'a>> {
        let positions = self.guarded.get(&IdKey::of(guard)).into_iter().flatten();
        positions
            .map(|at| &self.vaults[*at])
            .filter(|vault| vault.guards().any(|found| id::same(&found, guard)))
            .map(|vault| &vault.resource)
            .collect()
    }

    /// Who is told when an operation is done to a vault or guard, or to something in it.
    pub fn watch(&self, event: &Event<'_>) -> Watch<'_, 'a> {
        self.monitoring.watch(event, &self.coverage)
    }

    /// Who is told when a metric of a vault shows an event.
    pub fn watch_metric(&self, metric: &str, vault: &Resource<'_>) -> Watch<'_, 'a> {
        self.monitoring.watch_metric(metric, vault, &self.coverage)
    }

    /// The backup policy with this id.
    pub fn policy(&self, policy: &str) -> Option<&BackupPolicy<'a>> {
        self.policies.get(*self.policies_by_id.get(&IdKey::of(policy))? as usize)
    }

    /// The backup policy of an item or instance, if it names one that was read.
    pub fn policy_of(&self, protection: &Protection<'_>) -> Option<&BackupPolicy<'a>> {
        match (&protection.policy, protection.links) {
            (Fact::Known(policy), Links { at: Links::NONE, .. }) => self.policy(policy),
            (Fact::Known(_), links) => self.policies.get(links.policy as usize),
            (Fact::Absent | Fact::Unknown(_), _) => None,
        }
    }

    /// The vault that an item or instance lies in, if it was read.
    pub fn vault_holding(&self, protection: &Protection<'_>) -> Option<&Vault<'a>> {
        match protection.links {
            Links { at: Links::NONE, .. } => self.vault(protection.resource.id.vault()?),
            links => self.vaults.get(links.vault as usize),
        }
    }

    /// Why a backup policy that something names was not read.
    pub fn policy_unread(&self, policy: &str) -> Reason {
        let kind = match super::id::type_of(policy).map(|name| Kind::of_type(&name)) {
            Some(Kind::BackupVaultPolicy) => Kind::BackupVaultPolicy,
            _ => Kind::RecoveryServicesPolicy,
        };
        self.coverage.list_of(policy, kind).err().unwrap_or(Reason::NotCollected)
    }

    /// Any resource that is neither vault child of the bulk kinds nor policy.
    pub fn other(&self, resource: &str) -> Option<&Resource<'a>> {
        self.other_by(IdKey::of(resource))
    }

    /// An operation of a script by its id.
    pub fn operation(&self, id: &str) -> Option<&ScriptOperation<'a>> {
        self.operations.get(*self.operations_by_id.get(&IdKey::of(id))? as usize)
    }

    fn other_by(&self, key: IdKey) -> Option<&Resource<'a>> {
        self.others.get(*self.others_by_id.get(&key)? as usize)
    }

    /// Whether a resource of any type with this id was read.
    pub fn contains(&self, resource: &str) -> bool {
        self.contains_by(IdKey::of(resource))
    }

    fn contains_by(&self, key: IdKey) -> bool {
        self.machine_by(key).is_some() || self.others_by_id.contains_key(&key)
    }

    /// Whether a resource exists: it was read, or the list that would show it was read without it. A
    /// project of code lists what it declares, not what it refers to.
    ///
    /// # Errors
    /// Why that cannot be told.
    pub fn exists(&self, resource: &str) -> Result<bool, Reason> {
        self.exists_by(IdKey::of(resource), resource)
    }

    /// The same for what an item or instance protects, if it says what that is.
    ///
    /// # Errors
    /// Why that cannot be told.
    pub fn datasource_exists(&self, protection: &Protection<'_>) -> Result<bool, Reason> {
        match &protection.datasource {
            Fact::Known(_) if protection.links.machine != Links::NONE => Ok(true),
            Fact::Known(datasource) => self.exists_by(protection.datasource_key, datasource),
            Fact::Unknown(reason) => Err(*reason),
            Fact::Absent => Err(Reason::NotCollected),
        }
    }

    fn exists_by(&self, key: IdKey, resource: &str) -> Result<bool, Reason> {
        if self.doubtful.contains(&key) {
            return Err(Reason::Conditional);
        }
        if self.contains_by(key) {
            return Ok(true);
        }
        if self.coverage.is_declared() {
            return Err(Reason::OutsideThisSource);
        }
        let type_name = id::type_of(resource).ok_or(Reason::UnrecognisedValue)?;
        self.coverage.list(resource, &type_name).map(|()| false)
    }

    /// The items and instances that protect this datasource.
    pub fn protections_of(
        &self,
        datasource: &ResourceId<'_>,
    ) -> impl Iterator<Item = &Protection<'a>> {
        let entries = self.protections_by_datasource.entries(datasource.key());
        entries.filter_map(|entry| self.protections.get(entry.at))
    }

    /// An item or instance that may be of this workload, and of which nobody knows what it protects: it may be this
    /// datasource. Each project of code counts for itself.
    pub fn unresolved_of(&self, workload: Workload, datasource: &str) -> Option<&Protection<'a>> {
        let unresolved = &self.unresolved[workload as usize];
        let at = match placeholder::project_of(datasource) {
            Some(project) => unresolved.get(project).or_else(|| unresolved.get("")),
            None => unresolved.values().min(),
        };
        self.protections.get(*at?)
    }

    /// Gives a resource the name that it has in code.
    pub fn name_in_code(&mut self, id: IdKey, address: Address<'a>) {
        self.addresses.insert(id, address);
    }

    /// Notes that a resource may not exist, or not once: that it is declared proves nothing.
    pub fn doubt(&mut self, id: IdKey) {
        self.doubtful.insert(id);
    }

    /// Whether a declared resource may not exist, or not once.
    pub fn is_doubtful(&self, id: IdKey) -> bool {
        self.doubtful.contains(&id)
    }

    /// Whether anything in it is declared by code.
    pub fn is_declared(&self) -> bool {
        !self.addresses.is_empty()
    }

    /// What a resource is called in the code that declares it.
    pub fn address(&self, id: IdKey) -> Option<Address<'a>> {
        self.addresses.get(&id).copied()
    }

    /// Whether any project is deployed in more than one way.
    pub fn has_variants(&self) -> bool {
        self.addresses.values().any(|address| address.variant.is_some())
    }

    /// Every resource.
    pub fn resources(&self) -> impl Iterator<Item = &Resource<'a>> {
        (self.protections.iter().map(|item| &item.resource))
            .chain(self.machines.iter().map(|machine| &machine.resource))
            .chain(self.jobs.iter().map(|job| &job.resource))
            .chain(self.points.iter().map(|point| &point.resource))
            .chain(self.policies.iter().map(|policy| &policy.resource))
            .chain(self.operations.iter().map(|operation| &operation.resource))
            .chain(&self.others)
    }

    /// The gaps of the reading.
    pub fn gaps(&self) -> &[Gap] {
        self.coverage.gaps()
    }

    /// The time of the oldest snapshot, which is when the estate was as shown.
    pub fn collected_at(&self) -> Option<Time> {
        self.snapshots.iter().filter_map(|snapshot| snapshot.collected_at).min()
    }

    /// The number of resources of every type.
    pub fn len(&self) -> usize {
        self.others.len()
            + self.policies.len()
            + self.protections.len()
            + self.machines.len()
            + self.jobs.len()
            + self.points.len()
            + self.operations.len()
    }

    /// Whether nothing was read.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
