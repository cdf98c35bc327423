//! JSON as templates are written: comments, trailing commas, raw line ends in texts, a byte order mark.

use std::sync::Arc;

use jsonc_parser::ast::{Object, ObjectProp, ObjectPropName, StringLit, Value as Json};
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use crate::code::template::expression::{
    Expression, Item, Key, Kind, Property, PropertyCopy, each_once,
};
use crate::code::template::limit::JSON_DEPTH;
use crate::code::template::parser::parse_text;
use crate::code::value::{Content, Map, Member, Place, Value};

/// What is wrong with a text, and where.
#[derive(Debug, Clone)]
pub struct Problem {
    /// What is wrong.
    pub message: String,
    /// Where.
    pub place: Place,
}

/// Reads a file of JSON; texts in brackets become expressions.
///
/// # Errors
/// When it is not JSON.
pub fn parse(text: &str, file: u32) -> Result<Expression, Problem> {
    let (text, skipped) = match text.strip_prefix('\u{feff}') {
        Some(rest) => (rest, 3),
        None => (text, 0),
    };
    let options = ParseOptions { allow_missing_commas: false, ..ParseOptions::default() };
    let reader = Reader { file, skipped, expressions: true };
    match parse_to_ast(text, &CollectOptions::default(), &options) {
        Ok(parsed) => match parsed.value {
            Some(value) => reader.convert(value, JSON_DEPTH),
            None => Err(Problem { message: "the file is empty".into(), place: reader.place(0, 0) }),
        },
        Err(error) => Err(Problem {
            message: error.kind().to_string(),
            place: reader.place(error.range().start, error.range().end),
        }),
    }
}

/// Reads a text of JSON as a value, all of which stands at one place.
///
/// # Errors
/// When it is not JSON.
pub fn value_of(text: &str, place: Place) -> Result<Value, String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let parsed = parse_to_ast(text, &CollectOptions::default(), &ParseOptions::default());
    match parsed.map(|parsed| parsed.value) {
        Ok(Some(json)) => plain(&json, &|_, _| place, JSON_DEPTH),
        Ok(None) => Err("the text is empty".into()),
        Err(error) => Err(format!("the text is not JSON: {}", error.kind())),
    }
}

/// Reads a file of JSON as a value with places in that file.
///
/// # Errors
/// When it is not JSON.
pub fn value_of_file(text: &str, file: u32) -> Result<Value, String> {
    let (text, skipped) = match text.strip_prefix('\u{feff}') {
        Some(rest) => (rest, 3),
        None => (text, 0),
    };
    let reader = Reader { file, skipped, expressions: false };
    let parsed = parse_to_ast(text, &CollectOptions::default(), &ParseOptions::default());
    match parsed.map(|parsed| parsed.value) {
        Ok(Some(json)) => plain(&json, &|start, end| reader.place(start, end), JSON_DEPTH),
        Ok(None) => Err("the file is empty".into()),
        Err(error) => Err(format!("the file is not JSON: {}", error.kind())),
    }
}

fn plain(
    json: &Json<'_>,
    place: &dyn Fn(usize, usize) -> Place,
    depth: u32,
) -> Result<Value, String> {
    if depth == 0 {
        return Err(format!("the JSON nests deeper than {JSON_DEPTH} levels"));
    }
    let range = json_range(json);
    let content = match json {
        Json::NullKeyword(_) => Content::Null,
        Json::BooleanLit(literal) => Content::Bool(literal.value),
        Json::NumberLit(literal) => number_of(literal.value)?,
        Json::StringLit(literal) => Content::Text(literal.value.as_ref().into()),
        Json::Array(array) => {
            let elements: Result<Arc<[Value]>, String> =
                array.elements.iter().map(|element| plain(element, place, depth - 1)).collect();
            Content::List(elements?)
        }
        Json::Object(object) => {
            let members: Result<Vec<Member>, String> = object
                .properties
                .iter()
                .map(|property| {
                    let (start, end) = name_range(&property.name);
                    Ok(Member {
                        key: property.name.as_str().into(),
                        key_place: place(start, end),
                        value: plain(&property.value, place, depth - 1)?,
                    })
                })
                .collect();
            Content::Map(Arc::new(Map::from_members(members?)))
        }
    };
    Ok(Value::new(content, place(range.0, range.1)))
}

fn number_of(written: &str) -> Result<Content, String> {
    match written.parse::<f64>() {
        Ok(number) => Ok(Content::Number(number)),
        Err(_) => Err(format!("`{written}` is not a number")),
    }
}

fn json_range(json: &Json<'_>) -> (usize, usize) {
    let range = match json {
        Json::NullKeyword(node) => node.range,
        Json::BooleanLit(node) => node.range,
        Json::NumberLit(node) => node.range,
        Json::StringLit(node) => node.range,
        Json::Array(node) => node.range,
        Json::Object(node) => node.range,
    };
    (range.start, range.end)
}

fn name_range(name: &ObjectPropName<'_>) -> (usize, usize) {
    let range = match name {
        ObjectPropName::String(name) => name.range,
        ObjectPropName::Word(name) => name.range,
    };
    (range.start, range.end)
}

struct Reader {
    file: u32,
    skipped: u32,
    expressions: bool,
}

