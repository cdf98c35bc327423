//! How ARM shows a body: what a LIST leaves out, what a GET of a machine shows only when asked, and
//! how it writes what Resource Graph writes otherwise.

use serde_json::{Map, Value, json};

use super::super::world::World;
use super::super::world::hierarchy::{Hierarchy, Node, group_id};
use super::super::world::id;
use super::super::world::resource::Resource;

/// All that a LIST of Recovery Services vaults shows of their properties, in every recorded answer since
/// 2023; above all neither `securitySettings` nor `redundancySettings`.
const LISTED_VAULT_PROPERTIES: &[&str] = &[
    "provisioningState",
    "publicNetworkAccess",
    "restoreSettings",
    "moveDetails",
    "moveState",
    "upgradeDetails",
    "resourceMoveDetails",
];

const MACHINE: &str = "microsoft.compute/virtualmachines";

/// The body as a GET answers it; `expand` asks for a machine's instance view.
pub fn got(world: &World, resource: &Resource, expand: bool) -> String {
    match resource.kind.as_str() {
        id::SUBSCRIPTION => subscription(world, id::name_of(&resource.key)).to_string(),
        id::RESOURCE_GROUP => group(world, &resource.key).to_string(),
        MACHINE => machine(resource, expand),
        _ => resource.text().to_owned(),
    }
}

/// The body as a LIST answers it.
pub fn listed(world: &World, resource: &Resource) -> String {
    match resource.kind.as_str() {
        "microsoft.recoveryservices/vaults" => with_properties(resource, |properties| {
            properties.retain(|name, _| LISTED_VAULT_PROPERTIES.contains(&name.as_str()));
        }),
        // In none of the recorded lists, and in every recorded GET of an item.
        kind if kind.contains("/protecteditems") => without(resource, "extendedInfo"),
        _ => got(world, resource, false),
    }
}

/// A machine: with its instance view only when asked, and without what Resource Graph alone shows.
fn machine(resource: &Resource, expand: bool) -> String {
    if !resource.text().contains("nstanceView") {
        return resource.text().to_owned();
    }
    let view = machine_view(resource).filter(|_| expand);
    with_properties(resource, |properties| {
        properties.shift_remove("extended");
        properties.shift_remove("instanceView");
        properties.extend(view.map(|view| ("instanceView".to_owned(), view)));
    })
}

/// How a machine runs, if the estate knows.
pub fn machine_view(resource: &Resource) -> Option<Value> {
    if let Some(view) = resource.property("instanceView") {
        return Some(view.clone());
    }
    let code = resource.property("extended.instanceView.powerState.code")?;
    Some(json!({"statuses": [{"code": code, "level": "Info"}]}))
}

fn without(resource: &Resource, property: &str) -> String {
    if !resource.text().contains(property) {
        return resource.text().to_owned();
    }
    with_properties(resource, |properties| {
        properties.shift_remove(property);
    })
}

fn with_properties(resource: &Resource, change: impl FnOnce(&mut Map<String, Value>)) -> String {
    let mut body = resource.value().clone();
    if let Some(properties) = body.get_mut("properties").and_then(Value::as_object_mut) {
        change(properties);
    }
    body.to_string()
}

/// A subscription, also one that only ids name.
pub fn subscription(world: &World, name: &str) -> Value {
    let key = format!("/subscriptions/{name}");
    let known = world.get(&key);
    let value = known.map_or(&Value::Null, Resource::value);
    let text = |path: &str| known.and_then(|resource| resource.text_property(path));
    // Resource Graph calls a display name a name.
    let display = value.get("displayName").or_else(|| value.get("name")).and_then(Value::as_str);
    let state = value.get("state").and_then(Value::as_str).or_else(|| text("state"));
    let mut body = json!({
        "id": known.map_or(key.as_str(), |resource| &resource.id),
        "authorizationSource": "RoleBased",
        "managedByTenants": [],
        "subscriptionId": name,
        "tenantId": world.tenant,
        "displayName": display.unwrap_or(name),
        "state": state.unwrap_or("Enabled"),
        "subscriptionPolicies": {
            "locationPlacementId": "Public_2014-09-01",
            "quotaId": text("subscriptionPolicies.quotaId").unwrap_or("EnterpriseAgreement_2014-09-01"),
            "spendingLimit": "Off",
        },
    });
    if let Some(tags) = value.get("tags").filter(|tags| !tags.is_null()) {
        body["tags"] = tags.clone();
    }
    body
}

/// A resource group, also one that only ids name.
pub fn group(world: &World, key: &str) -> Value {
    let known = world.get(key);
    let value = known.map_or(&Value::Null, Resource::value);
    let text = |name: &str| value.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let mut body = Map::new();
    body.insert("id".to_owned(), known.map_or(key, |resource| &resource.id).into());
    body.insert("name".to_owned(), text("name").unwrap_or(id::name_of(key)).into());
    body.insert("type".to_owned(), "Microsoft.Resources/resourceGroups".into());
    body.insert("location".to_owned(), text("location").unwrap_or("westeurope").into());
    if let Some(tags) = value.get("tags").filter(|tags| !tags.is_null()) {
        body.insert("tags".to_owned(), tags.clone());
    }
    if let Some(manager) = text("managedBy") {
        body.insert("managedBy".to_owned(), manager.into());
    }
    body.insert("properties".to_owned(), json!({"provisioningState": "Succeeded"}));
    Value::Object(body)
}

/// A management group; `details` and children are shown by a GET, on request.
pub fn management_group(world: &World, key: &str, expand: bool, recurse: bool) -> Value {
    let tree = &world.hierarchy;
    let Some(node) = tree.node(key) else { return Value::Null };
    let parent = node.parent.as_deref().and_then(|key| tree.node(key));
    let mut body = json!({
        "id": group_id(&node.name),
        "type": "Microsoft.Management/managementGroups",
        "name": node.name,
        "properties": {
            "tenantId": world.tenant,
            "displayName": node.display_name,
            "details": {
                "version": 1,
                "parent": parent.map_or_else(|| json!({}), |parent| json!({
                    "id": group_id(&parent.name),
                    "name": parent.name,
                    "displayName": parent.display_name,
                })),
            },
        },
    });
    if expand {
        body["properties"]["children"] = children(tree, key, recurse);
    }
    body
}

fn children(tree: &Hierarchy, group: &str, recurse: bool) -> Value {
    let child = |(key, node): (&str, &Node)| {
        let is_group = !key.starts_with("/subscriptions/");
        let (kind, id) = if is_group {
            ("Microsoft.Management/managementGroups", group_id(&node.name))
        } else {
            ("/subscriptions", format!("/subscriptions/{}", node.name))
        };
        let mut body =
            json!({"id": id, "type": kind, "name": node.name, "displayName": node.display_name});
        if recurse && is_group {
            body["children"] = children(tree, key, true);
        }
        body
    };
    let list: Vec<Value> = tree.children(group).map(child).collect();
    if list.is_empty() { Value::Null } else { list.into() }
}
