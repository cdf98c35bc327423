//! `for` expressions.

use std::sync::Arc;

use super::super::failure::{Failure, Outcome};
use super::super::number;
use super::super::syntax::For;
use super::super::types;
use super::expression::Members;
use super::{Binding, Evaluator, Scope, unknown};
use crate::code::value::{Content, Map, Marks, Place, Unknown, Value};

impl<'p> Evaluator<'p> {
    pub(super) fn repeat(
        &mut self,
        parts: &'p For,
        scope: &Scope<'_>,
        place: Place,
    ) -> Outcome<Value> {
        let collection = self.evaluate(&parts.collection, scope)?;
        if let Some(unknown) = opaque(&collection) {
            return Err(Failure::Unknown(unknown));
        }
        let mut items = Vec::new();
        let mut members = Members::with_capacity(0);
        let mut rest: Option<Arc<Unknown>> = None;
        for (key, value) in self.elements(&collection)? {
            self.step(1, place)?;
            let name = parts.key_name.as_deref().unwrap_or("");
            let key = Binding { name, value: key, outer: scope.names };
            let value = Binding { name: &parts.value_name, value, outer: Some(&key) };
            let scope = Scope { names: Some(&value), ..*scope };
            if let Some(condition) = &parts.condition {
                let decided = self.evaluate(condition, &scope)?;
                if let Content::Unknown(unknown) = &decided.content {
                    // Whether this element is there is unknown, so a list has unknown positions from here on.
                    let unknown = unknown::conditional(unknown);
                    if parts.key.is_none() {
                        return Err(Failure::Unknown(unknown));
                    }
                    rest = rest.or(Some(unknown));
                    continue;
                }
                let taken = types::boolean(&decided)
                    .map_err(|message| Failure::invalid(message, condition.place))?;
                if !taken {
                    continue;
                }
            }
            let Some(key) = &parts.key else {
                items.push(self.evaluate(&parts.value, &scope)?);
                continue;
            };
            let name = self.evaluate(key, &scope)?;
            let value = self.evaluate(&parts.value, &scope)?;
            if let Content::Unknown(unknown) = &name.content {
                rest = rest.or(Some(unknown::formless(unknown)));
                continue;
            }
            let name =
                types::text(&name).map_err(|message| Failure::invalid(message, key.place))?;
            match members.position(&name).filter(|_| parts.group) {
                Some(position) => {
                    if let Some(member) = members.list.get_mut(position) {
                        let before = member.value.as_list().unwrap_or(&[]);
                        self.step(before.len() as u64, place)?;
                        let all: Vec<Value> = before.iter().cloned().chain([value]).collect();
                        member.value = Value::list(all, member.value.place);
                    }
                }
                None if parts.group => {
                    let place = value.place;
                    members.set(name, key.place, Value::list(vec![value], place));
                }
                None if members.position(&name).is_some() => {
                    return Err(Failure::invalid(
                        format!("the key {name:?} comes twice"),
                        key.place,
                    ));
                }
                None => members.set(name, value.place, value),
            }
        }
        let secret = collection.marks().has(Marks::SENSITIVE);
        let marks = if secret { Marks::SENSITIVE } else { Marks::NONE };
        let result = if parts.key.is_some() {
            // With members in doubt, those that are known are known still: keys do not come twice.
            Value::map(Map::from_members(members.list).open(rest), place)
        } else {
            Value::list(items, place)
        };
        Ok(result.marked(marks))
    }

    /// The keys and values of a collection, in the order in which Terraform walks it.
    pub(super) fn elements(&mut self, collection: &Value) -> Outcome<Vec<(Value, Value)>> {
        self.step(u64::from(collection.size()) / 16, collection.place)?;
        match &collection.content {
            Content::List(items) => {
                let set = collection.marks().has(Marks::SET);
                let pairs = items.iter().enumerate().map(|(index, item)| {
                    let key = if set {
                        item.clone()
                    } else {
                        Value::number(number::count(index), item.place)
                    };
                    (key, item.clone())
                });
                Ok(pairs.collect())
            }
            Content::Map(map) => {
                let members = types::sorted(map);
                let pairs = members.into_iter().map(|member| {
                    let key = Value::text(Arc::clone(&member.key), member.key_place);
                    (key, member.value.clone())
                });
                Ok(pairs.collect())
            }
            _ => {
                let message = format!("{} cannot be walked", types::what(collection));
                Err(Failure::invalid(message, collection.place))
            }
        }
    }
}

/// Why the elements of a value cannot be walked.
pub(super) fn opaque(collection: &Value) -> Option<Arc<Unknown>> {
    match &collection.content {
        Content::Unknown(unknown) => Some(unknown::formless(unknown)),
        Content::Map(map) => map.rest().map(unknown::formless),
        _ => None,
    }
}
