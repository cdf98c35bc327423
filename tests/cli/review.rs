//! `review`: a change is judged before it happens.

use std::fs;
use std::process::Command;

use serde_json::Value;

use crate::{backuplint, code, estate, root, says, stderr, stdout};

const VAULT: &str = "/subscriptions/230a374c-5a1b-499d-8a88-7e345b9a4fc0/resourceGroups/rg-backup/providers/Microsoft.RecoveryServices/vaults/rsv-prod-weu-vm";

fn change() -> String {
    root().join("fixtures/changes/stop-delete-data.toml").display().to_string()
}

#[test]
fn a_template_can_be_reviewed_once_it_is_filled_in() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = backuplint(folder.path(), &["review", "--new", "delete-vault"]);
    code(&output, 0);
    let text = stdout(&output);
    says(&text, &["operation = \"delete-vault\"", "P27: the vault is empty", "# caller ="]);
    let old = text.lines().find(|line| line.contains("rsv-example")).expect("an example").trim();
    let text = text.replace(old, &format!("\"{VAULT}\","));
    fs::write(folder.path().join("change.toml"), text).expect("written");
    let contoso = estate("contoso").display().to_string();
    let output = backuplint(folder.path(), &["review", "change.toml", "--estate", &contoso]);
    code(&output, 1);
    says(
        &stdout(&output),
        &["STOP delete-vault", "the vault holds", "backuplint explain delete-vault"],
    );
}

#[test]
fn many_items_are_judged_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let change = change();
    let arguments =
        ["review", &change, "--demo", "--format", "json", "--output", "markdown=review.md"];
    let output = backuplint(folder.path(), &arguments);
    let review: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    code(&output, 1);
    assert_eq!(review["schema"], "backuplint.review/1");
    assert_eq!(review["ticket"], "CHG-1042");
    assert_eq!(review["when"], "2026-11-20T20:00:00Z");
    let targets = review["targets"].as_array().expect("a list");
    assert_eq!(targets.len(), 9);
    for target in targets {
        let who = &target["who"]["caller"];
        assert_eq!(who["name"], "Ada Lindqvist", "{target}");
        assert!(target["lost"][0].as_str().is_some_and(|lost| lost.contains("recovery point")));
    }
    let markdown = fs::read_to_string(folder.path().join("review.md")).expect("written");
    says(&markdown, &["CHG-1042", "9 targets"]);
}

