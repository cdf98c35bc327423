//! The JSON syntax of Terraform (`*.tf.json`, `*.tfvars.json`), as the same tree.

use std::sync::Arc;

use jsonc_parser::ast::{Object, ObjectProp, StringLit, Value as Json};
use jsonc_parser::common::{Range, Ranged as _};
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use super::cursor::{Cursor, Origin};
use super::{Attribute, Block, Body, Expression, Node, SyntaxError, template};
use crate::code::value::{Place, Value};

/// Reads a file of the JSON syntax. With `literal`, as in files of variables, texts are no templates.
pub fn parse_json(text: &str, file: u32, literal: bool) -> (Body, Vec<SyntaxError>) {
    let skipped = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let inner = text.get(skipped..).unwrap_or("");
    let mut reader = Reader { text: inner, file, skipped, literal, errors: Vec::new() };
    let parsed = parse_to_ast(inner, &CollectOptions::default(), &strict());
    let body = match parsed {
        Ok(result) => match &result.value {
            Some(Json::Object(object)) if literal => reader.attributes(object),
            Some(Json::Object(object)) => reader.file(object),
            Some(Json::Array(array)) if !literal => {
                let mut body = Body::default();
                for element in &array.elements {
                    if let Json::Object(object) = element {
                        body.blocks.extend(reader.file(object).blocks);
                    }
                }
                body
            }
            Some(other) => {
                reader.error(other.range(), "expected an object");
                Body::default()
            }
            None => Body::default(),
        },
        Err(error) => {
            let message = error.kind().to_string();
            reader.error(error.range(), &message);
            Body::default()
        }
    };
    (body, reader.errors)
}

fn strict() -> ParseOptions {
    ParseOptions {
        allow_comments: false,
        allow_loose_object_property_names: false,
        allow_trailing_commas: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        ..ParseOptions::default()
    }
}

/// How many labels a block of this type has at the top of a file; nothing for what is no block.
fn labels_at_top(kind: &str) -> Option<usize> {
    match kind {
        "resource" | "data" | "ephemeral" => Some(2),
        "variable" | "module" | "output" | "provider" | "check" => Some(1),
        "locals" | "terraform" | "moved" | "import" | "removed" => Some(0),
        _ => None,
    }
}

/// The same inside of a block of the given type.
fn labels_inside(outer: &str, kind: &str) -> Option<usize> {
    match (outer, kind) {
        ("terraform", "required_providers" | "cloud")
        | ("resource" | "data" | "removed", "lifecycle")
        | ("resource", "connection")
        | ("dynamic", "content")
        | ("variable", "validation") => Some(0),
        ("terraform", "backend")
        | ("resource" | "data" | "content", "dynamic")
        | ("resource", "provisioner") => Some(1),
        _ => None,
    }
}

struct Reader<'t> {
    text: &'t str,
    file: u32,
    skipped: usize,
    literal: bool,
    errors: Vec<SyntaxError>,
}

