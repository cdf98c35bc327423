//! What a change of a plan says against itself: then nobody knows what it does.

use crate::code::terraform::plan::PlannedChange;
use crate::code::value::{Content, Map, Value};

/// A change without what every change has.
pub const NO_CHANGE: &str =
    "a change without an address, a type or actions: what it does is unknown";
/// Two changes of one address.
pub const TWICE: &str = "a second change of the same address: what becomes of it is unknown";
const NOTHING_BEFORE: &str =
    "a change of what is there, without what is there: what it does is unknown";
const NOTHING_AFTER: &str =
    "a change that says nothing of what it leads to: what it does is unknown";
const NO_OP: &str =
    "a change that does nothing, and differs before and after: what it does is unknown";

/// What a change says against its own actions.
pub fn of(change: &PlannedChange) -> Option<&'static str> {
    let has = |names: &[&str]| change.actions.iter().any(|action| names.contains(&&**action));
    let is_there = |value: &Value| value.as_map().is_some();
    if has(&["delete", "update", "forget", "no-op"]) && !is_there(&change.before) {
        return Some(NOTHING_BEFORE);
    }
    if has(&["create", "update"]) && !is_there(&change.after) {
        return Some(NOTHING_AFTER);
    }
    (has(&["no-op"]) && differs(&change.before, &change.after)).then_some(NO_OP)
}

/// Whether nothing but these arguments may differ before and after.
pub fn differs_only_in(change: &PlannedChange, names: &[&str]) -> bool {
    let (Some(before), Some(after)) = (change.before.as_map(), change.after.as_map()) else {
        return false;
    };
    let is_same = |map: &Map, other: &Map| {
        map.members().iter().filter(|member| !names.contains(&&*member.key)).all(|member| {
            member.value.first_unknown().is_none()
                && other.get(&member.key).map_or(member.value.is_null(), |found| {
                    !differs(&member.value, found) && found.first_unknown().is_none()
                })
        })
    };
    is_same(before, after) && is_same(after, before)
}

/// Whether two values surely differ.
fn differs(left: &Value, right: &Value) -> bool {
    match (&left.content, &right.content) {
        (Content::Unknown(_), _) | (_, Content::Unknown(_)) | (Content::Null, Content::Null) => {
            false
        }
        (Content::Bool(left), Content::Bool(right)) => left != right,
        (Content::Number(left), Content::Number(right)) => left.total_cmp(right).is_ne(),
        (Content::Text(left), Content::Text(right)) => left != right,
        (Content::List(left), Content::List(right)) => {
            left.len() != right.len()
                || left.iter().zip(right.iter()).any(|(left, right)| differs(left, right))
        }
        (Content::Map(left), Content::Map(right)) => lacks(left, right) || lacks(right, left),
        _ => true,
    }
}

/// Whether a map has a member that is another one, or none, in the other map; null is none.
fn lacks(map: &Map, other: &Map) -> bool {
    map.members().iter().any(|member| match other.get(&member.key) {
        Some(found) => differs(&member.value, found),
        None => !member.value.is_null() && other.rest().is_none(),
    })
}
