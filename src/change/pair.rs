//! Which resource before is which one after.

use std::collections::{HashMap, HashSet};

use super::beside::{Beside, Nature};
use super::{Changes, Deed, ResourceChange, Sides};
use crate::inventory::{Address, Estate, IdKey, Kind, Reason, Resource, id};

/// What somebody who plans a change says of one resource.
#[derive(Clone, Debug)]
pub struct Planned<'p> {
    /// What it is called in code.
    pub address: Address<'p>,
    /// What becomes of it.
    pub deed: Deed,
    /// See [`ResourceChange::forced_by`].
    pub forced_by: Vec<String>,
    /// Its type, as its source names it.
    pub type_name: &'p str,
    /// What it is.
    pub nature: Nature,
    /// Its id, or that of what it is done to, as far as that is known.
    pub id: Option<String>,
    /// It sets something of another resource.
    pub is_part: bool,
    /// Nothing of it changes but its tags.
    pub is_retagged: bool,
}

/// Whether resources of this kind take part in a change.
pub fn is_compared(kind: Kind) -> bool {
    kind.is_vault()
        || kind.is_protection()
        || matches!(
            kind,
            Kind::RecoveryServicesPolicy
                | Kind::BackupVaultPolicy
                | Kind::ResourceGuard
                | Kind::RecoveryServicesGuardLink
                | Kind::BackupVaultGuardLink
                | Kind::BackupConfig
                | Kind::StorageConfig
                | Kind::Lock
        )
}

/// What a resource is called in code: one of a deployment of a project, by its address and kind.
pub(super) type Name<'a> = (Address<'a>, Kind);
type ByName<'r, 'a> = HashMap<Name<'a>, &'r Resource<'a>>;

impl<'e, 'a> Changes<'e, 'a> {
    /// Two readings of the same resources. They are matched by id; what has lost its match and is called the same in
    /// code has got another id, and so is another resource.
    pub fn between(before: &'e Estate<'a>, after: &'e Estate<'a>) -> Self {
        let mut left: HashMap<IdKey, &Resource<'a>> =
            compared(after).map(|resource| (resource.id.key(), resource)).collect();
        let mut gone = Vec::new();
        let mut resources = Vec::new();
        for resource in compared(before) {
            match left.remove(&resource.id.key()) {
                Some(found) => resources.push(both((before, resource), (after, found))),
                None => gone.push(resource),
            }
        }
        let mut renamed: ByName<'_, 'a> = left
            .values()
            .filter_map(|resource| Some((name(after, resource)?, *resource)))
            .collect();
        for resource in &gone {
            let successor = name(before, resource).and_then(|name| renamed.remove(&name));
            if let Some(successor) = successor {
                left.remove(&successor.id.key());
            }
            resources.push(match successor {
                Some(after) => ResourceChange {
                    sides: Sides::Both((*resource).clone(), after.clone()),
                    deed: Deed::Replaced,
                    forced_by: vec!["name".to_owned()],
                },
                None => ResourceChange {
                    sides: Sides::Before((*resource).clone()),
                    deed: absence(after, resource, &gone, Deed::Destroyed),
                    forced_by: Vec::new(),
                },
            });
        }
        resources.extend(left.into_values().map(|resource| ResourceChange {
            sides: Sides::After(resource.clone()),
            deed: absence(before, resource, &[], Deed::Created),
            forced_by: Vec::new(),
        }));
        Self::new(before, after, resources, Vec::new())
    }

