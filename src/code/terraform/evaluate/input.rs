//! Variables: where their values come from, and their types.

use std::rc::Rc;
use std::sync::Arc;

use super::super::diagnostic::DiagnosticKind;
use super::super::failure::Outcome;
use super::super::project::{Assignment, Options};
use super::super::syntax::{Block, Body, Node, parse_expression};
use super::super::types::{self, Type};
use super::names::{is_sensitive, mark, undeclared};
use super::{Evaluator, Scope, Slot, unknown};
use crate::code::value::{Cause, Content, Place, Value, ViaKind};

/// The number of the file that stands for the command line and the environment: there is none.
const NO_FILE: u32 = u32::MAX;

impl<'p> Evaluator<'p> {
    /// Gives the root's variables their values; later ones win, in Terraform's order.
    pub(super) fn assign(&mut self, options: &Options) {
        for (name, text) in &options.environment {
            self.assign_text(name, text, ViaKind::Environment);
        }
        let Some(root) = self.instances.first() else { return };
        let project = self.project;
        if let Some(inputs) = project.inputs.get(&root.module.directory) {
            for (_, body) in &inputs.variables {
                self.assign_file(body);
            }
            if self.workspace.is_none() {
                self.workspace = inputs.workspace.as_deref().map(Arc::from);
            }
        }
        for assignment in &options.assignments {
            match assignment {
                Assignment::Variable(name, text) => {
                    self.assign_text(name, text, ViaKind::CommandLine);
                }
                Assignment::File(path) => {
                    if let Some(body) = project.variable_files.get(path) {
                        self.assign_file(body);
                    }
                }
            }
        }
    }

    fn assign_file(&mut self, body: &'p Body) {
        for attribute in &body.attributes {
            let value = self.value(&attribute.value, &Scope::of(0));
            self.inputs.insert(Arc::clone(&attribute.name), (value, ViaKind::VariableFile));
        }
    }

    fn assign_text(&mut self, name: &str, text: &str, kind: ViaKind) {
        let Some(root) = self.instances.first() else { return };
        let place = Place { file: NO_FILE, start: 0, end: 0 };
        let variables = &root.module.variables;
        let Some(position) = variables.find(name, NO_FILE) else { return };
        let plain = self.type_of(0, position).is_plain() || self.is_untyped(position);
        let value = if plain {
            Value::text(text, place)
        } else {
            match parse_expression(text, NO_FILE) {
                Ok(expression) => literal(&expression),
                Err(error) => Value::unknown(Cause::InvalidExpression, error.message, place, place),
            }
        };
        self.inputs.insert(Arc::from(name), (value, kind));
    }

    fn is_untyped(&self, position: usize) -> bool {
        let block = self.instance(0).module.variables.get(position);
        block.is_some_and(|block| block.body.attribute("type").is_none())
    }

    /// The value of a variable of a module instance, and how it came there.
    pub(super) fn variable(
        &mut self,
        module: usize,
        name: &str,
        place: Place,
    ) -> Outcome<(Value, ViaKind)> {
        let declared = self.instance(module).module;
        let Some(position) = declared.variables.find(name, place.file) else {
            return Err(undeclared(&format!("var.{name}"), place));
        };
        let kind = self.kind_of(module, name, position);
        match &self.instance(module).variables[position] {
            Slot::Done(value) => return Ok((value.clone(), kind)),
            Slot::Running => return Ok((self.cycle(&format!("var.{name}"), place), kind)),
            Slot::Empty => {}
        }
        let Some(block) = declared.variables.get(position) else {
            return Err(undeclared(name, place));
        };
        self.instance_mut(module).variables[position] = Slot::Running;
        let value = self.compute(module, name, position, block);
        self.instance_mut(module).variables[position] = Slot::Done(value.clone());
        Ok((value, kind))
    }

    fn kind_of(&self, module: usize, name: &str, position: usize) -> ViaKind {
        let instance = self.instance(module);
        match instance.parent {
            Some((parent, call)) => {
                let call = self.instance(parent).module.calls.get(call);
                let given = call.is_some_and(|call| call.body.attribute(name).is_some());
                if given { ViaKind::ModuleArgument } else { ViaKind::VariableDefault }
            }
            None => match self.inputs.get(name) {
                Some((_, kind)) if !instance.module.variables.is_again(position) => *kind,
                _ => ViaKind::VariableDefault,
            },
        }
    }

