//! The recovery point: P11 and P19.

use super::super::check::{Judged, REQUEST};
use super::super::lasting::{self, Against, Copies};
use super::super::point::{self, Meant, Speed};
use super::Case;
use crate::inventory::{Fact, Protection, Reason, RecoveryPoint, Span, Time};

/// How far the other region may lag
/// (<https://learn.microsoft.com/azure/backup/backup-create-recovery-services-vault>).
const LAG_HOURS: i64 = 36;

/// What is meant where nobody says which.
const ANY: &str = "recovery point";

const TIERS: &str = "properties.recoveryPointTierDetails";

/// P11: the recovery point exists; its age is the data lost, its tier the time it takes.
pub(super) fn point_exists(case: &Case<'_, '_, '_>) -> Judged {
    let item = match case.item() {
        Ok(item) => item,
        Err(judged) => return judged,
    };
    let at = item.resource.id.as_str();
    match item.is_soft_deleted() {
        Ok(true) => {
            return Judged::stops(
                "the item is soft-deleted: its points can be restored only when it was undeleted",
            )
            .at(at, item.soft_deleted_path(), "true")
            .fix("undelete it first");
        }
        Err(reason) => {
            return Judged::unknown(reason, "whether the item is soft-deleted was not read").at(
                at,
                item.soft_deleted_path(),
                "not read",
            );
        }
        Ok(false) => {}
    }
    match case.meant(item) {
        Meant::None => Judged::stops(format!("there is no {}", asked(case)))
            .at(at, "recoveryPoints", "none")
            .fix(if asked(case) == ANY {
                "back it up first: on demand, or by its schedule"
            } else {
                "choose a point that exists"
            }),
        Meant::Unknown(reason, says) => {
            Judged::unknown(reason, says).at(at, "recoveryPoints", "not read")
        }
        Meant::Told(time) => told(case, item, time),
        Meant::Point(point) => of_point(case, point),
    }
}

/// Judges by what the item says of its newest point alone: that it was taken, not that it is still there.
fn told(case: &Case<'_, '_, '_>, item: &Protection<'_>, time: Time) -> Judged {
    let age = case.when.since(time);
    let judged = if lasting::is_to_come(time, case.when) {
        let says = format!("its newest point is said to be taken in {age} from now");
        Judged::unknown(Reason::UnrecognisedValue, says)
    } else {
        match surely_kept(case, item, age) {
            Ok(kept) if age <= kept => Judged::pass(format!(
                "its newest point is {age} old, which is the data lost; in which tier it is was not read"
            )),
            Ok(kept) => Judged::unknown(
                Reason::NotCollected,
                format!(
                    "its newest point is {age} old, and its backup policy is sure to keep one for {kept} only: whether it is still there was not read"
                ),
            ),
            Err(reason) => Judged::unknown(
                reason,
                format!(
                    "its newest point is {age} old, and how long its backup policy keeps one was not read"
                ),
            ),
        }
    };
    judged.at(item.resource.id.as_str(), "properties.lastRecoveryPoint", time.to_string())
}

/// How long any point of an item is kept: as long as the tier says that keeps points for the shortest time. No
/// policy keeps one for less than a day.
fn surely_kept(case: &Case<'_, '_, '_>, item: &Protection<'_>, age: Span) -> Result<Span, Reason> {
    const LEAST: Span = Span::days(1);
    let policy = case.estate.policy_of(item).ok_or(Reason::NotCollected);
    let tiers = policy.and_then(|policy| policy.retention.optional());
    let tiers = tiers.and_then(|tiers| tiers.ok_or(Reason::NotCollected));
    let shortest = tiers.and_then(|tiers| {
        let all: Result<Vec<_>, _> = tiers.all().into_iter().map(Fact::optional).collect();
        all?.into_iter().flatten().min().ok_or(Reason::NotCollected)
    });
    match shortest {
        Ok(span) => Ok(span.max(LEAST)),
        Err(_) if age <= LEAST => Ok(LEAST),
        Err(reason) => Err(reason),
    }
}

