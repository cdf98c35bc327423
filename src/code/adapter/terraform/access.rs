//! Which role an assignment gives, and what locks and definitions are.

use std::sync::Arc;

use super::apply::like;
use super::draft::Draft;
use super::frame::Frame;
use crate::code::value::{Cause, Content, Part, Value};

const PATH: &str = "properties.roleDefinitionId";

/// The role of an assignment: by its id, or by its name, which is one of this root or a built-in one.
pub fn role(frame: &Frame<'_>, draft: &mut Draft) {
    if let Some(id) = frame.value("role_definition_id") {
        let id = looked_up(frame, &id).unwrap_or_else(|| frame.context.resolve(&id));
        return draft.put(PATH, frame.place, id);
    }
    let Some(name) = frame.value("role_definition_name") else { return };
    let id = match &name.content {
        Content::Text(text) => named(frame, text, &name),
        _ => name,
    };
    draft.put(PATH, frame.place, id);
}

fn named(frame: &Frame<'_>, name: &str, at: &Value) -> Value {
    if let Some(id) = defined(frame, name) {
        return id.at(at.place).with_via(at.via.clone());
    }
    if let Some(id) = (frame.context.roles)(name) {
        return like(at, Content::Text(id.into()));
    }
    let detail = format!("the role {name:?} is neither of this code nor built in");
    let hole = format!("role {name:?}");
    Value::hole(Cause::ComputedAttribute, detail, at.place, &hole).with_via(at.via.clone())
}

/// The id of a role that the root itself defines.
fn defined(frame: &Frame<'_>, name: &str) -> Option<Value> {
    let found = frame.context.root.instances.iter().find(|instance| {
        let written = instance.body.as_map().and_then(|body| body.get("name"));
        &*instance.kind == "azurerm_role_definition"
            && !instance.is_data
            && written.and_then(Value::as_text) == Some(name)
    });
    frame.context.id_of(&found?.address)
}

/// The role of a data source that looks one up by its name.
fn looked_up(frame: &Frame<'_>, id: &Value) -> Option<Value> {
    let form = id.as_unknown()?.form.clone()?;
    let reference = form.iter().find_map(|part| match part {
        Part::Reference(reference) => Some(reference),
        _ => None,
    })?;
    let instance = frame.context.instance(&reference.address)?;
    if !instance.is_data || &*instance.kind != "azurerm_role_definition" {
        return None;
    }
    let name = instance.body.as_map()?.get("name")?.as_text()?.to_owned();
    (frame.context.roles)(&name).map(|role| like(id, Content::Text(Arc::from(role))))
}
