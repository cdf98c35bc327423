//! What the `features` block of azurerm says: it decides what `terraform destroy` does to backups.
//! <https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/guides/features-block>

use std::sync::Arc;

use super::apply;
use super::context::Context;
use super::draft::Draft;
use super::frame::{Found, Frame};
use super::row::{How, Literal};
use crate::code::declaration::Declaration;
use crate::code::terraform::result::{InstanceKey, Lifecycle, Provider, ResourceInstance};
use crate::code::value::Value;

/// The type that provider configurations have among declarations; it is none of ARM.
pub const KIND: &str = "Terraform/providers";

/// The settings, and what they are when nothing is said.
const FEATURES: [(&str, bool); 5] = [
    ("recovery_service.purge_protected_items_from_vault_on_destroy", false),
    ("recovery_service.vm_backup_stop_protection_and_retain_data_on_destroy", false),
    ("recovery_service.vm_backup_suspend_protection_and_retain_data_on_destroy", false),
    ("recovery_services_vault.recover_soft_deleted_backup_protected_vm", false),
    ("resource_group.prevent_deletion_if_contains_resources", true),
];

/// One declaration for each configuration of azurerm.
pub fn declarations(context: &Context<'_>) -> Vec<Declaration> {
    let providers = context.root.providers.iter().enumerate();
    providers
        .filter(|(_, provider)| &*provider.name == "azurerm")
        .filter_map(|(at, provider)| declaration(context, at, provider))
        .collect()
}

/// What a provider configuration is called, unique in one root.
pub fn address(provider: &Provider) -> String {
    match &provider.alias {
        Some(alias) => format!("{}provider.{}.{alias}", provider.module, provider.name),
        None => format!("{}provider.{}", provider.module, provider.name),
    }
}

fn declaration(context: &Context<'_>, at: usize, provider: &Provider) -> Option<Declaration> {
    let address = address(provider);
    let header = provider.header;
    let instance = ResourceInstance {
        address: address.as_str().into(),
        is_data: false,
        kind: KIND.into(),
        name: Arc::clone(&provider.name),
        key: InstanceKey::Only,
        provider: Some(at),
        provider_name: Arc::clone(&provider.name),
        body: provider.body.clone(),
        header,
        place: provider.body.place,
        modules: Arc::from([]),
        doubt: None,
        lifecycle: Lifecycle::default(),
    };
    let frame = Frame::of(context, &instance)?;
    let mut draft = Draft::default();
    draft.put("type", header, Value::text(KIND, header));
    draft.put("name", header, Value::text(Arc::clone(&provider.name), header));
    for (path, default) in FEATURES {
        let argument = format!("features.{path}");
        let value = match frame.find(&argument) {
            Found::Value(value) => apply::convert(value, How::Truth, &frame),
            Found::Unknown(unknown, place) => Value::from_unknown(Arc::clone(unknown), place),
            Found::Absent(place) => Literal::Truth(default).at(place),
            Found::NoBlock => Literal::Truth(default).at(header),
        };
        draft.put(&argument, header, value);
    }
    draft.put("terraform", header, super::about(context, &instance));
    let id = Value::text(format!("/{KIND}/{address}"), header);
    Some(super::declaration(&instance, KIND.into(), id, draft.finish(header)))
}
