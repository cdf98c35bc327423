//! Which single change would stop it: each is tried, and the search says what it is worth.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::analysis::{self, Bound, Held, Holder, Input, Range};
use super::power::Powers;
use super::settings::{Guard, Immutability, LEAST_SOFT_DELETE_DAYS, Settings, SoftDelete};

/// One change, with what it would take then: a range, as today's answer is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What to change.
    pub kind: ChangeKind,
    /// By what is proven alone.
    pub proven: Worth,
    /// If all that is unknown helps.
    pub possible: Worth,
    /// Whether, by what is proven, one of those whom it takes is of the team that owns the new guard.
    pub takes_outsider: bool,
}

/// What it would take, the least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Worth {
    /// So many people, so many days.
    Takes(u32, u32),
    /// Nobody who is known.
    NobodyKnown,
    /// Nobody at all before the points expire.
    NotBeforeExpiry,
}

impl Worth {
    fn of(bound: &Bound) -> Self {
        match bound.first() {
            Some(choice) => Self::Takes(choice.people, choice.delay),
            None if bound.never => Self::NotBeforeExpiry,
            None => Self::NobodyKnown,
        }
    }
}

/// What can be changed, the easiest to undo first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChangeKind {
    /// Link the vault to a Resource Guard that another team owns.
    LinkGuard,
    /// Let the guard hold every operation that it can.
    HoldAllOperations,
    /// Link the vault to another guard instead, which another team owns.
    ReplaceGuard,
    /// Take the rights from one holder: a position in the list.
    RemoveAccess(u32),
    /// Take the rights from all who hold the same, by the one assignment that gives them: a position as well.
    RemoveAssignment(u32),
    /// Turn immutability on, unlocked.
    TurnImmutabilityOn,
    /// Make soft delete always on: no way back.
    KeepSoftDeleteOn,
    /// Lock immutability: no way back.
    LockImmutability,
}

impl ChangeKind {
    /// Its name in reports for scripts.
    pub const fn id(self) -> &'static str {
        match self {
            Self::LinkGuard => "link-guard",
            Self::HoldAllOperations => "guard-every-operation",
            Self::ReplaceGuard => "replace-guard",
            Self::RemoveAccess(_) => "remove-access",
            Self::RemoveAssignment(_) => "remove-assignment",
            Self::TurnImmutabilityOn => "turn-immutability-on",
            Self::KeepSoftDeleteOn => "make-soft-delete-always-on",
            Self::LockImmutability => "lock-immutability",
        }
    }

    /// What to do.
    pub const fn says(self) -> &'static str {
        match self {
            Self::LinkGuard => {
                "link the vault to a Resource Guard that another team owns, in a subscription of its own"
            }
            Self::HoldAllOperations => "let the Resource Guard hold every operation",
            Self::ReplaceGuard => {
                "link the vault to another Resource Guard, which another team owns in a subscription of its own"
            }
            Self::RemoveAccess(_) => "take these rights from",
            Self::RemoveAssignment(_) => "remove the assignment of",
            Self::TurnImmutabilityOn => "turn immutability on",
            Self::KeepSoftDeleteOn => "make soft delete always on (no way back)",
            Self::LockImmutability => "lock immutability (no way back)",
        }
    }
}

/// The changes that help, best first. What the unknown may make of one counts before what is proven of it.
pub fn best(input: &Input, today: &Range) -> Vec<Change> {
    let before = (Worth::of(&today.possible), Worth::of(&today.proven));
    let mut changes: Vec<Change> = candidates(input, &today.proven)
        .into_iter()
        .map(|(kind, changed)| {
            let after = analysis::vault(&changed);
            let (proven, possible) = (Worth::of(&after.proven), Worth::of(&after.possible));
            let is_guard = matches!(kind, ChangeKind::LinkGuard | ChangeKind::ReplaceGuard);
            let takes_outsider = is_guard && needs_last(&changed, proven);
            Change { kind, proven, possible, takes_outsider }
        })
        .filter(|change| (change.possible, change.proven) > before)
        .collect();
    changes.sort_by_key(|change| (Reverse((change.possible, change.proven)), change.kind));
    changes
}

