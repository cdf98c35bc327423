//! Reading documents into an estate, in parallel and in an order that does not depend on threads.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::document::{Document, LINES_PER_MARK, Mark};
use super::manifest::{self, Manifest};
use super::take::{Taken, Taker};
use super::{Inputs, json};
use crate::inventory::{
    Completeness, Coverage, Estate, Gap, GapReason, NotTaken, Origin, Origins, Part, Reading,
    SnapshotInfo, Time,
};

/// A body larger than this is not taken: Azure's answers for one resource stay far below
/// (<https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling>
/// caps a request at 4 MB).
pub const MAX_BODY_BYTES: usize = 64 << 20;

/// Large enough to make the cost of a task vanish, small enough to keep every thread busy.
const TASK_BYTES: usize = 4 << 20;

/// A stretch of one document.
struct Task<'a> {
    document: usize,
    source: &'a Document,
    work: Work,
}

enum Work {
    /// Whole lines, one value each.
    Lines(usize, usize),
    /// One value that is a document of its own.
    Value(usize, usize),
    /// Elements of a list.
    Elements(Vec<(usize, usize)>),
    /// Text that makes no sense from here on.
    Nonsense(usize),
}

impl Inputs {
    /// Reads everything into an estate that borrows from the documents.
    pub fn read(&self) -> Estate<'_> {
        let documents: Vec<&Document> = self.documents.iter().collect();
        let tasks: Vec<Task<'_>> = documents
            .par_iter()
            .enumerate()
            .flat_map_iter(|(at, document)| {
                plan(document).into_iter().map(move |work| Task {
                    document: at,
                    source: document,
                    work,
                })
            })
            .collect();
        let taken: Vec<Taken<'_>> = tasks.par_iter().map(run).collect();
        let mut coverage = Coverage::default();
        let mut reading = Reading {
            documents: documents.len() as u64,
            bytes: documents.iter().map(|document| document.content().len() as u64).sum(),
            ..Reading::default()
        };
        let mut snapshots = Vec::new();
        for named in &self.manifests {
            named.manifest.account(&mut coverage, &named.part);
            snapshots.push(named.manifest.info(&named.name));
        }
        for gap in &self.gaps {
            coverage.add_gap(gap.clone());
        }
        let mut marks: Vec<Vec<Mark>> = documents.iter().map(|_| Vec::new()).collect();
        let mut lines = vec![0; documents.len()];
        for (task, taken) in tasks.iter().zip(&taken) {
            let before = lines[task.document];
            marks[task.document]
                .extend(taken.marks.iter().map(|mark| Mark { line: mark.line + before, ..*mark }));
            lines[task.document] += taken.lines;
        }
        for (document, marks) in documents.iter().zip(marks) {
            document.set_marks(marks);
        }
        for (at, document) in documents.iter().enumerate() {
            let first = tasks.partition_point(|task| task.document < at);
            let last = tasks.partition_point(|task| task.document <= at);
            note_losses(document, lines[at], &taken[first..last], &mut coverage);
        }
        // A snapshot may well have a file without a line.
        let empty = documents.iter().filter(|document| {
            document.completeness.is_none() && document.content().trim_ascii().is_empty()
        });
        for document in empty {
            reading.not_taken.entry("an empty file".to_owned()).or_default().add(&document.name);
        }
        for name in &self.lost {
            coverage.add_lost(&scope_of(name), "*");
        }
        let origins = origins(&documents, &tasks, &taken);
        let mut parts = Vec::with_capacity(taken.len());
        for (task, taken) in tasks.iter().zip(taken) {
            parts.push(account(task.source, taken, &mut coverage, &mut reading, &mut snapshots));
        }
        Estate::assemble_from(&origins, parts, coverage, reading, snapshots)
    }
}

/// When each document was taken: by its manifest, or by what a snapshot in one file says.
fn origins<'d>(documents: &[&'d Document], tasks: &[Task<'_>], taken: &[Taken<'_>]) -> Origins<'d> {
    let mut times: Vec<Option<Time>> = documents.iter().map(|document| document.taken).collect();
    for (task, taken) in tasks.iter().zip(taken) {
        let said = taken.manifests.iter().find_map(Manifest::taken);
        times[task.document] = times[task.document].or(said);
    }
    let origin = |(document, taken): (&&'d Document, Option<Time>)| Origin {
        text: document.content(),
        name: &document.name,
        taken,
    };
    Origins::new(documents.iter().zip(times).map(origin).collect())
}

