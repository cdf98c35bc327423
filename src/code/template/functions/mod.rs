//! The functions of ARM templates and Bicep: one table, and how arguments are taken.
//!
//! By <https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions> and
//! <https://learn.microsoft.com/azure/azure-resource-manager/bicep/bicep-functions>.

mod collection;
mod compare;
mod convert;
mod date;
mod network;
mod number;
mod object;
mod table;
mod text;

use std::fmt;
use std::sync::Arc;

pub use compare::equal;
pub use convert::{parse_json, text_of};
pub use object::{keyed, member_of};
pub use table::{Special, find};
pub use text::joined;

use crate::code::template::budget::Budget;
use crate::code::value::{Cause, Content, Map, Unknown, Value};

/// A built-in function.
pub struct Definition {
    /// The name in lower case, by which it is found.
    pub name: &'static str,
    /// The fewest arguments.
    pub fewest: u8,
    /// The most arguments.
    pub most: u8,
    /// What it does.
    pub run: Run,
}

impl fmt::Debug for Definition {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name)
    }
}

/// What a function does.
pub enum Run {
    /// A function of its arguments alone; unknown as soon as an argument itself is unknown.
    Pure(fn(&Budget, &[Value]) -> Outcome),
    /// A function of its arguments alone that can do with unknown ones.
    Tolerant(fn(&Budget, &[Value]) -> Outcome),
    /// The same arguments give the same result, but only the cloud knows which.
    Cloud,
    /// Another result each time.
    Fresh,
    /// One that needs to know where it stands, or that does not evaluate all its arguments.
    Special(Special),
}

/// What a function gives.
pub type Outcome = Result<Content, Failure>;

/// Why a function gives nothing.
#[derive(Debug)]
pub enum Failure {
    /// Azure would refuse the call.
    Invalid(String),
    /// A limit of ours.
    Limit(String),
    /// An argument, or something in it, is unknown.
    Because(Arc<Unknown>),
    /// An unknown text of which pieces are known.
    Partly(Arc<Unknown>),
}

impl From<&Arc<Unknown>> for Failure {
    fn from(unknown: &Arc<Unknown>) -> Self {
        Self::Because(unknown.clone())
    }
}

pub(super) fn invalid<T>(why: impl Into<String>) -> Result<T, Failure> {
    Err(Failure::Invalid(why.into()))
}

/// What kind of thing a value is, for messages.
pub fn kind_name(value: &Value) -> &'static str {
    match value.content {
        Content::Null => "null",
        Content::Bool(_) => "a truth value",
        Content::Number(_) => "a number",
        Content::Text(_) => "a text",
        Content::List(_) => "a list",
        Content::Map(_) => "an object",
        Content::Unknown(_) => "an unknown value",
    }
}

fn argument(arguments: &[Value], at: usize) -> Result<&Value, Failure> {
    match arguments.get(at) {
        Some(value) => match &value.content {
            Content::Unknown(unknown) => Err(unknown.into()),
            _ => Ok(value),
        },
        None => invalid(format!("argument {} is missing", at + 1)),
    }
}

fn text(arguments: &[Value], at: usize) -> Result<&Arc<str>, Failure> {
    let value = argument(arguments, at)?;
    match &value.content {
        Content::Text(text) => Ok(text),
        _ => invalid(format!("argument {} is {}, not a text", at + 1, kind_name(value))),
    }
}

fn list(arguments: &[Value], at: usize) -> Result<&Arc<[Value]>, Failure> {
    let value = argument(arguments, at)?;
    match &value.content {
        Content::List(list) => Ok(list),
        _ => invalid(format!("argument {} is {}, not a list", at + 1, kind_name(value))),
    }
}

fn map(arguments: &[Value], at: usize) -> Result<&Arc<Map>, Failure> {
    let value = argument(arguments, at)?;
    match &value.content {
        Content::Map(map) => match map.rest() {
            Some(rest) => Err(rest.into()),
            None => Ok(map),
        },
        _ => invalid(format!("argument {} is {}, not an object", at + 1, kind_name(value))),
    }
}

fn truth(arguments: &[Value], at: usize) -> Result<bool, Failure> {
    let value = argument(arguments, at)?;
    match value.content {
        Content::Bool(truth) => Ok(truth),
        _ => invalid(format!("argument {} is {}, not a truth value", at + 1, kind_name(value))),
    }
}

fn integer(arguments: &[Value], at: usize) -> Result<i64, Failure> {
    let value = argument(arguments, at)?;
    match value.content {
        Content::Number(number) => whole(number),
        _ => invalid(format!("argument {} is {}, not a number", at + 1, kind_name(value))),
    }
}

/// The whole number that a JSON number is, if it is one that keeps its value.
fn whole(number: f64) -> Result<i64, Failure> {
    // 2^53: the last whole number before which every other one is exact.
    if number.fract() == 0.0 && number.abs() <= 9_007_199_254_740_992.0 {
        #[expect(clippy::cast_possible_truncation, reason = "checked in the line above")]
        return Ok(number as i64);
    }
    invalid(format!("{number} is not a whole number"))
}

fn number(number: i64) -> Content {
    #[expect(
        clippy::cast_precision_loss,
        reason = "whole numbers of templates are compared and printed, not summed"
    )]
    Content::Number(number as f64)
}

fn index(number: i64) -> Result<usize, Failure> {
    usize::try_from(number).or_else(|_| invalid(format!("{number} is negative")))
}

/// An unknown value for a failure of a function.
pub fn failed(failure: Failure, name: &str, place: crate::code::value::Place) -> Value {
    match failure {
        Failure::Invalid(why) => {
            Value::unknown_here(Cause::InvalidExpression, format!("{name}: {why}"), place)
        }
        Failure::Limit(why) => Value::unknown_here(Cause::Limit, format!("{name}: {why}"), place),
        Failure::Because(unknown) => {
            let unknown = Unknown { form: None, ..(*unknown).clone() };
            Value::new(Content::Unknown(Arc::new(unknown)), place)
        }
        Failure::Partly(unknown) => Value::new(Content::Unknown(unknown), place),
    }
}
