//! What a vault's own settings, its guard and the locks over it say, as the weakest and the strongest
//! that they may be.

use super::locks;
use super::power::{Power, Powers};
use super::settings::{Guard, Immutability, LEAST_SOFT_DELETE_DAYS, Settings, SoftDelete};
use super::snapshots::Snapshots;
use crate::access::action::Action;
use crate::inventory::{
    Estate, Fact, GuardFlag, Kind, Reason, ResourceGuard, Vault, View as _, Workload,
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
    let locks = locks::of_vault(id, estate, &mut missing);
    let snapshot_locks = locks::of_snapshots(&snapshots.places, estate);
    let settings = |soft_delete, immutability, copies, locks, snapshot_locks| Settings {
        soft_delete,
        immutability,
        copies,
        prunes: vaults,
        on_premises: vaults
            && held.total > 0
            && held.total_of(Workload::Hybrid) == held.total
            && held.kindless == 0,
        guard: None,
        locks,
        snapshot_locks,
    };
    let weakest =
        settings(soft_delete.0, immutability.0, snapshots.copies.0, locks.0, snapshot_locks.0);
    let strongest =
        settings(soft_delete.1, immutability.1, snapshots.copies.1, locks.1, snapshot_locks.1);
    missing.extend(snapshots.missing.iter().cloned());
    let mut protected = Protected { guard: None, guard_unread: false, missing, weakest, strongest };
    add_guard(vault, estate, &mut protected);
    protected
}

/// A setting that may be weaker or stronger than what was read of it.
pub(super) type Range<T> = (T, T);

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
        let locks = |action| {
            guard.as_deref().map_or_else(Range::default, |it| locks::of_guard(it, estate, action))
        };
        let (write, delete) = (locks(Action::GUARD_WRITE), locks(Action::GUARD_DELETE));
        let locked = |write_locks, delete_locks| Guard { held, write_locks, delete_locks, ..whole };
        protected.weakest.guard = Some(locked(write.0, delete.0));
        protected.strongest.guard = Some(locked(write.1, delete.1));
    }
    protected.guard = guard;
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
