//! Terraform's functions. Those that only the cloud or the moment can answer are unknown, and so are those
//! that we do not have, by their name.

mod collections;
mod conversion;
mod digest;
mod encoding;
mod files;
mod format;
mod json;
mod network;
mod numbers;
mod patterns;
mod sets;
mod strings;
mod tables;
mod time;

use std::sync::Arc;

use super::evaluate::{Evaluator, Scope, formless};
use super::failure::{Failure, Outcome};
use super::limits;
use super::number;
use super::types;
use crate::code::value::{Cause, Content, Map, Marks, Place, Unknown, Value};

#[cfg(test)]
pub(super) use tables::MISSING;
pub(super) use tables::OF_THE_MOMENT;

/// Whether we have a function, one that reads files included.
#[cfg(test)]
pub(super) fn has(name: &str) -> bool {
    matches!(name, "try" | "can") || tables::find(name).is_some() || files::find(name).is_some()
}

/// A text as Terraform writes it in JSON.
#[cfg(test)]
pub(super) fn quote(text: &str, out: &mut String) {
    json::quote(text, out);
}

/// The value of a JSON text; all of it stands at one place.
///
/// # Errors
///
/// Says what is wrong with the text.
pub fn decode_json(text: &str, place: Place) -> Result<Value, String> {
    json::decode(text, place)
}

/// A value as JSON, if all of it is known.
///
/// # Errors
///
/// Says what is not.
pub fn encode_json(value: &Value) -> Result<String, String> {
    let mut text = String::new();
    match json::write(value, &mut text, value.place) {
        Ok(()) => Ok(text),
        Err(Failure::Unknown(unknown)) => Err(unknown.detail.to_string()),
        Err(Failure::Invalid(told)) => Err(told.0),
    }
}

type Run = fn(&Call<'_>) -> Outcome<Value>;

/// A function: how many arguments it takes, and what it does when some are unknown.
#[derive(Clone, Copy)]
struct Function {
    run: Run,
    least: usize,
    most: usize,
    unknowns: Unknowns,
}

/// What a function makes of unknown arguments.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Unknowns {
    /// Anything unknown makes the result unknown.
    Strict,
    /// An argument that is unknown as a whole makes the result unknown; unknown elements do not.
    Whole,
    /// Like strict, but the result is the same text in all that matters, so it keeps its form.
    Same,
    /// The function decides itself.
    Own,
}

/// A call: its arguments and where it stands.
struct Call<'a> {
    name: &'a str,
    arguments: &'a [Value],
    place: Place,
}

/// Calls a function.
pub(super) fn call(
    evaluator: &mut Evaluator<'_>,
    name: &str,
    arguments: &[Value],
    scope: &Scope<'_>,
    place: Place,
) -> Outcome<Value> {
    let work: u64 = arguments.iter().map(|argument| u64::from(argument.size())).sum();
    evaluator.step(work / 4, place)?;
    let plain = name.strip_prefix("core::").unwrap_or(name);
    if let ("jsonencode", [value]) = (plain, arguments)
        && let Some(unknown) = value.first_unknown()
    {
        return Err(Failure::Unknown(evaluator.encoded(value, unknown)));
    }
    let result = if let Some(function) = tables::find(plain) {
        let call = Call { name: plain, arguments, place };
        call.run(function)
    } else if let Some(run) = files::find(plain) {
        strict(arguments)?;
        run(evaluator, arguments, scope, place)
    } else if OF_THE_MOMENT.contains(&plain) {
        let detail = format!("{plain}() has another value at each run");
        return Err(Failure::unknown(Cause::FunctionOfTheCloud, detail, place));
    } else {
        return Err(Failure::unknown(Cause::UnknownFunction, name, place));
    };
    let value = result?;
    if matches!(plain, "nonsensitive" | "issensitive") {
        return Ok(value);
    }
    let scalar = !matches!(value.content, Content::List(_) | Content::Map(_));
    let secret = |argument: &Value| {
        if scalar { argument.holds_sensitive() } else { argument.is_sensitive() }
    };
    if !arguments.iter().any(secret) {
        return Ok(value);
    }
    if let ("jsonencode", [argument]) = (plain, arguments) {
        evaluator.keep_encoded(&value, argument);
    }
    Ok(value.marked(Marks::SENSITIVE))
}

fn strict(arguments: &[Value]) -> Outcome<()> {
    match arguments.iter().find_map(Value::first_unknown) {
        Some(unknown) => Err(Failure::Unknown(formless(unknown))),
        None => Ok(()),
    }
}

