//! Who holds what, where: roles as bits, assignments by scope.
//!
//! Nothing is worked out for a scope before somebody asks. What subscriptions and the scopes above them
//! give is kept, since thousands of vaults share it.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use super::action::{ActionTable, Actions};
use super::assignment::{self, Grant, Grants, Tenure};
use super::denial::{self, Denial, Denials};
use super::destruction::Destructions;
use super::directory::{Directory, Principal, PrincipalId};
use super::doubt::{Doubt, Missing, Unread};
use super::effective::{Denied, Effective, Held, Holder, given_to, joined, merged, replaced};
use super::operator::Anywhere;
use super::scope::{Hierarchy, Lineage, ROOT, is_management_group, is_subscription};
use crate::inventory::{Estate, IdKey, Kind, Reason, Time, id};

/// What an estate says about access, ready to be asked. It is built once for a run.
#[derive(Debug)]
pub struct AccessIndex {
    pub(super) directory: Directory,
    pub(super) hierarchy: Hierarchy,
    pub(super) grants: Grants,
    pub(super) denials: Denials,
    unread: HashSet<Unread>,
    /// What the root, management groups and subscriptions give, with all that is above them.
    shared: RwLock<HashMap<IdKey, Arc<Shared>>>,
    /// What was asked of operators.
    pub(super) anywhere: Anywhere,
    /// What was asked of the destruction of vaults.
    destructions: Destructions,
}

/// What a scope that many others lie below gives, with all that is above it.
#[derive(Debug, Default)]
struct Shared {
    /// Before denials.
    given: Arc<Vec<Holder>>,
    /// At the scope itself, less what is denied there.
    there: OnceLock<Arc<Vec<Holder>>>,
    /// At whatever lies below it, less what is denied there.
    below: OnceLock<Arc<Vec<Holder>>>,
}

impl AccessIndex {
    /// Reads assignments, roles, groups and denials as they are at a time, for the actions of a table.
    pub fn new(estate: &Estate<'_>, now: Time, table: &ActionTable) -> Self {
        let mut unread = Vec::new();
        let reads = assignment::read(estate, now, &mut unread);
        let denials = denial::read(estate, &mut unread);
        let named = reads.iter().map(|read| (read.principal.clone(), read.principal_type.clone()));
        let directory = Directory::new(estate, named.chain(denial::named(&denials)));
        let denials = Denials::new(&denials, &directory, table);
        let grants = assignment::grants(estate, reads, &directory, table);
        let hierarchy = Hierarchy::new(estate);
        let shared = RwLock::default();
        let destructions = Destructions::new(estate.vaults.len());
        let anywhere = Anywhere::default();
        let unread = unread.into_iter().collect();
        Self { directory, hierarchy, grants, denials, unread, shared, anywhere, destructions }
    }

    fn effective(&self, scope: &str) -> Effective {
        let lineage = self.hierarchy.lineage(scope);
        // Below a subscription nothing is kept: there are many scopes, and each is asked about once.
        let at = lineage.scopes.iter().position(|scope| is_shared(scope)).unwrap_or_default();
        let shared = self.shared(&lineage, at);
        let denials = || self.denials_over(&lineage);
        if at == 0 {
            let own = || self.without(scope, &shared.given, &denials());
            return Effective::new(Arc::clone(shared.there.get_or_init(own)));
        }
        let local = &lineage.scopes[..at];
        let mut added = Vec::new();
        for scope in local {
            added.extend(self.layer(scope, Held::and_nothing));
        }
        let added = joined(added);
        if local.iter().any(|scope| self.denials.at(scope).next().is_some()) {
            let given = Arc::new(merged(&shared.given, &added));
            return Effective::new(self.without(scope, &given, &denials()));
        }
        let below = shared.below.get_or_init(|| self.without(scope, &shared.given, &denials()));
        if added.is_empty() {
            return Effective::new(Arc::clone(below));
        }
        // Only those who get something more here have to be looked at again.
        let denials = denials();
        let changed = added.into_iter().map(|Holder { principal, held }| {
            let all = given_to(&shared.given, principal).and(held);
            Holder { principal, held: all.less(&self.taken(scope, principal, &denials)) }
        });
        Effective::new(Arc::new(replaced(below, changed.collect())))
    }

