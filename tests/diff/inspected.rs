//! What a report says it inspected decides what a finding that vanished from it means.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::{SUBSCRIPTION, World, json_of, run, valid_by};

const RULE: &str = "protection-stopped";
const DIFF: [&str; 5] = ["diff", "before.json", "after.json", "--format", "json"];

/// The estate with the machines of its items, which say that stopped items are missed.
fn world(day: u8) -> World {
    let mut world = World::new(day);
    for name in ["vm-web", "vm-orders"] {
        let kind = "Microsoft.Compute/virtualMachines";
        world.resources.push(json!({
            "id": format!("{SUBSCRIPTION}/resourceGroups/rg-app/providers/{kind}/{name}"),
            "name": name, "type": kind, "location": "westeurope", "properties": {},
        }));
    }
    world
}

/// The item of a machine.
fn item(name: &str) -> String {
    format!("/protectedItems/VM;iaasvmcontainerv2;rg-app;{name}")
}

fn stopped(mut world: World, end: &str) -> World {
    world.of(&item(end))["protectionState"] = json!("ProtectionStopped");
    world
}

fn report(folder: &Path, name: &str) -> Value {
    serde_json::from_slice(&fs::read(folder.join(name)).expect("a report")).expect("JSON")
}

/// Writes the report of an export.
fn audit(folder: &Path, world: &World, name: &str, more: &[&str]) {
    world.export(folder, "estate.json");
    let output = format!("json={name}");
    run(folder, &[&["audit", "estate.json", "--output", &output][..], more].concat());
}

/// Where the comparison lists the rule, why or how, and the exit code.
fn found(folder: &Path) -> (&'static str, String, Option<i32>) {
    let (diff, code) = json_of(folder, &DIFF);
    for (list, word) in [("fixed", "how"), ("unclear", "why")] {
        let entries = diff["findings"][list].as_array().expect("a list");
        if let Some(entry) = entries.iter().find(|entry| entry["rule"] == RULE) {
            let word = entry[word].as_str().expect("a text").to_owned();
            return (list, word, code);
        }
    }
    panic!("neither fixed nor unclear: {diff}");
}

#[test]
fn what_was_inspected_tells_a_repair_from_a_resource_that_nobody_looked_at() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    audit(folder, &stopped(world(0), "vm-web"), "before.json", &[]);
    let mended = || world(1);
    let undecided = || {
        let mut world = world(1);
        world.of(&item("vm-web")).as_object_mut().expect("properties").remove("protectionState");
        world
    };
    for (case, new, more, list, word, code) in [
        ("mended", mended(), &[][..], "fixed", "mended", 0),
        ("elsewhere", mended().without(&item("vm-web")), &[], "unclear", "did not look at it", 3),
        ("no rule", mended(), &["--select", "soft-delete-disabled"], "unclear", "not active", 3),
        (
            "no failures",
            stopped(mended(), "vm-web"),
            &["--outcomes", "unknown"],
            "unclear",
            "does not list every verdict",
            3,
        ),
        ("undecided", undecided(), &[], "unclear", "does not say its state", 3),
    ] {
        audit(folder, &new, "after.json", more);
        let (on, said, exit) = found(folder);
        assert_eq!((on, exit), (list, Some(code)), "{case}: {said}");
        assert!(said.contains(word), "{case}: {said}");
    }
    // A snapshot whose list was read shows what is gone; a report does not say which lists were.
    let gone = world(1).without(&item("vm-web"));
    gone.write(folder, "whole.json");
    let arguments = ["diff", "before.json", "whole.json", "--format", "json"];
    let (diff, _) = json_of(folder, &arguments);
    let fixed = diff["findings"]["fixed"].as_array().expect("a list");
    assert!(fixed.iter().any(|fixed| fixed["rule"] == RULE && fixed["how"] == "gone"), "{diff}");
    run(folder, &["audit", "whole.json", "--output", "json=after.json"]);
    let (list, said, _) = found(folder);
    assert_eq!(list, "unclear", "{said}");
}

/// A finding that somebody waived is listed as waived, and so hides none of the others.
#[test]
fn a_waiver_of_another_resource_hides_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let both = stopped(stopped(world(0), "vm-web"), "vm-orders");
    audit(folder, &both, "before.json", &[]);
    let waiver = "[[suppression]]\nrule = \"protection-stopped\"\nresource = \"*vm-orders\"\nreason = \"moved\"\nowner = \"a@example.com\"\n";
    fs::write(folder.join("waiver.toml"), waiver).expect("written");
    let config = ["--config", "waiver.toml"];
    audit(folder, &stopped(world(1), "vm-orders"), "after.json", &config);
    let (diff, _) = json_of(folder, &DIFF);
    let fixed = diff["findings"]["fixed"].as_array().expect("a list").iter();
    let how: Vec<&str> = fixed
        .filter(|fixed| fixed["rule"] == RULE)
        .map(|fixed| fixed["how"].as_str().expect("a text"))
        .collect();
    assert_eq!(how.len(), 2, "{diff}");
    assert!(how.contains(&"mended") && how.contains(&"waived"), "{diff}");
}

