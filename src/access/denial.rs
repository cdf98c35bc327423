//! Deny assignments: what each takes, from whom, and how surely.

use std::collections::{BTreeSet, HashMap};

use super::action::{ActionTable, Actions};
use super::assignment::{has_condition, scope_of};
use super::directory::{Directory, PrincipalId};
use super::doubt::{Missing, Unread};
use super::effective::Denied;
use super::role::compile;
use super::scope::is_management_group;
use crate::inventory::{DeniedPrincipal, DenyAssignment, Estate, Fact, IdKey, Kind, View, id};

/// What one deny assignment takes.
#[derive(Debug)]
pub(super) struct Denial {
    /// Position of the resource that says so.
    pub source: u32,
    pub scope: String,
    /// Whether it holds at its scope only; `None` if nobody knows.
    only_there: Option<bool>,
    denied: Denied,
    principals: Named,
    excluded: Named,
}

/// Whether somebody is among those whom a list names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Among {
    Yes,
    No,
    Maybe,
}

/// The principals that a list names, and everybody behind its groups.
#[derive(Debug, Default)]
struct Named {
    everyone: bool,
    leaves: BTreeSet<PrincipalId>,
    groups: BTreeSet<PrincipalId>,
    /// There are others, and nobody knows who.
    and_unknown: bool,
}

impl Named {
    fn new(list: &Fact<Vec<DeniedPrincipal<'_>>>, directory: &Directory) -> Self {
        let mut named = Self::default();
        match list {
            Fact::Known(list) => list.iter().for_each(|entry| named.add(entry, directory)),
            Fact::Absent => {}
            Fact::Unknown(_) => named.and_unknown = true,
        }
        named
    }

    fn add(&mut self, entry: &DeniedPrincipal<'_>, directory: &Directory) {
        if entry.is_everyone() {
            self.everyone = true;
            return;
        }
        let found = match &entry.id {
            Fact::Known(object) => directory.find(object),
            Fact::Absent | Fact::Unknown(_) => None,
        };
        let Some(principal) = found else {
            self.and_unknown = true;
            return;
        };
        self.and_unknown |= directory.get(principal).unresolved.is_some();
        if directory.is_leaf(principal) {
            self.leaves.insert(principal);
            return;
        }
        let expansion = directory.expand(principal);
        self.groups.extend(expansion.groups.iter().map(|(group, _)| *group));
        for (leaf, _) in &expansion.leaves {
            self.and_unknown |= directory.get(*leaf).unresolved.is_some();
            self.leaves.insert(*leaf);
        }
    }

    /// Whether a principal is among them. One that stands for members whom nobody can list may be.
    fn has(&self, principal: PrincipalId, directory: &Directory) -> Among {
        if self.everyone || self.groups.contains(&principal) || self.leaves.contains(&principal) {
            return Among::Yes;
        }
        let is_unresolved = directory.get(principal).unresolved.is_some();
        let is_empty = self.leaves.is_empty() && self.groups.is_empty();
        if self.and_unknown || is_unresolved && !is_empty { Among::Maybe } else { Among::No }
    }
}

impl Denial {
    /// What it takes from those whom it names.
    pub fn about(&self) -> Actions {
        self.denied.any()
    }

    /// Whether it holds at a scope at or below its own: surely, perhaps, or not.
    fn reaches(&self, scope: &str) -> Option<bool> {
        match self.only_there {
            _ if id::same(scope, &self.scope) => Some(true),
            Some(false) => Some(true),
            Some(true) => None,
            None => Some(false),
        }
    }

    /// What it takes from a principal at a scope at or below its own.
    pub fn takes(&self, scope: &str, principal: PrincipalId, directory: &Directory) -> Denied {
        let Some(surely) = self.reaches(scope) else { return Denied::default() };
        let among = self.principals.has(principal, directory);
        let spared = self.excluded.has(principal, directory);
        match (among, spared) {
            (Among::No, _) | (_, Among::Yes) => Denied::default(),
            (Among::Yes, Among::No) if surely => self.denied,
            _ => self.denied.in_doubt(),
        }
    }
}

/// Every deny assignment, by scope.
#[derive(Debug, Default)]
pub(super) struct Denials {
    list: Vec<Denial>,
    by_scope: HashMap<IdKey, Vec<usize>>,
    /// The scopes among them that are management groups.
    pub management_groups: BTreeSet<String>,
}

/// A deny assignment with the position of its resource.
pub(super) type Read<'a> = (u32, DenyAssignment<'a>);

/// Reads every deny assignment, and notes those that cannot be read.
pub(super) fn read<'a>(estate: &Estate<'a>, unread: &mut Vec<Unread>) -> Vec<Read<'a>> {
    let mut found = Vec::new();
    for (at, resource) in estate.numbered(Kind::DenyAssignment) {
        match DenyAssignment::read(resource.clone()) {
            Ok(read) => found.push((at, read)),
            Err(_) => unread.push(Unread::new(Missing::DenyAssignments, resource)),
        }
    }
    found
}

/// The principals that deny assignments name, with their types.
pub(super) fn named<'r>(
    reads: &'r [Read<'_>],
) -> impl Iterator<Item = (String, Option<String>)> + 'r {
    let lists = reads.iter().flat_map(|(_, read)| [&read.principals, &read.excluded]);
    let entries = lists.filter_map(|list| list.as_ref().known()).flatten();
    entries.filter(|entry| !entry.is_everyone()).filter_map(|entry| match &entry.id {
        Fact::Known(object) => {
            let kind = entry.kind.as_ref().known().map(ToString::to_string);
            Some((object.to_ascii_lowercase(), kind))
        }
        Fact::Absent | Fact::Unknown(_) => None,
    })
}

impl Denials {
    pub fn new(reads: &[Read<'_>], directory: &Directory, table: &ActionTable) -> Self {
        let mut denials = Self::default();
        for (source, read) in reads {
            let scope = match &read.scope {
                Fact::Known(scope) if !scope.is_empty() => scope.to_string(),
                _ => scope_of(&read.resource).to_owned(),
            };
            if is_management_group(&scope) {
                denials.management_groups.insert(scope.clone());
            }
            denials.by_scope.entry(IdKey::of(&scope)).or_default().push(denials.list.len());
            denials.list.push(Denial {
                source: *source,
                scope,
                only_there: match read.not_below {
                    Fact::Known(only) => Some(only),
                    Fact::Absent => Some(false),
                    Fact::Unknown(_) => None,
                },
                denied: taken(read, table),
                principals: Named::new(
                    &read
                        .principals
                        .clone()
                        .absent_is_unknown(crate::inventory::Reason::NotCollected),
                    directory,
                ),
                excluded: Named::new(&read.excluded, directory),
            });
        }
        denials
    }

    /// Those at exactly this scope.
    pub fn at(&self, scope: &str) -> impl Iterator<Item = &Denial> {
        let found = self.by_scope.get(&IdKey::of(scope));
        found.into_iter().flatten().map(|at| &self.list[*at])
    }

    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }
}

/// What a deny assignment takes, whoever it is taken from.
fn taken(read: &DenyAssignment<'_>, table: &ActionTable) -> Denied {
    let Fact::Known(permissions) = &read.permissions else {
        let everything: Actions = table.iter().map(|(action, _)| action).collect();
        return Denied { possibly: everything, ..Denied::default() };
    };
    let denied = compile(permissions, table);
    if has_condition(&read.condition) {
        return Denied { conditional: denied.any(), ..Denied::default() };
    }
    Denied { surely: denied.always, conditional: denied.conditional, ..Denied::default() }
}
