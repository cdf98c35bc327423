//! Folders, and the snapshots that lie in them or around them.
//!
//! A file of a snapshot is read under the manifest of its snapshot, whatever was named: without it, what could not
//! be read would look like something that is not there.

use std::collections::HashMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde::de::IgnoredAny;

use super::file::{display, is_ours, open_file};
use super::{InputError, Inputs, MANIFEST};
use crate::inventory::{GapReason, Time};
use crate::snapshot::document::Document;
use crate::snapshot::manifest::{FileEntry, Manifest, Named, Part, SCHEMA};
use crate::snapshot::write::JOURNAL;

/// Snapshots that a message names.
const NAMES: usize = 5;

/// What a manifest says of its files.
#[derive(Default)]
pub(super) struct Told {
    entries: HashMap<String, FileEntry>,
    taken: Option<Time>,
}

/// A snapshot that files belong to.
struct Around {
    /// Its folder, or the part of it that was named.
    folder: PathBuf,
    told: Told,
}

impl Inputs {
    pub(super) fn open_folder(&mut self, folder: &Path) -> Result<(), InputError> {
        let mut around: Vec<Around> = Vec::new();
        let first = self.manifests.len();
        if !self.enter(folder, &mut around)?
            && let Some(told) = self.manifest_above(folder)?
        {
            around.push(Around { folder: folder.to_path_buf(), told });
        }
        let before = self.documents.len() + self.gaps.len();
        for entry in walkdir::WalkDir::new(folder).follow_links(true).sort_by_file_name() {
            match entry {
                Ok(entry) if entry.file_type().is_dir() && entry.depth() > 0 => {
                    self.enter(entry.path(), &mut around)?;
                }
                Ok(entry) if entry.file_type().is_file() && is_ours(entry.path()) => {
                    let path = entry.path();
                    let nearest = around.iter().rev().find(|it| path.starts_with(&it.folder));
                    self.open_found_file(path, nearest);
                }
                Ok(_) => {}
                Err(error) => self.note_walk_error(&error),
            }
        }
        refuse_several(folder, &self.manifests[first..])?;
        if self.documents.len() + self.gaps.len() == before {
            return Err(InputError::Empty { path: display(folder) });
        }
        Ok(())
    }

    /// Notes the snapshot whose manifest lies in a folder, if one does.
    fn enter(&mut self, folder: &Path, around: &mut Vec<Around>) -> Result<bool, InputError> {
        let Some(manifest) = self.manifest_in(folder, true)? else { return Ok(false) };
        let told = Told::by(&manifest);
        self.note_missing_files(&manifest, folder, "");
        self.manifests.push(Named { manifest, name: display(folder), part: Part::Whole });
        around.push(Around { folder: folder.to_path_buf(), told });
        Ok(true)
    }

