//! Encodings: base64, URLs, CSV, YAML.

use std::fmt::Write as _;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::super::failure::Outcome;
use super::super::number;
use super::super::types::sorted;
use super::{Call, json};
use crate::code::value::{Content, Map, Value};

#[path = "yaml.rs"]
mod yaml;

pub(super) fn base64encode(call: &Call<'_>) -> Outcome<Value> {
    call.answer_text(STANDARD.encode(call.text(0)?.as_bytes()))
}

pub(super) fn base64decode(call: &Call<'_>) -> Outcome<Value> {
    let bytes = STANDARD.decode(call.text(0)?.as_bytes());
    match bytes.ok().and_then(|bytes| String::from_utf8(bytes).ok()) {
        Some(text) => call.answer_text(text),
        None => call.invalid("this is no base64 of a text"),
    }
}

pub(super) fn textencodebase64(call: &Call<'_>) -> Outcome<Value> {
    let text = call.text(0)?;
    let bytes = match call.text(1)?.to_ascii_uppercase().as_str() {
        "UTF-8" => text.as_bytes().to_vec(),
        "UTF-16LE" => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        "UTF-16BE" => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        _ => return unknown_encoding(call),
    };
    call.answer_text(STANDARD.encode(bytes))
}

pub(super) fn textdecodebase64(call: &Call<'_>) -> Outcome<Value> {
    let Ok(bytes) = STANDARD.decode(call.text(0)?.as_bytes()) else {
        return call.invalid("this is no base64");
    };
    let wide = |read: fn([u8; 2]) -> u16| {
        let units = bytes.chunks_exact(2).filter_map(|pair| pair.try_into().ok()).map(read);
        String::from_utf16(&units.collect::<Vec<_>>()).ok()
    };
    let text = match call.text(1)?.to_ascii_uppercase().as_str() {
        "UTF-8" => String::from_utf8(bytes.clone()).ok(),
        "UTF-16LE" => wide(u16::from_le_bytes),
        "UTF-16BE" => wide(u16::from_be_bytes),
        _ => return unknown_encoding(call),
    };
    match text {
        Some(text) => call.answer_text(text),
        None => call.invalid("this is no text in that encoding"),
    }
}

fn unknown_encoding(call: &Call<'_>) -> Outcome<Value> {
    let detail = format!("{} with this encoding", call.name);
    Err(super::Failure::unknown(super::Cause::UnknownFunction, detail, call.place))
}

pub(super) fn urlencode(call: &Call<'_>) -> Outcome<Value> {
    let mut out = String::new();
    for byte in call.text(0)?.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                out.push(char::from(byte));
            }
            b' ' => out.push('+'),
            _ => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    call.answer_text(out)
}

pub(super) fn csvdecode(call: &Call<'_>) -> Outcome<Value> {
    let text = call.text(0)?;
    let rows = rows(&text);
    let Some((head, rows)) = rows.split_first() else { return call.invalid("the text is empty") };
    let names: Vec<Arc<str>> = head.iter().map(|name| Arc::from(name.as_str())).collect();
    let mut result = Vec::new();
    for row in rows {
        if row.len() != names.len() {
            return call.invalid("a row has another number of columns than the first");
        }
        let mut map = Map::new();
        for (name, cell) in names.iter().zip(row) {
            map.push(Arc::clone(name), call.place, Value::text(cell.as_str(), call.place));
        }
        result.push(Value::map(map, call.place));
    }
    call.answer_list(result)
}

fn rows(text: &str) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    let mut row = Vec::new();
    let mut cell = String::new();
    let mut quoted = false;
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => {
                letters.next();
                cell.push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut cell)),
            '\r' if !quoted => {}
            '\n' if !quoted => {
                if !(row.is_empty() && cell.is_empty()) {
                    row.push(std::mem::take(&mut cell));
                    rows.push(std::mem::take(&mut row));
                }
            }
            other => cell.push(other),
        }
    }
    if !(row.is_empty() && cell.is_empty()) {
        row.push(cell);
        rows.push(row);
    }
    rows
}

pub(super) fn yamldecode(call: &Call<'_>) -> Outcome<Value> {
    match yaml::decode(&call.text(0)?, call.place) {
        Ok(value) => Ok(value),
        Err(message) => call.invalid(message),
    }
}

pub(super) fn yamlencode(call: &Call<'_>) -> Outcome<Value> {
    let mut out = String::new();
    block(call, call.argument(0)?, 0, false, &mut out)?;
    call.answer_text(out)
}

/// Writes a value as Terraform does: keys and texts quoted, lists not indented below their key.
fn block(
    call: &Call<'_>,
    value: &Value,
    indent: usize,
    inline: bool,
    out: &mut String,
) -> Outcome<()> {
    let pad = |out: &mut String, first: bool| {
        if !(first && inline) {
            out.push_str(&" ".repeat(indent));
        }
    };
    if out.len() > super::super::limits::TEXT_BYTES {
        return call.invalid("the text grows too long");
    }
    match &value.content {
        Content::Map(map) if !map.is_empty() => {
            for (position, member) in sorted(map).into_iter().enumerate() {
                pad(out, position == 0);
                json::quote(&member.key, out);
                out.push(':');
                below(call, &member.value, indent, out)?;
            }
        }
        Content::List(items) if !items.is_empty() => {
            for (position, item) in items.iter().enumerate() {
                pad(out, position == 0);
                out.push('-');
                match &item.content {
                    Content::Map(map) if !map.is_empty() => {
                        out.push(' ');
                        block(call, item, indent + 2, true, out)?;
                    }
                    Content::List(inner) if !inner.is_empty() => {
                        out.push(' ');
                        block(call, item, indent + 2, true, out)?;
                    }
                    _ => below(call, item, indent, out)?,
                }
            }
        }
        _ => {
            scalar(value, indent, out);
            out.push('\n');
        }
    }
    Ok(())
}

fn below(call: &Call<'_>, value: &Value, indent: usize, out: &mut String) -> Outcome<()> {
    match &value.content {
        Content::Map(map) if !map.is_empty() => {
            out.push('\n');
            block(call, value, indent + 2, false, out)
        }
        Content::List(items) if !items.is_empty() => {
            out.push('\n');
            block(call, value, indent, false, out)
        }
        _ => {
            out.push(' ');
            scalar(value, indent + 2, out);
            out.push('\n');
            Ok(())
        }
    }
}

fn scalar(value: &Value, indent: usize, out: &mut String) {
    match &value.content {
        Content::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Content::Number(value) => out.push_str(&number::write(*value)),
        Content::Text(text) if text.contains('\n') => {
            out.push_str(if text.ends_with('\n') { "|" } else { "|-" });
            for line in text.trim_end_matches('\n').split('\n') {
                out.push('\n');
                out.push_str(&" ".repeat(indent));
                out.push_str(line);
            }
        }
        Content::Text(text) => {
            let mut quoted = String::new();
            json::quote(text, &mut quoted);
            out.push_str(
                &quoted.replace("\\u003c", "<").replace("\\u003e", ">").replace("\\u0026", "&"),
            );
        }
        Content::List(_) => out.push_str("[]"),
        Content::Map(_) => out.push_str("{}"),
        _ => out.push_str("null"),
    }
}
