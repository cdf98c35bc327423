//! Opening what the user names: files, folders, standard input, snapshots and parts of snapshots.

use std::collections::HashMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use memmap2::Mmap;
use miette::Diagnostic;
use serde::de::IgnoredAny;
use thiserror::Error;

use super::document::{Document, Documents};
use super::manifest::{FileEntry, Manifest, SCHEMA};
use super::write::JOURNAL;
use crate::encoding::{from_utf16, is_utf16};
use crate::inventory::{Gap, GapReason, Time};

/// Decompressed size at which a `.zst` file is refused: a small file can unfold without end.
const MAX_UNPACKED_BYTES: u64 = 16 << 30;

/// The name of a snapshot's manifest.
pub(super) const MANIFEST: &str = "manifest.json";

/// What a manifest says of its files, by their paths.
type Entries = HashMap<String, FileEntry>;

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
    /// Manifests with the snapshot's name and, for a part of a snapshot, its subscription.
    pub(super) manifests: Vec<(Manifest, String, Option<String>)>,
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
        let mut entries = HashMap::new();
        if let Some((_, text)) = files.iter().find(|(path, _)| *path == MANIFEST) {
            let manifest = parse_manifest(text, name)?;
            entries = entries_by_path(&manifest);
            inputs.manifests.push((manifest, name.to_owned(), None));
        }
        for (path, content) in files.iter().filter(|(path, _)| *path != MANIFEST) {
            let mut document = Document::shipped(format!("{name}/{path}"), content);
            document.expect(entries.get(*path));
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
        self.manifests.iter_mut().for_each(|(_, known, _)| rename(known));
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
        let infos = self.manifests.iter().map(|(manifest, name, _)| manifest.info(name));
        infos.filter_map(|info| info.collected_at).min()
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
        if let Some(found) = self.manifest_above(path)? {
            document.expect(entry_of(&found, &relative_name(path)));
        }
        self.documents.push(document);
        Ok(())
    }

    fn open_folder(&mut self, folder: &Path) -> Result<(), InputError> {
        let name = display(folder);
        let manifest = folder.join(MANIFEST);
        let entries = match std::fs::read(&manifest) {
            Ok(text) if is_snapshot_manifest(&text) => {
                let parsed = parse_manifest(&text, &display(&manifest))?;
                let entries = entries_by_path(&parsed);
                self.note_missing_files(&parsed, folder);
                self.manifests.push((parsed, name.clone(), None));
                Some((folder.to_path_buf(), entries))
            }
            Ok(text) if serde_json::from_slice::<IgnoredAny>(&text).is_err() => {
                // Without its manifest a snapshot would look like an export without gaps.
                let cause = "not readable as JSON; the rest is read without it";
                self.file_gap(&display(&manifest), GapReason::Malformed, cause);
                None
            }
            _ => {
                self.note_unfinished(folder);
                self.manifest_above(folder)?.map(|entries| (folder.to_path_buf(), entries))
            }
        };
        let before = self.documents.len() + self.gaps.len();
        for entry in walkdir::WalkDir::new(folder).follow_links(true).sort_by_file_name() {
            match entry {
                Ok(entry) if entry.file_type().is_file() && is_ours(entry.path()) => {
                    self.open_found_file(entry.path(), entries.as_ref());
                }
                Ok(_) => {}
                Err(error) => self.note_walk_error(&error),
            }
        }
        if self.documents.len() + self.gaps.len() == before {
            return Err(InputError::Empty { path: name });
        }
        Ok(())
    }

    fn open_found_file(&mut self, path: &Path, entries: Option<&(PathBuf, Entries)>) {
        let name = display(path);
        let (is_snapshot, before) = (entries.is_some(), self.documents.len());
        match open_file(path, &name) {
            Ok(Ok(mut document)) => {
                if let Some((folder, entries)) = entries {
                    let relative = path.strip_prefix(folder).map(display).unwrap_or_default();
                    // A part of a snapshot has paths that begin in the middle of the manifest's.
                    let found = [relative, relative_name(path)];
                    let found = found.iter().find_map(|path| entry_of(entries, path));
                    document.expect(found);
                }
                self.documents.push(document);
            }
            Ok(Err(cause)) => self.file_gap(&name, GapReason::Malformed, &cause),
            Err(cause) => self.file_gap(&name, GapReason::Skipped, &cause.to_string()),
        }
        if is_snapshot && self.documents.len() == before {
            self.lost.push(name);
        }
    }

    /// The file entries of the snapshot that this file or folder is a part of, if it is one.
    fn manifest_above(&mut self, path: &Path) -> Result<Option<Entries>, InputError> {
        let Ok(absolute) = std::path::absolute(path) else { return Ok(None) };
        for folder in absolute.ancestors().skip(1).take(3) {
            let manifest = folder.join(MANIFEST);
            let Ok(text) = std::fs::read(&manifest) else {
                self.note_unfinished(folder);
                continue;
            };
            if !is_snapshot_manifest(&text) {
                continue;
            }
            let parsed = parse_manifest(&text, &display(&manifest))?;
            let entries = entries_by_path(&parsed);
            let inside = absolute.strip_prefix(folder).map(display).unwrap_or_default();
            let subscription =
                inside.split('/').nth(1).filter(|_| inside.starts_with("subscriptions/"));
            if let Some(subscription) = subscription {
                let subscription = subscription.to_owned();
                let known = self.manifests.iter().any(|(_, name, part)| {
                    *name == display(folder) && part.as_deref() == Some(subscription.as_str())
                });
                if !known && path.is_dir() {
                    self.manifests.push((parsed, display(folder), Some(subscription)));
                }
            }
            return Ok(Some(entries));
        }
        Ok(None)
    }

    /// Without its manifest an unfinished snapshot would look like an export without gaps.
    fn note_unfinished(&mut self, folder: &Path) {
        let journal = folder.join(JOURNAL);
        let name = display(&journal);
        if journal.exists() && !self.gaps.iter().any(|gap| gap.scope == name) {
            let cause = "the snapshot was not finished, so nobody knows what it lacks";
            self.file_gap(&name, GapReason::Truncated, cause);
        }
    }

    fn note_missing_files(&mut self, manifest: &Manifest, folder: &Path) {
        for file in &manifest.files {
            let path = folder.join(&file.path);
            let packed = folder.join(format!("{}.zst", file.path));
            if !path.exists() && !packed.exists() {
                self.file_gap(
                    &display(&path),
                    GapReason::Skipped,
                    "the manifest names this file and it is missing",
                );
                self.lost.push(display(&path));
            }
        }
    }

    fn note_walk_error(&mut self, error: &walkdir::Error) {
        let path = error.path().map(display).unwrap_or_default();
        if let Some(ancestor) = error.loop_ancestor() {
            let ancestor = display(ancestor);
            self.notices
                .push(format!("{path} links back to {ancestor}; it was not followed again"));
        } else {
            self.file_gap(&path, GapReason::Skipped, &error.to_string());
        }
    }

    fn file_gap(&mut self, name: &str, reason: GapReason, message: &str) {
        self.gaps.push(Gap::of_input(name, "file", reason, message));
    }
}

