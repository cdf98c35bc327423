//! `readiness`: in which ways every item could be restored.

use std::fs;

use serde_json::Value;

use crate::{backuplint, code, estate, says, stderr, stdout};

#[test]
fn the_example_estate_has_what_cannot_be_restored() {
    let folder = tempfile::tempdir().expect("a folder");
    let arguments = [
        "readiness",
        "--demo",
        "--output",
        "json=readiness.json",
        "--output",
        "csv=readiness.csv",
        "--output",
        "markdown=readiness.md",
    ];
    let output = backuplint(folder.path(), &arguments);
    code(&output, 1);
    says(
        &stdout(&output),
        &[
            "592 active items: 2 blocked, 1 unknown, 589 ready",
            "BLOCKED vm-etl-08",
            "UNKNOWN vm-scada-08",
            "who could let it be read: Break Glass One",
            "rsv-mfg-gwc-plant2 (forbidden)",
        ],
    );
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).expect("written");
    let value: Value = serde_json::from_str(&read("readiness.json")).expect("JSON");
    assert_eq!(value["schema"], "backuplint.readiness/1");
    assert_eq!(value["items"].as_array().map(Vec::len), Some(592));
    assert_eq!(read("readiness.csv").lines().count(), 593);
    says(&read("readiness.md"), &["## Restore readiness: 589 of 592 active items ready"]);
}

/// Each number of threads writes the same bytes.
#[test]
fn threads_do_not_show() {
    let folder = tempfile::tempdir().expect("a folder");
    let of = |threads: &str| {
        let arguments = ["readiness", "--demo", "--format", "json", "--threads", threads];
        backuplint(folder.path(), &arguments).stdout
    };
    assert_eq!(of("1"), of("4"));
}

#[test]
fn ways_vaults_and_classes_narrow_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let narrowed = |more: &[&str]| {
        let mut arguments = vec!["readiness", "--demo", "--format", "json"];
        arguments.extend(more);
        let output = backuplint(folder.path(), &arguments);
        let value: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
        (output.status.code(), value)
    };
    // A vault in which every item can be restored in some way.
    let (status, value) = narrowed(&["--vault", "rsv-dev-weu"]);
    assert_eq!((status, value["items"].as_array().map(Vec::len)), (Some(3), Some(23)));
    let (status, _) = narrowed(&["--vault", "rsv-dev-weu", "--allow-incomplete"]);
    assert_eq!(status, Some(0));
    // It is locally redundant.
    let (status, value) =
        narrowed(&["--vault", "rsv-dev-weu", "--way", "cross-region-restore", "--class", "bronze"]);
    assert_eq!(status, Some(1));
    assert_eq!(value["summary"]["all"]["items"]["blocked"], 23);
    assert_eq!(value["ways"], serde_json::json!(["cross-region-restore"]));
    let (status, value) = narrowed(&["--list", "blocked,unknown"]);
    assert_eq!((status, value["items"].as_array().map(Vec::len)), (Some(1), Some(3)));
    assert_eq!(value["summary"]["all"]["items"]["ready"], 589);
}

#[test]
fn what_there_is_no_matrix_of_is_an_error() {
    let folder = tempfile::tempdir().expect("a folder");
    let refused = |arguments: &[&str], parts: &[&str]| {
        let output = backuplint(folder.path(), arguments);
        code(&output, 2);
        says(&stderr(&output), parts);
    };
    refused(&["readiness"], &["<INPUT>"]);
    refused(&["readiness", "--demo", "--class", "golden"], &["no class `golden`", "`gold`"]);
    refused(&["readiness", "--demo", "--way", "prayer"], &["restore-create-new"]);
    refused(&["readiness", "--demo", "--minimal"], &["add --live, or leave them out"]);
    fs::write(folder.path().join("empty.json"), "[]").expect("written");
    refused(&["readiness", "empty.json"], &["no Azure resource"]);
    let contoso = estate("contoso");
    let vaults = fs::read_dir(contoso.join("subscriptions")).expect("a folder");
    let file = vaults.filter_map(Result::ok).map(|entry| entry.path().join("vaults.jsonl"));
    let file = file.filter(|file| file.is_file()).min().expect("vaults").display().to_string();
    // An export of vaults alone lists no items: that is no answer, and no clean one.
    let output = backuplint(folder.path(), &["readiness", &file]);
    code(&output, 3);
    says(&stdout(&output), &["0 active items", "Vaults whose items were not read to the end"]);
    let output = ["readiness", &file, "--output", &format!("csv={file}")];
    refused(&output, &["is an input of this run"]);
}