/// The parameter decides where the guide and the documentation differ.
#[test]
fn the_configuration_decides() {
    let folder = tempfile::tempdir().expect("a folder");
    let contoso = estate("contoso").display().to_string();
    fs::write(
        folder.path().join("change.json"),
        format!(r#"{{"operation": "stop-retain-data", "select": {{"vault": "{VAULT}", "name": "vm-erp-01"}}}}"#),
    )
    .expect("written");
    let arguments = ["review", "change.json", "--estate", &contoso, "--format", "json"];
    let counts = |folder| {
        let output = backuplint(folder, &arguments);
        let review: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        review["minimum"]["counts"].clone()
    };
    assert_eq!(counts(folder.path()), "documented");
    fs::write(folder.path().join("backuplint.toml"), "[review]\nminimum = \"guide\"\n")
        .expect("written");
    assert_eq!(counts(folder.path()), "guide");
    fs::write(folder.path().join("backuplint.toml"), "[review]\nminimum = \"guides\"\n")
        .expect("written");
    let output = backuplint(folder.path(), &arguments);
    code(&output, 2);
    says(&stderr(&output), &["`minimum` is neither documented nor guide", "did you mean `guide`?"]);
}

#[test]
fn what_cannot_be_told_ends_with_three() {
    let folder = tempfile::tempdir().expect("a folder");
    let vault = r#"[{"id": "/subscriptions/a/resourceGroups/g/providers/Microsoft.RecoveryServices/vaults/v", "name": "v", "type": "Microsoft.RecoveryServices/vaults", "location": "westeurope", "properties": {"provisioningState": "Succeeded"}}]"#;
    fs::write(folder.path().join("vaults.json"), vault).expect("written");
    let change = "operation = \"disable-soft-delete\"\ntargets = [\"/subscriptions/a/resourceGroups/g/providers/Microsoft.RecoveryServices/vaults/v\"]\n";
    fs::write(folder.path().join("change.toml"), change).expect("written");
    let arguments = ["review", "change.toml", "--estate", "vaults.json"];
    let output = backuplint(folder.path(), &arguments);
    code(&output, 3);
    says(
        &stdout(&output),
        &[
            "CANNOT TELL disable-soft-delete",
            "whether soft delete is on was not read",
            "the request names no caller",
        ],
    );
    let output = backuplint(folder.path(), &[&arguments[..], &["--allow-incomplete"]].concat());
    code(&output, 0);
}

#[test]
fn what_cannot_be_reviewed_is_an_error() {
    let folder = tempfile::tempdir().expect("a folder");
    let change = |operation: &str, target: &str| {
        let text = format!("operation = \"{operation}\"\ntargets = [\"{target}\"]\n");
        fs::write(folder.path().join("change.toml"), text).expect("written");
    };
    let refused = |arguments: &[&str], parts: &[&str]| {
        let output = backuplint(folder.path(), arguments);
        code(&output, 2);
        assert!(output.stdout.is_empty());
        says(&stderr(&output), parts);
    };
    let on_demo = ["review", "change.toml", "--demo"];
    refused(
        &["review", "--new", "delete-vaults"],
        &["there is no operation", "did you mean `delete-vault`?"],
    );
    refused(&on_demo, &["cannot read change.toml", "backuplint review --new OPERATION"]);
    change("delete-vault", &VAULT.replace("rsv-prod-weu-vm", "rsv-prod-weu-vn"));
    refused(&on_demo, &["is not in the estate", "did you mean rsv-prod-weu-vm?"]);
    change("modify-policy", VAULT);
    refused(&on_demo, &["is not what modify-policy is done to", "it is done to a backup policy"]);
    change("delete-vault", "rsv-prod-weu-vm");
    refused(&on_demo, &["no ARM id"]);
    fs::write(
        folder.path().join("change.toml"),
        "operation = \"delete-vault\"\nselect = { name = \"nothing-*\" }\n",
    )
    .expect("written");
    refused(&on_demo, &["[select] selects nothing in the estate"]);
    refused(&["review", "change.toml"], &["--estate"]);
    refused(&["review", "change.toml", "--demo", "--minimal"], &["add --live, or leave them out"]);
}

/// A plan names the items that it hits, in every format.
#[test]
fn a_plan_is_reviewed_against_the_estate() {
    let folder = tempfile::tempdir().expect("a folder");
    let plan = root().join("fixtures/changes/destructive.plan.json").display().to_string();
    let arguments = [
        "review",
        &plan,
        "--demo",
        "--format",
        "json",
        "--output",
        "human=review.txt",
        "--output",
        "markdown=review.md",
        "--output",
        "sarif=review.sarif",
    ];
    let output = backuplint(folder.path(), &arguments);
    code(&output, 1);
    let review: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(review["schema"], "backuplint.plan-review/1");
    assert_eq!(review["verdict"], "stop");
    let written = |name: &str| fs::read_to_string(folder.path().join(name)).expect("written");
    for name in ["review.txt", "review.md"] {
        says(
            &written(name),
            &["azurerm", "location goes from westeurope to northeurope", "vm-dev-01"],
        );
    }
    let sarif: Value = serde_json::from_str(&written("review.sarif")).expect("JSON");
    let results = sarif["runs"][0]["results"].as_array().expect("a list");
    assert!(results.iter().any(|result| result["level"] == "error"));
}

/// Two versions of code, two snapshots, and what cannot be compared.
#[test]
fn two_versions_are_compared() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, text).expect("written");
    };
    let vault = |soft_delete: bool| {
        format!(
            "resource \"azurerm_recovery_services_vault\" \"dev\" {{\n  name = \"rsv-dev-weu\"\n  \
             resource_group_name = \"rg-backup\"\n  location = \"westeurope\"\n  sku = \"Standard\"\n  \
             immutability = \"Unlocked\"\n  storage_mode_type = \"LocallyRedundant\"\n  \
             soft_delete_enabled = {soft_delete}\n}}\n"
        )
    };
    write("old/main.tf", &vault(true));
    write("new/main.tf", &vault(false));
    write("empty/notes.txt", "nothing");
    let compare = ["review", "--before", "old", "--after", "new"];
    let output = backuplint(folder.path(), &compare);
    code(&output, 3);
    says(&stdout(&output), &["soft delete goes from", "no estate beside it", "CANNOT TELL"]);
    let output = backuplint(folder.path(), &[&compare[..], &["--demo"]].concat());
    says(&stdout(&output), &["24 items", "vm-dev-01", "disable-soft-delete of rsv-dev-weu"]);
    let contoso = estate("contoso").display().to_string();
    let same = ["review", "--before", &contoso, "--after", &contoso];
    let output = backuplint(folder.path(), &same);
    code(&output, 3);
    says(&stdout(&output), &["0 steps", "of what is compared could not be read", "CANNOT TELL"]);
    let refused = |arguments: &[&str], parts: &[&str]| {
        let output = backuplint(folder.path(), arguments);
        code(&output, 2);
        assert!(output.stdout.is_empty());
        says(&stderr(&output), parts);
    };
    refused(
        &["review", "--before", "old", "--after", &contoso],
        &["old is code", "is a snapshot", "--before OLD --after NEW --estate SNAPSHOT"],
    );
    refused(&["review", "--before", "old", "--after", "empty"], &["empty"]);
    refused(&["review", "--before", "old", "--after", "nowhere"], &["nowhere"]);
    let change = change();
    refused(
        &["review", &change, "--demo", "--caller", "ada"],
        &["a change request says itself", "leave the options out"],
    );
    write(
        "plan.json",
        r#"{"format_version":"1.2","planned_values":{"root_module":{}},"resource_changes":[]}"#,
    );
    let output = backuplint(folder.path(), &["review", "plan.json", "--demo"]);
    code(&output, 0);
    says(&stdout(&output), &["GO", "0 steps"]);
}

