//! Functions on sets.

use super::super::failure::{Failure, Outcome};
use super::super::limits;
use super::super::types::{distinct, order};
use super::Call;
use crate::code::value::{Marks, Value};

fn set(call: &Call<'_>, items: Vec<Value>) -> Outcome<Value> {
    Ok(Value::list(distinct(items), call.place).marked(Marks::SET))
}

fn has(sorted: &[Value], item: &Value) -> bool {
    sorted.binary_search_by(|other| order(other, item)).is_ok()
}

pub(super) fn setunion(call: &Call<'_>) -> Outcome<Value> {
    let mut all = Vec::new();
    for argument in call.arguments {
        all.extend_from_slice(call.list_of(argument)?);
    }
    set(call, all)
}

pub(super) fn setintersection(call: &Call<'_>) -> Outcome<Value> {
    let mut all = distinct(call.list(0)?.to_vec());
    for argument in call.arguments.iter().skip(1) {
        let other = distinct(call.list_of(argument)?.to_vec());
        all.retain(|item| has(&other, item));
    }
    set(call, all)
}

pub(super) fn setsubtract(call: &Call<'_>) -> Outcome<Value> {
    let other = distinct(call.list(1)?.to_vec());
    let mut all = call.list(0)?.to_vec();
    all.retain(|item| !has(&other, item));
    set(call, all)
}

pub(super) fn setproduct(call: &Call<'_>) -> Outcome<Value> {
    let mut rows: Vec<Vec<Value>> = vec![Vec::new()];
    let mut sets = true;
    for argument in call.arguments {
        let items = call.list_of(argument)?;
        sets &= argument.marks().has(Marks::SET);
        let count = rows.len().saturating_mul(items.len());
        if count.saturating_mul(call.arguments.len()) > limits::VALUES as usize {
            return Err(Failure::limit("a value grows too large", call.place));
        }
        rows = rows
            .iter()
            .flat_map(|row| {
                items.iter().map(move |item| row.iter().cloned().chain([item.clone()]).collect())
            })
            .collect();
    }
    let rows: Vec<Value> = rows.into_iter().map(|row| Value::list(row, call.place)).collect();
    if sets { set(call, rows) } else { call.answer_list(rows) }
}
