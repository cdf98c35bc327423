//! Steps into values: attributes, indexes, splats.

use std::sync::Arc;

use super::super::failure::{Failure, Outcome};
use super::super::number;
use super::super::syntax::{Expression, Node, Step};
use super::super::types;
use super::names::Found;
use super::{Evaluator, Scope, unknown};
use crate::code::value::{Content, Lookup, Marks, Place, Unknown, Value, ViaKind};

impl<'p> Evaluator<'p> {
    pub(super) fn traversal(
        &mut self,
        base: &'p Expression,
        steps: &'p [Step],
        scope: &Scope<'_>,
        place: Place,
    ) -> Outcome<Value> {
        let Node::Name(name) = &base.node else {
            let value = self.evaluate(base, scope)?;
            return self.walk(value, steps, scope);
        };
        let Found { value, taken, kind, label } = match scope.find(name) {
            Some(value) => Found {
                value: value.clone(),
                taken: 0,
                kind: ViaKind::Element,
                label: Arc::clone(name),
            },
            None => self.named(name, steps, scope, place)?,
        };
        let value = self.walk(value, steps.get(taken..).unwrap_or(&[]), scope)?;
        Ok(value.through(kind, &label, place))
    }

    fn walk(&mut self, mut value: Value, steps: &'p [Step], scope: &Scope<'_>) -> Outcome<Value> {
        let mut left = steps;
        while let Some((step, rest)) = left.split_first() {
            value = match step {
                Step::Attribute(name, place) => attribute(&value, name, *place)?,
                Step::Index(index) => {
                    let key = self.evaluate(index, scope)?;
                    self.step(u64::from(value.size()) / 64, index.place)?;
                    at(&value, &key, index.place)?
                }
                Step::FullSplat(place) => return self.splat(&value, rest, scope, *place),
                Step::AttributeSplat(place) => {
                    let attributes =
                        rest.iter().take_while(|step| matches!(step, Step::Attribute(..))).count();
                    let (own, after) = rest.split_at(attributes);
                    left = after;
                    value = self.splat(&value, own, scope, *place)?;
                    continue;
                }
            };
            left = rest;
        }
        Ok(value)
    }

    fn splat(
        &mut self,
        value: &Value,
        steps: &'p [Step],
        scope: &Scope<'_>,
        place: Place,
    ) -> Outcome<Value> {
        let secret = value.marks().has(Marks::SENSITIVE);
        let mark = if secret { Marks::SENSITIVE } else { Marks::NONE };
        let result = match &value.content {
            Content::List(items) => {
                self.step(items.len() as u64, place)?;
                let mut results = Vec::with_capacity(items.len());
                for item in items.iter() {
                    results.push(self.walk(item.clone(), steps, scope)?);
                }
                Value::list(results, place)
            }
            Content::Null => Value::list(Vec::new(), place),
            Content::Unknown(unknown) if is_symbolic(unknown) => {
                self.walk(value.clone(), steps, scope)?
            }
            Content::Unknown(unknown) => Value::from_unknown(unknown::formless(unknown), place),
            _ => Value::list(vec![self.walk(value.clone(), steps, scope)?], place),
        };
        Ok(result.marked(mark))
    }
}

/// Whether a value stands for all instances of a resource, of which the number is unknown.
fn is_symbolic(unknown: &Unknown) -> bool {
    unknown.reference().is_some_and(|reference| reference.address.ends_with("[*]"))
}

/// The attribute of a value.
pub(super) fn attribute(value: &Value, name: &str, place: Place) -> Outcome<Value> {
    let secret = value.marks().has(Marks::SENSITIVE);
    let mark = if secret { Marks::SENSITIVE } else { Marks::NONE };
    match &value.content {
        Content::Map(map) => match map.lookup(name) {
            Lookup::Found(member) => Ok(member.clone().marked(mark)),
            Lookup::Unknown(rest) => {
                let unknown = unknown::member(rest, &format!(".{name}"));
                Ok(Value::from_unknown(unknown, place).marked(mark))
            }
            Lookup::Absent => {
                Err(Failure::invalid(format!("this object has no attribute {name:?}"), place))
            }
        },
        Content::Unknown(unknown) => {
            let unknown = unknown::member(unknown, &format!(".{name}"));
            Ok(Value::from_unknown(unknown, place).marked(mark))
        }
        _ => {
            let message = format!("{} has no attribute {name:?}", types::what(value));
            Err(Failure::invalid(message, place))
        }
    }
}

/// The element of a value.
pub(super) fn at(value: &Value, key: &Value, place: Place) -> Outcome<Value> {
    let secret = value.marks().has(Marks::SENSITIVE) || key.is_sensitive();
    let mark = if secret { Marks::SENSITIVE } else { Marks::NONE };
    if let Content::Unknown(unknown) = &value.content {
        let whole = unknown.reference().is_some_and(|found| found.attribute.is_empty());
        if is_symbolic(unknown) && whole {
            return Ok(value.clone());
        }
        let unknown = match &key.content {
            Content::Text(text) => unknown::member(unknown, &format!("[{text:?}]")),
            Content::Number(number) => {
                unknown::member(unknown, &format!("[{}]", number::write(*number)))
            }
            _ => unknown::formless(unknown),
        };
        return Ok(Value::from_unknown(unknown, place).marked(mark));
    }
    if let Content::Unknown(unknown) = &key.content {
        return Err(Failure::Unknown(unknown::formless(unknown)));
    }
    match &value.content {
        Content::List(items) => {
            let position = types::number(key)
                .map_err(|message| Failure::invalid(message, place))
                .map(number::index)?;
            match position.and_then(|position| items.get(position)) {
                Some(item) => Ok(item.clone().marked(mark)),
                None => Err(Failure::invalid("the list has no element of this index", place)),
            }
        }
        Content::Map(_) => {
            let name = types::text(key).map_err(|message| Failure::invalid(message, place))?;
            Ok(attribute(value, &name, place)?.marked(mark))
        }
        _ => {
            let message = format!("{} has no elements", types::what(value));
            Err(Failure::invalid(message, place))
        }
    }
}
