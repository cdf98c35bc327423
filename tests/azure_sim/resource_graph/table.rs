//! The tables: which resources stand in them, and their columns.

use std::borrow::Cow;

use serde_json::{Map, Value, json};

use super::super::world::resource::Resource;
use super::super::world::{World, id};

/// The columns that every row has, in the order of recorded answers.
pub const COLUMNS: &[&str] = &[
    "id",
    "name",
    "type",
    "tenantId",
    "kind",
    "location",
    "resourceGroup",
    "subscriptionId",
    "managedBy",
    "sku",
    "plan",
    "properties",
    "tags",
    "identity",
    "zones",
    "extendedLocation",
];

const RECOVERY_SERVICES: &[&str] = &[
    "microsoft.recoveryservices/locations/deletedvaults",
    "microsoft.recoveryservices/vaults/alerts",
    "microsoft.recoveryservices/vaults/backupfabrics/protectioncontainers/protecteditems",
    "microsoft.recoveryservices/vaults/backupfabrics/protectioncontainers/protectableitems",
    "microsoft.recoveryservices/vaults/backupjobs",
    "microsoft.recoveryservices/vaults/backuppolicies",
    "microsoft.recoveryservices/vaults/replicationfabrics/replicationprotectioncontainers/replicationprotecteditems",
    "microsoft.recoveryservices/vaults/replicationjobs",
    "microsoft.recoveryservices/vaults/replicationpolicies",
    "microsoft.recoveryservices/vaults/replicationrecoveryplans",
    "microsoft.dataprotection/backupvaults/backupinstances",
    "microsoft.dataprotection/backupvaults/backupjobs",
    "microsoft.dataprotection/backupvaults/backuppolicies",
    "microsoft.dataprotection/backupvaults/deletedbackupinstances",
];

const AUTHORIZATION: &[&str] = &[
    "microsoft.authorization/classicadministrators",
    "microsoft.authorization/roleassignments",
    "microsoft.authorization/roledefinitions",
];

const CONTAINERS: &[&str] = &[id::MANAGEMENT_GROUP, id::RESOURCE_GROUP, id::SUBSCRIPTION];

/// Children that stand in `resources` beside what they belong to.
const TRACKED_CHILDREN: &[&str] = &["microsoft.compute/virtualmachines/extensions"];

/// Jobs older than this are not in the table.
const DAYS_OF_JOBS: i64 = 14;

/// Whether there is a table of this name.
pub fn exists(table: &str) -> bool {
    ["resources", "recoveryservicesresources", "authorizationresources", "resourcecontainers"]
        .contains(&table)
}

/// The types of a table.
pub fn kinds<'a>(world: &'a World, table: &'a str) -> impl Iterator<Item = &'a str> {
    world.kinds().filter(move |kind| match table {
        "recoveryservicesresources" => RECOVERY_SERVICES.contains(kind),
        "authorizationresources" => AUTHORIZATION.contains(kind),
        "resourcecontainers" => CONTAINERS.contains(kind),
        _ => is_tracked(kind),
    })
}

fn is_tracked(kind: &str) -> bool {
    let is_top = kind.matches('/').count() == 1;
    let elsewhere = ["microsoft.authorization/", "microsoft.management/", "microsoft.resources/"];
    TRACKED_CHILDREN.contains(&kind)
        || is_top && !elsewhere.iter().any(|start| kind.starts_with(start))
}

/// Whether a resource of one of its types stands in a table.
pub fn holds(world: &World, resource: &Resource) -> bool {
    // What extends other resources has tables of its own.
    let is_extension = id::scope_of(&resource.key).contains("/providers/");
    if is_extension && !resource.kind.starts_with("microsoft.authorization/") {
        return false;
    }
    if !resource.kind.ends_with("/backupjobs") {
        return true;
    }
    let start =
        resource.text_property("startTime").and_then(|text| text.parse::<jiff::Timestamp>().ok());
    let age = start.map(|start| world.now.duration_since(start));
    age.is_none_or(|age| age.as_secs() <= DAYS_OF_JOBS * 86_400)
}

