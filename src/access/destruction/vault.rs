//! What a vault's own settings, its guard and the locks over it say, as the weakest and the strongest
//! that they may be.

use super::locks::{self, Unread};
use super::power::{Power, Powers};
use super::settings::{Guard, Immutability, LEAST_SOFT_DELETE_DAYS, Settings, SoftDelete};
use super::snapshots::Snapshots;
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
    /// What would lift locks that nobody knows to be there.
    pub unread_locks: Powers,
    /// Where somebody has to be able to lift the locks over the snapshots.
    pub snapshot_locks: Vec<(Power, String)>,
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
    let mut unread = Unread { lift: Powers::NONE, missing: &mut missing };
    let locks = locks::of_vault(id, estate, &mut unread);
    let snapshot_locks = locks::of_snapshots(&snapshots.places, estate, &mut unread);
    let unread_locks = unread.lift;
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
    let lift = snapshot_locks.lift;
    let weakest = settings(soft_delete.0, immutability.0, snapshots.copies.0, locks.0, lift.0);
    let strongest = settings(soft_delete.1, immutability.1, snapshots.copies.1, locks.1, lift.1);
    missing.extend(snapshots.missing.iter().cloned());
    let mut protected = Protected {
        weakest,
        strongest,
        guard: None,
        guard_unread: false,
        unread_locks,
        snapshot_locks: snapshot_locks.scopes,
        missing,
    };
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
    let guard = vault.guards().next().map(std::borrow::Cow::into_owned);
    match is_linked(vault) {
        Ok(false) => return,
        Ok(true) => {}
        Err(reason) => {
            let any = protected.locked_guard(None, estate);
            protected.strongest.guard = Some(any.1);
            protected.guard_unread = true;
            let what = "whether multi-user authorization is on, and with which guard".to_owned();
            protected.missing.push(Missing { what, reason });
            return;
        }
    }
    let (weakest, strongest) = protected.locked_guard(guard.as_deref(), estate);
    let read = guard.as_deref().and_then(|guard| {
        let resource = estate.other(guard).filter(|found| found.kind == Kind::ResourceGuard)?;
        ResourceGuard::read(resource.clone()).ok()
    });
    // A guard that is gone leaves out nothing, and whoever makes it again owns it.
    let gone = guard.as_deref().is_some_and(|guard| estate.exists(guard) == Ok(false));
    let held = if read.is_none() && !gone {
        protected.guard_unread = true;
        let reason = guard.as_deref().and_then(|guard| estate.exists(guard).err());
        let reason = reason.unwrap_or(Reason::NotCollected);
        let what = "the Resource Guard that the vault is linked to".to_owned();
        protected.missing.push(Missing { what, reason });
        (weakest.held.minus(weakest.excludable), strongest.held)
    } else {
        let excluded = read.as_ref().map_or(Powers::NONE, |read| {
            read.excluded_operations.iter().filter_map(|key| step_of(key)).collect()
        });
        let left = |guard: Guard| guard.held.minus(excluded.intersection(guard.excludable));
        (left(weakest), left(strongest))
    };
    protected.weakest.guard = Some(Guard { held: held.0, ..weakest });
    protected.strongest.guard = Some(Guard { held: held.1, ..strongest });
    protected.guard = guard;
}

/// Whether a vault is linked to a guard.
fn is_linked(vault: &Vault<'_>) -> Result<bool, Reason> {
    match (&vault.guard_links, vault.guard_flag()) {
        (Fact::Known(links), _) if !links.is_empty() => Ok(true),
        (Fact::Known(_) | Fact::Absent, Fact::Known(GuardFlag::On)) => {
            Err(Reason::UnrecognisedValue)
        }
        (Fact::Known(_) | Fact::Absent, _) => Ok(false),
        (Fact::Unknown(_), Fact::Known(flag)) => Ok(flag == GuardFlag::On),
        (Fact::Unknown(reason), _) => Err(*reason),
    }
}

impl Protected {
    /// A guard that holds everything, under the locks over it.
    fn locked_guard(&mut self, guard: Option<&str>, estate: &Estate<'_>) -> Range<Guard> {
        let whole = self.strongest.whole_guard();
        let mut unread = Unread { lift: self.unread_locks, missing: &mut self.missing };
        let locks = locks::of_guard(guard, estate, &mut unread);
        self.unread_locks = unread.lift;
        let locked = |write_locks, delete_locks| Guard { write_locks, delete_locks, ..whole };
        (locked(locks.write.0, locks.delete.0), locked(locks.write.1, locks.delete.1))
    }
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
