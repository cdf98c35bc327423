//! Lists of monitoring and networks that the provider has as blocks of another shape.

use std::sync::Arc;

use super::apply::convert;
use super::draft::Draft;
use super::frame::{Found, Frame};
use super::row::{How, Literal};
use crate::code::value::{Content, Value};

/// The logs of a diagnostic setting. Older versions of the provider list those that are off too.
pub fn logs(frame: &Frame<'_>, draft: &mut Draft) {
    const PATH: &str = "properties.logs";
    let mut logs = Vec::new();
    for block in ["enabled_log", "log"] {
        match frame.blocks(block) {
            Ok(found) => logs.extend(found.iter().map(log)),
            Err((unknown, place)) => {
                let value = Value::from_unknown(Arc::clone(unknown), place);
                return draft.put(PATH, frame.place, value);
            }
        }
    }
    draft.put(PATH, frame.place, Value::list(logs, frame.place));
}

fn log(frame: &Frame<'_>) -> Value {
    let mut log = Draft::default();
    for (argument, name) in [("category", "category"), ("category_group", "categoryGroup")] {
        if let Some(value) = frame.value(argument) {
            log.put(name, frame.place, value);
        }
    }
    let enabled = match frame.value("enabled") {
        Some(value) => convert(&value, How::Truth, frame),
        None => Value::bool(true, frame.place),
    };
    log.put("enabled", frame.place, enabled);
    log.finish(frame.place)
}

/// What an alert on the activity log looks for: the provider has an argument for each field, and another for several
/// values of it.
const FIELDS: [(&str, &str, &str); 11] = [
    ("category", "", "category"),
    ("caller", "", "caller"),
    ("operation_name", "", "operationName"),
    ("level", "levels", "level"),
    ("status", "statuses", "status"),
    ("sub_status", "sub_statuses", "subStatus"),
    ("resource_provider", "resource_providers", "resourceProvider"),
    ("resource_type", "resource_types", "resourceType"),
    ("resource_group", "resource_groups", "resourceGroup"),
    ("resource_id", "resource_ids", "resourceId"),
    ("recommendation_type", "", "properties.recommendationType"),
];

/// The condition of an alert on the activity log.
pub fn alert_condition(frame: &Frame<'_>, draft: &mut Draft) {
    const PATH: &str = "properties.condition.allOf";
    let criteria = match frame.blocks("criteria") {
        Ok(criteria) => criteria,
        Err((unknown, place)) => {
            let value = Value::from_unknown(Arc::clone(unknown), place);
            return draft.put(PATH, frame.place, value);
        }
    };
    let Some(criteria) = criteria.first() else { return };
    let mut leaves = Vec::new();
    for (one, several, field) in FIELDS {
        if let Some(value) = criteria.value(one) {
            leaves.push(leaf(field, "equals", &value, criteria));
        }
        if several.is_empty() {
            continue;
        }
        if let Some(value) = criteria.value(several) {
            let any: Vec<Value> = match value.as_list() {
                Some(items) => {
                    items.iter().map(|item| leaf(field, "equals", item, criteria)).collect()
                }
                None => vec![leaf(field, "equals", &value, criteria)],
            };
            let mut clause = Draft::default();
            clause.put("anyOf", criteria.place, Value::list(any, value.place));
            leaves.push(clause.finish(criteria.place));
        }
    }
    draft.put(PATH, frame.place, Value::list(leaves, criteria.place));
}

fn leaf(field: &'static str, how: &str, value: &Value, frame: &Frame<'_>) -> Value {
    let mut leaf = Draft::default();
    leaf.put("field", frame.place, Literal::Text(field).at(value.place));
    leaf.put(how, frame.place, convert(value, How::Same, frame));
    leaf.finish(value.place)
}

/// A rule for alerts that tells more groups.
pub fn tell(frame: &Frame<'_>, draft: &mut Draft) {
    let groups = frame.value("add_action_group_ids");
    action(frame, draft, "AddActionGroups", groups);
}

/// A rule for alerts that mutes them.
pub fn mute(frame: &Frame<'_>, draft: &mut Draft) {
    action(frame, draft, "RemoveAllActionGroups", None);
}

