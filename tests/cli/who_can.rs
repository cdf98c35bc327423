//! `who-can`: which roles allow something, and who can do it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::{backuplint, code, says, stderr, stdout};

fn roles(folder: &Path, arguments: &[&str]) -> Value {
    let mut all = vec!["who-can", "--format", "json"];
    all.extend(arguments);
    let output = backuplint(folder, &all);
    code(&output, 0);
    serde_json::from_str(&stdout(&output)).expect("JSON")
}

/// What somebody else computed from every built-in role.
#[test]
fn roles_are_those_of_the_expectations() {
    let Some(corpus) = std::env::var_os("BACKUPLINT_CORPUS") else { return };
    let corpus = Path::new(&corpus);
    let matrix = fs::read(corpus.join("expectations/rbac-matrix.json")).expect("expectations");
    let matrix: Value = serde_json::from_slice(&matrix).expect("JSON");
    let expected: BTreeMap<String, Value> =
        serde_json::from_value(matrix["allowed_by"].clone()).expect("lists by action");
    assert!(expected.len() >= 7);
    let export = corpus.join("role-definitions/built-in-roles-all.json");
    let export = export.to_str().expect("UTF-8");
    for (action, names) in expected {
        for arguments in [&["--roles", export, &action][..], &["--roles", &action]] {
            let found = roles(corpus, arguments);
            assert_eq!(found["schema"], "backuplint.roles/1");
            assert_eq!(found["allowedBy"][&action], names, "{arguments:?}");
        }
    }
    // The option takes a file or none, before the question or after it, in whatever case.
    let (vault_delete, shouted) =
        ("Microsoft.RecoveryServices/vaults/delete", "MICROSOFT.RECOVERYSERVICES/VAULTS/DELETE");
    for arguments in [&[vault_delete, "--roles", export][..], &[shouted, "--roles"]] {
        assert_eq!(
            roles(corpus, arguments)["allowedBy"][vault_delete],
            matrix["allowed_by"][vault_delete]
        );
    }
    let granting = "Microsoft.Authorization/roleAssignments/write";
    let found = roles(corpus, &["--roles", export, granting]);
    assert_eq!(found["conditional"][granting].as_array().map(Vec::len), Some(25));
}

#[test]
fn what_cannot_be_asked_is_an_error() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("page.json"), r#"{"value": [], "nextLink": "https://x"}"#)
        .expect("written");
    fs::write(folder.path().join("vault.json"), r#"[{"id": "/subscriptions/x", "name": "v"}]"#)
        .expect("written");
    let vault_delete = "Microsoft.RecoveryServices/vaults/delete";
    for (arguments, parts) in [
        (&["who-can", "--roles"][..], &["neither an operation nor an action"][..]),
        (&["who-can", "stop-delete-dta", "--roles"], &["did you mean `stop-delete-data`?"]),
        (&["who-can", "Microsoft.RecoveryServices/*", "--roles"], &["without wildcards"]),
        (
            &["who-can", "Microsoft.Sql/servers/delete", "--roles"],
            &["cannot answer for `Microsoft.Sql/servers/delete`", "az role definition list"],
        ),
        (&["who-can", "--roles", "none.json", vault_delete], &["cannot read none.json"]),
        (&["who-can", "--roles", "page.json", vault_delete], &["page.json", "nextLink"]),
        (
            &["who-can", "--roles", "vault.json", vault_delete],
            &["vault.json", "role definition 1", "no `roleName`"],
        ),
    ] {
        let output = backuplint(folder.path(), arguments);
        code(&output, 2);
        assert!(stdout(&output).is_empty());
        says(&stderr(&output), parts);
    }
}

#[test]
fn roles_read_well() {
    let folder = tempfile::tempdir().expect("a folder");
    let shown = backuplint(folder.path(), &["who-can", "stop-delete-data", "--roles"]);
    code(&shown, 0);
    says(
        &stdout(&shown),
        &["Recovery Services vault", "protectedItems/delete", "Backup Contributor", "Backup vault"],
    );
    assert!(
        stdout(&shown)
            .lines()
            .filter(|line| !line.contains("Microsoft."))
            .all(|line| line.len() <= 80)
    );
    says(&stdout(&backuplint(folder.path(), &["who-can", "--help"])), &["remove-mua", "--roles -"]);
}

