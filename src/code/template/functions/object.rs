//! Objects.

use super::collection::element;
use super::{Budget, Content, Failure, Outcome, Value, invalid, list, map, text};
use crate::code::value::{Map, Member, Part, Place, Unknown};
use std::sync::Arc;

pub fn create_object(_: &Budget, arguments: &[Value]) -> Outcome {
    if arguments.len() % 2 == 1 {
        return invalid("the last name has no value");
    }
    let mut made = Map::default();
    for pair in arguments.chunks_exact(2) {
        let [key, value] = pair else { continue };
        put(&mut made, text(std::slice::from_ref(key), 0)?.clone(), key.place, value.clone());
    }
    Ok(Content::Map(Arc::new(made)))
}

/// Adds a member under a name that is known not to be large in number.
fn put(map: &mut Map, key: Arc<str>, key_place: Place, value: Value) {
    map.put(Member { key, key_place, value });
}

/// The objects of a list, each member in order: `{key, value}`.
pub fn items(budget: &Budget, arguments: &[Value]) -> Outcome {
    let map = map(arguments, 0)?;
    budget.steps(map.len())?;
    let mut members: Vec<&Member> = map.members().iter().collect();
    members.sort_by(|left, right| left.key.cmp(&right.key));
    let pairs = members.into_iter().map(|member| {
        let mut pair = Map::default();
        put(
            &mut pair,
            "key".into(),
            member.key_place,
            Value::text(member.key.clone(), member.key_place),
        );
        put(&mut pair, "value".into(), member.key_place, member.value.clone());
        Value::new(Content::Map(Arc::new(pair)), member.value.place)
    });
    Ok(Content::List(pairs.collect()))
}

pub fn object_keys(budget: &Budget, arguments: &[Value]) -> Outcome {
    let map = map(arguments, 0)?;
    budget.steps(map.len())?;
    let mut keys: Vec<&Member> = map.members().iter().collect();
    keys.sort_by(|left, right| left.key.cmp(&right.key));
    Ok(Content::List(
        keys.into_iter().map(|member| Value::text(member.key.clone(), member.key_place)).collect(),
    ))
}

/// Members of the objects of a list; the last one of a name counts, nothing is merged inside.
pub fn shallow_merge(budget: &Budget, arguments: &[Value]) -> Outcome {
    let list = list(arguments, 0)?;
    let mut all = Vec::new();
    for at in 0..list.len() {
        let map = map(list, at)?;
        budget.steps(map.len())?;
        all.extend(map.members().iter().cloned());
    }
    Ok(Content::Map(Arc::new(keyed(all))))
}

/// An object of members of which later ones replace earlier ones of the same name.
pub fn keyed(members: Vec<Member>) -> Map {
    let mut places = std::collections::HashMap::with_capacity(members.len());
    let mut kept: Vec<Member> = Vec::with_capacity(members.len());
    for member in members {
        match places.entry(member.key.to_ascii_lowercase()) {
            std::collections::hash_map::Entry::Vacant(entry) => {
                entry.insert(kept.len());
                kept.push(member);
            }
            std::collections::hash_map::Entry::Occupied(entry) => {
                if let Some(old) = kept.get_mut(*entry.get()) {
                    *old = member;
                }
            }
        }
    }
    Map::from_members(kept)
}