/// A snapshot's lists are whole by its manifest's word. Where one of its files is broken or short,
/// that word no longer holds: what was not read must not look like an absence.
fn note_losses(document: &Document, lines: u64, taken: &[Taken<'_>], coverage: &mut Coverage) {
    let short = document.records.is_some_and(|records| document.is_lines() && lines < records);
    if short {
        let records = document.records.unwrap_or_default();
        let message = format!("it has {lines} lines; the manifest says {records}");
        coverage.add_gap(Gap::of_input(&document.name, "file", GapReason::Truncated, message));
    }
    let is_snapshot =
        document.completeness.is_some() || taken.iter().any(|taken| !taken.manifests.is_empty());
    let is_broken = is_snapshot && taken.iter().any(|taken| taken.broken);
    if !is_broken && !short {
        return;
    }
    // Most files hold one type, and then that is what was lost.
    let resources = taken.iter().flat_map(|taken| taken.part.resources());
    let mut types: BTreeSet<String> =
        resources.map(|resource| resource.type_name().into_owned()).collect();
    let objects = taken.iter().flat_map(|taken| &taken.part.directory);
    types.extend(objects.map(|object| object.kind.type_name().to_owned()));
    let kind = types.pop_first().filter(|_| types.is_empty()).unwrap_or_else(|| "*".to_owned());
    coverage.add_lost(&scope_of(&document.name), &kind);
}

/// The scope that a file of a snapshot speaks of: its subscription, by the folder it lies in.
fn scope_of(name: &str) -> String {
    let mut parts = name.rsplit('/').skip(1);
    match (parts.next(), parts.next()) {
        (Some(subscription), Some("subscriptions")) => format!("/subscriptions/{subscription}"),
        _ => "/".to_owned(),
    }
}

/// Adds what a part says of its reading to the whole, and hands its resources on.
fn account<'a>(
    document: &Document,
    taken: Taken<'a>,
    coverage: &mut Coverage,
    reading: &mut Reading,
    snapshots: &mut Vec<SnapshotInfo>,
) -> Part<'a> {
    let place = |at: usize| format!("{}:{}", document.name, document.location(at, at).start_line);
    for manifest in &taken.manifests {
        manifest.account(coverage, &manifest::Part::Whole);
        snapshots.push(manifest.info(&document.name));
    }
    for (scope, kind) in &taken.lists {
        coverage.add_list(scope, kind);
    }
    for (id, kind) in &taken.lost {
        coverage.add_lost(id, kind);
    }
    for (at, gap) in taken.gaps {
        coverage.add_gap(Gap { scope: place(at), ..gap });
    }
    if taken.unnamed_gaps > 0 {
        let message = format!("and {} more like it", taken.unnamed_gaps);
        coverage.add_gap(Gap::of_input(&document.name, "line", GapReason::Malformed, message));
    }
    reading.mistyped += taken.mistyped.0;
    if reading.first_mistyped.is_none() {
        reading.first_mistyped = taken.mistyped.1.map(place);
    }
    for (why, (count, examples)) in taken.not_taken {
        let entry: &mut NotTaken = reading.not_taken.entry(why).or_default();
        entry.count += count;
        let room = NotTaken::EXAMPLES.saturating_sub(entry.examples.len());
        entry.examples.extend(examples.into_iter().take(room).map(place));
    }
    taken.part
}

