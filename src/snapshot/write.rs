//! Writing a snapshot: a folder of JSON Lines, one resource a line as Azure answered it, and a manifest.
//!
//! ```text
//! manifest.json                          last of all; without it there is no snapshot
//! collect.journal                        until then: which questions are answered
//! management-groups.jsonl                what belongs to no subscription
//! subscriptions/<GUID>/vaults.jsonl      the part of a subscription, readable alone
//! ```
//!
//! A file has its name only when all of it is on the disk. Whoever stops midway, also by a power failure,
//! leaves whole files, a journal that names them, and no manifest; [`SnapshotWriter::resume`] goes on from
//! there. Files and folders are for their owner alone, and secrets are left out ([`secrets`]).

mod answers;
mod error;
mod files;
mod journal;
pub mod secrets;
mod section;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

pub use error::WriteError;
use files::Promise;
pub(super) use journal::JOURNAL;
use journal::{Finished, Journal, Key, Run};
pub use section::{Question, Section};

use super::manifest::{CallEntry, Manifest, SCHEMA, Tool};
use super::open::MANIFEST;
use crate::inventory::Time;
use crate::inventory::id::guid;

/// The folder of the parts by subscription.
const PARTS: &str = "subscriptions";

/// How files are packed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Packing {
    /// As they are.
    #[default]
    Plain,
    /// With zstd, `.zst`.
    Zstd,
}

/// What a snapshot is to be of.
#[derive(Clone, Debug)]
pub struct Order {
    /// The name of the cloud, as the Azure CLI spells it.
    pub cloud: String,
    /// The tenant's GUID, if it is known.
    pub tenant: Option<String>,
    /// What is asked for: ARM scopes.
    pub scopes: Vec<String>,
    /// What is asked for there: the names of the questions. A run that goes on asks the same.
    pub questions: Vec<String>,
    /// When collecting begins. A run that goes on keeps the time of the first.
    pub started_at: Time,
    /// How its files are packed.
    pub packing: Packing,
    /// Whether it is to outlast a power failure; one that is read once and thrown away need not.
    pub is_lasting: bool,
}

impl Order {
    fn promise(&self) -> Promise {
        if self.is_lasting { Promise::Lasting } else { Promise::Passing }
    }
}

/// What was written, in numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Files besides the manifest.
    pub files: u64,
    /// Resources, a line each.
    pub records: u64,
    /// What could not be read.
    pub gaps: u64,
    /// Properties left out because they hold secrets, by name.
    pub dropped: secrets::Dropped,
}

/// A snapshot that is being written. Several sections may be under way at a time, in several threads.
#[derive(Debug)]
pub struct SnapshotWriter {
    folder: PathBuf,
    run: Run,
    promise: Promise,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    journal: Journal,
    /// What the journal says, so that it is read once, by a run that goes on.
    finished: BTreeMap<Key, Finished>,
    /// Sections under way.
    active: BTreeSet<Key>,
    /// Files of both, as the manifest names them.
    paths: BTreeSet<String>,
}

impl SnapshotWriter {
    /// Begins a snapshot in a folder that does not exist yet or is empty.
    ///
    /// # Errors
    /// When there is something in the folder, or the disk refuses.
    pub fn create(folder: &Path, order: &Order) -> Result<Self, WriteError> {
        Self::accepts(folder)?;
        files::private_folder(folder).map_err(WriteError::io(folder))?;
        let run = Run::new(order);
        let journal = Journal::create(folder, &run, order.promise())?;
        Ok(Self::new(folder, run, order.promise(), journal))
    }

    /// Whether a snapshot can begin in this folder, so that nobody signs in or asks for nothing.
    ///
    /// # Errors
    /// When there is something in the folder, or the disk refuses.
    pub fn accepts(folder: &Path) -> Result<(), WriteError> {
        let shown = || folder.display().to_string();
        if folder.join(MANIFEST).exists() {
            return Err(WriteError::Finished { path: shown() });
        }
        if folder.join(JOURNAL).exists() {
            return Err(WriteError::Unfinished { path: shown() });
        }
        if !is_empty(folder).map_err(WriteError::io(folder))? {
            return Err(WriteError::NotEmpty { path: shown() });
        }
        Ok(())
    }