/// A row: a resource, until something is done to its columns.
pub enum Row<'a> {
    /// As it is.
    Resource(&'a Resource, &'a World),
    /// With columns of its own.
    Columns(Map<String, Value>),
}

impl Row<'_> {
    /// A column; null if the row lacks it. Names of columns have a case.
    pub fn column(&self, name: &str) -> Cow<'_, Value> {
        match self {
            Row::Columns(columns) => Cow::Borrowed(columns.get(name).unwrap_or(&Value::Null)),
            Row::Resource(resource, world) => column(resource, world, name),
        }
    }

    /// The columns, each with its value, as JSON.
    pub fn into_text(self) -> String {
        match self {
            Row::Columns(columns) => Value::Object(columns).to_string(),
            Row::Resource(resource, world) => {
                let columns = COLUMNS.iter().map(|name| {
                    let value = column(resource, world, name);
                    format!("\"{name}\":{value}")
                });
                format!("{{{}}}", columns.collect::<Vec<_>>().join(","))
            }
        }
    }

    /// The columns, each with its value.
    pub fn into_columns(self) -> Map<String, Value> {
        match self {
            Row::Columns(columns) => columns,
            Row::Resource(resource, world) => COLUMNS
                .iter()
                .map(|name| ((*name).to_owned(), column(resource, world, name).into_owned()))
                .collect(),
        }
    }
}

fn column<'a>(resource: &'a Resource, world: &'a World, name: &str) -> Cow<'a, Value> {
    let own = |name: &str| resource.value().get(name).unwrap_or(&Value::Null);
    let text = |text: &str| Cow::Owned(Value::from(text));
    match name {
        "id" if resource.kind == "microsoft.dataprotection/backupvaults" => {
            // Spelled so in every recorded answer, and by no other service.
            text(&resource.id.replace("/backupVaults/", "/BackupVaults/"))
        }
        "id" => text(&resource.id),
        "properties" if resource.property("instanceView").is_some() => {
            Cow::Owned(with_extended_view(own("properties")))
        }
        "name" => text(own("name").as_str().unwrap_or(id::name_of(&resource.id))),
        "type" => text(&resource.kind),
        "tenantId" => text(&world.tenant),
        "subscriptionId" => text(id::subscription_of(&resource.key).unwrap_or_default()),
        "resourceGroup" => text(id::resource_group_of(&resource.key).unwrap_or_default()),
        "location" => text(location(resource, world).unwrap_or_default()),
        "kind" | "managedBy" => text(own(name).as_str().unwrap_or_default()),
        name if COLUMNS.contains(&name) => Cow::Borrowed(own(name)),
        _ => Cow::Owned(Value::Null),
    }
}

/// How a machine runs stands elsewhere here, and is less.
fn with_extended_view(properties: &Value) -> Value {
    let mut properties = properties.clone();
    if let Some(members) = properties.as_object_mut() {
        let view = members.shift_remove("instanceView").unwrap_or_default();
        let statuses = view["statuses"].as_array().into_iter().flatten();
        let is_power = |status: &&Value| {
            status["code"].as_str().is_some_and(|code| code.starts_with("PowerState/"))
        };
        let power = statuses.into_iter().find(is_power).cloned();
        members.insert("extended".to_owned(), json!({"instanceView": {"powerState": power}}));
    }
    properties
}

/// The location of a resource, or of what holds it.
fn location<'a>(resource: &'a Resource, world: &'a World) -> Option<&'a str> {
    let mut key = resource.key.as_str();
    loop {
        let named = world.get(key).and_then(|resource| resource.value().get("location")?.as_str());
        if named.is_some() || id::kind_of(key)?.matches('/').count() < 2 {
            return named;
        }
        key = id::parent_of(key)?;
    }
}
