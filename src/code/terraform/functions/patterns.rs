//! Regular expressions, as RE2 reads them.

use std::sync::Arc;

use regex::{Captures, Regex, RegexBuilder};

use super::super::failure::Outcome;
use super::super::limits;
use super::Call;
use crate::code::value::{Map, Value};

fn compile(call: &Call<'_>, pattern: &str) -> Outcome<Regex> {
    let built = RegexBuilder::new(&translate(pattern)).size_limit(limits::REGEX_BYTES).build();
    built.or_else(|error| call.invalid(error.to_string()))
}

/// RE2's `\d`, `\w`, `\s` and `\b` know ASCII only, and its classes do not nest.
fn translate(pattern: &str) -> String {
    let mut result = String::with_capacity(pattern.len() + 16);
    let mut class = false;
    let mut class_start = false;
    let mut letters = pattern.chars().peekable();
    while let Some(letter) = letters.next() {
        let first = std::mem::take(&mut class_start);
        match letter {
            '\\' => match letters.next() {
                Some('d') => result.push_str("[0-9]"),
                Some('D') => result.push_str("[^0-9]"),
                Some('w') => result.push_str("[0-9A-Za-z_]"),
                Some('W') => result.push_str("[^0-9A-Za-z_]"),
                Some('s') => result.push_str("[\\t\\n\\f\\r ]"),
                Some('S') => result.push_str("[^\\t\\n\\f\\r ]"),
                Some('b') if !class => result.push_str("(?-u:\\b)"),
                Some(kind @ ('p' | 'P' | 'x')) => {
                    result.push('\\');
                    result.push(kind);
                    if letters.peek() == Some(&'{') {
                        for inner in letters.by_ref() {
                            result.push(inner);
                            if inner == '}' {
                                break;
                            }
                        }
                    }
                }
                Some(other) => {
                    result.push('\\');
                    result.push(other);
                }
                None => result.push('\\'),
            },
            '[' if !class => {
                class = true;
                class_start = true;
                result.push('[');
            }
            '^' if first => {
                class_start = true;
                result.push('^');
            }
            ']' if class && first => result.push_str("\\]"),
            ']' if class => {
                class = false;
                result.push(']');
            }
            '[' if letters.peek() == Some(&':') => {
                result.push('[');
                for inner in letters.by_ref() {
                    result.push(inner);
                    if inner == ']' {
                        break;
                    }
                }
            }
            '[' => result.push_str("\\["),
            '&' | '~' if class => {
                result.push('\\');
                result.push(letter);
            }
            '-' if class && letters.peek() == Some(&'-') => result.push_str("\\-"),
            '{' if !class && !letters.peek().is_some_and(char::is_ascii_digit) => {
                result.push_str("\\{");
            }
            other => result.push(other),
        }
    }
    result
}

pub(super) fn regex(call: &Call<'_>) -> Outcome<Value> {
    let pattern = compile(call, &call.text(0)?)?;
    match pattern.captures(&call.text(1)?) {
        Some(found) => Ok(value(call, &pattern, &found)),
        None => call.invalid("the pattern does not match"),
    }
}

pub(super) fn regexall(call: &Call<'_>) -> Outcome<Value> {
    let pattern = compile(call, &call.text(0)?)?;
    let text = call.text(1)?;
    let found = pattern.captures_iter(&text).take(limits::VALUES as usize / 4);
    call.answer_list(found.map(|found| value(call, &pattern, &found)).collect())
}

/// The match, its groups as a list, or its named groups as an object.
fn value(call: &Call<'_>, pattern: &Regex, found: &Captures<'_>) -> Value {
    let text = |part: Option<regex::Match<'_>>| match part {
        Some(part) => Value::text(part.as_str(), call.place),
        None => Value::null(call.place),
    };
    if pattern.captures_len() == 1 {
        return text(found.get(0));
    }
    if pattern.capture_names().flatten().next().is_some() {
        let mut map = Map::new();
        for name in pattern.capture_names().flatten() {
            map.push(Arc::from(name), call.place, text(found.name(name)));
        }
        return Value::map(map, call.place);
    }
    let groups: Vec<Value> = found.iter().skip(1).map(text).collect();
    Value::list(groups, call.place)
}

/// A text between slashes is a pattern.
pub(super) fn replace(call: &Call<'_>) -> Outcome<Value> {
    let (text, part, new) = (call.text(0)?, call.text(1)?, call.text(2)?);
    let inner = part.strip_prefix('/').and_then(|rest| rest.strip_suffix('/'));
    let grows = text.len().saturating_add(1).saturating_mul(new.len());
    if grows > limits::TEXT_BYTES && new.len() > part.len() {
        let count = if inner.is_some() { text.len() + 1 } else { text.matches(&*part).count() };
        if count.saturating_mul(new.len()) > limits::TEXT_BYTES {
            return Err(super::Failure::limit("a text grows too long", call.place));
        }
    }
    match inner {
        Some(pattern) => {
            let pattern = compile(call, pattern)?;
            call.answer_text(pattern.replace_all(&text, &*new).into_owned())
        }
        None => call.answer_text(text.replace(&*part, &new)),
    }
}