/// Reports of earlier versions, and of later ones that name another algorithm, are read as before.
#[test]
fn a_report_without_it_proves_no_repair() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    audit(folder, &stopped(world(0), "vm-web"), "before.json", &[]);
    // It says nothing of the item.
    audit(folder, &world(1), "after.json", &["--select", RULE]);
    assert_eq!(found(folder).0, "fixed");
    let new = report(folder, "after.json");
    assert_eq!(new["inspected"]["algorithm"], "xxh64-48", "{new}");
    let change = |change: &dyn Fn(&mut Value)| {
        let mut new = new.clone();
        change(&mut new);
        fs::write(folder.join("after.json"), new.to_string()).expect("written");
    };
    change(&|new| drop(new.as_object_mut().expect("an object").remove("inspected")));
    assert_eq!(found(folder).0, "unclear");
    change(&|new| new["inspected"]["algorithm"] = json!("other-64"));
    assert_eq!(found(folder).0, "unclear");
    for damage in [
        json!("AAAAAAA"),
        json!("AAAAAA=="),
        json!(format!("é{}", new["inspected"]["keys"].as_str().expect("a text"))),
    ] {
        change(&|new| new["inspected"]["keys"] = damage.clone());
        let output = run(folder, &DIFF);
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{damage}");
        assert!(text.contains("what it says was inspected"), "{text}");
    }
}

/// Neither the run nor the number of threads shows in it, and a baseline does not read it.
#[test]
fn it_is_the_same_in_every_run() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    audit(folder, &world(0), "one.json", &["--threads", "1"]);
    audit(folder, &world(0), "two.json", &["--threads", "2"]);
    let (one, two) = (report(folder, "one.json"), report(folder, "two.json"));
    valid_by(backuplint::report::JSON_SCHEMA, &one);
    assert_eq!(one["inspected"], two["inspected"]);
    let keys = one["inspected"]["keys"].as_str().expect("a text");
    assert_eq!(Some(keys.len() as u64 / 8), one["inspected"]["count"].as_u64());
    let mut old = one.clone();
    old.as_object_mut().expect("an object").remove("inspected");
    fs::write(folder.join("old.json"), old.to_string()).expect("written");
    stopped(world(1), "vm-web").export(folder, "estate.json");
    let with = |baseline: &str| {
        let audit = ["audit", "estate.json", "--as-of", "2026-11-21T02:00:00Z"];
        let output =
            run(folder, &[&audit[..], &["--baseline", baseline, "--format", "json"]].concat());
        (output.status.code(), output.stdout)
    };
    assert_eq!(with("one.json"), with("old.json"));
}

/// Code is known by its project and its address, wherever the property stands that decides.
#[cfg(feature = "rego")]
#[test]
fn code_is_known_by_its_project_and_address() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path();
    let module = |is_on: bool| {
        fs::create_dir_all(path.join("modules/vault")).expect("a folder");
        let text = format!(
            "resource \"azurerm_recovery_services_vault\" \"v\" {{\n  name = \"rsv\"\n  resource_group_name = \"rg\"\n  location = \"westeurope\"\n  sku = \"Standard\"\n  soft_delete_enabled = {is_on}\n}}\n"
        );
        fs::write(path.join("modules/vault/main.tf"), text).expect("written");
    };
    for project in ["prod", "stage", "test"] {
        fs::create_dir(path.join(project)).expect("a folder");
        let text = "module \"vault\" {\n  source = \"../modules/vault\"\n}\n";
        fs::write(path.join(project).join("main.tf"), text).expect("written");
    }
    let lint = |projects: &[&str], report: &str, more: &[&str]| {
        let output = format!("json={report}");
        let select = ["--select", "soft-delete-disabled"];
        run(path, &[&["lint"], projects, &["--output", &output], &select, more].concat());
    };
    module(false);
    lint(&["prod", "stage", "test"], "before.json", &[]);
    let before = report(path, "before.json");
    valid_by(backuplint::report::JSON_SCHEMA, &before);
    assert_eq!(before["results"].as_array().map(Vec::len), Some(3), "{before}");
    module(true);
    for (projects, fixed, unclear, expected) in
        [(&["prod", "stage", "test"][..], 3, 0, 0), (&["prod", "test"], 2, 1, 3)]
    {
        lint(projects, "after.json", &[]);
        let (diff, code) = json_of(path, &DIFF);
        let count = |list: &str| super::rules(&diff["findings"][list]).len();
        assert_eq!((count("fixed"), count("unclear")), (fixed, unclear), "{projects:?}: {diff}");
        assert_eq!(code, Some(expected), "{projects:?}");
    }
}
