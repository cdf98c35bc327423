//! Settings of the vault: P21, P22, P24, P27 and P28.

use std::borrow::Cow;

use super::super::check::Judged;
use super::target::HELD_BESIDES;
use super::{Case, count};
use crate::access::who_can::Obstacle;
use crate::inventory::{Fact, Kind, PrivateAccess, Reason, Settings, Vault, VaultService};

/// P21: the vault's immutability, and what it blocks.
pub(super) fn immutability(case: &Case<'_, '_, '_>) -> Judged {
    judge_immutability(case).unwrap_or_else(|judged| judged)
}

fn judge_immutability(case: &Case<'_, '_, '_>) -> Result<Judged, Judged> {
    let vault = case.vault()?;
    let at = vault.resource.id.as_str();
    let settings = vault.immutability();
    if let Some((path, reason)) = &settings.unknown {
        return Err(Judged::unknown(*reason, "the immutability of the vault was not read").at(
            at,
            path.as_ref(),
            "not read",
        ));
    }
    let state = settings.known.first().map_or("Disabled", |setting| setting.value.as_str());
    let told = settings
        .known
        .first()
        .map_or_else(|| state.to_owned(), |setting| settings.describe(setting));
    let is = |name: &str| state.eq_ignore_ascii_case(name);
    let is_off = is("Disabled");
    let judged = match case.operation() {
        "stop-retain-data" => Judged::pass(
            "immutability does not stop anybody from stopping backups and keeping the data",
        ),
        "stop-delete-data" if is_off => {
            Judged::pass("the vault is not immutable: it does not stand in the way")
        }
        "stop-delete-data" => {
            Judged::stops("the vault is immutable: points cannot be deleted before they expire")
                .fix("stop the backups and keep the data; the points expire by the backup policy")
        }
        "reduce-immutability" if is_off => {
            Judged::stops("the vault is not immutable: there is nothing to turn off")
        }
        "reduce-immutability" if is("Locked") => {
            Judged::stops("immutability is locked: nobody can turn it off again")
        }
        "reduce-immutability" => Judged::pass("immutability is on and not locked"),
        "delete-vault" if is_off => Judged::pass("the vault is not immutable"),
        "delete-vault" => of_delete(case, vault),
        "modify-policy" if is_off => {
            Judged::pass("the vault is not immutable: it does not hold retention")
        }
        "modify-policy" => of_policy(case)?,
        _ => Judged::pass("the vault's immutability was read"),
    };
    Ok(judged.at(at, settings.known.first().map_or("", |setting| setting.path.as_ref()), told))
}

fn of_delete(case: &Case<'_, '_, '_>, vault: &Vault<'_>) -> Judged {
    let held = case.estate.held_by(vault.resource.id.as_str());
    match vault.items_read {
        Ok(()) if held.total == 0 => Judged::pass("the vault is immutable, and holds no points"),
        Err(reason) if held.total == 0 => Judged::unknown(
            reason,
            "the vault is immutable, and whether it holds points was not read",
        ),
        _ => {
            Judged::stops("the vault is immutable: its points cannot be deleted before they expire")
        }
    }
}

fn of_policy(case: &Case<'_, '_, '_>) -> Result<Judged, Judged> {
    match super::policy::is_shortened(case)? {
        Some(tier) => Ok(Judged::stops(format!(
            "the vault is immutable: the {tier} retention cannot be shortened"
        ))
        .fix("keep the retention, or lengthen it")),
        None => Ok(Judged::pass("the vault is immutable, and no retention is shortened")),
    }
}

/// The weaker of what two places say, whether it is off, and where that stands.
fn weaker(settings: &Settings) -> Option<(&str, bool, &str)> {
    let off = settings.off();
    let found = off.or_else(|| settings.known.first())?;
    Some((found.value.as_str(), off.is_some(), found.path.as_ref()))
}

/// P22: soft delete is on, and how many days are left to undo.
pub(super) fn soft_delete(case: &Case<'_, '_, '_>) -> Judged {
    judge_soft_delete(case).unwrap_or_else(|judged| judged)
}

fn judge_soft_delete(case: &Case<'_, '_, '_>) -> Result<Judged, Judged> {
    let vault = case.vault()?;
    let at = vault.resource.id.as_str();
    let settings = vault.soft_delete();
    let disables = case.operation() == "disable-soft-delete";
    let Some((value, is_off, path)) = weaker(&settings) else {
        let (path, reason) =
            settings.unknown.clone().unwrap_or((Cow::Borrowed(""), Reason::NotCollected));
        return Err(Judged::unknown(reason, "whether soft delete is on was not read").at(
            at,
            path.into_owned(),
            "not read",
        ));
    };
    let always =
        settings.known.iter().any(|setting| setting.value.eq_ignore_ascii_case("AlwaysOn"));
    if let (false, Some((path, reason))) = (is_off, &settings.unknown) {
        return Err(Judged::unknown(*reason, "whether soft delete is on was not read in full").at(
            at,
            path.as_ref(),
            "not read",
        ));
    }
    let days = super::super::outcome::soft_delete_days(vault);
    let judged = match (disables, is_off) {
        (true, true) => Judged::stops("soft delete is off already"),
        (true, false) if always => {
            Judged::stops("soft delete is always on: nobody can turn it off")
        }
        (true, false) => Judged::pass(match days {
            Ok(days) => format!(
                "soft delete is on and can be turned off: what is deleted afterwards is gone at once, and not only after {days} days"
            ),
            Err(_) => "soft delete is on and can be turned off: what is deleted afterwards is gone at once".to_owned(),
        }),
        (false, true) => Judged::stops("soft delete is off: what is deleted is gone at once")
            .fix("turn soft delete on first"),
        (false, false) => match days {
            Ok(0) => {
                Judged::stops("soft delete keeps what is deleted for 0 days: it is gone at once")
                    .fix("have soft delete keep it for at least 14 days first")
            }
            Ok(days) => Judged::pass(format!("soft delete is on: {days} days are left to undo it")),
            Err(reason) => Judged::unknown(
                reason,
                "soft delete is on; for how many days it keeps what is deleted cannot be told",
            ),
        },
    };
    Ok(judged.at(at, path, value))
}

