//! `diff`: two snapshots of a small estate, and two reports, over the program.

#![allow(
    clippy::panic,
    clippy::pedantic,
    reason = "a test fails by panicking, and helpers of a test are no API"
)]

mod inspected;

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use backuplint::report::diff::JSON_SCHEMA;
use serde_json::{Value, json};

const SUBSCRIPTION: &str = "/subscriptions/6b1f0c52-7d1e-4a5e-9a70-0c1d2e3f4a5b";
const VAULT: &str = "/subscriptions/6b1f0c52-7d1e-4a5e-9a70-0c1d2e3f4a5b/resourceGroups/rg-backup/providers/Microsoft.RecoveryServices/vaults/rsv-orders";
const OTHER: &str = "/subscriptions/6b1f0c52-7d1e-4a5e-9a70-0c1d2e3f4a5b/resourceGroups/rg-backup/providers/Microsoft.RecoveryServices/vaults/rsv-stock";
const CONTRIBUTOR: &str = "b24988ac-6180-42a0-ab88-20f7382dd24c";
const READER: &str = "acdd72a7-3385-48ef-bd42-f606fba81ae7";
const ADA: &str = "10000000-0000-4000-8000-000000000001";
const CAL: &str = "10000000-0000-4000-8000-000000000002";
const ITEMS: &str =
    "Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems";
const ASSIGNMENTS: &str = "Microsoft.Authorization/roleAssignments";

fn vault(id: &str) -> Value {
    json!({
        "id": id, "name": id.rsplit('/').next(), "type": "Microsoft.RecoveryServices/vaults",
        "location": "westeurope", "sku": {"name": "RS0", "tier": "Standard"},
        "properties": {
            "provisioningState": "Succeeded", "publicNetworkAccess": "Disabled",
            "redundancySettings": {"standardTierStorageRedundancy": "GeoRedundant", "crossRegionRestore": "Enabled"},
            "securitySettings": {
                "softDeleteSettings": {"softDeleteState": "Enabled", "softDeleteRetentionPeriodInDays": 30},
                "immutabilitySettings": {"state": "Locked"}, "multiUserAuthorization": "Enabled",
            },
        },
    })
}

fn item(name: &str) -> Value {
    let machine = format!(
        "{SUBSCRIPTION}/resourceGroups/rg-app/providers/Microsoft.Compute/virtualMachines/{name}"
    );
    json!({
        "id": format!("{VAULT}/backupFabrics/Azure/protectionContainers/IaasVMContainer;iaasvmcontainerv2;rg-app;{name}/protectedItems/VM;iaasvmcontainerv2;rg-app;{name}"),
        "name": format!("VM;iaasvmcontainerv2;rg-app;{name}"), "type": ITEMS,
        "properties": {
            "friendlyName": name, "protectedItemType": "Microsoft.Compute/virtualMachines",
            "backupManagementType": "AzureIaasVM", "workloadType": "VM", "sourceResourceId": machine,
            "protectionState": "Protected", "lastBackupStatus": "Completed",
            "lastRecoveryPoint": "2026-11-19T22:00:09Z",
        },
    })
}

fn assignment(number: u8, who: &str, role: &str) -> Value {
    json!({
        "id": format!("{SUBSCRIPTION}/providers/Microsoft.Authorization/roleAssignments/a0000000-0000-4000-8000-0000000000{number:02}"),
        "type": ASSIGNMENTS,
        "properties": {
            "principalId": who, "principalType": "User", "scope": SUBSCRIPTION,
            "roleDefinitionId": format!("{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/{role}"),
        },
    })
}

/// An estate, so many days after the first one.
struct World {
    day: u8,
    resources: Vec<Value>,
    /// Bodies that a LIST gave, without what a GET has.
    listed: Vec<Value>,
    unread: Vec<&'static str>,
}

impl World {
    fn new(day: u8) -> Self {
        let resources = vec![
            json!({
                "id": SUBSCRIPTION, "type": "Microsoft.Resources/subscriptions",
                "properties": {"managementGroupAncestorsChain": []},
            }),
            vault(VAULT),
            vault(OTHER),
            item("vm-orders"),
            item("vm-web"),
            assignment(1, ADA, CONTRIBUTOR),
            assignment(2, CAL, READER),
        ];
        Self { day, resources, listed: Vec::new(), unread: Vec::new() }
    }

