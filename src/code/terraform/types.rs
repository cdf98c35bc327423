//! Type constraints and conversions, as Terraform does them.

use std::sync::Arc;

use super::number;
use super::syntax::{Expression, Node, parse_expression};
use crate::code::value::{Content, Lookup, Map, Marks, Member, Part, Place, Unknown, Value};

/// A type constraint.
#[derive(Clone, Debug)]
pub enum Type {
    /// Anything.
    Any,
    /// `string`
    Text,
    /// `number`
    Number,
    /// `bool`
    Bool,
    /// `list(t)`
    List(Box<Type>),
    /// `set(t)`
    Set(Box<Type>),
    /// `map(t)`
    Map(Box<Type>),
    /// `tuple([t, u])`
    Tuple(Vec<Type>),
    /// `object({a = t})`
    Object(Vec<Field>),
}

/// An attribute of an object type.
#[derive(Clone, Debug)]
pub struct Field {
    /// The name.
    pub name: Arc<str>,
    /// The type.
    pub kind: Type,
    /// Whether it may be left out.
    pub optional: bool,
    /// What it is when it is left out.
    pub default: Option<Value>,
}

impl Type {
    /// Reads a type constraint; `constant` evaluates the defaults of `optional`.
    ///
    /// # Errors
    ///
    /// Says which part is no type.
    pub fn read(
        expression: &Expression,
        constant: &mut dyn FnMut(&Expression) -> Value,
    ) -> Result<Type, String> {
        match &expression.node {
            Node::Name(name) => Type::named(name),
            Node::Literal(_) => {
                let text = expression.as_text().ok_or("a literal is no type")?;
                match &**text {
                    "string" | "list" | "map" => Type::named(text),
                    _ => {
                        let inner = parse_expression(text, expression.place.file)
                            .map_err(|error| error.message)?;
                        Type::read(&inner, constant)
                    }
                }
            }
            Node::Call(call) => {
                let argument = call.arguments.first().ok_or("a type is missing here")?;
                let mut inner = || Type::read(argument, constant).map(Box::new);
                match &*call.name {
                    "list" => Ok(Type::List(inner()?)),
                    "set" => Ok(Type::Set(inner()?)),
                    "map" => Ok(Type::Map(inner()?)),
                    "tuple" => match &argument.node {
                        Node::List(items) => items
                            .iter()
                            .map(|item| Type::read(item, constant))
                            .collect::<Result<_, _>>()
                            .map(Type::Tuple),
                        _ => Err("tuple takes a list of types".to_owned()),
                    },
                    "object" => match &argument.node {
                        Node::Object(items) => items
                            .iter()
                            .map(|(key, value)| Field::read(key, value, constant))
                            .collect::<Result<_, _>>()
                            .map(Type::Object),
                        _ => Err("object takes an object of types".to_owned()),
                    },
                    other => Err(format!("{other} is no type")),
                }
            }
            _ => Err("this is no type".to_owned()),
        }
    }

    fn named(name: &str) -> Result<Type, String> {
        match name {
            "any" => Ok(Type::Any),
            "string" => Ok(Type::Text),
            "number" => Ok(Type::Number),
            "bool" => Ok(Type::Bool),
            "list" => Ok(Type::List(Box::new(Type::Any))),
            "set" => Ok(Type::Set(Box::new(Type::Any))),
            "map" => Ok(Type::Map(Box::new(Type::Any))),
            other => Err(format!("{other} is no type")),
        }
    }

    /// Whether values of this type are written as plain text on the command line.
    pub fn is_plain(&self) -> bool {
        matches!(self, Type::Text | Type::Number | Type::Bool)
    }
}

