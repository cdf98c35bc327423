//! Functions on lists and maps.

use std::collections::HashSet;
use std::sync::Arc;

use super::super::evaluate::{Members, formless};
use super::super::failure::{Failure, Outcome};
use super::super::number;
use super::super::types::{self, Type, same, sorted, unify};
use super::Call;
use crate::code::value::{Content, Lookup, Map, Marks, Place, Unknown, Value};

pub(super) fn alltrue(call: &Call<'_>) -> Outcome<Value> {
    every(call, true)
}

pub(super) fn anytrue(call: &Call<'_>) -> Outcome<Value> {
    every(call, false)
}

/// One element of the other value decides, whatever is unknown.
fn every(call: &Call<'_>, wanted: bool) -> Outcome<Value> {
    let mut unknown = None;
    for item in call.list(0)? {
        match &item.content {
            Content::Unknown(found) => unknown = unknown.or(Some(found)),
            Content::Null => return call.answer_bool(false),
            _ => match types::boolean(item) {
                Ok(value) if value == wanted => {}
                Ok(_) => return call.answer_bool(!wanted),
                Err(message) => return call.invalid(message),
            },
        }
    }
    match unknown {
        Some(unknown) => super::because(unknown),
        None => call.answer_bool(wanted),
    }
}

pub(super) fn chunklist(call: &Call<'_>) -> Outcome<Value> {
    let items = call.list(0)?;
    let size = usize::try_from(call.whole(1)?).unwrap_or(0);
    if size == 0 {
        return call.answer_list(vec![Value::list(items.to_vec(), call.place)]);
    }
    call.answer_list(
        items.chunks(size).map(|part| Value::list(part.to_vec(), call.place)).collect(),
    )
}

/// The first that is neither null nor an empty text. An unknown one ends the search: it may be the one.
pub(super) fn coalesce(call: &Call<'_>) -> Outcome<Value> {
    let texts = call.arguments.iter().any(|value| value.as_text().is_some());
    for value in call.arguments {
        match &value.content {
            Content::Null => {}
            Content::Text(text) if text.is_empty() => {}
            Content::Unknown(unknown) if !is_surely_plain(unknown) => {
                return super::because(unknown);
            }
            Content::Number(_) | Content::Bool(_) if texts => {
                let text = types::convert(value, &Type::Text);
                return text.or_else(|message| call.invalid(message));
            }
            _ => return Ok(value.clone()),
        }
    }
    call.invalid("no argument has a value")
}

pub(super) fn coalescelist(call: &Call<'_>) -> Outcome<Value> {
    for value in call.arguments {
        if value.as_list().is_some_and(|items| !items.is_empty()) {
            return Ok(value.clone());
        }
    }
    call.invalid("no list has elements")
}

pub(super) fn compact(call: &Call<'_>) -> Outcome<Value> {
    let mut kept = Vec::new();
    for item in call.list(0)? {
        if !item.is_null() && !call.text_of(item)?.is_empty() {
            kept.push(item.clone());
        }
    }
    call.answer_list(kept)
}

pub(super) fn concat(call: &Call<'_>) -> Outcome<Value> {
    let mut all = Vec::new();
    for argument in call.arguments {
        if argument.marks().has(Marks::SET) {
            return call.invalid("a set has no order in which it could be joined");
        }
        all.extend_from_slice(call.list_of(argument)?);
    }
    call.answer_list(all)
}

pub(super) fn contains(call: &Call<'_>) -> Outcome<Value> {
    let wanted = call.argument(1)?;
    let mut unknown = wanted.first_unknown();
    for item in call.list(0)? {
        match same(item, wanted) {
            Some(true) => return call.answer_bool(true),
            Some(false) => {}
            None => unknown = unknown.or_else(|| item.first_unknown()),
        }
    }
    match unknown {
        Some(unknown) if !call.list(0)?.is_empty() => super::because(unknown),
        _ => call.answer_bool(false),
    }
}

pub(super) fn distinct(call: &Call<'_>) -> Outcome<Value> {
    let mut kept: Vec<Value> = Vec::new();
    let mut texts: HashSet<Arc<str>> = HashSet::new();
    for item in call.list(0)? {
        let new = match &item.content {
            Content::Text(text) => texts.insert(Arc::clone(text)),
            _ => !kept.iter().any(|other| same(other, item) == Some(true)),
        };
        if new {
            kept.push(item.clone());
        }
    }
    call.answer_list(kept)
}

