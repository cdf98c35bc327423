//! What was read, what was not, and why: the lists read to their end, and the gaps.

mod gap;
mod list;
mod reading;
mod unplaced;

use std::collections::BTreeSet;

use super::{DirectoryKind, Kind, Reason, Time, id};
use gap::stands_between;
use list::Lists;
use unplaced::Unplaced;

pub use gap::{Gap, GapReason};
pub use reading::{NotTaken, Reading, SnapshotInfo};

/// Which lists were read to their end, and what stood in the way of others.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    lists: Vec<Lists>,
    /// Lists of what stands at exactly a scope.
    lists_at: Vec<Lists>,
    /// Lists that reach back to some time: scope, type and time.
    windows: Vec<(String, String, Time)>,
    gaps: Vec<Gap>,
    /// Scope and type of bodies that were there and could not be read; `*` for any type.
    lost: BTreeSet<(String, String)>,
    everything: bool,
    /// More is declared than what was read.
    elsewhere: bool,
    /// Declarations whose place, or existence, is not known.
    unplaced: Vec<Unplaced>,
}

impl Coverage {
    /// Notes that every resource of this type at and below the scope was read.
    pub fn add_list(&mut self, scope: &str, type_name: &str) {
        Lists::add_to(&mut self.lists, scope, type_name);
    }

    /// Notes that every resource of this type was read that stands at exactly the scope, as role
    /// assignments at a management group do; what is below it may not have been.
    pub fn add_list_at(&mut self, scope: &str, type_name: &str) {
        Lists::add_to(&mut self.lists_at, scope, type_name);
    }

    /// Notes that every resource of this type at and below the scope was read that has a time of its
    /// own and is no older than `since`.
    pub fn add_list_since(&mut self, scope: &str, type_name: &str, since: Time) {
        self.windows.push((scope.to_owned(), type_name.to_owned(), since));
    }

    /// Notes a gap.
    pub fn add_gap(&mut self, gap: Gap) {
        self.gaps.push(gap);
    }

    /// Notes that a body of this type, at or below the scope, was there and could not be read: no list
    /// that it may belong to is whole. `*` stands for any type.
    pub fn add_lost(&mut self, scope: &str, type_name: &str) {
        self.lost.insert((scope.to_owned(), type_name.to_owned()));
    }

    /// Code is judged as one complete project: every list is what the project declares.
    pub fn declare_complete(&mut self) {
        self.everything = true;
    }

    /// Code is judged as a part of something larger: what it does not declare may be declared elsewhere.
    pub fn declare_partial(&mut self) {
        self.everything = true;
        self.elsewhere = true;
    }

    /// Notes a declared resource below a parent that is not known: it may belong to any list. `reason` says why.
    pub fn add_unplaced(&mut self, parent: &str, type_name: &str, reason: Reason) {
        self.add_hidden(parent, type_name, reason, false);
    }

    /// Notes a declared resource that may not exist: no list that it would belong to is certain.
    pub fn add_doubtful(&mut self, parent: &str, type_name: &str, reason: Reason) {
        self.add_hidden(parent, type_name, reason, true);
    }

    fn add_hidden(&mut self, parent: &str, type_name: &str, reason: Reason, is_placed: bool) {
        let (parent, type_name) = (parent.to_owned(), type_name.to_owned());
        self.unplaced.push(Unplaced { parent, type_name, reason, is_placed });
    }

    /// Whether this is a project of code.
    pub fn is_declared(&self) -> bool {
        self.everything
    }

    /// The gaps, in the order found.
    pub fn gaps(&self) -> &[Gap] {
        &self.gaps
    }

    /// Sorts the gaps and drops repetitions, so that reports do not depend on reading order.
    pub fn finish(&mut self) {
        self.gaps.sort();
        self.gaps.dedup();
    }

    /// Whether all resources of a type at and below a scope were read.
    ///
    /// # Errors
    /// Why not.
    pub fn list(&self, scope: &str, type_name: &str) -> Result<(), Reason> {
        if self.everything && DirectoryKind::of_type(type_name) != DirectoryKind::Other {
            return Err(Reason::SourceCannotSay);
        }
        self.unbroken(scope, type_name)?;
        if self.covers(scope, type_name) {
            return Ok(());
        }
        Err(self.since(scope, type_name).map_or(Reason::NotCollected, |_| Reason::WindowTooShort))
    }

    /// The time from which on all resources of a type at and below a scope were read, if a source
    /// says so.
    pub fn since(&self, scope: &str, type_name: &str) -> Option<Time> {
        let covers = |(listed, kind, _): &&(String, String, Time)| {
            kind.eq_ignore_ascii_case(type_name) && id::is_within(scope, listed)
        };
        self.windows.iter().filter(covers).map(|(_, _, since)| *since).min()
    }

