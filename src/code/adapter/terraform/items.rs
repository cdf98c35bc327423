//! Parts of protected items and backup instances that take several arguments.

use super::apply::convert;
use super::draft::Draft;
use super::frame::Frame;
use super::row::{How, Literal};
use crate::code::value::{Content, Value};

/// Which disks of a machine are backed up: those in one list, or all but those in the other.
pub fn disks(frame: &Frame<'_>, draft: &mut Draft) {
    const PATH: &str = "properties.extendedProperties.diskExclusionProperties";
    let list = |name: &str| {
        let value = frame.value(name)?;
        let is_empty = value.as_list().is_some_and(<[Value]>::is_empty);
        (!is_empty).then_some(value)
    };
    let (luns, included) = match (list("include_disk_luns"), list("exclude_disk_luns")) {
        (Some(luns), _) => (luns, true),
        (None, Some(luns)) => (luns, false),
        (None, None) => return,
    };
    let value = match &luns.content {
        Content::List(items) => {
            let items: Vec<Value> =
                items.iter().map(|item| convert(item, How::Number, frame)).collect();
            super::apply::like(&luns, Content::List(items.into()))
        }
        _ => luns,
    };
    draft.put(&format!("{PATH}.diskLunList"), frame.place, value);
    let included = Literal::Truth(included).at(frame.place);
    draft.put(&format!("{PATH}.isInclusionList"), frame.place, included);
}

/// Where the snapshots of a backup instance lie.
pub fn snapshots(frame: &Frame<'_>, draft: &mut Draft) {
    if frame.value("snapshot_resource_group_name").is_none() {
        return;
    }
    let subscription = match frame.value("snapshot_subscription_id") {
        Some(_) => "{snapshot_subscription_id}",
        None => "{subscription}",
    };
    let form =
        format!("/subscriptions/{subscription}/resourceGroups/{{snapshot_resource_group_name}}");
    let mut store = Draft::default();
    let text = |text: &'static str| Literal::Text(text).at(frame.place);
    store.put("objectType", frame.place, text("AzureOperationalStoreParameters"));
    store.put("dataStoreType", frame.place, text("OperationalStore"));
    store.put("resourceGroupId", frame.place, frame.context.form(&form, frame));
    let list = Value::list(vec![store.finish(frame.place)], frame.place);
    draft.put("properties.policyInfo.policyParameters.dataStoreParametersList", frame.place, list);
}
