//! Finds the directories that hold Terraform code. Follows no symbolic link to a directory twice.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use super::super::diagnostic::{Diagnostic, DiagnosticKind};
use super::super::limits;

/// Directories of tools, which hold no code of the project.
const SKIPPED: [&str; 3] = [".terraform", ".git", "node_modules"];

/// The directories in and below one that hold `*.tf` or `*.tf.json`, in order.
pub(super) fn directories(top: &Path, diagnostics: &mut Vec<Diagnostic>) -> Vec<PathBuf> {
    let mut walk = Walk { found: Vec::new(), seen: HashSet::new(), count: 0, diagnostics };
    walk.visit(top, 0);
    walk.found
}

/// Whether a file name is one of Terraform code.
pub(super) fn is_code(name: &str) -> bool {
    let code = name.strip_suffix(".tf").or_else(|| name.strip_suffix(".tf.json"));
    code.is_some_and(|stem| !stem.is_empty() && !stem.starts_with('.') && !stem.starts_with('#'))
}

struct Walk<'d> {
    found: Vec<PathBuf>,
    seen: HashSet<PathBuf>,
    count: usize,
    diagnostics: &'d mut Vec<Diagnostic>,
}

impl Walk<'_> {
    fn visit(&mut self, directory: &Path, depth: usize) {
        let identity = std::fs::canonicalize(directory).unwrap_or_else(|_| directory.to_owned());
        if !self.seen.insert(identity) {
            return;
        }
        self.count += 1;
        if depth > limits::DIRECTORY_DEPTH || self.count > limits::DIRECTORIES {
            if self.count <= limits::DIRECTORIES + 1 {
                let most = limits::DIRECTORY_DEPTH;
                self.tell(directory, DiagnosticKind::Limit, format!(
                    "not read: more than {most} directories in each other, or more than {} in all",
                    limits::DIRECTORIES
                ));
            }
            return;
        }
        let entries = match std::fs::read_dir(directory) {
            Ok(entries) => entries,
            Err(error) => {
                self.tell(directory, DiagnosticKind::Unreadable, error.to_string());
                return;
            }
        };
        let mut below = Vec::new();
        let mut code = false;
        for entry in entries.flatten() {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            let kind = entry.file_type();
            let link = kind.as_ref().is_ok_and(std::fs::FileType::is_symlink);
            let folder = kind.is_ok_and(|kind| kind.is_dir()) || (link && entry.path().is_dir());
            if folder && !SKIPPED.contains(&&*name) {
                below.push(entry.path());
            } else if !folder {
                code |= is_code(&name);
            }
        }
        if code {
            self.found.push(directory.to_owned());
        }
        below.sort();
        for directory in below {
            self.visit(&directory, depth + 1);
        }
    }

    fn tell(&mut self, directory: &Path, kind: DiagnosticKind, message: String) {
        self.diagnostics.push(Diagnostic {
            kind,
            message,
            help: "Name the directories that matter instead.".to_owned(),
            place: None,
            path: directory.display().to_string(),
        });
    }
}
