//! An estate: everything that was read, joined by id.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use rayon::prelude::*;

use super::assigned::Assigned;
use super::coverage::{Coverage, Reading, SnapshotInfo};
use super::declared::ItemsByProject;
use super::directory::DirectoryObject;
use super::held::{self, Held, Holdings};
use super::history::{Job, RecoveryPoint};
use super::id::ByKey;
use super::jobs::{JobIndex, OwnJob};
use super::join::{self, Entry, Join, Shares};
use super::key::Grants;
use super::machine::{Gist, Joined, VirtualMachine};
use super::monitoring::{Event, Monitoring, Watch};
use super::neighbour::Neighbours;
use super::network::Endpoints;
use super::policy::BackupPolicy;
use super::protection::{Links, Protection};
use super::region::Region;
use super::resource::{Resource, View};
use super::script::ScriptOperation;
use super::segmented::Segmented;
use super::vault::Vault;
use super::{
    Body, Completeness, Fact, Found, Gap, IdKey, Kind, Malformed, Moment, Reason, ResourceId, Time,
    Workload, id, placeholder,
};

/// The resources of one part of the input, in its order.
#[derive(Debug, Default)]
pub struct Part<'a> {
    /// Items and instances.
    pub protections: Vec<Protection<'a>>,
    /// Virtual machines.
    pub machines: Vec<VirtualMachine<'a>>,
    /// Jobs.
    pub jobs: Vec<Job<'a>>,
    /// Recovery points.
    pub points: Vec<RecoveryPoint<'a>>,
    /// Operations of scripts.
    pub operations: Vec<ScriptOperation<'a>>,
    /// Everything else.
    pub others: Vec<Resource<'a>>,
    /// Objects of the directory, which are no resources.
    pub directory: Vec<DirectoryObject<'a>>,
}

impl<'a> Part<'a> {
    /// Reads one resource into the view of its kind.
    ///
    /// # Errors
    /// When its body is not what its type promises.
    pub fn add(&mut self, resource: Resource<'a>) -> Result<(), Malformed> {
        match resource.kind {
            Kind::ProtectedItem | Kind::BackupInstance => {
                self.protections.push(Protection::read(resource)?);
            }
            Kind::VirtualMachine => self.machines.push(VirtualMachine::read(resource)?),
            Kind::RecoveryServicesJob | Kind::BackupVaultJob => {
                self.jobs.push(Job::read(resource)?);
            }
            Kind::RecoveryServicesPoint | Kind::BackupVaultPoint => {
                self.points.push(RecoveryPoint::read(resource)?);
            }
            _ => self.others.push(resource),
        }
        Ok(())
    }
}

impl<'a> Part<'a> {
    /// Every resource of the part.
    pub fn resources(&self) -> impl Iterator<Item = &Resource<'a>> {
        (self.protections.iter().map(|item| &item.resource))
            .chain(self.machines.iter().map(|machine| &machine.resource))
            .chain(self.jobs.iter().map(|job| &job.resource))
            .chain(self.points.iter().map(|point| &point.resource))
            .chain(self.operations.iter().map(|operation| &operation.resource))
            .chain(&self.others)
    }
}

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
}