    fn compute(&mut self, module: usize, name: &str, position: usize, block: &'p Block) -> Value {
        let given = self.given(module, name);
        let not_null = block.body.attribute("nullable").is_some_and(|attribute| {
            let value = match &attribute.value.node {
                Node::Literal(value) => value.as_bool(),
                _ => None,
            };
            value == Some(false)
        });
        let given = given.filter(|value| !(not_null && value.is_null()));
        let default = block.body.attribute("default");
        let value = match (given, default) {
            (Some(value), _) => value,
            (None, Some(default)) => self.value(&default.value, &Scope::of(module)),
            (None, None) => return self.missing(module, name, block),
        };
        let kind = self.type_of(module, position);
        if self.step(u64::from(value.size()), value.place).is_err() {
            return self.limit(value.place, "evaluating this root takes too many steps");
        }
        let converted = match types::convert(&value, &kind) {
            Ok(converted) => converted,
            Err(message) => {
                let message = format!("the value of var.{name} does not fit its type: {message}");
                self.tell(DiagnosticKind::Invalid, &message, value.written());
                Value::unknown(Cause::InvalidExpression, message, value.written(), value.place)
            }
        };
        if is_sensitive(block) { mark(converted) } else { converted }
    }

    fn given(&mut self, module: usize, name: &str) -> Option<Value> {
        let Some((parent, call)) = self.instance(module).parent else {
            return self.inputs.get(name).map(|(value, _)| value.clone());
        };
        let call = self.instance(parent).module.calls.get(call)?;
        let attribute = call.body.attribute(name)?;
        let repeat = self.instance(module).repeat.clone();
        let scope = Scope { module: parent, repeat: Some(&repeat), names: None, variables: None };
        Some(self.value(&attribute.value, &scope))
    }

    fn missing(&mut self, module: usize, name: &str, block: &Block) -> Value {
        let instance = self.instance(module);
        let place = block.header;
        let hole = format!("{}var.{name}", instance.prefix);
        let detail = if instance.parent.is_some() {
            format!("the module call gives no value to var.{name}")
        } else {
            format!("var.{name} has no value")
        };
        let unknown = unknown::named(Cause::NoDefault, detail, hole, place);
        let value = Value::from_unknown(Arc::new(unknown), place);
        if is_sensitive(block) { mark(value) } else { value }
    }

    fn type_of(&mut self, module: usize, position: usize) -> Rc<Type> {
        if let Some(known) = self.instance(module).types.get(&position) {
            return Rc::clone(known);
        }
        let block = self.instance(module).module.variables.get(position);
        let attribute = block.and_then(|block| block.body.attribute("type"));
        let kind = match attribute {
            None => Ok(Type::Any),
            // Defaults of optional attributes are literals: Terraform allows no references there.
            Some(attribute) => Type::read(&attribute.value, &mut literal),
        };
        let kind = kind.unwrap_or_else(|message| {
            if let Some(attribute) = attribute {
                self.tell(DiagnosticKind::Invalid, &message, attribute.value.place);
            }
            Type::Any
        });
        let kind = Rc::new(kind);
        self.instance_mut(module).types.insert(position, Rc::clone(&kind));
        kind
    }
}

/// The value of an expression without names and functions; anything else is unknown.
pub(super) fn literal(source: &super::Expression) -> Value {
    let place = source.place;
    match &source.node {
        Node::Literal(value) => value.clone(),
        Node::List(items) => Value::list(items.iter().map(literal).collect::<Vec<_>>(), place),
        Node::Object(items) => {
            let mut members = super::expression::Members::with_capacity(items.len());
            for (key, value) in items {
                if let Ok(name) = types::text(&literal(key)) {
                    members.set(name, key.place, literal(value));
                }
            }
            Value::map(crate::code::value::Map::from_members(members.list), place)
        }
        Node::Negate(inner) => match literal(inner).content {
            Content::Number(number) => Value::number(-number, place),
            _ => not_literal(place),
        },
        _ => not_literal(place),
    }
}

fn not_literal(place: Place) -> Value {
    Value::unknown(Cause::InvalidExpression, "only a plain value can stand here", place, place)
}