impl Field {
    fn read(
        key: &Expression,
        value: &Expression,
        constant: &mut dyn FnMut(&Expression) -> Value,
    ) -> Result<Field, String> {
        let name = Arc::clone(key.as_text().ok_or("the name of an attribute is missing")?);
        let call = match &value.node {
            Node::Call(call) if &*call.name == "optional" => call,
            _ => {
                let kind = Type::read(value, constant)?;
                return Ok(Field { name, kind, optional: false, default: None });
            }
        };
        let inner = call.arguments.first().ok_or("optional takes a type")?;
        let kind = Type::read(inner, constant)?;
        let default = call.arguments.get(1).map(&mut *constant);
        let default = default.map(|value| convert(&value, &kind)).transpose()?;
        Ok(Field { name, kind, optional: true, default })
    }
}

/// Converts a value to a type. Unknown stays unknown, null stays null.
///
/// # Errors
///
/// Says what does not fit.
pub fn convert(value: &Value, kind: &Type) -> Result<Value, String> {
    let content = match (&value.content, kind) {
        (Content::Unknown(_) | Content::Null, _) | (_, Type::Any) => return Ok(value.clone()),
        (_, Type::Text) => Content::Text(text(value)?),
        (_, Type::Number) => Content::Number(number(value)?),
        (_, Type::Bool) => Content::Bool(boolean(value)?),
        (Content::List(items), Type::List(inner)) => Content::List(elements(items, inner)?),
        (Content::List(items), Type::Set(inner)) => {
            let items = distinct(elements(items, inner)?.to_vec());
            return Ok(like(value, Content::List(items.into())).marked(Marks::SET));
        }
        (Content::List(items), Type::Tuple(kinds)) if items.len() == kinds.len() => {
            let converted: Result<Vec<_>, _> =
                items.iter().zip(kinds).map(|(item, kind)| convert(item, kind)).collect();
            Content::List(converted?.into())
        }
        (Content::Map(map), Type::Map(inner)) => Content::Map(Arc::new(uniform_map(map, inner)?)),
        (Content::Map(map), Type::Object(fields)) => {
            Content::Map(Arc::new(object(map, fields, value.place)?))
        }
        (_, kind) => return Err(format!("{} required, but this is {}", wanted(kind), what(value))),
    };
    let set = Marks::SET;
    Ok(like(value, content).unmarked(set))
}

fn like(value: &Value, content: Content) -> Value {
    let mut new = Value::new(content, value.place).marked(value.marks());
    new.via.clone_from(&value.via);
    new
}

fn elements(items: &[Value], inner: &Type) -> Result<Arc<[Value]>, String> {
    let converted: Vec<Value> =
        items.iter().map(|item| convert(item, inner)).collect::<Result<_, _>>()?;
    Ok(if matches!(inner, Type::Any) { unify(converted) } else { converted }.into())
}

fn uniform_map(map: &Map, inner: &Type) -> Result<Map, String> {
    let values: Vec<Value> = map
        .members()
        .iter()
        .map(|member| {
            convert(&member.value, inner).map_err(|error| format!("{}: {error}", member.key))
        })
        .collect::<Result<_, _>>()?;
    let values = if matches!(inner, Type::Any) { unify(values) } else { values };
    let members = map.members().iter().zip(values).map(|(member, value)| Member {
        key: Arc::clone(&member.key),
        key_place: member.key_place,
        value,
    });
    Ok(Map::from_members(members.collect()).open(map.rest().cloned()))
}

fn object(map: &Map, fields: &[Field], place: Place) -> Result<Map, String> {
    let mut result = Map::new();
    for field in fields {
        let name = &field.name;
        let found = map.member(name);
        let key_place = found.map_or(place, |member| member.key_place);
        let default = field.default.as_ref().filter(|_| field.optional);
        let value = match (map.lookup(name), default) {
            (Lookup::Found(value), Some(default)) if value.is_null() => default.clone(),
            (Lookup::Found(value), _) => {
                convert(value, &field.kind).map_err(|error| format!("{name}: {error}"))?
            }
            (Lookup::Unknown(unknown), _) => Value::from_unknown(Arc::clone(unknown), place),
            (Lookup::Absent, Some(default)) => default.clone(),
            (Lookup::Absent, None) if field.optional => Value::null(place),
            (Lookup::Absent, None) => return Err(format!("the attribute {name} is required")),
        };
        result.push(Arc::clone(name), key_place, value);
    }
    Ok(result)
}