    /// What a scope and all that is above it give.
    fn shared(&self, lineage: &Lineage<'_>, at: usize) -> Arc<Shared> {
        let Some(scope) = lineage.scopes.get(at) else { return Arc::default() };
        let key = IdKey::of(scope);
        let known = self.shared.read().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        if let Some(known) = known {
            return known;
        }
        let above = self.shared(lineage, at + 1);
        let mut layer = self.layer(scope, Held::and_nothing);
        if at + 2 == lineage.scopes.len() {
            for group in self.groups_in_doubt(lineage) {
                layer.extend(self.layer(group, Held::in_doubt));
            }
            layer = joined(layer);
        }
        let given = if layer.is_empty() {
            Arc::clone(&above.given)
        } else {
            Arc::new(merged(&above.given, &layer))
        };
        let found = Arc::new(Shared { given, ..Shared::default() });
        let mut shared = self.shared.write().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(shared.entry(key).or_insert(found))
    }

    /// What the assignments at exactly this scope give.
    fn layer(&self, scope: &str, change: fn(Held) -> Held) -> Vec<Holder> {
        let mut layer = Vec::new();
        for grant in self.grants.at(scope) {
            let held = change(self.grants.held(grant));
            if held.is_empty() {
                continue;
            }
            if self.directory.is_leaf(grant.principal) {
                layer.push(Holder { principal: grant.principal, held });
            } else {
                let leaves = &self.directory.expand(grant.principal).leaves;
                layer.extend(leaves.iter().map(|(leaf, _)| Holder { principal: *leaf, held }));
            }
        }
        joined(layer)
    }

    /// Management groups with assignments, of which nobody knows whether they are above a scope.
    fn groups_in_doubt<'s>(&'s self, lineage: &'s Lineage<'s>) -> impl Iterator<Item = &'s str> {
        let groups = self.grants.management_groups.iter();
        in_doubt(&self.hierarchy, lineage, groups)
    }

    /// Deny assignments at a scope and above it, and whether they surely are above it.
    pub(super) fn denials_over<'s>(&'s self, lineage: &Lineage<'_>) -> Vec<(&'s Denial, bool)> {
        let mut found: Vec<(&Denial, bool)> = Vec::new();
        for scope in &lineage.scopes {
            found.extend(self.denials.at(scope).map(|denial| (denial, true)));
        }
        for group in in_doubt(&self.hierarchy, lineage, self.denials.management_groups.iter()) {
            found.extend(self.denials.at(group).map(|denial| (denial, false)));
        }
        found
    }

    /// What these denials take from a principal at a scope.
    pub(super) fn taken(
        &self,
        scope: &str,
        principal: PrincipalId,
        denials: &[(&Denial, bool)],
    ) -> Denied {
        denials.iter().fold(Denied::default(), |all, (denial, is_above)| {
            let taken = denial.takes(scope, principal, &self.directory);
            all.and(if *is_above { taken } else { taken.in_doubt() })
        })
    }

    /// Who holds what once the denials have taken theirs.
    fn without(
        &self,
        scope: &str,
        holders: &Arc<Vec<Holder>>,
        denials: &[(&Denial, bool)],
    ) -> Arc<Vec<Holder>> {
        if denials.is_empty() {
            return Arc::clone(holders);
        }
        let left = holders.iter().map(|holder| Holder {
            held: holder.held.less(&self.taken(scope, holder.principal, denials)),
            ..*holder
        });
        Arc::new(left.filter(|holder| !holder.held.is_empty()).collect())
    }
}

