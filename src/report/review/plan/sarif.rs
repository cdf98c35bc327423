//! The review of a plan as SARIF 2.1.0: each step that speaks against it is a result.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde_json::json;
use serde_sarif::sarif::{
    ArtifactLocation, Invocation, Location, LogicalLocation, Message, MultiformatMessageString,
    Notification, PhysicalLocation, PropertyBag, Region, ReportingDescriptor,
    ReportingDescriptorReference, Result as Found, ResultLevel, Run, RunAutomationDetails, Sarif,
    Tool, ToolComponent,
};

use super::super::super::{Options, clip, layout, uri};
use super::super::Beside;
use super::super::sarif::{MOST_NOTES, MOST_RESULTS, safe_text};
use super::{hits, title};
use crate::finding::fingerprint;
use crate::review::plan::{JudgedStep, PlanReview};
use crate::review::{Answer, Judged, Verdict, Weight};

const TEXT: usize = 2_000;

/// What a result or a notification is about.
const RULES: [(&str, &str, &str); 2] = [
    (
        "review-change",
        "ReviewChange",
        "A change weakens or destroys backups, or takes a step that cannot be taken back.",
    ),
    (
        "review-operation",
        "ReviewOperation",
        "An operation that a change carries out must not be done so, or somebody has to agree.",
    ),
];

pub(super) fn write(
    review: &PlanReview<'_>,
    beside: Beside<'_, '_>,
    out: &mut dyn Write,
    options: &Options,
) -> io::Result<()> {
    let place = uri::of(beside.request, &options.roots);
    let (mut results, mut notes) = (Vec::new(), Vec::new());
    for step in &review.steps {
        for judged in &step.step.judged {
            match judged.answer {
                Answer::Fail(weight) if results.len() < MOST_RESULTS => {
                    results.push(change(step, judged, weight, &place));
                }
                Answer::Unknown(_) if notes.len() < MOST_NOTES => notes.push(note(step, judged)),
                _ => {}
            }
        }
        for (operation, target) in review.operations(step) {
            if results.len() < MOST_RESULTS && target.verdict != Verdict::Go {
                let id = operation.operation().id;
                let against = target.checks.iter().filter(|check| check.judged.answer.is_against());
                let against: Vec<&str> = against.map(|check| &*check.judged.says).take(5).collect();
                let text = format!(
                    "{id} of {}: {}. {}",
                    target.name,
                    target.verdict.words(),
                    against.join("; ")
                );
                let level = if target.verdict == Verdict::Stop {
                    ResultLevel::Error
                } else {
                    ResultLevel::Warning
                };
                results.push(found(1, id, &target.on, &text, level, &place));
            }
        }
    }
    let text = |text: &str| MultiformatMessageString::builder().text(text).build();
    let descriptors = RULES.map(|(id, name, says)| {
        ReportingDescriptor::builder()
            .id(id)
            .name(name)
            .short_description(text(says))
            .full_description(text(says))
            .help(text("See `backuplint review --help`."))
            .build()
    });
    let driver = ToolComponent::builder()
        .name(env!("CARGO_PKG_NAME"))
        .version(env!("CARGO_PKG_VERSION"))
        .semantic_version(env!("CARGO_PKG_VERSION"))
        .rules(descriptors.to_vec())
        .build();
    let more = BTreeMap::from([
        ("verdict".to_owned(), json!(review.verdict.name())),
        ("asOf".to_owned(), json!(review.as_of.to_string())),
        ("ticket".to_owned(), json!(review.asked.ticket)),
    ]);
    let run = Run::builder()
        .tool(Tool::builder().driver(driver).build())
        .automation_details(
            RunAutomationDetails::builder().id("backuplint/review/plan/".to_owned()).build(),
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

fn message(step: &JudgedStep<'_>, judged: &Judged) -> String {
    let hits = hits(step.step).map_or_else(String::new, |hits| format!(" It hits {hits}."));
    format!("{}: {}.{hits}", title(step.step), judged.says)
}

fn change(step: &JudgedStep<'_>, judged: &Judged, weight: Weight, place: &str) -> Found {
    let path = judged.evidence.first().map_or("", |seen| seen.path.as_str());
    let level = match weight {
        Weight::Stops => ResultLevel::Error,
        Weight::Decides => ResultLevel::Warning,
        Weight::Informs => ResultLevel::Note,
    };
    found(0, path, &step.step.on, &message(step, judged), level, place)
}

fn found(rule: usize, what: &str, on: &str, text: &str, level: ResultLevel, place: &str) -> Found {
    let id = RULES[rule].0;
    let print = fingerprint(id, on, what);
    let logical =
        LogicalLocation::builder().fully_qualified_name(on.to_lowercase()).kind("resource").build();
    let physical = PhysicalLocation::builder()
        .artifact_location(ArtifactLocation::builder().uri(place.to_owned()).build())
        .region(Region::builder().start_line(1).build())
        .build();
    Found::builder()
        .message(Message::builder().text(safe_text(&clip(text, TEXT))).build())
        .rule_id(id)
        .rule_index(i64::try_from(rule).unwrap_or(-1))
        .level(level)
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
        .build()
}

fn note(step: &JudgedStep<'_>, judged: &Judged) -> Notification {
    Notification::builder()
        .level(json!("warning"))
        .message(Message::builder().text(safe_text(&clip(&message(step, judged), TEXT))).build())
        .associated_rule(
            ReportingDescriptorReference::builder().id(RULES[0].0).index(0_i64).build(),
        )
        .build()
}