impl<'a> Estate<'a> {
    /// Joins the parts of an input. The order of parts decides which of two equal bodies stays,
    /// nothing else.
    pub fn assemble(
        parts: Vec<Part<'a>>,
        coverage: Coverage,
        reading: Reading,
        snapshots: Vec<SnapshotInfo>,
    ) -> Self {
        let mut estate = Self { coverage, reading, snapshots, ..Self::default() };
        let (mut protections, mut machines) = (Vec::new(), Vec::new());
        let (mut jobs, mut points, mut others) = (Vec::new(), Vec::new(), Vec::new());
        for part in parts {
            protections.push(part.protections);
            machines.push(part.machines);
            jobs.push(part.jobs);
            points.push(part.points);
            others.extend(part.others);
            estate.operations.extend(part.operations);
            estate.directory.extend(part.directory);
        }
        estate.protections = Segmented::new(protections);
        estate.machines = Segmented::new(machines);
        estate.jobs = Segmented::new(jobs);
        estate.points = Segmented::new(points);
        let mut duplicates =
            deduplicate(&mut estate.protections, |protection| (&protection.resource, 0)).1;
        let (machines_by_id, repeated) =
            deduplicate(&mut estate.machines, |machine| (&machine.resource, machine.gist().bits()));
        duplicates += repeated;
        duplicates += deduplicate(&mut estate.jobs, |job| (&job.resource, 0)).1;
        duplicates += deduplicate(&mut estate.points, |point| (&point.resource, 0)).1;
        let mut others = Segmented::new(vec![others]);
        duplicates += deduplicate(&mut others, |resource| (resource, 0)).1;
        estate.reading.duplicates += duplicates.bodies;
        estate.reading.contradictions += duplicates.contradictions;
        estate.operations_by_id =
            index(estate.operations.iter().map(|operation| &operation.resource.id));
        estate.join_directory();
        estate.take_others(others.iter().cloned().collect());
        estate.machines_by_id = machines_by_id;
        estate.link();
        estate.count();
        estate.coverage.finish();
        estate
    }

    /// Sorts resources by id and gives vaults and policies their own lists.
    fn take_others(&mut self, mut others: Vec<Resource<'a>>) {
        others.sort_by_cached_key(|resource| resource.id.to_lowercase());
        for resource in others {
            if matches!(resource.kind, Kind::RecoveryServicesPolicy | Kind::BackupVaultPolicy) {
                // Read as an object before, so only a repeated key makes it unreadable.
                self.policies.push(BackupPolicy::read(resource.clone()).unwrap_or_else(|_| {
                    BackupPolicy::unreadable(resource, Reason::UnrecognisedValue)
                }));
            } else {
                self.others.push(resource);
            }
        }
        self.others_by_id = index(self.others.iter().map(|resource| &resource.id));
        self.policies_by_id = index(self.policies.iter().map(|policy| &policy.resource.id));
    }

    /// Makes one of all answers on the same directory object.
    fn join_directory(&mut self) {
        self.directory.sort_by_cached_key(|object| object.id.to_ascii_lowercase());
        let mut joined: Vec<DirectoryObject<'a>> = Vec::with_capacity(self.directory.len());
        for object in self.directory.drain(..) {
            match joined.last_mut().filter(|last| last.id.eq_ignore_ascii_case(&object.id)) {
                Some(last) => last.join(object),
                None => joined.push(object),
            }
        }
        self.directory = joined;
    }