/// What was asked for, in words.
fn asked(case: &Case<'_, '_, '_>) -> String {
    let arguments = &case.request.arguments;
    match (&arguments.recovery_point, arguments.point_in_time) {
        (Some(name), _) if !name.eq_ignore_ascii_case("latest") => format!("recovery point {name}"),
        (_, Some(time)) => format!("recovery point of {time} or earlier"),
        _ => ANY.to_owned(),
    }
}

fn of_point(case: &Case<'_, '_, '_>, point: &RecoveryPoint<'_>) -> Judged {
    let at = point.resource.id.as_str();
    let age = point::time_of(point).map(|time| case.when.since(time));
    let lost = age.map_or_else(
        || "its age was not read".to_owned(),
        |age| format!("it is {age} old, which is the data lost"),
    );
    let consistency = match point.resource.text("properties.recoveryPointType") {
        Fact::Known(kind) if kind.to_ascii_lowercase().starts_with("crash") => {
            ", and crash-consistent only"
        }
        _ => "",
    };
    if let Some(judged) = against(case, point, &lost) {
        return judged;
    }
    let fastest = Copies::of(&point.resource).kept.first().copied();
    let tier = fastest.map_or("in which tier it is was not read", Speed::words);
    let says = format!("the point exists{consistency}; {lost}; {tier}");
    let (judged, seen) = match (fastest, case.operation()) {
        (Some(Speed::Archive), "file-recovery" | "cross-region-restore") => (
            Judged::stops("the point is in the archive: this takes it in the vault").fix("rehydrate it first, or choose a newer point"),
            "ArchivedRP",
        ),
        (Some(Speed::Archive), _) => (
            Judged::decides(says).fix("rehydrate it first, which takes hours or days and costs money, or choose a newer point"),
            "ArchivedRP",
        ),
        (Some(Speed::Vault), _) => (Judged::pass(says), "HardenedRP"),
        (Some(Speed::Snapshot), _) => (Judged::pass(says), "InstantRP"),
        (None, _) => (Judged::pass(says), "not read"),
    };
    let judged = judged.at(at, TIERS, seen);
    match point::time_of(point) {
        Some(time) => judged.at(at, "properties.recoveryPointTime", time.to_string()),
        None => judged,
    }
}

/// What stands against a point that exists.
fn against(case: &Case<'_, '_, '_>, point: &RecoveryPoint<'_>, lost: &str) -> Option<Judged> {
    let at = point.resource.id.as_str();
    let time = point::time_of(point);
    if let Some(time) = time.filter(|time| lasting::is_to_come(*time, case.when)) {
        let says = "the point says that it is yet to be taken";
        let judged = Judged::unknown(Reason::UnrecognisedValue, says);
        return Some(judged.at(at, "properties.recoveryPointTime", time.to_string()));
    }
    Some(match lasting::against(point, case.when)? {
        Against::Stops { says, path, observed } => Judged::stops(says)
            .at(at, path, observed)
            .fix("choose another point, or undelete this one where soft delete keeps it"),
        Against::Unknown { reason, says, path } => {
            Judged::unknown(reason, says).at(at, path, "not known")
        }
        Against::Partial { path } => {
            Judged::decides(format!("the point holds a part of the data only; {lost}"))
                .at(at, path, "Partial")
                .fix("choose a point that is complete")
        }
    })
}

/// P19: the point is in the other region.
pub(super) fn in_other_region(case: &Case<'_, '_, '_>) -> Judged {
    judge_region(case).unwrap_or_else(|judged| judged)
}