/// P24: locks at the vault, its group and its subscription.
pub(super) fn locks(case: &Case<'_, '_, '_>) -> Judged {
    let Some(vault) = case.subject.vault_id else {
        return Judged::unknown(Reason::NotCollected, "the vault is not known");
    };
    let mut judged: Option<Judged> = None;
    for block in case.who.locks() {
        let Obstacle::Lock { id, level, .. } = &block.obstacle else { continue };
        let one = if block.is_certain {
            Judged::stops(format!("a lock ({level}) holds it"))
                .fix("whoever may remove locks has to take it off first")
        } else {
            Judged::informs(format!(
                "a lock ({level}) lies over it; whether it holds backup data, Microsoft does not say: do not count on it"
            ))
        };
        if judged.is_none() || block.is_certain {
            judged = Some(one.at(id.as_str(), "properties.level", level.as_str()));
        }
    }
    if let Some(judged) = judged {
        return judged;
    }
    match case.estate.locks_over(vault).unread {
        Some(reason) => Judged::unknown(reason, "not every lock over the vault was read")
            .at(vault, "locks", "not read"),
        None => Judged::pass("no lock holds it").at(vault, "locks", "none in the way"),
    }
}

/// P27: the vault is empty.
pub(super) fn is_empty(case: &Case<'_, '_, '_>) -> Judged {
    judge_empty(case).unwrap_or_else(|judged| judged)
}

fn judge_empty(case: &Case<'_, '_, '_>) -> Result<Judged, Judged> {
    let vault = case.vault()?;
    let at = vault.resource.id.as_str();
    let held = case.estate.held_by(at);
    let mut parts = Vec::new();
    let live = held.total.saturating_sub(held.soft_deleted) as usize;
    let mut deleted = held.soft_deleted as usize;
    deleted += case.estate.below(at, Kind::DeletedBackupInstance).count();
    for (number, noun) in [(live, "protected item"), (deleted, "soft-deleted item")] {
        if number > 0 {
            parts.push(count(number, noun));
        }
    }
    if vault.is_recovery_services() {
        for (kind, noun) in HELD_BESIDES {
            let number = case.estate.below(at, kind).count();
            if number > 0 {
                parts.push(count(number, noun));
            }
        }
        if case.estate.private_access(vault, VaultService::Backup) == Ok(PrivateAccess::Open) {
            parts.push("a private endpoint".to_owned());
        }
    }
    if !parts.is_empty() {
        return Ok(Judged::stops(format!("the vault holds {}", parts.join(", ")))
            .at(at, "", parts.join(", "))
            .fix(
                "take out what it holds first; soft-deleted items have to be purged, or to run out",
            ));
    }
    let lists: &[Kind] = if vault.is_recovery_services() {
        &[Kind::ProtectedItem, Kind::ProtectionContainer, Kind::ReplicatedItem]
    } else {
        &[Kind::BackupInstance, Kind::DeletedBackupInstance]
    };
    vault.items_read.map_err(|reason| {
        Judged::unknown(reason, "the items of the vault were not all read").at(at, "", "not read")
    })?;
    for kind in lists {
        if let Err(reason) = case.estate.coverage.list_of(at, *kind) {
            let says = format!("whether the vault has any {} was not read", noun(*kind));
            return Err(Judged::unknown(reason, says).at(at, "", "not read"));
        }
    }
    Ok(Judged::pass("nothing that would keep it was found in the vault").at(at, "", "empty"))
}

fn noun(kind: Kind) -> &'static str {
    match kind {
        Kind::ProtectionContainer => "registered containers",
        Kind::ReplicatedItem => "replicated items",
        Kind::DeletedBackupInstance => "deleted instances",
        _ => "items",
    }
}

/// P28: the redundancy can still be changed.
pub(super) fn redundancy_is_open(case: &Case<'_, '_, '_>) -> Judged {
    judge_redundancy(case).unwrap_or_else(|judged| judged)
}

fn judge_redundancy(case: &Case<'_, '_, '_>) -> Result<Judged, Judged> {
    const STATE: &str = "related.storage_config.properties.storageTypeState";
    let vault = case.vault()?;
    let at = vault.resource.id.as_str();
    let held = case.estate.held_by(at);
    let fix = "make a new vault with the redundancy that is wanted, and protect the items there";
    if held.total > 0 {
        let number = count(held.total as usize, "item");
        return Ok(Judged::stops(format!(
            "the vault holds {number}: its redundancy cannot be changed any more"
        ))
        .at(at, "", number)
        .fix(fix));
    }
    match vault.is_redundancy_locked() {
        Fact::Known(true) => Ok(Judged::stops("the redundancy of the vault is locked")
            .at(at, STATE, "Locked")
            .fix(fix)),
        Fact::Known(false) => {
            vault.items_read.map_err(|reason| {
                Judged::unknown(reason, "whether the vault protects anything was not read")
                    .at(at, "", "not read")
            })?;
            Ok(Judged::pass("nothing is protected yet, and the redundancy is open")
                .at(at, STATE, "Unlocked"))
        }
        state => {
            let reason = state.optional().err().unwrap_or(Reason::NotCollected);
            Err(Judged::unknown(reason, "whether the redundancy can still be changed was not read")
                .at(at, STATE, "not read"))
        }
    }
}
