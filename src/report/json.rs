//! The `json` format, `backuplint.report/1`: what other people's scripts read.
//!
//! Keys are only ever added. The shapes here are the contract, and deliberately not the model's own types.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::ser::SerializeSeq;
use serde::{Serialize, Serializer};
use serde_json::Value;

use super::{Options, destruction, layout, words};
use crate::finding::{
    BaselineState, Edit, Finding, OutcomeKind, Related, Remedy, ResourceKey, Severity,
};
use crate::inventory::Reason;
use crate::result::{ControlSummary, Gap, Inspected, NotTaken};

/// Writes the report as JSON, one result a line.
///
/// # Errors
/// When the writer fails.
pub fn write(
    report: &crate::result::Report<'_>,
    out: &mut dyn Write,
    options: &Options,
) -> io::Result<()> {
    layout::write(&Report::of(report, options), out, 2)
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Report<'a> {
    schema: &'static str,
    tool: Tool,
    command: &'a str,
    as_of: &'a str,
    inputs: &'a [String],
    fail_on: Severity,
    summary: Summary<'a>,
    reading: Reading<'a>,
    per_rule: PerRule<'a>,
    results: Results<'a>,
    analysis: Analysis<'a>,
    gaps: Vec<GapShape<'a>>,
    notices: &'a [String],
    rule_errors: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    inspected: Option<InspectedShape>,
}

/// Which resources were judged, at the end: it is one long line.
#[derive(Serialize)]
struct InspectedShape {
    algorithm: &'static str,
    count: usize,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    projects: Vec<String>,
    keys: Keys,
}

/// Written as they are encoded: a million of them are eight megabytes.
struct Keys(Inspected);

impl Serialize for Keys {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0.encoded())
    }
}

/// What was worked out beside the verdicts.
#[derive(Serialize)]
struct Analysis<'a> {
    destruction: Vec<destruction::VaultShape<'a>>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Summary<'a> {
    resources: &'a BTreeMap<String, u64>,
    evaluations: u64,
    fail: u64,
    unknown: u64,
    pass: u64,
    not_applicable: u64,
    suppressed: u64,
    gaps: usize,
    by_severity: BySeverity,
    controls: Vec<ControlShape<'a>>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    not_assessable: BTreeMap<&'a str, u64>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ControlShape<'a> {
    framework: &'a str,
    control: &'a str,
    rules: Vec<&'a str>,
    fail: u64,
    unknown: u64,
    pass: u64,
    not_applicable: u64,
}

#[derive(Serialize)]
struct BySeverity {
    critical: u64,
    high: u64,
    medium: u64,
    low: u64,
    info: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Reading<'a> {
    documents: u64,
    bytes: u64,
    duplicates: u64,
    not_taken: BTreeMap<&'a str, NotTakenShape<'a>>,
}

#[derive(Serialize)]
struct NotTakenShape<'a> {
    count: u64,
    examples: &'a [String],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Counts<'a> {
    family: &'a str,
    severity: Severity,
    fail: u64,
    unknown: u64,
    pass: u64,
    not_applicable: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ResultShape<'a> {
    rule: &'a str,
    outcome: &'static str,
    severity: Severity,
    resource: String,
    resource_type: &'a str,
    path: &'a str,
    observed: &'a Value,
    expected: &'a Value,
    message: &'a str,
    reason: Option<&'static str>,
    location: Option<Location<'a>>,
    related: Vec<RelatedShape<'a>>,
    fingerprint: &'a str,
    baseline_state: Option<&'static str>,
    suppression: Option<Suppression<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<FixShape<'a>>,
}

/// Edits of files that repair it.
#[derive(Serialize)]
struct FixShape<'a> {
    safe: bool,
    edits: Vec<EditShape<'a>>,
}

#[derive(Serialize)]
struct EditShape<'a> {
    location: Location<'a>,
    text: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location<'a> {
    uri: &'a str,
    start_line: u64,
    start_column: u64,
    end_line: u64,
    end_column: u64,
}

#[derive(Serialize)]
struct RelatedShape<'a> {
    resource: String,
    message: &'a str,
    location: Option<Location<'a>>,
}

#[derive(Serialize)]
struct Suppression<'a> {
    reason: &'a str,
    owner: &'a str,
    expires: Option<&'a str>,
}

#[derive(Serialize)]
struct GapShape<'a> {
    scope: &'a str,
    kind: &'a str,
    status: Option<u16>,
    reason: &'a str,
    permission: Option<&'a str>,
    message: &'a str,
    rules: &'a [String],
}

