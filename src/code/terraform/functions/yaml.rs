//! Reads YAML event by event; aliases and merge keys are refused, because they can grow without bound.

use std::sync::Arc;

use saphyr_parser::{Event, Parser, ScalarStyle};

use super::super::super::evaluate::Members;
use super::super::super::limits;
use crate::code::value::{Map, Place, Value};

enum Open {
    List(Vec<Value>),
    Map(Members, Option<Arc<str>>),
}

/// The value of a YAML document.
pub(super) fn decode(text: &str, place: Place) -> Result<Value, String> {
    let mut open: Vec<Open> = Vec::new();
    let mut result = None;
    for event in Parser::new_from_str(text) {
        let (event, _) = event.map_err(|error| error.to_string())?;
        let value = match event {
            Event::Scalar(text, style, ..) => scalar(&text, style, place),
            Event::SequenceStart(..) => {
                open.push(Open::List(Vec::new()));
                None
            }
            Event::MappingStart(..) => {
                open.push(Open::Map(Members::with_capacity(4), None));
                None
            }
            Event::SequenceEnd | Event::MappingEnd => match open.pop() {
                Some(Open::List(items)) => Some(Value::list(items, place)),
                Some(Open::Map(members, _)) => {
                    Some(Value::map(Map::from_members(members.list), place))
                }
                None => None,
            },
            Event::Alias(_) => return Err("aliases are not read".to_owned()),
            Event::DocumentStart(_) if result.is_some() => {
                return Err("there is more than one document".to_owned());
            }
            _ => None,
        };
        if open.len() > usize::from(limits::VALUE_DEPTH) {
            return Err("nested too deeply".to_owned());
        }
        let Some(value) = value else { continue };
        match open.last_mut() {
            None => result = Some(value),
            Some(Open::List(items)) => items.push(value),
            Some(Open::Map(members, key @ None)) => {
                let name = super::super::super::types::text(&value)?;
                if &*name == "<<" {
                    return Err("merge keys are not read".to_owned());
                }
                let _ = members;
                *key = Some(name);
            }
            Some(Open::Map(members, key)) => {
                if let Some(key) = key.take() {
                    members.set(key, place, value);
                }
            }
        }
    }
    Ok(result.unwrap_or_else(|| Value::null(place)))
}

fn scalar(text: &str, style: ScalarStyle, place: Place) -> Option<Value> {
    if style != ScalarStyle::Plain {
        return Some(Value::text(text, place));
    }
    Some(match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::null(place),
        "true" | "True" | "TRUE" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" | "y" | "Y" => {
            Value::bool(true, place)
        }
        "false" | "False" | "FALSE" | "no" | "No" | "NO" | "off" | "Off" | "OFF" | "n" | "N" => {
            Value::bool(false, place)
        }
        _ => match plain_number(text) {
            Some(number) => Value::number(number, place),
            // A date is a moment to Terraform.
            None if is_date(text) => Value::text(format!("{text}T00:00:00Z"), place),
            None => Value::text(text, place),
        },
    })
}

fn is_date(text: &str) -> bool {
    let digits = text.bytes().enumerate().all(|(position, byte)| match position {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    });
    digits && text.len() == 10
}

fn plain_number(text: &str) -> Option<f64> {
    if let Some(hex) = text.strip_prefix("0x") {
        #[allow(clippy::cast_precision_loss, reason = "our numbers have 53 bits")]
        return u64::from_str_radix(hex, 16).ok().map(|number| number as f64);
    }
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let starts = digits.starts_with(|letter: char| letter.is_ascii_digit() || letter == '.');
    let clean = text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
    if !starts || !clean {
        return None;
    }
    text.parse().ok()
}
