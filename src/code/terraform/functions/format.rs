//! `format` and `formatlist`, with Go's verbs.

use std::sync::Arc;

use super::super::failure::Outcome;
use super::super::number;
use super::super::types;
use super::{Call, json, strings};
use crate::code::value::{Content, Value};

/// With unknown arguments the text keeps the pieces that are known.
pub(super) fn format(call: &Call<'_>) -> Outcome<Value> {
    let spec = call.text(0)?;
    let arguments = call.arguments.get(1..).unwrap_or(&[]);
    let pieces = pieces(call, &spec, arguments)?;
    strings::text_of(call, &pieces)
}

pub(super) fn formatlist(call: &Call<'_>) -> Outcome<Value> {
    let spec = call.text(0)?;
    let arguments = call.arguments.get(1..).unwrap_or(&[]);
    let mut lengths = arguments.iter().filter_map(Value::as_list).map(<[Value]>::len);
    let length = lengths.next().unwrap_or(1);
    if lengths.any(|other| other != length) {
        return call.invalid("the lists differ in length");
    }
    let mut texts = Vec::with_capacity(length);
    for position in 0..length {
        let row: Vec<Value> = arguments
            .iter()
            .map(|argument| match argument.as_list() {
                Some(items) => {
                    items.get(position).cloned().unwrap_or_else(|| Value::null(call.place))
                }
                None => argument.clone(),
            })
            .collect();
        texts.push(strings::text_of(call, &pieces(call, &spec, &row)?)?);
    }
    call.answer_list(texts)
}

/// A verb such as `%-5.2f`.
#[derive(Default)]
#[allow(clippy::struct_excessive_bools, reason = "one for each of the flags that Go has")]
struct Verb {
    minus: bool,
    plus: bool,
    sharp: bool,
    space: bool,
    zero: bool,
    width: Option<usize>,
    precision: Option<usize>,
    index: Option<usize>,
    letter: char,
}

fn pieces(call: &Call<'_>, spec: &str, arguments: &[Value]) -> Outcome<Vec<Value>> {
    let mut pieces = Vec::new();
    let mut text = String::new();
    let mut next = 0;
    let mut most = 0;
    let mut letters = spec.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter != '%' {
            text.push(letter);
            continue;
        }
        let verb = verb(&mut letters);
        if verb.letter == '%' {
            text.push('%');
            continue;
        }
        let position = verb.index.map_or(next, |index| index.saturating_sub(1));
        next = position + 1;
        most = most.max(next);
        let Some(argument) = arguments.get(position) else {
            return call.invalid("there are fewer arguments than verbs");
        };
        if matches!(argument.content, Content::Unknown(_)) {
            if !text.is_empty() {
                pieces.push(Value::text(std::mem::take(&mut text), call.place));
            }
            let exact = matches!(verb.letter, 's' | 'v') && verb.width.is_none();
            match argument.as_unknown().filter(|_| !exact) {
                Some(unknown) => return super::because(unknown),
                None => pieces.push(argument.clone()),
            }
            continue;
        }
        let written = written(call, &verb, argument)?;
        text.push_str(&if verb.letter == 't' { written } else { pad(&verb, written) });
    }
    if most < arguments.len() && !spec.contains("%[") {
        return call.invalid("there are more arguments than verbs");
    }
    if !text.is_empty() || pieces.is_empty() {
        pieces.push(Value::text(text, call.place));
    }
    Ok(pieces)
}

