//! What a vault's own settings, its guard and the locks over it say, as the weakest and the strongest
//! that they may be.

use super::power::{Power, Powers};
use super::settings::{Guard, Immutability, LEAST_SOFT_DELETE_DAYS, Settings, SoftDelete};
use super::snapshots::Snapshots;
use crate::inventory::{
    Estate, Fact, GuardFlag, Kind, Lock, Reason, ResourceGuard, Vault, View as _, Workload, id,
};

/// The most days that soft delete keeps anything
/// (<https://learn.microsoft.com/azure/backup/secure-by-default#soft-delete-retention-period>).
const MOST_SOFT_DELETE_DAYS: u32 = 180;

/// Something that is not known, and matters or may matter.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Missing {
    /// What it is, in words.
    pub what: String,
    /// Why it is not known.
    pub reason: Reason,
}

/// What a vault is protected by.
pub(super) struct Protected {
    pub weakest: Settings,
    pub strongest: Settings,
    /// The guard that it is linked to.
    pub guard: Option<String>,
    /// Whether nobody could read that guard.
    pub guard_unread: bool,
    pub missing: Vec<Missing>,
}

/// Reads the settings of a vault, of its guard and of the locks.
pub(super) fn read(vault: &Vault<'_>, estate: &Estate<'_>, snapshots: &Snapshots) -> Protected {
    let mut missing = Vec::new();
    let soft_delete = soft_delete(vault, &mut missing);
    let immutability = immutability(vault, &mut missing);
    let id = vault.resource.id.as_str();
    let vaults = vault.is_recovery_services();
    let held = estate.held_by(id);
    let settings = |soft_delete, immutability, copies| Settings {
        soft_delete,
        immutability,
        copies,
        prunes: vaults,
        on_premises: vaults
            && held.total > 0
            && held.total_of(Workload::Hybrid) == held.total
            && held.kindless == 0,
        guard: None,
        locks: read_only_locks(id, estate, &mut Vec::new()),
        snapshot_locks: snapshots.locks(estate),
    };
    let weakest = settings(soft_delete.0, immutability.0, snapshots.copies.0);
    let strongest = settings(soft_delete.1, immutability.1, snapshots.copies.1);
    read_only_locks(id, estate, &mut missing);
    missing.extend(snapshots.missing.iter().cloned());
    let mut protected = Protected { guard: None, guard_unread: false, missing, weakest, strongest };
    add_guard(vault, estate, &mut protected);
    protected
}

/// A setting that may be weaker or stronger than what was read of it.
type Range<T> = (T, T);

fn soft_delete(vault: &Vault<'_>, missing: &mut Vec<Missing>) -> Range<SoftDelete> {
    let settings = vault.soft_delete();
    let days = match vault.soft_delete_days() {
        Fact::Known(days) => (days, days),
        Fact::Absent => (LEAST_SOFT_DELETE_DAYS, LEAST_SOFT_DELETE_DAYS),
        Fact::Unknown(reason) => {
            missing
                .push(Missing { what: "for how many days soft delete keeps data".into(), reason });
            (LEAST_SOFT_DELETE_DAYS, MOST_SOFT_DELETE_DAYS)
        }
    };
    let rank = |value: &str| match value.to_ascii_lowercase().as_str() {
        "disabled" | "off" => Some(0),
        "enabled" | "on" => Some(1),
        "alwayson" => Some(2),
        _ => None,
    };
    let known = settings.known.iter().filter_map(|setting| rank(&setting.value)).min();
    let doubt = settings.unknown.map(|(_, reason)| reason);
    let doubt = doubt.or_else(|| known.is_none().then_some(Reason::UnrecognisedValue));
    if let Some(reason) = doubt {
        missing.push(Missing { what: "whether soft delete is on".into(), reason });
    }
    let of = |rank: Option<u8>, days| match rank {
        Some(0) => SoftDelete::Off,
        Some(1) => SoftDelete::On(days),
        _ => SoftDelete::AlwaysOn(days),
    };
    let weakest = if doubt.is_some() { Some(0) } else { known };
    (of(weakest, days.0), of(known, days.1))
}

fn immutability(vault: &Vault<'_>, missing: &mut Vec<Missing>) -> Range<Immutability> {
    let settings = vault.immutability();
    let rank = |value: &str| match value.to_ascii_lowercase().as_str() {
        "disabled" => Some(Immutability::Off),
        "unlocked" => Some(Immutability::Unlocked),
        "locked" => Some(Immutability::Locked),
        _ => None,
    };
    let known = settings.known.iter().find_map(|setting| rank(&setting.value));
    if let Some(known) = known {
        return (known, known);
    }
    let reason = settings.unknown.map_or(Reason::UnrecognisedValue, |(_, reason)| reason);
    missing.push(Missing { what: "whether the vault is immutable".into(), reason });
    (Immutability::Off, Immutability::Locked)
}

/// What lifts the read-only locks over something. A lock against deletion stops neither a change of
/// settings nor the deletion of backup data; locks that were not read are taken to be none, since a
/// read-only lock stops the backups themselves
/// (<https://learn.microsoft.com/azure/azure-resource-manager/management/lock-resources>).
fn read_only_locks(vault: &str, estate: &Estate<'_>, missing: &mut Vec<Missing>) -> Powers {
    let locks = estate.locks_over(vault);
    if let Some(reason) = locks.unread {
        missing.push(Missing { what: "the locks over the vault".into(), reason });
    }
    let read_only = locks.found.iter().filter(|lock| is_read_only(lock));
    read_only.map(|lock| place(lock, vault, VAULT_LOCKS)).collect()
}

