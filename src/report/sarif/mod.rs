//! The `sarif` formats: SARIF 2.1.0, once within what GitHub code scanning accepts and shows, once in full.
//!
//! GitHub's limits: <https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning>.
//! Only failures become results, since code scanning ignores `kind` and would open an alert for a pass.
//! What could not be read or decided is a notification of the tool. `fixes` and `baselineState` are
//! absent from the file for upload, where they are ignored, and so are suppressed results, which would
//! show as open.

mod descriptor;
mod line_hash;
mod notification;
mod result;

use std::io::{self, Write};

use serde::ser::SerializeSeq;
use serde::{Serialize, Serializer};
use serde_sarif::sarif;

use super::{Options, layout};
use crate::finding::OutcomeKind;
use crate::result::{Outline, Report};
use descriptor::Catalogue;

/// GitHub rejects a file with more results in a run.
const MOST_RESULTS: usize = 25_000;

/// Writes what code scanning takes.
///
/// # Errors
/// When the writer fails.
pub fn write(report: &Report<'_>, out: &mut dyn Write, options: &Options) -> io::Result<()> {
    log(report, out, options, false)
}

/// Writes everything, for other consumers.
///
/// # Errors
/// When the writer fails.
pub fn write_full(report: &Report<'_>, out: &mut dyn Write, options: &Options) -> io::Result<()> {
    log(report, out, options, true)
}

fn log(report: &Report<'_>, out: &mut dyn Write, options: &Options, full: bool) -> io::Result<()> {
    let results = Results { report, catalogue: Catalogue::of(report), options, full };
    let results_in_all =
        report.findings.entries().filter(|entry| results.holds(&entry.outline)).count();
    let left_out = if full { 0 } else { results_in_all.saturating_sub(MOST_RESULTS) };
    let run = Run {
        tool: results.catalogue.tool(),
        automation_details: sarif::RunAutomationDetails::builder()
            // The category is what stands before the last slash.
            .id(format!("backuplint/{}/", report.command))
            .build(),
        invocations: [notification::invocation(report, &results.catalogue, left_out)],
        taxonomies: results.catalogue.taxonomies(),
        column_kind: "utf16CodeUnits",
        properties: RunProperties { as_of: &report.as_of, inputs: &report.inputs },
        results,
    };
    let log = Log {
        schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        version: "2.1.0",
        runs: [run],
    };
    layout::write(&log, out, 4)
}

/// `serde-sarif`'s own log and run hold every result in a vector; these write them one at a time.
#[derive(Serialize)]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: sarif::Tool,
    automation_details: sarif::RunAutomationDetails,
    column_kind: &'static str,
    invocations: [sarif::Invocation; 1],
    taxonomies: Vec<sarif::ToolComponent>,
    properties: RunProperties<'a>,
    results: Results<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RunProperties<'a> {
    as_of: &'a str,
    inputs: &'a [String],
}

struct Results<'a> {
    report: &'a Report<'a>,
    catalogue: Catalogue<'a>,
    options: &'a Options,
    full: bool,
}

impl Results<'_> {
    /// Whether a finding becomes a result. They come worst first, so that a cap cuts the least.
    fn holds(&self, outline: &Outline) -> bool {
        outline.outcome == OutcomeKind::Fail
            && !self.report.rules[outline.rule].notice
            && (self.full || !outline.suppressed)
    }
}

impl Serialize for Results<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let most = if self.full { usize::MAX } else { MOST_RESULTS };
        let writer = result::Writer::new(self.report, &self.catalogue, self.options, self.full);
        let mut previous: Option<(String, u32)> = None;
        let mut list = serializer.serialize_seq(None)?;
        for finding in self.report.findings.of(|outline| self.holds(outline)).take(most) {
            // Two messages on one property share a fingerprint and stand next to each other.
            let count = match previous {
                Some((fingerprint, count)) if fingerprint == finding.fingerprint => count + 1,
                _ => 1,
            };
            list.serialize_element(&writer.result(&finding, count))?;
            previous = Some((finding.fingerprint, count));
        }
        list.end()
    }
}