fn verb(letters: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Verb {
    let mut verb = Verb::default();
    let mut precision = false;
    while let Some(letter) = letters.next() {
        match letter {
            '-' => verb.minus = true,
            '+' => verb.plus = true,
            '#' => verb.sharp = true,
            ' ' => verb.space = true,
            '0' if verb.width.is_none() && !precision => verb.zero = true,
            '0'..='9' => {
                let digit = letter as usize - '0' as usize;
                let slot = if precision { &mut verb.precision } else { &mut verb.width };
                *slot = Some((slot.unwrap_or(0) * 10 + digit).min(10_000));
            }
            '.' => {
                precision = true;
                verb.precision = Some(0);
            }
            '[' => {
                let digits: String = letters.by_ref().take_while(|&inner| inner != ']').collect();
                verb.index = digits.parse().ok();
            }
            other => {
                verb.letter = other;
                break;
            }
        }
    }
    verb
}

fn pad(verb: &Verb, text: String) -> String {
    let width = verb.width.unwrap_or(0);
    let missing = width.saturating_sub(text.chars().count());
    if missing == 0 {
        return text;
    }
    let numeric =
        matches!(verb.letter, 'd' | 'f' | 'F' | 'e' | 'E' | 'g' | 'G' | 'b' | 'o' | 'x' | 'X');
    if verb.minus {
        return format!("{text}{}", " ".repeat(missing));
    }
    if verb.zero && numeric {
        let (sign, digits) = match text.strip_prefix(['-', '+']) {
            Some(digits) => (text.get(..1).unwrap_or(""), digits),
            None => ("", text.as_str()),
        };
        return format!("{sign}{}{digits}", "0".repeat(missing));
    }
    format!("{}{text}", if verb.zero { "0" } else { " " }.repeat(missing))
}

fn written(call: &Call<'_>, verb: &Verb, value: &Value) -> Outcome<String> {
    match verb.letter {
        'v' => plain(call, value, verb.sharp),
        's' => {
            let text = call.text_of(value)?;
            Ok(cut(verb, &text).to_string())
        }
        'q' => {
            let mut out = String::new();
            json::quote(&cut(verb, &call.text_of(value)?), &mut out);
            Ok(out)
        }
        't' => match types::boolean(value) {
            Ok(value) => Ok(value.to_string()),
            Err(message) => call.invalid(message),
        },
        'd' | 'b' | 'o' | 'x' | 'X' => {
            let number = call.number_of(value)?;
            let Some(whole) = number::whole(number) else {
                return call.invalid("a whole number is required");
            };
            let digits = whole.unsigned_abs();
            let digits = match verb.letter {
                'b' => format!("{digits:b}"),
                'o' => format!("{digits:o}"),
                'x' => format!("{digits:x}"),
                'X' => format!("{digits:X}"),
                _ => digits.to_string(),
            };
            Ok(format!("{}{digits}", sign(verb, whole < 0)))
        }
        'f' | 'F' => {
            let number = call.number_of(value)?;
            let digits = format!("{:.*}", verb.precision.unwrap_or(6), number.abs());
            Ok(format!("{}{digits}", sign(verb, number < 0.0)))
        }
        'e' | 'E' => {
            let number = call.number_of(value)?;
            let digits = exponent(&format!("{:.*e}", verb.precision.unwrap_or(6), number.abs()));
            let digits = if verb.letter == 'E' { digits.to_uppercase() } else { digits };
            Ok(format!("{}{digits}", sign(verb, number < 0.0)))
        }
        'g' | 'G' => {
            let number = call.number_of(value)?;
            Ok(format!("{}{}", sign(verb, number < 0.0), number::write(number.abs())))
        }
        other => call.invalid(format!("there is no verb %{other}")),
    }
}

fn cut(verb: &Verb, text: &Arc<str>) -> Arc<str> {
    match verb.precision {
        Some(most) => Arc::from(text.chars().take(most).collect::<String>()),
        None => Arc::clone(text),
    }
}

fn sign(verb: &Verb, negative: bool) -> &'static str {
    match (negative, verb.plus, verb.space) {
        (true, ..) => "-",
        (false, true, _) => "+",
        (false, false, true) => " ",
        _ => "",
    }
}

/// Go writes at least two digits and a sign.
fn exponent(text: &str) -> String {
    match text.split_once('e') {
        Some((digits, power)) => {
            let (sign, power) = match power.strip_prefix('-') {
                Some(power) => ('-', power),
                None => ('+', power),
            };
            format!("{digits}e{sign}{power:0>2}")
        }
        None => text.to_owned(),
    }
}

fn plain(call: &Call<'_>, value: &Value, sharp: bool) -> Outcome<String> {
    match &value.content {
        Content::Text(text) if !sharp => Ok(text.to_string()),
        _ => {
            let mut out = String::new();
            json::write(value, &mut out, call.place)?;
            Ok(out)
        }
    }
}
