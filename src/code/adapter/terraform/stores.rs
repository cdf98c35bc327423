//! Lists of Backup vaults that the provider has as plain arguments.

use std::sync::Arc;

use super::draft::Draft;
use super::frame::Frame;
use super::row::Literal;
use crate::code::value::Value;

/// The one store that the provider gives a vault.
pub fn of_vault(frame: &Frame<'_>, draft: &mut Draft) {
    let mut store = Draft::default();
    for (argument, name) in [("datastore_type", "datastoreType"), ("redundancy", "type")] {
        if let Some(value) = frame.value(argument) {
            store.put(name, frame.place, value);
        }
    }
    let list = Value::list(vec![store.finish(frame.place)], frame.place);
    draft.put("properties.storageSettings", frame.place, list);
}

/// The containers of a storage account that are kept in the vault.
pub fn blob_containers(frame: &Frame<'_>, draft: &mut Draft) {
    containers(frame, draft, "storage_account_container_names", "BlobBackupDatasourceParameters");
}

/// The containers of a data lake that are kept in the vault.
pub fn lake_containers(frame: &Frame<'_>, draft: &mut Draft) {
    containers(frame, draft, "storage_container_names", "AdlsBlobBackupDatasourceParameters");
}

fn containers(frame: &Frame<'_>, draft: &mut Draft, argument: &str, form: &'static str) {
    let Some(names) = frame.value(argument) else { return };
    let mut parameters = Draft::default();
    parameters.put("objectType", frame.place, Literal::Text(form).at(frame.place));
    parameters.put("containersList", frame.place, names);
    let list = Value::list(Arc::from([parameters.finish(frame.place)]), frame.place);
    draft.put(
        "properties.policyInfo.policyParameters.backupDatasourceParametersList",
        frame.place,
        list,
    );
}

/// The services that get past a firewall are one text in ARM.
pub fn joined(value: &Value, frame: &Frame<'_>) -> Value {
    let Some(items) = value.as_list() else { return frame.context.resolve(value) };
    let mut pieces = Vec::with_capacity(items.len() * 2);
    for item in items {
        if !pieces.is_empty() {
            pieces.push(Value::text(", ", value.place));
        }
        pieces.push(item.clone());
    }
    Value::join(&pieces, value.place).with_via(value.via.clone())
}

/// The tier and the redundancy of a storage account are one word in ARM.
pub fn sku(frame: &Frame<'_>, draft: &mut Draft) {
    draft.put("sku.name", frame.place, {
        let form = "{account_tier}_{account_replication_type}";
        let name = frame.context.form(form, frame);
        let via = frame.value("account_replication_type").and_then(|value| value.via);
        let place =
            frame.value("account_replication_type").map_or(frame.place, |value| value.place);
        name.at(place).with_via(via)
    });
}
