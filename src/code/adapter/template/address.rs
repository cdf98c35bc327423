//! What a resource is called in its template: symbolic names where there are any.

use std::collections::HashMap;
use std::sync::Arc;

use crate::code::template::scope::last_segment;
use crate::code::template::{Instance, Position};
use crate::code::value::{Part, Value};

/// The addresses that one root has given out: two resources never share one.
#[derive(Default)]
pub struct Addresses {
    given: HashMap<String, usize>,
}

impl Addresses {
    /// `module.inner[0].vault`; without a symbolic name, type and name.
    pub fn of(&mut self, instance: &Instance, kind: &str) -> Arc<str> {
        let mut steps: Vec<String> =
            std::iter::successors(instance.chain.as_ref(), |link| link.next.as_ref())
                .map(|link| step(&link.name, link.position))
                .collect();
        steps.reverse();
        steps.push(match &instance.symbol {
            Some(symbol) => step(symbol, instance.position),
            None => format!("{kind} {}{}", shown(&instance.name), target(&instance.scope)),
        });
        let address = steps.join(".");
        let number = self.given.entry(address.to_ascii_lowercase()).or_default();
        *number += 1;
        match *number {
            1 => address.into(),
            number => format!("{address} ({number})").into(),
        }
    }
}

/// What a resource extends, if it extends another one: locks of many vaults have the same name.
fn target(scope: &Value) -> String {
    let form = scope.form().unwrap_or_default();
    let provider = |part: &Part| matches!(part, Part::Known(text) if text.contains("/providers/"));
    if !form.iter().any(provider) {
        return String::new();
    }
    last_segment(scope).map_or_else(String::new, |name| format!(" on {}", shown(&name)))
}

/// A name and which turn of its loop is meant.
pub fn step(name: &str, position: Position) -> String {
    match position {
        Position::Only => name.to_owned(),
        Position::Turn(number) => format!("{name}[{number}]"),
        Position::Any => format!("{name}[*]"),
    }
}

/// A text, with what is unknown of it in braces.
fn shown(text: &Value) -> String {
    let Some(form) = text.form() else { return "?".to_owned() };
    form.iter().map(piece).collect()
}

fn piece(part: &Part) -> String {
    match part {
        Part::Known(text) => text.to_string(),
        Part::Hole(name) => format!("{{{name}}}"),
        Part::Reference(reference) => format!("{{{}.{}}}", reference.address, reference.attribute),
    }
}
