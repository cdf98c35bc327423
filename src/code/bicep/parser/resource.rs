//! Resources and modules.

use std::sync::Arc;

use super::{Parser, Read};
use crate::code::bicep::token::{Token, Word};
use crate::code::template::expression::{Expression, Item, Key, Kind, Property};
use crate::code::template::model::{Loop, Nested, Resource, Source};
use crate::code::template::read::nested_of;
use crate::code::value::Place;

/// What stands behind the `=` of a resource or module.
struct Body {
    condition: Option<Expression>,
    repeat: Option<Loop>,
    object: Expression,
    children: Vec<Resource>,
}

impl Parser<'_> {
    /// `resource name 'type@version' [existing] = …`
    pub(super) fn resource(&mut self) -> Read<()> {
        let resource = self.resource_declaration()?;
        self.flatten(resource, None);
        Ok(())
    }

    /// Whether a nested resource comes inside of a body, and not a property of the name `resource`.
    pub(super) fn is_nested_resource(&self) -> bool {
        self.is_keyword("resource")
            && self.word_at(self.at + 1).token == Token::Name
            && self.word_at(self.at + 2).token == Token::Text
    }

    pub(super) fn nested_resource(&mut self) -> Read<()> {
        while self.token() == Token::At {
            self.at += 1;
            self.expression()?;
            self.skip_lines();
        }
        let (resource, children) = self.deeper(Self::resource_declaration)?;
        self.children.push(resource);
        // The children of a child follow it; their positions are relative to it until it is placed.
        self.children.extend(children);
        Ok(())
    }

    fn resource_declaration(&mut self) -> Read<(Resource, Vec<Resource>)> {
        let start = self.word();
        self.expect_keyword("resource")?;
        let (symbol, _) = self.name("the name of the resource")?;
        let (written, kind_word) = self.resource_type()?;
        let existing = self.take_keyword("existing");
        let header = self.since(start);
        self.expect(Token::Assign, "`=`")?;
        self.skip_lines();
        let body = self.body()?;
        let place = self.since(start);
        let (kind, version) = match written.split_once('@') {
            Some((kind, version)) => (Arc::from(kind), Some(Arc::from(version))),
            None => (written.clone(), None),
        };
        let kind_place = self.place(kind_word);
        let api_version = version.map(|version| Expression::new(Kind::Text(version), kind_place));
        let mut parts = Parts::default();
        let mut rest = Vec::new();
        for item in items(body.object) {
            match item {
                Item::Member(property) => parts.take(property, &mut rest),
                other => rest.push(other),
            }
        }
        let mut object = Expression::new(Kind::Object(rest.into()), place);
        let deployment = kind.eq_ignore_ascii_case("Microsoft.Resources/deployments") && !existing;
        let deployment = deployment.then(|| nested_of(&mut object, self.problems));
        let resource = Resource {
            symbol: Some(symbol),
            header,
            place,
            kind,
            kind_place,
            api_version,
            existing,
            condition: body.condition,
            repeat: body.repeat,
            name: parts.name,
            within: None,
            parent: parts.parent,
            scope: parts.scope,
            subscription: None,
            group: None,
            body: object,
            deployment,
        };
        Ok((resource, body.children))
    }

    /// The type is a text; what is unusual in it is read as far as it goes.
    fn resource_type(&mut self) -> Read<(Arc<str>, Word)> {
        let word = self.word();
        if word.token == Token::TextStart {
            self.expression()?;
            return Ok((self.inside(word).into(), word));
        }
        self.plain_text("the type of the resource")
    }

    /// Puts a resource and what is nested in it into the template.
    fn flatten(&mut self, (resource, children): (Resource, Vec<Resource>), within: Option<usize>) {
        let base = self.template.resources.len();
        self.template.resources.push(Resource { within, ..resource });
        for child in children {
            let within = child.within.map_or(base, |within| base + within);
            self.template.resources.push(Resource { within: Some(within), ..child });
        }
    }

    /// `module name 'path' = …`
    pub(super) fn module(&mut self) -> Read<()> {
        let start = self.word();
        self.expect_keyword("module")?;
        let (symbol, _) = self.name("the name of the module")?;
        let (path, path_word) = self.plain_text("the path of the module")?;
        let header = self.since(start);
        self.expect(Token::Assign, "`=`")?;
        self.skip_lines();
        let body = self.body()?;
        let place = self.since(start);
        let mut parts = Parts::default();
        let mut rest = Vec::new();
        for item in items(body.object) {
            match item {
                Item::Member(property) => parts.take(property, &mut rest),
                other => rest.push(other),
            }
        }
        let kind_place = self.place(path_word);
        let source = Source::Path(path, kind_place);
        self.template.resources.push(Resource {
            symbol: Some(symbol),
            header,
            place,
            kind: "Microsoft.Resources/deployments".into(),
            kind_place,
            api_version: None,
            existing: false,
            condition: body.condition,
            repeat: body.repeat,
            name: parts.name.or_else(|| Some(unnamed(header))),
            within: None,
            parent: None,
            scope: parts.scope,
            subscription: None,
            group: None,
            body: Expression::new(Kind::Object(rest.into()), place),
            deployment: Some(Nested { source, arguments: parts.params, outer: false }),
        });
        Ok(())
    }

    /// `{…}`, `if (…) {…}`, `[for … : …]`
    fn body(&mut self) -> Read<Body> {
        let outside = std::mem::take(&mut self.children);
        let body = self.body_inside();
        let children = std::mem::replace(&mut self.children, outside);
        let mut body = body?;
        body.children = place_children(children);
        Ok(body)
    }

    fn body_inside(&mut self) -> Read<Body> {
        let start = self.word();
        if start.token != Token::OpenBracket {
            let (condition, object) = self.conditional_object()?;
            return Ok(Body { condition, repeat: None, object, children: Vec::new() });
        }
        self.at += 1;
        self.skip_lines();
        let each = self.each()?;
        let (condition, object) = self.conditional_object()?;
        self.skip_lines();
        self.expect(Token::CloseBracket, "`]`")?;
        Ok(Body { condition, repeat: Some(Loop::Each(each)), object, children: Vec::new() })
    }

    fn conditional_object(&mut self) -> Read<(Option<Expression>, Expression)> {
        let mut condition = None;
        if self.take_keyword("if") {
            self.expect(Token::OpenParenthesis, "`(`")?;
            self.skip_lines();
            condition = Some(self.expression()?);
            self.skip_lines();
            self.expect(Token::CloseParenthesis, "`)`")?;
            self.skip_lines();
        }
        if self.token() != Token::OpenBrace {
            return Err(self.unexpected("`{`"));
        }
        Ok((condition, self.expression()?))
    }
}

