//! Resources by type and by parent: locks of a scope, diagnostic settings of a vault, shares of an
//! account.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::governance::Lock;
use super::id::{self, ByKey};
use super::{IdKey, Kind, Reason, Resource, View as _};

/// Positions in the list of other resources, by type and by parent.
#[derive(Debug, Default)]
pub(super) struct Neighbours {
    by_kind: HashMap<Kind, Vec<u32>, RandomState>,
    by_parent: HashMap<(IdKey, Kind), Vec<u32>, RandomState>,
    /// Scopes that have a lock, to answer "none" without building a key.
    locked: HashMap<IdKey, Vec<u32>, ByKey>,
}

impl Neighbours {
    /// Indexes the other resources of an estate.
    pub fn new(others: &[Resource<'_>]) -> Self {
        let mut neighbours = Self::default();
        for (at, resource) in (0u32..).zip(others) {
            if resource.kind == Kind::Other {
                continue;
            }
            neighbours.by_kind.entry(resource.kind).or_default().push(at);
            let Some(parent) = id::parent_of(resource.id.as_str()) else { continue };
            if resource.kind == Kind::Lock {
                neighbours.locked.entry(IdKey::of(parent)).or_default().push(at);
            } else if id::has_segment(parent, "providers")
                || resource.kind == Kind::DiagnosticSetting
            {
                let key = (IdKey::of(parent), resource.kind);
                neighbours.by_parent.entry(key).or_default().push(at);
            }
        }
        neighbours
    }

    /// Positions of the resources of a type.
    pub fn of_kind(&self, kind: Kind) -> &[u32] {
        self.by_kind.get(&kind).map_or(&[], Vec::as_slice)
    }

    /// Positions of what may be the children of one type; ids that share a key are among them.
    pub fn children(&self, parent: &str, kind: Kind) -> &[u32] {
        if kind == Kind::Lock {
            return self.locked.get(&IdKey::of(parent)).map_or(&[], Vec::as_slice);
        }
        self.by_parent.get(&(IdKey::of(parent), kind)).map_or(&[], Vec::as_slice)
    }

    /// Whether there is any lock.
    pub fn has_locks(&self) -> bool {
        !self.locked.is_empty()
    }
}

/// The management locks over a resource
/// (<https://learn.microsoft.com/azure/azure-resource-manager/management/lock-resources>).
#[derive(Clone, Debug, Default)]
pub struct Locks<'a> {
    /// Those that were read, nearest first: on the resource, on what it lies in, on its resource
    /// group, on its subscription.
    pub found: Vec<Lock<'a>>,
    /// Why there may be more: a list that would show them was not read.
    pub unread: Option<Reason>,
}

impl<'a> super::Estate<'a> {
    /// Every resource of a type without a view list of its own, sorted by id.
    pub fn of_kind(&self, kind: Kind) -> impl Iterator<Item = &Resource<'a>> {
        self.neighbours.of_kind(kind).iter().filter_map(|at| self.others.get(*at as usize))
    }

    /// The same, each with its position in [`Self::others`](super::Estate::others).
    pub fn numbered(&self, kind: Kind) -> impl Iterator<Item = (u32, &Resource<'a>)> {
        let positions = self.neighbours.of_kind(kind).iter();
        positions.filter_map(|at| Some((*at, self.others.get(*at as usize)?)))
    }

    /// The children of one type that stand directly below a resource, and its extension resources:
    /// `<parent>/providers/Microsoft.Insights/diagnosticSettings/x` as well as `<parent>/shares/x`.
    pub fn children_of<'e>(
        &'e self,
        parent: &'e str,
        kind: Kind,
    ) -> impl Iterator<Item = &'e Resource<'a>> {
        let positions = self.neighbours.children(parent, kind);
        positions.iter().filter_map(|at| self.others.get(*at as usize)).filter(move |child| {
            id::parent_of(child.id.as_str()).is_some_and(|found| id::same(found, parent))
        })
    }

    /// The resources of one type below a scope, at whatever depth.
    pub fn below<'e>(
        &'e self,
        scope: &'e str,
        kind: Kind,
    ) -> impl Iterator<Item = &'e Resource<'a>> {
        // Sorted by id in lower case, with the slash, so that they stand together.
        let scope = scope.strip_suffix('/').unwrap_or(scope);
        let start = scope.to_ascii_lowercase() + "/";
        let first = self.others.partition_point(|resource| resource.id.to_lowercase() < start);
        self.others[first..]
            .iter()
            .take_while(move |resource| id::is_within(resource.id.as_str(), scope))
            .filter(move |resource| resource.kind == kind)
    }

    /// The locks that hold a resource: its own and those of every scope above it.
    pub fn locks_over(&self, resource: &str) -> Locks<'a> {
        let (found, unread) = self.lock_resources_over(resource);
        let found = found.into_iter().filter_map(|lock| Lock::read(lock.clone()).ok());
        Locks { found: found.collect(), unread }
    }

    /// The same as they were read, and why there may be more.
    pub fn lock_resources_over(&self, resource: &str) -> (Vec<&Resource<'a>>, Option<Reason>) {
        let mut found = Vec::new();
        if self.neighbours.has_locks() {
            let mut scope = Some(resource);
            while let Some(at) = scope {
                let positions = self.neighbours.children(at, Kind::Lock).iter();
                let locks = positions.filter_map(|lock| self.others.get(*lock as usize));
                found.extend(locks.filter(|lock| {
                    id::parent_of(lock.id.as_str()).is_some_and(|parent| id::same(parent, at))
                }));
                scope = id::parent_of(at);
            }
        }
        // A list of the subscription holds the locks of every scope below it.
        let subscription = id::ancestors(resource).last().unwrap_or(resource);
        let unread = if self.coverage.is_listed(subscription, Kind::Lock) {
            self.coverage.list_of(resource, Kind::Lock).err()
        } else {
            let gap = self.coverage.list_of(subscription, Kind::Lock).err();
            Some(gap.unwrap_or(Reason::NotCollected))
        };
        (found, unread)
    }
}