fn action(frame: &Frame<'_>, draft: &mut Draft, kind: &'static str, groups: Option<Value>) {
    let mut action = Draft::default();
    action.put("actionType", frame.place, Literal::Text(kind).at(frame.place));
    if let Some(groups) = groups {
        action.put("actionGroupIds", frame.place, convert(&groups, How::Same, frame));
    }
    let list = Value::list(vec![action.finish(frame.place)], frame.place);
    draft.put("properties.actions", frame.place, list);
}

/// The conditions of a rule for alerts, and how it names their fields.
const CONDITIONS: [(&str, &str); 10] = [
    ("alert_context", "AlertContext"),
    ("alert_rule_id", "AlertRuleId"),
    ("alert_rule_name", "AlertRuleName"),
    ("description", "Description"),
    ("monitor_condition", "MonitorCondition"),
    ("monitor_service", "MonitorService"),
    ("severity", "Severity"),
    ("signal_type", "SignalType"),
    ("target_resource_group", "TargetResourceGroup"),
    ("target_resource_type", "TargetResourceType"),
];

/// When and to which alerts a rule applies.
pub fn conditions(frame: &Frame<'_>, draft: &mut Draft) {
    const PATH: &str = "properties.conditions";
    if let Found::Value(schedule) = frame.find("schedule") {
        draft.put("properties.schedule", frame.place, schedule.clone());
    }
    let found = match frame.blocks("condition") {
        Ok(found) => found,
        Err((unknown, place)) => {
            let value = Value::from_unknown(Arc::clone(unknown), place);
            return draft.put(PATH, frame.place, value);
        }
    };
    let Some(condition) = found.first() else { return };
    let mut list = Vec::new();
    for (argument, field) in CONDITIONS {
        for block in condition.blocks(argument).unwrap_or_default() {
            let mut item = Draft::default();
            item.put("field", block.place, Literal::Text(field).at(block.place));
            for name in ["operator", "values"] {
                if let Some(value) = block.value(name) {
                    item.put(name, block.place, convert(&value, How::Same, &block));
                }
            }
            list.push(item.finish(block.place));
        }
    }
    draft.put(PATH, frame.place, Value::list(list, condition.place));
}

/// The connection of a private endpoint: one that somebody else must approve stands in a list of its own.
pub fn connections(frame: &Frame<'_>, draft: &mut Draft) {
    const OWN: &str = "properties.privateLinkServiceConnections";
    const MANUAL: &str = "properties.manualPrivateLinkServiceConnections";
    let found = match frame.blocks("private_service_connection") {
        Ok(found) => found,
        Err((unknown, place)) => {
            let value = Value::from_unknown(Arc::clone(unknown), place);
            return draft.put(OWN, frame.place, value);
        }
    };
    let (mut own, mut manual) = (Vec::new(), Vec::new());
    for block in &found {
        let mut connection = Draft::default();
        for (argument, path) in [
            ("name", "name"),
            ("private_connection_resource_id", "properties.privateLinkServiceId"),
            ("subresource_names", "properties.groupIds"),
        ] {
            if let Some(value) = block.value(argument) {
                connection.put(path, block.place, convert(&value, How::Same, block));
            }
        }
        let is_manual = block.value("is_manual_connection");
        let is_manual = is_manual.map(|value| convert(&value, How::Truth, block).content);
        let list = match is_manual {
            Some(Content::Bool(false)) | None => &mut own,
            _ => &mut manual,
        };
        list.push(connection.finish(block.place));
    }
    for (path, list) in [(OWN, own), (MANUAL, manual)] {
        if !list.is_empty() {
            draft.put(path, frame.place, Value::list(list, frame.place));
        }
    }
}

/// The zones that give a private endpoint its names.
pub fn zone_group(frame: &Frame<'_>, draft: &mut Draft) {
    const PATH: &str = "properties.privateDnsZoneConfigs";
    let Some(ids) = frame.value("private_dns_zone_ids") else { return };
    let value = match ids.as_list() {
        Some(items) => {
            let configs: Vec<Value> = items
                .iter()
                .map(|item| {
                    let mut config = Draft::default();
                    let id = convert(item, How::Same, frame);
                    config.put("properties.privateDnsZoneId", frame.place, id);
                    config.finish(item.place)
                })
                .collect();
            Value::list(configs, ids.place)
        }
        None => ids,
    };
    draft.put(PATH, frame.place, value);
}