    /// Whether nothing is known to be missing of the resources of a type at and below a scope.
    ///
    /// # Errors
    /// Why something is.
    pub fn unbroken(&self, scope: &str, type_name: &str) -> Result<(), Reason> {
        if let Some(gap) = self.gaps.iter().find(|gap| gap.hides(scope, type_name)) {
            return Err(gap.fact_reason());
        }
        if self.lost.iter().any(|(lost, kind)| stands_between(lost, kind, scope, type_name)) {
            return Err(Reason::NotCollected);
        }
        match self.unplaced.iter().find(|unplaced| unplaced.hides(scope, type_name)) {
            Some(unplaced) => Err(unplaced.reason),
            None if self.elsewhere => Err(Reason::OutsideThisSource),
            None => Ok(()),
        }
    }

    /// Where resources of a type at and below a scope are known to be missing, each place once, sorted, and why.
    pub fn missing(&self, scope: &str, type_name: &str) -> Vec<(&str, Reason)> {
        let gaps = self.gaps.iter().filter(|gap| gap.hides(scope, type_name));
        let gaps = gaps.map(|gap| (gap.scope.as_str(), gap.fact_reason()));
        let lost = self.lost.iter();
        let lost = lost.filter(|(lost, kind)| stands_between(lost, kind, scope, type_name));
        let lost = lost.map(|(lost, _)| (lost.as_str(), Reason::NotCollected));
        let unplaced = self.unplaced.iter().filter(|unplaced| unplaced.hides(scope, type_name));
        let unplaced = unplaced.map(|unplaced| (unplaced.parent.as_str(), unplaced.reason));
        let mut missing: Vec<(&str, Reason)> = gaps.chain(lost).chain(unplaced).collect();
        missing.sort_by(|one, two| one.0.cmp(two.0));
        missing.dedup_by(|one, two| id::same(one.0, two.0));
        missing
    }

    /// Whether the resources of a type that stand at exactly this scope were read, as role assignments do;
    /// what is missing below it does not count.
    ///
    /// # Errors
    /// Why not.
    pub fn list_at(&self, scope: &str, kind: Kind) -> Result<(), Reason> {
        let type_name = kind.type_name();
        let is_of = |known: &str| known.eq_ignore_ascii_case(type_name) || known == "*";
        let is_schedule =
            matches!(kind, Kind::RoleAssignmentInstance | Kind::RoleEligibilityInstance);
        if is_schedule
            && self.gaps.iter().any(|gap| gap.hides(scope, type_name) && gap.is_unlicensed())
        {
            return Ok(());
        }
        let mut gaps = self.gaps.iter().filter(|gap| is_of(&gap.kind));
        if let Some(gap) = gaps.find(|gap| id::is_within(scope, &gap.scope)) {
            return Err(gap.fact_reason());
        }
        if let Some(unplaced) =
            self.unplaced.iter().find(|unplaced| unplaced.hides(scope, type_name))
        {
            return Err(unplaced.reason);
        }
        // Where a body was lost whose id is known, so is its scope. A file of a subscription may have held
        // what stands above it, too.
        let hides = |(lost, known): &(String, String)| {
            let is_body =
                known.eq_ignore_ascii_case(type_name) && id::has_segment(lost, "providers");
            let at = if is_body { id::parent_of(lost).unwrap_or("/") } else { lost };
            is_of(known) && (id::is_within(scope, at) || !is_body && id::is_within(at, scope))
        };
        if self.lost.iter().any(hides) {
            return Err(Reason::NotCollected);
        }
        let mut own = self.lists_at.iter();
        let own = own.find(|lists| lists.type_name.eq_ignore_ascii_case(type_name));
        let is_listed =
            own.is_some_and(|lists| lists.names(scope)) || self.covers(scope, type_name);
        if is_listed { Ok(()) } else { Err(Reason::NotCollected) }
    }

    fn covers(&self, scope: &str, type_name: &str) -> bool {
        let lists = self.lists.iter().find(|lists| lists.type_name.eq_ignore_ascii_case(type_name));
        self.everything || lists.is_some_and(|lists| lists.cover(scope))
    }

    /// Whether somebody listed the resources of a type at and below a scope, gaps aside.
    pub fn is_listed(&self, scope: &str, kind: Kind) -> bool {
        self.covers(scope, kind.type_name())
    }

    /// Why some resources of a type at or below a scope could not be read, if anything says so; that
    /// nobody asked for them does not.
    pub fn gap_of(&self, scope: &str, kind: Kind) -> Option<Reason> {
        let gap = self.gaps.iter().find(|gap| gap.hides(scope, kind.type_name()));
        gap.map(Gap::fact_reason)
    }