pub(super) fn element(call: &Call<'_>) -> Outcome<Value> {
    let items = call.list(0)?;
    let index = call.whole(1)?;
    let length = i64::try_from(items.len()).unwrap_or(i64::MAX);
    if length == 0 || index < 0 || call.argument(0)?.marks().has(Marks::SET) {
        return call.invalid("a list that is not empty and an index from 0 on are required");
    }
    let position = usize::try_from(index.rem_euclid(length)).unwrap_or(0);
    match items.get(position) {
        Some(item) => Ok(item.clone()),
        None => call.invalid("the list has no such element"),
    }
}

/// Whether the unknown is an id or a name, which are texts in every resource of every provider.
fn is_surely_plain(unknown: &Unknown) -> bool {
    unknown.reference().is_some_and(|reference| {
        let last = reference.attribute.rsplit('.').next().unwrap_or("");
        last == "name" || last == "id" || last.ends_with("_id")
    })
}

/// An unknown element may be a list of any length, so it makes the result unknown; an id may not.
pub(super) fn flatten(call: &Call<'_>) -> Outcome<Value> {
    fn add(items: &[Value], flat: &mut Vec<Value>) -> Outcome<()> {
        for item in items {
            match &item.content {
                Content::List(inner) => add(inner, flat)?,
                Content::Unknown(unknown) if !is_surely_plain(unknown) => {
                    return super::because(unknown);
                }
                _ => flat.push(item.clone()),
            }
        }
        Ok(())
    }
    let mut flat = Vec::new();
    add(call.list(0)?, &mut flat)?;
    call.answer_list(flat)
}

pub(super) fn index(call: &Call<'_>) -> Outcome<Value> {
    let wanted = call.argument(1)?;
    let found = call.list(0)?.iter().position(|item| same(item, wanted) == Some(true));
    match found {
        Some(position) => call.answer_number(number::count(position)),
        None => call.invalid("the list has no such element"),
    }
}

pub(super) fn keys(call: &Call<'_>) -> Outcome<Value> {
    let map = call.closed(0)?;
    let keys = sorted(map).into_iter();
    call.answer_list(
        keys.map(|member| Value::text(Arc::clone(&member.key), member.key_place)).collect(),
    )
}

pub(super) fn values(call: &Call<'_>) -> Outcome<Value> {
    let map = call.closed(0)?;
    call.answer_list(sorted(map).into_iter().map(|member| member.value.clone()).collect())
}

pub(super) fn length(call: &Call<'_>) -> Outcome<Value> {
    let value = call.argument(0)?;
    let length = match &value.content {
        Content::List(items) => {
            // Elements of a set that are unknown may be equal.
            let unknown = items.iter().find_map(Value::first_unknown);
            match unknown.filter(|_| value.marks().has(Marks::SET) && items.len() > 1) {
                Some(unknown) => return super::because(unknown),
                None => items.len(),
            }
        }
        Content::Map(_) => call.closed(0)?.len(),
        Content::Text(text) => text.chars().count(),
        Content::Unknown(unknown) => return super::because(unknown),
        _ => return call.invalid(format!("{} has no length", types::what(value))),
    };
    call.answer_number(number::count(length))
}

pub(super) fn list(call: &Call<'_>) -> Outcome<Value> {
    call.answer_list(unify(call.arguments.to_vec()))
}

pub(super) fn map(call: &Call<'_>) -> Outcome<Value> {
    let mut members = Members::with_capacity(call.arguments.len() / 2);
    for pair in call.arguments.chunks(2) {
        let [key, value] = pair else { return call.invalid("a value is missing") };
        members.set(call.text_of(key)?, key.place, value.clone());
    }
    Ok(Value::map(Map::from_members(members.list), call.place))
}

pub(super) fn lookup(call: &Call<'_>) -> Outcome<Value> {
    let map = match &call.argument(0)?.content {
        Content::Map(map) => map,
        Content::Unknown(unknown) => return super::because(unknown),
        _ => return call.invalid("a map is required"),
    };
    let key = call.text(1)?;
    match (map.lookup(&key), call.arguments.get(2)) {
        (Lookup::Found(value), _) => Ok(value.clone()),
        (Lookup::Unknown(unknown), _) => super::because(unknown),
        (Lookup::Absent, Some(default)) => Ok(default.clone()),
        (Lookup::Absent, None) => call.invalid(format!("the map has no key {key:?}")),
    }
}