impl<'a> Call<'a> {
    fn run(&self, function: Function) -> Outcome<Value> {
        let count = self.arguments.len();
        if count < function.least || count > function.most {
            let message = format!("{} does not take {count} arguments", self.name);
            return Err(Failure::invalid(message, self.place));
        }
        match function.unknowns {
            Unknowns::Own => {}
            Unknowns::Strict => strict(self.arguments)?,
            Unknowns::Same => match self.arguments.first().and_then(Value::as_unknown) {
                Some(unknown) if unknown.reference().is_some() => {
                    return Err(Failure::Unknown(Arc::clone(unknown)));
                }
                _ => strict(self.arguments)?,
            },
            Unknowns::Whole => {
                if let Some(unknown) = self.arguments.iter().find_map(Value::as_unknown) {
                    return Err(Failure::Unknown(formless(unknown)));
                }
            }
        }
        (function.run)(self)
    }

    fn invalid<T>(&self, message: impl Into<String>) -> Outcome<T> {
        Err(Failure::invalid(format!("{}: {}", self.name, message.into()), self.place))
    }

    fn argument(&self, position: usize) -> Outcome<&'a Value> {
        match self.arguments.get(position) {
            Some(value) => Ok(value),
            None => self.invalid("an argument is missing"),
        }
    }

    fn text(&self, position: usize) -> Outcome<Arc<str>> {
        self.text_of(self.argument(position)?)
    }

    fn text_of(&self, value: &Value) -> Outcome<Arc<str>> {
        match (&value.content, types::text(value)) {
            (Content::Unknown(unknown), _) => because(unknown),
            (_, Ok(text)) => Ok(text),
            (_, Err(message)) => self.invalid(message),
        }
    }

    fn number(&self, position: usize) -> Outcome<f64> {
        self.number_of(self.argument(position)?)
    }

    fn number_of(&self, value: &Value) -> Outcome<f64> {
        match (&value.content, types::number(value)) {
            (Content::Unknown(unknown), _) => because(unknown),
            (_, Ok(number)) => Ok(number),
            (_, Err(message)) => self.invalid(message),
        }
    }

    fn whole(&self, position: usize) -> Outcome<i64> {
        match number::whole(self.number(position)?) {
            Some(whole) => Ok(whole),
            None => self.invalid("a whole number is required"),
        }
    }

    fn list(&self, position: usize) -> Outcome<&'a [Value]> {
        self.list_of(self.argument(position)?)
    }

    fn list_of<'v>(&self, value: &'v Value) -> Outcome<&'v [Value]> {
        match &value.content {
            Content::List(items) => Ok(items),
            Content::Unknown(unknown) => because(unknown),
            _ => self.invalid(format!("a list is required, but this is {}", types::what(value))),
        }
    }

    /// A map that holds nothing unknown beside its members.
    fn closed(&self, position: usize) -> Outcome<&'a Map> {
        let value = self.argument(position)?;
        match &value.content {
            Content::Map(map) => match map.rest() {
                Some(unknown) => because(unknown),
                None => Ok(map),
            },
            Content::Unknown(unknown) => because(unknown),
            _ => self.invalid(format!("a map is required, but this is {}", types::what(value))),
        }
    }

    fn texts(&self, position: usize) -> Outcome<Vec<Arc<str>>> {
        self.list(position)?.iter().map(|item| self.text_of(item)).collect()
    }

    fn answer_text(&self, text: impl Into<Arc<str>>) -> Outcome<Value> {
        let text = text.into();
        if text.len() > limits::TEXT_BYTES {
            return Err(Failure::limit("a text grows too long", self.place));
        }
        Ok(Value::text(text, self.place))
    }

    fn answer_texts(&self, texts: impl IntoIterator<Item = impl Into<Arc<str>>>) -> Outcome<Value> {
        let items: Vec<Value> =
            texts.into_iter().map(|text| Value::text(text, self.place)).collect();
        Ok(Value::list(items, self.place))
    }

    fn answer_number(&self, number: f64) -> Outcome<Value> {
        if number.is_finite() {
            return Ok(Value::number(number, self.place));
        }
        self.invalid("the result is no number")
    }

    fn answer_bool(&self, value: bool) -> Outcome<Value> {
        Ok(Value::bool(value, self.place))
    }

    fn answer_list(&self, items: Vec<Value>) -> Outcome<Value> {
        Ok(Value::list(items, self.place))
    }
}

/// The answer that is unknown for the reason that an argument is.
fn because<T>(unknown: &Arc<Unknown>) -> Outcome<T> {
    Err(Failure::Unknown(formless(unknown)))
}
