//! What the first names of a path mean: var, local, each, count, path, terraform, module, data, resources.

use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

use super::super::diagnostic::DiagnosticKind;
use super::super::failure::{Failure, Outcome};
use super::super::syntax::Step;
use super::expand::{Children, Expansion, Shape};
use super::{Evaluator, Scope, Slot, traversal, unknown};
use crate::code::value::{Cause, Content, Map, Place, Value, ViaKind};

/// What a path starts with.
pub(super) struct Found {
    pub(super) value: Value,
    /// How many steps of the path are used up.
    pub(super) taken: usize,
    pub(super) kind: ViaKind,
    pub(super) label: Arc<str>,
}

impl<'p> Evaluator<'p> {
    pub(super) fn named(
        &mut self,
        name: &Arc<str>,
        steps: &'p [Step],
        scope: &Scope<'_>,
        place: Place,
    ) -> Outcome<Found> {
        let Some(Step::Attribute(first, _)) = steps.first() else {
            return Err(undeclared(name, place));
        };
        let found = |value, kind| Found { value, taken: 1, kind, label: Arc::clone(first) };
        match &**name {
            "var" => {
                let (value, kind) = self.variable(scope.module, first, place)?;
                Ok(found(value, kind))
            }
            "local" => Ok(found(self.local(scope.module, first, place)?, ViaKind::Local)),
            "each" | "count" => {
                let repeat = scope.repeat.and_then(|repeat| match (&**name, &**first) {
                    ("each", "key") => repeat.key.clone(),
                    ("each", "value") => repeat.value.clone(),
                    ("count", "index") => repeat.index.clone(),
                    _ => None,
                });
                let value = repeat.ok_or_else(|| undeclared(&format!("{name}.{first}"), place))?;
                Ok(found(value, ViaKind::Element))
            }
            "path" => Ok(found(self.path(scope.module, first, place), ViaKind::Element)),
            "terraform" => Ok(found(self.terraform(first, place), ViaKind::Element)),
            "module" => self.module(first, steps, scope, place),
            "data" | "ephemeral" => match steps.get(1) {
                Some(Step::Attribute(second, _)) => {
                    let address = format!("{first}.{second}");
                    self.resource(true, &address, 2, steps, scope, place)
                }
                _ => Err(undeclared("data", place)),
            },
            "self" => {
                let detail = "self is known to the provider only";
                Err(Failure::unknown(Cause::ComputedAttribute, detail, place))
            }
            kind => {
                let address = format!("{kind}.{first}");
                self.resource(false, &address, 1, steps, scope, place)
            }
        }
    }

    fn local(&mut self, module: usize, name: &str, place: Place) -> Outcome<Value> {
        let declared = self.instance(module).module;
        let Some(position) = declared.locals.find(name, place.file) else {
            return Err(undeclared(&format!("local.{name}"), place));
        };
        match &self.instance(module).locals[position] {
            Slot::Done(value) => return Ok(value.clone()),
            Slot::Running => return Ok(self.cycle(&format!("local.{name}"), place)),
            Slot::Empty => {}
        }
        let Some(attribute) = declared.locals.get(position) else {
            return Err(undeclared(name, place));
        };
        self.instance_mut(module).locals[position] = Slot::Running;
        let value = self.value(&attribute.value, &Scope::of(module));
        self.instance_mut(module).locals[position] = Slot::Done(value.clone());
        Ok(value)
    }

    /// The value of an output of a module instance.
    pub(super) fn output(&mut self, module: usize, position: usize, place: Place) -> Value {
        let declared = self.instance(module).module;
        match &self.instance(module).outputs[position] {
            Slot::Done(value) => return value.clone(),
            Slot::Running => return self.cycle("an output", place),
            Slot::Empty => {}
        }
        let Some(block) = declared.outputs.get(position) else { return Value::null(place) };
        self.instance_mut(module).outputs[position] = Slot::Running;
        let value = match block.body.attribute("value") {
            Some(attribute) => self.value(&attribute.value, &Scope::of(module)),
            None => Value::null(block.header),
        };
        let value = if is_sensitive(block) { mark(value) } else { value };
        self.instance_mut(module).outputs[position] = Slot::Done(value.clone());
        value
    }

