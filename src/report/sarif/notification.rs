//! What is no alert: gaps, undecided verdicts, rules that failed, remarks on the run.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use serde_sarif::sarif::{Invocation, Message, Notification, ReportingDescriptorReference};

use super::MOST_RESULTS;
use super::descriptor::{Catalogue, level};
use crate::finding::{Finding, OutcomeKind};
use crate::inventory::Reason;
use crate::report::escape::{clip, visible};
use crate::report::words;
use crate::result::{Gap, Report};

/// The kinds of notification that are no rule of their own: id, what it is, what to do.
pub const NOTIFICATIONS: [(&str, &str, &str); 5] = [
    (
        "reading-gap",
        "Something should have been readable and was not, so rules cannot decide.",
        "Grant the permission that the notification names, or mend the input, and run again.",
    ),
    (
        "rule-undecided",
        "A rule could not decide for some resources.",
        "See the reasons in the human or json report; most go away with a snapshot of `backuplint collect`.",
    ),
    (
        "rule-error",
        "A rule stopped with an error, so what it would have found is missing.",
        "Mend the rule; `backuplint rules test` shows where it stops.",
    ),
    ("run-notice", "A remark on the run.", "Nothing has to be done unless the remark says so."),
    (
        "left-out",
        "More was found than this file may hold.",
        "Mend the worst first, select fewer rules, or read the json or sarif-full report.",
    ),
];
const GAP: usize = 0;
const UNDECIDED: usize = 1;
const RULE_ERROR: usize = 2;
const NOTICE: usize = 3;
const LEFT_OUT: usize = 4;

/// Notifications of one kind; an estate without permissions has a gap for every vault.
const MOST: usize = 100;
const TEXT: usize = 2000;

/// The run itself.
pub fn invocation(report: &Report<'_>, catalogue: &Catalogue<'_>, left_out: usize) -> Invocation {
    let mut notifications = Vec::new();
    if left_out > 0 {
        let text = format!(
            "{} are left out: GitHub takes at most {} in a file, and these are the worst. Use sarif-full or json for all.",
            words::count(left_out as u64, "result"),
            words::number(MOST_RESULTS as u64)
        );
        notifications.push(own(LEFT_OUT, "warning", &text));
    }
    let errors = report.rule_errors.iter().map(|error| own(RULE_ERROR, "error", error));
    extend(&mut notifications, RULE_ERROR, errors);
    extend(
        &mut notifications,
        GAP,
        report.gaps.iter().map(|found| own(GAP, "warning", &gap(found))),
    );
    notifications.extend(undecided(report, catalogue));
    let about_run = report.findings.entries().filter(|entry| {
        entry.outline.outcome == OutcomeKind::Fail
            && !entry.outline.suppressed
            && report.rules[entry.outline.rule].notice
    });
    extend(
        &mut notifications,
        NOTICE,
        about_run.map(|entry| from_rule(report, catalogue, &entry.finding())),
    );
    extend(
        &mut notifications,
        NOTICE,
        report.notices.iter().map(|notice| own(NOTICE, "note", notice)),
    );
    // GitHub takes `false` as "do not process this file", which is right when rules failed: the
    // alerts they would have given must not count as fixed.
    Invocation::builder()
        .execution_successful(report.rule_errors.is_empty())
        .tool_execution_notifications(notifications)
        .build()
}

fn extend(all: &mut Vec<Notification>, kind: usize, some: impl Iterator<Item = Notification>) {
    let mut some = some.fuse();
    all.extend(some.by_ref().take(MOST));
    let more = some.count();
    if more > 0 {
        all.push(own(
            kind,
            "warning",
            &format!("And {} more of this kind.", words::number(more as u64)),
        ));
    }
}

fn own(kind: usize, level: &str, text: &str) -> Notification {
    let position = i64::try_from(kind).expect("one of a handful");
    notification(reference(NOTIFICATIONS[kind].0, position), json!(level), text)
}

fn notification(
    descriptor: ReportingDescriptorReference,
    level: Value,
    text: &str,
) -> Notification {
    let mut text = clip(text.trim(), TEXT).into_owned();
    if !text.ends_with(['.', '!', '?']) {
        text.push('.');
    }
    Notification::builder()
        .descriptor(descriptor)
        .level(level)
        .message(Message::builder().text(text).build())
        .build()
}

fn reference(id: &str, position: i64) -> ReportingDescriptorReference {
    ReportingDescriptorReference::builder().id(id).index(position).build()
}

fn gap(gap: &Gap) -> String {
    let mut text = format!("{} at {}: {}", gap.kind, gap.scope, gap.reason);
    if let Some(status) = gap.status {
        text.extend([" (HTTP ", &status.to_string(), ")"]);
    }
    if !gap.message.is_empty() {
        text.extend([", ", gap.message.trim_end_matches('.')]);
    }
    if let Some(permission) = &gap.permission {
        text.extend([". Missing permission: ", permission]);
    }
    if !gap.rules.is_empty() {
        text.extend([". Rules that cannot decide: ", &gap.rules.join(", ")]);
    }
    text.push('.');
    text
}

/// One for each rule, with its number and reasons.
fn undecided(report: &Report<'_>, catalogue: &Catalogue<'_>) -> Vec<Notification> {
    let mut reasons = vec![BTreeSet::new(); report.rules.len()];
    let outlines = report.findings.entries().map(|entry| entry.outline);
    for outline in outlines.filter(|outline| outline.outcome == OutcomeKind::Unknown) {
        reasons[outline.rule].extend(outline.reason.map(Reason::name));
    }
    let mut notifications = Vec::new();
    for (at, (rule, counts)) in report.rules.iter().zip(&report.per_rule).enumerate() {
        if counts[1] == 0 {
            continue;
        }
        let mut text = format!(
            "{} could not decide for {}",
            visible(&rule.id),
            words::count(counts[1], "resource")
        );
        if !reasons[at].is_empty() {
            let names: Vec<_> = reasons[at].iter().copied().collect();
            text.extend([": ", &names.join(", ")]);
        }
        let mut notification = own(UNDECIDED, "note", &text);
        if !rule.notice {
            notification.associated_rule = Some(reference(&rule.id, catalogue.position(at)));
        }
        notifications.push(notification);
    }
    notifications
}

fn from_rule(report: &Report<'_>, catalogue: &Catalogue<'_>, finding: &Finding) -> Notification {
    let descriptor = reference(&report.rule(finding).id, catalogue.position(finding.rule));
    let level = level(finding.level.unwrap_or_else(|| finding.severity.level()));
    notification(descriptor, level, &finding.message)
}
