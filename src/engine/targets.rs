//! Everything that rules judge, numbered, so that a verdict can name its subject in four bytes.

use std::borrow::Cow;
use std::collections::BTreeSet;

use rayon::prelude::*;

use super::Run;
use super::plan::Plan;
use crate::change::{Changes, ResourceChange};
use crate::finding::{Location, ResourceKey};
use crate::inventory::{Address, Estate, IdKey, Resource};
use crate::result::Inspected;
use crate::rule::Target;

/// The number of a subject: a target, or after those something that has only a name.
pub(super) type Number = u32;

/// What a subject is called, in the order of reports: its text, and in code its project and which deployment of that.
pub(super) type Name<'t> = (&'t str, &'t str, Option<&'t str>);

/// The targets of a run, by number.
pub(super) struct Targets<'e, 'a> {
    estate: &'e Estate<'a>,
    changes: Option<&'e Changes<'e, 'a>>,
    /// What has no view of its own and is judged by any rule.
    others: Vec<&'e Resource<'a>>,
    /// Where protections, machines, policies, operations, others, changes and named subjects begin.
    starts: [Number; 7],
    /// What has only a name, such as a gap, and perhaps a place of its own.
    pub named: Vec<(String, Option<Location>)>,
}

/// A stretch of targets of one shape.
pub(super) enum Stretch<'s, 'e, 'a> {
    Vaults(&'e [crate::inventory::Vault<'a>]),
    Protections(&'e [crate::inventory::Protection<'a>]),
    Machines(&'e [crate::inventory::VirtualMachine<'a>]),
    BackupPolicies(&'e [crate::inventory::BackupPolicy<'a>]),
    Operations(&'e [crate::inventory::script::ScriptOperation<'a>]),
    Resources(&'s [&'e Resource<'a>]),
    Changes(&'e [ResourceChange<'a>], &'e Changes<'e, 'a>),
}

/// Resources judged by one task: enough to make its cost vanish, few enough to share the work.
const TASK_RESOURCES: usize = 512;
/// Rules of vaults look further than others, and most rules in Rego are on vaults: small tasks keep every thread busy
/// to the end.
const TASK_VAULTS: usize = 4;
/// There are fewer policies and other resources, and more rules in Rego on each.
const TASK_OTHERS: usize = 32;

impl<'e, 'a> Targets<'e, 'a> {
    pub fn new(plan: &Plan, run: &Run<'e, 'a>) -> Self {
        let estate = run.estate;
        let others: Vec<&'e Resource<'a>> = estate
            .others
            .iter()
            .filter(|resource| !resource.kind.is_vault())
            .chain(estate.jobs.iter().map(|job| &job.resource))
            .chain(estate.points.iter().map(|point| &point.resource))
            .filter(|resource| plan.judges(resource))
            .collect();
        let mut next = 0;
        let counts = [
            estate.vaults.len(),
            estate.protections.len(),
            estate.machines.len(),
            estate.policies.len(),
            estate.operations.len(),
            others.len(),
            run.changes.map_or(0, |changes| changes.resources.len()),
        ];
        let starts = counts.map(|count| {
            next += Number::try_from(count).expect("fewer than four billion resources");
            next
        });
        Self { estate, changes: run.changes, others, starts, named: Vec::new() }
    }

    /// Every target, in stretches with the number of the first.
    pub fn stretches(&self) -> Vec<(Number, Stretch<'_, 'e, 'a>)> {
        let vaults = self.estate.vaults.chunks(TASK_VAULTS).map(Stretch::Vaults);
        let protections = self.estate.protections.segments().iter();
        let protections = protections.flat_map(|segment| segment.chunks(TASK_RESOURCES));
        let machines = self.estate.machines.segments().iter();
        let machines = machines.flat_map(|segment| segment.chunks(TASK_RESOURCES));
        let policies = self.estate.policies.chunks(TASK_OTHERS).map(Stretch::BackupPolicies);
        let operations = self.estate.operations.chunks(TASK_RESOURCES).map(Stretch::Operations);
        let others = self.others.chunks(TASK_OTHERS).map(Stretch::Resources);
        let changes = self.changes.into_iter().flat_map(|changes| {
            let tasks = changes.resources.chunks(TASK_OTHERS);
            tasks.map(move |task| Stretch::Changes(task, changes))
        });
        let stretches = vaults
            .chain(protections.map(Stretch::Protections))
            .chain(machines.map(Stretch::Machines))
            .chain(policies)
            .chain(operations)
            .chain(others)
            .chain(changes);
        let mut next = 0;
        let numbered = stretches.map(|stretch| {
            let start = next;
            next += Number::try_from(stretch.len()).expect("a short stretch");
            (start, stretch)
        });
        numbered.collect()
    }

    /// How many subjects there are, those with only a name included.
    pub fn len(&self) -> usize {
        self.starts[6] as usize + self.named.len()
    }

    /// Gives a number to something that has only a name.
    pub fn name(&mut self, name: String, place: Option<Location>) -> Number {
        let number = Number::try_from(self.len()).expect("fewer than four billion subjects");
        self.named.push((name, place));
        number
    }