#[test]
fn a_command_is_a_change_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let line = "az backup protection disable -g rg-backup -v rsv-prod-weu-vm -c vm-erp-01 -i vm-erp-01 --delete-backup-data --yes";
    let review = |more: &[&str]| {
        let first = ["review", "--demo", "--caller", "ada.lindqvist@contoso.com"];
        backuplint(folder.path(), &[&first[..], &["--ticket", "CHG-7"], more].concat())
    };
    let output = review(&["--command", line, "--format", "json"]);
    code(&output, 1);
    let mut as_command: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(as_command["reason"], format!("the command: {line}"));
    as_command["reason"] = Value::Null;
    let item = as_command["targets"][0]["on"].as_str().expect("an id");
    says(item, &["vaults/rsv-prod-weu-vm/", "vm-erp-01"]);
    let request = format!(
        "operation = \"stop-delete-data\"\nticket = \"CHG-7\"\ncaller = \"ada.lindqvist@contoso.com\"\ntargets = [\"{item}\"]\n"
    );
    fs::write(folder.path().join("change.toml"), request).expect("written");
    let output =
        backuplint(folder.path(), &["review", "change.toml", "--demo", "--format", "json"]);
    let as_request: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(as_command, as_request);

    let output = review(&["--command", line, "--output", "sarif=review.sarif"]);
    says(&stdout(&output), &["STOP stop-delete-data", "CHG-7"]);
    let sarif = fs::read_to_string(folder.path().join("review.sarif")).expect("written");
    says(&sarif, &["\"uri\":\"backuplint.toml\""]);

    let output =
        review(&["--command", &line.replace("--delete-backup-data", "--delete-backup-data $X")]);
    code(&output, 2);
    says(&stderr(&output), &["`--delete-backup-data` comes from `X`", "write the value itself"]);
    let cmdlet = "$token = 'hunter2'; Disable-AzRecoveryServicesBackupProtection -Item $x -VaultId v -Token $token -SecureToken hunter3";
    let output = review(&["--command", cmdlet]);
    code(&output, 2);
    says(&stderr(&output), &["`-Item` comes from `x`", "-SecureToken *******"]);
    assert!(!stderr(&output).contains("hunter"), "{}", stderr(&output));
    let output = backuplint(folder.path(), &["review", "--command", line]);
    code(&output, 2);
    says(&stderr(&output), &["the command needs the estate", "--demo"]);
    let output = review(&["--command", "az backup vault delete -g rg-backup -n \u{1b}[2J --yes"]);
    code(&output, 2);
    assert!(!stderr(&output).contains("\u{1b}[2J"), "{}", stderr(&output));
}

