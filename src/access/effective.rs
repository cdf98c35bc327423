//! Effective permissions: what a principal holds at a scope, and how surely.

use std::sync::Arc;

use super::action::{Action, Actions};
use super::directory::PrincipalId;
use super::role::Allowed;

/// How surely somebody holds an action, strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Strength {
    /// Holds it now.
    Allowed,
    /// Can activate a role that has it.
    Eligible,
    /// A condition that nobody here evaluates decides.
    Conditional,
    /// Something that was not read decides.
    Possible,
}

impl Strength {
    /// Every strength, strongest first.
    pub const ALL: [Self; 4] = [Self::Allowed, Self::Eligible, Self::Conditional, Self::Possible];

    /// The word of reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::Eligible => "eligible",
            Self::Conditional => "conditional",
            Self::Possible => "possible",
        }
    }
}

/// The actions that somebody holds, each in the strongest set that it belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// Held now.
    pub allowed: Actions,
    /// Held after an activation.
    pub eligible: Actions,
    /// Held if a condition says so.
    pub conditional: Actions,
    /// Held unless something that was not read says otherwise, or only if it says so.
    pub possible: Actions,
}

impl Held {
    /// Nothing.
    pub const NOTHING: Self = Self {
        allowed: Actions::NONE,
        eligible: Actions::NONE,
        conditional: Actions::NONE,
        possible: Actions::NONE,
    };

    /// What a role gives by an assignment that nothing limits.
    pub(super) fn of_role(role: Allowed, possible: Actions) -> Self {
        Self { allowed: role.always, conditional: role.conditional, possible, ..Self::NOTHING }
            .sorted()
    }

    /// The same by an assignment with a condition.
    #[must_use]
    pub(super) fn under_condition(self) -> Self {
        let conditional = self.conditional.union(self.allowed).union(self.eligible);
        Self { conditional, possible: self.possible, ..Self::NOTHING }.sorted()
    }

    /// The same after an activation.
    #[must_use]
    pub(super) fn after_activation(self) -> Self {
        let eligible = self.eligible.union(self.allowed);
        Self { allowed: Actions::NONE, eligible, ..self }.sorted()
    }

    /// The same where nobody knows whether the assignment holds.
    #[must_use]
    pub(super) fn in_doubt(self) -> Self {
        Self { possible: self.all(), ..Self::NOTHING }
    }

    /// Both together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            allowed: self.allowed.union(other.allowed),
            eligible: self.eligible.union(other.eligible),
            conditional: self.conditional.union(other.conditional),
            possible: self.possible.union(other.possible),
        }
        .sorted()
    }

    /// What is left of it after a denial.
    #[must_use]
    pub(super) fn less(self, denied: &Denied) -> Self {
        let sure = self.allowed.union(self.eligible);
        let unsure = sure.union(self.conditional);
        Self {
            allowed: self.allowed.minus(denied.any()),
            eligible: self.eligible.minus(denied.any()),
            conditional: self
                .conditional
                .union(sure.common(denied.conditional))
                .minus(denied.surely.union(denied.possibly)),
            possible: self.possible.union(unsure.common(denied.possibly)).minus(denied.surely),
        }
        .sorted()
    }

    /// What it has of these actions.
    #[must_use]
    pub fn only(self, wanted: Actions) -> Self {
        Self {
            allowed: self.allowed.common(wanted),
            eligible: self.eligible.common(wanted),
            conditional: self.conditional.common(wanted),
            possible: self.possible.common(wanted),
        }
    }

    /// Each action in its strongest set only.
    fn sorted(self) -> Self {
        let eligible = self.eligible.minus(self.allowed);
        let sure = self.allowed.union(eligible);
        let conditional = self.conditional.minus(sure);
        let possible = self.possible.minus(sure.union(conditional));
        Self { allowed: self.allowed, eligible, conditional, possible }
    }

    /// The set of one strength.
    pub fn set(&self, strength: Strength) -> Actions {
        match strength {
            Strength::Allowed => self.allowed,
            Strength::Eligible => self.eligible,
            Strength::Conditional => self.conditional,
            Strength::Possible => self.possible,
        }
    }

    /// How surely it has an action; `None` if it has not.
    pub fn strength(&self, action: Action) -> Option<Strength> {
        Strength::ALL.into_iter().find(|strength| self.set(*strength).contains(action))
    }

    /// Everything it has, however surely.
    pub fn all(&self) -> Actions {
        self.at_least(Strength::Possible)
    }

    /// What it has at least so surely.
    pub fn at_least(&self, strength: Strength) -> Actions {
        let strong = Strength::ALL.into_iter().filter(|known| *known <= strength);
        strong.map(|known| self.set(known)).fold(Actions::NONE, Actions::union)
    }

    /// How surely it has every one of these actions: the weakest counts. `None` if it lacks one.
    pub fn strength_of_all(&self, wanted: Actions) -> Option<Strength> {
        Strength::ALL.into_iter().find(|strength| self.at_least(*strength).includes(wanted))
    }

    /// How surely it has any of these actions: the strongest counts.
    pub fn strength_of_any(&self, wanted: Actions) -> Option<Strength> {
        Strength::ALL.into_iter().find(|strength| self.set(*strength).intersects(wanted))
    }

    /// Whether it has nothing.
    pub fn is_empty(&self) -> bool {
        self.all().is_empty()
    }
}

