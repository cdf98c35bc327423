//! Failures as results.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::iter;

use serde_json::{Value, json};
use serde_sarif::sarif::{
    self, ArtifactContent, ArtifactLocation, LogicalLocation, Message, PhysicalLocation,
    PropertyBag, Region,
};

use super::descriptor::Catalogue;
use super::line_hash;
use crate::finding::{BaselineState, Edit, Finding, Level, Location, Related, Remedy};
use crate::report::escape::{clip, visible};
use crate::report::{Options, uri, words};
use crate::result::Report;

/// Related places in one result: GitHub shows 100, and each is a link in the message.
const RELATED: usize = 10;
/// Longest text and name in a message.
const MESSAGE: usize = 4000;
const NAME: usize = 120;

/// Longest line that somebody writes; a longer one is a document that a program wrote, such as a plan.
const CODE: usize = 2000;

/// What a line is to GitHub's fingerprint.
#[derive(Clone)]
enum Line {
    /// One of code, with its hash.
    Code(String),
    /// One that holds many things.
    Data,
    /// Its text is not here.
    Unseen,
}

/// Makes results.
pub struct Writer<'a> {
    report: &'a Report<'a>,
    catalogue: &'a Catalogue<'a>,
    options: &'a Options,
    full: bool,
    fallback: String,
    /// By file: what each line is to GitHub.
    lines: RefCell<HashMap<String, Vec<Line>>>,
}

impl<'a> Writer<'a> {
    pub fn new(
        report: &'a Report<'a>,
        catalogue: &'a Catalogue<'a>,
        options: &'a Options,
        full: bool,
    ) -> Self {
        let fallback = uri::fallback(&report.inputs, &options.roots);
        Self { report, catalogue, options, full, fallback, lines: RefCell::default() }
    }

    /// A finding as a result; `count` tells findings with the same fingerprint apart.
    pub fn result(&self, finding: &Finding, count: u32) -> sarif::Result {
        let rule = self.report.rule(finding);
        let (related, links) = self.related(&finding.related);
        let mut result = sarif::Result::builder()
            .message(Message::builder().text(message(finding, &links)).build())
            .rule_id(rule.id.clone())
            .rule_index(self.catalogue.position(finding.rule))
            .level(match finding.level.unwrap_or_else(|| finding.severity.level()) {
                Level::Note => sarif::ResultLevel::Note,
                Level::Warning => sarif::ResultLevel::Warning,
                Level::Error => sarif::ResultLevel::Error,
            })
            .locations(vec![self.location(finding)])
            .partial_fingerprints(self.fingerprints(finding, count))
            .properties(properties(finding))
            .build();
        result.related_locations = (!related.is_empty()).then_some(related);
        result.fixes =
            finding.remedy.as_ref().and_then(|remedy| self.fix(remedy)).map(|fix| vec![fix]);
        if self.full {
            complete(&mut result, finding);
        }
        result
    }

    /// GitHub tells alerts apart by rule and `primaryLocationLineHash`, and by nothing else. For code that is the
    /// hash of its line. In a data file a line holds a whole resource, of which several findings and every new
    /// export change the hash, and for a finding without a file there is no line at all: there our own fingerprint
    /// takes its place.
    fn fingerprints(&self, finding: &Finding, count: u32) -> BTreeMap<String, String> {
        let mut fingerprints =
            BTreeMap::from([("backuplint/v1".to_owned(), finding.fingerprint.clone())]);
        let hash = match &finding.location {
            Some(location) if !words::is_arm_id(&finding.resource) => self.line_hash(location),
            _ => Line::Data,
        };
        let hash = match hash {
            Line::Code(hash) => Some(hash),
            Line::Data => Some(format!("{}:{count}", finding.fingerprint)),
            // `upload-sarif` computes what is missing.
            Line::Unseen => None,
        };
        fingerprints.extend(hash.map(|hash| ("primaryLocationLineHash".to_owned(), hash)));
        fingerprints
    }