/// Whether it would take more without the last of the holders.
fn needs_last(input: &Input, proven: Worth) -> bool {
    let mut without = input.clone();
    without.holders.pop();
    Worth::of(&analysis::vault(&without).proven) > proven
}

fn candidates(input: &Input, today: &Bound) -> Vec<(ChangeKind, Input)> {
    let Some(first) = today.first() else { return Vec::new() };
    let mut found: Vec<(ChangeKind, Input)> = Vec::new();
    let mut offer = |kind, change: &dyn Fn(&mut Input)| {
        let mut changed = input.clone();
        change(&mut changed);
        found.push((kind, changed));
    };
    let settings = &input.strongest;
    let whole = settings.whole_guard();
    match settings.guard {
        None => offer(ChangeKind::LinkGuard, &link_guard),
        Some(guard) => {
            if guard.held != whole.held {
                let guard = Guard { held: whole.held, ..guard };
                let hold = |input: &mut Input| both(input, |settings| settings.guard = Some(guard));
                offer(ChangeKind::HoldAllOperations, &hold);
            }
            offer(ChangeKind::ReplaceGuard, &link_guard);
        }
    }
    let always_on = match settings.soft_delete {
        SoftDelete::Off => Some(LEAST_SOFT_DELETE_DAYS),
        SoftDelete::On(days) => Some(days),
        SoftDelete::AlwaysOn(_) => None,
    };
    if let Some(days) = always_on {
        let keep = |input: &mut Input| {
            both(input, |settings| settings.soft_delete = SoftDelete::AlwaysOn(days));
        };
        offer(ChangeKind::KeepSoftDeleteOn, &keep);
    }
    let stricter = match settings.immutability {
        Immutability::Off => Some((ChangeKind::TurnImmutabilityOn, Immutability::Unlocked)),
        Immutability::Unlocked => Some((ChangeKind::LockImmutability, Immutability::Locked)),
        Immutability::Locked => None,
    };
    if let Some((kind, immutability)) = stricter {
        offer(kind, &|input| both(input, |settings| settings.immutability = immutability));
    }
    let named: BTreeSet<u32> = first.named.iter().flatten().map(|member| member.holder).collect();
    let is_whole = first.sets <= first.named.len() as u64 && !first.at_least;
    for holder in named {
        let kind = match input.holders.get(holder as usize).map_or(0, |holder| holder.count) {
            // Of many who can, taking the rights from one does not help.
            1 if is_whole => ChangeKind::RemoveAccess(holder),
            0 | 1 => continue,
            _ => ChangeKind::RemoveAssignment(holder),
        };
        offer(kind, &|input| remove(input, holder));
    }
    found
}

/// Once it is changed, nothing of it is unknown.
fn both(input: &mut Input, change: impl Fn(&mut Settings)) {
    change(&mut input.weakest);
    change(&mut input.strongest);
}

fn remove(input: &mut Input, holder: u32) {
    if let Some(held) = input.holders.get_mut(holder as usize) {
        held.count = 0;
    }
}

/// A guard of another team, in a subscription of its own: of today's holders those have a hand in it whose
/// roles at the root or a management group reach it, and one outsider has all of it.
fn link_guard(input: &mut Input) {
    both(input, |settings| settings.guard = Some(settings.whole_guard()));
    for holder in &mut input.holders {
        holder.own = holder.own.less(Powers::ON_GUARD).and(holder.elsewhere);
        holder.granted = holder.granted.less(Powers::ON_GUARD);
    }
    input.unread = input.unread.minus(Powers::ON_GUARD).union(input.unread_elsewhere);
    let own = Held { now: Powers::ON_GUARD, ..Held::default() };
    input.holders.push(Holder { own, ..Holder::default() });
}