fn judge_region(case: &Case<'_, '_, '_>) -> Result<Judged, Judged> {
    const CROSS_REGION: &str = "properties.redundancySettings.crossRegionRestore";
    let vault = case.vault()?;
    let at = vault.resource.id.as_str();
    if case.request.arguments.restore_mode.as_deref() == Some("replace-existing") {
        return Ok(Judged::stops("an existing machine cannot be replaced across regions")
            .at(REQUEST, "arguments.restore-mode", "replace-existing")
            .fix("restore to a new machine there"));
    }
    let redundancies = vault.redundancies();
    let is_geo = |value: &str| {
        ["GeoRedundant", "ReadAccessGeoZoneRedundant"]
            .iter()
            .any(|geo| geo.eq_ignore_ascii_case(value))
    };
    if let Some(other) = redundancies.known.iter().find(|setting| !is_geo(&setting.value)) {
        return Ok(Judged::stops(format!("the vault is {}, not geo-redundant", other.value))
            .at(at, other.path.as_ref(), other.value.as_str())
            .fix("there is nothing in the other region to be restored"));
    }
    // What is off is off, whatever the redundancy may be.
    let state = vault.resource.text(CROSS_REGION).or_default("Disabled".to_owned());
    if let Ok(state) = &state
        && !state.eq_ignore_ascii_case("Enabled")
    {
        return Ok(Judged::stops("cross-region restore is off for the vault")
            .at(at, CROSS_REGION, state.as_str())
            .fix("turn it on; the points show in the other region within 48 hours"));
    }
    if let Some((path, reason)) = redundancies.unknown {
        return Err(Judged::unknown(reason, "the redundancy of the vault was not read")
            .at(at, path, "not read"));
    }
    if let Err(reason) = state {
        return Err(Judged::unknown(reason, "whether cross-region restore is on was not read").at(
            at,
            CROSS_REGION,
            "not read",
        ));
    }
    let item = case.item()?;
    let point = match case.meant(item) {
        Meant::Point(point) => point,
        Meant::None => {
            return Ok(Judged::stops(format!("there is no {}", asked(case))).at(
                case.subject.on,
                "recoveryPoints",
                "none",
            ));
        }
        Meant::Told(_) => {
            return Err(Judged::unknown(
                Reason::NotCollected,
                "whether the point is in the vault tier was not read",
            )
            .at(case.subject.on, "recoveryPoints", "not read"));
        }
        Meant::Unknown(reason, says) => {
            return Err(Judged::unknown(reason, says).at(
                case.subject.on,
                "recoveryPoints",
                "not read",
            ));
        }
    };
    judge_lag(case, point)
}

fn judge_lag(case: &Case<'_, '_, '_>, point: &RecoveryPoint<'_>) -> Result<Judged, Judged> {
    let at = point.resource.id.as_str();
    let tiers = point::tiers(&point.resource).map_err(|reason| {
        Judged::unknown(reason, "in which tier the point is was not read").at(at, TIERS, "not read")
    })?;
    if tiers.is_empty() {
        let says = "in which tier the point is was not read";
        return Err(Judged::unknown(Reason::NotCollected, says).at(at, TIERS, "not read"));
    }
    if !tiers.contains(&Speed::Vault) {
        return Ok(Judged::stops(
            "the point is not in the vault tier: it is not copied to the other region",
        )
        .at(at, TIERS, "no HardenedRP")
        .fix("choose a point of the vault tier"));
    }
    let Some(time) = point::time_of(point) else {
        return Err(Judged::unknown(Reason::NotCollected, "when the point was taken was not read")
            .at(at, "properties.recoveryPointTime", "not read"));
    };
    let age = case.when.since(time);
    if age < Span::hours(LAG_HOURS) {
        return Ok(Judged::stops(format!(
            "the point is {age} old, and the other region may lag {LAG_HOURS} hours"
        ))
        .at(at, "properties.recoveryPointTime", time.to_string())
        .fix(format!("choose a point from before {}", before(case.when))));
    }
    Ok(Judged::pass(format!("cross-region restore is on, and the point is {age} old; for how long it has been on, Azure does not show: points appear within 48 hours"))
        .at(at, "properties.recoveryPointTime", time.to_string()))
}

fn before(when: Time) -> Time {
    when.plus(Span::hours(-LAG_HOURS))
}
