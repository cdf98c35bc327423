//! Scopes: what stands above one, through the management groups up to the root.
//!
//! It never guesses: a subscription of which nobody knows the management group may lie below any.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use crate::inventory::{Estate, Fact, IdKey, Kind, Reason, Resource, id, listed_subscription};

/// The scope that holds everything.
pub const ROOT: &str = "/";

/// Where subscriptions and management groups stand, as far as it was read.
#[derive(Debug, Default)]
pub struct Hierarchy {
    above: HashMap<IdKey, Parent>,
    /// Why it is not known for the others.
    unread: Option<Reason>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Parent {
    Group(String),
    Root,
    /// Two answers that contradict each other.
    Disputed,
}

/// A scope, and everything above it.
#[derive(Clone, Debug)]
pub struct Lineage<'s> {
    /// The scope itself first, the root last.
    pub scopes: Vec<Cow<'s, str>>,
    /// Why there may be management groups in between that nobody knows.
    pub unknown: Option<Reason>,
}

impl Hierarchy {
    /// Reads what the estate tells of management groups.
    pub fn new(estate: &Estate<'_>) -> Self {
        let mut hierarchy = Self::default();
        for kind in [Kind::ManagementGroup, Kind::Subscription] {
            for resource in estate.of_kind(kind) {
                hierarchy.add_answer(resource);
            }
        }
        for resource in estate.of_kind(Kind::ManagementGroupSubscription) {
            if let Some((subscription, group)) = listed_subscription(resource) {
                hierarchy.add(&subscription, &Parent::Group(group));
            }
        }
        hierarchy.dispute_circles();
        hierarchy.unread = estate.coverage.gap_of(ROOT, Kind::ManagementGroup);
        hierarchy
    }

    fn add_answer(&mut self, resource: &Resource<'_>) {
        for child in resource.management_group_children() {
            self.add(&child, &Parent::Group(resource.id.as_str().to_owned()));
        }
        let Fact::Known((groups, is_whole)) = resource.management_groups_above() else { return };
        let mut below = resource.id.as_str();
        for group in &groups {
            self.add(below, &Parent::Group(group.clone()));
            below = group;
        }
        if is_whole {
            self.add(below, &Parent::Root);
        }
    }

    fn add(&mut self, child: &str, parent: &Parent) {
        let known = self.above.entry(IdKey::of(child)).or_insert_with(|| parent.clone());
        let agrees = match (&*known, parent) {
            (Parent::Group(one), Parent::Group(other)) => id::same(one, other),
            (one, other) => one == other,
        };
        if !agrees {
            *known = Parent::Disputed;
        }
    }

    /// No real hierarchy runs in a circle, so nobody knows what is true of one.
    fn dispute_circles(&mut self) {
        let mut done: HashSet<IdKey> = HashSet::new();
        let starts: Vec<IdKey> = self.above.keys().copied().collect();
        for start in starts {
            let mut path = Vec::new();
            let mut at = start;
            while done.insert(at) {
                path.push(at);
                match self.above.get(&at) {
                    Some(Parent::Group(group)) => at = IdKey::of(group),
                    _ => break,
                }
            }
            if let Some(first) = path.iter().position(|known| *known == at)
                && matches!(self.above.get(&at), Some(Parent::Group(_)))
            {
                for member in &path[first..] {
                    self.above.insert(*member, Parent::Disputed);
                }
            }
        }
    }

    /// What stands above a scope: what an id lies in, the management groups of its subscription, and the
    /// root.
    pub fn lineage<'s>(&'s self, scope: &'s str) -> Lineage<'s> {
        let scope = scope.strip_suffix('/').unwrap_or(scope);
        let mut scopes = Vec::new();
        let mut unknown = None;
        if !scope.is_empty() {
            scopes.push(Cow::Borrowed(scope));
            scopes.extend(id::ancestors(scope).map(Cow::Borrowed));
            let top = scopes.last().cloned().unwrap_or_default();
            if is_subscription(&top) || is_management_group(&top) {
                unknown = self.add_groups_above(&top, &mut scopes);
            }
        }
        scopes.push(Cow::Borrowed(ROOT));
        Lineage { scopes, unknown }
    }

