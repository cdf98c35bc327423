//! What an alert answers for an event, and what an estate answers that has many.

use super::watch::scopes_of;
use super::*;
use crate::inventory::{Body, Completeness};

const SUBSCRIPTION: &str = "/subscriptions/6b1f0c52-7d1e-4a5e-9a70-0c1d2e3f4a5b";
const VAULT: &str = "/subscriptions/6b1f0c52-7d1e-4a5e-9a70-0c1d2e3f4a5b/resourceGroups/rg-backup/providers/Microsoft.RecoveryServices/vaults/rsv-orders";
const DELETE: &str = "Microsoft.RecoveryServices/vaults/delete";
const ITEM_DELETE: &str =
    "Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems/delete";

fn resource(kind: Kind, name: &str, body: &'static str) -> Resource<'static> {
    let id =
        format!("{SUBSCRIPTION}/resourceGroups/rg-monitor/providers/{}/{name}", kind.type_name());
    Resource {
        id: ResourceId::new(id),
        kind,
        body: Body::Json(body),
        completeness: Completeness::Complete,
        flat: false,
    }
}

/// What an alert with these conditions answers for an operation at the vault.
fn covers(conditions: &str, operation: &str) -> &'static str {
    let body = format!(
        r#"{{"properties":{{"scopes":["{}"],"condition":{{"allOf":{conditions}}},"actions":{{}}}}}}"#,
        &SUBSCRIPTION[1..],
    );
    let alert = resource(Kind::ActivityLogAlert, "alert", String::leak(body));
    let alert = ActivityLogAlert::read(alert).expect("it is an alert");
    let vault = ResourceId::new(VAULT);
    match alert.covers(&Event { operation, resource: &vault }) {
        Covers::Yes => "yes",
        Covers::Maybe(_) => "maybe",
        Covers::No => "no",
    }
}

fn clause(field: &str, value: &str) -> String {
    format!(
        r#"{{"field":"category","equals":"Administrative"}},{{"field":"{field}","equals":"{value}"}}"#
    )
}

#[test]
fn conditions_have_three_answers() {
    for (field, value, operation, expected) in [
        ("operationName", "microsoft.recoveryservices/VAULTS/delete", DELETE, "yes"),
        ("operationName", "Microsoft.RecoveryServices/vaults/write", DELETE, "no"),
        ("operationName", "Microsoft.RecoveryServices/vaults/*", DELETE, "maybe"),
        ("status", "Succeeded", DELETE, "yes"),
        ("status", "started", DELETE, "yes"),
        ("status", "Failed", DELETE, "no"),
        ("status", "Accepted", DELETE, "maybe"),
        ("level", "Informational", DELETE, "yes"),
        ("level", "Warning", DELETE, "maybe"),
        ("level", "Error", DELETE, "no"),
        ("caller", "someone@example.com", DELETE, "maybe"),
        ("resourceGroup", "RG-BACKUP", DELETE, "yes"),
        ("resourceGroup", "rg-other", DELETE, "no"),
        ("resourceProvider", "microsoft.recoveryservices", DELETE, "yes"),
        ("resourceProvider", "microsoft.compute", DELETE, "no"),
        ("resourceType", "Microsoft.RecoveryServices/vaults", DELETE, "yes"),
        ("resourceType", "Microsoft.RecoveryServices/vaults", ITEM_DELETE, "maybe"),
        ("resourceId", VAULT, DELETE, "yes"),
        ("resourceId", SUBSCRIPTION, DELETE, "no"),
        ("resourceId", VAULT, ITEM_DELETE, "maybe"),
        ("properties.message", "x", DELETE, "maybe"),
        ("category", "Policy", DELETE, "no"),
    ] {
        let conditions = format!("[{}]", clause(field, value));
        assert_eq!(covers(&conditions, operation), expected, "{field} = {value} for {operation}");
    }
}