/// What deny assignments take from somebody.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Denied {
    pub surely: Actions,
    /// If a condition says so.
    pub conditional: Actions,
    /// If something that was not read says so.
    pub possibly: Actions,
}

impl Denied {
    /// The same where nobody knows whether the denial holds.
    #[must_use]
    pub fn in_doubt(self) -> Self {
        Self { possibly: self.any(), ..Self::default() }
    }

    /// Both together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            surely: self.surely.union(other.surely),
            conditional: self.conditional.union(other.conditional),
            possibly: self.possibly.union(other.possibly),
        }
    }

    pub fn any(&self) -> Actions {
        self.surely.union(self.conditional).union(self.possibly)
    }
}

/// Somebody who holds something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holder {
    /// Who.
    pub principal: PrincipalId,
    /// What.
    pub held: Held,
}

/// Who holds what at a scope.
#[derive(Clone, Debug)]
pub struct Effective {
    holders: Arc<Vec<Holder>>,
}

impl Effective {
    pub(super) fn new(holders: Arc<Vec<Holder>>) -> Self {
        Self { holders }
    }

    /// Everybody who holds any action of the table, sorted by object id.
    pub fn holders(&self) -> &[Holder] {
        &self.holders
    }

    /// What one principal holds.
    pub fn of(&self, principal: PrincipalId) -> Held {
        given_to(&self.holders, principal)
    }

    /// Everybody who holds an action, and how surely; sorted by object id.
    pub fn with(&self, action: Action) -> impl Iterator<Item = (PrincipalId, Strength)> {
        self.holders
            .iter()
            .filter_map(move |holder| Some((holder.principal, holder.held.strength(action)?)))
    }
}

/// What a sorted list gives to a principal.
pub(super) fn given_to(holders: &[Holder], principal: PrincipalId) -> Held {
    let at = holders.binary_search_by_key(&principal, |holder| holder.principal);
    at.map_or(Held::NOTHING, |at| holders[at].held)
}

/// A sorted list with other entries for some principals, or without them if they hold nothing.
pub(super) fn replaced(holders: &[Holder], changed: Vec<Holder>) -> Vec<Holder> {
    let mut all = Vec::with_capacity(holders.len() + changed.len());
    let mut left = holders;
    for holder in changed {
        let before = left.partition_point(|known| known.principal < holder.principal);
        all.extend_from_slice(&left[..before]);
        left = &left[before..];
        if left.first().is_some_and(|known| known.principal == holder.principal) {
            left = &left[1..];
        }
        if !holder.held.is_empty() {
            all.push(holder);
        }
    }
    all.extend_from_slice(left);
    all
}

/// Makes one of all entries of each principal; sorted.
pub(super) fn joined(mut holders: Vec<Holder>) -> Vec<Holder> {
    holders.sort_by_key(|holder| holder.principal);
    holders.dedup_by(|next, first| {
        let same = next.principal == first.principal;
        if same {
            first.held = first.held.and(next.held);
        }
        same
    });
    holders
}