    /// The same with what `removed` blocks say of what code no longer declares: it may let go of a resource that it
    /// does not destroy. Such a block speaks of every instance.
    #[must_use]
    pub fn told(mut self, removed: impl IntoIterator<Item = Planned<'a>>) -> Self {
        let removed: Vec<Planned<'a>> = removed.into_iter().collect();
        let of = |address: Address<'_>| {
            let text = without_instances(address.text);
            removed.iter().find(|told| {
                let same = (told.address.project, told.address.variant);
                same == (address.project, address.variant) && told.address.text == text
            })
        };
        for change in &mut self.resources {
            let Sides::Before(resource) = &change.sides else { continue };
            let told = self.before.address(resource.id.key()).and_then(of);
            change.deed = told.map_or(change.deed, |told| told.deed);
        }
        for beside in self.beside.iter_mut().filter(|beside| beside.deed == Deed::Destroyed) {
            let told = beside.address.and_then(of);
            beside.deed = told.map_or(beside.deed, |told| told.deed);
        }
        self
    }

    /// A plan: what it says of each resource counts. What it does not speak of takes no part.
    pub fn planned(
        before: &'e Estate<'a>,
        after: &'e Estate<'a>,
        plan: impl IntoIterator<Item = Planned<'a>>,
    ) -> Self {
        let plan: HashMap<Address<'a>, Planned<'a>> =
            plan.into_iter().map(|planned| (planned.address, planned)).collect();
        let planned = |name: &Name<'a>| plan.get(&name.0);
        let mut later: ByName<'_, 'a> = compared(after)
            .filter_map(|resource| Some((name(after, resource)?, resource)))
            .filter(|(name, _)| planned(name).is_some())
            .collect();
        let mut paired: HashSet<Address<'a>> = later.keys().map(|name| name.0).collect();
        let mut resources = Vec::new();
        let earlier =
            compared(before).filter_map(|resource| Some((name(before, resource)?, resource)));
        for (name, resource) in earlier {
            let Some(planned) = planned(&name) else { continue };
            paired.insert(name.0);
            let sides = match later.remove(&name) {
                Some(after) => Sides::Both(resource.clone(), after.clone()),
                None => Sides::Before(resource.clone()),
            };
            resources.push(ResourceChange::planned(sides, planned));
        }
        for (name, resource) in later {
            if let Some(planned) = planned(&name) {
                resources.push(ResourceChange::planned(Sides::After(resource.clone()), planned));
            }
        }
        let beside = Beside::of_plan(&plan, &paired, after);
        Self::new(before, after, resources, beside)
    }

    fn new(
        before: &'e Estate<'a>,
        after: &'e Estate<'a>,
        mut resources: Vec<ResourceChange<'a>>,
        beside: Vec<Beside<'a>>,
    ) -> Self {
        resources.sort_by_cached_key(|change| change.resource().id.to_lowercase());
        Self { before, after, resources, beside, world: None }
    }

    /// What a resource is called in the code that declares it, on either side.
    pub fn address(&self, resource: IdKey) -> Option<Address<'a>> {
        self.after.address(resource).or_else(|| self.before.address(resource))
    }
}

impl<'a> ResourceChange<'a> {
    fn planned(sides: Sides<'a>, planned: &Planned<'_>) -> Self {
        Self { sides, deed: planned.deed, forced_by: planned.forced_by.clone() }
    }
}

/// `module.a["x"].b.c[0]` as `module.a.b.c`.
fn without_instances(address: &str) -> String {
    let (mut text, mut depth, mut is_quoted) = (String::with_capacity(address.len()), 0, false);
    for letter in address.chars() {
        match letter {
            '"' => is_quoted = !is_quoted,
            '[' if !is_quoted => depth += 1,
            ']' if !is_quoted => depth -= 1,
            letter if depth == 0 => text.push(letter),
            _ => {}
        }
    }
    text
}

fn compared<'r, 'a>(estate: &'r Estate<'a>) -> impl Iterator<Item = &'r Resource<'a>> {
    estate.resources().filter(|resource| is_compared(resource.kind))
}

pub(super) fn name<'a>(estate: &Estate<'a>, resource: &Resource<'a>) -> Option<Name<'a>> {
    Some((estate.address(resource.id.key())?, resource.kind))
}

/// A vault that was deleted and made anew has its id again, and is another one. What surely was there, and will be
/// there under a condition only, may be destroyed.
fn both<'a>(
    (one, before): (&Estate<'a>, &Resource<'a>),
    (other, after): (&Estate<'a>, &Resource<'a>),
) -> ResourceChange<'a> {
    let may_go = other.is_doubtful(after.id.key()) && !one.is_doubtful(before.id.key());
    let has_birth = before.kind.is_vault() || before.kind == Kind::ResourceGuard;
    let is_another = has_birth
        && match (before.created().known(), after.created().known()) {
            (Some(before), Some(after)) => before != after,
            _ => false,
        };
    ResourceChange {
        sides: Sides::Both(before.clone(), after.clone()),
        deed: match (is_another, may_go) {
            (true, _) => Deed::Replaced,
            (false, true) => Deed::Unknown(Reason::Conditional),
            (false, false) => Deed::Updated,
        },
        forced_by: Vec::new(),
    }
}

/// What it means that the other side does not show a resource: a list that was not read proves nothing, unless the
/// vault around it is gone as well.
pub(super) fn absence(
    other: &Estate<'_>,
    resource: &Resource<'_>,
    gone: &[&Resource<'_>],
    deed: Deed,
) -> Deed {
    let read = |resource: &Resource<'_>| {
        let scope = id::parent_of(resource.id.as_str()).unwrap_or("/");
        other.coverage.list_of(scope, resource.kind)
    };
    let Err(reason) = read(resource) else { return deed };
    let vault = resource.id.vault().filter(|_| !resource.kind.is_vault());
    let vault = vault.and_then(|vault| gone.iter().find(|gone| id::same(gone.id.as_str(), vault)));
    match vault {
        Some(vault) if read(vault).is_ok() => deed,
        _ if reason == Reason::OutsideThisSource && deed == Deed::Created => deed,
        _ => Deed::Unknown(reason),
    }
}
