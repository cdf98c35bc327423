//! Resources of the providers azurerm and azapi as declarations in the shape of ARM: tables say what an argument means,
//! and one interpreter reads them.

mod access;
mod apply;
mod argument;
mod azapi;
mod context;
mod deployment;
mod draft;
mod features;
mod frame;
mod items;
mod keys;
mod machine;
mod monitor;
mod policy_rules;
mod removed;
mod retention;
mod row;
mod schedule;
mod settings;
mod stores;
mod tables;
#[cfg(test)]
mod tests;
mod version;

use std::sync::Arc;

pub use argument::{Argument, argument, arguments, property};
pub use context::Roles;
pub use deployment::is_in as deploys_templates;
pub use removed::{Removed, removed};

use super::{Adapted, LeftOut, Unmapped};
use crate::code::declaration::{Call, Declaration};
use crate::code::terraform::result::{ResourceInstance, Root};
use crate::code::value::{Map, Place, Value};
use crate::inventory::Kind;
use context::Context;
use draft::Draft;
use frame::Frame;
use row::{Mapping, Target};
use settings::Settings;

/// Families of azurerm whose every type is of our subject.
const OURS: [&str; 3] =
    ["azurerm_backup_", "azurerm_recovery_services_", "azurerm_data_protection_"];

/// Site Recovery replicates and keeps no backups.
const SITE_RECOVERY: [&str; 1] = ["azurerm_site_recovery_"];

/// What a root declares. `roles` gives the id of a built-in role by its name.
pub fn declarations(root: &Root, roles: Roles<'_>) -> Adapted {
    let context = Context::new(root, roles);
    let mut adapted = Adapted::default();
    let mut settings = Vec::new();
    adapted.declarations.extend(features::declarations(&context));
    for instance in &root.instances {
        if azapi::is_ours(instance) {
            azapi::read(&context, instance, &mut adapted, &mut settings);
            continue;
        }
        if deployment::is_ours(instance) {
            deployment::read(&context, instance, &mut adapted);
            continue;
        }
        let mut mappings = tables::of(&instance.kind).peekable();
        if mappings.peek().is_none()
            && let Some(why) = left_out(instance)
        {
            adapted.unmapped.push(unmapped(instance, Arc::clone(&instance.kind), why));
        }
        for mapping in mappings {
            read(&context, instance, mapping, &mut adapted, &mut settings);
        }
    }
    settings::apply(settings, &mut adapted.declarations);
    adapted
}

/// The ARM type of a type of azurerm, and whether it sets something of another resource.
pub fn mapped(kind: &str) -> Option<(&'static str, bool)> {
    let mut mappings = tables::of(kind).filter(|mapping| !mapping.kind.is_empty());
    let is_part =
        |mapping: &Mapping| matches!(mapping.target, Target::Settings(_) | Target::Additions(_));
    mappings.next().map(|mapping| (mapping.kind, is_part(mapping)))
}

fn read<'r>(
    context: &Context<'r>,
    instance: &'r ResourceInstance,
    mapping: &'static Mapping,
    adapted: &mut Adapted,
    settings: &mut Vec<Settings>,
) {
    let Some(frame) = Frame::of(context, instance) else {
        adapted.unmapped.push(unmapped(instance, Arc::clone(&instance.kind), LeftOut::NotKnown));
        return;
    };
    let mut draft = Draft::default();
    match mapping.target {
        Target::Resource(_) => {
            draft.put("type", instance.header, Value::text(mapping.kind, instance.header));
            if !instance.is_data {
                apply::rows(mapping.rows, &frame, "", &mut draft);
                draft.put("terraform", instance.header, about(context, instance));
            }
            let id = context.id_of(&instance.address).unwrap_or_else(|| nameless(instance));
            let body = draft.finish(instance.header);
            adapted.declarations.push(declaration(instance, mapping.kind.into(), id, body));
        }
        Target::Settings(form) | Target::Additions(form) if !instance.is_data => {
            apply::rows(mapping.rows, &frame, "", &mut draft);
            settings.push(Settings {
                target: context.form(form, &frame),
                declaration: declaration(
                    instance,
                    mapping.kind.into(),
                    nameless(instance),
                    draft.finish(instance.header),
                ),
                adds: matches!(mapping.target, Target::Additions(_)),
            });
        }
        Target::Child(block, collection) if !instance.is_data => {
            for (number, found) in frame.blocks(block).unwrap_or_default().iter().enumerate() {
                adapted.declarations.push(child(found, mapping, block, collection, number));
            }
        }
        Target::Settings(_) | Target::Additions(_) | Target::Child(..) | Target::Nothing => {}
    }
}

