//! The estates that come with the program, and the demo.

use std::collections::BTreeSet;
use std::fs;
use std::process::Output;

use serde_json::Value;

use crate::{ALL_PROFILES, audit_json, backuplint, code, estate, root, says, stdout};

#[test]
fn nothing_fires_on_the_clean_estate() {
    let mut arguments = ALL_PROFILES.to_vec();
    arguments.extend(["--outcomes", "fail,unknown"]);
    let (output, report) = audit_json(&estate("clean"), &arguments);
    assert_eq!(report["results"], serde_json::json!([]), "{:#}", report["results"]);
    assert_eq!(report["gaps"], serde_json::json!([]));
    assert!(report["summary"]["pass"].as_u64() > Some(20), "{:#}", report["summary"]);
    code(&output, 0);
}

#[test]
fn every_rule_fires_on_the_broken_estate() {
    let mut arguments = vec!["audit", ".", "--format", "json", "--outcomes", "fail"];
    arguments.extend(ALL_PROFILES);
    let output = backuplint(&estate("broken"), &arguments);
    code(&output, 1);
    let mut fired = fired(&output);
    // What only code says.
    arguments[0] = "lint";
    let output = backuplint(&root().join("fixtures/iac/broken"), &arguments);
    code(&output, 1);
    fired.extend(self::fired(&output));
    for bundled in backuplint::rules::BUNDLED {
        let id = bundled.folder.rsplit('/').next().expect("a name").replace('_', "-");
        // What scripts do is in no estate.
        if bundled.folder.starts_with("script/") {
            continue;
        }
        if cfg!(feature = "rego")
            || !matches!(bundled.logic, backuplint::rule::BundledLogic::Rego(_))
        {
            assert!(fired.contains(&id), "{id} does not fire");
        }
    }
}

fn fired(output: &Output) -> BTreeSet<String> {
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let results = report["results"].as_array().expect("results").iter();
    results.filter_map(|result| result["rule"].as_str()).map(str::to_owned).collect()
}

#[test]
fn the_demo_is_convincing_and_safe_to_print() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = backuplint(folder.path(), &["audit", "--demo"]);
    code(&output, 1);
    says(
        &stdout(&output),
        &["Could somebody destroy our backups?", "Could we really restore?", "backuplint explain"],
    );
    assert!(stdout(&output).lines().all(|line| line.chars().count() <= 200), "a line runs away");
    assert!(!stdout(&output).contains('\u{1b}'), "colours without a terminal");
}

/// What the demo tells: one vault that one person can wipe today, one that takes two, one that nobody can
/// before the points expire.
#[test]
fn the_demo_tells_who_could_destroy_its_backups() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = backuplint(folder.path(), &["audit", "--demo", "--format", "json"]);
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let vaults = report["analysis"]["destruction"].as_array().expect("vaults");
    let takes = |name: &str| {
        let ends = format!("/{name}");
        let of = |vault: &&Value| vault["vault"].as_str().is_some_and(|id| id.ends_with(&ends));
        let proven = &vaults.iter().find(of).expect(name)["proven"];
        let never = proven["notBeforeExpiry"].as_bool().expect("a flag");
        (proven["principals"].as_u64(), proven["delayDays"].as_u64(), never)
    };
    assert_eq!(takes("rsv-dev-weu"), (Some(1), Some(0), false));
    assert_eq!(takes("rsv-retail-frc"), (Some(2), Some(14), false));
    assert_eq!(takes("rsv-prod-weu-vm"), (None, None, true));
}

#[test]
fn same_bytes_for_any_number_of_threads() {
    let folder = tempfile::tempdir().expect("a folder");
    for format in ["human", "json", "sarif", "sarif-full"] {
        let run = |threads: &str| {
            backuplint(
                folder.path(),
                &["audit", "--demo", "--format", format, "--threads", threads],
            )
            .stdout
        };
        let one = run("1");
        assert!(one.len() > 1000);
        assert!(one == run("2") && one == run("7"), "{format} depends on the thread count");
    }
}

#[test]
fn the_demo_reports_follow_their_schemas() {
    let folder = tempfile::tempdir().expect("a folder");
    let arguments = [
        "audit",
        "--demo",
        "--output",
        "json=r.json",
        "--output",
        "sarif=r.sarif",
        "--output",
        "sarif-full=full.sarif",
    ];
    code(&backuplint(folder.path(), &arguments), 1);
    let read = |name: &str| -> Value {
        serde_json::from_str(&fs::read_to_string(folder.path().join(name)).expect(name))
            .expect(name)
    };
    let schema: Value = serde_json::from_str(backuplint::report::JSON_SCHEMA).expect("schema");
    let validator = jsonschema::validator_for(&schema).expect("a valid schema");
    assert!(
        validator.validate(&read("r.json")).is_ok(),
        "{:?}",
        validator.validate(&read("r.json")).err()
    );
    let text =
        fs::read_to_string(root().join("tests/data/sarif-schema-2.1.0.json")).expect("schema");
    let mut schema: Value = serde_json::from_str(&text).expect("schema");
    without_broken_pattern(&mut schema);
    let validator = jsonschema::validator_for(&schema).expect("a valid schema");
    for name in ["r.sarif", "full.sarif"] {
        assert!(
            validator.validate(&read(name)).is_ok(),
            "{name}: {:?}",
            validator.validate(&read(name)).err()
        );
    }
    let results = read("r.sarif")["runs"][0]["results"].as_array().expect("results").clone();
    assert!(!results.is_empty());
    for result in &results {
        let uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str();
        assert!(uri.is_some_and(|uri| !uri.is_empty()), "{result}");
        assert!(result["suppressions"].is_null(), "the file for upload has no suppressed result");
    }
}

/// The published schema has a regular expression that no engine reads: a stray bracket.
fn without_broken_pattern(schema: &mut Value) {
    if let Some(run) = schema.pointer_mut("/definitions/run/properties/language") {
        run.as_object_mut().expect("an object").remove("pattern");
    }
    if let Some(run) = schema.pointer_mut("/definitions/toolComponent/properties/language") {
        run.as_object_mut().expect("an object").remove("pattern");
    }
}