    fn add_groups_above<'s>(&'s self, top: &str, scopes: &mut Vec<Cow<'s, str>>) -> Option<Reason> {
        let unread = Some(self.unread.unwrap_or(Reason::NotCollected));
        let mut below = IdKey::of(top);
        loop {
            match self.above.get(&below) {
                Some(Parent::Root) => return None,
                Some(Parent::Group(group)) => {
                    below = IdKey::of(group);
                    scopes.push(Cow::Borrowed(group));
                }
                Some(Parent::Disputed) => return Some(Reason::UnrecognisedValue),
                None => return unread,
            }
        }
    }

    /// Whether a management group may stand above a scope whose lineage is not known to its end.
    pub fn may_be_above(&self, group: &str, lineage: &Lineage<'_>) -> bool {
        let mut known = lineage.scopes.iter().rev().skip(1);
        let Some(top) = known.next() else { return false };
        let is_in = |scope: &str| lineage.scopes.iter().any(|known| id::same(known, scope));
        // A group below the highest one known cannot stand above it as well.
        lineage.unknown.is_some()
            && !is_in(group)
            && !self.lineage(group).scopes.iter().any(|above| id::same(above, top))
    }
}

/// Whether a scope is a management group.
pub fn is_management_group(scope: &str) -> bool {
    let name = scope.trim_matches('/');
    let mut parts = name.split('/');
    let mut is = |word: &str| parts.next().is_some_and(|part| part.eq_ignore_ascii_case(word));
    is("providers") && is("Microsoft.Management") && is("managementGroups") && parts.count() == 1
}

/// Whether a scope is a subscription.
pub fn is_subscription(scope: &str) -> bool {
    let mut parts = scope.trim_matches('/').split('/');
    parts.next().is_some_and(|part| part.eq_ignore_ascii_case("subscriptions"))
        && parts.next().is_some_and(|name| !name.is_empty())
        && parts.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hierarchy(links: &[(&str, Parent)]) -> Hierarchy {
        let mut hierarchy = Hierarchy::default();
        for (child, parent) in links {
            hierarchy.add(child, parent);
        }
        hierarchy.dispute_circles();
        hierarchy
    }

    fn group(name: &str) -> String {
        crate::inventory::management_group_id(name)
    }

    const VAULT: &str =
        "/subscriptions/S/resourceGroups/g/providers/Microsoft.RecoveryServices/vaults/v";

    #[test]
    fn a_vault_lies_in_all_that_its_subscription_lies_in() {
        let hierarchy = hierarchy(&[
            ("/SUBSCRIPTIONS/s", Parent::Group(group("a"))),
            (&group("A"), Parent::Group(group("b"))),
            (&group("b"), Parent::Root),
        ]);
        let lineage = hierarchy.lineage(VAULT);
        let (a, b) = (group("a"), group("b"));
        assert_eq!(
            lineage.scopes,
            [VAULT, "/subscriptions/S/resourceGroups/g", "/subscriptions/S", &a, &b, "/"]
        );
        assert_eq!(lineage.unknown, None);
        assert_eq!(hierarchy.lineage(&a).scopes, [a.as_str(), &b, "/"]);
        assert_eq!(hierarchy.lineage("/").scopes, ["/"]);
        assert_eq!(hierarchy.lineage("/").unknown, None);
    }

    #[test]
    fn what_is_not_known_to_its_end_says_so() {
        let none = hierarchy(&[]);
        assert_eq!(none.lineage(VAULT).unknown, Some(Reason::NotCollected));
        assert!(none.may_be_above(&group("x"), &none.lineage(VAULT)));
        let circle = hierarchy(&[
            ("/subscriptions/S", Parent::Group(group("a"))),
            (&group("a"), Parent::Group(group("b"))),
            (&group("b"), Parent::Group(group("a"))),
        ]);
        assert_eq!(circle.lineage(VAULT).unknown, Some(Reason::UnrecognisedValue));
        assert_eq!(circle.lineage(VAULT).scopes.len(), 5);
        assert_eq!(circle.lineage(&group("b")).scopes, [group("b").as_str(), "/"]);
        let own = hierarchy(&[(&group("a"), Parent::Group(group("A")))]);
        assert_eq!(own.lineage(&group("a")).scopes.len(), 2);
        let disputed = hierarchy(&[
            ("/subscriptions/S", Parent::Group(group("a"))),
            ("/subscriptions/S", Parent::Group(group("b"))),
        ]);
        assert_eq!(disputed.lineage(VAULT).scopes.len(), 4);
        assert_eq!(disputed.lineage(VAULT).unknown, Some(Reason::UnrecognisedValue));
    }

    #[test]
    fn a_group_below_the_highest_known_one_is_not_above_it() {
        let hierarchy = hierarchy(&[
            ("/subscriptions/S", Parent::Group(group("a"))),
            (&group("below"), Parent::Group(group("a"))),
        ]);
        let lineage = hierarchy.lineage(VAULT);
        assert!(!hierarchy.may_be_above(&group("below"), &lineage));
        assert!(!hierarchy.may_be_above(&group("a"), &lineage));
        assert!(hierarchy.may_be_above(&group("elsewhere"), &lineage));
    }
}