    fn of(&mut self, end: &str) -> &mut Value {
        let found = self
            .resources
            .iter_mut()
            .find(|body| body["id"].as_str().is_some_and(|id| id.ends_with(end)));
        &mut found.unwrap_or_else(|| panic!("no {end}"))["properties"]
    }

    fn soft_delete_off(mut self, end: &str) -> Self {
        self.of(end)["securitySettings"]["softDeleteSettings"]["softDeleteState"] =
            json!("Disabled");
        self
    }

    fn without(mut self, end: &str) -> Self {
        let before = self.resources.len();
        self.resources.retain(|body| !body["id"].as_str().is_some_and(|id| id.ends_with(end)));
        assert!(self.resources.len() < before, "no {end}");
        self
    }

    /// The same as `az` prints it: nobody says which lists were read.
    fn export(&self, folder: &Path, name: &str) {
        fs::write(folder.join(name), json!(self.resources).to_string()).expect("written");
    }

    fn write(&self, folder: &Path, name: &str) {
        let kinds = [
            "Microsoft.RecoveryServices/vaults",
            ITEMS,
            "Microsoft.RecoveryServices/vaults/backupPolicies",
            "Microsoft.RecoveryServices/vaults/backupResourceGuardProxies",
            "Microsoft.Authorization/locks",
            ASSIGNMENTS,
            "Microsoft.Authorization/denyAssignments",
            "Microsoft.Authorization/roleEligibilityScheduleInstances",
        ];
        let read = kinds.iter().filter(|kind| !self.unread.contains(kind));
        let collections: Vec<Value> = read
            .flat_map(|kind| {
                [
                    json!({"scope": "/", "kind": kind, "exactly": true}),
                    json!({"scope": SUBSCRIPTION, "kind": kind}),
                ]
            })
            .collect();
        let gap = |kind: &&str| {
            json!({
                "scope": SUBSCRIPTION, "kind": kind, "status": 403, "reason": "forbidden",
                "message": "refused",
            })
        };
        let gaps: Vec<Value> = self.unread.iter().map(gap).collect();
        let snapshot = json!({
            "schema": "backuplint.snapshot/1", "collectedAt": format!("2026-11-{:02}T02:00:00Z", 20 + self.day),
            "collections": collections, "gaps": gaps, "resources": self.resources, "listed": self.listed,
        });
        fs::write(folder.join(name), snapshot.to_string()).expect("written");
    }
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_backuplint"))
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("started")
}

/// The comparison of two estates, and the exit code.
fn diff(old: &World, new: &World, more: &[&str]) -> (Value, i32) {
    let folder = tempfile::tempdir().expect("a folder");
    old.write(folder.path(), "old.json");
    new.write(folder.path(), "new.json");
    let arguments = [&["diff", "old.json", "new.json", "--format", "json"], more].concat();
    let output = run(folder.path(), &arguments);
    let code = output.status.code().expect("an exit code");
    let value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    valid(&value);
    (value, code)
}

/// Every key that the schema names is written, and none that it does not.
fn valid(value: &Value) {
    valid_by(JSON_SCHEMA, value);
}

