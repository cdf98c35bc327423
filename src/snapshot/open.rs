//! Opening what the user names: files, folders, standard input, snapshots and parts of snapshots.

mod file;
mod folder;

use std::io::Read;
use std::path::{Path, PathBuf};

use miette::Diagnostic;
use thiserror::Error;

use super::document::{Document, Documents};
use super::manifest::{Manifest, Named, Part, SCHEMA};
use crate::inventory::{Gap, GapReason, Time};
use file::{display, open_file, unpacked};
use folder::{Told, parse_manifest};

/// The name of a snapshot's manifest.
pub(super) const MANIFEST: &str = "manifest.json";

/// An input that cannot be used at all.
#[derive(Debug, Error, Diagnostic)]
pub enum InputError {
    /// No such file or folder.
    #[error("cannot read {path}: {cause}")]
    #[diagnostic(
        code(backuplint::input),
        help("check the path; `backuplint audit --demo` needs none")
    )]
    Unreadable {
        /// The path as it was given.
        path: String,
        /// What the system says.
        cause: std::io::Error,
    },
    /// A folder without any file of a kind we read.
    #[error("nothing to inspect in {path}")]
    #[diagnostic(
        code(backuplint::input),
        help(
            "it has no .json, .jsonl or .ndjson file (also as .zst); export some, for example with `az backup vault list -o json > vaults.json`"
        )
    )]
    Empty {
        /// The path as it was given.
        path: String,
    },
    /// A folder with several snapshots below it.
    #[error("{path} holds {count} snapshots: {names}")]
    #[diagnostic(
        code(backuplint::input),
        help(
            "name those to inspect, for example {newest}; `backuplint diff` compares two of different days"
        )
    )]
    Several {
        /// The path as it was given.
        path: String,
        /// How many.
        count: usize,
        /// The first of them, the newest first.
        names: String,
        /// The newest.
        newest: String,
    },
    /// A manifest that this version cannot read.
    #[error("{path} is not a manifest this version reads: {cause}")]
    #[diagnostic(
        code(backuplint::snapshot),
        help("this version reads snapshots of schema `{SCHEMA}`")
    )]
    Manifest {
        /// The manifest's path.
        path: String,
        /// What is wrong with it.
        cause: String,
    },
}

/// The opened inputs of a run. The estate borrows from them.
#[derive(Debug, Default)]
pub struct Inputs {
    pub(super) documents: Documents,
    /// The snapshots, and parts of snapshots.
    pub(super) manifests: Vec<Named>,
    pub(super) gaps: Vec<Gap>,
    /// Files of snapshots that could not be read, so that no list they belong to is whole.
    pub(super) lost: Vec<String>,
    notices: Vec<String>,
}

impl Inputs {
    /// Opens files, folders and `-` (standard input), in the order given.
    ///
    /// # Errors
    /// When a named input does not exist or has nothing to inspect. Trouble with single files in a
    /// folder becomes a gap instead.
    pub fn open(paths: &[PathBuf]) -> Result<Self, InputError> {
        let mut inputs = Self::default();
        for path in paths {
            if path.as_os_str() == "-" {
                inputs.open_stdin()?;
            } else if path.is_dir() {
                inputs.open_folder(path)?;
            } else {
                inputs.open_named_file(path)?;
            }
        }
        Ok(inputs)
    }

    /// A snapshot that is part of the program: relative paths and contents, the manifest among them.
    ///
    /// # Errors
    /// When the manifest cannot be read.
    pub fn shipped(name: &str, files: &[(&str, &'static [u8])]) -> Result<Self, InputError> {
        let mut inputs = Self::default();
        let mut told = Told::default();
        if let Some((_, text)) = files.iter().find(|(path, _)| *path == MANIFEST) {
            let manifest = parse_manifest(text, name)?;
            told = Told::by(&manifest);
            inputs.manifests.push(Named { manifest, name: name.to_owned(), part: Part::Whole });
        }
        for (path, content) in files.iter().filter(|(path, _)| *path != MANIFEST) {
            let mut document = Document::shipped(format!("{name}/{path}"), content);
            told.describe(&mut document, &[path]);
            inputs.documents.push(document);
        }
        Ok(inputs)
    }

    /// One document in memory.
    pub fn of_text(name: &str, text: impl Into<Vec<u8>>) -> Self {
        let mut inputs = Self::default();
        inputs.documents.push(Document::owned(name, text.into()));
        inputs
    }

    /// Gives a folder another name in everything that is said of it: one that is thrown away has a name that
    /// means nothing.
    #[must_use]
    pub fn named(mut self, folder: &Path, name: &str) -> Self {
        let old = display(folder);
        let rename = |text: &mut String| {
            if let Some(rest) = text.strip_prefix(&old) {
                *text = format!("{name}{rest}");
            }
        };
        self.documents.rename(rename);
        self.manifests.iter_mut().for_each(|known| rename(&mut known.name));
        self.gaps.iter_mut().for_each(|gap| rename(&mut gap.scope));
        self.lost.iter_mut().for_each(rename);
        self
    }

    /// The opened documents.
    pub fn documents(&self) -> &Documents {
        &self.documents
    }

    /// When the oldest of the snapshots that have a manifest of their own was taken.
    pub fn collected_at(&self) -> Option<Time> {
        self.manifests.iter().filter_map(|known| known.manifest.taken()).min()
    }

    /// Remarks on what was opened, such as links that lead in a circle.
    pub fn notices(&self) -> &[String] {
        &self.notices
    }

    fn open_stdin(&mut self) -> Result<(), InputError> {
        let mut bytes = Vec::new();
        let read = std::io::stdin().lock().read_to_end(&mut bytes);
        read.map_err(|cause| InputError::Unreadable { path: "standard input".to_owned(), cause })?;
        match unpacked("stdin", bytes) {
            Ok(document) => self.documents.push(document),
            Err(cause) => self.file_gap("stdin", GapReason::Malformed, &cause),
        }
        Ok(())
    }

    fn open_named_file(&mut self, path: &Path) -> Result<(), InputError> {
        let name = display(path);
        let mut document = match open_file(path, &name) {
            Ok(Ok(document)) => document,
            Ok(Err(cause)) => {
                self.file_gap(&name, GapReason::Malformed, &cause);
                return Ok(());
            }
            Err(cause) => return Err(InputError::Unreadable { path: name, cause }),
        };
        if path.file_name().is_some_and(|name| name == MANIFEST)
            && serde_json::from_slice::<Manifest>(document.content())
                .is_ok_and(|found| !found.schema.is_empty())
            && let Some(folder) = path.parent()
        {
            return self.open_folder(if folder.as_os_str().is_empty() {
                Path::new(".")
            } else {
                folder
            });
        }
        self.expect_by_snapshot(path, &mut document)?;
        self.documents.push(document);
        Ok(())
    }

    fn file_gap(&mut self, name: &str, reason: GapReason, message: &str) {
        self.gaps.push(Gap::of_input(name, "file", reason, message));
    }
}
