//! The interpreter of the tables.

use std::borrow::Cow;
use std::sync::Arc;

use super::draft::Draft;
use super::frame::{Found, Frame};
use super::row::{Absent, How, Property, Row};
use crate::code::terraform::types;
use crate::code::value::{Cause, Content, Map, Place, Unknown, Value};

/// Applies rows to a block. Every path stands below the prefix, which is empty or ends with a dot.
pub fn rows(rows: &[Row], frame: &Frame<'_>, prefix: &str, draft: &mut Draft) {
    for row in rows {
        match row {
            Row::Property(property) => self::property(property, frame, prefix, draft),
            Row::Block(argument, path, inner) => block(argument, path, inner, frame, prefix, draft),
            Row::Blocks(argument, path, inner) => {
                blocks(argument, path, inner, frame, prefix, draft);
            }
            Row::Fixed(path, literal) => {
                draft.put_below(prefix, path, frame.place, literal.at(frame.place));
            }
            Row::CannotSay(path) => {
                let value = cannot_say(&below(prefix, path), frame.place);
                draft.put_below(prefix, path, frame.place, value);
            }
            Row::Together(_, make) => {
                let mut own = Draft::default();
                make(frame, &mut own);
                draft.graft(prefix, frame.place, own);
            }
            Row::NoItems(path) => {
                let none = Value::list(Vec::new(), frame.place);
                draft.put_below(prefix, path, frame.place, none);
            }
            Row::Items(path, inner) => {
                let items = Value::list(vec![object(inner, frame)], frame.place);
                draft.put_below(prefix, path, frame.place, items);
            }
            Row::Ending(..) | Row::LeftOut(_) => {}
        }
    }
}

/// A path below a prefix.
fn below<'p>(prefix: &str, path: &'p str) -> Cow<'p, str> {
    if prefix.is_empty() { Cow::Borrowed(path) } else { Cow::Owned(format!("{prefix}{path}")) }
}

/// A setting that the language has no word for.
pub fn cannot_say(path: &str, place: Place) -> Value {
    let detail = format!("the provider does not say {path}, so the service keeps what it has");
    Value::unknown(Cause::NotInThisLanguage, detail, place, place)
}

fn property(property: &Property, frame: &Frame<'_>, prefix: &str, draft: &mut Draft) {
    let value = match frame.find(property.argument) {
        Found::Value(value) => convert(value, property.how, frame),
        Found::Unknown(unknown, place) => Value::from_unknown(Arc::clone(unknown), place),
        Found::Absent(place) => match default(property, prefix, frame, place) {
            Some(value) => value,
            None => return,
        },
        Found::NoBlock => return,
    };
    draft.put_below(prefix, property.path, frame.place, value);
}

fn default(property: &Property, prefix: &str, frame: &Frame<'_>, place: Place) -> Option<Value> {
    match property.absent {
        Absent::Same => None,
        Absent::Is(literal) => Some(literal.at(place)),
        Absent::Before(major, literal) if frame.context.majors.are_before(major) => {
            Some(literal.at(place))
        }
        Absent::CannotSay | Absent::Before(..) => {
            Some(cannot_say(&below(prefix, property.path), place))
        }
    }
}

fn block(
    argument: &str,
    path: &str,
    inner: &[Row],
    frame: &Frame<'_>,
    prefix: &str,
    draft: &mut Draft,
) {
    match frame.blocks(argument) {
        Ok(found) => {
            if let Some(found) = found.first() {
                let below =
                    if path.is_empty() { prefix.to_owned() } else { format!("{prefix}{path}.") };
                rows(inner, found, &below, draft);
            }
        }
        Err((unknown, place)) => {
            let value = Value::from_unknown(Arc::clone(unknown), place);
            draft.put_below(prefix, path, frame.place, value);
        }
    }
}

fn blocks(
    argument: &str,
    path: &str,
    inner: &[Row],
    frame: &Frame<'_>,
    prefix: &str,
    draft: &mut Draft,
) {
    let value = match frame.blocks(argument) {
        Ok(found) if found.is_empty() => return,
        Ok(found) => {
            let items: Vec<Value> = found.iter().map(|frame| object(inner, frame)).collect();
            Value::list(items, frame.place)
        }
        Err((unknown, place)) => Value::from_unknown(Arc::clone(unknown), place),
    };
    draft.put_below(prefix, path, frame.place, value);
}

/// What rows make of one block.
pub fn object(inner: &[Row], frame: &Frame<'_>) -> Value {
    let mut draft = Draft::default();
    rows(inner, frame, "", &mut draft);
    draft.finish(frame.place)
}

/// A value of the provider in ARM's terms, at the same place, come the same way.
pub fn convert(value: &Value, how: How, frame: &Frame<'_>) -> Value {
    match how {
        How::By(convert) => return convert(value, frame),
        How::Same => return frame.context.resolve(value),
        How::Listed => {
            let item = frame.context.resolve(value);
            return like(value, Content::List(Arc::from([item])));
        }
        _ => {}
    }
    if let Content::Unknown(unknown) = &value.content {
        return like(value, Content::Unknown(formless(unknown)));
    }
    let content = match how {
        How::Same | How::Listed | How::By(_) => return value.clone(),
        How::Number => types::number(value).map(Content::Number),
        How::Truth => types::boolean(value).map(Content::Bool),
        How::Word(yes, no) => types::boolean(value)
            .map(|truth| Content::Text(Arc::from(if truth { yes } else { no }))),
        How::Spelled(words) => Ok(spelled(value, words)),
        How::Keys => Ok(keys(value, frame)),
    };
    match content {
        Ok(content) => like(value, content),
        Err(message) => Value::unknown(Cause::InvalidExpression, message, value.place, value.place)
            .with_via(value.via.clone()),
    }
}

/// Another content in the place of a value.
pub fn like(value: &Value, content: Content) -> Value {
    Value::new(content, value.place).with_via(value.via.clone()).marked(value.marks())
}

/// A value unknown for the same reason, of whose text nothing is left: it has another one in ARM.
pub fn formless(unknown: &Arc<Unknown>) -> Arc<Unknown> {
    match unknown.form {
        None => Arc::clone(unknown),
        Some(_) => Arc::new(Unknown { form: None, ..Unknown::clone(unknown) }),
    }
}

fn spelled(value: &Value, words: &[(&str, &str)]) -> Content {
    let Content::Text(text) = &value.content else { return value.content.clone() };
    let found = words.iter().find(|(ours, _)| ours.eq_ignore_ascii_case(text));
    match found {
        Some((_, theirs)) => Content::Text(Arc::from(*theirs)),
        None => value.content.clone(),
    }
}

/// A list of ids as names of empty objects. An id that is not known leaves the object open.
fn keys(value: &Value, frame: &Frame<'_>) -> Content {
    let mut map = Map::new();
    let mut rest = None;
    for item in value.as_list().unwrap_or_default() {
        let item = frame.context.resolve(item);
        match &item.content {
            Content::Text(id) => {
                map.push(Arc::clone(id), item.place, Value::map(Map::new(), item.place));
            }
            Content::Unknown(unknown) => rest = rest.or_else(|| Some(Arc::clone(unknown))),
            _ => {}
        }
    }
    Content::Map(Arc::new(map.open(rest)))
}