/// Joins two sorted lists.
pub(super) fn merged(left: &[Holder], right: &[Holder]) -> Vec<Holder> {
    let mut all = Vec::with_capacity(left.len() + right.len());
    let (mut left, mut right) = (left.iter().peekable(), right.iter().peekable());
    loop {
        let order = match (left.peek(), right.peek()) {
            (Some(one), Some(other)) => one.principal.cmp(&other.principal),
            (Some(_), None) => std::cmp::Ordering::Less,
            (None, Some(_)) => std::cmp::Ordering::Greater,
            (None, None) => return all,
        };
        let mut next = Holder { principal: PrincipalId(0), held: Held::NOTHING };
        if order.is_le()
            && let Some(one) = left.next()
        {
            next = *one;
        }
        if order.is_ge()
            && let Some(other) = right.next()
        {
            next = Holder { principal: other.principal, held: next.held.and(other.held) };
        }
        all.push(next);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: Action = Action::VAULT_WRITE;
    const B: Action = Action::VAULT_DELETE;
    const C: Action = Action::ITEM_DELETE;

    fn role(always: &[Action], conditional: &[Action]) -> Held {
        let role = Allowed { always: Actions::of(always), conditional: Actions::of(conditional) };
        Held::of_role(role, Actions::NONE)
    }

    #[test]
    fn the_strongest_way_counts() {
        let held = role(&[A], &[B]).after_activation().and(role(&[B], &[]).under_condition());
        assert_eq!(held.strength(A), Some(Strength::Eligible));
        assert_eq!(held.strength(B), Some(Strength::Conditional));
        assert_eq!(held.strength(C), None);
        let held = held.and(role(&[A], &[])).and(role(&[A, C], &[]).in_doubt());
        assert_eq!(held.strength(A), Some(Strength::Allowed));
        assert_eq!(held.strength(C), Some(Strength::Possible));
        let all = Actions::of(&[A, B, C]);
        assert_eq!(held.strength_of_all(all), Some(Strength::Possible));
        assert_eq!(held.strength_of_all(Actions::of(&[A, B])), Some(Strength::Conditional));
        assert_eq!(held.strength_of_any(all), Some(Strength::Allowed));
        assert_eq!(held.all(), all);
    }

    #[test]
    fn a_denial_wins_and_a_doubtful_one_leaves_a_doubt() {
        let held = role(&[A, B], &[C]);
        let deny = |surely: &[Action], conditional: &[Action], possibly: &[Action]| Denied {
            surely: Actions::of(surely),
            conditional: Actions::of(conditional),
            possibly: Actions::of(possibly),
        };
        assert_eq!(held.less(&deny(&[A, C], &[], &[])), role(&[B], &[]));
        let left = held.less(&deny(&[], &[A], &[C]));
        assert_eq!(left.strength(A), Some(Strength::Conditional));
        assert_eq!(left.strength(B), Some(Strength::Allowed));
        assert_eq!(left.strength(C), Some(Strength::Possible));
        assert_eq!(held.less(&deny(&[A], &[A], &[A])).strength(A), None);
    }

    #[test]
    fn lists_join_in_order() {
        let holder = |principal, held| Holder { principal: PrincipalId(principal), held };
        let left = [holder(1, role(&[A], &[])), holder(3, role(&[B], &[]))];
        let right = [holder(1, role(&[C], &[])), holder(2, role(&[A], &[]))];
        let all = merged(&left, &right);
        assert_eq!(all.iter().map(|holder| holder.principal.0).collect::<Vec<_>>(), [1, 2, 3]);
        assert_eq!(all[0].held.allowed, Actions::of(&[A, C]));
        assert_eq!(joined([left, right].concat()), all);
        let none = Held::NOTHING;
        let changed = vec![holder(0, role(&[A], &[])), holder(1, none), holder(3, role(&[C], &[]))];
        let principals: Vec<u32> =
            replaced(&all, changed).iter().map(|holder| holder.principal.0).collect();
        assert_eq!(principals, [0, 2, 3]);
    }
}
