//! Terraform code and plans of a run.

use std::path::PathBuf;
use std::sync::Arc;

use super::discover::Found;
use super::text::{Text, Texts, shown};
use super::workspace::{Folders, Workspace};
use crate::access::built_in::BUILT_IN_ROLES;
use crate::code::adapter::{self, Adapted};
use crate::code::terraform::diagnostic::{Diagnostic, DiagnosticKind};
use crate::code::terraform::plan;
use crate::code::terraform::project::{Options, Project};
use crate::code::terraform::result::Root;
use crate::code::terraform::source::read_text;

/// What one root gave.
struct Outcome {
    directory: PathBuf,
    adapted: Adapted,
    diagnostics: Vec<Diagnostic>,
}

/// Reads the Terraform code that was found, and these plans.
pub(super) fn read(
    workspace: &mut Workspace,
    folders: &Folders,
    found: &Found,
    plans: &[PathBuf],
    options: &Options,
) {
    if !found.terraform.is_empty() {
        code(workspace, folders, found, options);
    }
    for path in plans {
        let name = shown(path, &folders.working);
        match read_text(path) {
            Ok(text) => {
                let first_text = workspace.texts.len();
                let root = plan::read(path, &text, 0).root;
                workspace.texts.push(Text { name, text });
                take(workspace, folders, first_text, outcome(root));
            }
            Err(cause) => workspace.unreadable(&name, &cause),
        }
    }
}

fn code(workspace: &mut Workspace, folders: &Folders, found: &Found, options: &Options) {
    let directories: Vec<PathBuf> = found.terraform.iter().cloned().collect();
    let parts = Project::in_parts(&folders.boundary, &directories, options, outcome);
    let mut outcomes = Vec::new();
    for part in parts {
        let first_text = workspace.texts.len();
        for file in part.sources.files() {
            let name = shown(&file.path, &folders.working);
            workspace.texts.push(Text { name, text: Arc::clone(&file.text) });
        }
        tell(workspace, folders, first_text, &part.diagnostics);
        outcomes.extend(part.roots.into_iter().map(|outcome| (first_text, outcome)));
    }
    outcomes.sort_by(|(_, left), (_, right)| left.directory.cmp(&right.directory));
    for (first_text, outcome) in outcomes {
        take(workspace, folders, first_text, outcome);
    }
}

fn outcome(root: Root) -> Outcome {
    let adapted = adapter::terraform::declarations(&root, &role_of);
    Outcome { directory: root.directory, adapted, diagnostics: root.diagnostics }
}

fn take(workspace: &mut Workspace, folders: &Folders, first_text: usize, outcome: Outcome) {
    tell(workspace, folders, first_text, &outcome.diagnostics);
    let name = folders.root_name(&outcome.directory);
    workspace.add(name, true, first_text, outcome.adapted);
}

/// The id of a built-in role by its name.
fn role_of(name: &str) -> Option<String> {
    let role = BUILT_IN_ROLES.iter().find(|role| role.name.eq_ignore_ascii_case(name))?;
    Some(format!("/providers/Microsoft.Authorization/roleDefinitions/{}", role.id))
}

/// What stands in the way of reading is a gap; what a person should know besides is a notice.
fn tell(
    workspace: &mut Workspace,
    folders: &Folders,
    first_text: usize,
    diagnostics: &[Diagnostic],
) {
    for diagnostic in diagnostics {
        let is_gap = match diagnostic.kind {
            DiagnosticKind::Unreadable
            | DiagnosticKind::Syntax
            | DiagnosticKind::MissingModule
            | DiagnosticKind::Limit
            | DiagnosticKind::Format => true,
            DiagnosticKind::RemoteModule | DiagnosticKind::Cycle | DiagnosticKind::Invalid => false,
            // Terraform says so itself, and both are judged.
            DiagnosticKind::Duplicate => continue,
        };
        match diagnostic.place {
            Some(place) if is_gap => workspace.broken(first_text, place, &diagnostic.message),
            Some(place) => {
                let at = Texts::new(&workspace.texts, first_text).position(place);
                workspace.notice(format!("{at}: {}", diagnostic.message));
            }
            None => {
                let path = shown(PathBuf::from(&diagnostic.path).as_path(), &folders.working);
                if is_gap {
                    workspace.unreadable(&path, &diagnostic.message);
                } else {
                    workspace.notice(format!("{path}: {}", diagnostic.message));
                }
            }
        }
    }
}
