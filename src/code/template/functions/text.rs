//! Texts.

use std::sync::Arc;

use super::{
    Budget, Content, Failure, Outcome, Value, argument, index, integer, invalid, list, text,
    text_of,
};
use crate::code::template::scope::segments;
use crate::code::value::{Part, Place};

pub fn to_lower(budget: &Budget, arguments: &[Value]) -> Outcome {
    let text = text(arguments, 0)?;
    budget.room(text.len())?;
    Ok(Content::Text(text.to_lowercase().into()))
}

pub fn to_upper(budget: &Budget, arguments: &[Value]) -> Outcome {
    let text = text(arguments, 0)?;
    budget.room(text.len())?;
    Ok(Content::Text(text.to_uppercase().into()))
}

pub fn trim(_: &Budget, arguments: &[Value]) -> Outcome {
    Ok(Content::Text(text(arguments, 0)?.trim().into()))
}

/// Without regard to letter case, as documented.
pub fn starts_with(_: &Budget, arguments: &[Value]) -> Outcome {
    let (whole, start) = (text(arguments, 0)?.to_lowercase(), text(arguments, 1)?.to_lowercase());
    Ok(Content::Bool(whole.starts_with(&start)))
}

/// Without regard to letter case, as documented.
pub fn ends_with(_: &Budget, arguments: &[Value]) -> Outcome {
    let (whole, end) = (text(arguments, 0)?.to_lowercase(), text(arguments, 1)?.to_lowercase());
    Ok(Content::Bool(whole.ends_with(&end)))
}

pub fn replace(budget: &Budget, arguments: &[Value]) -> Outcome {
    let (whole, old, new) = (text(arguments, 0)?, text(arguments, 1)?, text(arguments, 2)?);
    if old.is_empty() {
        return invalid("the text to replace is empty");
    }
    budget.steps(1 + whole.len() / 64)?;
    let found = whole.matches(&**old).count();
    budget.room(whole.len().saturating_add(found.saturating_mul(new.len())))?;
    Ok(Content::Text(whole.replace(&**old, new).into()))
}

pub fn substring(budget: &Budget, arguments: &[Value]) -> Outcome {
    let whole = text(arguments, 0)?;
    budget.steps(1 + whole.len() / 64)?;
    let length = whole.chars().count();
    let start = index(integer(arguments, 1)?)?;
    let take = match arguments.get(2) {
        None | Some(Value { content: Content::Null, .. }) => length.saturating_sub(start),
        Some(_) => index(integer(arguments, 2)?)?,
    };
    if start > length || take > length - start {
        return invalid(format!(
            "{take} characters from {start} on reach beyond a text of {length}"
        ));
    }
    Ok(Content::Text(whole.chars().skip(start).take(take).collect::<String>().into()))
}

pub fn pad_left(budget: &Budget, arguments: &[Value]) -> Outcome {
    let short = text_of(budget, argument(arguments, 0)?)?;
    let width = index(integer(arguments, 1)?)?;
    let fill = match arguments.get(2) {
        None => ' ',
        Some(_) => match text(arguments, 2)?.chars().next() {
            Some(fill) => fill,
            None => return invalid("the character to fill with is missing"),
        },
    };
    let missing = width.saturating_sub(short.chars().count());
    budget.room(missing.saturating_mul(4).saturating_add(short.len()))?;
    let mut padded: String = std::iter::repeat_n(fill, missing).collect();
    padded.push_str(&short);
    Ok(Content::Text(padded.into()))
}

/// Splits at one text, or at any of a list of texts. An id with unknown names in it is split at its
/// slashes all the same: no name in an id has one.
pub fn split(budget: &Budget, arguments: &[Value]) -> Outcome {
    let place = arguments.first().map_or_else(Place::default, |value| value.place);
    if let Some(parts) = split_id(arguments, place) {
        return Ok(Content::List(parts.into()));
    }
    let whole = text(arguments, 0)?;
    budget.room(whole.len())?;
    budget.steps(1 + whole.len() / 16)?;
    let delimiters: Vec<Arc<str>> = match &argument(arguments, 1)?.content {
        Content::List(delimiters) => (0..delimiters.len())
            .map(|at| text(delimiters, at).cloned())
            .collect::<Result<_, Failure>>()?,
        _ => vec![text(arguments, 1)?.clone()],
    };
    let delimiters: Vec<&str> =
        delimiters.iter().map(|delimiter| &**delimiter).filter(|text| !text.is_empty()).collect();
    let parts = match &*delimiters {
        [] => vec![Value::new(Content::Text(whole.clone()), place)],
        [delimiter] => whole.split(delimiter).map(|part| Value::text(part, place)).collect(),
        _ => split_at_any(whole, &delimiters)
            .into_iter()
            .map(|part| Value::text(part, place))
            .collect(),
    };
    Ok(Content::List(parts.into()))
}