    fn line_hash(&self, location: &Location) -> Line {
        let Some(text) = self.options.sources.get(&location.uri) else { return Line::Unseen };
        let at = usize::try_from(location.start_line.saturating_sub(1)).unwrap_or(usize::MAX);
        let mut files = self.lines.borrow_mut();
        let lines = files.entry(location.uri.clone()).or_insert_with(|| lines_of(text));
        lines.get(at).cloned().unwrap_or(Line::Unseen)
    }

    /// One location: GitHub reads the first, and rejects the file when it is not a physical one.
    fn location(&self, finding: &Finding) -> sarif::Location {
        let logical = LogicalLocation::builder()
            .fully_qualified_name(finding.resource.clone())
            .name(words::name(&finding.resource))
            .kind("resource")
            .build();
        let physical = match &finding.location {
            Some(location) => self.physical(location),
            None => PhysicalLocation::builder()
                .artifact_location(ArtifactLocation::builder().uri(self.fallback.clone()).build())
                .build(),
        };
        sarif::Location::builder()
            .physical_location(physical)
            .logical_locations(vec![logical])
            .build()
    }

    fn physical(&self, location: &Location) -> PhysicalLocation {
        let artifact = if location.uri.is_empty() {
            self.fallback.clone()
        } else {
            uri::of(&location.uri, &self.options.roots)
        };
        PhysicalLocation::builder()
            .artifact_location(ArtifactLocation::builder().uri(artifact).build())
            .region(region(location))
            .build()
    }

    /// The edits that repair it, by file (§3.55).
    fn fix(&self, remedy: &Remedy) -> Option<sarif::Fix> {
        let by_file = remedy.edits.chunk_by(|left, right| left.location.uri == right.location.uri);
        let change = |edits: &[Edit]| {
            let uri = uri::of(&edits.first()?.location.uri, &self.options.roots);
            let replacements = edits.iter().map(|edit| {
                sarif::Replacement::builder()
                    .deleted_region(region(&edit.location))
                    .inserted_content(ArtifactContent::builder().text(edit.text.clone()).build())
                    .build()
            });
            Some(
                sarif::ArtifactChange::builder()
                    .artifact_location(ArtifactLocation::builder().uri(uri).build())
                    .replacements(replacements.collect::<Vec<_>>())
                    .build(),
            )
        };
        let changes: Vec<_> = by_file.filter_map(change).collect();
        if changes.is_empty() {
            return None;
        }
        let what = match &remedy.value {
            Some(value) => format!("Set {} to {value}.", remedy.path),
            None => format!("Take out {}.", remedy.path),
        };
        let text = if remedy.safe {
            what
        } else {
            format!("{what} This is not a safe fix: see the rule.")
        };
        Some(
            sarif::Fix::builder()
                .description(Message::builder().text(clip(&text, MESSAGE)).build())
                .artifact_changes(changes)
                .build(),
        )
    }

    /// The related places and the links to them: without a link, GitHub does not show a place. A
    /// resource that was read from no file has none, and is in the properties only.
    fn related(&self, related: &[Related]) -> (Vec<sarif::Location>, Vec<String>) {
        let placed = related
            .iter()
            .filter_map(|related| related.location.as_ref().map(|location| (related, location)));
        let places = placed.take(RELATED).zip(1..).map(|((related, location), id)| {
            let text = clip(&related.message, MESSAGE);
            let place = sarif::Location::builder()
                .id(id)
                .physical_location(self.physical(location))
                .logical_locations(vec![
                    LogicalLocation::builder()
                        .fully_qualified_name(related.resource.clone())
                        .kind(kind(&related.resource))
                        .build(),
                ])
                .message(Message::builder().text(text.clone()).build())
                .build();
            let link = format!(
                "[{}]({id}) ({})",
                bracketed(&clip(words::name(&related.resource), NAME)),
                unlinked(&text)
            );
            (place, link)
        });
        places.unzip()
    }
}

fn lines_of(text: &str) -> Vec<Line> {
    let is_code = text.split('\n').map(|line| line.len() <= CODE).chain(iter::repeat(true));
    let line = |(hash, is_code)| if is_code { Line::Code(hash) } else { Line::Data };
    line_hash::of_lines(text).into_iter().zip(is_code).map(line).collect()
}

