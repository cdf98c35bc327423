//! Everything generated is committed and fresh. `BACKUPLINT_UPDATE=1 cargo test --test freshness`
//! writes it anew.

#![allow(
    clippy::panic,
    clippy::pedantic,
    reason = "a test fails by panicking, and helpers of a test are no API"
)]

#[path = "../fixtures/generator/mod.rs"]
mod generator;
#[path = "../examples/built_in_roles/render.rs"]
mod render;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use backuplint::rule::{Metadata, page};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Compares a generated file with the committed one, or writes it when asked to.
fn fresh(path: &Path, content: &str) {
    let shown = path.strip_prefix(root()).unwrap_or(path).display().to_string();
    if std::env::var_os("BACKUPLINT_UPDATE").is_some() {
        fs::create_dir_all(path.parent().expect("a folder")).expect("folder can be made");
        fs::write(path, content).expect("file can be written");
        return;
    }
    let committed = fs::read_to_string(path).unwrap_or_default();
    assert!(
        committed == content,
        "{shown} is stale; run BACKUPLINT_UPDATE=1 cargo test --test freshness"
    );
}

struct Folder {
    family: String,
    name: String,
    metadata: Metadata,
    is_rego: bool,
}

/// Every folder below `rules/` that holds a `rule.toml`, in order.
fn folders() -> Vec<Folder> {
    let mut found = Vec::new();
    for family in children(&root().join("rules")).into_iter().filter(|path| path.is_dir()) {
        for folder in children(&family) {
            let Ok(text) = fs::read_to_string(folder.join("rule.toml")) else { continue };
            let metadata = Metadata::parse(&text)
                .unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
            found.push(Folder {
                family: file_name(&family),
                name: file_name(&folder),
                is_rego: folder.join("check.rego").is_file(),
                metadata,
            });
        }
    }
    assert!(!found.is_empty(), "no rule below rules/");
    found
}

fn children(folder: &Path) -> Vec<PathBuf> {
    let mut list: Vec<PathBuf> = fs::read_dir(folder)
        .map(|entries| entries.filter_map(Result::ok).map(|entry| entry.path()).collect())
        .unwrap_or_default();
    list.sort();
    list
}

fn file_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

#[test]
fn rule_folders_follow_the_contract() {
    let mut ids = BTreeSet::new();
    for Folder { family, name, metadata, is_rego } in folders() {
        assert_eq!(metadata.family, family, "{name}: family is the folder");
        assert_eq!(metadata.id.replace('-', "_"), name, "the folder is the id in snake case");
        for id in metadata.aliases.iter().chain([&metadata.id]) {
            assert!(ids.insert(id.clone()), "{id} is used twice");
        }
        let native = root().join("rules").join(&family).join(&name).join("check.rs").is_file();
        assert!(native != is_rego, "{name} has either check.rs or check.rego");
        assert!(metadata.notice || !metadata.references.is_empty(), "{name} cites no source");
    }
}

#[test]
fn registry() {
    let mut text = String::from(
        "//! The bundled rules. Generated from the folders beside it; do not edit.\n//!\n//! `BACKUPLINT_UPDATE=1 cargo test --test freshness` writes this file.\n\nuse crate::rule::{Bundled, BundledLogic};\n\n",
    );
    let folders = folders();
    let mut native: Vec<&Folder> = folders.iter().filter(|folder| !folder.is_rego).collect();
    // As rustfmt orders modules.
    native.sort_by(|left, right| left.name.cmp(&right.name));
    for folder in native {
        let Folder { family, name, .. } = folder;
        let _ = writeln!(text, "#[path = \"{family}/{name}/check.rs\"]\nmod {name};");
    }
    text.push_str("\n/// Every bundled rule, by family and id.\n#[rustfmt::skip]\npub const BUNDLED: &[Bundled] = &[\n");
    for Folder { family, name, is_rego, .. } in &folders {
        let logic = if *is_rego {
            format!("BundledLogic::Rego(include_str!(\"{family}/{name}/check.rego\"))")
        } else {
            format!("BundledLogic::Native({name}::CHECK)")
        };
        let _ = writeln!(
            text,
            "    Bundled {{ folder: \"{family}/{name}\", toml: include_str!(\"{family}/{name}/rule.toml\"), logic: {logic} }},"
        );
    }
    text.push_str("];\n\n/// Rego modules that bundled rules import.\n#[rustfmt::skip]\npub const LIBRARIES: &[(&str, &str)] = &[\n");
    for library in children(&root().join("rules/lib")) {
        let name = file_name(&library);
        let _ = writeln!(text, "    (\"rules/lib/{name}\", include_str!(\"lib/{name}\")),");
    }
    text.push_str("];\n");
    fresh(&root().join("rules/mod.rs"), &text);
}

#[test]
fn pages_and_index() {
    let folders = folders();
    let language = |folder: &Folder| if folder.is_rego { "Rego" } else { "Rust" };
    for folder in &folders {
        let path = root().join("rules").join(&folder.family).join(&folder.name).join("README.md");
        fresh(&path, &page::page(&folder.metadata, language(folder)));
    }
    let rules = folders.iter().map(|folder| (&folder.metadata, language(folder)));
    fresh(&root().join("rules/README.md"), &page::index(rules));
}

#[test]
fn estates() {
    for (name, files) in generator::all() {
        let folder = root().join("fixtures/estates").join(name);
        let mut expected = BTreeSet::new();
        for (path, content) in &files {
            fresh(&folder.join(path), content);
            expected.insert(folder.join(path));
        }
        let found: BTreeSet<PathBuf> = walkdir::WalkDir::new(&folder)
            .into_iter()
            .filter_map(Result::ok)
            .filter(|entry| entry.file_type().is_file())
            .map(walkdir::DirEntry::into_path)
            .collect();
        assert_eq!(found, expected, "files that nobody generates");
    }
}

#[test]
fn demo_estate() {
    let mut text = String::from(
        "//! The estate of `audit --demo`, compiled in. Generated; do not edit.\n//!\n//! `BACKUPLINT_UPDATE=1 cargo test --test freshness` writes this file.\n\n/// Paths and contents of the snapshot.\n#[rustfmt::skip]\npub const FILES: &[(&str, &[u8])] = &[\n",
    );
    for (path, _) in generator::contoso() {
        let _ = writeln!(
            text,
            "    (\"{path}\", include_bytes!(\"../fixtures/estates/contoso/{path}\")),"
        );
    }
    text.push_str("];\n");
    fresh(&root().join("src/demo.rs"), &text);
}

#[test]
fn configuration_schema() {
    let rules: Vec<_> =
        folders().into_iter().map(|folder| std::sync::Arc::new(folder.metadata)).collect();
    let schema = backuplint::config::schema(&rules);
    let text = serde_json::to_string_pretty(&schema).expect("JSON") + "\n";
    fresh(&root().join("backuplint.schema.json"), &text);
}

/// Where real data lies, the shipped table is what its command makes of it.
#[test]
fn built_in_roles() {
    let Some(corpus) = std::env::var_os("BACKUPLINT_CORPUS") else { return };
    let export = Path::new(&corpus).join("role-definitions/built-in-roles-all.json");
    let export = fs::read_to_string(&export).expect("an export of role definitions");
    let roles = backuplint::access::export::read(&export).expect("role definitions");
    let table = render::table(&roles);
    assert_eq!(table.matches("\n    role(").count(), roles.len());
    fresh(&root().join("src/access/built_in/table.rs"), &table);
}