    pub(super) fn cycle(&mut self, what: &str, place: Place) -> Value {
        let message = format!("{what} depends on itself");
        self.tell(DiagnosticKind::Cycle, &message, place);
        Value::unknown(Cause::Cycle, message, place, place)
    }

    fn path(&self, module: usize, name: &str, place: Place) -> Value {
        let root = &self.instance(0).module.directory;
        match name {
            "root" => Value::text(".", place),
            "module" => {
                let own = &self.instance(module).module.directory;
                Value::text(relative(root, own), place)
            }
            _ => Value::unknown(Cause::NoDefault, "where terraform runs", place, place),
        }
    }

    fn terraform(&self, name: &str, place: Place) -> Value {
        if let (Some(workspace), "workspace") = (&self.workspace, name) {
            return Value::text(Arc::clone(workspace), place);
        }
        let hole = format!("terraform.{name}");
        let detail = "the workspace is not known".to_owned();
        let unknown = unknown::named(Cause::NoDefault, detail, hole, place);
        Value::from_unknown(Arc::new(unknown), place)
    }

    fn module(
        &mut self,
        name: &Arc<str>,
        steps: &'p [Step],
        scope: &Scope<'_>,
        place: Place,
    ) -> Outcome<Found> {
        let declared = self.instance(scope.module).module;
        let Some(position) = declared.calls.find(name, place.file) else {
            return Err(undeclared(&format!("module.{name}"), place));
        };
        let children = self.children(scope.module, position);
        let label: Arc<str> = Arc::from(format!("module.{name}"));
        let found = |value, taken| {
            Ok(Found { value, taken, kind: ViaKind::Output, label: Arc::clone(&label) })
        };
        if let Some(unknown) = &children.opaque {
            return found(Value::from_unknown(Arc::clone(unknown), place), 1);
        }
        // The usual case: one output of one instance, without computing the others.
        let (child, taken) = match (&children.shape, steps.get(1)) {
            (Shape::Only, _) => (children.items.first(), 1),
            (Shape::Unknown(_), Some(Step::Index(_) | Step::FullSplat(_))) => {
                (children.items.first(), 2)
            }
            (_, Some(Step::Index(index))) => {
                let key = self.evaluate(index, scope)?;
                (children.find(&key), 2)
            }
            _ => (None, 1),
        };
        let output = match (child, steps.get(taken)) {
            (Some((_, child)), Some(Step::Attribute(output, _))) => {
                let found = self.instance(*child).module.outputs.find(output, u32::MAX);
                found.map(|position| (*child, position))
            }
            _ => None,
        };
        match (output, &children.shape) {
            (Some((child, position)), Shape::Unknown(unknown)) => {
                // Whether there is such an instance is unknown, and so is its output.
                let value = self.output(child, position, place);
                let blame = value.as_unknown().filter(|unknown| unknown.reference().is_some());
                let unknown = blame.cloned().unwrap_or_else(|| unknown::conditional(unknown));
                found(Value::from_unknown(unknown, place), taken + 1)
            }
            (Some((child, position)), _) => found(self.output(child, position, place), taken + 1),
            (None, _) => found(self.all_outputs(&children, place), 1),
        }
    }

    /// A module as one value: an object of outputs, or a list or map of such.
    fn all_outputs(&mut self, children: &Rc<Children>, place: Place) -> Value {
        let mut objects = Vec::new();
        for (key, child) in &children.items {
            let declared = self.instance(*child).module;
            let mut map = Map::new();
            for (position, (name, block)) in declared.outputs.items().iter().enumerate() {
                if !declared.outputs.is_again(position) {
                    let value = self.output(*child, position, place);
                    map.push(Arc::clone(name), block.header, value);
                }
            }
            objects.push((key.clone(), Value::map(map, place)));
        }
        children.shape.assemble(objects, place)
    }