impl Reader<'_> {
    fn place(&self, range: Range) -> Place {
        let clamp = |offset: usize| u32::try_from(offset + self.skipped).unwrap_or(u32::MAX);
        Place { file: self.file, start: clamp(range.start), end: clamp(range.end) }
    }

    fn error(&mut self, range: Range, message: &str) {
        let place = self.place(range);
        self.errors.push(SyntaxError { message: message.to_owned(), place, limit: false });
    }

    fn attributes(&mut self, object: &Object<'_>) -> Body {
        let mut body = Body::default();
        for property in members(object) {
            body.attributes.push(self.attribute(property, false));
        }
        body
    }

    fn file(&mut self, object: &Object<'_>) -> Body {
        let mut body = Body::default();
        for property in members(object) {
            let name = property.name.as_str();
            match labels_at_top(name) {
                Some(count) => {
                    let header = self.place(property.name.range());
                    self.blocks(name, count, &[], header, &property.value, &mut body.blocks);
                }
                None => self.error(property.range, "no block of Terraform has this name"),
            }
        }
        body
    }

    fn blocks(
        &mut self,
        kind: &str,
        labels_left: usize,
        labels: &[(Arc<str>, Place)],
        header: Place,
        value: &Json<'_>,
        blocks: &mut Vec<Block>,
    ) {
        match value {
            Json::Array(array) => {
                for element in &array.elements {
                    self.blocks(kind, labels_left, labels, header, element, blocks);
                }
            }
            Json::Object(object) if labels_left > 0 => {
                for property in members(object) {
                    let header = self.place(property.name.range());
                    let mut labels = labels.to_vec();
                    labels.push((Arc::from(property.name.as_str()), header));
                    self.blocks(kind, labels_left - 1, &labels, header, &property.value, blocks);
                }
            }
            Json::Object(object) => {
                let body = self.body(kind, object);
                let place = header.to(self.place(object.range));
                blocks.push(Block {
                    kind: Arc::from(kind),
                    labels: labels.to_vec(),
                    header,
                    place,
                    body,
                });
            }
            Json::NullKeyword(_) => {}
            other => self.error(other.range(), "expected an object: this is a block"),
        }
    }

    fn body(&mut self, kind: &str, object: &Object<'_>) -> Body {
        let mut body = Body::default();
        for property in members(object) {
            let name = property.name.as_str();
            if let Some(count) = labels_inside(kind, name) {
                let header = self.place(property.name.range());
                self.blocks(name, count, &[], header, &property.value, &mut body.blocks);
            } else {
                let keep = kind == "variable";
                body.attributes.push(self.attribute(property, keep));
            }
        }
        body
    }

    fn attribute(&mut self, property: &ObjectProp<'_>, keep: bool) -> Attribute {
        let literal = self.literal;
        self.literal = literal || keep;
        let value = self.expression(&property.value);
        self.literal = literal;
        Attribute {
            name: Arc::from(property.name.as_str()),
            name_place: self.place(property.name.range()),
            value,
        }
    }

    fn expression(&mut self, json: &Json<'_>) -> Expression {
        let place = self.place(json.range());
        let node = match json {
            Json::StringLit(text) => return self.text(text),
            Json::NumberLit(number) => match number.value.parse() {
                Ok(number) => Node::Literal(Value::number(number, place)),
                Err(_) => Node::Literal(Value::null(place)),
            },
            Json::BooleanLit(value) => Node::Literal(Value::bool(value.value, place)),
            Json::NullKeyword(_) => Node::Literal(Value::null(place)),
            Json::Array(array) => {
                Node::List(array.elements.iter().map(|element| self.expression(element)).collect())
            }
            Json::Object(object) => {
                let mut items = Vec::with_capacity(object.properties.len());
                for property in &object.properties {
                    let range = property.name.range();
                    let key = self.template(property.name.as_str(), range);
                    items.push((key, self.expression(&property.value)));
                }
                Node::Object(items.into())
            }
        };
        Expression { node, place }
    }

    fn text(&mut self, text: &StringLit<'_>) -> Expression {
        self.template(&text.value, text.range)
    }

    fn template(&mut self, text: &str, range: Range) -> Expression {
        let place = self.place(range);
        if !self.literal && (text.contains("${") || text.contains("%{")) {
            let raw = self.text.get(range.start + 1..range.end.saturating_sub(1));
            let origin = if raw == Some(text) {
                Origin::From(range.start + 1 + self.skipped)
            } else {
                Origin::Within(place)
            };
            match template::bare(&mut Cursor::within(text, self.file, origin)) {
                Ok(expression) => return Expression { node: expression.node, place },
                Err(error) => self.errors.push(*error),
            }
        }
        Expression { node: Node::Literal(Value::text(text, place)), place }
    }
}

fn members<'o, 'a>(object: &'o Object<'a>) -> impl Iterator<Item = &'o ObjectProp<'a>> {
    object.properties.iter().filter(|property| property.name.as_str() != "//")
}
