//! The second kind of source: code, whose properties have places of their own and may be unknown.
//! What holds for ARM JSON must hold for it, since rules cannot tell the two apart.

#![cfg(feature = "rego")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "what fails here fails a test")]

#[path = "audit/mod.rs"]
mod audit;
#[path = "code_source/toy.rs"]
mod toy;

use std::path::Path;
use std::sync::Arc;

use audit::{Auditor, by_rule_and_resource};
use backuplint::engine::{EngineChoice, PlanOptions};
use backuplint::finding::{Finding, Location};
use backuplint::inventory::{Draft, DraftValue, Fact, Kind, Reason};
use backuplint::snapshot::{Document, Documents, Inputs};
use serde_json::{Value, json};
use toy::Declaration;

/// What a text's own remarks say of it.
///
/// `#~ OUTCOME RULE [REASON]` judges the declaration it stands in. On the first line of one the
/// finding stands at the whole of it, on others at the value before the remark; `#~~` is at the whole
/// assignment. `#?` says nothing of the place. A last word that is a name judges another declaration;
/// `via` and names after it are the steps by which the value came there.
struct Expected<'t> {
    outcome: &'t str,
    rule: &'t str,
    reason: Option<&'t str>,
    resource: String,
    place: Option<&'t str>,
    via: Vec<&'t str>,
}

fn expectations<'t>(text: &'t str, declarations: &'t [Declaration<'t>]) -> Vec<Expected<'t>> {
    let mut found = Vec::new();
    for line in text.lines() {
        let Some(at) = ["#~", "#?"].iter().find_map(|mark| line.find(mark)) else { continue };
        let before = line[..at].trim();
        let offset = line.as_ptr() as usize - text.as_ptr() as usize;
        let own = declarations.iter().rev().find(|declaration| {
            declaration.body().origin().as_ptr() as usize - text.as_ptr() as usize <= offset
        });
        let own = own.expect("a declaration around the remark");
        let place = if line[at..].starts_with("#?") {
            None
        } else if before.starts_with("resource") {
            Some(own.body().origin())
        } else if line[at..].starts_with("#~~") {
            Some(before)
        } else {
            before.split_once('=').map(|(_, value)| value.trim())
        };
        for remark in line[at..].trim_start_matches(['#', '~', '?']).split(';') {
            let (remark, via) = remark.split_once(" via ").unwrap_or((remark, ""));
            let via = via.split_whitespace().collect();
            let mut words = remark.split_whitespace();
            let (outcome, rule) =
                (words.next().expect("an outcome"), words.next().expect("a rule"));
            let reason = if outcome == "unknown" { words.next() } else { None };
            let resource = words.next().map_or_else(
                || own.id(),
                |name| {
                    declarations
                        .iter()
                        .find(|other| other.name == name)
                        .expect("a declaration")
                        .id()
                },
            );
            // A pass is about nothing in particular.
            let place = place.filter(|_| matches!(outcome, "fail" | "unknown"));
            found.push(Expected { outcome, rule, reason, resource, place, via });
        }
    }
    assert!(!found.is_empty(), "a text without expectations");
    found
}

/// Line and column of a slice, counted without the product's help. The texts are ASCII.
fn location(uri: &str, text: &str, slice: &str) -> Location {
    let start = slice.as_ptr() as usize - text.as_ptr() as usize;
    let point = |offset: usize| {
        let line = text[..offset].rfind('\n').map_or(0, |at| at + 1);
        (text[..offset].matches('\n').count() as u64 + 1, (offset - line) as u64 + 1)
    };
    let ((start_line, start_column), (end_line, end_column)) =
        (point(start), point(start + slice.len()));
    Location { uri: uri.to_owned(), start_line, start_column, end_line, end_column }
}

