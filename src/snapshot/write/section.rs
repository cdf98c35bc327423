//! The answers to one question, on their way to the disk.

use std::collections::{BTreeMap, VecDeque};

use serde::de::DeserializeSeed;

use super::files::Sink;
use super::journal::{Finished, Key, StoredFile};
use super::secrets::{self, Dropped};
use super::{SnapshotWriter, WriteError};
use crate::inventory::id::guid;
use crate::inventory::{Completeness, Gap, ResourceId, Time};
use crate::snapshot::MAX_BODY_BYTES;
use crate::snapshot::manifest::{CallEntry, CollectionEntry, FileEntry, GapEntry};
use crate::snapshot::take::header::Header;

/// Files of one section that are open at a time: a tenant may have thousands of subscriptions.
const MAX_OPEN: usize = 16;

/// What stands for a text of Azure's that holds a secret.
const WITHHELD: &str = "(withheld: it holds what looks like a secret)";

/// One question, and where its answers belong.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// The subscription that was asked, a GUID; all answers belong to its part then, also those that lie
    /// above it, such as inherited role assignments. `None` for a question to the whole tenant, whose
    /// answers each belong to the subscription of their id.
    pub subscription: Option<&'a str>,
    /// The name of the files, without ending: `vaults`. No two questions may write the same file.
    pub name: &'a str,
    /// Method and path.
    pub call: &'a str,
    /// The API version.
    pub api_version: &'a str,
    /// How complete the bodies of the answers are.
    pub completeness: Completeness,
}

/// The answers to one question. Nothing of it counts before [`finish`](Self::finish); dropped before, it
/// leaves nothing behind.
pub struct Section<'w> {
    writer: &'w SnapshotWriter,
    key: Key,
    call: CallEntry,
    completeness: Completeness,
    targets: BTreeMap<Part, Target>,
    /// The parts whose files are open, the one written last at the end.
    open: VecDeque<Part>,
    collections: Vec<CollectionEntry>,
    gaps: Vec<GapEntry>,
    dropped: Dropped,
    line: Vec<u8>,
    is_finished: bool,
    is_broken: bool,
}

/// A part of the snapshot: a subscription's, or the one of what has none.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Part(Option<String>);

struct Target {
    /// As the manifest names it.
    path: String,
    records: u64,
    sink: Option<Sink>,
}

impl<'w> Section<'w> {
    pub(super) fn new(writer: &'w SnapshotWriter, key: Key, question: &Question<'_>) -> Self {
        Self {
            writer,
            key,
            call: CallEntry {
                call: printable(question.call),
                api_version: printable(question.api_version),
                count: 0,
            },
            completeness: question.completeness,
            targets: BTreeMap::new(),
            open: VecDeque::new(),
            collections: Vec::new(),
            gaps: Vec::new(),
            dropped: Dropped::new(),
            line: Vec::new(),
            is_finished: false,
            is_broken: false,
        }
    }

    /// Adds a resource as Azure answered it.
    ///
    /// # Errors
    /// [`WriteError::Body`] when it is no JSON object or too large: the rest of the answer can still be
    /// written, and this one is a gap. Any other means that the disk refused, and that this section is lost.
    pub fn write(&mut self, body: &[u8]) -> Result<(), WriteError> {
        let text = checked(body)?;
        let part = self.part_of(text)?;
        self.line.clear();
        let copied = secrets::copy_without_secrets(text, &mut self.line, &mut self.dropped);
        copied.ok_or_else(|| WriteError::body("it is not readable as JSON"))?;
        self.line.push(b'\n');
        let written = self.put(&part);
        self.is_broken |= written.is_err();
        written
    }

    /// Counts requests: each page, each retry.
    pub fn count_calls(&mut self, requests: u64) {
        self.call.count += requests;
    }

    /// Notes that all of a type at and below a scope was read, or all since some time.
    pub fn add_collection(&mut self, scope: &str, kind: &str, since: Option<Time>) {
        let since = since.map(|time| time.to_string());
        self.collections.push(CollectionEntry {
            scope: scope.to_owned(),
            kind: kind.to_owned(),
            exactly: false,
            since,
        });
    }

    /// Notes that all of a type was read that stands at exactly a scope; what is below it was not asked for.
    pub fn add_collection_at(&mut self, scope: &str, kind: &str) {
        self.collections.push(CollectionEntry {
            scope: scope.to_owned(),
            kind: kind.to_owned(),
            exactly: true,
            since: None,
        });
    }

    /// Notes what could not be read.
    pub fn add_gap(&mut self, gap: &Gap) {
        let mut entry = GapEntry::from(gap);
        entry.message = entry.message.as_deref().map(printable);
        self.gaps.push(entry);
    }