fn valid_by(schema: &str, value: &Value) {
    fn strict(schema: &mut Value) {
        if let Value::Object(map) = schema {
            if map.get("properties").is_some_and(Value::is_object) {
                map.insert("additionalProperties".to_owned(), json!(false));
            }
            map.values_mut().for_each(strict);
        } else if let Value::Array(list) = schema {
            list.iter_mut().for_each(strict);
        }
    }
    let mut schema: Value = serde_json::from_str(schema).expect("JSON");
    jsonschema::meta::validate(&schema).expect("a schema");
    strict(&mut schema);
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let errors: Vec<String> = validator
        .iter_errors(value)
        .map(|error| format!("{} {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{errors:?}");
}

fn rules(list: &Value) -> Vec<&str> {
    list.as_array().expect("a list").iter().filter_map(|entry| entry["rule"].as_str()).collect()
}

#[test]
fn nothing_changes_in_a_day() {
    let (diff, code) = diff(&World::new(0), &World::new(0), &[]);
    assert_eq!(code, 0, "{diff}");
    assert_eq!(diff["worseThanBefore"], false);
    for list in ["new", "worse", "fixed", "unclear"] {
        assert_eq!(diff["findings"][list], json!([]), "{list}");
    }
    assert!(diff["summary"]["unchanged"].as_u64().is_some_and(|count| count > 0), "{diff}");
    assert_eq!(
        diff["estates"],
        json!({"weakened": [], "vanished": [], "gained": [], "hidden": []})
    );
}

#[test]
fn what_is_weaker_is_new_and_named() {
    let (diff, code) = diff(&World::new(0), &World::new(1).soft_delete_off("rsv-orders"), &[]);
    assert_eq!(code, 1);
    assert!(rules(&diff["findings"]["new"]).contains(&"soft-delete-disabled"), "{diff}");
    let weakened = &diff["estates"]["weakened"];
    assert_eq!(rules(weakened), ["protection-weakened"]);
    let message = weakened[0]["message"].as_str().expect("a text");
    assert!(message.contains("soft delete goes from Enabled to Disabled"), "{message}");
    assert!(message.contains("2 items"), "{message}");
    // The rules of a change speak of both sides, and are no findings of one.
    assert!(!rules(&diff["findings"]["new"]).contains(&"protection-weakened"));
}

#[test]
fn what_is_mended_is_fixed() {
    let (diff, code) = diff(&World::new(0).soft_delete_off("rsv-stock"), &World::new(1), &[]);
    assert_eq!(code, 0, "{diff}");
    let fixed = diff["findings"]["fixed"].as_array().expect("a list");
    let of = fixed.iter().find(|fixed| fixed["rule"] == "soft-delete-disabled").expect("fixed");
    assert_eq!(of["how"], "mended");
    assert_eq!(diff["estates"]["weakened"], json!([]));
}

#[test]
fn what_is_gone_is_no_repair() {
    let old = World::new(0).soft_delete_off("rsv-stock");
    let (diff, _) = diff(&old, &World::new(1).without("rsv-stock"), &[]);
    let fixed = diff["findings"]["fixed"].as_array().expect("a list");
    let of = fixed.iter().find(|fixed| fixed["rule"] == "soft-delete-disabled").expect("fixed");
    assert_eq!(of["how"], "gone");
}

/// What can no longer be read is not mended.
#[test]
fn what_nobody_can_tell_any_more_is_unclear() {
    let old = World::new(0).soft_delete_off("rsv-stock");
    let mut new = World::new(1);
    // A LIST leaves the settings out.
    let properties = new.of("rsv-stock").as_object_mut().expect("properties");
    properties.retain(|name, _| !["securitySettings", "redundancySettings"].contains(&&**name));
    let at = new.resources.iter().position(|body| body["name"] == "rsv-stock").expect("a vault");
    let body = new.resources.remove(at);
    new.listed.push(body);
    let (diff, code) = diff(&old, &new, &["--select", "soft-delete-disabled"]);
    assert!(rules(&diff["findings"]["unclear"]).contains(&"soft-delete-disabled"), "{diff}");
    assert!(!rules(&diff["findings"]["fixed"]).contains(&"soft-delete-disabled"), "{diff}");
    assert_eq!(code, 3, "{diff}");
}

#[test]
fn items_vanish_or_are_only_no_longer_seen() {
    let (found, code) = diff(&World::new(0), &World::new(1).without("vm-web"), &[]);
    assert_eq!(code, 1);
    let vanished = &found["estates"]["vanished"];
    assert_eq!(vanished.as_array().map(Vec::len), Some(1), "{found}");
    assert!(vanished[0]["on"].as_str().is_some_and(|on| on.ends_with("vm-web")));
    assert_eq!(vanished[0]["reason"], Value::Null);
    assert_eq!(rules(&found["estates"]["weakened"]), ["backup-resource-destroyed"]);

    let mut unseen = World::new(1).without("vm-web");
    unseen.unread.push(ITEMS);
    let (found, code) = diff(&World::new(0), &unseen, &[]);
    assert_eq!(found["estates"]["vanished"][0]["reason"], "forbidden", "{found}");
    assert_eq!(found["estates"]["weakened"], json!([]));
    assert_eq!(code, 3);
    let (_, code) = diff(&World::new(0), &unseen, &["--allow-incomplete"]);
    assert_eq!(code, 0);
}

#[test]
fn who_gained_rights_is_named() {
    let mut new = World::new(1);
    new.resources.push(assignment(3, CAL, CONTRIBUTOR));
    let (found, code) = diff(&World::new(0), &new, &[]);
    assert_eq!(code, 1);
    let gained = found["estates"]["gained"].as_array().expect("a list");
    let rights: Vec<&str> =
        gained.iter().map(|gained| gained["right"].as_str().expect("a right")).collect();
    assert_eq!(rights, ["destroy", "weaken"], "{found}");
    for gained in gained {
        assert_eq!(gained["principalId"], CAL);
        assert_eq!(gained["strength"], "allowed");
        assert_eq!(gained["certain"], true, "{found}");
        assert_eq!(gained["vaults"].as_array().map(Vec::len), Some(2));
    }
    // Where assignments were not read before, nobody can say that it is new.
    let mut old = World::new(0).without("000000000002");
    old.unread.push(ASSIGNMENTS);
    let (found, _) = diff(&old, &new, &[]);
    let gained = found["estates"]["gained"].as_array().expect("a list");
    assert!(!gained.is_empty(), "{found}");
    assert!(gained.iter().all(|gained| gained["certain"] == false), "{found}");
}

/// A group held it before, for members that were read then and are not now: nobody gained anything that is known.
#[test]
fn who_is_no_longer_read_gained_nothing() {
    const GROUP: &str = "10000000-0000-4000-8000-000000000009";
    let world = |day: u8, is_read: bool| {
        let mut world = World::new(day);
        let mut given = assignment(9, GROUP, CONTRIBUTOR);
        given["properties"]["principalType"] = json!("Group");
        world.resources.push(given);
        if is_read {
            world.resources.push(json!({
                "@odata.type": "#microsoft.graph.group", "id": GROUP, "displayName": "backup",
                "members": [{"@odata.type": "#microsoft.graph.user", "id": CAL}],
            }));
        }
        world
    };
    let (found, code) =
        diff(&world(0, true), &world(1, false), &["--select", "soft-delete-disabled"]);
    assert_eq!(found["estates"]["gained"], json!([]), "{found}");
    let hidden = found["estates"]["hidden"].as_array().expect("a list");
    assert!(hidden.iter().all(|hidden| hidden["principalId"] == GROUP), "{found}");
    assert_eq!(hidden.len(), 2, "{found}");
    assert_eq!(code, 3);
    // One that has the right only now gained it, whoever is in it.
    let (found, code) =
        diff(&World::new(0), &world(1, false), &["--select", "soft-delete-disabled"]);
    assert_eq!(found["estates"]["gained"].as_array().map(Vec::len), Some(2), "{found}");
    assert_eq!(code, 1);
}

#[test]
fn the_older_side_belongs_first() {
    let folder = tempfile::tempdir().expect("a folder");
    World::new(0).write(folder.path(), "old.json");
    World::new(1).write(folder.path(), "new.json");
    let note = "the newer one belongs last";
    for (one, other, is_said) in [("old.json", "new.json", false), ("new.json", "old.json", true)] {
        let output = run(folder.path(), &["diff", one, other]);
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(text.contains(note), is_said, "{text}");
    }
    let output = run(folder.path(), &["diff", "new.json", "old.json", "--quiet"]);
    assert!(output.stderr.is_empty());
}

/// Two reports, and a report beside a snapshot, are compared by their findings.
#[test]
fn reports_are_compared_by_their_findings() {
    let folder = tempfile::tempdir().expect("a folder");
    World::new(0).write(folder.path(), "old.json");
    World::new(1).soft_delete_off("rsv-orders").write(folder.path(), "new.json");
    for name in ["old", "new"] {
        let (input, output) = (format!("{name}.json"), format!("json={name}-report.json"));
        run(folder.path(), &["audit", &input, "--output", &output]);
    }
    let compare = |old: &str, new: &str, more: &[&str]| {
        run(folder.path(), &[&["diff", old, new], more].concat())
    };
    let json = ["--format", "json"];
    for (old, new) in [
        ("old-report.json", "new-report.json"),
        ("old.json", "new-report.json"),
        ("old-report.json", "new.json"),
    ] {
        let output = compare(old, new, &json);
        assert_eq!(output.status.code(), Some(1));
        let diff: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        valid(&diff);
        assert!(rules(&diff["findings"]["new"]).contains(&"soft-delete-disabled"), "{diff}");
        assert_eq!(diff["estates"], Value::Null);
    }
    let output = compare("new-report.json", "old-report.json", &json);
    assert_eq!(output.status.code(), Some(0));
    // The threshold decides the exit code, not what is listed.
    let output = compare("old-report.json", "new-report.json", &["--fail-on", "critical"]);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.contains("soft-delete-disabled"), "{text}");
    let markdown = compare("old.json", "new.json", &["--format", "markdown"]);
    let text = String::from_utf8_lossy(&markdown.stdout).into_owned();
    for part in ["WORSE", "### New", "### Protection weakened", "soft-delete-disabled"] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

/// A report that leaves verdicts out proves no repair.
#[test]
fn what_a_report_does_not_list_is_unclear() {
    let folder = tempfile::tempdir().expect("a folder");
    World::new(0).soft_delete_off("rsv-orders").write(folder.path(), "old.json");
    World::new(1).soft_delete_off("rsv-orders").write(folder.path(), "new.json");
    run(folder.path(), &["audit", "old.json", "--output", "json=old-report.json"]);
    for more in [&["--min-severity", "critical"][..], &["--outcomes", "unknown"]] {
        let audit = [&["audit", "new.json", "--output", "json=new-report.json"][..], more].concat();
        run(folder.path(), &audit);
        let output =
            run(folder.path(), &["diff", "old-report.json", "new-report.json", "--format", "json"]);
        let diff: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        valid(&diff);
        assert!(rules(&diff["findings"]["unclear"]).contains(&"soft-delete-disabled"), "{diff}");
        assert_eq!(diff["findings"]["fixed"], json!([]), "{more:?}");
        assert_eq!(output.status.code(), Some(3), "{more:?}");
    }
}

fn json_of(folder: &Path, arguments: &[&str]) -> (Value, Option<i32>) {
    let output = run(folder, arguments);
    let diff: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    valid(&diff);
    (diff, output.status.code())
}

/// An export proves no list whole: what is not in it may only not have been exported.
#[test]
fn what_is_not_in_an_export_is_not_mended() {
    let folder = tempfile::tempdir().expect("a folder");
    World::new(0).soft_delete_off("rsv-stock").export(folder.path(), "old.json");
    let of_stock = |list: &Value| {
        let found = list.as_array().expect("a list").iter();
        let of =
            |entry: &&Value| entry["resource"].as_str().is_some_and(|id| id.ends_with("rsv-stock"));
        found.filter(of).count()
    };
    let names = ["old.json", "new.json"];
    World::new(1).without("rsv-stock").export(folder.path(), "new.json");
    let (diff, code) = json_of(folder.path(), &["diff", names[0], names[1], "--format", "json"]);
    assert!(rules(&diff["findings"]["unclear"]).contains(&"soft-delete-disabled"), "{diff}");
    assert_eq!(of_stock(&diff["findings"]["fixed"]), 0, "{diff}");
    let vanished = &diff["estates"]["vanished"][0];
    assert!(vanished["on"].as_str().is_some_and(|on| on.ends_with("rsv-stock")), "{diff}");
    assert_eq!(vanished["reason"], "not-collected", "{diff}");
    assert_eq!(code, Some(3));
    let human = run(folder.path(), &["diff", names[0], names[1]]);
    let text = String::from_utf8_lossy(&human.stdout).into_owned();
    assert!(text.contains("NO WORSE, AS FAR AS WAS READ"), "{text}");

    // Of a vault without findings, too.
    World::new(0).export(folder.path(), "old.json");
    let (diff, code) = json_of(folder.path(), &["diff", names[0], names[1], "--format", "json"]);
    assert_eq!(diff["estates"]["vanished"].as_array().map(Vec::len), Some(1), "{diff}");
    assert_eq!(code, Some(3));
}

/// A report lists what it found, and not all that it looked at.
#[test]
fn a_report_mends_only_what_it_looked_at() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path();
    for name in ["mended", "elsewhere", "damaged"] {
        fs::create_dir(path.join(name)).expect("a folder");
    }
    let select = ["--select", "soft-delete-disabled"];
    let audit = |input: &str, report: &str, more: &[&str]| {
        let output = format!("json={report}.json");
        run(path, &[&["audit", input, "--output", &output][..], &select, more].concat());
    };
    World::new(0).soft_delete_off("rsv-stock").export(path, "old.json");
    audit("old.json", "before", &[]);
    World::new(1).export(path, "mended/a.json");
    World::new(1).without("rsv-stock").export(path, "elsewhere/a.json");
    World::new(1).export(path, "damaged/a.json");
    fs::write(path.join("damaged/b.json"), "{\"id\": ").expect("written");
    let passes = ["--outcomes", "fail,unknown,pass"];
    for (input, more, list, expected) in [
        // The vault stands among those whose destruction was analysed.
        ("mended", &[][..], "fixed", 0),
        ("mended", &passes[..], "fixed", 0),
        ("elsewhere", &[], "unclear", 3),
        ("elsewhere", &passes, "unclear", 3),
        // The vault was judged, and a run knows what a lost file may hide of it; the gap is one all the same.
        ("damaged", &[], "fixed", 3),
        ("damaged", &passes, "fixed", 3),
    ] {
        audit(input, "after", more);
        let arguments = ["diff", "before.json", "after.json", "--format", "json"];
        let (diff, code) = json_of(path, &arguments);
        assert_eq!(rules(&diff["findings"][list]), ["soft-delete-disabled"], "{input}: {diff}");
        assert_eq!(code, Some(expected), "{input} {more:?}");
    }
    // A report beside an export: what the export does not show is not mended either.
    let arguments = ["diff", "before.json", "elsewhere", "--format", "json"];
    let (diff, code) = json_of(path, &[&arguments[..], &select].concat());
    assert_eq!(rules(&diff["findings"]["unclear"]), ["soft-delete-disabled"], "{diff}");
    assert_eq!(code, Some(3));
}

