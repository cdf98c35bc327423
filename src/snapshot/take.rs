//! Telling what a JSON value is: a resource, a page of resources, a snapshot in one file, or
//! something else that is counted and named.

mod answer;
pub(super) mod header;
mod resource;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, IgnoredAny};

use super::document::{Document, Mark};
use super::json;
use super::manifest::Manifest;
use crate::inventory::{
    Completeness, Gap, GapReason, Kind, Nearby, NotTaken, Part, ResourceId, Shared, id,
};
use header::Header;

/// Pages in pages: no tool nests deeper than a page of answers that hold resources with children.
const MAX_NESTING: u8 = 8;

/// Brackets in brackets of one body: beyond 128 no rule could read it. Recorded answers have 15 at most.
const MAX_DEPTH: usize = 100;

/// Gaps named one by one in one part of a document; the rest are summed up.
const MAX_NAMED_GAPS: usize = 100;

/// Rows of a full page: of `az graph query`, and the most that it can be asked for. A list of just so many may have
/// been cut there (<https://learn.microsoft.com/azure/governance/resource-graph/concepts/work-with-data>).
const PAGE_SIZES: [usize; 2] = [100, 1000];

/// Whether a page is the last of its list.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ends {
    /// It names no next page.
    Yes,
    /// It is a bare list, which could name none.
    Perhaps,
    /// There is another one, or it is no list of its own.
    No,
}

/// What one part of a document gave.
#[derive(Debug, Default)]
pub(super) struct Taken<'a> {
    pub part: Part<'a>,
    /// How many values were not taken, by why, and byte offsets of the first of them.
    pub not_taken: BTreeMap<String, (u64, Vec<usize>)>,
    /// Gaps by byte offset; the place is named when all line marks are known.
    pub gaps: Vec<(usize, Gap)>,
    pub unnamed_gaps: u64,
    /// Bodies whose type contradicts their id: how many, and where the first stands.
    pub mistyped: (u64, Option<usize>),
    /// Bodies that were there and could not be read: id and type.
    pub lost: Vec<(String, &'static str)>,
    /// Whether something should have been there of which not even that is known.
    pub broken: bool,
    /// Lists that pages show to be whole: scope and type.
    pub lists: BTreeSet<(String, &'static str)>,
    /// Snapshots in one file.
    pub manifests: Vec<Manifest>,
    /// Line marks, offsets in the document, lines counted from the part's start.
    pub marks: Vec<Mark>,
    pub lines: u64,
}

/// Reads the values of one part of a document.
pub(super) struct Taker<'a> {
    document: &'a Document,
    /// Whether it belongs to a snapshot, in which every value is something that was read.
    is_snapshot: bool,
    /// The length of the part, in bytes.
    bytes: usize,
    taken: Taken<'a>,
    /// The kind of the last body: in a file of one kind the next one is read in a single pass.
    last: Kind,
    /// What the next item has in common with the last one, as a rule.
    shared: Shared<'a>,
    /// The resource group of the last machine.
    nearby: Nearby<'a>,
}

impl<'a> Taker<'a> {
    pub fn new(document: &'a Document, bytes: usize) -> Self {
        Self {
            document,
            is_snapshot: document.completeness.is_some(),
            bytes,
            taken: Taken::default(),
            last: Kind::Other,
            shared: Shared::default(),
            nearby: Nearby::default(),
        }
    }

