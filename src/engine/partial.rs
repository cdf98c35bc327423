//! What a rule without declared facts can tell of a body that leaves things out.
//!
//! Policies that people already have declare nothing. On the answer of a LIST, `not input.properties.x`
//! would take "not shown" for "not set". So the places that the policy's text reads stand in for facts:
//! where one of them is not shown, neither a finding nor its absence is proven.

use serde_json::Value;

use super::rego_rules::dotted;
use crate::inventory::{Completeness, Fact, Reason, Resource};
use crate::rego::{Answer, Read, Reads};
use crate::rule::Undecided;

/// Members of `input` that every body has.
const ALWAYS: [&str; 8] =
    ["id", "name", "type", "source", "related", "declared", "unknown", "reasons"];

/// Why the answer of a rule that reads these places proves nothing. Takes the findings that name a
/// value which is there as they say: those stand, and then there is no reason.
pub(super) fn doubt(
    answer: &mut Answer,
    reads: &[Reads],
    resource: &Resource<'_>,
) -> Option<Undecided> {
    if resource.completeness != Completeness::Partial {
        return None;
    }
    let body = resource.body.to_json();
    let type_name = resource.type_name();
    let says_not_applicable = answer.not_applicable;
    let asked = |reads: &&Reads| {
        (reads.not_applicable || !says_not_applicable)
            && reads.types.as_ref().is_none_or(|types| {
                types.iter().any(|wanted| wanted.eq_ignore_ascii_case(&type_name))
            })
    };
    let undecided = reads.iter().filter(asked).find_map(|reads| {
        let missing = reads.paths.iter().find_map(|read| missing(read, resource, &body));
        let computed = || Undecided {
            reason: Reason::NotCollected,
            path: "".into(),
            message: "the body may leave out what the rule reads, and the rule declares no facts"
                .to_owned(),
        };
        missing.or_else(|| reads.computed.then(computed))
    })?;
    answer.deny.retain(|finding| {
        let path = dotted(&finding.path);
        finding.observed.as_ref().is_some_and(|observed| match resource.fact(&path) {
            Fact::Known(value) => !path.is_empty() && value.to_json() == *observed,
            Fact::Absent | Fact::Unknown(_) => false,
        })
    });
    answer.deny.is_empty().then_some(undecided)
}

fn missing(read: &Read, resource: &Resource<'_>, body: &Value) -> Option<Undecided> {
    let first = read.path.first()?.as_deref()?;
    let steps = if resource.flat && first == "properties" { &read.path[1..] } else { &read.path };
    if ALWAYS.contains(&first) || is_shown(body, steps, true) {
        return None;
    }
    // Where the property table knows the block that would show it, an absence counts.
    let path = read.dotted();
    let reason = match resource.fact(&path) {
        Fact::Absent => return None,
        Fact::Known(_) => Reason::NotCollected,
        Fact::Unknown(reason) => reason,
    };
    Some(Undecided { reason, path: path.into(), message: String::new() })
}

/// Whether a body shows all of what lies at a place. An object may leave out some of its members,
/// unless it is the tags.
fn is_shown(value: &Value, steps: &[Option<String>], top: bool) -> bool {
    match (value, steps.split_first()) {
        (Value::Array(items), None) => items.iter().all(|item| is_shown(item, &[], false)),
        (Value::Object(members), Some((Some(name), rest))) => {
            let found = members.iter().find(|(known, _)| {
                if top { known.eq_ignore_ascii_case(name) } else { *known == name }
            });
            let is_tags = top && name == "tags";
            found.is_some_and(|(_, value)| {
                if is_tags { value.is_object() } else { is_shown(value, rest, false) }
            })
        }
        (Value::Array(items), Some((None, rest))) => {
            items.iter().all(|item| is_shown(item, rest, false))
        }
        // A number or text has no members: what is read below it is not set, whatever else is there.
        (Value::Bool(_) | Value::Number(_) | Value::String(_), _) => true,
        (Value::Null | Value::Object(_) | Value::Array(_), _) => false,
    }
}
