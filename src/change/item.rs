//! Protected items and backup instances: whether they run, by which policy, and over which disks.

use serde_json::Value;

use super::Changes;
use super::compare::{Comparison, Direction, shown};
use super::policy::{Move, moves};
use crate::inventory::{
    DiskSelection, Fact, Kind, Protection, ProtectionState, Reason, Resource, View as _, id,
};

const DISKS: &str = "properties.extendedProperties.diskExclusionProperties";

/// Compares two bodies of an item.
pub fn compare<'a>(
    before: &Resource<'a>,
    after: &Resource<'a>,
    changes: &Changes<'_, 'a>,
    comparison: &mut Comparison,
) {
    if !after.kind.is_protection() {
        return;
    }
    let read = |resource: &Resource<'a>| Protection::read(resource.clone());
    let (Ok(was), Ok(now)) = (read(before), read(after)) else {
        return comparison.doubt("protection", "properties", Reason::UnrecognisedValue);
    };
    if state(&was, &now, comparison) {
        policy(&was, &now, changes, comparison);
        if after.kind == Kind::ProtectedItem {
            disks(&was, &now, comparison);
        }
    }
}

/// Whether its backups still run; answers whether anything else about it counts.
fn state(was: &Protection<'_>, now: &Protection<'_>, comparison: &mut Comparison) -> bool {
    let path = now.state_path();
    let name = |item: &Protection<'_>| match item.state {
        Fact::Known(state) => Value::from(ProtectionState::name(state)),
        Fact::Absent | Fact::Unknown(_) => Value::from("Protected"),
    };
    let direction = match (was.is_active(), now.is_active()) {
        (Ok(true), Ok(true)) => return true,
        (Ok(false), Ok(false)) => return false,
        (Ok(true), Ok(false)) => Direction::Weaker,
        (Ok(false), Ok(true)) => Direction::Stronger,
        (Err(reason), _) | (_, Err(reason)) => {
            comparison.doubt("protection", path, reason);
            return true;
        }
    };
    let deleted = |item: &Protection<'_>| item.is_soft_deleted() == Ok(true);
    let after = if deleted(now) { Value::from("SoftDeleted") } else { name(now) };
    comparison.add(("protection", "its protection"), path, name(was), after, direction);
    false
}

/// The policy that it moves to keeps less, or runs less often.
fn policy<'a>(
    was: &Protection<'a>,
    now: &Protection<'a>,
    changes: &Changes<'_, 'a>,
    comparison: &mut Comparison,
) {
    let path = now.policy_path();
    let (from, to) = match (&was.policy, &now.policy) {
        (Fact::Known(from), Fact::Known(to)) if !id::same(from, to) => (from, to),
        (Fact::Known(_), Fact::Known(_)) | (Fact::Absent, _) => return,
        (Fact::Known(from), Fact::Absent) => {
            let name = Value::from(id::name_of(from));
            let title = ("policy", "its backup policy");
            return comparison.add(title, path, name, Value::Null, Direction::Weaker);
        }
        (Fact::Unknown(reason), _) | (_, Fact::Unknown(reason)) => {
            return comparison.doubt("policy", path, *reason);
        }
    };
    let (Some(old), Some(new)) = (changes.policy_before(from), changes.policy_after(to)) else {
        let reason = match changes.policy_before(from) {
            None => changes.before.policy_unread(from),
            Some(_) => changes.after.policy_unread(to),
        };
        return comparison.doubt("policy", path, reason);
    };
    let (moves, doubt) = moves(old, new);
    let weaker: Vec<&Move> =
        moves.iter().filter(|moved| moved.direction == Direction::Weaker).collect();
    let direction = match (weaker.is_empty(), doubt) {
        (false, _) => Direction::Weaker,
        (true, Some(reason)) => return comparison.doubt("policy", path, reason),
        (true, None) if moves.is_empty() => return,
        (true, None) => Direction::Stronger,
    };
    let of_direction = moves.iter().filter(|moved| moved.direction == direction);
    let what: Vec<String> = of_direction
        .map(|moved| {
            let unit = if moved.setting == "retention" { " days" } else { "" };
            format!("{} {} to {}{unit}", moved.title, shown(&moved.before), shown(&moved.after))
        })
        .collect();
    let title = format!("its backup policy ({})", what.join(", "));
    let (from, to) = (id::name_of(from).to_owned(), id::name_of(to).to_owned());
    comparison.add(("policy", title), path, from.into(), to.into(), direction);
}

/// Data disks that were backed up and will not be.
fn disks(was: &Protection<'_>, now: &Protection<'_>, comparison: &mut Comparison) {
    let (before, after) = match (was.disk_selection(), now.disk_selection()) {
        (Ok(before), Ok(after)) if before == after => return,
        (Ok(before), Ok(after)) => (before, after),
        (Err(reason), _) | (_, Err(reason)) => return comparison.doubt("disks", DISKS, reason),
    };
    let loses = (0..64).any(|lun| before.covers(lun) && !after.covers(lun));
    let direction = if loses { Direction::Weaker } else { Direction::Stronger };
    let title = ("disks", "the selection of its data disks");
    comparison.add(title, DISKS, selection(before).into(), selection(after).into(), direction);
}

fn selection(selection: DiskSelection) -> String {
    let luns = |bits: u64| {
        let luns: Vec<String> =
            (0..64u32).filter(|lun| bits >> lun & 1 == 1).map(|lun| lun.to_string()).collect();
        if luns.is_empty() { "none".to_owned() } else { format!("LUN {}", luns.join(", ")) }
    };
    match selection {
        DiskSelection::All => "all".to_owned(),
        DiskSelection::Only(bits) => luns(bits),
        DiskSelection::AllBut(bits) => format!("all but {}", luns(bits)),
    }
}