fn is_snapshot_manifest(text: &[u8]) -> bool {
    serde_json::from_slice::<Manifest>(text)
        .is_ok_and(|manifest| manifest.schema.starts_with("backuplint."))
}

fn parse_manifest(text: &[u8], name: &str) -> Result<Manifest, InputError> {
    let error = |cause: String| InputError::Manifest { path: name.to_owned(), cause };
    let manifest: Manifest =
        serde_json::from_slice(text).map_err(|cause| error(cause.to_string()))?;
    if manifest.schema == SCHEMA {
        Ok(manifest)
    } else {
        Err(error(format!("its schema is `{}`", manifest.schema)))
    }
}

fn entries_by_path(manifest: &Manifest) -> Entries {
    manifest.files.iter().map(|file| (file.path.clone(), file.clone())).collect()
}

/// What a manifest says of a file, which may have been packed since.
fn entry_of<'e>(entries: &'e Entries, path: &str) -> Option<&'e FileEntry> {
    let plain = path.strip_suffix(".zst").unwrap_or(path);
    entries.get(path).or_else(|| entries.get(plain))
}

/// `subscriptions/<id>/<file>`: the end of a path as a manifest names its files.
fn relative_name(path: &Path) -> String {
    let absolute = std::path::absolute(path).map(|path| display(&path)).unwrap_or_default();
    absolute.rfind("/subscriptions/").map_or_else(String::new, |at| absolute[at + 1..].to_owned())
}

fn display(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

fn is_ours(path: &Path) -> bool {
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy().to_ascii_lowercase())
        .unwrap_or_default();
    // A gzip file is opened to say that it is not read.
    let plain = [".zst", ".gz"].iter().find_map(|end| name.strip_suffix(end)).unwrap_or(&name);
    plain != MANIFEST && [".json", ".jsonl", ".ndjson"].iter().any(|end| plain.ends_with(end))
}

/// Opens one file. The outer error is the system's, the inner one is about the content.
fn open_file(path: &Path, name: &str) -> std::io::Result<Result<Document, String>> {
    let mut file = File::open(path)?;
    let metadata = file.metadata()?;
    if !metadata.is_file() || metadata.len() == 0 {
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        return Ok(unpacked(name, bytes));
    }
    // SAFETY: the map is read-only and private to this process. Its bytes change under us only if
    // another process rewrites the file in place while we read it; we never write the files we
    // read, every use goes through bounds-checked slices, text is checked for UTF-8 before it is
    // used as such, and a file cut short in that moment ends the process with SIGBUS rather than
    // with a wrong report. Reading a copy instead would hold the whole estate in memory.
    #[expect(unsafe_code, reason = "memory-mapping is what keeps two gigabytes out of the heap")]
    let map = unsafe { Mmap::map(&file) }?;
    let packed = map.starts_with(ZSTD_MAGIC) || map.starts_with(b"\x1F\x8B") || is_utf16(&map);
    Ok(if packed {
        unpacked(name, map.to_vec())
    } else {
        Ok(Document::mapped(name.to_owned(), map))
    })
}

const ZSTD_MAGIC: &[u8] = b"\x28\xB5\x2F\xFD";

/// A document from bytes that may be compressed or UTF-16.
fn unpacked(name: &str, bytes: Vec<u8>) -> Result<Document, String> {
    let mut bytes = bytes;
    if bytes.starts_with(b"\x1F\x8B") {
        return Err("gzip is not read: unpack it, or compress it with zstd".to_owned());
    }
    if bytes.starts_with(ZSTD_MAGIC) {
        let mut plain = Vec::new();
        let decoder = zstd::stream::read::Decoder::new(bytes.as_slice())
            .map_err(|error| error.to_string())?;
        let read = decoder.take(MAX_UNPACKED_BYTES + 1).read_to_end(&mut plain);
        read.map_err(|error| format!("not readable as zstd: {error}"))?;
        if plain.len() as u64 > MAX_UNPACKED_BYTES {
            return Err(format!("it unfolds to more than {MAX_UNPACKED_BYTES} bytes"));
        }
        bytes = plain;
    }
    if let Some(text) = from_utf16(&bytes) {
        bytes = text.map_err(|error| format!("not readable as UTF-16: {error}"))?.into_bytes();
    }
    Ok(Document::owned(name, bytes))
}