/// What a related place is: another resource, or something in code that a value came through (§3.33.7).
fn kind(resource: &str) -> &'static str {
    if words::is_arm_id(resource) { "resource" } else { "declaration" }
}

/// Adds what only the full file carries.
fn complete(result: &mut sarif::Result, finding: &Finding) {
    result.baseline_state = finding.baseline.map(|state| match state {
        BaselineState::New => json!("new"),
        BaselineState::Unchanged => json!("unchanged"),
        BaselineState::Updated => json!("updated"),
    });
    let suppression = finding.suppression.as_ref().map(|suppression| {
        let more = BTreeMap::from([
            ("owner".to_owned(), json!(suppression.owner)),
            ("expires".to_owned(), json!(suppression.expires)),
        ]);
        sarif::Suppression::builder()
            .kind("external")
            .status("accepted")
            .justification(suppression.reason.clone())
            .properties(PropertyBag::builder().additional_properties(more).build())
            .build()
    });
    // An empty array says "not suppressed"; its absence would say "not known" (§3.27.23).
    result.suppressions = Some(suppression.into_iter().collect());
}

/// The message on one line, with links behind it.
fn message(finding: &Finding, links: &[String]) -> String {
    let mut text = clip(finding.message.trim(), MESSAGE).into_owned();
    if text.is_empty() {
        "The rule failed.".clone_into(&mut text);
    }
    let mut text = unlinked(&text);
    if !text.ends_with(['.', '!', '?']) {
        text.push('.');
    }
    if !links.is_empty() {
        text.push_str(" See ");
        text.push_str(&links.join(", "));
        text.push('.');
    }
    text
}

/// A stranger's text that cannot form a link (SARIF 2.1.0 §3.11.6). Only where it would: a viewer
/// that knows no escapes would show the backslashes.
fn unlinked(text: &str) -> String {
    if text.contains("](") { bracketed(text) } else { text.to_owned() }
}

fn bracketed(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if matches!(c, '[' | ']' | '\\') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

fn properties(finding: &Finding) -> PropertyBag {
    let mut more: BTreeMap<String, Value> = BTreeMap::new();
    for (key, text) in [("resourceType", &finding.resource_type), ("path", &finding.path)] {
        if !text.is_empty() {
            more.insert(key.to_owned(), json!(text));
        }
    }
    for (key, value) in [("observed", &finding.observed), ("expected", &finding.expected)] {
        if !value.is_null() {
            more.insert(key.to_owned(), value.clone());
        }
    }
    more.insert("severity".to_owned(), json!(finding.severity.name()));
    if !finding.related.is_empty() {
        let ids: Vec<_> =
            finding.related.iter().map(|related| visible(&related.resource)).collect();
        more.insert("related".to_owned(), json!(ids));
    }
    PropertyBag::builder().additional_properties(more).build()
}

/// Lines and columns from one.
fn region(location: &Location) -> Region {
    let number = |value: u64| i64::try_from(value.max(1)).unwrap_or(i64::MAX);
    let (first, last) = (location.start_line, location.end_line.max(location.start_line));
    // On one line the end never stands before the start.
    let least = if first == last { location.start_column } else { 1 };
    Region::builder()
        .start_line(number(first))
        .start_column(number(location.start_column))
        .end_line(number(last))
        .end_column(number(location.end_column.max(least)))
        .build()
}

#[cfg(test)]
mod tests {
    use super::{bracketed, unlinked};

    #[test]
    fn strangers_make_no_links() {
        assert_eq!(unlinked("storageSettings[0] is Local"), "storageSettings[0] is Local");
        assert_eq!(unlinked("[click](https://evil.example)"), r"\[click\](https://evil.example)");
        assert_eq!(unlinked(r"\[click\](1) ](2)"), r"\\\[click\\\](1) \](2)");
        assert_eq!(bracketed("a]b"), r"a\]b");
    }
}
