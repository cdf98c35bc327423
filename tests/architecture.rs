//! Data flows one way: each module uses only what the table in ARCHITECTURE.md lets it.

#![allow(
    clippy::panic,
    clippy::pedantic,
    reason = "a test fails by panicking, and helpers of a test are no API"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// Which modules of the crate each module may use. `cli` and `main` may use everything.
const MAY_USE: &[(&str, &[&str])] = &[
    ("encoding", &[]),
    ("inventory", &[]),
    ("access", &["inventory"]),
    ("change", &["inventory"]),
    ("finding", &["inventory"]),
    ("rule", &["inventory", "access", "change", "finding"]),
    ("rules", &["inventory", "access", "change", "finding", "rule"]),
    ("config", &["inventory", "finding", "rule"]),
    ("snapshot", &["encoding", "inventory"]),
    ("review", &["inventory", "access", "change"]),
    ("readiness", &["inventory", "access", "review", "rule"]),
    ("result", &["inventory", "access", "finding", "rule"]),
    ("diff", &["inventory", "access", "change", "finding", "result"]),
    ("azure", &[]),
    ("rego", &[]),
    ("demo", &[]),
    ("code", &["encoding", "inventory"]),
    ("script", &["inventory"]),
    ("collect", &["inventory", "snapshot", "azure"]),
    (
        "lint",
        &["encoding", "inventory", "access", "change", "code", "script", "finding", "snapshot"],
    ),
    (
        "engine",
        &[
            "inventory",
            "access",
            "change",
            "finding",
            "rule",
            "rules",
            "rego",
            "config",
            "snapshot",
            "lint",
            "result",
        ],
    ),
    (
        "report",
        &[
            "inventory",
            "access",
            "change",
            "diff",
            "finding",
            "rule",
            "result",
            "review",
            "readiness",
        ],
    ),
];

fn uses(text: &str) -> BTreeSet<String> {
    text.split("crate::")
        .skip(1)
        .filter_map(|rest| {
            rest.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').next()
        })
        .map(str::to_owned)
        .collect()
}

#[test]
fn arrows_never_go_back() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let allowed: BTreeMap<&str, &[&str]> = MAY_USE.iter().copied().collect();
    let mut seen = BTreeSet::new();
    let files = ["src", "rules"].iter().flat_map(|folder| walkdir::WalkDir::new(root.join(folder)));
    for entry in files
        .filter_map(Result::ok)
        .filter(|entry| entry.path().extension().is_some_and(|e| e == "rs"))
    {
        let relative = entry.path().strip_prefix(root).expect("below the root");
        let mut parts = relative.iter().map(|part| part.to_string_lossy().into_owned());
        let module = match parts.next().as_deref() {
            Some("rules") => "rules".to_owned(),
            _ => parts.next().unwrap_or_default().trim_end_matches(".rs").to_owned(),
        };
        if matches!(module.as_str(), "lib" | "main" | "cli") {
            continue;
        }
        let allowed =
            allowed.get(module.as_str()).unwrap_or_else(|| panic!("{module} is not in the table"));
        seen.insert(module.clone());
        let text = fs::read_to_string(entry.path()).expect("readable");
        for used in uses(&text) {
            assert!(
                used == module || allowed.contains(&used.as_str()),
                "{}: `{module}` must not use `{used}`",
                relative.display()
            );
        }
    }
    let table: BTreeSet<String> = allowed.keys().map(|name| (*name).to_owned()).collect();
    assert_eq!(seen, table, "the table names modules that do not exist");
}

#[test]
fn the_table_is_the_one_in_the_document() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let document = fs::read_to_string(root.join("ARCHITECTURE.md")).expect("ARCHITECTURE.md");
    for (module, allowed) in MAY_USE {
        let names: Vec<String> = allowed.iter().map(|name| format!("`{name}`")).collect();
        let row = format!(
            "| `{module}` | {} |",
            if names.is_empty() { "nothing".to_owned() } else { names.join(", ") }
        );
        assert!(document.contains(&row), "ARCHITECTURE.md lacks the row {row}");
    }
}