    fn link(&mut self) {
        let mut children = Children::default();
        for (at, resource) in (0..).zip(&self.others) {
            if let Some(machine) = test_failover_of(resource) {
                self.test_failovers.insert(IdKey::of(&machine));
            }
            self.replica_disks
                .extend(replica_disks_of(resource).iter().map(|disk| IdKey::of(disk)));
            if resource.kind == Kind::ResourceGroup && is_managed(resource) {
                self.managed_groups.insert(resource.id.key(), at);
            }
            self.running_apart |= resource.kind == Kind::VirtualMachineExtension
                || resource.id.name().eq_ignore_ascii_case("instanceView");
            let Some(vault) = resource.id.vault() else { continue };
            let vault = ResourceId::new(vault.to_owned());
            match resource.kind {
                Kind::RecoveryServicesGuardLink | Kind::BackupVaultGuardLink => {
                    children.links.entry(vault).or_default().push(resource.clone());
                }
                Kind::BackupConfig | Kind::StorageConfig => {
                    children.configs.insert((vault, resource.kind), resource.clone());
                }
                _ => {}
            }
        }
        let vaults: Vec<_> =
            self.others.iter().filter(|resource| resource.kind.is_vault()).cloned().collect();
        for resource in vaults {
            let vault = self.vault_of(resource, &mut children);
            self.vaults.push(vault);
        }
        self.vaults_by_id = index(self.vaults.iter().map(|vault| &vault.resource.id));
        let region = |vault: &Vault<'_>| match &vault.location {
            Fact::Known(name) => Region::of(name),
            Fact::Absent | Fact::Unknown(_) => Region::UNNUMBERED,
        };
        self.vault_regions = self.vaults.iter().map(region).collect();
        for (at, vault) in self.vaults.iter().enumerate() {
            for guard in vault.guards() {
                self.guarded.entry(IdKey::of(&guard)).or_default().push(at);
            }
            let subscription =
                vault.resource.id.subscription().unwrap_or_default().to_ascii_lowercase();
            self.vaults_by_subscription.entry(subscription).or_default().push(at);
        }
        self.neighbours = Neighbours::new(&self.others);
        self.monitoring = Monitoring::new(&self.others, &self.coverage);
        self.link_protections();
        self.link_machines();
        self.note_points();
        self.job_index = JobIndex::new(&self.jobs, &self.protections, &self.vaults, &self.coverage);
        self.vault_windows =
            self.vaults.iter().map(|vault| self.job_window(vault.resource.id.as_str())).collect();
        let restores = |vault: &Vault<'_>| self.restore_window(vault.resource.id.as_str());
        self.restore_windows = self.vaults.iter().map(restores).collect();
    }

    fn vault_of(&self, resource: Resource<'a>, children: &mut Children<'a>) -> Vault<'a> {
        let scope = resource.id.as_str();
        let recovery_services = resource.kind == Kind::RecoveryServicesVault;
        let (link_kind, item_kind) = if recovery_services {
            (Kind::RecoveryServicesGuardLink, Kind::ProtectedItem)
        } else {
            (Kind::BackupVaultGuardLink, Kind::BackupInstance)
        };
        let mut child = |kind| match children.configs.remove(&(resource.id.clone(), kind)) {
            Some(config) => Fact::Known(config),
            None if !recovery_services => Fact::Absent,
            None => match self.coverage.list_of(scope, kind) {
                Ok(()) => Fact::Absent,
                Err(reason) => Fact::Unknown(reason),
            },
        };
        let (backup_config, storage_config) =
            (child(Kind::BackupConfig), child(Kind::StorageConfig));
        let links = children.links.remove(&resource.id);
        let guard_links = match (links, self.coverage.list_of(scope, link_kind)) {
            (Some(links), _) => Fact::Known(links),
            (None, Ok(())) => Fact::Known(Vec::new()),
            (None, Err(reason)) => Fact::Unknown(reason),
        };
        let items_read = self.coverage.list_of(scope, item_kind);
        let location = resource.location();
        Vault { resource, location, backup_config, storage_config, guard_links, items_read }
    }

    /// Finds the policy and vault of each item, counts what vaults hold, and remembers the first item of
    /// each subscription that may protect any machine there, and the first of each workload that does not
    /// tell what it protects. A segment is gone through at once, while it is in the cache.
    fn link_protections(&mut self) {
        let starts = join::starts(&self.protections);
        let (policies, vaults) = (&self.policies_by_id, &self.vaults_by_id);
        let segments = self.protections.segments_mut().par_iter_mut().zip(starts);
        let linked: Vec<(Vec<Held>, Vec<u32>)> = segments
            .map(|(segment, start)| {
                let mut last: [(&str, u32); 2] = [("", Links::NONE); 2];
                for (at, item) in (start..).zip(segment.iter_mut()) {
                    let policy = match &item.policy {
                        Fact::Known(Cow::Borrowed(policy)) => {
                            of_text(policy, &mut last[0], policies)
                        }
                        Fact::Known(Cow::Owned(policy)) => position(policies, policy),
                        Fact::Absent | Fact::Unknown(_) => Links::NONE,
                    };
                    let vault = match item.vault {
                        Some(vault) => of_text(vault, &mut last[1], vaults),
                        None => item
                            .resource
                            .id
                            .vault()
                            .map_or(Links::NONE, |vault| position(vaults, vault)),
                    };
                    item.links = Links { at, policy, vault, ..Links::UNKNOWN };
                }
                let unresolved = (start..)
                    .zip(segment.iter())
                    .filter(|(_, item)| item.hides_its_datasource())
                    .map(|(at, _)| at);
                (held::of_segment(segment, start), unresolved.collect())
            })
            .collect();
        let (held, unresolved): (Vec<_>, Vec<_>) = linked.into_iter().unzip();
        self.holdings = Holdings::new(held.into_iter());
        for at in unresolved.into_iter().flatten() {
            let Some(item) = self.protections.get(at) else { continue };
            if item.may_protect_any_machine() {
                let subscription = item.resource.id.subscription().unwrap_or_default();
                self.may_protect_any_machine.entry(subscription.to_ascii_lowercase()).or_insert(at);
            }
            for workload in Workload::ALL {
                if item.may_be(workload) {
                    let project = placeholder::project_of(item.resource.id.as_str());
                    let project = project.unwrap_or_default().to_owned();
                    self.unresolved[workload as usize].entry(project).or_insert(at);
                }
            }
        }
    }

    /// Joins items and machines, once for both directions.
    fn link_machines(&mut self) {
        /// The backups of something that brings back a whole machine are meant to run.
        const RUNS: u32 = 1;
        self.protections_by_datasource =
            Join::new(&self.protections, self.machines_by_id.shares(), |item| {
                let runs = item.is_active() == Ok(true) && item.protects_whole_machines();
                let known = matches!(item.datasource, Fact::Known(_));
                known.then_some((item.datasource_key, if runs { RUNS } else { 0 }))
            });
        let pair = |at: u32, gist: u32| u64::from(at) << 32 | u64::from(gist);
        let machine_of: Vec<AtomicU64> = (0..self.protections.len())
            .into_par_iter()
            .map(|_| AtomicU64::new(pair(Links::NONE, 0)))
            .collect();
        let runs: Vec<AtomicBool> =
            (0..self.machines.len()).into_par_iter().map(|_| AtomicBool::new(false)).collect();
        self.protections_by_datasource.pairs(&self.machines_by_id, |item, machine| {
            machine_of[item.at as usize].store(pair(machine.at, machine.note), Ordering::Relaxed);
            if item.note == RUNS {
                runs[machine.at as usize].store(true, Ordering::Relaxed);
            }
        });
        let starts = join::starts(&self.protections);
        let segments = self.protections.segments_mut().par_iter_mut().zip(starts);
        segments.for_each(|(segment, start)| {
            for (machine, item) in machine_of[start as usize..].iter().zip(segment) {
                #[expect(clippy::cast_possible_truncation, reason = "the two halves of a pair")]
                let (machine, gist) = {
                    let pair = machine.load(Ordering::Relaxed);
                    ((pair >> 32) as u32, pair as u32)
                };
                item.links.machine = machine;
                item.links.gist = Gist::of_bits(gist);
            }
        });
        let managed = &self.managed_groups;
        let starts = join::starts(&self.machines);
        let segments = self.machines.segments_mut().par_iter_mut().zip(starts);
        segments.for_each(|(segment, start)| {
            let mut last = ("", Links::NONE);
            for (runs, machine) in runs[start as usize..].iter().zip(segment) {
                let backed_up = runs.load(Ordering::Relaxed);
                let group = match (managed.is_empty(), machine.group) {
                    (true, _) => Links::NONE,
                    (false, Some(group)) => of_text(group, &mut last, managed),
                    (false, None) => {
                        let group = machine.resource.id.resource_group_id();
                        group.map_or(Links::NONE, |group| position(managed, group))
                    }
                };
                machine.joined = Joined { managed: group != Links::NONE, backed_up };
            }
        });
    }

    /// Remembers the newest evidence of a backup for each instance and item.
    fn note_points(&mut self) {
        let points = self.points.iter().filter_map(|point| Some((point.owner()?, point.time)));
        let jobs = self.jobs.iter().filter(|job| job.is_completed_backup()).filter_map(|job| {
            match &job.instance {
                Fact::Known(instance) => Some((ResourceId::new(instance.clone()), job.start)),
                _ => None,
            }
        });
        let mut newest: HashMap<ResourceId<'a>, Fact<Moment>, ByKey> = HashMap::default();
        for (owner, time) in points.chain(jobs) {
            let entry = newest.entry(owner).or_insert(time);
            if let (Fact::Known(new), Fact::Known(old)) = (time, *entry) {
                *entry = Fact::Known(new.max(old));
            } else if let Fact::Known(_) = time {
                *entry = time;
            }
        }
        self.newest_point = newest;
        for point in self.points.iter().filter(|point| point.time != Fact::Absent) {
            let Some(owner) = point.owner() else { continue };
            *self.points_by_owner.entry(owner).or_default() += 1;
        }
    }

    fn count(&mut self) {
        let counts = &mut self.reading.resources;
        let mut add = |name: &str, count: u64| {
            if count > 0 {
                *counts.entry(name.to_owned()).or_insert(0) += count;
            }
        };
        let instances: usize = (self.protections.segments().par_iter())
            .map(|items| items.iter().filter(|it| it.resource.kind == Kind::BackupInstance).count())
            .sum();
        add(Kind::ProtectedItem.type_name(), (self.protections.len() - instances) as u64);
        add(Kind::BackupInstance.type_name(), instances as u64);
        add(Kind::VirtualMachine.type_name(), self.machines.len() as u64);
        add(Kind::ScriptOperation.type_name(), self.operations.len() as u64);
        for resource in self
            .jobs
            .iter()
            .map(|job| &job.resource)
            .chain(self.points.iter().map(|point| &point.resource))
            .chain(self.policies.iter().map(|policy| &policy.resource))
            .chain(&self.others)
        {
            add(&resource.type_name(), 1);
        }
        for object in &self.directory {
            add(object.kind.type_name(), 1);
        }
    }

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

    /// Whether anything of how machines run was read apart from them: instance views, extensions.
    pub(super) fn shows_running_apart(&self) -> bool {
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

    /// Why a backup policy that something names was not read.
    pub fn policy_unread(&self, policy: &str) -> Reason {
        let kind = match super::id::type_of(policy).map(|name| Kind::of_type(&name)) {
            Some(Kind::BackupVaultPolicy) => Kind::BackupVaultPolicy,
            _ => Kind::RecoveryServicesPolicy,
        };
        self.coverage.list_of(policy, kind).err().unwrap_or(Reason::NotCollected)
    }

    /// The virtual machine with this id.
    pub fn machine(&self, machine: &str) -> Option<&VirtualMachine<'a>> {
        self.machine_by(IdKey::of(machine))
    }

    fn machine_by(&self, key: IdKey) -> Option<&VirtualMachine<'a>> {
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

    /// The newest recovery point or completed backup job known for an item or instance.
    ///
    /// Absent: the lists that would show one were read and show none. Unknown: they were not read.
    pub fn newest_point(&self, protection: &Resource<'_>) -> Fact<Moment> {
        if let Some(found) = self.newest_point.get(&protection.id) {
            return *found;
        }
        let (points, jobs) = if protection.kind == Kind::BackupInstance {
            (Kind::BackupVaultPoint, Kind::BackupVaultJob)
        } else {
            (Kind::RecoveryServicesPoint, Kind::RecoveryServicesJob)
        };
        let scope = protection.id.as_str();
        match self.coverage.list_of(scope, points).or_else(|_| self.coverage.list_of(scope, jobs)) {
            Ok(()) => Fact::Absent,
            Err(reason) => Fact::Unknown(reason),
        }
    }

    /// The number of recovery points read of an item or instance.
    pub fn points_read(&self, protection: &Resource<'_>) -> u32 {
        if self.points_by_owner.is_empty() {
            return 0;
        }
        self.points_by_owner.get(&protection.id).copied().unwrap_or_default()
    }

    /// The same, and whether those are all.
    pub fn points_of(&self, protection: &Resource<'_>) -> (u32, Result<(), Reason>) {
        let count = self.points_read(protection);
        let kind = if protection.kind == Kind::BackupInstance {
            Kind::BackupVaultPoint
        } else {
            Kind::RecoveryServicesPoint
        };
        (count, self.coverage.list_of(protection.id.as_str(), kind))
    }

    /// The jobs of an item or instance, newest first; those that do not say when they began come
    /// before all others.
    ///
    /// A job that may as well be another item's is among them, marked as not certain.
    pub fn jobs_of<'e>(
        &'e self,
        protection: &Protection<'_>,
    ) -> impl Iterator<Item = OwnJob<'e, 'a>> {
        self.job_index.of(protection, &self.jobs)
    }

    /// The jobs of a vault, newest first.
    pub fn jobs_in<'e>(&'e self, vault: &'e str) -> impl Iterator<Item = &'e Job<'a>> {
        self.job_index.within(vault, &self.jobs)
    }

    /// The time from which on all jobs of a vault are known: what the manifest says, or else the
    /// start of the oldest job that was read.
    ///
    /// # Errors
    /// Why no time is known: the list was not read or is broken, or it was read and is empty, and
    /// nothing says how far back it reaches.
    pub fn job_window(&self, vault: &str) -> Result<Time, Reason> {
        self.job_index.window(vault, &self.coverage)
    }

    /// The time from which on all restores of a vault are known. They may be known for longer than its other
    /// jobs, of which there are too many.
    ///
    /// # Errors
    /// As [`Self::job_window`].
    pub fn restore_window(&self, vault: &str) -> Result<Time, Reason> {
        let jobs = self.job_window(vault);
        self.coverage.unbroken(vault, Kind::RecoveryServicesJob.type_name())?;
        match (jobs, self.coverage.since(vault, RESTORES)) {
            (Ok(jobs), Some(restores)) => Ok(jobs.min(restores)),
            (Err(_), Some(restores)) => Ok(restores),
            (jobs, None) => jobs,
        }
    }

    /// The same as [`Self::job_window`] for the vault that an item or instance lies in.
    ///
    /// # Errors
    /// As [`Self::job_window`].
    pub fn job_window_of(&self, protection: &Protection<'_>) -> Result<Time, Reason> {
        match self.vault_windows.get(protection.links.vault as usize) {
            Some(window) => *window,
            None => self.job_window(protection.vault_id().unwrap_or_default()),
        }
    }

    /// The same as [`Self::restore_window`] for the vault that an item or instance lies in.
    ///
    /// # Errors
    /// As [`Self::job_window`].
    pub fn restore_window_of(&self, protection: &Protection<'_>) -> Result<Time, Reason> {
        match self.restore_windows.get(protection.links.vault as usize) {
            Some(window) => *window,
            None => self.restore_window(protection.vault_id().unwrap_or_default()),
        }
    }

    /// Gives a resource the name that it has in code.
    pub fn name_in_code(&mut self, id: IdKey, address: Address<'a>) {
        self.addresses.insert(id, address);
    }

    /// Notes that a resource may not exist, or not once: that it is declared proves nothing.
    pub fn doubt(&mut self, id: IdKey) {
        self.doubtful.insert(id);
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

/// What a snapshot calls the list of the restores of a Recovery Services vault.
pub const RESTORES: &str = "Microsoft.RecoveryServices/vaults/backupJobs?operation=Restore";

/// Children of vaults that were not handed to their vault yet, by the vault's id.
#[derive(Default)]
struct Children<'a> {
    links: HashMap<ResourceId<'a>, Vec<Resource<'a>>>,
    configs: HashMap<(ResourceId<'a>, Kind), Resource<'a>>,
}

fn is_managed(group: &Resource<'_>) -> bool {
    match group.find("managedBy") {
        Found::Value(owner) => owner.to_text().is_some_and(|owner| !owner.is_empty()),
        _ => false,
    }
}

/// The machine that a replicated item has failed over to for a test.
fn test_failover_of(resource: &Resource<'_>) -> Option<String> {
    if resource.kind != Kind::ReplicatedItem {
        return None;
    }
    resource.text("properties.providerSpecificDetails.testFailoverRecoveryFabricObjectId").known()
}

/// Positions in a list by id.
type Positions = HashMap<IdKey, u32, ByKey>;

fn index<'i, 'a: 'i>(ids: impl Iterator<Item = &'i super::ResourceId<'a>>) -> Positions {
    ids.zip(0..).map(|(id, at)| (id.key(), at)).collect()
}

