//! `condition ? yes : no`. With an unknown condition the result is unknown, unless both values are the same.

use super::super::failure::{Failure, Outcome};
use super::super::syntax::{Expression, Node};
use super::super::types::{self, Type};
use super::{Evaluator, Scope, unknown};
use crate::code::value::{Content, Marks, Place, Value};

impl<'p> Evaluator<'p> {
    pub(super) fn conditional(
        &mut self,
        parts: &'p [Expression; 3],
        scope: &Scope<'_>,
        place: Place,
    ) -> Outcome<Value> {
        let [condition, yes, no] = parts;
        let decided = self.evaluate(condition, scope)?;
        if let Content::Unknown(unknown) = &decided.content {
            return Ok(match (self.evaluate(yes, scope), self.evaluate(no, scope)) {
                (Ok(yes), Ok(no)) => {
                    self.step(u64::from(yes.size().min(no.size())), place)?;
                    if types::same(&yes, &no) == Some(true) {
                        yes
                    } else {
                        Value::from_unknown(unknown::conditional(unknown), place)
                    }
                }
                _ => Value::from_unknown(unknown::conditional(unknown), place),
            });
        }
        let decision = types::boolean(&decided)
            .map_err(|message| Failure::invalid(message, condition.place))?;
        let (chosen, other) = if decision { (yes, no) } else { (no, yes) };
        let mut value = self.evaluate(chosen, scope)?;
        // Both values of a condition have one type: a number beside a text is a text.
        let plain = matches!(value.content, Content::Number(_) | Content::Bool(_));
        if plain && self.is_text(other, scope) {
            let mut text = types::convert(&value, &Type::Text)
                .map_err(|message| Failure::invalid(message, place))?;
            text.via.clone_from(&value.via);
            value = text;
        }
        if decided.is_sensitive() {
            value = value.marked(Marks::SENSITIVE);
        }
        Ok(value)
    }

    fn is_text(&mut self, other: &'p Expression, scope: &Scope<'_>) -> bool {
        match &other.node {
            Node::Literal(value) => value.as_text().is_some(),
            Node::Template(_) => true,
            _ => self.evaluate(other, scope).is_ok_and(|value| value.as_text().is_some()),
        }
    }
}