/// Objects as one. After an unknown one only the members that follow it are known.
pub fn union_of_maps(budget: &Budget, arguments: &[Value]) -> Outcome {
    let mut all = Map::default();
    let mut rest: Option<Arc<Unknown>> = None;
    for value in arguments {
        let next = match &value.content {
            Content::Null => continue,
            Content::Unknown(unknown) => {
                rest = Some(unknown.clone());
                all = Map::default();
                continue;
            }
            Content::Map(next) => next,
            _ => return invalid(format!("{} is not an object", super::kind_name(value))),
        };
        if let Some(unknown) = next.rest() {
            rest = Some(unknown.clone());
            all = Map::default();
        }
        all = merged(budget, &all, next)?;
    }
    // An object in the unknown part may have been merged with a known one of the same name.
    let members =
        all.members().iter().cloned().map(|member| match (&rest, &member.value.content) {
            (Some(unknown), Content::Map(inner)) if inner.rest().is_none() => {
                let inner = (**inner).clone().open(Some(unknown.clone()));
                Member { value: Value::map(inner, member.value.place), ..member }
            }
            _ => member,
        });
    Ok(Content::Map(Arc::new(Map::from_members(members.collect()).open(rest.clone()))))
}

/// Two objects as one; objects of the same name are merged in turn, all else is replaced.
///
/// # Errors
/// When the budget is used up.
pub fn merged(budget: &Budget, left: &Map, right: &Map) -> Result<Map, Failure> {
    budget.steps(left.len() + right.len())?;
    if !budget.enter() {
        return Err(Failure::Limit("objects nest too deep".into()));
    }
    let mut all: Vec<Member> = left.members().to_vec();
    for member in right.members() {
        let mut member = member.clone();
        let old = left.get_ignoring_case(&member.key).map(|value| &value.content);
        if let (Some(Content::Unknown(unknown)), Content::Map(new)) = (old, &member.value.content) {
            let open = (**new).clone().open(Some(unknown.clone()));
            member.value = Value::map(open, member.value.place);
        } else if let (Some(Content::Map(old)), Content::Map(new)) = (old, &member.value.content) {
            let both = merged(budget, old, new);
            match both {
                Ok(both) => member.value = Value::map(both, member.value.place),
                Err(failure) => {
                    budget.leave();
                    return Err(failure);
                }
            }
        }
        all.push(member);
    }
    budget.leave();
    Ok(keyed(all))
}

/// Member after member, element after element; null where one is missing.
pub fn try_get(budget: &Budget, arguments: &[Value]) -> Outcome {
    let Some(mut value) = arguments.first() else { return invalid("argument 1 is missing") };
    for key in arguments.get(1..).unwrap_or_default() {
        budget.steps(1)?;
        let next = match (&value.content, &key.content) {
            (Content::Null, _) => return Ok(Content::Null),
            (_, Content::Unknown(unknown)) => return Err(unknown.into()),
            (Content::Map(map), Content::Text(key)) => {
                match (map.get_ignoring_case(key), map.rest()) {
                    (None, Some(rest)) => return Err(rest.into()),
                    (found, _) => found,
                }
            }
            (Content::List(list), Content::Number(at)) => {
                usize::try_from(super::whole(*at)?).ok().and_then(|at| list.get(at))
            }
            (Content::Unknown(unknown), _) => return Err(member_of(unknown, key)),
            _ => return invalid(format!("{} has no members", super::kind_name(value))),
        };
        match next {
            Some(next) => value = next,
            None => return Ok(Content::Null),
        }
    }
    element(Some(value))
}

/// A member of an unknown value: unknown, under the name of both.
pub fn member_of(unknown: &Arc<Unknown>, key: &Value) -> Failure {
    let name = match (unknown.form.as_deref(), &key.content) {
        (Some([Part::Hole(hole)]), Content::Text(key)) => Some(format!("{hole}.{key}")),
        (Some([Part::Hole(hole)]), Content::Number(at)) => Some(format!("{hole}[{at}]")),
        (Some([Part::Hole(hole)]), Content::Unknown(index)) => index
            .form
            .as_deref()
            .map(|form| format!("{hole}[{}]", crate::code::value::form_text(form))),
        _ => None,
    };
    let named = name.filter(|name| name.len() < crate::code::value::LONGEST_FORM);
    let form = named.map(|name| [Part::Hole(name.into())].into());
    Failure::Partly(Arc::new(Unknown { form, ..(**unknown).clone() }))
}
