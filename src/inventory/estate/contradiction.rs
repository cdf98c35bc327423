//! Whether two bodies of one resource contradict each other.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// What tells nothing of a resource's settings, in lower case.
const BESIDE: [&str; 4] = ["id", "type", "etag", "systemdata"];

/// Whether two bodies say different things of the same members. Spelling does not count: a query of Resource Graph
/// writes ids in another case than a GET, and adds members of its own at the top.
pub(super) fn contradict(one: &str, other: &str) -> bool {
    if one == other {
        return false;
    }
    let read = |text| serde_json::from_str::<Map<String, Value>>(text);
    let (Ok(one), Ok(other)) = (read(one), read(other)) else { return true };
    let (one, other) = (in_one_case(&one), in_one_case(&other));
    let both = one.iter().filter_map(|(name, value)| Some((name, *value, *other.get(name)?)));
    let mut told = both.filter(|(name, ..)| !BESIDE.contains(&name.as_str()));
    told.any(|(_, one, other)| !are_alike(one, other))
}

/// What is not written is what Azure takes by default, so that a member of one body alone makes a difference.
fn are_alike<'v>(one: &'v Value, other: &'v Value) -> bool {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) => {
            let (one, other) = (in_one_case(one), in_one_case(other));
            let of = |side: &BTreeMap<String, &'v Value>, name: &str| {
                side.get(name).copied().unwrap_or(&Value::Null)
            };
            one.keys().chain(other.keys()).all(|name| are_alike(of(&one, name), of(&other, name)))
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len()
                && one.iter().zip(other).all(|(one, other)| are_alike(one, other))
        }
        (Value::String(one), Value::String(other)) => one.eq_ignore_ascii_case(other),
        (one, other) => one == other || is_blank(one) && is_blank(other),
    }
}

fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Object(map) => map.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

fn in_one_case(map: &Map<String, Value>) -> BTreeMap<String, &Value> {
    map.iter().map(|(name, value)| (name.to_ascii_lowercase(), value)).collect()
}