    /// Whether a snapshot was begun in this folder and not finished.
    pub fn is_begun(folder: &Path) -> bool {
        !folder.join(MANIFEST).exists() && folder.join(JOURNAL).exists()
    }

    /// Goes on with a snapshot that was begun, or begins it: what is finished stays, what was under way is
    /// removed.
    ///
    /// # Errors
    /// When it was begun for other scopes, is finished, is being written by somebody else, or is none.
    pub fn resume(folder: &Path, order: &Order) -> Result<Self, WriteError> {
        if !Self::is_begun(folder) {
            return Self::create(folder, order);
        }
        files::private_folder(folder).map_err(WriteError::io(folder))?;
        let (journal, run) = Journal::resume(folder, &Run::new(order), order.promise())?;
        let mut writer = Self::new(folder, run, order.promise(), journal);
        let sections = writer.state().journal.finished()?;
        let is_there = |section: &Finished| {
            section.files.iter().all(|file| {
                let found = writer.on_disk(&file.entry.path).symlink_metadata();
                found.is_ok_and(|found| found.is_file() && found.len() == file.bytes)
            })
        };
        let mut finished = sections;
        finished.retain(|_, section| is_there(section));
        let files = finished.values().flat_map(|section| &section.files);
        let paths = files.map(|file| file.entry.path.clone()).collect();
        let state = writer.state.get_mut().unwrap_or_else(PoisonError::into_inner);
        (state.finished, state.paths) = (finished, paths);
        writer.sweep()?;
        Ok(writer)
    }

    fn new(folder: &Path, run: Run, promise: Promise, journal: Journal) -> Self {
        let (finished, active, paths) = (BTreeMap::new(), BTreeSet::new(), BTreeSet::new());
        let state = Mutex::new(State { journal, finished, active, paths });
        Self { folder: folder.to_path_buf(), run, promise, state }
    }

    /// Whether an earlier run has finished this question, so that it need not be asked again.
    pub fn is_finished(&self, question: &Question<'_>) -> bool {
        key_of(question).is_ok_and(|key| self.state().finished.contains_key(&key))
    }

    /// When collecting began; of a run that goes on, when the first one did.
    pub fn started_at(&self) -> Option<Time> {
        Time::parse(&self.run.started_at)
    }

    /// Begins to write the answers to a question.
    ///
    /// # Errors
    /// When the question is finished or under way already, or its name or subscription is none.
    pub fn section(&self, question: &Question<'_>) -> Result<Section<'_>, WriteError> {
        let key = key_of(question)?;
        let mut state = self.state();
        if state.finished.contains_key(&key) || !state.active.insert(key.clone()) {
            return Err(WriteError::Taken {
                path: path_of(key.subscription.as_deref(), &key.name),
            });
        }
        Ok(Section::new(self, key, question))
    }

    /// Writes the manifest, which makes it a snapshot.
    ///
    /// # Errors
    /// When the disk refuses; the folder can be resumed then.
    pub fn finish(self, finished_at: Time) -> Result<Written, WriteError> {
        self.sweep()?;
        let (manifest, written) = self.account(finished_at);
        let path = self.folder.join(MANIFEST);
        let whole = self.promise.write_whole(&path, |target| write_manifest(&manifest, target));
        whole.map_err(WriteError::io(&path))?;
        let journal = self.folder.join(JOURNAL);
        fs::remove_file(&journal).map_err(WriteError::io(&journal))?;
        self.promise.sync_folder(&self.folder).map_err(WriteError::io(&self.folder))?;
        Ok(written)
    }

    /// Removes what was written, for a run that found nothing worth going on with.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn abandon(self) -> Result<(), WriteError> {
        {
            let mut state = self.state();
            state.finished.clear();
            state.paths.clear();
        }
        self.sweep()?;
        let journal = self.folder.join(JOURNAL);
        fs::remove_file(&journal).map_err(WriteError::io(&journal))
    }

