//! Telling what a JSON value is: a resource, a page of resources, a snapshot in one file, or
//! something else that is counted and named.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Deserialize;
use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::document::{Document, Mark};
use super::json;
use super::manifest::{Manifest, SCHEMA};
use crate::inventory::{
    Body, Completeness, DirectoryKind, DirectoryObject, Gap, GapReason, Kind, Nearby, NotTaken,
    Part, Protection, Resource, ResourceId, Shared, VirtualMachine, id,
};

/// Pages in pages: no tool nests deeper than a page of answers that hold resources with children.
const MAX_NESTING: u8 = 8;

/// Brackets in brackets of one body: beyond 128 no rule could read it. Recorded answers have 15 at most.
const MAX_DEPTH: usize = 100;

/// Gaps named one by one in one part of a document; the rest are summed up.
const MAX_NAMED_GAPS: usize = 100;

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
    /// Whether there was text of which not even that is known.
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

/// Makes room for as many more as may come if all are about as long, so that they need not be moved when
/// there are more of them: moving a list touches its memory twice.
fn make_room<T>(list: &mut Vec<T>, bytes: usize, text: &str) {
    const FEW: usize = 16;
    if list.len() == list.capacity() && list.len() < FEW {
        let expected = bytes / text.len().max(1);
        list.reserve(expected + expected / 8);
    }
}

