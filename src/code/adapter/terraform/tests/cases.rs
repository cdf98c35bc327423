//! Each case is a folder (or a file `NAME.tf`) of `fixtures/code/terraform/adapter`, beside `NAME.expected`.

use std::fs;
use std::path::{Path, PathBuf};

use super::show;
use crate::code::adapter::terraform::declarations;
use crate::code::terraform::project::{Options, Project};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/code/terraform/adapter")
}

/// Two roles are enough here; the table of all is of another module.
pub fn role(name: &str) -> Option<String> {
    let guid = match name {
        "Backup Contributor" => "5e467623-bb1f-42f4-a55d-6e525e11384b",
        "Reader" => "acdd72a7-3385-48ef-bd42-f606fba81ae7",
        _ => return None,
    };
    Some(format!("/providers/Microsoft.Authorization/roleDefinitions/{guid}"))
}

#[test]
fn code_declares_what_is_written_beside_it() {
    let update = std::env::var_os("BACKUPLINT_UPDATE").is_some();
    let mut cases: Vec<PathBuf> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    cases.sort();
    assert!(!cases.is_empty());
    let mut wrong = Vec::new();
    for case in cases {
        let project = Project::read(&case, Options::default());
        let mut answer = String::new();
        for root in project.evaluate() {
            for diagnostic in &root.diagnostics {
                answer.extend(["! ", &diagnostic.message, "\n"]);
            }
            answer.push_str(&show::adapted(&declarations(&root, &role), project.sources()));
        }
        let file = case.with_extension("expected");
        if update {
            fs::write(&file, &answer).unwrap();
        }
        let expected = fs::read_to_string(&file).unwrap_or_default();
        if answer != expected {
            wrong.push(format!("{}:\n{answer}", case.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