/// What a plan does not say is never taken for nothing.
#[test]
fn a_plan_that_cannot_be_read_whole_is_no_go() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("plan.json");
    let vault = r#""address": "azurerm_recovery_services_vault.a", "mode": "managed", "name": "a", "type": "azurerm_recovery_services_vault""#;
    let none = format!(r#"[{{{vault}, "change": null}}]"#);
    let silent =
        format!(r#"[{{{vault}, "change": {{"actions": [], "before": null, "after": null}}}}]"#);
    let nameless = r#"[{"change": {"actions": ["delete"]}}]"#;
    let blind = format!(
        r#"[{{{vault}, "change": {{"actions": ["delete"], "before": null, "after": null}}}}]"#
    );
    let made = format!(
        r#"{{{vault}, "change": {{"actions": ["create"], "before": null, "after": {{"name": "a"}}}}}}"#
    );
    let twice = format!("[{made}, {made}]");
    let idle = format!(
        r#"[{{{vault}, "change": {{"actions": ["no-op"], "before": {{"name": "a"}}, "after": {{"name": "b"}}}}}}]"#
    );
    for (more, says_why) in [
        (format!(r#""resource_changes": {none}"#), "a change without an address"),
        (format!(r#""resource_changes": {silent}"#), "a change without an address"),
        (format!(r#""resource_changes": {nameless}"#), "a change without an address"),
        (r#""resource_changes": ["x"]"#.to_owned(), "a change without an address"),
        (format!(r#""resource_changes": {blind}"#), "without what is there"),
        (format!(r#""resource_changes": {twice}"#), "a second change of the same address"),
        (format!(r#""resource_changes": {idle}"#), "a change that does nothing, and differs"),
        (r#""resource_changes": "x""#.to_owned(), "resource_changes is no list"),
        (r#""resource_changes": [], "errored": true"#.to_owned(), "ended with an error"),
        (r#""resource_changes": [], "deferred_changes": [{}]"#.to_owned(), "defers changes"),
    ] {
        let text = format!(
            r#"{{"format_version": "1.2", "planned_values": {{"root_module": {{}}}}, {more}}}"#
        );
        fs::write(&path, &text).expect("written");
        let output = backuplint(folder.path(), &["review", "plan.json", "--demo"]);
        says(&stdout(&output), &["CANNOT TELL", says_why]);
        code(&output, 3);
    }
    // As PowerShell writes it, and as Terraform saves it.
    let text = fs::read_to_string(root().join("fixtures/changes/destructive.plan.json"));
    let mut wide = vec![0xFF, 0xFE];
    wide.extend(text.expect("readable").encode_utf16().flat_map(u16::to_le_bytes));
    fs::write(&path, wide).expect("written");
    let output = backuplint(folder.path(), &["review", "plan.json", "--demo"]);
    says(&stdout(&output), &["STOP", "vm-dev-01"]);
    fs::write(&path, b"PK\x03\x04\x14\x00").expect("written");
    let output = backuplint(folder.path(), &["review", "plan.json", "--demo"]);
    code(&output, 2);
    says(&stderr(&output), &["as Terraform saves it", "terraform show -json plan.json"]);
}

/// What a `removed` block lets go of stays; such a block speaks of every instance.
#[test]
fn what_code_lets_go_of_is_not_destroyed() {
    let folder = tempfile::tempdir().expect("a folder");
    let removed = |destroy: bool| {
        let block = "removed {\n  from = azurerm_recovery_services_vault.v\n";
        format!("{block}  lifecycle {{ destroy = {destroy} }}\n}}\n")
    };
    let vault = |more: &str| {
        let head = "resource \"azurerm_recovery_services_vault\" \"v\" {\n  name = \"rsv\"\n";
        format!(
            "{head}  resource_group_name = \"rg\"\n  location = \"westeurope\"\n  sku = \"Standard\"\n{more}}}\n"
        )
    };
    for (name, text) in [
        ("kept", vault("")),
        ("counted", vault("  count = 1\n")),
        ("released", removed(false)),
        ("destroyed", removed(true)),
    ] {
        fs::create_dir(folder.path().join(name)).expect("a folder");
        fs::write(folder.path().join(name).join("main.tf"), text).expect("written");
    }
    for (before, after, is_destroyed) in [
        ("kept", "released", false),
        ("counted", "released", false),
        ("kept", "destroyed", true),
        ("counted", "destroyed", true),
    ] {
        let output = backuplint(folder.path(), &["review", "--before", before, "--after", after]);
        let says = stdout(&output).contains("vault destroyed");
        assert_eq!(says, is_destroyed, "{before} {after}: {}", stdout(&output));
    }
}

/// A vault that may or may not be there afterwards, and what is not compared and goes, or gives rights.
#[test]
fn what_may_go_between_two_versions_is_no_go() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, text).expect("written");
    };
    let code_of = |vault: &str, more: &str| {
        format!(
            "variable \"n\" {{}}\nprovider \"azurerm\" {{\n  features {{}}\n  subscription_id = \"6b1f0c52-7d1e-4a5e-9a70-0c1d2e3f4a5b\"\n}}\n\
             resource \"azurerm_recovery_services_vault\" \"main\" {{\n{vault}  name = \"rsv-main\"\n  \
             resource_group_name = \"rg-backup\"\n  location = \"westeurope\"\n  sku = \"Standard\"\n}}\n{more}"
        )
    };
    let group = "resource \"azurerm_resource_group\" \"g\" {\n  name = \"rg-backup\"\n  location = \"westeurope\"\n}\n";
    let owner = "resource \"azurerm_role_assignment\" \"o\" {\n  scope = \"/subscriptions/6b1f0c52-7d1e-4a5e-9a70-0c1d2e3f4a5b\"\n  \
        role_definition_name = \"Owner\"\n  principal_id = \"30000000-0000-4000-8000-000000000001\"\n}\n";
    write("old/main.tf", &code_of("", group));
    for (vault, more, exit, words) in [
        ("", group, 0, "0 steps"),
        ("  count = var.n\n", group, 3, "whether the vault is destroyed is unknown"),
        ("  for_each = var.n\n", group, 3, "whether the vault is destroyed is unknown"),
        ("", "", 3, "the resource group is destroyed"),
        ("", &format!("{group}{owner}"), 1, "somebody gets the role Owner"),
    ] {
        write("new/main.tf", &code_of(vault, more));
        let output = backuplint(folder.path(), &["review", "--before", "old", "--after", "new"]);
        says(&stdout(&output), &[words]);
        code(&output, exit);
    }
    let template = |condition: &str| {
        format!(
            r#"{{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0",
            "parameters": {{"deploy": {{"type": "bool"}}}}, "resources": [{{"type": "Microsoft.RecoveryServices/vaults", "apiVersion": "2025-02-01",
            "name": "rsv-main", "location": "westeurope", {condition} "sku": {{"name": "RS0", "tier": "Standard"}}, "properties": {{}}}}]}}"#
        )
    };
    write("one/t.json", &template(""));
    write("two/t.json", &template(r#""condition": "[parameters('deploy')]","#));
    let output = backuplint(folder.path(), &["review", "--before", "one", "--after", "two"]);
    says(&stdout(&output), &["CANNOT TELL", "whether the vault is destroyed is unknown"]);
    code(&output, 3);
}

/// How old a reading may be when the window opens, the configuration says.
#[test]
fn a_window_far_away_is_judged_by_the_age_that_a_reading_may_have() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        fs::write(folder.path().join(name), text).expect("written");
    };
    let change = fs::read_to_string(change()).expect("a change");
    write("far.toml", &change.replace("2026-11-20T", "2026-12-20T"));
    write("strict.toml", "");
    write("lenient.toml", "[review]\nreading-max-hours = 1000\n");
    for (config, age) in [("strict.toml", "unknown"), ("lenient.toml", "pass")] {
        let arguments = ["review", "far.toml", "--demo", "--config", config, "--format", "json"];
        let output = backuplint(folder.path(), &arguments);
        let review: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let said = &review["statements"][0];
        assert_eq!(said["answer"], age, "{config}: {said}");
        says(
            said["message"].as_str().expect("a text"),
            &["30 days 18 hours old when the window opens"],
        );
    }
}

#[test]
fn a_plan_on_standard_input_is_told_from_a_request() {
    let plan = root().join("fixtures/changes/destructive.plan.json");
    let plan = fs::File::open(plan).expect("readable");
    let output = Command::new(env!("CARGO_BIN_EXE_backuplint"))
        .args(["review", "-", "--demo"])
        .env("NO_COLOR", "1")
        .stdin(plan)
        .output()
        .expect("run");
    code(&output, 2);
    says(
        &stderr(&output),
        &["a plan is read from a file", "terraform show -json tfplan > plan.json"],
    );
    assert!(!stderr(&output).contains("unknown key"), "{}", stderr(&output));
}