fn position(positions: &Positions, id: &str) -> u32 {
    positions.get(&IdKey::of(id)).copied().unwrap_or(Links::NONE)
}

/// The same for a text that may be the very one looked up before.
fn of_text<'t>(id: &'t str, last: &mut (&'t str, u32), positions: &Positions) -> u32 {
    if !std::ptr::eq(id, last.0) {
        *last = (id, position(positions, id));
    }
    last.1
}

/// The disks that a replicated item is copied to.
fn replica_disks_of(resource: &Resource<'_>) -> Vec<String> {
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

/// Keeps the best body of each id: a complete one over a partial one, then the later one. Answers
/// the index by id and how many bodies were dropped.
fn deduplicate<'a, T: Sync>(
    list: &mut Segmented<T>,
    noted: impl Fn(&T) -> (&Resource<'a>, u32) + Sync,
) -> (Join, Repeated) {
    let shares = Shares::of(list.len());
    let indexed = |list: &Segmented<T>| {
        Join::new(list, shares, |value| {
            let (resource, note) = noted(value);
            Some((resource.id.key(), note))
        })
    };
    let index = indexed(list);
    let mut doomed = Vec::new();
    let mut contradictions = 0;
    for group in index.groups() {
        let mut best: Option<(u32, &Resource<'a>)> = None;
        for Entry { at, .. } in group {
            let Some((value, _)) = list.get(*at).map(&noted) else { continue };
            let Some((old_at, old)) = best else {
                best = Some((*at, value));
                continue;
            };
            let judged = value.kind.is_vault() || value.kind.is_protection();
            let same = old.body.origin() == value.body.origin();
            contradictions += u64::from(judged && rank(old) == rank(value) && !same);
            if rank(old) > rank(value) {
                doomed.push(*at);
            } else {
                doomed.push(old_at);
                best = Some((*at, value));
            }
        }
    }
    if doomed.is_empty() {
        return (index, Repeated::default());
    }
    doomed.sort_unstable();
    list.remove(&doomed);
    (indexed(list), Repeated { bodies: doomed.len() as u64, contradictions })
}

/// Bodies that repeat an id.
#[derive(Clone, Copy, Default)]
struct Repeated {
    bodies: u64,
    /// Those that say something else, although both are equally complete.
    contradictions: u64,
}

impl std::ops::AddAssign for Repeated {
    fn add_assign(&mut self, more: Self) {
        self.bodies += more.bodies;
        self.contradictions += more.contradictions;
    }
}

fn rank(resource: &Resource<'_>) -> u8 {
    let evaluated = matches!(resource.body, Body::Evaluated(_));
    u8::from(resource.completeness != Completeness::Partial) + u8::from(evaluated)
}