type Converted = Result<Expression, Problem>;

impl Reader {
    fn place(&self, start: usize, end: usize) -> Place {
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX).saturating_add(self.skipped);
        Place { file: self.file, start: offset(start), end: offset(end) }
    }

    fn convert(&self, json: Json<'_>, depth: u32) -> Converted {
        let (start, end) = json_range(&json);
        let place = self.place(start, end);
        if depth == 0 {
            return Err(Problem {
                message: format!("the JSON nests deeper than {JSON_DEPTH} levels"),
                place,
            });
        }
        let kind = match json {
            Json::StringLit(literal) => return Ok(self.text(&literal, place)),
            Json::NullKeyword(_) => Kind::Null,
            Json::BooleanLit(literal) => Kind::Bool(literal.value),
            Json::NumberLit(literal) => match literal.value.parse() {
                Ok(number) => Kind::Number(number),
                Err(_) => {
                    return Ok(Expression::invalid(
                        format!("`{}` is not a number", literal.value),
                        place,
                    ));
                }
            },
            Json::Array(array) => {
                let elements: Result<Box<[Expression]>, Problem> = array
                    .elements
                    .into_iter()
                    .map(|element| self.convert(element, depth - 1))
                    .collect();
                Kind::List(elements?)
            }
            Json::Object(object) => Kind::Object(self.object(object, depth - 1)?),
        };
        Ok(Expression::new(kind, place))
    }

    fn text(&self, literal: &StringLit<'_>, place: Place) -> Expression {
        if !self.expressions {
            return Expression::new(Kind::Text(literal.value.as_ref().into()), place);
        }
        // With escapes in it, places inside the text cannot be told.
        let written = matches!(literal.value, std::borrow::Cow::Borrowed(_));
        parse_text(&literal.value, place, written.then_some(place.start + 1))
    }

    fn object(&self, object: Object<'_>, depth: u32) -> Result<Box<[Item]>, Problem> {
        let template = is_template(&object);
        let mut items = Vec::with_capacity(object.properties.len());
        for property in object.properties {
            let name = property.name.as_str();
            // Descriptions are a third of a compiled template, and nobody evaluates them.
            if template && name.eq_ignore_ascii_case("metadata") {
                continue;
            }
            if template
                && (name.eq_ignore_ascii_case("parameters")
                    || name.eq_ignore_ascii_case("definitions"))
            {
                items.push(self.described(property, depth)?);
                continue;
            }
            if name.eq_ignore_ascii_case("copy") && matches!(property.value, Json::Array(_)) {
                self.copies(property, depth, &mut items)?;
                continue;
            }
            items.push(Item::Member(self.property(property, depth)?));
        }
        Ok(each_once(items))
    }

    fn property(&self, property: ObjectProp<'_>, depth: u32) -> Result<Property, Problem> {
        let (start, end) = name_range(&property.name);
        let key_place = self.place(start, end);
        let name = property.name.as_str();
        let key = if self.expressions && name.starts_with('[') && name.ends_with(']') {
            match parse_text(name, key_place, Some(key_place.start + 1)) {
                Expression { kind: Kind::Text(text), .. } => Key::Known(text),
                computed => Key::Computed(computed),
            }
        } else {
            Key::Known(name.into())
        };
        Ok(Property { key, key_place, value: self.convert(property.value, depth)? })
    }

    /// Parameters and definitions, without the descriptions in them.
    fn described(&self, property: ObjectProp<'_>, depth: u32) -> Result<Item, Problem> {
        let ObjectProp { name, value, range } = property;
        let value = match value {
            Json::Object(mut object) => {
                for inner in &mut object.properties {
                    if let Json::Object(inner) = &mut inner.value {
                        inner.properties.retain(|member| !undescribed(member.name.as_str()));
                    }
                }
                Json::Object(object)
            }
            other => other,
        };
        Ok(Item::Member(self.property(ObjectProp { name, value, range }, depth)?))
    }

    fn copies(
        &self,
        property: ObjectProp<'_>,
        depth: u32,
        items: &mut Vec<Item>,
    ) -> Result<(), Problem> {
        let Json::Array(array) = property.value else { return Ok(()) };
        for element in array.elements {
            let element = self.convert(element, depth)?;
            let Some(Expression { kind: Kind::Text(name), place, .. }) = element.get("name") else {
                continue;
            };
            let (Some(count), Some(input)) = (element.get("count"), element.get("input")) else {
                continue;
            };
            items.push(Item::Copy(PropertyCopy {
                name: name.clone(),
                name_place: *place,
                count: count.clone(),
                input: input.clone(),
            }));
        }
        Ok(())
    }
}

/// What a parameter says of itself that does not change its value.
fn undescribed(name: &str) -> bool {
    ["metadata", "properties", "items", "allowedValues"]
        .iter()
        .any(|other| other.eq_ignore_ascii_case(name))
}

fn is_template(object: &Object<'_>) -> bool {
    let mut resources = false;
    let mut version = false;
    for property in &object.properties {
        let name = property.name.as_str();
        resources |= name.eq_ignore_ascii_case("resources");
        version |=
            name.eq_ignore_ascii_case("contentVersion") || name.eq_ignore_ascii_case("$schema");
    }
    resources && version
}
