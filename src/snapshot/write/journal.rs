//! What an unfinished snapshot knows of itself: the questions that are answered, so that a run that goes on
//! does not ask them again.
//!
//! One JSON object a line, the first for the run, then one for each section once its files are on the disk.
//! A line that was cut short by a power failure does not count.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::files::{self, Promise};
use super::secrets::Dropped;
use super::{Packing, WriteError};
use crate::snapshot::manifest::{CallEntry, CollectionEntry, FileEntry, GapEntry};

/// Its name in the folder of the snapshot. It is gone when the manifest is there.
pub const JOURNAL: &str = "collect.journal";

/// The version of its lines.
const SCHEMA: &str = "backuplint.collect/1";

/// The run: what was asked for.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct Run {
    pub schema: String,
    pub started_at: String,
    pub cloud: String,
    pub tenant: Option<String>,
    pub scopes: Vec<String>,
    #[serde(default)]
    pub questions: Vec<String>,
    pub packing: Packing,
}

impl Run {
    pub fn new(order: &super::Order) -> Self {
        Self {
            schema: SCHEMA.to_owned(),
            started_at: order.started_at.to_string(),
            cloud: order.cloud.clone(),
            tenant: order.tenant.clone(),
            scopes: order.scopes.clone(),
            questions: order.questions.clone(),
            packing: order.packing,
        }
    }

    /// Whether both ask the same, whenever.
    fn asks_like(&self, other: &Self) -> bool {
        *self == Self { started_at: self.started_at.clone(), ..other.clone() }
    }
}

/// What a section is known by: its subscription and the name of its files.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    pub subscription: Option<String>,
    pub name: String,
}

/// A section that is on the disk.
#[derive(Debug, Serialize, Deserialize)]
pub struct Finished {
    pub section: Key,
    pub files: Vec<StoredFile>,
    pub calls: Vec<CallEntry>,
    pub collections: Vec<CollectionEntry>,
    pub gaps: Vec<GapEntry>,
    pub dropped: Dropped,
}

/// A file, and how many bytes it had when it was whole.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StoredFile {
    pub entry: FileEntry,
    pub bytes: u64,
}

#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: File,
    promise: Promise,
}

impl Journal {
    /// Begins one.
    pub fn create(folder: &Path, run: &Run, promise: Promise) -> Result<Self, WriteError> {
        let path = folder.join(JOURNAL);
        let file = files::private_file(&path).map_err(WriteError::io(&path))?;
        let mut journal = Self { path, file, promise };
        journal.lock()?;
        journal.add(run)?;
        promise.sync_folder(folder).map_err(WriteError::io(folder))?;
        Ok(journal)
    }

    /// Goes on with one: also answers its run.
    pub fn resume(folder: &Path, run: &Run, promise: Promise) -> Result<(Self, Run), WriteError> {
        let path = folder.join(JOURNAL);
        let file = OpenOptions::new().read(true).append(true).open(&path);
        let mut journal = Self { file: file.map_err(WriteError::io(&path))?, path, promise };
        journal.lock()?;
        journal.cut_off_rest()?;
        let Some(first) = journal.lines()?.next() else {
            journal.add(run)?;
            return Ok((journal, run.clone()));
        };
        let earlier: Run = journal.parse(&first.map_err(WriteError::io(&journal.path))?)?;
        if !run.asks_like(&earlier) {
            return Err(WriteError::OtherRun { path: journal.path.display().to_string() });
        }
        Ok((journal, earlier))
    }

    /// Adds a line and brings it to the disk.
    pub fn add(&mut self, line: &impl Serialize) -> Result<(), WriteError> {
        self.add_all(std::slice::from_ref(line))
    }

    /// Adds lines with one write, so that who is killed leaves all of them or none.
    pub fn add_all(&mut self, lines: &[impl Serialize]) -> Result<(), WriteError> {
        let failed = WriteError::io(&self.path);
        let mut text = Vec::new();
        for line in lines {
            serde_json::to_writer(&mut text, line).map_err(|error| failed(error.into()))?;
            text.push(b'\n');
        }
        let end = self.file.seek(SeekFrom::End(0)).map_err(WriteError::io(&self.path))?;
        let written = self.file.write_all(&text).and_then(|()| self.promise.sync(&self.file));
        written.map_err(|error| {
            // Half a line must not become the beginning of the next one.
            let _ = self.file.set_len(end);
            WriteError::io(&self.path)(error)
        })
    }

    /// The finished sections, the last word on each.
    pub fn finished(&self) -> Result<BTreeMap<Key, Finished>, WriteError> {
        let mut sections = BTreeMap::new();
        for line in self.lines()?.skip(1) {
            let section: Finished = self.parse(&line.map_err(WriteError::io(&self.path))?)?;
            sections.insert(section.section.clone(), section);
        }
        Ok(sections)
    }

    fn lock(&self) -> Result<(), WriteError> {
        match self.file.try_lock() {
            Err(std::fs::TryLockError::WouldBlock) => {
                Err(WriteError::Busy { path: self.path.display().to_string() })
            }
            // Some network file systems know no locks.
            Ok(()) | Err(std::fs::TryLockError::Error(_)) => Ok(()),
        }
    }

    fn parse<'t, T: Deserialize<'t>>(&self, line: &'t str) -> Result<T, WriteError> {
        serde_json::from_str(line).map_err(|cause| WriteError::Journal {
            path: self.path.display().to_string(),
            cause: cause.to_string(),
        })
    }

    fn lines(&self) -> Result<impl Iterator<Item = io::Result<String>> + use<>, WriteError> {
        let file = File::open(&self.path).map_err(WriteError::io(&self.path))?;
        Ok(BufReader::new(file).lines())
    }

    fn cut_off_rest(&mut self) -> Result<(), WriteError> {
        let text = std::fs::read(&self.path).map_err(WriteError::io(&self.path))?;
        let whole = memchr::memrchr(b'\n', &text).map_or(0, |at| at + 1);
        self.file.set_len(whole as u64).map_err(WriteError::io(&self.path))
    }
}
