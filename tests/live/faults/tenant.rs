//! A small tenant that has something of everything, in more than one page where there are pages.

use backuplint::collect::plan::version::Versions;
use backuplint::collect::plan::{Plan, Wish};
use serde_json::{Value, json};

use crate::world::{Size, guid};

/// How many rows an answer holds.
pub const PAGE: usize = 2;

const SIZE: Size = Size { subscriptions: 2, vaults: 1, items: 2, machines: 1 };

/// An object of the directory.
fn object(number: usize) -> String {
    format!("{number:08}-cccc-4ddd-8eee-000000000000")
}

/// Who is in the group.
pub fn group() -> String {
    object(1)
}

/// A subscription.
pub fn subscription(number: usize) -> String {
    format!("/subscriptions/{}", guid(number))
}

/// The Recovery Services vault of the first subscription.
pub fn vault() -> String {
    let group = format!("{}/resourceGroups/rg", subscription(0));
    format!("{group}/providers/Microsoft.RecoveryServices/vaults/vault-00")
}

/// The Backup vault of the first subscription.
pub fn backup_vault() -> String {
    let group = format!("{}/resourceGroups/rg", subscription(0));
    format!("{group}/providers/Microsoft.DataProtection/backupVaults/bv")
}

fn body(id: &str, kind: &str, properties: Value) -> Value {
    json!({ "id": id, "name": id.rsplit('/').next(), "type": kind, "properties": properties })
}

/// What is not asked: the roles that Azure itself brings, which are hundreds of rows, and what is asked in the same
/// way as something else.
pub const WITHOUT: [&str; 19] = [
    "role-definitions",
    "role-schedules",
    "backup-storage-config",
    "hybrid-containers",
    "diagnostic-settings",
    "jobs",
    "backup-extensions",
    "disks",
    "storage-accounts",
    "aks-clusters",
    "postgresql-servers",
    "mysql-servers",
    "key-vaults",
    "private-endpoints",
    "action-groups",
    "activity-log-alerts",
    "metric-alerts",
    "query-alerts",
    "alert-processing-rules",
];

/// What is asked.
pub fn plan() -> Plan {
    plan_without(&WITHOUT)
}

/// Everything but this.
pub fn plan_without(names: &[&str]) -> Plan {
    let without = names.iter().map(|name| (*name).to_owned()).collect();
    Plan::new(&Wish { without, ..Wish::default() }, Versions::default()).expect("a plan")
}

/// Every body of it.
pub fn bodies() -> Vec<Value> {
    let mut bodies = SIZE.bodies();
    bodies.extend(guarded());
    bodies.extend(access());
    bodies.extend(directory());
    bodies
}

fn guarded() -> Vec<Value> {
    let guard = format!(
        "{}/resourceGroups/rg/providers/Microsoft.DataProtection/resourceGuards/guard",
        subscription(1)
    );
    let link = |vault: &str| {
        let kind = match vault.contains("RecoveryServices") {
            true => "Microsoft.RecoveryServices/vaults/backupResourceGuardProxies",
            false => "Microsoft.DataProtection/backupVaults/backupResourceGuardProxies",
        };
        let properties = json!({ "resourceGuardResourceId": guard });
        body(&format!("{vault}/backupResourceGuardProxies/VaultProxy"), kind, properties)
    };
    let (vault, other) = (vault(), backup_vault());
    let instances = "Microsoft.DataProtection/backupVaults/backupInstances";
    let policies = "Microsoft.DataProtection/backupVaults/backupPolicies";
    let locks = "Microsoft.Authorization/locks";
    let lock = |scope: &str, name: &str| {
        let id = format!("{scope}/providers/{locks}/{name}");
        body(&id, locks, json!({ "level": "CanNotDelete" }))
    };
    vec![
        body(&guard, "Microsoft.DataProtection/resourceGuards", json!({})),
        body(&other, "Microsoft.DataProtection/backupVaults", json!({})),
        body(&format!("{other}/backupPolicies/weekly"), policies, json!({})),
        body(&format!("{other}/backupInstances/one"), instances, json!({})),
        link(&vault),
        link(&other),
        lock(&vault, "one"),
        lock(&subscription(0), "two"),
        lock(&other, "three"),
    ]
}

fn access() -> Vec<Value> {
    let corp = "/providers/Microsoft.Management/managementGroups/corp";
    let made = |number: usize, scope: &str, principal: usize, kind: &str| {
        let assignments = "Microsoft.Authorization/roleAssignments";
        let name = format!("{number:08}-eeee-4fff-8aaa-000000000000");
        let role = "/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7";
        let properties = json!({
            "principalId": object(principal),
            "principalType": kind,
            "roleDefinitionId": role,
            "scope": if scope.is_empty() { "/" } else { scope },
        });
        body(&format!("{scope}/providers/{assignments}/{name}"), assignments, properties)
    };
    let denied = "Microsoft.Authorization/denyAssignments";
    let denial = json!({
        "denyAssignmentName": "keep",
        "scope": subscription(0),
        "permissions": [{ "actions": ["*/delete"] }],
        "principals": [{ "id": object(2), "type": "User" }],
        "excludePrincipals": [],
    });
    vec![
        made(0, "", 1, "Group"),
        made(1, corp, 2, "User"),
        made(2, &subscription(0), 3, "ServicePrincipal"),
        made(3, &vault(), 1, "Group"),
        made(4, &subscription(1), 2, "User"),
        body(
            &format!("{}/providers/{denied}/00000009-eeee-4fff-8aaa-000000000000", subscription(0)),
            denied,
            denial,
        ),
    ]
}

fn directory() -> Vec<Value> {
    let member =
        |number: usize| json!({ "@odata.type": "#microsoft.graph.user", "id": object(number) });
    vec![
        json!({
            "@odata.type": "#microsoft.graph.group",
            "id": group(),
            "displayName": "backup operators",
            "transitiveMembers": [member(2), member(4)],
        }),
        json!({ "@odata.type": "#microsoft.graph.user", "id": object(2), "displayName": "a person" }),
        json!({ "@odata.type": "#microsoft.graph.user", "id": object(4), "displayName": "a member" }),
        json!({
            "@odata.type": "#microsoft.graph.servicePrincipal",
            "id": object(3),
            "displayName": "an application",
        }),
    ]
}
