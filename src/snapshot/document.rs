//! The bytes of the inputs, and where in them a slice stands.

use std::sync::{Arc, OnceLock};

use memmap2::Mmap;

use super::manifest::FileEntry;
use crate::inventory::{Completeness, Location, Time};

/// The bytes of one input, kept for as long as the estate borrows from it.
#[derive(Debug)]
enum Bytes {
    Mapped(Mmap),
    Owned(Vec<u8>),
    Static(&'static [u8]),
    Shared(Arc<str>),
}

/// One file or stream.
#[derive(Debug)]
pub struct Document {
    /// As it was named, with forward slashes.
    pub name: String,
    /// How complete its bodies are, if a manifest says so.
    pub completeness: Option<Completeness>,
    /// How many lines it has, if a manifest says so.
    pub records: Option<u64>,
    /// When it was taken, if a manifest says so.
    pub taken: Option<Time>,
    bytes: Bytes,
    bom: usize,
    marks: OnceLock<Vec<Mark>>,
}

/// The start of a line, so that counting can begin there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    /// Byte offset of the line's first character.
    pub offset: usize,
    /// Lines before it.
    pub line: u64,
}

/// One mark for so many lines: dense enough to count from, and four megabytes for a million lines.
pub(super) const LINES_PER_MARK: u64 = 4;

impl Document {
    /// A document in memory.
    pub fn owned(name: impl Into<String>, bytes: Vec<u8>) -> Self {
        Self::new(name.into(), Bytes::Owned(bytes))
    }

    /// A document that is part of the program.
    pub fn shipped(name: impl Into<String>, bytes: &'static [u8]) -> Self {
        Self::new(name.into(), Bytes::Static(bytes))
    }

    /// A text that its reader keeps, too.
    pub fn shared(name: impl Into<String>, text: Arc<str>) -> Self {
        Self::new(name.into(), Bytes::Shared(text))
    }

    /// A mapped file.
    pub(super) fn mapped(name: String, map: Mmap) -> Self {
        Self::new(name, Bytes::Mapped(map))
    }

    fn new(name: String, bytes: Bytes) -> Self {
        let mut document = Self {
            name,
            completeness: None,
            records: None,
            taken: None,
            bytes,
            bom: 0,
            marks: OnceLock::new(),
        };
        if document.all().starts_with(b"\xEF\xBB\xBF") {
            document.bom = 3;
        }
        document
    }

    /// Takes over what the manifest of a snapshot of this time says of it, if that names it.
    pub(super) fn expect(&mut self, entry: Option<&FileEntry>, taken: Option<Time>) {
        self.taken = entry.and(taken);
        self.completeness = entry.map(FileEntry::completeness);
        self.records = entry.and_then(|entry| entry.records);
    }

    fn all(&self) -> &[u8] {
        match &self.bytes {
            Bytes::Mapped(map) => map,
            Bytes::Owned(bytes) => bytes,
            Bytes::Static(bytes) => bytes,
            Bytes::Shared(text) => text.as_bytes(),
        }
    }

    /// The content, without a byte order mark.
    pub fn content(&self) -> &[u8] {
        &self.all()[self.bom..]
    }

    /// Whether the name says one JSON value a line.
    pub fn is_lines(&self) -> bool {
        let name = self.name.strip_suffix(".zst").unwrap_or(&self.name);
        [".jsonl", ".ndjson"].iter().any(|end| name.to_ascii_lowercase().ends_with(end))
    }

    /// Keeps the line marks that reading found.
    pub(super) fn set_marks(&self, marks: Vec<Mark>) {
        // A second reading of the same document finds the same marks.
        let _ = self.marks.set(marks);
    }

    /// The place of a byte range.
    pub fn location(&self, start: usize, end: usize) -> Location {
        let content = self.content();
        let (start_line, start_column) = self.line_and_column(start);
        let (end_line, end_column) = if memchr::memchr(b'\n', &content[start..end]).is_some() {
            self.line_and_column(end)
        } else {
            (start_line, start_column + utf16_units(&content[start..end]))
        };
        Location { uri: self.name.clone(), start_line, start_column, end_line, end_column }
    }

    fn line_and_column(&self, offset: usize) -> (u64, u64) {
        let content = self.content();
        let mark = self
            .marks
            .get()
            .and_then(|marks| marks[..marks.partition_point(|mark| mark.offset <= offset)].last())
            .copied()
            .unwrap_or(Mark { offset: 0, line: 0 });
        let lines = memchr::memchr_iter(b'\n', &content[mark.offset..offset]).count() as u64;
        let line_start = memchr::memrchr(b'\n', &content[..offset]).map_or(0, |at| at + 1);
        (mark.line + lines + 1, 1 + utf16_units(&content[line_start..offset]))
    }
}

/// SARIF counts columns in UTF-16 code units (§3.14.17).
fn utf16_units(bytes: &[u8]) -> u64 {
    let is_start = |byte: &&u8| **byte & 0xC0 != 0x80;
    let astral = bytes.iter().filter(|byte| **byte >= 0xF0).count();
    (bytes.iter().filter(is_start).count() + astral) as u64
}

/// Every document of a run.
#[derive(Debug, Default)]
pub struct Documents {
    list: Vec<Document>,
    by_address: OnceLock<Vec<(usize, usize)>>,
}

impl Documents {
    /// Adds a document.
    pub fn push(&mut self, document: Document) {
        self.list.push(document);
    }

    /// The documents in reading order.
    pub fn iter(&self) -> impl Iterator<Item = &Document> {
        self.list.iter()
    }

    /// Changes the names of documents.
    pub(super) fn rename(&mut self, rename: impl Fn(&mut String)) {
        self.list.iter_mut().for_each(|document| rename(&mut document.name));
    }

    /// The number of documents.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The place of a slice of any document's content: found by its address, so that nothing has to
    /// be stored with a property.
    pub fn locate(&self, slice: &str) -> Option<Location> {
        let by_address = self.by_address.get_or_init(|| {
            let mut list: Vec<_> = self
                .list
                .iter()
                .enumerate()
                .filter(|(_, document)| !document.content().is_empty())
                .map(|(at, document)| (document.content().as_ptr() as usize, at))
                .collect();
            list.sort_unstable();
            list
        });
        let address = slice.as_ptr() as usize;
        let at = by_address.partition_point(|(start, _)| *start <= address).checked_sub(1)?;
        let (start, at) = by_address[at];
        let document = &self.list[at];
        let offset = address - start;
        let end = offset + slice.len();
        (end <= document.content().len()).then(|| document.location(offset, end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locates_slices_by_address() {
        let mut documents = Documents::default();
        documents.push(Document::owned(
            "a.json",
            b"\xEF\xBB\xBF{\n  \"\xC3\xA9\xF0\x9F\x98\x80\": 1\n}".to_vec(),
        ));
        documents.push(Document::owned("b.json", b"[2]".to_vec()));
        let text = std::str::from_utf8(documents.list[0].content()).expect("UTF-8");
        let at = text.find('1').expect("a one");
        let place = documents.locate(&text[at..=at]).expect("a place");
        // One unit for é, two for the emoji.
        assert_eq!(
            (place.uri.as_str(), place.start_line, place.start_column, place.end_column),
            ("a.json", 2, 10, 11)
        );
        assert_eq!(documents.locate("elsewhere"), None);
    }
}