    fn resource(
        &mut self,
        data: bool,
        address: &str,
        taken: usize,
        steps: &'p [Step],
        scope: &Scope<'_>,
        place: Place,
    ) -> Outcome<Found> {
        let declared = self.instance(scope.module).module;
        let table = if data { &declared.data } else { &declared.resources };
        let Some(position) = table.find(address, place.file) else {
            return Err(undeclared(address, place));
        };
        let expansion = self.expansion(scope.module, data, position);
        let label: Arc<str> = Arc::from(address);
        let found = |value, taken| {
            Ok(Found { value, taken, kind: ViaKind::Attribute, label: Arc::clone(&label) })
        };
        if let Shape::Only = expansion.shape {
            let value = self.view(scope.module, data, position, &expansion, 0, place);
            return found(value, taken);
        }
        if let (Some(Step::Index(index)), false) =
            (steps.get(taken), matches!(expansion.shape, Shape::Unknown(_)))
        {
            let key = self.evaluate(index, scope)?;
            if let Some(item) = expansion.find(&key) {
                let value = self.view(scope.module, data, position, &expansion, item, place);
                return found(value, taken + 1);
            }
            if key.as_unknown().is_none() {
                let whole = self.whole(scope.module, data, position, &expansion, place);
                return traversal::at(&whole, &key, index.place)
                    .and_then(|value| found(value, taken + 1));
            }
        }
        let value = self.whole(scope.module, data, position, &expansion, place);
        found(value, taken)
    }

    fn whole(
        &mut self,
        module: usize,
        data: bool,
        position: usize,
        expansion: &Rc<Expansion>,
        place: Place,
    ) -> Value {
        if let Some(value) = &*expansion.whole.borrow() {
            return value.clone();
        }
        if let Shape::Unknown(unknown) = &expansion.shape {
            let address = expansion.items.first().map(|item| Arc::clone(&item.address));
            let address = address.unwrap_or_else(|| Arc::from(""));
            let cause = unknown::conditional(unknown);
            let mut symbolic = unknown::resource(&address, cause.cause, cause.place);
            symbolic.detail.clone_from(&cause.detail);
            return Value::from_unknown(Arc::new(symbolic), place);
        }
        let views = (0..expansion.items.len())
            .map(|item| {
                let key = expansion.items[item].key.clone();
                (key, self.view(module, data, position, expansion, item, place))
            })
            .collect();
        let value = expansion.shape.assemble(views, place);
        *expansion.whole.borrow_mut() = Some(value.clone());
        value
    }
}

pub(super) fn is_sensitive(block: &super::super::syntax::Block) -> bool {
    let attribute = block.body.attribute("sensitive");
    attribute.is_some_and(|attribute| match &attribute.value.node {
        super::super::syntax::Node::Literal(value) => matches!(value.content, Content::Bool(true)),
        _ => true,
    })
}

pub(super) fn mark(value: Value) -> Value {
    value.marked(crate::code::value::Marks::SENSITIVE)
}

pub(super) fn undeclared(name: &str, place: Place) -> Failure {
    Failure::unknown(Cause::InvalidExpression, format!("{name} is not declared"), place)
}

/// The path of a directory as seen from another, with slashes.
fn relative(from: &Path, to: &Path) -> String {
    let (from, to): (Vec<_>, Vec<_>) = (from.components().collect(), to.components().collect());
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let mut parts: Vec<String> = vec!["..".to_owned(); from.len() - shared];
    parts
        .extend(to.iter().skip(shared).map(|part| part.as_os_str().to_string_lossy().into_owned()));
    if parts.is_empty() { ".".to_owned() } else { parts.join("/") }
}
