//! What lifts the locks over a vault, over its guard and over its snapshots, as few as surely hold a step and
//! as many as may.
//!
//! Where a list of locks was not read there may be a lock that holds anything.

use std::iter;

use super::power::{Power, Powers};
use super::settings::Locks;
use super::vault::{Missing, Range};
use crate::access::action::Action;
use crate::access::lock::{Hold, hold};
use crate::inventory::{Estate, Kind, Lock, Reason, id};

/// What lifts a lock on something, on its resource group and on its subscription.
type Unlock = [Power; 3];

const VAULT_LOCKS: Unlock =
    [Power::UnlockVault, Power::UnlockVaultGroup, Power::UnlockVaultSubscription];
const GUARD_LOCKS: Unlock =
    [Power::UnlockGuard, Power::UnlockGuardGroup, Power::UnlockGuardSubscription];
const SNAPSHOT_LOCKS: Unlock =
    [Power::UnlockSnapshots, Power::UnlockSnapshots, Power::UnlockSnapshotSubscription];

/// The locks over a guard.
#[derive(Default)]
pub(super) struct GuardLocks {
    /// What lifts those that hold a change of the guard.
    pub write: Range<Powers>,
    /// What lifts those that hold its deletion.
    pub delete: Range<Powers>,
}

/// The locks over the places where snapshots lie.
#[derive(Default)]
pub(super) struct SnapshotLocks {
    /// What lifts them.
    pub lift: Range<Powers>,
    /// Where somebody has to be able to do so.
    pub scopes: Vec<(Power, String)>,
}

/// What was not read of locks.
pub(super) struct Unread<'m> {
    /// What would lift a lock that nobody knows to be there.
    pub lift: Powers,
    pub missing: &'m mut Vec<Missing>,
}

impl Unread<'_> {
    /// Where a list of the locks over something was not read: what lifts a lock there, and its scope.
    fn over<'s>(
        &mut self,
        of: &'s str,
        unlock: Unlock,
        what: &str,
        estate: &Estate<'_>,
    ) -> Vec<(Power, &'s str)> {
        let mut found = Vec::new();
        let mut why = None;
        for scope in iter::once(of).chain(id::ancestors(of)) {
            if let Err(reason) = estate.coverage.list_at(scope, Kind::Lock) {
                why = Some(reason);
                found.push((place(scope, of, unlock), scope));
            }
        }
        if let Some(reason) = why {
            self.missing.push(Missing { what: what.to_owned(), reason });
        }
        found
    }

    /// Notes which of these nobody knows to be there.
    fn note(&mut self, unread: Powers, known: Powers) {
        self.lift = self.lift.union(unread.minus(known));
    }
}

/// The locks over a vault.
pub(super) fn of_vault(vault: &str, estate: &Estate<'_>, unread: &mut Unread<'_>) -> Range<Locks> {
    let found = estate.locks_over(vault).found;
    let mut is_data_doubtful = false;
    for lock in &found {
        match lock.forbids_deletion() {
            Ok(forbids) => is_data_doubtful |= forbids,
            Err(reason) => {
                let what = "what a lock over the vault holds".to_owned();
                unread.missing.push(Missing { what, reason });
            }
        }
    }
    if is_data_doubtful {
        let what = "whether a lock holds the deletion of backup data".to_owned();
        unread.missing.push(Missing { what, reason: Reason::SourceCannotSay });
    }
    let others = powers(&unread.over(vault, VAULT_LOCKS, "the locks over the vault", estate));
    let lift = |action| lifts(&found, action, |lock| place(scope_of(lock), vault, VAULT_LOCKS));
    let (write, delete) = (lift(Action::VAULT_WRITE), lift(Action::PROXY_DELETE));
    let data = lift(Action::ITEM_DELETE);
    let weakest = Locks { write: write.0, delete: delete.0, data: data.0 };
    let strongest = Locks { write: write.1, delete: delete.1, data: data.1 };
    unread.note(others, strongest.all());
    (weakest, strongest.and(others))
}

/// The locks over a guard; over one whose id nobody knows there may be any.
pub(super) fn of_guard(
    guard: Option<&str>,
    estate: &Estate<'_>,
    unread: &mut Unread<'_>,
) -> GuardLocks {
    let Some(guard) = guard else {
        let any = Powers::of(&GUARD_LOCKS);
        unread.note(any, Powers::NONE);
        return GuardLocks { write: (Powers::NONE, any), delete: (Powers::NONE, any) };
    };
    let found = estate.locks_over(guard).found;
    let others =
        powers(&unread.over(guard, GUARD_LOCKS, "the locks over the Resource Guard", estate));
    let lift = |action| lifts(&found, action, |lock| place(scope_of(lock), guard, GUARD_LOCKS));
    let (write, delete) = (lift(Action::GUARD_WRITE), lift(Action::GUARD_DELETE));
    unread.note(others, write.1.union(delete.1));
    let and_others = |(surely, perhaps): Range<Powers>| (surely, perhaps.union(others));
    GuardLocks { write: and_others(write), delete: and_others(delete) }
}

/// The locks over the places where snapshots lie: all of them must go.
pub(super) fn of_snapshots(
    places: &[(String, impl Sized)],
    estate: &Estate<'_>,
    unread: &mut Unread<'_>,
) -> SnapshotLocks {
    let mut all = SnapshotLocks::default();
    let (mut known, mut others) = (Powers::NONE, Powers::NONE);
    for (place, _) in places {
        let found = estate.locks_over(place).found;
        let lift = |lock: &Lock<'_>| self::place(scope_of(lock), place, SNAPSHOT_LOCKS);
        let here = lifts(&found, Action::GROUP_DELETE, lift);
        let locked = found.iter().filter(|lock| holds(lock, Action::GROUP_DELETE).is_some());
        let locked = locked.map(|lock| (lift(lock), scope_of(lock)));
        let unlisted = unread.over(place, SNAPSHOT_LOCKS, "the locks over the snapshots", estate);
        known = known.union(here.1);
        others = others.union(powers(&unlisted));
        all.lift.0 = all.lift.0.union(here.0);
        for (power, scope) in locked.chain(unlisted) {
            all.scopes.push((power, scope.to_ascii_lowercase()));
        }
    }
    all.scopes.sort_unstable();
    all.scopes.dedup();
    all.lift.1 = known.union(others);
    unread.note(others, known);
    all
}

fn powers(of: &[(Power, &str)]) -> Powers {
    of.iter().map(|(power, _)| *power).collect()
}

fn holds(lock: &Lock<'_>, action: Action) -> Option<Hold> {
    hold(lock, action, action.known_name())
}

fn lifts(found: &[Lock<'_>], action: Action, lift: impl Fn(&Lock<'_>) -> Power) -> Range<Powers> {
    let (mut surely, mut perhaps) = (Powers::NONE, Powers::NONE);
    for lock in found {
        let Some(hold) = holds(lock, action) else { continue };
        perhaps = perhaps.with(lift(lock));
        if hold == Hold::Surely {
            surely = surely.with(lift(lock));
        }
    }
    (surely, perhaps)
}

/// What lifts a lock on a scope, over something.
fn place(scope: &str, of: &str, unlock: Unlock) -> Power {
    let [itself, group, subscription] = unlock;
    let is_subscription = scope.matches('/').count() <= 2;
    if is_subscription {
        subscription
    } else if id::same(scope, of) {
        itself
    } else {
        group
    }
}

fn scope_of<'l>(lock: &'l Lock<'_>) -> &'l str {
    id::parent_of(lock.resource.id.as_str()).unwrap_or_default()
}
