//! Hand-made estates: each says, in a comment, who could destroy the backups and why.
//!
//! A case is a TOML file that names a vault, who has which role where, and the answer. It is written out
//! as the ARM bodies that Azure would answer, read like any snapshot, and analysed.

#![allow(
    clippy::panic,
    clippy::pedantic,
    reason = "a test fails by panicking, and helpers of a test are no API"
)]

mod case;

use std::path::Path;

use backuplint::access::action::ActionTable;
use backuplint::access::destruction::{Bound, Choice, Offer, Range};
use backuplint::access::{Access, AccessIndex};
use backuplint::inventory::{Fact, Time};
use backuplint::snapshot::Inputs;
use case::{Case, Expected, Numbers};

const NOW: &str = "2026-11-22T06:00:00Z";

#[test]
fn every_estate_has_the_answer_that_its_comment_argues_for() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/destruction/cases");
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .expect("cases")
        .map(|entry| entry.expect("entry").path())
        .collect();
    paths.sort();
    assert!(paths.len() >= 25, "{}", paths.len());
    let mut wrong = Vec::new();
    for path in &paths {
        let text = std::fs::read_to_string(path).expect("readable");
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        assert!(text.starts_with("# ") && text.lines().nth(1).is_some(), "{name}: no argument");
        let case: Case = toml::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        let found = answer(&case);
        if found != case.expect {
            wrong.push(format!("{name}:\n found  {found:?}\n argued {:?}", case.expect));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn answer(case: &Case) -> Expected {
    let inputs = Inputs::of_text("estate.json", case.snapshot().to_string());
    let estate = inputs.read();
    assert!(estate.gaps().iter().all(|gap| gap.kind != "body"), "{:?}", estate.gaps());
    let table = ActionTable::CLOSED;
    let index = AccessIndex::new(&estate, Time::parse(NOW).expect("a time"), &table);
    let access = Access::new(&index, &estate);
    let found = access.destruction(&case.vault_id()).expect("the vault");
    let analysis = &found.analysis;
    let name = |holder: u32, member: u32| {
        let principal =
            found.principal(holder, member).map(|principal| access.principal(principal));
        principal.map_or("somebody".to_owned(), |principal| case.name_of(&principal.id))
    };
    let who = |bound: &Bound| -> Vec<String> {
        let sets = |choice: &Choice| -> Vec<String> {
            let set = |set: &Vec<Offer>| {
                set.iter()
                    .map(|offer| name(offer.holder, offer.member))
                    .collect::<Vec<_>>()
                    .join(" + ")
            };
            choice.named.iter().map(set).collect()
        };
        bound.first().map(sets).unwrap_or_default()
    };
    let path = analysis.path.iter().flat_map(|path| &path.steps).map(|step| {
        format!("{} {} {}", name(step.holder, step.member), step.how.id(), step.power.id())
    });
    let best = || found.summary(access).improvements.into_iter().next();
    Expected {
        answer: numbers(&analysis.vault.proven),
        at_best: (!analysis.vault.is_settled()).then(|| numbers(&analysis.vault.possible)),
        single: word(&analysis.vault, found.has_points),
        who: case.expect.who.as_ref().map(|_| who(&analysis.vault.proven)),
        sets: case
            .expect
            .sets
            .map(|_| analysis.vault.proven.first().map_or(0, |choice| choice.sets)),
        snapshots: case.expect.snapshots.as_ref().map(|_| {
            analysis.snapshots.as_ref().map_or_else(Vec::new, |range| numbers(&range.proven).0)
        }),
        path: case.expect.path.as_ref().map(|_| path.collect()),
        change: case
            .expect
            .change
            .as_ref()
            .map(|_| best().map_or_else(|| "none".to_owned(), |best| best.id.to_owned())),
        then: case.expect.then.as_ref().map(|_| best().map_or_else(String::new, |it| it.words())),
        missing: case
            .expect
            .missing
            .as_ref()
            .map(|_| found.missing.iter().map(|missing| missing.what.clone()).collect()),
    }
}

fn numbers(bound: &Bound) -> Numbers {
    let numbers = bound.choices.iter().map(|choice| [choice.people, choice.delay]).collect();
    Numbers(numbers, bound.never)
}

/// What the rule on single principals would say.
fn word(range: &Range, has_points: Fact<bool>) -> String {
    match (has_points, range.within(1, 14)) {
        (Fact::Known(false), _) => "nothing to lose",
        (_, Some(true)) => "fails",
        (_, Some(false)) => "passes",
        (_, None) => "unknown",
    }
    .to_owned()
}