/// Cuts a document into tasks.
fn plan(document: &Document) -> Vec<Work> {
    let content = document.content();
    if document.is_lines() {
        return lines(content);
    }
    let mut values = Vec::new();
    let mut at = 0;
    loop {
        match json::next_value(content, at) {
            None => break,
            Some(Ok((start, end))) => {
                values.push((start, end));
                at = end;
            }
            Some(Err(stop)) => {
                // One value a line with a broken line among them: the lines after it still count.
                if values.len() > 1
                    || content[..stop].contains(&b'\n')
                        && values.iter().all(|(start, end)| !content[*start..*end].contains(&b'\n'))
                        && !values.is_empty()
                {
                    return lines(content);
                }
                let mut work: Vec<_> =
                    values.iter().map(|(start, end)| Work::Value(*start, *end)).collect();
                work.push(Work::Nonsense(stop));
                return work;
            }
        }
    }
    match values.as_slice() {
        [(start, end)] if content[*start] == b'[' && end - start > TASK_BYTES => {
            let (elements, stop) = json::elements(&content[*start..*end]);
            let shifted: Vec<_> =
                elements.iter().map(|(from, to)| (start + from, start + to)).collect();
            let mut work: Vec<_> =
                shifted.chunks(1024).map(|chunk| Work::Elements(chunk.to_vec())).collect();
            work.extend(stop.err().map(|stop| Work::Nonsense(start + stop)));
            work
        }
        [_, _, ..] => lines_or_values(content, &values),
        _ => values.iter().map(|(start, end)| Work::Value(*start, *end)).collect(),
    }
}

/// Several values: by line if each has a line of its own, else one by one.
fn lines_or_values(content: &[u8], values: &[(usize, usize)]) -> Vec<Work> {
    let alone =
        |(start, end): &(usize, usize)| memchr::memchr(b'\n', &content[*start..*end]).is_none();
    if values.iter().all(alone) {
        lines(content)
    } else {
        values.chunks(256).map(|chunk| Work::Elements(chunk.to_vec())).collect()
    }
}

fn lines(content: &[u8]) -> Vec<Work> {
    let mut work = Vec::new();
    let mut start = 0;
    while start < content.len() {
        let rough = (start + TASK_BYTES).min(content.len());
        let end =
            memchr::memchr(b'\n', &content[rough..]).map_or(content.len(), |at| rough + at + 1);
        work.push(Work::Lines(start, end));
        start = end;
    }
    work
}

fn run<'a>(task: &Task<'a>) -> Taken<'a> {
    let document = task.source;
    let content = document.content();
    let bytes = match &task.work {
        Work::Lines(start, end) | Work::Value(start, end) => end - start,
        Work::Elements(elements) => elements.iter().map(|(start, end)| end - start).sum(),
        Work::Nonsense(_) => 0,
    };
    let mut taker = Taker::new(document, bytes);
    match &task.work {
        Work::Lines(start, end) => {
            let completeness = document.completeness.unwrap_or(Completeness::Partial);
            let mut at = *start;
            while at < *end {
                let stop =
                    memchr::memchr(b'\n', &content[at..*end]).map_or(*end, |length| at + length);
                if (taker.count_line() - 1).is_multiple_of(LINES_PER_MARK) {
                    // The line that begins here has been counted already.
                    taker.mark_line(at);
                }
                take_slice(&mut taker, content, at, stop, completeness, "line");
                at = stop + 1;
            }
        }
        Work::Value(start, end) => {
            // A file that is one resource is what a GET answered.
            let completeness = document.completeness.unwrap_or(Completeness::Complete);
            take_slice(&mut taker, content, *start, *end, completeness, "body");
        }
        Work::Elements(elements) => {
            let completeness = document.completeness.unwrap_or(Completeness::Partial);
            for (start, end) in elements {
                take_slice(&mut taker, content, *start, *end, completeness, "body");
            }
        }
        Work::Nonsense(at) => {
            taker.gap("body", GapReason::Malformed, *at, "not JSON from here on".to_owned());
        }
    }
    taker.finish()
}

fn take_slice<'a>(
    taker: &mut Taker<'a>,
    content: &'a [u8],
    start: usize,
    end: usize,
    completeness: Completeness,
    kind: &str,
) {
    let slice = content[start..end].trim_ascii();
    if slice.is_empty() {
        return;
    }
    if slice.len() > MAX_BODY_BYTES && kind == "line" {
        let message =
            format!("a line of {} bytes; one resource may have {MAX_BODY_BYTES}", slice.len());
        taker.gap(kind, GapReason::Skipped, start, message);
        return;
    }
    match simdutf8::basic::from_utf8(slice) {
        Ok(text) => taker.take(text, completeness),
        Err(_) => taker.gap(kind, GapReason::Malformed, start, "not UTF-8".to_owned()),
    }
}