/// Gives plain values of different types the one type that all can have, as Terraform does for lists and maps.
pub fn unify(values: Vec<Value>) -> Vec<Value> {
    let any = |test: fn(&Content) -> bool| values.iter().any(|value| test(&value.content));
    let texts = any(|content| matches!(content, Content::Text(_)));
    let others = any(|content| matches!(content, Content::Number(_) | Content::Bool(_)));
    let deep = any(|content| matches!(content, Content::List(_) | Content::Map(_)));
    if !texts || !others || deep {
        return values;
    }
    values
        .iter()
        .map(|value| convert(value, &Type::Text).unwrap_or_else(|_| value.clone()))
        .collect()
}

/// Sorts and removes what is there twice, as a set has it.
pub fn distinct(mut items: Vec<Value>) -> Vec<Value> {
    items.sort_by(order);
    items.dedup_by(|a, b| same(a, b) == Some(true));
    items
}

/// The order of elements in a set.
pub fn order(a: &Value, b: &Value) -> std::cmp::Ordering {
    use std::cmp::Ordering;
    match (&a.content, &b.content) {
        (Content::Text(a), Content::Text(b)) => a.cmp(b),
        (Content::Number(a), Content::Number(b)) => a.total_cmp(b),
        (Content::Bool(a), Content::Bool(b)) => a.cmp(b),
        (Content::List(a), Content::List(b)) => a
            .iter()
            .zip(b.iter())
            .map(|(a, b)| order(a, b))
            .find(|found| found.is_ne())
            .unwrap_or_else(|| a.len().cmp(&b.len())),
        (Content::Map(a), Content::Map(b)) => sorted(a)
            .iter()
            .zip(&sorted(b))
            .map(|(a, b)| a.key.cmp(&b.key).then_with(|| order(&a.value, &b.value)))
            .find(|found| found.is_ne())
            .unwrap_or_else(|| a.len().cmp(&b.len())),
        _ => rank(a).cmp(&rank(b)).then(Ordering::Equal),
    }
}

fn rank(value: &Value) -> u8 {
    match value.content {
        Content::Null => 0,
        Content::Bool(_) => 1,
        Content::Number(_) => 2,
        Content::Text(_) => 3,
        Content::List(_) => 4,
        Content::Map(_) => 5,
        Content::Unknown(_) => 6,
    }
}

/// The members in the order of their keys, which is the order in which Terraform walks a map.
pub fn sorted(map: &Map) -> Vec<&Member> {
    let mut members: Vec<&Member> = map.members().iter().collect();
    members.sort_by(|a, b| a.key.cmp(&b.key));
    members
}

/// Whether two values are equal; nothing if that cannot be known.
pub fn same(a: &Value, b: &Value) -> Option<bool> {
    match (&a.content, &b.content) {
        (Content::Unknown(a), Content::Unknown(b)) => {
            let alike = a.form.is_some() && a.form == b.form;
            alike.then_some(true)
        }
        (Content::Unknown(unknown), other) | (other, Content::Unknown(unknown)) => {
            differs(unknown, other).then_some(false)
        }
        (Content::Null, Content::Null) => Some(true),
        (Content::Bool(a), Content::Bool(b)) => Some(a == b),
        (Content::Number(a), Content::Number(b)) => Some(numbers_equal(*a, *b)),
        (Content::Text(a), Content::Text(b)) => Some(a == b),
        (Content::List(a), Content::List(b)) => {
            if a.len() != b.len() {
                return Some(false);
            }
            all(a.iter().zip(b.iter()).map(|(a, b)| same(a, b)))
        }
        (Content::Map(a), Content::Map(b)) => {
            if a.rest().is_some() || b.rest().is_some() {
                return None;
            }
            if a.len() != b.len() {
                return Some(false);
            }
            let (a, b) = (sorted(a), sorted(b));
            if a.iter().zip(&b).any(|(a, b)| a.key != b.key) {
                return Some(false);
            }
            all(a.iter().zip(&b).map(|(a, b)| same(&a.value, &b.value)))
        }
        _ => Some(false),
    }
}