impl<'a> Taker<'a> {
    pub fn new(document: &'a Document, bytes: usize) -> Self {
        Self {
            document,
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
        self.taken.broken |= matches!(reason, GapReason::Malformed | GapReason::Skipped);
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

    fn take_nested(
        &mut self,
        text: &'a str,
        completeness: Completeness,
        nesting: u8,
    ) -> Option<(Kind, &'a str)> {
        if nesting > MAX_NESTING {
            self.refuse(text, "nested too deep");
            return None;
        }
        match text.as_bytes().first() {
            Some(b'[') => {
                self.take_page(text, Completeness::Partial, nesting, true);
                None
            }
            Some(b'{') => self.take_object(text, completeness, nesting),
            _ => {
                if let Err(error) = serde_json::from_str::<IgnoredAny>(text) {
                    self.malformed(text, &error);
                } else {
                    self.refuse(text, "not an object");
                }
                None
            }
        }
    }

    /// The elements of a list. A whole list of vaults or of a vault's children says so.
    fn take_page(&mut self, text: &'a str, completeness: Completeness, nesting: u8, whole: bool) {
        let (elements, end) = json::elements(text.as_bytes());
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
        if whole && self.gaps() == gaps {
            for (kind, resource, element) in resources {
                self.infer_list(kind, resource, element);
            }
        }
    }

    fn gaps(&self) -> u64 {
        self.taken.gaps.len() as u64 + self.taken.unnamed_gaps
    }

    /// Without a manifest, a page without a next page is taken as the whole list of a vault's children.
    /// Lists of vaults and machines are often cut to one group, and may be the last of several pages,
    /// so nothing is concluded from them; nor from items of other workloads, which `az` lists apart.
    fn infer_list(&mut self, kind: Kind, resource: &str, body: &str) {
        if self.document.completeness.is_some() {
            return;
        }
        let resource = ResourceId::new(resource);
        let scope = match kind {
            Kind::ProtectedItem if !body.contains("AzureIaasVM") => None,
            Kind::ProtectedItem
            | Kind::BackupInstance
            | Kind::RecoveryServicesGuardLink
            | Kind::BackupVaultGuardLink => resource.vault().map(str::to_owned),
            _ => None,
        };
        if let Some(scope) = scope {
            self.taken.lists.insert((scope, kind.type_name()));
        }
    }

    /// Takes a body of the same bulk kind as the one before it.
    fn take_plain(&mut self, text: &'a str, completeness: Completeness) -> Option<&'a str> {
        let part = &mut self.taken.part;
        match self.last {
            Kind::ProtectedItem => {
                let mut item = Protection::from_plain_item(text, completeness)?;
                item.share(&mut self.shared);
                let id = item.resource.id.borrowed();
                make_room(&mut part.protections, self.bytes, text);
                part.protections.push(item);
                Some(id)
            }
            Kind::VirtualMachine => {
                let mut machine = VirtualMachine::from_plain(text, completeness)?;
                machine.share(&mut self.nearby);
                let id = machine.resource.id.borrowed();
                make_room(&mut part.machines, self.bytes, text);
                part.machines.push(machine);
                Some(id)
            }
            _ => None,
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
            if let Some(error) = header.error.filter(|error| error.get().starts_with('{')) {
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
            self.take_page(page.get(), Completeness::Partial, nesting, !header.has_next);
        } else if let Some(data) = header.data {
            self.take_graph(text, &header, data.get(), nesting);
        } else if let Some(children) = header.resources.filter(|list| list.get().starts_with('[')) {
            self.take_page(children.get(), completeness, nesting, false);
        } else if let Some(error) = header.error {
            self.take_error(text, error.get());
        } else if let Some(kind) = &header.odata_type {
            self.take_directory_object(text, kind, header.id.as_deref(), completeness);
        } else {
            let keys = header.keys.iter().take(4).cloned().collect::<Vec<_>>().join(", ");
            self.refuse(text, format!("no ARM id (keys: {keys})"));
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

    fn take_resource(
        &mut self,
        text: &'a str,
        resource_id: Cow<'a, str>,
        header: &HeaderParts<'a>,
        completeness: Completeness,
        nesting: u8,
    ) -> Option<(Kind, &'a str)> {
        let stated = header.kind.as_deref().filter(|name| name.contains('/')).map(Kind::of_type);
        let derived = id::type_of(&resource_id).map(|name| Kind::of_type(&name));
        // Azure finds a resource by its id, and so does every join: where the two disagree, it counts,
        // unless it names a type that nobody here knows.
        let known = derived.filter(|kind| *kind != Kind::Other || stated.is_none());
        let Some(kind) = known.or(stated) else {
            self.refuse(text, "an id from which no type follows");
            return None;
        };
        if derived.is_some_and(|derived| stated.is_some_and(|stated| stated != derived)) {
            let at = self.offset(text);
            self.taken.mistyped.0 += 1;
            self.taken.mistyped.1.get_or_insert(at);
        }
        let resource_id = ResourceId::new(resource_id);
        let borrowed = resource_id.borrowed();
        self.last = kind;
        let resource = Resource {
            id: resource_id,
            kind,
            body: Body::Json(text),
            // A body without properties shows little, whoever answered it.
            completeness: if header.has_properties { completeness } else { Completeness::Partial },
            flat: !header.has_properties,
        };
        let id = resource.id.clone();
        // Which body this is is known, so nothing else of its file is in doubt.
        let broken = self.taken.broken;
        if json::is_deeper_than(text.as_bytes(), MAX_DEPTH) {
            let at = self.offset(text);
            let message =
                format!("nested deeper than {MAX_DEPTH} levels; what rules read there is unknown");
            self.gap("body", GapReason::Malformed, at, message);
        }
        let added = self.taken.part.add(resource);
        if let Err(error) = &added {
            self.malformed(text, error);
            self.taken.lost.push((id.as_str().to_owned(), kind.type_name()));
        }
        self.taken.broken = broken;
        if added.is_err() {
            return None;
        }
        if let Some(children) = header.resources.filter(|list| list.get().starts_with('[')) {
            self.take_page(children.get(), Completeness::Partial, nesting, false);
        }
        Some((kind, borrowed))
    }

    /// A user, group or service principal of Microsoft Graph.
    fn take_directory_object(
        &mut self,
        text: &'a str,
        type_name: &str,
        id: Option<&str>,
        completeness: Completeness,
    ) {
        let kind = DirectoryKind::of_type(type_name);
        if kind == DirectoryKind::Other || id.is_none_or(str::is_empty) {
            self.refuse(text, format!("directory object {}", type_name.trim_start_matches('#')));
            return;
        }
        match DirectoryObject::read(text, completeness) {
            Ok(object) => self.taken.part.directory.push(object),
            Err(error) => {
                let broken = self.taken.broken;
                self.malformed(text, &error);
                self.taken.lost.push(("/".to_owned(), kind.type_name()));
                self.taken.broken = broken;
            }
        }
    }

    /// `{"data": …}` of Resource Graph: rows as objects, or a table of columns and rows.
    fn take_graph(&mut self, text: &'a str, header: &HeaderParts<'a>, data: &'a str, nesting: u8) {
        let lost = header.truncated && !header.has_next;
        let short = match (header.count, header.total) {
            (Some(count), Some(total)) => count < total,
            _ => false,
        };
        if lost || short || header.has_next {
            let at = self.offset(text);
            let cause = if lost {
                "`resultTruncated` without a token"
            } else {
                "fewer rows than `totalRecords`, or a `$skipToken`"
            };
            self.gap(
                "body",
                GapReason::Truncated,
                at,
                format!("the Resource Graph answer is not whole: {cause}"),
            );
        }
        if data.starts_with('[') {
            self.take_page(
                data,
                Completeness::Complete,
                nesting,
                !(lost || short || header.has_next),
            );
        } else {
            self.refuse(text, "a Resource Graph table; ask for resultFormat objectArray");
        }
    }

    fn take_error(&mut self, text: &str, error: &str) {
        let Ok(members) = serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(error)
        else {
            self.refuse(text, "an error answer");
            return;
        };
        let member = |name: &str| {
            let found = members.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
            found.and_then(|(_, value)| value.as_str()).unwrap_or_default().to_owned()
        };
        let (error_code, message) = (member("code"), member("message"));
        let at = self.offset(text);
        let code = error_code.to_ascii_lowercase();
        if code.contains("authorizationfailed")
            || code.contains("forbidden")
            || code.contains("linkedauthorization")
        {
            self.gap("body", GapReason::Forbidden, at, format!("{error_code}: {message}"));
        } else if code.contains("toomanyrequests") || code.contains("throttl") {
            self.gap("body", GapReason::Throttled, at, format!("{error_code}: {message}"));
        } else {
            self.refuse(text, format!("an error answer ({error_code})"));
        }
    }

    fn take_snapshot(&mut self, text: &'a str) {
        #[derive(Deserialize)]
        struct Parts<'a> {
            #[serde(borrow, default)]
            resources: Option<&'a RawValue>,
            #[serde(borrow, default)]
            listed: Option<&'a RawValue>,
        }
        let parsed = serde_json::from_str::<Manifest>(text)
            .and_then(|manifest| Ok((manifest, serde_json::from_str::<Parts<'a>>(text)?)));
        let (manifest, parts) = match parsed {
            Ok(parsed) => parsed,
            Err(error) => return self.malformed(text, &error),
        };
        if manifest.schema != SCHEMA {
            let at = self.offset(text);
            let message = format!(
                "`{}` is not a snapshot this version reads; it reads `{SCHEMA}`",
                manifest.schema
            );
            return self.gap("body", GapReason::Malformed, at, message);
        }
        self.taken.manifests.push(manifest);
        let lists =
            [(parts.resources, Completeness::Complete), (parts.listed, Completeness::Partial)];
        for (list, completeness) in lists {
            if let Some(list) = list.filter(|list| list.get() != "[]") {
                self.take_page(list.get(), completeness, 0, false);
            }
        }
    }
}

/// Reads the members of an object that tell what it is. Names compare without case, since
/// PowerShell writes them in its own; the first of two counts.
pub(super) struct Header;

#[derive(Default)]
pub(super) struct HeaderParts<'a> {
    pub id: Option<Cow<'a, str>>,
    kind: Option<Cow<'a, str>>,
    pub schema: Option<String>,
    odata_type: Option<String>,
    has_properties: bool,
    value: Option<&'a RawValue>,
    data: Option<&'a RawValue>,
    resources: Option<&'a RawValue>,
    error: Option<&'a RawValue>,
    has_next: bool,
    truncated: bool,
    count: Option<u64>,
    total: Option<u64>,
    keys: Vec<String>,
}

impl<'de> DeserializeSeed<'de> for Header {
    type Value = HeaderParts<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Header {
    type Value = HeaderParts<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut parts = HeaderParts::default();
        let text = |raw: &'de RawValue| -> Result<Option<Cow<'de, str>>, A::Error> {
            let body = raw.get();
            // Most texts need no unescaping and can be lent.
            Ok(match body.strip_prefix('"').and_then(|body| body.strip_suffix('"')) {
                Some(plain) if !plain.contains('\\') => Some(Cow::Borrowed(plain)),
                Some(_) => Some(Cow::Owned(serde_json::from_str(body).map_err(de::Error::custom)?)),
                None => None,
            })
        };
        let is_set = |raw: &RawValue| !matches!(raw.get(), "null" | "\"\"");
        while let Some(key) = map.next_key::<Cow<'de, str>>()? {
            let name = key.to_ascii_lowercase();
            match name.as_str() {
                "id" | "resourceid" => {
                    let found = text(map.next_value()?)?;
                    parts.id =
                        parts.id.take().filter(|id| ResourceId::looks_like_one(id)).or(found);
                }
                "type" | "resourcetype" => {
                    let found = text(map.next_value()?)?;
                    parts.kind = parts.kind.take().filter(|kind| kind.contains('/')).or(found);
                }
                "schema" => parts.schema = text(map.next_value()?)?.map(Cow::into_owned),
                "@odata.type" => parts.odata_type = text(map.next_value()?)?.map(Cow::into_owned),
                "properties" => {
                    parts.has_properties |= map.next_value::<&RawValue>()?.get().starts_with('{');
                }
                "value" => parts.value = Some(map.next_value()?),
                "data" => parts.data = Some(map.next_value()?),
                "resources" => parts.resources = Some(map.next_value()?),
                "error" => parts.error = Some(map.next_value()?),
                "nextlink" | "odata.nextlink" | "@odata.nextlink" | "$skiptoken" | "skiptoken"
                | "skip_token" => {
                    parts.has_next |= is_set(map.next_value()?);
                }
                "resulttruncated" | "result_truncated" => {
                    parts.truncated = text(map.next_value()?)?.is_some_and(|text| text == "true");
                }
                "count" => parts.count = map.next_value::<&RawValue>()?.get().parse().ok(),
                "totalrecords" | "total_records" => {
                    parts.total = map.next_value::<&RawValue>()?.get().parse().ok();
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
            if parts.keys.len() < 4 {
                parts.keys.push(key.into_owned());
            }
        }
        Ok(parts)
    }
}
