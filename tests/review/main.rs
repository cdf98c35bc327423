//! Reviews as data: every case is a small estate that differs from one base, a change, and what must come out.

#![allow(
    clippy::panic,
    clippy::pedantic,
    reason = "a test fails by panicking, and helpers of a test are no API"
)]

mod case;
mod command;
mod formats;
mod plan;
mod request;
mod versions;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use backuplint::access::action::ActionTable;
use backuplint::access::operation::{OPERATIONS, PRECONDITIONS, find};
use backuplint::access::{Access, AccessIndex};
use backuplint::inventory::Time;
use backuplint::review::{Answer, Request, Review, Reviewed, Verdict, review};
use backuplint::snapshot::Inputs;
use serde::Deserialize;

use case::{Base, Case, NOW};

/// Of these, nothing is stated for Backup vaults.
const FOR_MACHINES_ONLY: [&str; 6] = ["P1", "P4", "P5", "P6", "P8", "P9"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cases {
    case: Vec<Case>,
}

fn here() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/review")
}

fn base() -> Base {
    toml::from_str(&fs::read_to_string(here().join("base.toml")).expect("readable"))
        .expect("a base")
}

fn cases() -> Vec<Case> {
    let mut files: Vec<PathBuf> = fs::read_dir(here().join("cases"))
        .expect("cases")
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .collect();
    files.sort();
    let read = |file: &PathBuf| {
        let text = fs::read_to_string(file).expect("readable");
        let cases: Cases =
            toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        cases.case
    };
    files.iter().flat_map(read).collect()
}

/// Judges a case and hands the review over.
fn judged<T>(
    case: &Case,
    base: &Base,
    see: impl FnOnce(&Review<'_, '_>) -> T,
) -> Result<T, String> {
    let request = Request::parse("change.json", &case.request(base))
        .map_err(|error| format!("{:?}", miette::Report::new(error)))?;
    let inputs = Inputs::of_text("estate.json", case.estate(base));
    let estate = inputs.read();
    assert!(estate.reading.not_taken.is_empty(), "{}: {:?}", case.name, estate.reading.not_taken);
    assert_eq!(estate.gaps().len(), case.gaps.len(), "{}: {:?}", case.name, estate.gaps());
    let now = Time::parse(NOW).expect("a time");
    let index = AccessIndex::new(&estate, now, &ActionTable::CLOSED);
    let access = Access::new(&index, &estate);
    let review = review(&request, &estate, access, &case.parameters(), now)
        .map_err(|error| format!("{error:?}"))?;
    Ok(see(&review))
}

/// Everything that a review says, in one text.
fn said(review: &Review<'_, '_>) -> String {
    let mut text = String::new();
    for said in &review.statements {
        text += &format!("whole: {} {}", said.answer.name(), said.says);
        for seen in &said.evidence {
            text += &format!(" [{} {} {}]", seen.resource, seen.path, seen.observed);
        }
        text += &format!(" -> {}\n", said.fix.as_deref().unwrap_or("nothing"));
    }
    for target in &review.targets {
        for check in &target.checks {
            let judged = &check.judged;
            text += &format!("{}: {} {}", check.precondition.id, judged.answer.name(), judged.says);
            for seen in &judged.evidence {
                text += &format!(" [{} {} {}]", seen.resource, seen.path, seen.observed);
            }
            if let Some(fix) = &judged.fix {
                text += &format!(" -> {fix}");
            }
            if let Some(claims) = &judged.claims {
                text += &format!(
                    " (guide: {}; documentation: {}; {} = {})",
                    claims.guide,
                    claims.documentation,
                    claims.parameter.unwrap_or("what counts"),
                    claims.value
                );
            }
            text += "\n";
        }
        for change in &target.changes {
            text += &format!("change: {} {} -> {}\n", change.what, change.before, change.after);
        }
        for lost in &target.lost {
            text += &format!("lost: {lost}\n");
        }
        text += &format!("undo: {} {}\n", target.undo.verdict.name(), target.undo.how);
        for advice in &target.advice {
            text += &format!("better: {} {}\n", advice.operation, advice.because);
        }
        for missing in &target.missing {
            text += &format!(
                "missing: {} {} takes {} by {}\n",
                missing.at,
                missing.says,
                missing.permission.as_deref().unwrap_or("nothing known"),
                missing.granters.join(", ")
            );
        }
        for note in review.operation().notes {
            text += &format!("note: {note}\n");
        }
        text += &format!("approval: {:?}\nminima: {:?}\n", target.who.approval, target.who.minima);
    }
    text
}