#[test]
fn an_estate_answers_and_the_exit_code_says_how_well() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = include_str!("../report/who-can.snapshot.json");
    // The role that nobody knows becomes one that was read.
    let whole = text
        .replace("dddddddd-0000-4000-8000-00000000000d", "c0000000-0000-4000-8000-000000000001");
    assert_ne!(whole, text);
    for (file, text) in [
        ("part.json", text),
        ("whole.json", whole.as_str()),
        ("empty.json", "[]"),
        (
            "disk.json",
            r#"[{"id": "/subscriptions/x/resourceGroups/g/providers/Microsoft.Compute/disks/d"}]"#,
        ),
    ] {
        fs::write(folder.path().join(file), text).expect("written");
    }
    let ask = |arguments: &[&str]| {
        let mut all = vec!["who-can", "stop-delete-data"];
        all.extend(arguments);
        backuplint(folder.path(), &all)
    };
    code(&ask(&["--estate", "whole.json"]), 0);
    let part = ask(&["--estate", "part.json"]);
    code(&part, 3);
    says(&stdout(&part), &["Not read:", "what the role allows"]);
    code(&ask(&["--estate", "part.json", "--allow-incomplete"]), 0);
    let json = ask(&["--estate", "whole.json", "--format", "json"]);
    let found: Value = serde_json::from_str(&stdout(&json)).expect("JSON");
    assert_eq!(
        (&found["schema"], &found["query"]),
        (&"backuplint.who-can/1".into(), &"stop-delete-data".into())
    );
    assert_eq!(found["gaps"].as_array().map(Vec::len), Some(0));
    // Eligible until the end of the year.
    assert!(stdout(&ask(&["--estate", "whole.json"])).contains("Carol"));
    let later = ask(&["--estate", "whole.json", "--as-of", "2027-01-02T00:00:00Z"]);
    assert!(!stdout(&later).contains("Carol"), "{}", stdout(&later));
    for (arguments, parts) in [
        (&[][..], &["--estate <INPUT>"][..]),
        (&["--estate", "none.json"], &["cannot read none.json"]),
        (
            &["--estate", "empty.json"],
            &["nothing to inspect", "an Azure resource is a JSON object"],
        ),
        (
            &["--estate", "disk.json"],
            &["the estate has nothing that stop-delete-data can be done to"],
        ),
        (&["--estate", "whole.json", "--on", "rsv-a"], &["`rsv-a` is no ARM id"]),
        (&["--estate", "whole.json", "--on", "/subscriptions/y"], &["nothing of /subscriptions/y"]),
        (&["--roles", "--demo"], &["cannot be used with"]),
    ] {
        let output = ask(arguments);
        code(&output, 2);
        assert!(stdout(&output).is_empty(), "{arguments:?}");
        says(&stderr(&output), parts);
    }
}

#[test]
fn the_demo_answers() {
    let folder = tempfile::tempdir().expect("a folder");
    let shown =
        backuplint(folder.path(), &["who-can", "stop-delete-data", "--demo", "--allow-incomplete"]);
    code(&shown, 0);
    says(&stdout(&shown), &["allowed", "Owner on management group contoso", "could approve"]);
}

