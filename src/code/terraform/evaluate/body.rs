//! Bodies of resources: attributes, blocks and `dynamic` blocks, as one map.

use std::rc::Rc;
use std::sync::Arc;

use super::super::syntax::{Block, Body, Node};
use super::expand::{Expansion, Shape};
use super::{Binding, Evaluator, Scope, Slot, unknown};
use crate::code::value::{Cause, Map, Marks, Member, Place, Unknown, Value};

/// What Terraform itself reads in a resource.
const META_ATTRIBUTES: [&str; 4] = ["count", "for_each", "provider", "depends_on"];
const META_BLOCKS: [&str; 3] = ["lifecycle", "provisioner", "connection"];

/// The blocks of one type.
struct Group {
    kind: Arc<str>,
    place: Place,
    blocks: Vec<Value>,
    doubt: Option<Arc<Unknown>>,
}

impl<'p> Evaluator<'p> {
    /// The body of an instance.
    pub(super) fn instance_body(
        &mut self,
        module: usize,
        data: bool,
        position: usize,
        expansion: &Rc<Expansion>,
        item: usize,
    ) -> Value {
        let declared = self.instance(module).module;
        let table = if data { &declared.data } else { &declared.resources };
        let Some((block, item)) = table.get(position).zip(expansion.items.get(item)) else {
            return Value::null(Place::default());
        };
        let known = item.body.borrow().clone();
        match known {
            Slot::Done(body) => return body,
            Slot::Running => return self.cycle(&item.address, block.header),
            Slot::Empty => {}
        }
        *item.body.borrow_mut() = Slot::Running;
        let scope = Scope { module, repeat: Some(&item.repeat), names: None, variables: None };
        let body = self.body(&block.body, block.header, &scope, true);
        let body = self.decoded(block, body, &scope);
        *item.body.borrow_mut() = Slot::Done(body.clone());
        body
    }

    /// Older versions of azapi take the body as JSON: what `jsonencode` is given is worth more than its text, of which
    /// nothing is left when one value in it is unknown.
    fn decoded(&mut self, block: &'p Block, body: Value, scope: &Scope<'_>) -> Value {
        let Some(written) = block.body.attribute("body") else { return body };
        let Node::Call(call) = &written.value.node else { return body };
        let ([argument], "jsonencode", true) =
            (&*call.arguments, &*call.name, block.label(0).starts_with("azapi_"))
        else {
            return body;
        };
        let mut map = body.as_map().cloned().unwrap_or_default();
        let value = self.value(argument, scope);
        map.put(Member { key: Arc::from("body"), key_place: written.name_place, value });
        Value::map(map, body.place)
    }

    /// An instance as other expressions see it: what is not written is computed.
    pub(super) fn view(
        &mut self,
        module: usize,
        data: bool,
        position: usize,
        expansion: &Rc<Expansion>,
        item: usize,
        place: Place,
    ) -> Value {
        let Some(found) = expansion.items.get(item) else { return Value::null(place) };
        if let Some(view) = &*found.view.borrow() {
            return view.clone();
        }
        let body = self.instance_body(module, data, position, expansion, item);
        let cause = if data { Cause::DataSource } else { Cause::ComputedAttribute };
        let rest = Arc::new(unknown::resource(&found.address, cause, body.place));
        let view = match &expansion.shape {
            Shape::Unknown(_) => Value::from_unknown(rest, place),
            _ => unknown::opened(&body, &rest),
        };
        *found.view.borrow_mut() = Some(view.clone());
        view
    }

    /// A body as a map; blocks become lists under their type.
    pub(super) fn body(
        &mut self,
        body: &'p Body,
        place: Place,
        scope: &Scope<'_>,
        top: bool,
    ) -> Value {
        let mut map = Map::new();
        for attribute in &body.attributes {
            if top && META_ATTRIBUTES.contains(&&*attribute.name) {
                continue;
            }
            let value = self.value(&attribute.value, scope);
            map.push(Arc::clone(&attribute.name), attribute.name_place, value);
        }
        let mut groups: Vec<Group> = Vec::new();
        for block in &body.blocks {
            if top && META_BLOCKS.contains(&&*block.kind) {
                continue;
            }
            if &*block.kind == "dynamic" && !block.labels.is_empty() {
                self.dynamic(block, scope, &mut groups);
            } else {
                let value = self.body(&block.body, block.header, scope, false);
                let group = group(&mut groups, &block.kind, block.header);
                group.blocks.push(value.marked(Marks::BLOCK));
            }
        }
        for group in groups {
            if map.member(&group.kind).is_some() {
                continue;
            }
            let value = match group.doubt {
                Some(unknown) => Value::from_unknown(unknown, group.place),
                None => Value::list(group.blocks, group.place).marked(Marks::BLOCK),
            };
            map.push(group.kind, group.place, value);
        }
        Value::map(map, place)
    }

    fn dynamic(&mut self, block: &'p Block, scope: &Scope<'_>, groups: &mut Vec<Group>) {
        let Some((kind, _)) = block.labels.first() else { return };
        let content = block.body.blocks_of("content").next();
        let each = block.body.attribute("for_each");
        let (Some(content), Some(each)) = (content, each) else { return };
        let iterator = block.body.attribute("iterator").and_then(|name| name.value.as_path());
        let name = iterator.unwrap_or_else(|| kind.to_string());
        let collection = self.value(&each.value, scope);
        let elements = match super::repeat::opaque(&collection) {
            Some(unknown) => Err(unknown),
            None => self.elements(&collection).map_err(super::Failure::into_unknown),
        };
        let elements = match elements {
            Ok(elements) => elements,
            Err(unknown) => {
                let group = group(groups, kind, block.header);
                group.doubt = group.doubt.take().or(Some(unknown::formless(&unknown)));
                return;
            }
        };
        let group_at = groups.iter().position(|group| group.kind == *kind);
        if group_at.is_none() && elements.is_empty() {
            return;
        }
        for (key, value) in elements {
            let place = value.place;
            let mut element = Map::new();
            element.push(Arc::from("key"), place, key);
            element.push(Arc::from("value"), place, value);
            let value = Value::map(element, place);
            let binding = Binding { name: &name, value, outer: scope.names };
            let scope = Scope { names: Some(&binding), ..*scope };
            let value = match self.step(1, place) {
                Ok(()) => self.body(&content.body, content.header, &scope, false),
                Err(failure) => failure.into_value(place),
            };
            group(groups, kind, block.header).blocks.push(value.marked(Marks::BLOCK));
        }
    }
}

fn group<'g>(groups: &'g mut Vec<Group>, kind: &Arc<str>, place: Place) -> &'g mut Group {
    let position = groups.iter().position(|group| group.kind == *kind).unwrap_or_else(|| {
        groups.push(Group { kind: Arc::clone(kind), place, blocks: Vec::new(), doubt: None });
        groups.len() - 1
    });
    &mut groups[position]
}
