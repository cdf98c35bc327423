//! Which files of a folder are code of ours.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

/// Folders in folders; deeper ones are no project of anybody.
const MAX_DEPTH: usize = 64;

/// Folders that hold what tools fetched or made.
const NOT_OURS: [&str; 4] = [".terraform", ".terragrunt-cache", "node_modules", ".git"];

/// Endings of scripts and of YAML.
const SCRIPTS: [&str; 11] =
    [".sh", ".bash", ".zsh", ".ksh", ".azcli", ".ps1", ".psm1", ".cmd", ".bat", ".yml", ".yaml"];

/// The code that was found.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Folders with Terraform code.
    pub terraform: BTreeSet<PathBuf>,
    /// Bicep, and JSON that may be a template, its parameters or a plan.
    pub files: BTreeSet<PathBuf>,
    /// Scripts, and YAML that may be a pipeline.
    pub scripts: BTreeSet<PathBuf>,
    /// Markdown, which may have scripts in it.
    pub markdown: BTreeSet<PathBuf>,
    /// Code that only OpenTofu reads.
    pub tofu: BTreeSet<PathBuf>,
    /// Those of them that are links to files elsewhere.
    pub links: BTreeSet<PathBuf>,
    /// The files that were asked for by their names.
    pub by_name: BTreeSet<PathBuf>,
    /// What could not be looked at: the path, and what the system says.
    pub unreadable: Vec<(PathBuf, String)>,
}

/// Walks files and folders, whose paths have no links in them. Links to files are followed, links to folders are not: what they lead to is code of
/// wherever it lies.
pub(super) fn discover(paths: &[PathBuf]) -> Found {
    let mut found = Found::default();
    for path in paths {
        if path.is_file() {
            found.take(path);
            found.by_name.insert(path.clone());
            continue;
        }
        let mut walk = WalkBuilder::new(path);
        // Workflows lie in `.github`.
        walk.max_depth(Some(MAX_DEPTH)).hidden(false).require_git(false).filter_entry(|entry| {
            let name = entry.file_name().to_string_lossy();
            entry.depth() == 0 || !NOT_OURS.contains(&name.as_ref())
        });
        for entry in walk.build() {
            match entry {
                Ok(entry) => match entry.file_type() {
                    Some(kind) if kind.is_file() => found.take(entry.path()),
                    Some(kind) if kind.is_symlink() && entry.path().is_file() => {
                        found.take(entry.path());
                        found.links.insert(entry.into_path());
                    }
                    _ => {}
                },
                Err(error) => found.unreadable.push(unreadable(path, &error)),
            }
        }
    }
    found
}

impl Found {
    fn take(&mut self, path: &Path) {
        let name = path.file_name().map(|name| name.to_string_lossy().to_ascii_lowercase());
        let name = name.unwrap_or_default();
        let is_named = |ends: &[&str]| ends.iter().any(|end| name.ends_with(end));
        if is_named(&[".tofu", ".tofu.json"]) {
            self.tofu.insert(path.to_path_buf());
        } else if is_named(&[".tf", ".tf.json"]) {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
            self.terraform.insert(folder.unwrap_or(Path::new(".")).to_path_buf());
        } else if is_named(&[".bicep", ".bicepparam", ".json", ".jsonc"]) {
            self.files.insert(path.to_path_buf());
        } else if is_named(&SCRIPTS) || !name.contains('.') && is_run_by_a_shell(path) {
            self.scripts.insert(path.to_path_buf());
        } else if is_named(&[".md"]) {
            self.markdown.insert(path.to_path_buf());
        }
    }
}

/// What could not be looked at, and what the system says of it.
fn unreadable(root: &Path, error: &ignore::Error) -> (PathBuf, String) {
    match error {
        ignore::Error::WithPath { path, err } => unreadable(path, err),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
            unreadable(root, err)
        }
        ignore::Error::Io(cause) => (root.to_path_buf(), cause.to_string()),
        other => (root.to_path_buf(), other.to_string()),
    }
}

/// Whether a file without an ending names the program that runs it in its first line.
fn is_run_by_a_shell(path: &Path) -> bool {
    let mut start = [0; 2];
    File::open(path).and_then(|mut file| file.read_exact(&mut start)).is_ok() && start == *b"#!"
}