/// A block that is a resource of its own in ARM.
fn child(
    frame: &Frame<'_>,
    mapping: &'static Mapping,
    block: &str,
    collection: &str,
    number: usize,
) -> Declaration {
    let instance = frame.instance;
    let mut draft = Draft::default();
    draft.put("type", frame.place, Value::text(mapping.kind, frame.place));
    apply::rows(mapping.rows, frame, "", &mut draft);
    let parent = frame.context.id_of(&instance.address).unwrap_or_else(|| nameless(instance));
    let path = Value::text(format!("/{collection}/"), frame.place);
    let id = Value::join(&[parent, path, frame.context.form("{name}", frame)], frame.place);
    let body = draft.finish(frame.place);
    let address = match number {
        0 => format!("{}.{block}", instance.address),
        number => format!("{}.{block}[{number}]", instance.address),
    };
    Declaration {
        address: address.into(),
        header: frame.place,
        place: frame.place,
        ..declaration(instance, mapping.kind.into(), id, body)
    }
}

/// A declaration of a resource.
fn declaration(instance: &ResourceInstance, kind: Arc<str>, id: Value, body: Value) -> Declaration {
    let calls: Vec<Call> = instance
        .modules
        .iter()
        .map(|step| Call {
            name: format!("{}{}", step.name, step.key.suffix()).into(),
            place: step.call,
        })
        .collect();
    Declaration {
        kind,
        id,
        address: Arc::clone(&instance.address),
        body,
        header: instance.header,
        place: instance.place,
        calls: calls.into(),
        doubt: instance.doubt.clone(),
        only_referred_to: instance.is_data,
    }
}

/// The id of a resource of which not even a part is known.
fn nameless(instance: &ResourceInstance) -> Value {
    use crate::code::value::Cause;
    let name = format!("{}.id", instance.address);
    Value::hole(Cause::ComputedAttribute, name.as_str(), instance.header, &name)
}

/// What only Terraform says of a resource: whether it may be destroyed, and which provider makes it.
fn about(context: &Context<'_>, instance: &ResourceInstance) -> Value {
    let header = instance.header;
    let mut draft = Draft::default();
    if let Some(prevent) = &instance.lifecycle.prevent_destroy {
        let place = instance.lifecycle.header.unwrap_or(header);
        draft.put("lifecycle.prevent_destroy", place, prevent.clone());
    }
    let name = Value::text(Arc::clone(&instance.provider_name), header);
    draft.put("provider.name", header, name);
    if &*instance.provider_name == "azurerm"
        && let Some(major) = context.majors.known()
    {
        draft.put("provider.major", header, Value::number(f64::from(major), header));
    }
    let provider = instance.provider.and_then(|at| context.root.providers.get(at));
    if let Some(provider) = provider {
        draft.put("provider.address", header, Value::text(features::address(provider), header));
        if let Some(alias) = provider.alias.clone() {
            draft.put("provider.alias", header, Value::text(alias, header));
        }
    }
    draft.finish(header)
}

fn unmapped(instance: &ResourceInstance, kind: Arc<str>, why: LeftOut) -> Unmapped {
    Unmapped { address: Arc::clone(&instance.address), kind, place: instance.header, why }
}

fn left_out(instance: &ResourceInstance) -> Option<LeftOut> {
    let is_of = |families: &[&str]| families.iter().any(|family| instance.kind.starts_with(family));
    match () {
        () if instance.is_data => None,
        () if is_of(&OURS) => Some(LeftOut::NotKnown),
        () if is_of(&SITE_RECOVERY) => Some(LeftOut::OnPurpose),
        () => None,
    }
}

/// The spelling of an ARM type that the inventory has.
fn canonical(kind: &str) -> Arc<str> {
    match Kind::of_type(kind) {
        Kind::Other => kind.into(),
        known => known.type_name().into(),
    }
}

/// An object with one more member.
fn with_member(value: &Value, key: &str, place: Place, member: Value) -> Value {
    let mut map = value.as_map().cloned().unwrap_or_else(Map::new);
    map.put(crate::code::value::Member { key: key.into(), key_place: place, value: member });
    Value::map(map, value.place).with_via(value.via.clone())
}