/// What is wrong with a case; nothing if all is as it says.
fn wrong(case: &Case, base: &Base) -> Vec<String> {
    let compare = |review: &Review<'_, '_>| {
        let mut wrong = Vec::new();
        if review.verdict.name() != case.verdict {
            wrong.push(format!("verdict {} instead of {}", review.verdict.name(), case.verdict));
        }
        if review.targets.len() != case.targets.unwrap_or(1) {
            wrong.push(format!("{} targets", review.targets.len()));
        }
        for (id, expected) in &case.expect {
            let answers: BTreeSet<&str> =
                review.targets.iter().filter_map(|target| answer(target, id)).collect();
            if !answers.contains(expected.as_str()) {
                wrong.push(format!("{id} is {answers:?} instead of {expected}"));
            }
        }
        let text = said(review);
        for part in &case.says {
            if !text.contains(&base.expand(part)) {
                wrong.push(format!("it does not say `{part}`"));
            }
        }
        for part in case.silent.iter().filter(|part| text.contains(part.as_str())) {
            wrong.push(format!("it says `{part}`"));
        }
        let advised = review.targets.iter().flat_map(|target| &target.advice);
        let advised: Vec<&str> = advised.map(|advice| advice.operation).collect();
        if let Some(advises) = &case.advises
            && !(advised.contains(&advises.as_str()) || advises == "-" && advised.is_empty())
        {
            wrong.push(format!("it advises {advised:?} instead of {advises}"));
        }
        if let Some(until) = &case.until {
            let found =
                review.targets[0].undo.until.map(|time| time.to_string()).unwrap_or_default();
            if found != *until {
                wrong.push(format!("it can be undone until `{found}` instead of {until}"));
            }
        }
        if !wrong.is_empty() {
            wrong.push(format!("\n{text}"));
        }
        wrong
    };
    judged(case, base, compare).unwrap_or_else(|error| vec![error])
}

fn answer(target: &Reviewed<'_>, id: &str) -> Option<&'static str> {
    let check = target.checks.iter().find(|check| check.precondition.id == id)?;
    Some(check.judged.answer.name())
}

#[test]
fn every_case_comes_out_as_it_says() {
    let base = base();
    let only = std::env::var("BACKUPLINT_CASE").unwrap_or_default();
    let mut names = BTreeSet::new();
    let mut failures = String::new();
    let mut count = 0;
    for case in cases().iter().filter(|case| case.name.contains(&only)) {
        assert!(names.insert(case.name.clone()), "two cases named {}", case.name);
        let wrong = wrong(case, &base);
        count += usize::from(!wrong.is_empty());
        if !wrong.is_empty() {
            failures += &format!("{}: {}\n", case.name, wrong.join("\n  "));
        }
    }
    assert!(failures.is_empty(), "{count} cases come out otherwise:\n{failures}");
}

/// What is unknown never counts as held, whatever else a case is about.
#[test]
fn unknown_is_never_go() {
    let base = base();
    for case in cases() {
        let see = |review: &Review<'_, '_>| {
            for target in &review.targets {
                let unknown = target
                    .checks
                    .iter()
                    .any(|check| matches!(check.judged.answer, Answer::Unknown(_)));
                assert!(!unknown || target.verdict >= Verdict::CannotTell, "{}", case.name);
                assert_eq!(unknown, !target.missing.is_empty(), "{}", case.name);
            }
        };
        judged(&case, &base, see).unwrap_or_else(|error| panic!("{}: {error}", case.name));
    }
}

#[test]
fn every_operation_has_a_case_for_each_verdict() {
    let mut seen: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for case in cases() {
        let operation = find(&case.operation).expect("an operation").id;
        seen.entry(operation).or_default().insert(case.verdict);
    }
    let mut lacking = Vec::new();
    for operation in OPERATIONS {
        let found = seen.get(operation.id).cloned().unwrap_or_default();
        for verdict in Verdict::ALL {
            if !found.contains(verdict.name()) {
                lacking.push(format!("{} {}", operation.id, verdict.name()));
            }
        }
    }
    assert!(lacking.is_empty(), "no case for: {}", lacking.join(", "));
}

#[test]
fn every_precondition_has_a_case_for_each_answer_on_both_kinds_of_vaults() {
    let base = base();
    let mut seen: BTreeSet<(String, bool, String)> = BTreeSet::new();
    for case in cases() {
        let of_backup_vault = case.is_of_backup_vault(&base);
        for (id, answer) in &case.expect {
            seen.insert((id.clone(), of_backup_vault, answer.clone()));
        }
    }
    let mut lacking = Vec::new();
    for precondition in PRECONDITIONS {
        let id = precondition.id;
        let mut ask = |of_backup_vault: bool, answers: &[&str]| {
            for answer in answers {
                if !seen.contains(&(id.to_owned(), of_backup_vault, (*answer).to_owned())) {
                    let kind =
                        if of_backup_vault { "Backup vault" } else { "Recovery Services vault" };
                    lacking.push(format!("{id} {answer} ({kind})"));
                }
            }
        };
        ask(false, &["pass", "fail", "unknown"]);
        let is_asked = OPERATIONS.iter().any(|operation| {
            operation.backup_vault.is_some() && operation.preconditions.contains(&id)
        });
        if is_asked && FOR_MACHINES_ONLY.contains(&id) {
            ask(true, &["not-applicable"]);
        } else if is_asked {
            ask(true, &["pass", "fail", "unknown"]);
        }
    }
    assert!(lacking.is_empty(), "no case for: {}", lacking.join(", "));
}

/// The guide's decision table has six rows, its table of schedules four, and its list of errors six.
#[test]
fn every_row_of_the_guide_is_a_case() {
    let seen: BTreeSet<String> = cases().into_iter().filter_map(|case| case.guide).collect();
    let rows = |name: &'static str, most: u32| (1..=most).map(move |row| format!("{name} {row}"));
    let wanted: BTreeSet<String> = rows("decision", 6)
        .chain(rows("schedule", 4))
        .chain(rows("error", 6))
        .chain(rows("difference", 7))
        .collect();
    let lacking: Vec<_> = wanted.difference(&seen).collect();
    assert!(lacking.is_empty(), "no case for: {lacking:?}");
}