/// What lifts a lock on something, on its resource group and on its subscription.
type Unlock = [Power; 3];

const VAULT_LOCKS: Unlock =
    [Power::UnlockVault, Power::UnlockVaultGroup, Power::UnlockVaultSubscription];
const GUARD_LOCKS: Unlock =
    [Power::UnlockGuard, Power::UnlockGuardGroup, Power::UnlockGuardSubscription];

fn place(lock: &Lock<'_>, of: &str, unlock: Unlock) -> Power {
    let scope = id::parent_of(lock.resource.id.as_str()).unwrap_or_default();
    let [itself, group, subscription] = unlock;
    if id::same(scope, of) {
        itself
    } else if scope.matches('/').count() > 2 {
        group
    } else {
        subscription
    }
}

fn is_read_only(lock: &Lock<'_>) -> bool {
    matches!(&lock.level, Fact::Known(level) if level.eq_ignore_ascii_case("ReadOnly"))
}

fn add_guard(vault: &Vault<'_>, estate: &Estate<'_>, protected: &mut Protected) {
    let whole = protected.strongest.whole_guard();
    let guard = vault.guards().next().map(std::borrow::Cow::into_owned);
    let linked = match (&vault.guard_links, vault.guard_flag()) {
        (Fact::Known(links), _) if !links.is_empty() => Ok(true),
        (Fact::Known(_) | Fact::Absent, Fact::Known(GuardFlag::On)) => {
            Err(Reason::UnrecognisedValue)
        }
        (Fact::Known(_) | Fact::Absent, _) => Ok(false),
        (Fact::Unknown(_), Fact::Known(flag)) => Ok(flag == GuardFlag::On),
        (Fact::Unknown(reason), _) => Err(*reason),
    };
    let doubt = |reason, what: &str| Missing { what: what.to_owned(), reason };
    match linked {
        Ok(false) => return,
        Ok(true) => {}
        Err(reason) => {
            protected.strongest.guard = Some(whole);
            protected.guard_unread = true;
            protected.missing.push(doubt(
                reason,
                "whether multi-user authorization is on, and with which guard",
            ));
            return;
        }
    }
    let read = guard.as_deref().and_then(|guard| {
        let resource = estate.other(guard).filter(|found| found.kind == Kind::ResourceGuard)?;
        ResourceGuard::read(resource.clone()).ok()
    });
    // A guard that is gone leaves out nothing, and whoever makes it again owns it.
    let gone = guard.as_deref().is_some_and(|guard| estate.exists(guard) == Ok(false));
    if read.is_none() && !gone {
        let mandatory = whole.held.minus(whole.excludable);
        protected.weakest.guard = Some(Guard { held: mandatory, ..whole });
        protected.strongest.guard = Some(whole);
        protected.guard_unread = true;
        let reason = guard.as_deref().and_then(|guard| estate.exists(guard).err());
        let reason = reason.unwrap_or(Reason::NotCollected);
        protected.missing.push(doubt(reason, "the Resource Guard that the vault is linked to"));
    } else {
        let excluded = read.as_ref().map_or(Powers::NONE, |read| {
            read.excluded_operations.iter().filter_map(|key| step_of(key)).collect()
        });
        let held = whole.held.minus(excluded.intersection(whole.excludable));
        let (write_locks, delete_locks) = guard_locks(guard.as_deref(), estate);
        let guard = Guard { held, write_locks, delete_locks, ..whole };
        protected.weakest.guard = Some(guard);
        protected.strongest.guard = Some(guard);
    }
    protected.guard = guard;
}

fn guard_locks(guard: Option<&str>, estate: &Estate<'_>) -> (Powers, Powers) {
    let Some(guard) = guard else { return (Powers::NONE, Powers::NONE) };
    let found = estate.locks_over(guard).found;
    let lift = |lock: &Lock<'_>| place(lock, guard, GUARD_LOCKS);
    let write = found.iter().filter(|lock| is_read_only(lock)).map(lift).collect();
    let delete =
        found.iter().filter(|lock| lock.forbids_deletion() == Ok(true)).map(lift).collect();
    (write, delete)
}

/// The step that a guard calls by this key
/// (<https://learn.microsoft.com/azure/backup/multi-user-authorization-concept#critical-operations>).
fn step_of(key: &str) -> Option<Power> {
    const KEYS: [(&str, Power); 8] = [
        (
            "Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems/delete",
            Power::DeleteData,
        ),
        ("Microsoft.RecoveryServices/vaults/backupPolicies/write", Power::ShortenPolicy),
        (
            "Microsoft.RecoveryServices/vaults/write#reduceImmutabilityState",
            Power::ReduceImmutability,
        ),
        (
            "Microsoft.RecoveryServices/vaults/registeredIdentities/delete",
            Power::UnregisterContainer,
        ),
        (
            "Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/delete",
            Power::UnregisterContainer,
        ),
        ("Microsoft.DataProtection/backupVaults/backupInstances/delete", Power::DeleteData),
        (
            "Microsoft.DataProtection/backupVaults/write#reduceImmutabilityState",
            Power::ReduceImmutability,
        ),
        (
            "Microsoft.DataProtection/backupVaults/write#reduceSoftDeleteSecurity",
            Power::WeakenSoftDelete,
        ),
    ];
    KEYS.into_iter().find(|(known, _)| known.eq_ignore_ascii_case(key)).map(|(_, step)| step)
}
