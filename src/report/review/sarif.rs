//! A review as SARIF 2.1.0: each precondition that does not hold is a result in the change request.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde_json::json;
use serde_sarif::sarif::{
    ArtifactLocation, Invocation, Location, LogicalLocation, Message, MultiformatMessageString,
    Notification, PhysicalLocation, PropertyBag, Region, ReportingDescriptor,
    ReportingDescriptorReference, Result as Found, ResultLevel, Run, RunAutomationDetails, Sarif,
    Tool, ToolComponent,
};

use super::super::{Options, clip, layout, uri, words};
use super::{Beside, worst_first};
use crate::access::operation::{PRECONDITIONS, Precondition};
use crate::finding::fingerprint;
use crate::review::{Answer, Check, Judged, Review, Reviewed, Weight};

/// GitHub rejects a file with more results in a run.
pub(super) const MOST_RESULTS: usize = 25_000;
/// Notifications of what could not be told.
pub(super) const MOST_NOTES: usize = 100;
const TEXT: usize = 2_000;

pub(super) fn write(
    review: &Review<'_, '_>,
    beside: Beside<'_, '_>,
    out: &mut dyn Write,
    options: &Options,
) -> io::Result<()> {
    let wanted: Vec<&'static Precondition> = PRECONDITIONS
        .iter()
        .filter(|known| {
            let mut all = review.targets.iter().flat_map(|target| &target.checks);
            all.any(|check| check.precondition.id == known.id)
        })
        .collect();
    let place = uri::of(beside.request, &options.roots);
    let mut results = Vec::new();
    let against = review.statements.iter().filter(|said| said.answer.is_against());
    let mut notes: Vec<Notification> = against.map(whole).collect();
    for target in worst_first(review) {
        for check in &target.checks {
            let at = wanted.iter().position(|known| known.id == check.precondition.id);
            let at = at.and_then(|at| i64::try_from(at).ok()).unwrap_or(-1);
            match check.judged.answer {
                Answer::Fail(weight) if results.len() < MOST_RESULTS => {
                    results.push(result(review, target, check, weight, (at, &place)));
                }
                Answer::Unknown(_) if notes.len() < MOST_NOTES => {
                    notes.push(note(target, check, at));
                }
                _ => {}
            }
        }
    }
    let driver = ToolComponent::builder()
        .name(env!("CARGO_PKG_NAME"))
        .version(env!("CARGO_PKG_VERSION"))
        .semantic_version(env!("CARGO_PKG_VERSION"))
        .rules(wanted.iter().map(|known| descriptor(known)).collect::<Vec<_>>())
        .build();
    let more = BTreeMap::from([
        ("operation".to_owned(), json!(review.operation().id)),
        ("verdict".to_owned(), json!(review.verdict.name())),
        ("asOf".to_owned(), json!(review.as_of.to_string())),
        ("ticket".to_owned(), json!(review.request.ticket)),
    ]);
    let run = Run::builder()
        .tool(Tool::builder().driver(driver).build())
        .automation_details(
            RunAutomationDetails::builder()
                .id(format!("backuplint/review/{}/", review.operation().id))
                .build(),
        )
        .column_kind(json!("utf16CodeUnits"))
        .invocations(vec![
            Invocation::builder()
                .execution_successful(true)
                .tool_execution_notifications(notes)
                .build(),
        ])
        .results(results)
        .properties(PropertyBag::builder().additional_properties(more).build())
        .build();
    let log = Sarif::builder()
        .schema("https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json".to_owned())
        .version(json!("2.1.0"))
        .runs(vec![run])
        .build();
    layout::write(&log, out, 4)
}

fn id(precondition: &Precondition) -> String {
    format!("review-{}", precondition.id.to_ascii_lowercase())
}

fn descriptor(precondition: &Precondition) -> ReportingDescriptor {
    let text = |text: &str| MultiformatMessageString::builder().text(text).build();
    ReportingDescriptor::builder()
        .id(id(precondition))
        .name(format!("Review{}", precondition.id))
        .short_description(text(precondition.says))
        .full_description(text(precondition.says))
        .help(text(&format!("Read from: {}.", precondition.reads.join(", "))))
        .build()
}

fn message(check: &Check, target: &Reviewed<'_>) -> String {
    let fix = check.judged.fix.as_ref().map_or_else(String::new, |fix| format!(" Next: {fix}."));
    let says = &check.judged.says;
    let text = format!("{}: {says}.{fix}", target.name);
    safe_text(&clip(&text, TEXT))
}

/// A stranger's text must not become a link (SARIF 2.1.0 §3.11.6).
pub(super) fn safe_text(text: &str) -> String {
    if text.contains("](") { text.replace('[', "\\[").replace(']', "\\]") } else { text.to_owned() }
}

fn result(
    review: &Review<'_, '_>,
    target: &Reviewed<'_>,
    check: &Check,
    weight: Weight,
    (at, place): (i64, &str),
) -> Found {
    let rule = id(check.precondition);
    let print = fingerprint(&format!("{rule}/{}", review.operation().id), &target.on, "");
    let logical = LogicalLocation::builder()
        .fully_qualified_name(target.on.to_lowercase())
        .name(words::name(&target.on))
        .kind("resource")
        .build();
    let physical = PhysicalLocation::builder()
        .artifact_location(ArtifactLocation::builder().uri(place.to_owned()).build())
        .region(Region::builder().start_line(1).build())
        .build();
    let evidence: Vec<_> = check
        .judged
        .evidence
        .iter()
        .map(|seen| json!({"resource": seen.resource.to_lowercase(), "path": seen.path, "observed": seen.observed}))
        .collect();
    let more = BTreeMap::from([
        ("evidence".to_owned(), json!(evidence)),
        ("verdict".to_owned(), json!(target.verdict.name())),
    ]);
    Found::builder()
        .message(Message::builder().text(message(check, target)).build())
        .rule_id(rule)
        .rule_index(at)
        .level(match weight {
            Weight::Stops => ResultLevel::Error,
            Weight::Decides => ResultLevel::Warning,
            Weight::Informs => ResultLevel::Note,
        })
        .locations(vec![
            Location::builder()
                .physical_location(physical)
                .logical_locations(vec![logical])
                .build(),
        ])
        .partial_fingerprints(BTreeMap::from([
            ("backuplint/v1".to_owned(), print.clone()),
            ("primaryLocationLineHash".to_owned(), format!("{print}:1")),
        ]))
        .properties(PropertyBag::builder().additional_properties(more).build())
        .build()
}

/// What is said of the whole change.
fn whole(said: &Judged) -> Notification {
    let fix = said.fix.as_ref().map_or_else(String::new, |fix| format!(" Next: {fix}."));
    let text = safe_text(&clip(&format!("{}.{fix}", said.says), TEXT));
    let level = if said.answer == Answer::Fail(Weight::Stops) { "error" } else { "warning" };
    Notification::builder()
        .level(json!(level))
        .message(Message::builder().text(text).build())
        .build()
}

fn note(target: &Reviewed<'_>, check: &Check, at: i64) -> Notification {
    Notification::builder()
        .level(json!("warning"))
        .message(Message::builder().text(message(check, target)).build())
        .associated_rule(
            ReportingDescriptorReference::builder().id(id(check.precondition)).index(at).build(),
        )
        .build()
}
