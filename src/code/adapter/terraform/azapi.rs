//! Resources of azapi, whose body is the body of ARM.
//! <https://registry.terraform.io/providers/Azure/azapi/latest/docs>

use std::sync::Arc;

use super::context::Context;
use super::draft::Draft;
use super::frame::{Found, Frame};
use super::settings::Settings;
use super::{
    Adapted, LeftOut, canonical, declaration, deployment, nameless, unmapped, with_member,
};
use crate::code::adapter::subject;
use crate::code::terraform::functions;
use crate::code::terraform::result::ResourceInstance;
use crate::code::value::{Content, Value};

/// The type that requests have among declarations; it is none of ARM.
pub const ACTION: &str = "Terraform/actions";

/// Whether a resource is of azapi.
pub fn is_ours(instance: &ResourceInstance) -> bool {
    instance.kind.starts_with("azapi_")
}

/// The id of a resource.
pub fn id(context: &Context<'_>, instance: &ResourceInstance) -> Option<Value> {
    let frame = Frame::of(context, instance)?;
    let kind = kind_of(&frame)?;
    if matches!(frame.find("resource_id"), Found::Value(_)) {
        return Some(context.form("{resource_id}", &frame));
    }
    Some(context.form(&form(&kind), &frame))
}

/// `A.B/c` lies at `{parent_id}/providers/A.B/c/{name}`, and `A.B/c/d` at `{parent_id}/d/{name}`.
fn form(kind: &str) -> String {
    if kind.eq_ignore_ascii_case("Microsoft.Resources/resourceGroups") {
        return "/subscriptions/{subscription}/resourceGroups/{name}".to_owned();
    }
    match kind.split('/').collect::<Vec<_>>().as_slice() {
        [provider, one] => format!("{{parent_id}}/providers/{provider}/{one}/{{name}}"),
        [.., last] => format!("{{parent_id}}/{last}/{{name}}"),
        [] => "{parent_id}".to_owned(),
    }
}

/// The ARM type, without the version of the API.
fn kind_of(frame: &Frame<'_>) -> Option<Arc<str>> {
    let text = frame.text("type")?;
    Some(canonical(text.split_once('@').map_or(&*text, |(kind, _)| kind)))
}

/// Reads a resource of azapi.
pub fn read(
    context: &Context<'_>,
    instance: &ResourceInstance,
    adapted: &mut Adapted,
    settings: &mut Vec<Settings>,
) {
    let Some(frame) = Frame::of(context, instance) else { return };
    let Some(kind) = kind_of(&frame) else {
        if !instance.is_data {
            let kind = Arc::clone(&instance.kind);
            adapted.unmapped.push(unmapped(instance, kind, LeftOut::NotKnown));
        }
        return;
    };
    let id = context.id_of(&instance.address).unwrap_or_else(|| nameless(instance));
    match &*instance.kind {
        "azapi_resource" => {
            if let Some(why) = subject::left_out(&kind).filter(|_| !instance.is_data) {
                adapted.unmapped.push(unmapped(instance, Arc::clone(&kind), why));
            }
            if deployment::is_deployment(&kind) {
                deployment::read(context, instance, adapted);
            }
            let body = body(context, instance, &frame, &kind);
            adapted.declarations.push(declaration(instance, kind, id, body));
        }
        "azapi_update_resource" => {
            let body = written(context, &frame);
            settings.push(Settings {
                target: id.clone(),
                declaration: declaration(instance, kind, id, body),
                adds: false,
            });
        }
        "azapi_resource_action" if subject::is_ours(&kind) => {
            let mut draft = Draft::default();
            let header = instance.header;
            draft.put("type", header, Value::text(ACTION, header));
            for name in ["type", "resource_id", "action", "method", "body", "when"] {
                if let Some(value) = frame.value(name) {
                    draft.put(&format!("request.{name}"), header, context.resolve(&value));
                }
            }
            let body = draft.finish(header);
            let id = Value::text(format!("/{ACTION}/{}", instance.address), header);
            adapted.declarations.push(declaration(instance, ACTION.into(), id, body));
        }
        _ => {}
    }
}

fn body(
    context: &Context<'_>,
    instance: &ResourceInstance,
    frame: &Frame<'_>,
    kind: &Arc<str>,
) -> Value {
    let header = instance.header;
    let mut draft = Draft::default();
    draft.put("type", header, Value::text(Arc::clone(kind), header));
    for name in ["name", "location", "tags"] {
        if let Some(value) = frame.value(name) {
            draft.put(name, header, context.resolve(&value));
        }
    }
    super::apply::rows(super::tables::IDENTITY, frame, "", &mut draft);
    let body = super::draft::over(&draft.finish(header), &written(context, frame), 32, false);
    with_member(&body, "terraform", header, super::about(context, instance))
}

/// The `body`: an object, or JSON as a text in older versions.
fn written(context: &Context<'_>, frame: &Frame<'_>) -> Value {
    let empty = || Value::map(crate::code::value::Map::new(), frame.place);
    let Some(value) = frame.value("body") else { return empty() };
    match &value.content {
        Content::Text(text) => match functions::decode_json(text, value.place) {
            Ok(body) => body.with_via(value.via.clone()),
            Err(_) => empty(),
        },
        Content::Map(_) => resolved(context, &value, 64),
        Content::Unknown(unknown) => {
            let properties = Value::from_unknown(Arc::clone(unknown), value.place);
            with_member(&empty(), "properties", value.place, properties)
        }
        _ => empty(),
    }
}

/// The body with ids in the place of references.
fn resolved(context: &Context<'_>, value: &Value, depth: usize) -> Value {
    match &value.content {
        Content::Map(map) if depth > 0 && value.first_unknown().is_some() => {
            let members = map.members().iter().map(|member| crate::code::value::Member {
                value: resolved(context, &member.value, depth - 1),
                ..member.clone()
            });
            let map =
                crate::code::value::Map::from_members(members.collect()).open(map.rest().cloned());
            super::apply::like(value, Content::Map(Arc::new(map)))
        }
        Content::List(items) if depth > 0 && value.first_unknown().is_some() => {
            let items: Vec<Value> =
                items.iter().map(|item| resolved(context, item, depth - 1)).collect();
            super::apply::like(value, Content::List(items.into()))
        }
        _ => context.resolve(value),
    }
}