#[test]
fn what_it_takes_to_destroy_backups_is_asked_of_vaults() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = include_str!("../report/who-can.snapshot.json");
    fs::write(folder.path().join("estate.json"), text).expect("written");
    let group = "/subscriptions/5a1f0c52-7d1e-4a5e-9a70-0c1d2e3f4a5b/resourceGroups/rg-backup";
    let vault = format!("{group}/providers/Microsoft.RecoveryServices/vaults/rsv-a");
    let ask = |arguments: &[&str]| {
        let mut all = vec!["who-can", "Destroy-Backups", "--allow-incomplete"];
        all.extend(arguments);
        backuplint(folder.path(), &all)
    };
    let vaults = |on: &[&str]| -> usize {
        let mut all = vec!["--estate", "estate.json", "--format", "json"];
        all.extend(on);
        let output = ask(&all);
        code(&output, 0);
        let found: Value = serde_json::from_str(&stdout(&output)).expect("JSON");
        assert_eq!(found["schema"], "backuplint.destruction/1");
        assert_eq!(found["asOf"], "2026-11-20T02:00:00Z");
        found["vaults"].as_array().map(Vec::len).expect("a list")
    };
    assert_eq!(vaults(&[]), 3);
    assert_eq!(vaults(&["--on", group]), 3);
    assert_eq!(vaults(&["--on", &vault]), 1);
    assert_eq!(vaults(&["--on", &vault.to_uppercase(), "--on", &vault]), 1);
    let demo = ask(&["--demo"]);
    code(&demo, 0);
    says(&stdout(&demo), &["rsv-prod-weu-vm", "takes"]);
    for (arguments, part) in [
        (&["--roles"][..], "a question about an estate"),
        (&["--estate", "estate.json", "--on", "rsv-a"], "`rsv-a` is no ARM id"),
        (&["--estate", "estate.json", "--on", "/subscriptions/y"], "nothing of /subscriptions/y"),
        (
            &["--estate", "estate.json", "--on", &vault.replace("rsv-a", "rsv-aa")],
            "did you mean rsv-a?",
        ),
    ] {
        let output = ask(arguments);
        code(&output, 2);
        says(&stderr(&output), &[part]);
    }
}

#[test]
fn a_file_that_breaks_off_makes_the_answer_incomplete() {
    let folder = tempfile::tempdir().expect("a folder");
    let whole = include_str!("../report/who-can.snapshot.json")
        .replace("dddddddd-0000-4000-8000-00000000000d", "c0000000-0000-4000-8000-000000000001");
    fs::write(folder.path().join("whole.json"), whole).expect("written");
    fs::write(folder.path().join("broken.json"), r#"[{"id": "/subscriptions/x"#).expect("written");
    for question in ["stop-delete-data", "destroy-backups"] {
        let ask = |more: &[&str]| {
            let mut all = vec!["who-can", question, "--estate", "whole.json"];
            all.extend(more);
            backuplint(folder.path(), &all)
        };
        let shown = ask(&["--estate", "broken.json"]);
        code(&shown, 3);
        says(&stdout(&shown), &["Not readable", "this answer is incomplete", "broken.json:1"]);
        let json = ask(&["--estate", "broken.json", "--format", "json", "--allow-incomplete"]);
        code(&json, 0);
        let found: Value = serde_json::from_str(&stdout(&json)).expect("JSON");
        assert_eq!(found["gaps"][0]["kind"], "body", "{:#}", found["gaps"]);
        assert!(found["gaps"][0]["scope"].as_str().is_some_and(|at| at.contains("broken.json")));
    }
}

#[test]
fn accounts_for_emergencies_are_told_apart() {
    let folder = tempfile::tempdir().expect("a folder");
    let ask = |more: &[&str]| {
        let mut all = vec!["who-can", "destroy-backups", "--demo", "--allow-incomplete"];
        all.extend(more);
        let output = backuplint(folder.path(), &all);
        code(&output, 0);
        stdout(&output)
    };
    assert!(ask(&[]).contains("with break glass: one person, at once"));
    assert!(!ask(&["--no-config"]).contains("with break glass"));
    let found: Value = serde_json::from_str(&ask(&["--format", "json"])).expect("JSON");
    let report = backuplint(folder.path(), &["audit", "--demo", "--format", "json"]);
    let report: Value = serde_json::from_str(&stdout(&report)).expect("JSON");
    for vault in report["analysis"]["destruction"].as_array().expect("vaults") {
        let mut answers = found["vaults"].as_array().expect("vaults").iter();
        let answer = answers.find(|answer| answer["vault"] == vault["vault"]).expect("the vault");
        assert_eq!(
            (&answer["proven"], &answer["possible"]),
            (&vault["proven"], &vault["possible"])
        );
        assert!(answer["withBreakGlass"]["proven"].is_object());
    }
}
