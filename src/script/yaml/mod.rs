//! YAML with the place of every value, and with the way from the text of a scalar back to its bytes.
//! Aliases are shared, never expanded.

mod scalar;
mod tree;

use std::rc::Rc;

pub(super) use scalar::code;
pub(super) use tree::parse;

use super::{place::Place, value::Value};

/// A value of YAML.
#[derive(Debug)]
pub(super) struct Node {
    /// From the first byte of the value to one past its last.
    pub place: Place,
    pub kind: Kind,
}

/// What a value is.
#[derive(Debug)]
pub(super) enum Kind {
    Scalar { text: Box<str>, style: Style },
    List(Vec<Rc<Node>>),
    Map(Vec<(Rc<Node>, Rc<Node>)>),
}

/// How a scalar is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    Plain,
    Single,
    Double,
    Literal,
    Folded,
}

impl Node {
    /// The text of a scalar.
    pub fn text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    /// The member of a mapping; names of inputs ignore case.
    pub fn get(&self, name: &str) -> Option<&Rc<Node>> {
        self.member(name).map(|(_, value)| value)
    }

    /// The member of a mapping with its key.
    pub fn member(&self, name: &str) -> Option<(&Rc<Node>, &Rc<Node>)> {
        let found = self
            .members()
            .iter()
            .find(|(key, _)| key.text().is_some_and(|key| key.eq_ignore_ascii_case(name)));
        found.map(|(key, value)| (key, value))
    }

    /// The members of a mapping; none of anything else.
    pub fn members(&self) -> &[(Rc<Node>, Rc<Node>)] {
        match &self.kind {
            Kind::Map(members) => members,
            _ => &[],
        }
    }

    /// The elements of a list; a single value counts as a list of one.
    pub fn elements(self: &Rc<Node>) -> Vec<&Rc<Node>> {
        match &self.kind {
            Kind::List(elements) => elements.iter().collect(),
            Kind::Scalar { text, .. } if text.is_empty() => Vec::new(),
            _ => vec![self],
        }
    }

    /// A scalar as a value.
    pub fn value(&self) -> Option<Value> {
        self.text().map(|text| Value::text(text, self.place))
    }
}