    /// The manifest of what is finished, in an order that does not depend on who was first.
    fn account(&self, finished_at: Time) -> (Manifest, Written) {
        let mut state = self.state();
        let mut manifest = Manifest {
            schema: SCHEMA.to_owned(),
            tool: Some(Tool {
                name: env!("CARGO_PKG_NAME").to_owned(),
                version: env!("CARGO_PKG_VERSION").to_owned(),
            }),
            collected_at: self.run.started_at.clone(),
            finished_at: Some(finished_at.to_string()),
            cloud: Some(self.run.cloud.clone()),
            tenant: self.run.tenant.clone(),
            scopes: self.run.scopes.clone(),
            ..Manifest::default()
        };
        let mut calls: BTreeMap<(String, String), u64> = BTreeMap::new();
        for section in std::mem::take(&mut state.finished).into_values() {
            manifest.files.extend(section.files.into_iter().map(|file| file.entry));
            manifest.collections.extend(section.collections);
            manifest.gaps.extend(section.gaps);
            for call in section.calls {
                *calls.entry((call.call, call.api_version)).or_default() += call.count;
            }
            for (name, count) in section.dropped {
                *manifest.dropped.entry(name).or_default() += count;
            }
        }
        drop(state);
        let entries = calls.into_iter();
        manifest.calls = entries
            .map(|((call, api_version), count)| CallEntry { call, api_version, count })
            .collect();
        manifest.files.sort_by(|one, other| one.path.cmp(&other.path));
        manifest.collections.sort();
        manifest.collections.dedup();
        manifest.gaps.sort();
        manifest.gaps.dedup();
        let written = Written {
            files: manifest.files.len() as u64,
            records: manifest.files.iter().filter_map(|file| file.records).sum(),
            gaps: manifest.gaps.len() as u64,
            dropped: manifest.dropped.clone(),
        };
        (manifest, written)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn packing(&self) -> Packing {
        self.run.packing
    }

    fn part_folder(&self, subscription: Option<&str>) -> PathBuf {
        subscription.map_or_else(|| self.folder.clone(), |guid| self.folder.join(PARTS).join(guid))
    }

    /// Where a file lies that the manifest names so.
    fn on_disk(&self, path: &str) -> PathBuf {
        match self.run.packing {
            Packing::Plain => self.folder.join(path),
            Packing::Zstd => self.folder.join(format!("{path}.zst")),
        }
    }

    /// Reserves a file for one section and makes the folder for it.
    fn claim(&self, subscription: Option<&str>, name: &str) -> Result<String, WriteError> {
        let path = path_of(subscription, name);
        let mut state = self.state();
        if !state.paths.insert(path.clone()) {
            return Err(WriteError::Taken { path });
        }
        if subscription.is_some() {
            let parts = self.folder.join(PARTS);
            for (above, folder) in
                [(&self.folder, &parts), (&parts, &self.part_folder(subscription))]
            {
                if !folder.is_dir() {
                    let made = files::private_folder(folder)
                        .and_then(|()| self.promise.sync_folder(above));
                    made.map_err(WriteError::io(folder)).inspect_err(|_| {
                        state.paths.remove(&path);
                    })?;
                }
            }
        }
        Ok(path)
    }

    /// Gives up what a section has reserved and written.
    fn release(&self, key: &Key, paths: impl Iterator<Item = String>) {
        let mut state = self.state();
        for path in paths {
            let file = self.on_disk(&path);
            // What cannot be removed now is removed before the manifest is written.
            let _ = fs::remove_file(files::unfinished(&file));
            let _ = fs::remove_file(file);
            state.paths.remove(&path);
        }
        state.active.remove(key);
    }

    /// Finishes sections that were answered together: all of them count, or none.
    ///
    /// # Errors
    /// When the disk refuses, now or before; nothing of the sections is left then.
    pub fn finish_together(&self, mut sections: Vec<Section<'_>>) -> Result<(), WriteError> {
        let finished = sections.iter_mut().map(Section::publish);
        let finished: Vec<Finished> = finished.collect::<Result<_, _>>()?;
        let mut state = self.state();
        state.journal.add_all(&finished)?;
        for section in finished {
            state.active.remove(&section.section);
            state.finished.insert(section.section.clone(), section);
        }
        drop(state);
        sections.into_iter().for_each(Section::conclude);
        Ok(())
    }

    /// Removes what no finished section owns: a reader would take it for a part of the snapshot.
    fn sweep(&self) -> Result<(), WriteError> {
        let state = self.state();
        let owned: BTreeSet<PathBuf> = state.paths.iter().map(|path| self.on_disk(path)).collect();
        let mut folders = vec![self.folder.clone()];
        let parts = self.folder.join(PARTS);
        let found = entries(&parts).map_err(WriteError::io(&parts))?;
        folders.extend(found.into_iter().filter(|path| {
            path.file_name().and_then(|name| name.to_str()).and_then(guid).is_some()
        }));
        for folder in &folders {
            for path in entries(folder).map_err(WriteError::io(folder))? {
                if is_data(&path) && !owned.contains(&path) {
                    fs::remove_file(&path).map_err(WriteError::io(&path))?;
                }
            }
        }
        for folder in folders.iter().skip(1).chain([&parts]) {
            // Only one that is empty can be removed so.
            let _ = fs::remove_dir(folder);
        }
        Ok(())
    }
}

/// The paths in a real folder; none where there is none.
fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    if !folder.symlink_metadata().is_ok_and(|found| found.is_dir() || folder.is_dir()) {
        return Ok(Vec::new());
    }
    fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect()
}