/// Judges a text by its own remarks, as it stands and written as a snapshot.
fn check(path: &Path, options: PlanOptions) -> Vec<String> {
    let uri = path.file_name().unwrap().to_string_lossy().into_owned();
    let mut documents = Documents::default();
    let text: Arc<str> = std::fs::read_to_string(path).unwrap().into();
    documents.push(Document::shared(uri.clone(), Arc::clone(&text)));
    let declarations = toy::parse(&text);
    let auditor = Auditor::of_all_rules(options);
    let report = auditor.report(&toy::estate(&declarations), &documents);
    let found = by_rule_and_resource(&report);
    let snapshot = Inputs::of_text("twin.json", as_snapshot(&declarations).to_string());
    let twin_report = auditor.report(&snapshot.read(), snapshot.documents());
    let twins = by_rule_and_resource(&twin_report);
    let show = |finding: &Finding| {
        let reason = finding.reason.map_or("", |reason| reason.name());
        format!("{} {reason} at `{}`: {}", finding.outcome.name(), finding.path, finding.message)
    };
    let mut wrong = Vec::new();
    for expected in expectations(&text, &declarations) {
        let key = (expected.rule, expected.resource.to_ascii_lowercase());
        let name = format!("{uri}: {} on {}", expected.rule, expected.resource);
        let Some(finding) = found.get(&key) else {
            wrong.push(format!("{name}: no verdict"));
            continue;
        };
        let reason = finding.reason.map(Reason::name);
        if (finding.outcome.name(), reason) != (expected.outcome, expected.reason) {
            wrong.push(format!("{name}: {}", show(finding)));
        }
        let place = expected.place.map(|slice| location(&uri, &text, slice));
        if place.is_some() && place != finding.location {
            wrong.push(format!("{name}: stands at {:?} instead of {place:?}", finding.location));
        }
        let steps = finding.related.iter().filter(|step| step.message == "the value of the name");
        let steps: Vec<_> = steps.map(|step| step.resource.as_str()).collect();
        if steps != expected.via {
            wrong.push(format!("{name}: came by {steps:?} instead of {:?}", expected.via));
        }
        if expected.outcome != "unknown" {
            let twin = twins.get(&key).map(|twin| (twin.outcome, &twin.observed));
            if twin != Some((finding.outcome, &finding.observed)) {
                let twin = twins.get(&key).map(&show);
                wrong.push(format!("{name}: {} in code, {twin:?} in JSON", show(finding)));
            }
        }
    }
    wrong
}

/// The same estate as ARM JSON, each resource as a GET shows it and every list read to its end. No
/// JSON can say that an expression is unresolved, so what is unknown is left out.
fn as_snapshot(declarations: &[Declaration<'_>]) -> Value {
    let mut resources = Vec::new();
    for declaration in declarations {
        let mut draft = declaration.draft.clone();
        leave_out_unknown(&mut draft);
        let mut body = draft.tree().first_body().to_json();
        body["id"] = declaration.id().into();
        body["type"] = declaration.type_name.into();
        // Azure adds what code leaves out.
        let properties = &mut body["properties"];
        if properties.is_null() {
            *properties = json!({});
        }
        let defaults = match Kind::of_type(declaration.type_name) {
            Kind::ProtectedItem => json!({"protectionState": "Protected"}),
            Kind::RecoveryServicesVault => json!({
                "securitySettings": {}, "redundancySettings": {}, "encryption": {},
                "publicNetworkAccess": "Enabled",
            }),
            Kind::PrivateEndpoint => {
                approve(properties);
                json!({})
            }
            _ => json!({}),
        };
        for (name, value) in defaults.as_object().unwrap() {
            if properties.get(name).is_none() {
                properties[name] = value.clone();
            }
        }
        resources.push(body);
    }
    let lists: Vec<Value> =
        Kind::all().map(|kind| json!({"scope": "/", "kind": kind.type_name()})).collect();
    json!({
        "schema": "backuplint.snapshot/1", "collectedAt": audit::NOW,
        "collections": lists, "resources": resources,
    })
}

/// Azure approves what is not asked for by hand.
fn approve(properties: &mut Value) {
    let connections = properties["privateLinkServiceConnections"].as_array_mut();
    for connection in connections.into_iter().flatten() {
        let properties = &mut connection["properties"];
        properties["provisioningState"] = "Succeeded".into();
        properties["privateLinkServiceConnectionState"] = json!({ "status": "Approved" });
    }
}

fn leave_out_unknown(value: &mut Draft<'_>) {
    match &mut value.value {
        DraftValue::Map(members) => {
            members.retain(|(_, member)| !matches!(member.value, DraftValue::Unknown(_)));
            for (_, member) in members {
                leave_out_unknown(member);
            }
        }
        DraftValue::List(elements) => elements.iter_mut().for_each(leave_out_unknown),
        _ => {}
    }
}

fn check_all(options: PlanOptions) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/code_source");
    let (mut count, mut wrong) = (0, Vec::new());
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "code") {
            wrong.extend(check(&path, options));
            count += 1;
        }
    }
    assert_eq!((count, wrong.join("\n").as_str()), (8, ""));
}

