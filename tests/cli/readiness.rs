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
    // A vault that is misspelt is none that could not be read, whatever else could not.
    for more in [&[][..], &["--allow-incomplete"]] {
        let misspelt = [&["readiness", "--demo", "--vault", "rsv-dev-wue"][..], more].concat();
        refused(&misspelt, &["no vault `rsv-dev-wue`", "did you mean `rsv-dev-weu`?"]);
        let misspelt =
            [&["readiness", "--demo", "--vault", "rsv-dev-weu", "--vault", "nope"][..], more];
        refused(&misspelt.concat(), &["no vault `nope`", "--vault takes an id or a name"]);
    }
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

/// A snapshot of one vault with one item, as its body says.
fn one_item(more: &str) -> String {
    const SUBSCRIPTION: &str = "/subscriptions/6b1f0c52-7d1e-4a5e-9a70-0c1d2e3f4a5b";
    const ITEM: &str =
        "Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems";
    let vault = format!(
        "{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.RecoveryServices/vaults/rsv-one"
    );
    let item = format!("{vault}/backupFabrics/Azure/protectionContainers/c;x/protectedItems/i;x");
    format!(
        r#"{{"schema": "backuplint.snapshot/1", "collectedAt": "2026-11-20T02:00:00Z",
            "collections": [{{"scope": "{SUBSCRIPTION}", "kind": "Microsoft.RecoveryServices/vaults"}}, {{"scope": "{SUBSCRIPTION}", "kind": "{ITEM}"}}],
            "gaps": [], "resources": [
                {{"id": "{vault}", "name": "rsv-one", "type": "Microsoft.RecoveryServices/vaults", "location": "westeurope", "properties": {{}}}},
                {{"id": "{item}", "name": "i;x", "type": "{ITEM}", "properties": {{{more}}}}}
            ]}}"#
    )
}

#[test]
fn what_nobody_can_tell_of_an_item_is_not_clean() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = |body: &str, more: &[&str]| {
        fs::write(folder.path().join("one.json"), one_item(body)).expect("written");
        let arguments = [&["readiness", "one.json", "--no-config"][..], more].concat();
        backuplint(folder.path(), &arguments)
    };
    // Azure shows nothing of what a restore takes, and so nobody knows whether there can be one.
    let on_premises = r#""backupManagementType": "MAB", "protectionState": "Protected""#;
    let output = run(on_premises, &[]);
    code(&output, 3);
    says(&stdout(&output), &["1 active item", "1 unknown"]);
    code(&run(on_premises, &["--allow-incomplete"]), 0);
    let strange = r#""backupManagementType": "AzureIaasVM", "protectionState": "Quux""#;
    code(&run(strange, &[]), 3);
    // What is stopped was looked at, and is not to be judged.
    let output = run(
        r#""backupManagementType": "AzureIaasVM", "protectionState": "ProtectionStopped""#,
        &[],
    );
    code(&output, 0);
    says(&stdout(&output), &["0 active items"]);
}

/// Only what lists the items of one vault and nothing else shows that there are no more.
#[test]
fn a_list_of_everything_is_not_the_list_of_a_vault() {
    let folder = tempfile::tempdir().expect("a folder");
    let body = r#""backupManagementType": "AzureIaasVM", "protectionState": "ProtectionStopped""#;
    let snapshot: Value = serde_json::from_str(&one_item(body)).expect("JSON");
    let (vault, item) = (&snapshot["resources"][0], &snapshot["resources"][1]);
    let mut row = item.clone();
    row["tenantId"] = "10000000-0000-4000-8000-000000000001".into();
    let page: Vec<Value> = (0..100)
        .map(|at| {
            let mut item = item.clone();
            item["id"] = format!("{}{at}", item["id"].as_str().unwrap_or_default()).into();
            item
        })
        .collect();
    for (items, is_whole) in [
        (serde_json::json!([item]), true),
        (serde_json::json!({"value": [item]}), true),
        (serde_json::json!([vault, item]), false),
        (serde_json::json!([row]), false),
        (serde_json::json!(page), false),
        (serde_json::json!(page[1..]), true),
    ] {
        fs::write(folder.path().join("vault.json"), vault.to_string()).expect("written");
        fs::write(folder.path().join("items.json"), items.to_string()).expect("written");
        let output =
            backuplint(folder.path(), &["readiness", "vault.json", "items.json", "--no-config"]);
        assert_eq!(output.status.code(), Some(if is_whole { 0 } else { 3 }), "{items}");
    }
}
