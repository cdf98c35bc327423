//! Conversions: JSON, base64, URIs, numbers and truth values from texts.

use std::fmt::Write;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::{
    Budget, Content, Failure, Outcome, Value, argument, invalid, kind_name, number, text, whole,
};
use crate::code::template::json;
use crate::code::value::{Part, Place};

pub fn constant_true(_: &Budget, _: &[Value]) -> Outcome {
    Ok(Content::Bool(true))
}

pub fn constant_false(_: &Budget, _: &[Value]) -> Outcome {
    Ok(Content::Bool(false))
}

pub fn constant_null(_: &Budget, _: &[Value]) -> Outcome {
    Ok(Content::Null)
}

pub fn string(budget: &Budget, arguments: &[Value]) -> Outcome {
    let Some(value) = arguments.first() else { return invalid("argument 1 is missing") };
    match &value.content {
        Content::Unknown(unknown) => Err(Failure::Partly(unknown.clone())),
        _ => Ok(Content::Text(text_of(budget, value)?)),
    }
}

/// A value as `string()` writes it: texts as they are, lists and objects as JSON.
///
/// # Errors
/// When something in it is unknown, or it is too long.
pub fn text_of(budget: &Budget, value: &Value) -> Result<Arc<str>, Failure> {
    Ok(match &value.content {
        Content::Text(text) => text.clone(),
        Content::Null => "".into(),
        Content::Bool(truth) => if *truth { "True" } else { "False" }.into(),
        Content::Number(number) => number.to_string().into(),
        Content::Unknown(unknown) => return Err(unknown.into()),
        Content::List(_) | Content::Map(_) => {
            let mut written = String::new();
            write_json(budget, value, &mut written)?;
            written.into()
        }
    })
}

fn write_json(budget: &Budget, value: &Value, out: &mut String) -> Result<(), Failure> {
    budget.steps(1)?;
    budget.room(out.len() / 4096)?;
    if !budget.enter() {
        return Err(Failure::Limit("values nest too deep".into()));
    }
    match &value.content {
        Content::Null => out.push_str("null"),
        Content::Bool(truth) => out.push_str(if *truth { "true" } else { "false" }),
        Content::Number(number) => out.push_str(&number.to_string()),
        Content::Text(text) => write_quoted(text, out),
        Content::Unknown(unknown) => {
            budget.leave();
            return Err(unknown.into());
        }
        Content::List(list) => {
            out.push('[');
            for (at, value) in list.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                inner(budget, value, out)?;
            }
            out.push(']');
        }
        Content::Map(map) => {
            if let Some(rest) = map.rest() {
                budget.leave();
                return Err(rest.into());
            }
            out.push('{');
            for (at, member) in map.members().iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write_quoted(&member.key, out);
                out.push(':');
                inner(budget, &member.value, out)?;
            }
            out.push('}');
        }
    }
    budget.leave();
    Ok(())
}

fn inner(budget: &Budget, value: &Value, out: &mut String) -> Result<(), Failure> {
    if out.len() > crate::code::template::limit::TEXT_BYTES {
        budget.leave();
        return budget.room(out.len());
    }
    write_json(budget, value, out).inspect_err(|_| budget.leave())
}

fn write_quoted(text: &str, out: &mut String) {
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            control if control < ' ' => {
                let _ = write!(out, "\\u{:04x}", u32::from(control));
            }
            other => out.push(other),
        }
    }
    out.push('"');
}

pub fn int(_: &Budget, arguments: &[Value]) -> Outcome {
    let value = argument(arguments, 0)?;
    match &value.content {
        Content::Number(given) => Ok(number(whole(given.trunc())?)),
        Content::Text(text) => match text.trim().parse::<i64>() {
            Ok(given) => Ok(number(given)),
            Err(_) => invalid(format!("`{}` is not a whole number", shown(text))),
        },
        _ => invalid(format!("{} is not a number", kind_name(value))),
    }
}

pub fn float(_: &Budget, arguments: &[Value]) -> Outcome {
    let value = argument(arguments, 0)?;
    match &value.content {
        Content::Number(given) => Ok(Content::Number(*given)),
        Content::Text(text) => match text.trim().parse::<f64>() {
            Ok(given) if given.is_finite() => Ok(Content::Number(given)),
            _ => invalid(format!("`{}` is not a number", shown(text))),
        },
        _ => invalid(format!("{} is not a number", kind_name(value))),
    }
}

pub fn truth_value(_: &Budget, arguments: &[Value]) -> Outcome {
    let value = argument(arguments, 0)?;
    match &value.content {
        Content::Bool(truth) => Ok(Content::Bool(*truth)),
        Content::Number(number) => Ok(Content::Bool(*number != 0.0)),
        Content::Text(text) if text.eq_ignore_ascii_case("true") || **text == *"1" => {
            Ok(Content::Bool(true))
        }
        Content::Text(text) if text.eq_ignore_ascii_case("false") || **text == *"0" => {
            Ok(Content::Bool(false))
        }
        Content::Text(text) => invalid(format!("`{}` is no truth value", shown(text))),
        _ => invalid(format!("{} is no truth value", kind_name(value))),
    }
}

fn shown(text: &str) -> String {
    text.chars().take(40).collect()
}

