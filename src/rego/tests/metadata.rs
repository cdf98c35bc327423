//! `# METADATA` blocks.

use super::super::metadata;
use super::source;

fn read(text: &str) -> Option<(serde_json::Value, usize)> {
    let found =
        metadata(&source("a.rego", text)).unwrap_or_else(|defect| panic!("{}", defect.one_line()));
    found.map(|metadata| (metadata.value, metadata.line))
}

fn defect(text: &str) -> String {
    metadata(&source("a.rego", text)).expect_err("it is broken").one_line()
}

#[test]
fn a_block_above_the_package_is_read() {
    let text = "# Copyright\n\n# About this file.\n# METADATA\n# title: Soft delete is off\n# description: |\n#   One line.\n#   Another.\n# custom:\n#   id: soft-delete-disabled\n#   severity: high\n#   weight: 1.5\n#   targets: [Microsoft.RecoveryServices/vaults, \"7\"]\n#   since: 7\n#   strict: true\n#   none:\n#   version: 1.2.3\npackage example\n";
    let (value, line) = read(text).expect("there is a block");
    assert_eq!(line, 4);
    let expected = serde_json::json!({
        "title": "Soft delete is off",
        "description": "One line.\nAnother.\n",
        "custom": {
            "id": "soft-delete-disabled", "severity": "high", "weight": 1.5,
            "targets": ["Microsoft.RecoveryServices/vaults", "7"], "since": 7, "strict": true, "none": null, "version": "1.2.3"
        }
    });
    assert_eq!(value, expected);
}

#[test]
fn other_comments_are_not_metadata() {
    assert_eq!(read("package p\n"), None);
    assert_eq!(
        read("# a comment\npackage p\n\n# METADATA\n# title: of a rule\ndeny contains 1\n"),
        None
    );
    assert_eq!(read("# METADATA\n# title: apart\n\npackage p\n"), None);
    assert_eq!(read(""), None);
    assert_eq!(
        read("#METADATA\r\n#title: x\r\npackage p\r\n"),
        Some((serde_json::json!({"title": "x"}), 1))
    );
}

#[test]
fn defects_have_their_place() {
    let given = defect("\n# METADATA\n# title: a\n# custom: [1, 2\npackage p\n");
    assert!(given.starts_with("a.rego:"), "{given}");
    assert!(defect("# METADATA\n# title: a\n#   bad: b: c\npackage p\n").starts_with("a.rego:3:"));
    assert_eq!(
        defect("# METADATA\n# a: 1\n# a: 2\npackage p\n"),
        "a.rego:3:3: the metadata cannot be read: the key `a` is given twice"
    );
    assert!(defect("# METADATA\n# - a\npackage p\n").contains("not a mapping"));
    assert!(defect("# METADATA\npackage p\n").contains("not a mapping"));
}

#[test]
fn hostile_yaml_is_refused() {
    let bomb = "# METADATA\n# a: &a [x, x]\n# b: &b [*a, *a]\npackage p\n";
    assert!(defect(bomb).starts_with(
        "a.rego:2:6: the metadata cannot be read: anchors and aliases are not allowed"
    ));
    assert!(defect("# METADATA\n# a: !tag x\npackage p\n").contains("tags"));
    let deep = format!("# METADATA\n# a: {}{}\npackage p\n", "[".repeat(5000), "]".repeat(5000));
    assert!(defect(&deep).contains("recursion limit"), "{}", defect(&deep));
    let deep = format!("# METADATA\n# a: {}{}\npackage p\n", "[".repeat(40), "]".repeat(40));
    assert!(defect(&deep).contains("nested too deeply"), "{}", defect(&deep));
    let long = format!("# METADATA\n# a: {}\npackage p\n", "x".repeat(70_000));
    assert!(defect(&long).contains("more than"));
}
