//! What lifts the locks over a vault, over its guard and over its snapshots, as few as surely hold a step and
//! as many as may.

use super::power::{Power, Powers};
use super::settings::Locks;
use super::vault::{Missing, Range};
use crate::access::action::Action;
use crate::access::lock::{Hold, hold};
use crate::inventory::{Estate, Lock, Reason, id};

/// What lifts a lock on something, on its resource group and on its subscription.
type Unlock = [Power; 3];

const VAULT_LOCKS: Unlock =
    [Power::UnlockVault, Power::UnlockVaultGroup, Power::UnlockVaultSubscription];
const GUARD_LOCKS: Unlock =
    [Power::UnlockGuard, Power::UnlockGuardGroup, Power::UnlockGuardSubscription];

/// The locks over a vault. Those that were not read are taken to be none.
pub(super) fn of_vault(
    vault: &str,
    estate: &Estate<'_>,
    missing: &mut Vec<Missing>,
) -> Range<Locks> {
    let locks = estate.locks_over(vault);
    if let Some(reason) = locks.unread {
        missing.push(Missing { what: "the locks over the vault".into(), reason });
    }
    let mut is_data_doubtful = false;
    for lock in &locks.found {
        match lock.forbids_deletion() {
            Ok(forbids) => is_data_doubtful |= forbids,
            Err(reason) => {
                let what = "what a lock over the vault holds".to_owned();
                missing.push(Missing { what, reason });
            }
        }
    }
    if is_data_doubtful {
        let what = "whether a lock holds the deletion of backup data".to_owned();
        missing.push(Missing { what, reason: Reason::SourceCannotSay });
    }
    let lift = |action| lifts(&locks.found, action, |lock| place(lock, vault, VAULT_LOCKS));
    let (write, delete) = (lift(Action::VAULT_WRITE), lift(Action::PROXY_DELETE));
    let data = lift(Action::ITEM_DELETE);
    let weakest = Locks { write: write.0, delete: delete.0, data: data.0 };
    (weakest, Locks { write: write.1, delete: delete.1, data: data.1 })
}

/// What lifts the locks that hold an action on a guard.
pub(super) fn of_guard(guard: &str, estate: &Estate<'_>, action: Action) -> Range<Powers> {
    let found = estate.locks_over(guard).found;
    lifts(&found, action, |lock| place(lock, guard, GUARD_LOCKS))
}

/// What lifts the locks over the places where snapshots lie.
pub(super) fn of_snapshots(places: &[(String, impl Sized)], estate: &Estate<'_>) -> Range<Powers> {
    let mut powers = (Powers::NONE, Powers::NONE);
    for (place, _) in places {
        let found = estate.locks_over(place).found;
        let here = lifts(&found, Action::GROUP_DELETE, |lock| {
            let is_group = scope_of(lock).matches('/').count() > 2;
            if is_group { Power::UnlockSnapshots } else { Power::UnlockSnapshotSubscription }
        });
        powers = (powers.0.union(here.0), powers.1.union(here.1));
    }
    powers
}

fn lifts(found: &[Lock<'_>], action: Action, lift: impl Fn(&Lock<'_>) -> Power) -> Range<Powers> {
    let (mut surely, mut perhaps) = (Powers::NONE, Powers::NONE);
    for lock in found {
        let Some(hold) = hold(lock, action, action.known_name()) else { continue };
        perhaps = perhaps.with(lift(lock));
        if hold == Hold::Surely {
            surely = surely.with(lift(lock));
        }
    }
    (surely, perhaps)
}

fn place(lock: &Lock<'_>, of: &str, unlock: Unlock) -> Power {
    let scope = scope_of(lock);
    let [itself, group, subscription] = unlock;
    if id::same(scope, of) {
        itself
    } else if scope.matches('/').count() > 2 {
        group
    } else {
        subscription
    }
}

fn scope_of<'l>(lock: &'l Lock<'_>) -> &'l str {
    id::parent_of(lock.resource.id.as_str()).unwrap_or_default()
}