    pub fn finish(self) -> Taken<'a> {
        self.taken
    }

    /// Marks the line just counted, so that line numbers can be counted from here.
    pub fn mark_line(&mut self, offset: usize) {
        self.taken.marks.push(Mark { offset, line: self.taken.lines - 1 });
    }

    pub fn count_line(&mut self) -> u64 {
        self.taken.lines += 1;
        self.taken.lines
    }

    /// Notes something that should have been readable and is not.
    pub fn gap(&mut self, kind: &str, reason: GapReason, at: usize, message: String) {
        self.taken.broken = true;
        if self.taken.gaps.len() >= MAX_NAMED_GAPS {
            self.taken.unnamed_gaps += 1;
            return;
        }
        self.taken.gaps.push((at, Gap::of_input(&self.document.name, kind, reason, message)));
    }

    /// Takes the value that `text` is, a slice of the document.
    pub fn take(&mut self, text: &'a str, completeness: Completeness) {
        self.take_nested(text, completeness, 0);
    }

    fn offset(&self, text: &str) -> usize {
        text.as_ptr() as usize - self.document.content().as_ptr() as usize
    }

    fn malformed(&mut self, text: &str, error: &dyn fmt::Display) {
        let at = self.offset(text);
        self.gap("body", GapReason::Malformed, at, format!("not readable as JSON: {error}"));
    }

    fn refuse(&mut self, text: &str, why: impl Into<String>) {
        let at = self.offset(text);
        let (count, examples) = self.taken.not_taken.entry(why.into()).or_default();
        *count += 1;
        if examples.len() < NotTaken::EXAMPLES {
            examples.push(at);
        }
    }

    /// Counts a value that holds nothing to take. In a snapshot it stands where a resource should.
    fn miss(&mut self, text: &str, why: impl Into<String>) {
        if !self.is_snapshot {
            return self.refuse(text, why);
        }
        let at = self.offset(text);
        let message = format!("{}, where the snapshot should have a resource", why.into());
        self.gap("body", GapReason::Malformed, at, message);
    }

    fn take_nested(
        &mut self,
        text: &'a str,
        completeness: Completeness,
        nesting: u8,
    ) -> Option<(Kind, &'a str)> {
        if nesting > MAX_NESTING {
            self.miss(text, "nested too deep");
            return None;
        }
        match text.as_bytes().first() {
            Some(b'[') => {
                self.take_page(text, Completeness::Partial, nesting, Ends::Perhaps);
                None
            }
            Some(b'{') => self.take_object(text, completeness, nesting),
            _ => {
                if let Err(error) = serde_json::from_str::<IgnoredAny>(text) {
                    self.malformed(text, &error);
                } else {
                    self.miss(text, "not an object");
                }
                None
            }
        }
    }

    /// The elements of a list. A whole list of a vault's children says so.
    fn take_page(&mut self, text: &'a str, completeness: Completeness, nesting: u8, ends: Ends) {
        let (elements, end) = json::elements(text.as_bytes());
        let ends = match ends {
            Ends::Perhaps if PAGE_SIZES.contains(&elements.len()) => Ends::No,
            other => other,
        };
        if elements.is_empty() && end.is_ok() {
            self.refuse(text, "an empty list");
        }
        let mut resources = Vec::new();
        let gaps = self.gaps();
        for (start, stop) in elements {
            let Some(element) = text.get(start..stop) else { continue };
            let taken = self.take_nested(element, completeness, nesting + 1);
            resources.extend(taken.map(|(kind, resource)| (kind, resource, element)));
        }
        if let Err(stop) = end {
            let at = self.offset(text) + stop;
            self.gap(
                "body",
                GapReason::Malformed,
                at,
                "the list ends too early or is not JSON here".to_owned(),
            );
        }
        // A list with an element that could not be read is not whole.
        if ends != Ends::No && self.gaps() == gaps {
            self.infer_list(&resources);
        }
    }

    fn gaps(&self) -> u64 {
        self.taken.gaps.len() as u64 + self.taken.unnamed_gaps
    }

    /// Without a manifest, a page without a next page is taken as the whole list of a vault's children, if it holds
    /// nothing else: what mixes vaults or types is a query's answer, and who knows what the query left out.
    /// Lists of vaults and machines are often cut to one group, and may be the last of several pages,
    /// so nothing is concluded from them; nor from items of other workloads, which `az` lists apart.
    fn infer_list(&mut self, resources: &[(Kind, &str, &str)]) {
        if self.document.completeness.is_some() {
            return;
        }
        let Some(&(kind, first, _)) = resources.first() else { return };
        let Some(vault) = id::vault_of(first) else { return };
        let is_child = |(other, resource, body): &(Kind, &str, &str)| {
            let of_one = id::vault_of(resource).is_some_and(|other| id::same(other, vault));
            *other == kind && of_one && !is_row_of_a_query(body)
        };
        let is_list = match kind {
            Kind::ProtectedItem => {
                resources.iter().any(|(_, _, body)| body.contains("AzureIaasVM"))
            }
            Kind::BackupInstance | Kind::RecoveryServicesGuardLink | Kind::BackupVaultGuardLink => {
                true
            }
            _ => false,
        };
        if is_list && resources.iter().all(is_child) {
            self.taken.lists.insert((vault.to_owned(), kind.type_name()));
        }
    }

    fn take_object(
        &mut self,
        text: &'a str,
        completeness: Completeness,
        nesting: u8,
    ) -> Option<(Kind, &'a str)> {
        if let Some(id) = self.take_plain(text, completeness) {
            return Some((self.last, id));
        }
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let header = match Header.deserialize(&mut deserializer) {
            Ok(_) if deserializer.end().is_err() => {
                self.take_several(text, completeness, nesting);
                return None;
            }
            Ok(header) => header,
            Err(error) => {
                self.malformed(text, &error);
                return None;
            }
        };
        if header.schema.as_deref().is_some_and(|schema| schema.starts_with("backuplint.snapshot/"))
        {
            self.take_snapshot(text);
            return None;
        }
        if let Some(found) = header.id.clone().filter(|found| ResourceId::looks_like_one(found)) {
            return self.take_resource(text, found, &header, completeness, nesting);
        }
        if let Some(page) = header.value.filter(|page| page.get().starts_with('[')) {
            // A page may say that the next one failed.
            let error = header.error.filter(|error| error.get().starts_with('{'));
            if let Some(error) = error {
                self.take_error(text, error.get());
            }
            if header.has_next {
                let at = self.offset(text);
                self.gap(
                    "body",
                    GapReason::Truncated,
                    at,
                    "the page names a next page (`nextLink`)".to_owned(),
                );
            }
            let is_whole = !header.has_next && error.is_none();
            let ends = if is_whole { Ends::Yes } else { Ends::No };
            self.take_page(page.get(), Completeness::Partial, nesting, ends);
        } else if let Some(data) = header.data {
            self.take_graph(text, &header, data.get(), nesting);
        } else if let Some(children) = header.resources.filter(|list| list.get().starts_with('[')) {
            self.take_page(children.get(), completeness, nesting, Ends::No);
        } else if let Some(error) = header.error {
            self.take_error(text, error.get());
        } else if let Some(kind) = &header.odata_type {
            self.take_directory_object(text, kind, header.id.as_deref(), completeness);
        } else {
            let keys = header.keys.iter().take(4).cloned().collect::<Vec<_>>().join(", ");
            self.miss(text, format!("no ARM id (keys: {keys})"));
        }
        None
    }

    /// A line with more than one value on it, such as the elements of a list with their commas.
    fn take_several(&mut self, text: &'a str, completeness: Completeness, nesting: u8) {
        let mut at = 0;
        while let Some(found) = json::next_value(text.as_bytes(), at) {
            match found {
                Ok((start, end)) => {
                    if let Some(value) = text.get(start..end) {
                        self.take_nested(value, completeness, nesting + 1);
                    }
                    at = end;
                }
                Err(stop) if text.as_bytes()[stop] == b',' => at = stop + 1,
                Err(stop) => {
                    let at = self.offset(text) + stop;
                    let message = "there is more on the line, and it is not JSON".to_owned();
                    return self.gap("body", GapReason::Malformed, at, message);
                }
            }
        }
    }
}

/// The columns that Resource Graph adds to what Azure's own lists answer.
#[derive(Deserialize)]
struct Row {
    #[serde(rename = "tenantId")]
    tenant: Option<IgnoredAny>,
    #[serde(rename = "subscriptionId")]
    subscription: Option<IgnoredAny>,
}

/// Whether a body is a row that Resource Graph answered: of how many, nobody knows.
fn is_row_of_a_query(body: &str) -> bool {
    let may_be = ["\"tenantId\"", "\"subscriptionId\""].iter().any(|name| body.contains(name));
    may_be
        && serde_json::from_str::<Row>(body)
            .is_ok_and(|row| row.tenant.is_some() || row.subscription.is_some())
}
