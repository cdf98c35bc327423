//! Evaluates the sorts of expressions.

use std::collections::HashMap;
use std::sync::Arc;

use super::super::failure::{Failure, Outcome};
use super::super::functions;
use super::super::syntax::{Call, Expression, Node};
use super::super::types;
use super::{Evaluator, Scope, operator, unknown};
use crate::code::value::{Content, Map, Marks, Member, Place, Value};

/// Maps with more members look for keys that are there twice by hash.
const FEW: usize = 16;

impl<'p> Evaluator<'p> {
    pub(super) fn evaluate_node(
        &mut self,
        source: &'p Expression,
        scope: &Scope<'_>,
    ) -> Outcome<Value> {
        let place = source.place;
        match &source.node {
            Node::Literal(value) => Ok(value.clone()),
            Node::List(items) => {
                let mut values = Vec::with_capacity(items.len());
                for item in items {
                    values.push(self.evaluate(item, scope)?);
                }
                Ok(Value::list(values, place))
            }
            Node::Object(items) => self.object(items, scope, place),
            Node::Template(parts) => self.template(parts, scope, place),
            Node::Name(_) => self.traversal(source, &[], scope, place),
            Node::Traversal(traversal) => {
                self.traversal(&traversal.base, &traversal.steps, scope, place)
            }
            Node::Conditional(parts) => self.conditional(parts, scope, place),
            Node::Call(call) => self.call(call, scope, place),
            Node::Negate(operand) => {
                let value = self.evaluate(operand, scope)?;
                operator::negate(&value, place)
            }
            Node::Not(operand) => {
                let value = self.evaluate(operand, scope)?;
                operator::not(&value, place)
            }
            Node::Binary(operator, operands) => self.binary(*operator, operands, scope, place),
            Node::For(parts) => self.repeat(parts, scope, place),
        }
    }

    fn object(
        &mut self,
        items: &'p [(Expression, Expression)],
        scope: &Scope<'_>,
        place: Place,
    ) -> Outcome<Value> {
        let mut members = Members::with_capacity(items.len());
        let mut rest = None;
        for (key, value) in items {
            let name = self.evaluate(key, scope)?;
            let value = self.evaluate(value, scope)?;
            if let Content::Unknown(unknown) = &name.content {
                rest = rest.or(Some(unknown::formless(unknown)));
                continue;
            }
            let name =
                types::text(&name).map_err(|message| Failure::invalid(message, key.place))?;
            members.set(name, key.place, value);
        }
        Ok(Value::map(Map::from_members(members.list).open(rest), place))
    }

    fn call(&mut self, call: &'p Call, scope: &Scope<'_>, place: Place) -> Outcome<Value> {
        match &*call.name {
            "try" => return self.first_that_works(call, scope, place),
            "can" => return self.works(call, scope, place),
            _ => {}
        }
        let mut arguments = Vec::with_capacity(call.arguments.len());
        for argument in &call.arguments {
            arguments.push(self.evaluate(argument, scope)?);
        }
        if call.expand
            && let Some(last) = arguments.pop()
        {
            match &last.content {
                Content::List(items) => {
                    let secret = last.marks().has(Marks::SENSITIVE);
                    let mark = if secret { Marks::SENSITIVE } else { Marks::NONE };
                    arguments.extend(items.iter().map(|item| item.clone().marked(mark)));
                }
                Content::Unknown(unknown) => {
                    return Err(Failure::Unknown(unknown::formless(unknown)));
                }
                _ => return Err(Failure::invalid("only a list can be expanded", last.place)),
            }
        }
        functions::call(self, &call.name, &arguments, scope, place)
    }

    /// `try`: the first argument that Terraform does not refuse.
    fn first_that_works(
        &mut self,
        call: &'p Call,
        scope: &Scope<'_>,
        place: Place,
    ) -> Outcome<Value> {
        let mut last = Failure::invalid("try needs at least one argument", place);
        for argument in &call.arguments {
            match self.evaluate(argument, scope) {
                Ok(value) => return Ok(value),
                Err(failure) => last = failure,
            }
        }
        Err(last)
    }

    fn works(&mut self, call: &'p Call, scope: &Scope<'_>, place: Place) -> Outcome<Value> {
        let [argument] = &*call.arguments else {
            return Err(Failure::invalid("can takes one argument", place));
        };
        match self.evaluate(argument, scope) {
            Ok(value) => match value.first_unknown() {
                Some(unknown) => Err(Failure::Unknown(unknown::formless(unknown))),
                None => Ok(Value::bool(true, place)),
            },
            Err(_) => Ok(Value::bool(false, place)),
        }
    }
}

/// Members under construction: a key that comes again replaces the value.
pub(in super::super) struct Members {
    pub(in super::super) list: Vec<Member>,
    positions: HashMap<Arc<str>, usize>,
}

impl Members {
    /// No members yet.
    pub(in super::super) fn with_capacity(capacity: usize) -> Members {
        Members { list: Vec::with_capacity(capacity), positions: HashMap::new() }
    }

    /// The position of a key.
    pub(in super::super) fn position(&mut self, key: &str) -> Option<usize> {
        if self.list.len() <= FEW {
            return self.list.iter().position(|member| &*member.key == key);
        }
        if self.positions.is_empty() {
            let all = self.list.iter().enumerate();
            self.positions = all.map(|(at, member)| (Arc::clone(&member.key), at)).collect();
        }
        self.positions.get(key).copied()
    }

    /// Adds a member or replaces it.
    pub(in super::super) fn set(&mut self, key: Arc<str>, key_place: Place, value: Value) {
        let found = self.position(&key);
        if let Some(member) = found.and_then(|position| self.list.get_mut(position)) {
            *member = Member { key, key_place, value };
            return;
        }
        if !self.positions.is_empty() {
            self.positions.insert(Arc::clone(&key), self.list.len());
        }
        self.list.push(Member { key, key_place, value });
    }
}