impl Held {
    /// What an assignment gives that surely holds.
    fn and_nothing(self) -> Self {
        self
    }
}

fn is_shared(scope: &str) -> bool {
    scope == ROOT || is_subscription(scope) || is_management_group(scope)
}

fn in_doubt<'s>(
    hierarchy: &'s Hierarchy,
    lineage: &'s Lineage<'_>,
    groups: impl Iterator<Item = &'s String>,
) -> impl Iterator<Item = &'s str> {
    let groups = groups.map(String::as_str);
    groups.filter(|group| lineage.unknown.is_some() && hierarchy.may_be_above(group, lineage))
}

/// Asks about access in an estate.
#[derive(Clone, Copy, Debug)]
pub struct Access<'e, 'a> {
    index: &'e AccessIndex,
    estate: &'e Estate<'a>,
}

/// A deny assignment that takes something from somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakenAway<'e> {
    /// The deny assignment's id.
    pub assignment: &'e str,
    /// Its scope.
    pub scope: &'e str,
    /// What it takes of the wanted actions, for certain.
    pub surely: Actions,
    /// What it takes if a condition, or something that was not read, says so.
    pub perhaps: Actions,
}

impl<'e, 'a> Access<'e, 'a> {
    /// Over the estate that the index was built from.
    pub fn new(index: &'e AccessIndex, estate: &'e Estate<'a>) -> Self {
        Self { index, estate }
    }

    /// Who holds what at a scope: the root, a management group, a subscription, a resource group, a
    /// resource or its child.
    pub fn at(&self, scope: &str) -> Effective {
        self.index.effective(scope)
    }

    /// Who a principal is.
    pub fn principal(&self, principal: PrincipalId) -> &'e Principal {
        self.index.directory.get(principal)
    }

    /// The principal with this object id, in whatever case, if any assignment or group names it.
    pub fn find(&self, object: &str) -> Option<PrincipalId> {
        self.index.directory.find(object)
    }

    /// Every principal that an assignment or a group names, by object id.
    pub fn principals(&self) -> impl Iterator<Item = (PrincipalId, &'e Principal)> {
        self.index.directory.all()
    }

    /// A scope and all that is above it.
    pub fn lineage<'s>(&self, scope: &'s str) -> Lineage<'s>
    where
        'e: 's,
    {
        self.index.hierarchy.lineage(scope)
    }

    /// The deny assignments that take some of these actions from a principal at a scope, sorted by id.
    pub fn denials(
        &self,
        scope: &str,
        principal: PrincipalId,
        wanted: Actions,
    ) -> Vec<TakenAway<'e>> {
        let lineage = self.index.hierarchy.lineage(scope);
        let mut found: Vec<TakenAway<'e>> = Vec::new();
        for (denial, is_above) in self.index.denials_over(&lineage) {
            let taken = denial.takes(scope, principal, &self.index.directory);
            let taken = if is_above { taken } else { taken.in_doubt() };
            let Some(resource) = self.estate.others.get(denial.source as usize) else { continue };
            let surely = taken.surely.common(wanted);
            let perhaps = taken.any().common(wanted).minus(surely);
            if !surely.union(perhaps).is_empty() {
                let assignment = resource.id.as_str();
                found.push(TakenAway { assignment, scope: &denial.scope, surely, perhaps });
            }
        }
        found.sort_by_key(|taken| taken.assignment.to_ascii_lowercase());
        found
    }

    /// What was not read, and may add or take away holders at a scope; sorted.
    pub fn doubts(&self, scope: &str) -> Vec<Doubt> {
        let lineage = self.index.hierarchy.lineage(scope);
        let mut doubts = Vec::new();
        for (missing, kind) in [
            (Missing::RoleAssignments, Kind::RoleAssignment),
            (Missing::EligibleAssignments, Kind::RoleEligibilityInstance),
            (Missing::DenyAssignments, Kind::DenyAssignment),
        ] {
            self.add_unread(&lineage, missing, kind, &mut doubts);
        }
        if let Some(reason) = lineage.unknown {
            let top = lineage.scopes.iter().rev().nth(1).unwrap_or(&lineage.scopes[0]);
            let scope = top.to_string();
            doubts.push(Doubt { missing: Missing::ManagementGroups, scope, reason });
        }
        for grant in self.index.grants_over(&lineage).map(|(grant, _)| grant) {
            let role = self.index.grants.role(grant);
            if let Some(reason) = role.unread {
                let scope = self.role_of(grant);
                doubts.push(Doubt { missing: Missing::RoleDefinition, scope, reason });
            }
        }
        for holder in self.at(scope).holders() {
            let principal = self.principal(holder.principal);
            if let Some(reason) = principal.unresolved.filter(|_| principal.is_group()) {
                let scope = principal.id.clone();
                doubts.push(Doubt { missing: Missing::GroupMembers, scope, reason });
            }
        }
        doubts.sort();
        doubts.dedup();
        doubts
    }

    fn add_unread(
        &self,
        lineage: &Lineage<'_>,
        missing: Missing,
        kind: Kind,
        doubts: &mut Vec<Doubt>,
    ) {
        let mut above: Option<(&str, Reason)> = None;
        for scope in lineage.scopes.iter().rev() {
            let key = IdKey::of(scope);
            let mut found = self.estate.coverage.list_at(scope, kind);
            if self.index.unread.contains(&Unread { missing, scope: key }) {
                found = Err(Reason::UnrecognisedValue);
            }
            let Err(reason) = found else { continue };
            // Said once for a subscription and all in it.
            let is_repeated = above.is_some_and(|(known, same)| {
                same == reason && known != ROOT && id::is_within(scope, known)
            });
            if !is_repeated {
                above = Some((scope, reason));
                doubts.push(Doubt { missing, scope: scope.to_string(), reason });
            }
        }
    }

    /// The id of the role definition that a grant names.
    fn role_of(&self, grant: &Grant) -> String {
        let resource = self.estate.others.get(grant.source as usize);
        resource
            .and_then(|resource| resource.text("properties.roleDefinitionId").known())
            .unwrap_or_default()
    }
}

