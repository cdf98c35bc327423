//! Joining what was read: each thing that belongs to another is found once and kept as a position.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use rayon::prelude::*;

use super::super::coverage::{Coverage, Reading, SnapshotInfo};
use super::super::directory::DirectoryObject;
use super::super::held::{self, Held, Holdings};
use super::super::id::ByKey;
use super::super::jobs::JobIndex;
use super::super::join::{self, Join};
use super::super::machine::{Gist, Joined};
use super::super::monitoring::Monitoring;
use super::super::neighbour::Neighbours;
use super::super::policy::BackupPolicy;
use super::super::protection::Links;
use super::super::region::Region;
use super::super::resource::{Resource, View};
use super::super::segmented::Segmented;
use super::super::vault::Vault;
use super::super::{Fact, IdKey, Kind, Moment, Reason, ResourceId, Workload, placeholder};
use super::duplicate::deduplicate;
use super::machine::{is_managed, replica_disks_of, test_failover_of};
use super::origin::Origins;
use super::{Estate, Part, Positions};

impl<'a> Estate<'a> {
    /// Joins the parts of an input that is no more than one.
    pub fn assemble(
        parts: Vec<Part<'a>>,
        coverage: Coverage,
        reading: Reading,
        snapshots: Vec<SnapshotInfo>,
    ) -> Self {
        Self::assemble_from(&Origins::default(), parts, coverage, reading, snapshots)
    }

    /// Joins the parts of several inputs. Of two bodies the newer one stays, where their inputs say when they were
    /// taken; otherwise the order of parts decides which of two equal ones does.
    pub fn assemble_from(
        origins: &Origins<'_>,
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
            deduplicate(&mut estate.protections, origins, |protection| (&protection.resource, 0)).1;
        let (machines_by_id, repeated) = deduplicate(&mut estate.machines, origins, |machine| {
            (&machine.resource, machine.gist().bits())
        });
        duplicates += repeated;
        duplicates += deduplicate(&mut estate.jobs, origins, |job| (&job.resource, 0)).1;
        duplicates += deduplicate(&mut estate.points, origins, |point| (&point.resource, 0)).1;
        let mut others = Segmented::new(vec![others]);
        duplicates += deduplicate(&mut others, origins, |resource| (resource, 0)).1;
        estate.reading.duplicates += duplicates.bodies;
        duplicates.gaps().for_each(|gap| estate.coverage.add_gap(gap));
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
}

/// Children of vaults that were not handed to their vault yet, by the vault's id.
#[derive(Default)]
struct Children<'a> {
    links: HashMap<ResourceId<'a>, Vec<Resource<'a>>>,
    configs: HashMap<(ResourceId<'a>, Kind), Resource<'a>>,
}

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