/// A module without a name: the compiler gives it one that nobody can know.
fn unnamed(place: Place) -> Expression {
    Expression::invalid("the name of the deployment is made by the compiler", place)
}

/// Gives children their position relative to the resource in which they stand: the list holds each
/// child followed by its own, whose `within` is relative to that child.
fn place_children(mut children: Vec<Resource>) -> Vec<Resource> {
    let mut child = 0;
    for at in 0..children.len() {
        let Some(resource) = children.get_mut(at) else { break };
        match resource.within {
            None => {
                child = at;
                // Position 0 is the resource itself, its list begins at 1.
                resource.within = Some(0);
            }
            Some(within) => resource.within = Some(child + 1 + within),
        }
    }
    children
}

fn items(object: Expression) -> Vec<Item> {
    match object.kind {
        Kind::Object(items) => items.into_vec(),
        _ => Vec::new(),
    }
}

/// The members of a resource or module that are not its body.
#[derive(Default)]
struct Parts {
    name: Option<Expression>,
    parent: Option<Expression>,
    scope: Option<Expression>,
    params: Option<Expression>,
}

impl Parts {
    fn take(&mut self, property: Property, rest: &mut Vec<Item>) {
        let name = match &property.key {
            Key::Known(key) => key.clone(),
            Key::Computed(_) => return rest.push(Item::Member(property)),
        };
        match &*name {
            "name" => self.name = Some(property.value),
            "parent" => self.parent = Some(property.value),
            "scope" => self.scope = Some(property.value),
            "params" => self.params = Some(property.value),
            "dependsOn" => {}
            _ => rest.push(Item::Member(property)),
        }
    }
}