impl AccessIndex {
    /// The grants at a scope and above it, and those at management groups that may be above it, with
    /// whether that is certain.
    pub(super) fn grants_over<'s>(
        &'s self,
        lineage: &'s Lineage<'_>,
    ) -> impl Iterator<Item = (&'s Grant, bool)> {
        let certain = lineage.scopes.iter().flat_map(|scope| self.grants.at(scope));
        let groups = in_doubt(&self.hierarchy, lineage, self.grants.management_groups.iter());
        let doubtful = groups.flat_map(|group| self.grants.at(group));
        certain.map(|grant| (grant, true)).chain(doubtful.map(|grant| (grant, false)))
    }
}

impl<'e, 'a> Access<'e, 'a> {
    pub(super) fn index(&self) -> &'e AccessIndex {
        self.index
    }

    pub(super) fn destructions(&self) -> &'e Destructions {
        &self.index.destructions
    }

    pub(super) fn estate(&self) -> &'e Estate<'a> {
        self.estate
    }

    /// The tenure of a grant: what its schedule says, or that it has none although all were read.
    pub(super) fn tenure(&self, grant: &Grant, scope: &str) -> Tenure {
        grant.tenure.unwrap_or_else(|| {
            let list = self.estate.coverage.list_at(scope, Kind::RoleAssignmentInstance);
            list.map_or_else(Tenure::Unknown, |()| Tenure::Permanent)
        })
    }

    /// What denials take from a principal at a scope.
    pub(super) fn denied(
        &self,
        lineage: &Lineage<'_>,
        scope: &str,
        principal: PrincipalId,
    ) -> Denied {
        self.index.taken(scope, principal, &self.index.denials_over(lineage))
    }
}