/// Two projects may use one address: that of the one proves nothing for the other.
#[cfg(feature = "rego")]
#[test]
fn a_project_that_is_no_longer_looked_at_is_not_mended() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path();
    for (project, is_on) in [("one", false), ("two", true)] {
        fs::create_dir(path.join(project)).expect("a folder");
        let head = "resource \"azurerm_recovery_services_vault\" \"v\" {\n  name = \"rsv\"\n";
        let rest =
            "  resource_group_name = \"rg\"\n  location = \"westeurope\"\n  sku = \"Standard\"\n";
        let text = format!("{head}{rest}  soft_delete_enabled = {is_on}\n}}\n");
        fs::write(path.join(project).join("main.tf"), text).expect("written");
    }
    let lint = |projects: &[&str], report: &str| {
        let output = format!("json={report}");
        let select = ["--select", "soft-delete-disabled", "--outcomes", "fail,unknown,pass"];
        run(path, &[&["lint"], projects, &["--output", &output], &select].concat());
    };
    lint(&["one", "two"], "before.json");
    for (projects, list, expected) in [(&["two"][..], "unclear", 3), (&["one", "two"], "fixed", 0)]
    {
        if projects.len() > 1 {
            fs::copy(path.join("two/main.tf"), path.join("one/main.tf")).expect("copied");
        }
        lint(projects, "after.json");
        let arguments = ["diff", "before.json", "after.json", "--format", "json"];
        let (diff, code) = json_of(path, &arguments);
        assert_eq!(rules(&diff["findings"][list]), ["soft-delete-disabled"], "{diff}");
        assert_eq!(code, Some(expected), "{projects:?}");
    }
}

#[test]
fn what_cannot_be_compared_is_an_error() {
    let folder = tempfile::tempdir().expect("a folder");
    World::new(0).write(folder.path(), "old.json");
    let file = |name: &str, text: &str| {
        fs::write(folder.path().join(name), text).expect("written");
    };
    file("other.json", r#"{"schema": "backuplint.review/1", "targets": []}"#);
    file("log.sarif", r#"{"version": "2.1.0", "runs": []}"#);
    file("cut.json", r#"{"schema": "backuplint.report/1", "asOf": "#);
    file("empty.json", "[]");
    for (name, says) in [
        ("other.json", "it is no backuplint.report/1"),
        ("log.sarif", "it is no backuplint.report/1"),
        ("cut.json", "cannot compare cut.json"),
        ("empty.json", "nothing to inspect"),
        ("nowhere", "nowhere"),
    ] {
        let output = run(folder.path(), &["diff", "old.json", name]);
        assert_eq!(output.status.code(), Some(2), "{name}");
        assert!(output.stdout.is_empty(), "{name}");
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(text.contains(says), "{name}: {text}");
    }
}
