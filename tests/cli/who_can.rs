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
