//! What resource guards hold, and what links to them do.

use serde_json::Value;

use super::compare::{Comparison, Direction};
use crate::inventory::{Fact, Kind, Reason, Resource};

const EXCLUDED: &str = "properties.vaultCriticalOperationExclusionList";
const HELD: &str = "properties.resourceGuardOperationDetails";

/// Compares two bodies of a guard, or of a link to one.
pub fn compare(before: &Resource<'_>, after: &Resource<'_>, comparison: &mut Comparison) {
    match after.kind {
        Kind::ResourceGuard => excluded(before, after, comparison),
        Kind::RecoveryServicesGuardLink | Kind::BackupVaultGuardLink => {
            held(before, after, comparison);
        }
        _ => {}
    }
}

/// Operations that the guard lets through.
fn excluded(before: &Resource<'_>, after: &Resource<'_>, comparison: &mut Comparison) {
    let (was, now) = match (texts(before, EXCLUDED, None), texts(after, EXCLUDED, None)) {
        (Ok(was), Ok(now)) => (was.unwrap_or_default(), now.unwrap_or_default()),
        (Err(reason), _) | (_, Err(reason)) => {
            return comparison.doubt("guarded-operations", EXCLUDED, reason);
        }
    };
    for (at, operation) in now.iter().enumerate().filter(|(_, now)| !holds(&was, now)) {
        let path = format!("{EXCLUDED}[{at}]");
        let setting = ("guarded-operations", operation.clone());
        comparison.add(setting, path, "guarded".into(), "excluded".into(), Direction::Weaker);
    }
    for operation in was.iter().filter(|was| !holds(&now, was)) {
        let setting = ("guarded-operations", operation.clone());
        comparison.add(setting, EXCLUDED, "excluded".into(), "guarded".into(), Direction::Stronger);
    }
}

/// Operations that the link makes the guard hold in this vault; a body that leaves the list out says nothing of it.
fn held(before: &Resource<'_>, after: &Resource<'_>, comparison: &mut Comparison) {
    let member = Some("vaultCriticalOperation");
    let (was, now) = match (texts(before, HELD, member), texts(after, HELD, member)) {
        (Ok(Some(was)), Ok(Some(now))) => (was, now),
        (Ok(None), _) | (_, Ok(None)) => return,
        (Err(reason), _) | (_, Err(reason)) => {
            return comparison.doubt("guarded-operations", HELD, reason);
        }
    };
    for (list, other, direction) in
        [(&was, &now, Direction::Weaker), (&now, &was, Direction::Stronger)]
    {
        for operation in list.iter().filter(|operation| !holds(other, operation)) {
            let (from, to) = match direction {
                Direction::Weaker => ("guarded", "not guarded"),
                Direction::Stronger | Direction::Neither => ("not guarded", "guarded"),
            };
            let setting = ("guarded-operations", operation.clone());
            comparison.add(setting, HELD, from.into(), to.into(), direction);
        }
    }
}

fn holds(list: &[String], text: &str) -> bool {
    list.iter().any(|other| other.eq_ignore_ascii_case(text))
}

/// The texts of a list, or those that its objects have under a name.
fn texts(
    resource: &Resource<'_>,
    path: &str,
    member: Option<&str>,
) -> Result<Option<Vec<String>>, Reason> {
    let list = match resource.fact(path) {
        Fact::Known(list) if list.holds_unknown() => return Err(Reason::UnresolvedExpression),
        Fact::Known(list) => list.to_json(),
        Fact::Absent => return Ok(None),
        Fact::Unknown(reason) => return Err(reason),
    };
    let text = |value: &Value| {
        let value = member.map_or(value, |member| &value[member]);
        value.as_str().map(str::to_owned).ok_or(Reason::UnrecognisedValue)
    };
    let list = list.as_array().ok_or(Reason::UnrecognisedValue)?;
    list.iter().map(text).collect::<Result<Vec<_>, _>>().map(Some)
}