/// Whether something unknown surely is another value than a known one: a text with a known piece is not null, nor is the id of a
/// resource, and pieces at its ends tell it from other texts.
fn differs(unknown: &Unknown, known: &Content) -> bool {
    let Some(form) = unknown.form.as_deref() else { return false };
    match (known, form) {
        (Content::Null, [Part::Reference(reference)]) => &*reference.attribute == "id",
        (Content::Null, form) => form.iter().any(|part| matches!(part, Part::Known(_))),
        (Content::Text(text), [Part::Known(start), ..]) if !text.starts_with(&**start) => true,
        (Content::Text(text), [.., Part::Known(end)]) => !text.ends_with(&**end),
        _ => false,
    }
}

/// Numbers of Terraform have 512 bits, so `0.1 + 0.2 == 0.3` there.
fn numbers_equal(a: f64, b: f64) -> bool {
    a.total_cmp(&b).is_eq() || (a - b).abs() <= f64::EPSILON * a.abs().max(b.abs())
}

fn all(results: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut known = true;
    for result in results {
        match result {
            Some(false) => return Some(false),
            Some(true) => {}
            None => known = false,
        }
    }
    known.then_some(true)
}

/// The text that a plain value is or becomes.
///
/// # Errors
///
/// Says what the value is instead.
pub fn text(value: &Value) -> Result<Arc<str>, String> {
    match &value.content {
        Content::Text(text) => Ok(Arc::clone(text)),
        Content::Number(number) => Ok(Arc::from(number::write(*number))),
        Content::Bool(value) => Ok(Arc::from(if *value { "true" } else { "false" })),
        _ => Err(format!("string required, but this is {}", what(value))),
    }
}

/// The number that a plain value is or becomes.
///
/// # Errors
///
/// Says what the value is instead.
pub fn number(value: &Value) -> Result<f64, String> {
    match &value.content {
        Content::Number(number) => Ok(*number),
        Content::Text(text) => number::read(text).ok_or_else(|| "a number is required".to_owned()),
        _ => Err(format!("number required, but this is {}", what(value))),
    }
}

/// The truth value that a plain value is or becomes.
///
/// # Errors
///
/// Says what the value is instead.
pub fn boolean(value: &Value) -> Result<bool, String> {
    match &value.content {
        Content::Bool(value) => Ok(*value),
        Content::Text(text) => match &**text {
            "true" | "1" => Ok(true),
            "false" | "0" => Ok(false),
            _ => Err("a bool is required".to_owned()),
        },
        _ => Err(format!("bool required, but this is {}", what(value))),
    }
}

/// What a value is, for messages.
pub fn what(value: &Value) -> &'static str {
    match value.content {
        Content::Null => "null",
        Content::Bool(_) => "a bool",
        Content::Number(_) => "a number",
        Content::Text(_) => "a string",
        Content::List(_) => "a list",
        Content::Map(_) => "an object",
        Content::Unknown(_) => "unknown",
    }
}

fn wanted(kind: &Type) -> &'static str {
    match kind {
        Type::Any => "anything",
        Type::Text => "string",
        Type::Number => "number",
        Type::Bool => "bool",
        Type::List(_) => "list",
        Type::Set(_) => "set",
        Type::Map(_) => "map",
        Type::Tuple(_) => "tuple",
        Type::Object(_) => "object",
    }
}
