//! Functions on texts.

use std::sync::Arc;

use super::super::evaluate::joined;
use super::super::failure::Outcome;
use super::Call;
use crate::code::value::{Content, Value};

pub(super) fn lower(call: &Call<'_>) -> Outcome<Value> {
    call.answer_text(call.text(0)?.to_lowercase())
}

pub(super) fn upper(call: &Call<'_>) -> Outcome<Value> {
    call.answer_text(call.text(0)?.to_uppercase())
}

pub(super) fn title(call: &Call<'_>) -> Outcome<Value> {
    let mut start = true;
    let mut result = String::new();
    for letter in call.text(0)?.chars() {
        if start {
            result.extend(letter.to_uppercase());
        } else {
            result.push(letter);
        }
        start = !(letter.is_alphanumeric() || letter == '_' || letter == '\'');
    }
    call.answer_text(result)
}

pub(super) fn trimspace(call: &Call<'_>) -> Outcome<Value> {
    call.answer_text(call.text(0)?.trim())
}

pub(super) fn trim(call: &Call<'_>) -> Outcome<Value> {
    let cut = call.text(1)?;
    call.answer_text(call.text(0)?.trim_matches(|letter| cut.contains(letter)))
}

pub(super) fn trimprefix(call: &Call<'_>) -> Outcome<Value> {
    let text = call.text(0)?;
    let prefix = call.text(1)?;
    call.answer_text(text.strip_prefix(&*prefix).unwrap_or(&text))
}

pub(super) fn trimsuffix(call: &Call<'_>) -> Outcome<Value> {
    let text = call.text(0)?;
    let suffix = call.text(1)?;
    call.answer_text(text.strip_suffix(&*suffix).unwrap_or(&text))
}

pub(super) fn chomp(call: &Call<'_>) -> Outcome<Value> {
    call.answer_text(call.text(0)?.trim_end_matches(['\r', '\n']))
}

pub(super) fn startswith(call: &Call<'_>) -> Outcome<Value> {
    call.answer_bool(call.text(0)?.starts_with(&*call.text(1)?))
}

pub(super) fn endswith(call: &Call<'_>) -> Outcome<Value> {
    call.answer_bool(call.text(0)?.ends_with(&*call.text(1)?))
}

pub(super) fn strcontains(call: &Call<'_>) -> Outcome<Value> {
    call.answer_bool(call.text(0)?.contains(&*call.text(1)?))
}

pub(super) fn strrev(call: &Call<'_>) -> Outcome<Value> {
    call.answer_text(call.text(0)?.chars().rev().collect::<String>())
}

pub(super) fn substr(call: &Call<'_>) -> Outcome<Value> {
    let letters: Vec<char> = call.text(0)?.chars().collect();
    let (offset, length) = (call.whole(1)?, call.whole(2)?);
    let total = i64::try_from(letters.len()).unwrap_or(i64::MAX);
    let start = if offset < 0 { (total + offset).max(0) } else { offset.min(total) };
    let end = if length < 0 { total } else { start.saturating_add(length).min(total) };
    let range = |at: i64| usize::try_from(at).unwrap_or(0);
    call.answer_text(
        letters.get(range(start)..range(end)).unwrap_or(&[]).iter().collect::<String>(),
    )
}

pub(super) fn split(call: &Call<'_>) -> Outcome<Value> {
    let (separator, text) = (call.text(0)?, call.text(1)?);
    if separator.is_empty() {
        return call.answer_texts(text.chars().map(|letter| letter.to_string()));
    }
    call.answer_texts(text.split(&*separator))
}

/// With unknown pieces the text keeps the pieces that are known.
pub(super) fn join(call: &Call<'_>) -> Outcome<Value> {
    let separator = call.argument(0)?;
    let mut pieces = Vec::new();
    for argument in call.arguments.iter().skip(1) {
        for item in call.list_of(argument)? {
            if item.is_null() {
                return call.invalid("an element is null");
            }
            if !pieces.is_empty() {
                pieces.push(separator.clone());
            }
            pieces.push(item.clone());
        }
    }
    text_of(call, &pieces)
}

/// The text that pieces make.
pub(super) fn text_of(call: &Call<'_>, pieces: &[Value]) -> Outcome<Value> {
    if pieces.iter().any(|piece| matches!(piece.content, Content::Unknown(_))) {
        return Ok(joined(pieces, call.place));
    }
    let mut text = String::new();
    for piece in pieces {
        text.push_str(&call.text_of(piece)?);
    }
    call.answer_text(text)
}

pub(super) fn indent(call: &Call<'_>) -> Outcome<Value> {
    let spaces = usize::try_from(call.whole(0)?).unwrap_or(0).min(10_000);
    let text = call.text(1)?;
    let lines = text.matches('\n').count();
    if lines.saturating_mul(spaces) > super::super::limits::TEXT_BYTES {
        return call.invalid("the text grows too long");
    }
    call.answer_text(text.replace('\n', &format!("\n{}", " ".repeat(spaces))))
}

pub(super) fn basename(call: &Call<'_>) -> Outcome<Value> {
    let text = call.text(0)?;
    let trimmed = text.trim_end_matches('/');
    let name = match (text.is_empty(), trimmed.is_empty()) {
        (true, _) => ".",
        (_, true) => "/",
        _ => trimmed.rsplit('/').next().unwrap_or(trimmed),
    };
    call.answer_text(name)
}

pub(super) fn dirname(call: &Call<'_>) -> Outcome<Value> {
    let text = call.text(0)?;
    let Some((directory, _)) = text.rsplit_once('/') else { return call.answer_text(".") };
    call.answer_text(clean(directory, text.starts_with('/')))
}

/// A path without `.`, `..` and doubled slashes where that is possible.
fn clean(path: &str, absolute: bool) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if absolute => {}
            part => parts.push(part),
        }
    }
    match (absolute, parts.is_empty()) {
        (true, _) => format!("/{}", parts.join("/")),
        (false, true) => ".".to_owned(),
        (false, false) => parts.join("/"),
    }
}

pub(super) fn pathexpand(call: &Call<'_>) -> Outcome<Value> {
    let text: Arc<str> = call.text(0)?;
    if text.starts_with('~') {
        return Err(super::Failure::unknown(
            super::Cause::FunctionOfTheCloud,
            "the home directory of whoever runs terraform",
            call.place,
        ));
    }
    call.answer_text(text)
}