    /// Brings everything to the disk and under its name, and remembers that it is there.
    ///
    /// # Errors
    /// When the disk refuses, now or before; nothing of the section is left then.
    pub fn finish(self) -> Result<(), WriteError> {
        let writer = self.writer;
        writer.finish_together(vec![self])
    }

    /// Brings everything to the disk and under its name.
    pub(super) fn publish(&mut self) -> Result<Finished, WriteError> {
        if self.is_broken {
            let cause = std::io::Error::other("not all of it could be written");
            return Err(WriteError::io(&self.writer.folder)(cause));
        }
        while let Some(part) = self.open.pop_front() {
            self.close(&part)?;
        }
        let mut stored = Vec::new();
        for (part, target) in &self.targets {
            let path = self.writer.on_disk(&target.path);
            let bytes = self.writer.promise.publish(&path).map_err(WriteError::io(&path))?;
            let folder = self.writer.part_folder(part.0.as_deref());
            self.writer.promise.sync_folder(&folder).map_err(WriteError::io(&folder))?;
            let entry = FileEntry {
                path: target.path.clone(),
                call: self.call.call.clone(),
                api_version: self.call.api_version.clone(),
                body: FileEntry::body_word(self.completeness).to_owned(),
                records: Some(target.records),
            };
            stored.push(StoredFile { entry, bytes });
        }
        let calls = Some(self.call.clone()).filter(|call| call.count > 0);
        Ok(Finished {
            section: self.key.clone(),
            files: stored,
            calls: calls.into_iter().collect(),
            collections: std::mem::take(&mut self.collections),
            gaps: std::mem::take(&mut self.gaps),
            dropped: std::mem::take(&mut self.dropped),
        })
    }

    /// Says that what was published counts.
    pub(super) fn conclude(mut self) {
        self.is_finished = true;
    }

    /// The subscription whose part a body belongs to. An id that names none by its GUID belongs to the part
    /// without subscription, so that no folder is ever named by what somebody wrote into an id.
    fn part_of(&self, text: &str) -> Result<Part, WriteError> {
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let header = Header.deserialize(&mut deserializer);
        let header = header.and_then(|header| deserializer.end().map(|()| header));
        let header =
            header.map_err(|error| WriteError::body(&format!("not a JSON object: {error}")))?;
        if header.schema.is_some_and(|schema| schema.starts_with("backuplint.")) {
            return Err(WriteError::body("it says that it is a snapshot, not a resource"));
        }
        if self.key.subscription.is_some() {
            return Ok(Part(self.key.subscription.clone()));
        }
        let id = header.id.map(ResourceId::new);
        Ok(Part(id.as_ref().and_then(ResourceId::subscription).and_then(guid)))
    }

    fn put(&mut self, part: &Part) -> Result<(), WriteError> {
        let is_new = !self.targets.contains_key(part);
        if is_new {
            let path = self.writer.claim(part.0.as_deref(), &self.key.name)?;
            let target = Target { path, records: 0, sink: None };
            self.targets.insert(part.clone(), target);
        }
        if self.open.back() != Some(part) {
            self.open.retain(|open| open != part);
            if self.open.len() >= MAX_OPEN
                && let Some(oldest) = self.open.pop_front()
            {
                self.close(&oldest)?;
            }
            self.open.push_back(part.clone());
        }
        let Some(target) = self.targets.get_mut(part) else { return Ok(()) };
        let path = self.writer.on_disk(&target.path);
        let failed = WriteError::io(&path);
        let sink = match target.sink.take() {
            Some(sink) => sink,
            None => Sink::open(&path, self.writer.packing(), is_new).map_err(&failed)?,
        };
        target.sink.insert(sink).write(&self.line).map_err(failed)?;
        target.records += 1;
        Ok(())
    }

    fn close(&mut self, part: &Part) -> Result<(), WriteError> {
        let Some(target) = self.targets.get_mut(part) else { return Ok(()) };
        let path = self.writer.on_disk(&target.path);
        target.sink.take().map_or(Ok(()), Sink::close).map_err(WriteError::io(&path))
    }
}

impl Drop for Section<'_> {
    fn drop(&mut self) {
        if self.is_finished {
            return;
        }
        let targets = std::mem::take(&mut self.targets);
        // Windows removes no file that is open.
        let paths: Vec<String> = targets.into_values().map(|target| target.path).collect();
        self.writer.release(&self.key, paths.into_iter());
    }
}

fn checked(body: &[u8]) -> Result<&str, WriteError> {
    if body.len() > MAX_BODY_BYTES {
        let cause = format!("it has {} bytes; one may have {MAX_BODY_BYTES}", body.len());
        return Err(WriteError::body(&cause));
    }
    simdutf8::basic::from_utf8(body).map_err(|_| WriteError::body("it is not UTF-8"))
}

/// A text that is no body: kept unless it holds a secret.
fn printable(text: &str) -> String {
    if secrets::is_secret(text) { WITHHELD.to_owned() } else { text.to_owned() }
}
