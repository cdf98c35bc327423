//! A change request as text: TOML or JSON, as one tree in which every value knows its place.

use std::ops::Range;

use jsonc_parser::ast::{ObjectPropName, Value as Json};
use jsonc_parser::common::Ranged as _;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Deeper than any request.
const DEPTH: usize = 16;

/// One value.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub value: Value,
    pub at: Range<usize>,
}

/// What a value is.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Text(String),
    Number(f64),
    /// True, false or null: nothing in a request is one.
    Other(&'static str),
    List(Vec<Node>),
    Table(Vec<(String, Range<usize>, Node)>),
}

impl Value {
    /// What it is, after "is".
    pub fn noun(&self) -> &'static str {
        match self {
            Self::Text(_) => "a text",
            Self::Number(_) => "a number",
            Self::Other(noun) => noun,
            Self::List(_) => "a list",
            Self::Table(_) => "a table",
        }
    }
}

/// Why a text is neither.
#[derive(Clone, Debug)]
pub(super) struct Broken {
    pub message: String,
    pub at: Range<usize>,
}

/// Whether a text looks like JSON: no TOML begins with a brace.
pub(super) fn is_json(text: &str) -> bool {
    text.trim_start().starts_with('{')
}

/// Reads a text.
pub(super) fn read(text: &str) -> Result<Node, Broken> {
    if is_json(text) { json(text) } else { toml(text) }
}

fn toml(text: &str) -> Result<Node, Broken> {
    let table = DeTable::parse(text).map_err(|error| Broken {
        message: format!("not valid TOML: {}", error.message()),
        at: error.span().unwrap_or(0..0),
    })?;
    let at = table.span();
    of_table(table.get_ref(), at, 0)
}

fn of_table(table: &DeTable<'_>, at: Range<usize>, depth: usize) -> Result<Node, Broken> {
    let members = table.iter().map(|(key, value)| {
        Ok((key.get_ref().to_string(), key.span(), of_toml(value, depth + 1)?))
    });
    Ok(Node { value: Value::Table(members.collect::<Result<_, _>>()?), at })
}

fn of_toml(value: &Spanned<DeValue<'_>>, depth: usize) -> Result<Node, Broken> {
    let at = value.span();
    if depth > DEPTH {
        return Err(too_deep(at));
    }
    let value = match value.get_ref() {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Datetime(time) => Value::Text(time.to_string()),
        DeValue::Integer(number) => Value::Number(
            i32::from_str_radix(number.as_str(), number.radix()).map_or(f64::NAN, f64::from),
        ),
        DeValue::Float(number) => Value::Number(number.as_str().parse().unwrap_or(f64::NAN)),
        DeValue::Boolean(_) => Value::Other("true or false"),
        DeValue::Array(list) => {
            Value::List(list.iter().map(|item| of_toml(item, depth + 1)).collect::<Result<_, _>>()?)
        }
        DeValue::Table(table) => return of_table(table, at, depth),
    };
    Ok(Node { value, at })
}

fn json(text: &str) -> Result<Node, Broken> {
    let options = ParseOptions {
        allow_comments: false,
        allow_trailing_commas: false,
        allow_missing_commas: false,
        ..ParseOptions::default()
    };
    let parsed = parse_to_ast(text, &CollectOptions::default(), &options).map_err(|error| {
        let range = error.range();
        Broken { message: format!("not valid JSON: {}", error.kind()), at: range.start..range.end }
    })?;
    match parsed.value {
        Some(value) => of_json(&value, 0),
        None => Err(Broken { message: "the file is empty".to_owned(), at: 0..0 }),
    }
}

fn of_json(value: &Json<'_>, depth: usize) -> Result<Node, Broken> {
    let range = value.range();
    let at = range.start..range.end;
    if depth > DEPTH {
        return Err(too_deep(at));
    }
    let value = match value {
        Json::StringLit(text) => Value::Text(text.value.to_string()),
        Json::NumberLit(number) => Value::Number(number.value.parse().unwrap_or(f64::NAN)),
        Json::BooleanLit(_) => Value::Other("true or false"),
        Json::NullKeyword(_) => Value::Other("null"),
        Json::Array(list) => Value::List(
            list.elements.iter().map(|item| of_json(item, depth + 1)).collect::<Result<_, _>>()?,
        ),
        Json::Object(object) => {
            let mut members: Vec<(String, Range<usize>, Node)> = Vec::new();
            for member in &object.properties {
                let name = match &member.name {
                    ObjectPropName::String(text) => text.value.to_string(),
                    ObjectPropName::Word(word) => word.value.to_owned(),
                };
                let range = member.name.range();
                let at = range.start..range.end;
                if members.iter().any(|(known, ..)| *known == name) {
                    return Err(Broken { message: format!("`{name}` is given twice"), at });
                }
                members.push((name, at, of_json(&member.value, depth + 1)?));
            }
            Value::Table(members)
        }
    };
    Ok(Node { value, at })
}

fn too_deep(at: Range<usize>) -> Broken {
    Broken { message: "nested deeper than any request".to_owned(), at }
}