    /// The manifest of the snapshot in a folder. One that cannot be read is a gap, and so is a snapshot that was
    /// not finished: without its manifest it would look like an export without gaps. Around what was `named`, a
    /// broken file of this name counts only where it is one of ours.
    fn manifest_in(
        &mut self,
        folder: &Path,
        is_named: bool,
    ) -> Result<Option<Manifest>, InputError> {
        let path = folder.join(MANIFEST);
        let name = display(&path);
        match std::fs::read(&path) {
            Ok(text) if is_snapshot_manifest(&text) => {
                return parse_manifest(&text, &name).map(Some);
            }
            Ok(text) if serde_json::from_slice::<IgnoredAny>(&text).is_err() => {
                if is_named || memchr::memmem::find(&text, b"backuplint.").is_some() {
                    let cause = "not readable as JSON; the rest is read without it";
                    self.file_gap(&name, GapReason::Malformed, cause);
                }
            }
            Ok(_) => {}
            Err(cause)
                if matches!(cause.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {}
            Err(cause) => self.file_gap(&name, GapReason::Skipped, &cause.to_string()),
        }
        self.note_unfinished(folder);
        Ok(None)
    }

    fn open_found_file(&mut self, path: &Path, around: Option<&Around>) {
        let name = display(path);
        let before = self.documents.len();
        match open_file(path, &name) {
            Ok(Ok(mut document)) => {
                if let Some(Around { folder, told }) = around {
                    let relative = path.strip_prefix(folder).map(display).unwrap_or_default();
                    // A part of a snapshot has paths that begin in the middle of the manifest's.
                    told.describe(&mut document, &[&relative, &relative_name(path)]);
                }
                self.documents.push(document);
            }
            Ok(Err(cause)) => self.file_gap(&name, GapReason::Malformed, &cause),
            Err(cause) => self.file_gap(&name, GapReason::Skipped, &cause.to_string()),
        }
        if around.is_some() && self.documents.len() == before {
            self.lost.push(name);
        }
    }

    /// Takes over what the manifest of its snapshot says of a file that is named alone.
    pub(super) fn expect_by_snapshot(
        &mut self,
        path: &Path,
        document: &mut Document,
    ) -> Result<(), InputError> {
        if let Some(told) = self.manifest_above(path)? {
            told.describe(document, &[&relative_name(path)]);
        }
        Ok(())
    }

    /// What is told of the files of the snapshot that this file or folder is a part of, if it is one.
    fn manifest_above(&mut self, path: &Path) -> Result<Option<Told>, InputError> {
        let Ok(absolute) = std::path::absolute(path) else { return Ok(None) };
        for folder in absolute.ancestors().skip(1).take(3) {
            let Some(manifest) = self.manifest_in(folder, false)? else { continue };
            let told = Told::by(&manifest);
            let inside = absolute.strip_prefix(folder).map(display).unwrap_or_default();
            let part = part_at(&inside, path.is_dir());
            let name = display(folder);
            if part.has_lists() {
                self.note_missing_files(&manifest, folder, &format!("{inside}/"));
            } else {
                self.note_piece(path, &name);
            }
            if !self.manifests.iter().any(|known| known.name == name && known.part == part) {
                self.manifests.push(Named { manifest, name, part });
            }
            return Ok(Some(told));
        }
        Ok(None)
    }

    /// Says once that of a snapshot only single files are read.
    fn note_piece(&mut self, path: &Path, snapshot: &str) {
        let end =
            format!("is a part of the snapshot {snapshot}: what its other files hold is unknown");
        if !self.notices.iter().any(|notice| notice.ends_with(&end)) {
            self.notices.push(format!("{} {end}", display(path)));
        }
    }

    /// A snapshot that was not finished has no manifest.
    fn note_unfinished(&mut self, folder: &Path) {
        let journal = folder.join(JOURNAL);
        let name = display(&journal);
        if journal.exists() && !self.gaps.iter().any(|gap| gap.scope == name) {
            let cause = "the snapshot was not finished, so nobody knows what it lacks";
            self.file_gap(&name, GapReason::Truncated, cause);
        }
    }

    /// Notes the files that a manifest names below a path in its folder, and that are not there.
    fn note_missing_files(&mut self, manifest: &Manifest, folder: &Path, within: &str) {
        for file in manifest.files.iter().filter(|file| file.path.starts_with(within)) {
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
}

/// Snapshots of different days, read together, would show as still there what was deleted in between.
fn refuse_several(folder: &Path, found: &[Named]) -> Result<(), InputError> {
    if found.len() < 2 {
        return Ok(());
    }
    let mut newest: Vec<&Named> = found.iter().collect();
    newest.sort_by(|one, other| other.manifest.collected_at.cmp(&one.manifest.collected_at));
    let named = |found: &&Named| format!("{} ({})", found.name, found.manifest.collected_at);
    let mut names: Vec<String> = newest.iter().take(NAMES).map(named).collect();
    names.extend((found.len() > NAMES).then(|| "…".to_owned()));
    Err(InputError::Several {
        path: display(folder),
        count: found.len(),
        names: names.join(", "),
        newest: newest[0].name.clone(),
    })
}

/// Which part of a snapshot lies at a path in it.
fn part_at(inside: &str, is_folder: bool) -> Part {
    let mut steps = inside.split('/');
    match (steps.next(), steps.next(), steps.next()) {
        (Some("subscriptions"), Some(id), None) if is_folder => Part::Subscription(id.to_owned()),
        (Some("subscriptions"), Some(id), _) => Part::Files(Some(id.to_owned())),
        _ => Part::Files(None),
    }
}

pub(super) fn is_snapshot_manifest(text: &[u8]) -> bool {
    serde_json::from_slice::<Manifest>(text)
        .is_ok_and(|manifest| manifest.schema.starts_with("backuplint."))
}

pub(super) fn parse_manifest(text: &[u8], name: &str) -> Result<Manifest, InputError> {
    let error = |cause: String| InputError::Manifest { path: name.to_owned(), cause };
    let manifest: Manifest =
        serde_json::from_slice(text).map_err(|cause| error(cause.to_string()))?;
    if manifest.schema == SCHEMA {
        Ok(manifest)
    } else {
        Err(error(format!("its schema is `{}`", manifest.schema)))
    }
}

impl Told {
    pub(super) fn by(manifest: &Manifest) -> Self {
        let entries = manifest.files.iter().map(|file| (file.path.clone(), file.clone()));
        Self { entries: entries.collect(), taken: manifest.taken() }
    }

    /// Tells a document what is said of it under the first of these names that is known; it may have been packed
    /// since.
    pub(super) fn describe(&self, document: &mut Document, names: &[&str]) {
        let of = |name: &&str| {
            let plain = name.strip_suffix(".zst").unwrap_or(name);
            self.entries.get(*name).or_else(|| self.entries.get(plain))
        };
        document.expect(names.iter().find_map(of), self.taken);
    }
}

/// `subscriptions/<id>/<file>`: the end of a path as a manifest names its files.
fn relative_name(path: &Path) -> String {
    let absolute = std::path::absolute(path).map(|path| display(&path)).unwrap_or_default();
    absolute.rfind("/subscriptions/").map_or_else(String::new, |at| absolute[at + 1..].to_owned())
}