    /// The target with a number; none for what has only a name.
    pub fn get(&self, number: Number) -> Option<Target<'e, 'a>> {
        let [protections, machines, policies, operations, others, changes, named] = self.starts;
        let estate = self.estate;
        if number < protections {
            estate.vaults.get(number as usize).map(Target::Vault)
        } else if number < machines {
            estate.protections.get(number - protections).map(Target::Protection)
        } else if number < policies {
            estate.machines.get(number - machines).map(Target::VirtualMachine)
        } else if number < operations {
            estate.policies.get((number - policies) as usize).map(Target::BackupPolicy)
        } else if number < others {
            estate.operations.get((number - operations) as usize).map(Target::Operation)
        } else if number < changes {
            self.others.get((number - others) as usize).map(|resource| Target::Resource(resource))
        } else if number < named {
            let all = self.changes?;
            all.resources.get((number - changes) as usize).map(|change| Target::Change(change, all))
        } else {
            None
        }
    }

    /// What has only a name.
    pub fn named(&self, number: Number) -> Option<&(String, Option<Location>)> {
        self.named.get(number.checked_sub(self.starts[6])? as usize)
    }

    /// The text that stands for a subject in a report: its id, or its address in code.
    pub fn text(&self, number: Number) -> &str {
        self.name_of(number).0
    }

    /// What tells a subject from others, but for several that have only a name.
    pub fn name_of(&self, number: Number) -> Name<'_> {
        match self.get(number) {
            Some(target) => {
                let id = &target.resource().id;
                let in_code =
                    |address: Address<'a>| (address.text, address.project, address.variant);
                self.address(id.as_str()).map_or((id.as_str(), "", None), in_code)
            }
            None => (self.named(number).map_or("", |(name, _)| name), "", None),
        }
    }

    /// What the resource of an id is called in code, be it in code that no longer declares it.
    pub fn address(&self, id: &str) -> Option<Address<'a>> {
        // Of what Azure answered nothing has one, and the keys of a million ids cost something.
        if !self.estate.is_declared() && self.changes.is_none() {
            return None;
        }
        let key = IdKey::of(id);
        self.estate.address(key).or_else(|| self.changes?.address(key))
    }

    /// Which of several deployments of one project a subject is of.
    pub fn variant(&self, number: Number) -> Option<&'a str> {
        self.address(self.get(number)?.resource().id.as_str())?.variant
    }

    /// Every target, but for changes, which speak of two sides.
    pub fn inspected(&self) -> Inspected {
        let targets = 0..self.starts[5];
        let key = |number| ResourceKey::of(&self.identity(number));
        let mut keys: Vec<ResourceKey> = targets.clone().into_par_iter().map(key).collect();
        keys.par_sort_unstable();
        let mut projects = BTreeSet::new();
        if self.estate.coverage.is_declared() {
            let address = |number| self.address(self.get(number)?.resource().id.as_str());
            projects.extend(targets.filter_map(address).map(|address| address.project));
        }
        Inspected::new(projects.into_iter().map(str::to_owned).collect(), keys)
    }

    /// The text that tells a subject from all others but its variants. Two projects may use one address.
    pub fn identity(&self, number: Number) -> Cow<'_, str> {
        let target = self.get(number);
        let address = target.and_then(|target| self.address(target.resource().id.as_str()));
        match address {
            Some(Address { project, text, .. }) => Cow::Owned(format!("{project}\n{text}")),
            None => Cow::Borrowed(self.text(number)),
        }
    }
}

impl<'e, 'a> Stretch<'_, 'e, 'a> {
    fn len(&self) -> usize {
        match self {
            Self::Vaults(list) => list.len(),
            Self::Protections(list) => list.len(),
            Self::Machines(list) => list.len(),
            Self::BackupPolicies(list) => list.len(),
            Self::Operations(list) => list.len(),
            Self::Resources(list) => list.len(),
            Self::Changes(list, _) => list.len(),
        }
    }

    /// Gives each target with its number to `judge`.
    pub fn for_each(&self, start: Number, mut judge: impl FnMut(Number, Target<'e, 'a>)) {
        match self {
            Self::Vaults(list) => {
                (start..).zip(*list).for_each(|(at, vault)| judge(at, Target::Vault(vault)));
            }
            Self::Protections(list) => {
                (start..).zip(*list).for_each(|(at, item)| judge(at, Target::Protection(item)));
            }
            Self::Machines(list) => {
                (start..).zip(*list).for_each(|(at, it)| judge(at, Target::VirtualMachine(it)));
            }
            Self::BackupPolicies(list) => {
                (start..).zip(*list).for_each(|(at, it)| judge(at, Target::BackupPolicy(it)));
            }
            Self::Operations(list) => {
                (start..).zip(*list).for_each(|(at, it)| judge(at, Target::Operation(it)));
            }
            Self::Resources(list) => {
                (start..).zip(*list).for_each(|(at, it)| judge(at, Target::Resource(it)));
            }
            Self::Changes(list, all) => {
                (start..).zip(*list).for_each(|(at, it)| judge(at, Target::Change(it, all)));
            }
        }
    }
}