#[test]
fn alternatives_and_ugly_conditions() {
    let either = r#"[{"anyOf":[{"field":"operationName","equals":"a/write"},
        {"field":"operationName","containsAny":["b/write","Microsoft.RecoveryServices/vaults/delete"]}]}]"#;
    assert_eq!(covers(either, DELETE), "yes");
    assert_eq!(covers(either, ITEM_DELETE), "no");
    let mixed = r#"[{"anyOf":[{"field":"operationName","equals":"a/write"},{"field":"caller","equals":"x"}]}]"#;
    assert_eq!(covers(mixed, DELETE), "maybe");
    for ugly in ["[]", "null", "[null]", "[{}]", r#"[{"field":null,"equals":""}]"#, r#""text""#] {
        assert_eq!(covers(ugly, DELETE), "maybe", "{ugly}");
    }
    let every = r#"[{"field":"category","equals":"Administrative"}]"#;
    assert_eq!(covers(every, ITEM_DELETE), "yes");
}

#[test]
fn an_operation_starts_or_ends_where_its_type_says() {
    let vault = ResourceId::new(VAULT);
    let event = |operation| Event { operation, resource: &vault };
    assert!(event(DELETE).is_at_resource());
    assert!(!event(ITEM_DELETE).is_at_resource());
    let restore = event("A.B/vaults/items/recoveryPoints/restore/action");
    assert_eq!(restore.resource_type(), "A.B/vaults/items/recoveryPoints");
}

#[test]
fn every_leading_part_of_an_id_is_a_scope() {
    let scopes: Vec<&str> = scopes_of("/subscriptions/s/resourceGroups/g").collect();
    assert_eq!(
        scopes,
        [
            "/subscriptions/s/resourceGroups/g",
            "/subscriptions/s/resourceGroups",
            "/subscriptions/s",
            "/subscriptions",
            ""
        ]
    );
}

/// Thousands of vaults, thousands of alerts: a question looks at those of its own vault only.
#[test]
fn a_question_looks_at_few_of_many_alerts() {
    let alerts: Vec<Resource<'static>> = (0..2_000)
        .map(|at| {
            let body = format!(
                r#"{{"properties":{{"enabled":true,"scopes":["{VAULT}-{at}"],"condition":{{"allOf":[{}]}},"actions":{{}}}}}}"#,
                clause("operationName", DELETE)
            );
            resource(Kind::ActivityLogAlert, &format!("alert-{at}"), String::leak(body))
        })
        .collect();
    let coverage = Coverage::default();
    let monitoring = Monitoring::new(&alerts, &coverage);
    let largest = monitoring.by_operation.values().map(Vec::len).max();
    assert_eq!((monitoring.by_operation.len(), largest), (2_000, Some(1)));
    let vault = ResourceId::new(format!("{VAULT}-7"));
    let watch = monitoring.watch(&Event { operation: DELETE, resource: &vault }, &coverage);
    assert!(matches!(watch, Watch::Perhaps { reason: Reason::NotCollected, .. }), "{watch:?}");
}

#[test]
fn an_alert_that_cannot_be_read_may_watch_anything() {
    let twice = r#"{"properties":{"enabled":true,"enabled":false}}"#;
    let coverage = {
        let mut coverage = Coverage::default();
        for kind in [Kind::ActivityLogAlert, Kind::ScheduledQueryRule] {
            coverage.add_list(SUBSCRIPTION, kind.type_name());
        }
        coverage
    };
    let vault = ResourceId::new(VAULT);
    let ask = |alerts: &[Resource<'static>]| {
        let monitoring = Monitoring::new(alerts, &coverage);
        let watch = monitoring.watch(&Event { operation: DELETE, resource: &vault }, &coverage);
        matches!(watch, Watch::Perhaps { reason: Reason::UnrecognisedValue, .. })
    };
    assert!(ask(&[resource(Kind::ActivityLogAlert, "alert", twice)]));
    assert!(!ask(&[resource(Kind::MetricAlert, "alert", twice)]));
    assert!(!ask(&[]));
}