    /// [`Self::list`] for a type known by name.
    ///
    /// # Errors
    /// Why not.
    pub fn list_of(&self, scope: &str, kind: Kind) -> Result<(), Reason> {
        self.list(scope, kind.type_name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_covers_what_lies_below_and_a_gap_breaks_it() {
        let mut coverage = Coverage::default();
        coverage.add_list("/subscriptions/S", "A.B/c");
        assert_eq!(coverage.list("/SUBSCRIPTIONS/s/resourceGroups/g", "a.b/C"), Ok(()));
        assert_eq!(coverage.list("/subscriptions/t", "A.B/c"), Err(Reason::NotCollected));
        assert_eq!(coverage.list("/subscriptions/S", "A.B/d"), Err(Reason::NotCollected));
        coverage.add_gap(Gap {
            scope: "/subscriptions/S/resourceGroups/g".to_owned(),
            kind: "A.B/c".to_owned(),
            status: Some(403),
            reason: GapReason::Forbidden,
            permission: None,
            message: String::new(),
        });
        assert_eq!(coverage.list("/subscriptions/S", "A.B/c"), Err(Reason::Forbidden));
        assert_eq!(coverage.list("/subscriptions/S/resourceGroups/h", "A.B/c"), Ok(()));
    }

    #[test]
    fn what_stands_at_a_scope_is_read_although_something_below_is_not() {
        let mut coverage = Coverage::default();
        let kind = Kind::RoleAssignment;
        coverage.add_list("/", kind.type_name());
        coverage.add_gap(Gap {
            scope: "/subscriptions/s".to_owned(),
            kind: kind.type_name().to_owned(),
            status: Some(403),
            reason: GapReason::Forbidden,
            permission: None,
            message: String::new(),
        });
        assert_eq!(coverage.list_at("/", kind), Ok(()));
        assert_eq!(coverage.list_at("/subscriptions/t", kind), Ok(()));
        assert_eq!(coverage.list_at("/subscriptions/S", kind), Err(Reason::Forbidden));
        assert_eq!(
            coverage.list_at("/subscriptions/s/resourceGroups/g", kind),
            Err(Reason::Forbidden)
        );
        assert_eq!(coverage.list_at("/", Kind::DenyAssignment), Err(Reason::NotCollected));
        let lost = "/subscriptions/t/providers/Microsoft.Authorization/roleAssignments/x";
        coverage.add_lost(lost, kind.type_name());
        assert_eq!(coverage.list_at("/subscriptions/t", kind), Err(Reason::NotCollected));
        assert_eq!(coverage.list_at("/", kind), Ok(()));
        coverage.add_lost("/subscriptions/u", "*");
        assert_eq!(coverage.list_at("/", kind), Err(Reason::NotCollected));
    }

    #[test]
    fn a_list_of_what_stands_at_a_scope_says_nothing_of_what_is_below() {
        let mut coverage = Coverage::default();
        let kind = Kind::RoleAssignment;
        coverage.add_list_at("/", kind.type_name());
        assert_eq!(coverage.list_at("/", kind), Ok(()));
        assert_eq!(coverage.list_at("/subscriptions/s", kind), Err(Reason::NotCollected));
        assert_eq!(coverage.list_of("/", kind), Err(Reason::NotCollected));
        let group = "/providers/Microsoft.Management/managementGroups/g";
        coverage.add_list_at(&format!("{group}/"), "microsoft.authorization/ROLEASSIGNMENTS");
        assert_eq!(coverage.list_at(&group.to_uppercase(), kind), Ok(()));
        assert_eq!(coverage.list_at(group, Kind::DenyAssignment), Err(Reason::NotCollected));
    }

    #[test]
    fn a_declaration_without_a_place_may_belong_to_any_list() {
        let mut coverage = Coverage::default();
        coverage.declare_complete();
        let lock = Kind::Lock.type_name();
        coverage.add_unplaced(
            "/subscriptions/{s}/resourceGroups/{g}",
            lock,
            Reason::UnresolvedExpression,
        );
        let group = |name: &str| format!("/subscriptions/{{s}}/resourceGroups/{name}");
        let of = |scope: &str, kind| coverage.list_of(scope, kind);
        assert_eq!(of(&group("h"), Kind::Lock), Err(Reason::UnresolvedExpression));
        assert_eq!(
            of(&(group("h") + "/providers/A.B/c/d"), Kind::Lock),
            Err(Reason::UnresolvedExpression)
        );
        assert_eq!(of(&group("h"), Kind::ResourceGuard), Ok(()));
        // There it was found.
        assert_eq!(of(&(group("{g}") + "/providers/A.B/c/d"), Kind::Lock), Ok(()));
        let mut coverage = Coverage::default();
        coverage.declare_complete();
        coverage.add_doubtful(&group("g"), lock, Reason::Conditional);
        assert_eq!(coverage.list_of(&group("g"), Kind::Lock), Err(Reason::Conditional));
        assert_eq!(coverage.list_of(&group("h"), Kind::Lock), Ok(()));
        coverage.declare_partial();
        assert_eq!(coverage.list_of(&group("h"), Kind::Lock), Err(Reason::OutsideThisSource));
    }
}
