//! Members and elements of values.

use std::sync::Arc;

use crate::code::template::apply::with_values;
use crate::code::template::deployment::Context;
use crate::code::template::evaluate::{evaluate, unformed};
use crate::code::template::expression::{Index, Member as Access};
use crate::code::template::functions::{self, failed, kind_name};
use crate::code::template::symbol;
use crate::code::value::{Cause, Content, Place, Value, Via};

/// `a.b`
pub fn member(context: &Context<'_>, member: &Access, place: Place) -> Value {
    if let Some(value) = symbol::resource_member(context, member, place) {
        return value;
    }
    let base = evaluate(context, &member.base);
    let key = Value::text(member.name.clone(), place);
    element(&base, &key, member.safe, place)
}

/// `a[b]`
pub fn index(context: &Context<'_>, index: &Index, place: Place) -> Value {
    if let Some(value) = symbol::resource_index(context, index, place) {
        return value;
    }
    let base = evaluate(context, &index.base);
    let key = evaluate(context, &index.index);
    if index.from_end {
        let name = if index.safe { "tryindexfromend" } else { "indexfromend" };
        return match functions::find(name) {
            Some(definition) => with_values(context, definition, &[base, key], place),
            None => key,
        };
    }
    element(&base, &key, index.safe, place)
}

/// A member or element of a value.
pub fn element(base: &Value, key: &Value, safe: bool, place: Place) -> Value {
    if let Content::Unknown(unknown) = &base.content {
        return failed(functions::member_of(unknown, key), "", place);
    }
    if let Content::Unknown(unknown) = &key.content {
        return unformed(unknown, place);
    }
    let found = match (&base.content, &key.content) {
        (Content::Map(map), Content::Text(name)) => match (map.get_ignoring_case(name), map.rest())
        {
            (None, Some(rest)) => return unformed(rest, place),
            (found, _) => found,
        },
        (Content::List(list), Content::Number(at)) => {
            let list: &[Value] = list;
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a float cast saturates"
            )]
            if *at >= 0.0 { list.get(*at as usize) } else { None }
        }
        (Content::Null, _) if safe => return Value::new(Content::Null, place),
        _ => {
            let why = format!("{} has no member or element like that", kind_name(base));
            return Value::unknown_here(Cause::InvalidExpression, why, place);
        }
    };
    match found {
        Some(value) => {
            let via = base.via.as_ref().map(|via| narrowed(via, value, 16));
            let via = via.or_else(|| value.via.clone());
            value.clone().at(place).with_via(via)
        }
        None if safe => Value::new(Content::Null, place),
        None => {
            let shown =
                key.as_text().map_or_else(|| "an element".into(), |name| format!("`{name}`"));
            Value::unknown_here(
                Cause::InvalidExpression,
                format!("there is no {shown} in it"),
                place,
            )
        }
    }
}

/// The way of a part of a value: the way of the whole, whose end is the part instead.
fn narrowed(via: &Arc<Via>, part: &Value, left: u32) -> Arc<Via> {
    let step = |place, next| Arc::new(Via { what: via.what, name: via.name.clone(), place, next });
    match &via.next {
        Some(next) if left > 0 => step(via.place, Some(narrowed(next, part, left - 1))),
        Some(_) => via.clone(),
        None => step(part.place, part.via.clone()),
    }
}
