//! Functions that convert or mark.

use super::super::evaluate::formless;
use super::super::failure::{Failure, Outcome};
use super::super::types::{Type, convert};
use super::Call;
use crate::code::value::{Content, Marks, Value};

fn to(call: &Call<'_>, kind: &Type) -> Outcome<Value> {
    convert(call.argument(0)?, kind).or_else(|message| call.invalid(message))
}

pub(super) fn tostring(call: &Call<'_>) -> Outcome<Value> {
    to(call, &Type::Text)
}

pub(super) fn tonumber(call: &Call<'_>) -> Outcome<Value> {
    to(call, &Type::Number)
}

pub(super) fn tobool(call: &Call<'_>) -> Outcome<Value> {
    to(call, &Type::Bool)
}

pub(super) fn tolist(call: &Call<'_>) -> Outcome<Value> {
    to(call, &Type::List(Box::new(Type::Any)))
}

pub(super) fn toset(call: &Call<'_>) -> Outcome<Value> {
    to(call, &Type::Set(Box::new(Type::Any)))
}

pub(super) fn tomap(call: &Call<'_>) -> Outcome<Value> {
    to(call, &Type::Map(Box::new(Type::Any)))
}

pub(super) fn sensitive(call: &Call<'_>) -> Outcome<Value> {
    Ok(call.argument(0)?.clone().marked(Marks::SENSITIVE))
}

pub(super) fn nonsensitive(call: &Call<'_>) -> Outcome<Value> {
    Ok(call.argument(0)?.clone().unmarked(Marks::SENSITIVE))
}

pub(super) fn issensitive(call: &Call<'_>) -> Outcome<Value> {
    let value = call.argument(0)?;
    match &value.content {
        Content::Unknown(unknown) if !value.is_sensitive() => {
            Err(Failure::Unknown(formless(unknown)))
        }
        _ => call.answer_bool(value.is_sensitive()),
    }
}

pub(super) fn same(call: &Call<'_>) -> Outcome<Value> {
    Ok(call.argument(0)?.clone())
}