impl<'a> Report<'a> {
    fn of(report: &'a crate::result::Report<'a>, options: &'a Options) -> Self {
        let summary = &report.summary;
        let of = |severity| summary.by_severity.get(&severity).copied().unwrap_or(0);
        let not_taken = |(why, not_taken): (&'a String, &'a NotTaken)| {
            (why.as_str(), NotTakenShape { count: not_taken.count, examples: &not_taken.examples })
        };
        Self {
            schema: "backuplint.report/1",
            tool: Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") },
            command: report.command,
            as_of: &report.as_of,
            inputs: &report.inputs,
            fail_on: report.fail_on,
            summary: Summary {
                resources: &report.reading.resources,
                evaluations: summary.evaluations,
                fail: summary.fail,
                unknown: summary.unknown,
                pass: summary.pass,
                not_applicable: summary.not_applicable,
                suppressed: summary.suppressed,
                gaps: report.gaps.len(),
                by_severity: BySeverity {
                    critical: of(Severity::Critical),
                    high: of(Severity::High),
                    medium: of(Severity::Medium),
                    low: of(Severity::Low),
                    info: of(Severity::Info),
                },
                controls: report.controls().into_iter().map(control).collect(),
                not_assessable: (report.not_assessable.iter())
                    .map(|(rule, count)| (report.rules[*rule].id.as_str(), *count))
                    .collect(),
            },
            reading: Reading {
                documents: report.reading.documents,
                bytes: report.reading.bytes,
                duplicates: report.reading.duplicates,
                not_taken: report.reading.not_taken.iter().map(not_taken).collect(),
            },
            per_rule: PerRule(report),
            results: Results { report, options },
            analysis: Analysis { destruction: destruction::shapes(&report.destruction) },
            gaps: report.gaps.iter().map(gap).collect(),
            notices: &report.notices,
            rule_errors: &report.rule_errors,
            inspected: report.findings.inspected().map(inspected),
        }
    }
}

/// Numbers by rule id, in the order of rules.
struct PerRule<'a>(&'a crate::result::Report<'a>);

impl Serialize for PerRule<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.rules.iter().zip(&self.0.per_rule).map(|(rule, counts)| {
            let [fail, unknown, pass, not_applicable] = *counts;
            let (family, severity) = (rule.family.as_str(), rule.severity);
            (&rule.id, Counts { family, severity, fail, unknown, pass, not_applicable })
        }))
    }
}

/// The results with the outcomes asked for, made one at a time while they are written.
struct Results<'a> {
    report: &'a crate::result::Report<'a>,
    options: &'a Options,
}

impl Serialize for Results<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let listed =
            self.report.findings.of(|outline| self.options.outcomes.contains(&outline.outcome));
        let mut list = serializer.serialize_seq(None)?;
        for finding in listed {
            list.serialize_element(&result(&self.report.rule(&finding).id, &finding))?;
        }
        list.end()
    }
}

fn result<'a>(rule: &'a str, finding: &'a Finding) -> ResultShape<'a> {
    ResultShape {
        rule,
        outcome: finding.outcome.name(),
        severity: finding.severity,
        resource: identity(&finding.resource),
        resource_type: &finding.resource_type,
        path: &finding.path,
        observed: &finding.observed,
        expected: &finding.expected,
        message: &finding.message,
        reason: match finding.outcome {
            OutcomeKind::Unknown => finding.reason.map(Reason::name),
            _ => None,
        },
        location: finding.location.as_ref().map(location),
        related: finding.related.iter().map(related).collect(),
        fingerprint: &finding.fingerprint,
        baseline_state: finding.baseline.map(|state| match state {
            BaselineState::New => "new",
            BaselineState::Unchanged => "unchanged",
            BaselineState::Updated => "updated",
        }),
        suppression: finding.suppression.as_ref().map(|suppression| Suppression {
            reason: &suppression.reason,
            owner: &suppression.owner,
            expires: suppression.expires.as_deref(),
        }),
        fix: finding.remedy.as_ref().filter(|remedy| !remedy.edits.is_empty()).map(fix),
    }
}

fn fix(remedy: &Remedy) -> FixShape<'_> {
    let edits = remedy
        .edits
        .iter()
        .map(|Edit { location: place, text, .. }| EditShape { location: location(place), text });
    FixShape { safe: remedy.safe, edits: edits.collect() }
}

/// ARM compares ids without case, so joins need one spelling; an address in code keeps its own.
fn identity(resource: &str) -> String {
    if words::is_arm_id(resource) { resource.to_lowercase() } else { resource.to_owned() }
}

fn related(related: &Related) -> RelatedShape<'_> {
    RelatedShape {
        resource: identity(&related.resource),
        message: &related.message,
        location: related.location.as_ref().map(location),
    }
}

fn location(location: &crate::inventory::Location) -> Location<'_> {
    Location {
        uri: &location.uri,
        start_line: location.start_line,
        start_column: location.start_column,
        end_line: location.end_line,
        end_column: location.end_column,
    }
}

fn inspected(mut inspected: Inspected) -> InspectedShape {
    InspectedShape {
        algorithm: ResourceKey::ALGORITHM,
        count: inspected.len(),
        projects: std::mem::take(&mut inspected.projects),
        keys: Keys(inspected),
    }
}

fn control(summary: ControlSummary<'_>) -> ControlShape<'_> {
    let ControlSummary { framework, id, rules, fail, unknown, pass, not_applicable } = summary;
    ControlShape { framework, control: id, rules, fail, unknown, pass, not_applicable }
}

fn gap(gap: &Gap) -> GapShape<'_> {
    GapShape {
        scope: &gap.scope,
        kind: &gap.kind,
        status: gap.status,
        reason: gap.reason.as_str(),
        permission: gap.permission.as_deref(),
        message: &gap.message,
        rules: &gap.rules,
    }
}