pub(super) fn matchkeys(call: &Call<'_>) -> Outcome<Value> {
    let (items, keys, wanted) = (call.list(0)?, call.list(1)?, call.list(2)?);
    let found = items
        .iter()
        .zip(keys)
        .filter(|(_, key)| wanted.iter().any(|wanted| same(key, wanted) == Some(true)));
    call.answer_list(found.map(|(item, _)| item.clone()).collect())
}

/// Later members win. Behind an unknown map nothing of what came before is sure any more.
pub(super) fn merge(call: &Call<'_>) -> Outcome<Value> {
    let mut members = Members::with_capacity(8);
    let mut rest: Option<Arc<Unknown>> = None;
    for argument in call.arguments {
        match &argument.content {
            Content::Null => {}
            Content::Map(map) => {
                if let Some(unknown) = map.rest() {
                    blur(&mut members, unknown, call.place);
                    rest = rest.or(Some(formless(unknown)));
                }
                let secret = argument.marks().has(Marks::SENSITIVE);
                let mark = if secret { Marks::SENSITIVE } else { Marks::NONE };
                for member in map.members() {
                    let value = member.value.clone().marked(mark);
                    members.set(Arc::clone(&member.key), member.key_place, value);
                }
            }
            Content::Unknown(unknown) => {
                blur(&mut members, unknown, call.place);
                rest = rest.or(Some(formless(unknown)));
            }
            _ => return call.invalid("only maps can be merged"),
        }
    }
    Ok(Value::map(Map::from_members(members.list).open(rest), call.place))
}

fn blur(members: &mut Members, unknown: &Arc<Unknown>, place: Place) {
    for member in &mut members.list {
        member.value = Value::from_unknown(formless(unknown), place);
    }
}

pub(super) fn one(call: &Call<'_>) -> Outcome<Value> {
    let value = call.argument(0)?;
    match &value.content {
        Content::List(items) => match &**items {
            [] => Ok(Value::null(call.place)),
            [only] => Ok(only.clone()),
            _ => call.invalid("the list has more than one element"),
        },
        // `one(x.y[*].id)` with an unknown count: that attribute, or null.
        Content::Unknown(unknown) if unknown.reference().is_some() => {
            Err(Failure::Unknown(Arc::clone(unknown)))
        }
        Content::Unknown(unknown) => super::because(unknown),
        _ => call.invalid("a list is required"),
    }
}

pub(super) fn reverse(call: &Call<'_>) -> Outcome<Value> {
    call.answer_list(call.list(0)?.iter().rev().cloned().collect())
}

pub(super) fn slice(call: &Call<'_>) -> Outcome<Value> {
    let bound = |position| call.whole(position).map(|at| usize::try_from(at).unwrap_or(usize::MAX));
    let (start, end) = (bound(1)?, bound(2)?);
    match call.list(0)?.get(start..end) {
        Some(items) => call.answer_list(items.to_vec()),
        None => call.invalid("the list is shorter than that"),
    }
}

pub(super) fn sort(call: &Call<'_>) -> Outcome<Value> {
    let mut texts = call.texts(0)?;
    texts.sort();
    call.answer_texts(texts)
}

pub(super) fn transpose(call: &Call<'_>) -> Outcome<Value> {
    let mut turned: Vec<(Arc<str>, Vec<Value>)> = Vec::new();
    for member in sorted(call.closed(0)?) {
        for item in call.list_of(&member.value)? {
            let text = call.text_of(item)?;
            let key = Value::text(Arc::clone(&member.key), member.key_place);
            match turned.iter_mut().find(|(own, _)| *own == text) {
                Some((_, keys)) => keys.push(key),
                None => turned.push((text, vec![key])),
            }
        }
    }
    let mut map = Map::new();
    for (key, keys) in turned {
        map.push(key, call.place, Value::list(keys, call.place));
    }
    Ok(Value::map(map, call.place))
}

pub(super) fn zipmap(call: &Call<'_>) -> Outcome<Value> {
    let (keys, values) = (call.list(0)?, call.list(1)?);
    if keys.len() != values.len() {
        return call.invalid("the lists differ in length");
    }
    let mut members = Members::with_capacity(keys.len());
    for (key, value) in keys.iter().zip(values) {
        members.set(call.text_of(key)?, key.place, value.clone());
    }
    Ok(Value::map(Map::from_members(members.list), call.place))
}