fn split_at_any<'t>(whole: &'t str, delimiters: &[&str]) -> Vec<&'t str> {
    let mut parts = Vec::new();
    let (mut start, mut at) = (0, 0);
    while at < whole.len() {
        let rest = whole.get(at..).unwrap_or("");
        if let Some(delimiter) = delimiters.iter().find(|delimiter| rest.starts_with(**delimiter)) {
            parts.push(whole.get(start..at).unwrap_or(""));
            at += delimiter.len();
            start = at;
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    parts.push(whole.get(start..).unwrap_or(""));
    parts
}

fn split_id(arguments: &[Value], place: Place) -> Option<Vec<Value>> {
    let unknown = arguments.first()?.as_unknown()?;
    if arguments.get(1)?.as_text()? != "/" {
        return None;
    }
    let form = unknown.form.as_ref()?;
    let Part::Known(first) = form.first()? else { return None };
    if !(first.starts_with("/subscriptions/") || first.starts_with("/providers/")) {
        return None;
    }
    segments(arguments.first()?).map(|parts| parts.into_iter().map(|part| part.at(place)).collect())
}

pub fn join(budget: &Budget, arguments: &[Value]) -> Outcome {
    let elements = list(arguments, 0)?;
    let place = arguments.first().map_or_else(Place::default, |value| value.place);
    let between = argument(arguments, 1)?.clone();
    let mut pieces = Vec::with_capacity(elements.len() * 2);
    for (at, element) in elements.iter().enumerate() {
        if at > 0 {
            pieces.push(between.clone());
        }
        pieces.push(element.clone());
    }
    joined(budget, &pieces, place)
}

/// The texts one after the other; what is neither text nor unknown as `string()` writes it.
///
/// # Errors
/// When the text is too long, or the budget is used up.
pub fn joined(budget: &Budget, pieces: &[Value], place: Place) -> Outcome {
    budget.steps(pieces.len())?;
    let mut size = 0_usize;
    let mut texts = Vec::with_capacity(pieces.len());
    for piece in pieces {
        let piece = match &piece.content {
            Content::Text(_) | Content::Unknown(_) | Content::Number(_) => piece.clone(),
            _ => Value::text(text_of(budget, piece)?, place),
        };
        size = size.saturating_add(piece.as_text().map_or(8, str::len));
        texts.push(piece);
    }
    budget.room(size)?;
    match Value::join(&texts, place).content {
        Content::Unknown(unknown) => Err(Failure::Partly(unknown)),
        content => Ok(content),
    }
}

/// `{0}`, `{1:D2}`, `{{`: what .NET's composite formatting gives for the values that templates have.
pub fn format(budget: &Budget, arguments: &[Value]) -> Outcome {
    let pattern = text(arguments, 0)?;
    let place = arguments.first().map_or_else(Place::default, |value| value.place);
    let mut pieces: Vec<Value> = Vec::new();
    let mut literal = String::new();
    let mut rest: &str = pattern;
    while let Some(at) = rest.find(['{', '}']) {
        literal.push_str(rest.get(..at).unwrap_or(""));
        let (brace, after) = rest.get(at..).unwrap_or("").split_at(1);
        if let Some(doubled) = after.strip_prefix(brace) {
            literal.push_str(brace);
            rest = doubled;
            continue;
        }
        let Some((inside, after)) = (brace == "{").then(|| after.split_once('}')).flatten() else {
            return invalid("a brace of the pattern is neither doubled nor closed");
        };
        if !literal.is_empty() {
            pieces.push(Value::text(std::mem::take(&mut literal), place));
        }
        pieces.push(formatted(budget, inside, arguments)?);
        rest = after;
    }
    literal.push_str(rest);
    if !literal.is_empty() {
        pieces.push(Value::text(literal, place));
    }
    joined(budget, &pieces, place)
}

fn formatted(budget: &Budget, inside: &str, arguments: &[Value]) -> Result<Value, Failure> {
    let (head, style) =
        inside.split_once(':').map_or((inside, None), |(head, style)| (head, Some(style)));
    let (number, width) =
        head.split_once(',').map_or((head, None), |(head, width)| (head, Some(width)));
    let Some(value) =
        number.trim().parse::<usize>().ok().and_then(|number| arguments.get(number + 1))
    else {
        return invalid(format!("there is no value for {{{inside}}}"));
    };
    if style.is_none() && width.is_none() || value.as_unknown().is_some() {
        // An unknown value under a style is still unknown, but no longer the same text.
        return match (value.as_unknown(), style.or(width)) {
            (Some(unknown), Some(_)) => Err(Failure::Because(unknown.clone())),
            _ => Ok(value.clone()),
        };
    }
    let mut shown = match (style, &value.content) {
        (Some(style), Content::Number(number)) => styled(style, *number)?,
        _ => text_of(budget, value)?.to_string(),
    };
    if let Some(width) = width {
        let Ok(width) = width.trim().parse::<i32>() else {
            return invalid(format!("`{width}` is not a width"));
        };
        let wide = usize::try_from(width.unsigned_abs()).unwrap_or(0);
        budget.room(wide)?;
        shown = if width < 0 { format!("{shown:<wide$}") } else { format!("{shown:>wide$}") };
    }
    Ok(Value::text(shown, value.place))
}

/// A whole number with a comma before every third digit from the right, and so many zeros after the point.
fn grouped(number: i64, decimals: usize) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut shown = String::from(if number < 0 { "-" } else { "" });
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    if decimals > 0 {
        shown.push('.');
        shown.extend(std::iter::repeat_n('0', decimals));
    }
    shown
}

fn styled(style: &str, value: f64) -> Result<String, Failure> {
    let number = super::whole(value)?;
    let mut letters = style.chars();
    let letter = letters.next().unwrap_or('G');
    let digits: Option<usize> = letters.as_str().parse().ok();
    let width = digits.unwrap_or(0).min(64);
    match (letter, letters.as_str().is_empty() || digits.is_some()) {
        ('D' | 'd', true) if number < 0 => Ok(format!("-{:0width$}", number.unsigned_abs())),
        ('D' | 'd', true) => Ok(format!("{number:0width$}")),
        ('X', true) => Ok(format!("{number:0width$X}")),
        ('x', true) => Ok(format!("{number:0width$x}")),
        ('G' | 'g', true) => Ok(number.to_string()),
        ('N' | 'n', true) => Ok(grouped(number, digits.unwrap_or(2).min(64))),
        ('0', _) if style.bytes().all(|byte| byte == b'0') => {
            Ok(format!("{number:0width$}", width = style.len()))
        }
        _ => Err(Failure::Limit(format!("the number style `{style}` is not evaluated"))),
    }
}