fn is_empty(folder: &Path) -> io::Result<bool> {
    match fs::read_dir(folder) {
        Ok(mut entries) => Ok(entries.next().is_none()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(error),
    }
}

/// Whether a file is of the sort that a writer makes.
fn is_data(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    [".jsonl", ".jsonl.zst", files::UNFINISHED].iter().any(|end| name.ends_with(end))
        && path.symlink_metadata().is_ok_and(|found| !found.is_dir())
}

fn path_of(subscription: Option<&str>, name: &str) -> String {
    match subscription {
        Some(subscription) => format!("{PARTS}/{subscription}/{name}.jsonl"),
        None => format!("{name}.jsonl"),
    }
}

fn key_of(question: &Question<'_>) -> Result<Key, WriteError> {
    let is_letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let name = question.name;
    if name.is_empty() || name.len() > 64 || !name.bytes().all(is_letter) {
        return Err(WriteError::Name { name: name.to_owned() });
    }
    let subscription = question.subscription.map(|text| {
        guid(text).ok_or_else(|| WriteError::Subscription { subscription: text.to_owned() })
    });
    Ok(Key { subscription: subscription.transpose()?, name: name.to_owned() })
}

/// One entry a line, so that two manifests can be compared.
fn write_manifest(manifest: &Manifest, target: &mut dyn Write) -> io::Result<()> {
    let serde_json::Value::Object(members) = serde_json::to_value(manifest)? else {
        return Err(io::ErrorKind::InvalidData.into());
    };
    let mut before = "{\n";
    for (name, value) in members {
        write!(target, "{before}{}:", serde_json::Value::from(name))?;
        match value {
            serde_json::Value::Array(entries) if !entries.is_empty() => {
                let lines: Vec<String> = entries.iter().map(ToString::to_string).collect();
                write!(target, "[\n{}\n]", lines.join(",\n"))?;
            }
            value => write!(target, "{value}")?,
        }
        before = ",\n";
    }
    target.write_all(b"\n}\n")
}