#[test]
fn verdicts_and_places() {
    check_all(PlanOptions::default());
}

#[test]
fn verdicts_do_not_depend_on_what_rego_is_shown_or_who_runs_it() {
    check_all(PlanOptions { whole_resources: true, ..PlanOptions::default() });
    check_all(PlanOptions { engine: EngineChoice::Interpreter, ..PlanOptions::default() });
}

/// Typed views that no rule of the moment shows: the gaps of schedules, hours or why not.
#[test]
fn schedules_read_alike() {
    let unresolved = "unknown(unresolved-expression)";
    let mut wrong = Vec::new();
    for (properties, code, json) in [
        (r#"schedulePolicy = { scheduleRunFrequency = "Daily" }"#.to_owned(), "24", "24"),
        (
            r#"schedulePolicy = { scheduleRunFrequency = "Weekly", scheduleRunDays = ["Sunday", "Wednesday"] }"#.to_owned(),
            "96",
            "96",
        ),
        (
            r#"schedulePolicy = { scheduleRunFrequency = "Weekly", weeklySchedule.scheduleRunDays = ["Monday"], scheduleRunDays = null }"#.to_owned(),
            "168",
            "168",
        ),
        (
            r#"schedulePolicy = { scheduleRunFrequency = "Hourly", hourlySchedule = { interval = 4, scheduleWindowDuration = 12.0 } }"#.to_owned(),
            "12",
            "12",
        ),
        ("subProtectionPolicy = [{ schedulePolicy.scheduleFrequencyInMins = 120 }]".to_owned(), "2", "2"),
        (
            r#"policyRules = [{ trigger.schedule.repeatingTimeIntervals = ["R/2020-04-05T13:00:00Z/PT4H"] }, {}]"#.to_owned(),
            "4",
            "4",
        ),
        ("policyRules = null subProtectionPolicy = null".to_owned(), "none", "none"),
        // What JSON leaves out may be a smaller gap, or all that is wrong with a schedule.
        (format!("schedulePolicy = {unresolved}"), "unresolved-expression", "none"),
        (format!("policyRules = {unresolved}"), "unresolved-expression", "none"),
        (format!("policyRules = [{unresolved}]"), "unresolved-expression", "none"),
        (format!("schedulePolicy.scheduleFrequencyInMins = {unresolved}"), "unresolved-expression", "none"),
        (
            format!(r#"schedulePolicy = {{ scheduleRunFrequency = "Weekly", scheduleRunDays = ["Sunday", {unresolved}] }}"#),
            "unresolved-expression",
            "unrecognised-value",
        ),
        (
            format!(r#"schedulePolicy = {{ scheduleRunFrequency = "Hourly", hourlySchedule = {unresolved} }}"#),
            "unresolved-expression",
            "not-collected",
        ),
    ] {
        let text = format!(
            "resource \"Microsoft.RecoveryServices/vaults/backupPolicies\" \"v/p\" {{ properties = {{ {properties} }} }}"
        );
        let text: Arc<str> = text.into();
        let declarations = toy::parse(&text);
        let snapshot = Inputs::of_text("twin.json", as_snapshot(&declarations).to_string());
        for (source, estate, expected) in
            [("code", toy::estate(&declarations), code), ("JSON", snapshot.read(), json)]
        {
            let gap = match estate.policies[0].gap {
                Fact::Known(span) => (span.0 / 3600).to_string(),
                Fact::Absent => "none".to_owned(),
                Fact::Unknown(reason) => reason.name().to_owned(),
            };
            if gap != expected {
                wrong.push(format!("{properties}: {gap} in {source}, expected {expected}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