pub fn json(budget: &Budget, arguments: &[Value]) -> Outcome {
    let place = arguments.first().map_or_else(Place::default, |value| value.place);
    parse_json(budget, text(arguments, 0)?, place)
}

/// The value of a JSON text; all of it stands where the text stands.
///
/// # Errors
/// When it is not JSON.
pub fn parse_json(budget: &Budget, written: &str, place: Place) -> Outcome {
    budget.room(written.len())?;
    budget.steps(1 + written.len() / 8)?;
    match json::value_of(written, place) {
        Ok(value) => Ok(value.content),
        Err(why) => invalid(why),
    }
}

pub fn base64(budget: &Budget, arguments: &[Value]) -> Outcome {
    let text = text(arguments, 0)?;
    budget.room(text.len().saturating_mul(2))?;
    Ok(Content::Text(STANDARD.encode(text.as_bytes()).into()))
}

pub fn base64_to_text(budget: &Budget, arguments: &[Value]) -> Outcome {
    Ok(Content::Text(decoded(budget, text(arguments, 0)?)?.into()))
}

pub fn base64_to_json(budget: &Budget, arguments: &[Value]) -> Outcome {
    let place = arguments.first().map_or_else(Place::default, |value| value.place);
    parse_json(budget, &decoded(budget, text(arguments, 0)?)?, place)
}

fn decoded(budget: &Budget, text: &str) -> Result<String, Failure> {
    budget.room(text.len())?;
    match STANDARD.decode(text).ok().and_then(|bytes| String::from_utf8(bytes).ok()) {
        Some(text) => Ok(text),
        None => invalid("the text is not base64 of a text"),
    }
}

pub fn data_uri(budget: &Budget, arguments: &[Value]) -> Outcome {
    let text = text(arguments, 0)?;
    budget.room(text.len().saturating_mul(2))?;
    Ok(Content::Text(
        format!("data:text/plain;charset=utf8;base64,{}", STANDARD.encode(text.as_bytes())).into(),
    ))
}

pub fn data_uri_to_text(budget: &Budget, arguments: &[Value]) -> Outcome {
    let uri = text(arguments, 0)?;
    let Some((head, data)) = uri.strip_prefix("data:").and_then(|rest| rest.split_once(',')) else {
        return invalid("the text is not a data URI");
    };
    if head.ends_with(";base64") {
        return Ok(Content::Text(decoded(budget, data)?.into()));
    }
    Ok(Content::Text(unescaped(data)?.into()))
}

/// Everything but the unreserved characters of RFC 3986, section 2.3, is escaped.
pub fn uri_component(budget: &Budget, arguments: &[Value]) -> Outcome {
    let text = text(arguments, 0)?;
    budget.room(text.len().saturating_mul(3))?;
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            escaped.push(char::from(byte));
        } else {
            let _ = write!(escaped, "%{byte:02X}");
        }
    }
    Ok(Content::Text(escaped.into()))
}

pub fn uri_component_to_text(budget: &Budget, arguments: &[Value]) -> Outcome {
    let text = text(arguments, 0)?;
    budget.room(text.len())?;
    Ok(Content::Text(unescaped(text)?.into()))
}

fn unescaped(text: &str) -> Result<String, Failure> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let code = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        if let (b'%', Some(code)) =
            (byte, code.and_then(|digits| u8::from_str_radix(digits, 16).ok()))
        {
            bytes.push(code);
            rest = after.get(2..).unwrap_or_default();
        } else {
            bytes.push(byte);
            rest = after;
        }
    }
    String::from_utf8(bytes).or_else(|_| invalid("the text is not escaped UTF-8"))
}

/// An absolute address from a base and a relative one. With an unknown base the relative part is
/// kept behind it, which is enough to find a linked template beside this one.
pub fn uri(budget: &Budget, arguments: &[Value]) -> Outcome {
    let relative = text(arguments, 1)?;
    let Some(base) = arguments.first() else { return invalid("argument 1 is missing") };
    if let Content::Unknown(unknown) = &base.content {
        let hole = match unknown.form.as_deref() {
            Some([Part::Hole(hole), ..]) => hole.clone(),
            _ => return Err(unknown.into()),
        };
        let folder = Value::hole(
            unknown.cause,
            unknown.detail.clone(),
            unknown.place,
            &format!("folder of {hole}"),
        );
        let pieces =
            [folder, Value::text("/", base.place), Value::text(relative.clone(), base.place)];
        return super::text::joined(budget, &pieces, base.place);
    }
    let base = text(arguments, 0)?;
    budget.room(base.len() + relative.len())?;
    let folder = match base.rfind('/') {
        Some(slash) if base.get(..slash).is_some_and(|before| !before.ends_with('/')) => {
            base.get(..=slash).unwrap_or(base)
        }
        _ => return Ok(Content::Text(format!("{base}/{relative}").into())),
    };
    if let Some(rooted) = relative.strip_prefix('/') {
        let host_end = folder
            .find("://")
            .and_then(|at| folder.get(at + 3..)?.find('/').map(|slash| at + 3 + slash));
        let host = host_end.and_then(|end| folder.get(..=end)).unwrap_or(folder);
        return Ok(Content::Text(format!("{host}{rooted}").into()));
    }
    Ok(Content::Text(format!("{folder}{relative}").into()))
}
