//! JSON as Terraform reads and writes it.

use std::fmt::Write as _;
use std::sync::Arc;

use jsonc_parser::ast::Value as Json;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use super::super::evaluate::Members;
use super::super::failure::{Failure, Outcome};
use super::super::limits;
use super::super::number;
use super::super::types::sorted;
use super::Call;
use crate::code::value::{Content, Map, Place, Value};

pub(super) fn jsonencode(call: &Call<'_>) -> Outcome<Value> {
    let mut text = String::new();
    write(call.argument(0)?, &mut text, call.place)?;
    call.answer_text(text)
}

/// Writes a value without anything unknown.
pub(super) fn write(value: &Value, out: &mut String, place: Place) -> Outcome<()> {
    if out.len() > limits::TEXT_BYTES {
        return Err(Failure::limit("a text grows too long", place));
    }
    match &value.content {
        Content::Null => out.push_str("null"),
        Content::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Content::Number(value) => out.push_str(&number::write(*value)),
        Content::Text(text) => quote(text, out),
        Content::List(items) => {
            out.push('[');
            for (position, item) in items.iter().enumerate() {
                if position > 0 {
                    out.push(',');
                }
                write(item, out, place)?;
            }
            out.push(']');
        }
        Content::Map(map) => {
            out.push('{');
            for (position, member) in sorted(map).into_iter().enumerate() {
                if position > 0 {
                    out.push(',');
                }
                quote(&member.key, out);
                out.push(':');
                write(&member.value, out, place)?;
            }
            out.push('}');
        }
        Content::Unknown(unknown) => return Err(Failure::Unknown(Arc::clone(unknown))),
    }
    Ok(())
}

/// Terraform escapes what HTML would read, as Go does.
pub(super) fn quote(text: &str, out: &mut String) {
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\0'..='\u{1f}' => {
                let _ = write!(out, "\\u{:04x}", u32::from(letter));
            }
            other => out.push(other),
        }
    }
    out.push('"');
}

/// The value of a JSON text; all of it stands at one place.
pub(super) fn decode(text: &str, place: Place) -> Result<Value, String> {
    let strict = ParseOptions {
        allow_comments: false,
        allow_loose_object_property_names: false,
        allow_trailing_commas: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        ..ParseOptions::default()
    };
    let parsed = parse_to_ast(text, &CollectOptions::default(), &strict);
    match parsed.map(|result| result.value) {
        Ok(Some(json)) => Ok(read(&json, place)),
        Ok(None) => Err("the text is empty".to_owned()),
        Err(error) => Err(error.kind().to_string()),
    }
}

pub(super) fn jsondecode(call: &Call<'_>) -> Outcome<Value> {
    let text = call.text(0)?;
    decode(&text, call.place).or_else(|message| call.invalid(message))
}

fn read(json: &Json<'_>, place: Place) -> Value {
    match json {
        Json::StringLit(text) => Value::text(&*text.value, place),
        Json::NumberLit(number) => match number.value.parse() {
            Ok(number) => Value::number(number, place),
            Err(_) => Value::null(place),
        },
        Json::BooleanLit(value) => Value::bool(value.value, place),
        Json::NullKeyword(_) => Value::null(place),
        Json::Array(array) => {
            let items: Vec<Value> =
                array.elements.iter().map(|element| read(element, place)).collect();
            Value::list(items, place)
        }
        Json::Object(object) => {
            let mut members = Members::with_capacity(object.properties.len());
            for property in &object.properties {
                let value = read(&property.value, place);
                members.set(Arc::from(property.name.as_str()), place, value);
            }
            Value::map(Map::from_members(members.list), place)
        }
    }
}
