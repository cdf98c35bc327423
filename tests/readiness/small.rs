//! Small estates as data: each differs from the base of the reviews, and one item of it is looked at.

use std::collections::BTreeMap;
use std::fs;

use backuplint::readiness::Pick;
use backuplint::rule::Declarations;
use backuplint::snapshot::Inputs;
use serde::Deserialize;

#[allow(dead_code, reason = "what a request says is for the reviews alone")]
#[path = "../review/case.rs"]
mod case;

use case::{Base, Case};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cases {
    case: Vec<Case>,
}

fn read<T: serde::de::DeserializeOwned>(path: &str) -> T {
    let text = fs::read_to_string(super::root().join(path)).expect("readable");
    toml::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
}

pub fn base() -> Base {
    read("tests/review/base.toml")
}

pub fn cases() -> Vec<Case> {
    let cases: Cases = read("tests/readiness/cases.toml");
    cases.case
}

/// The estate of a case.
pub fn estate(case: &Case, base: &Base) -> String {
    case.estate(base)
}

/// What the matrix says of the first item that a case names; nothing if it is not in it.
fn said(case: &Case, base: &Base) -> (String, BTreeMap<String, String>, String) {
    let inputs = Inputs::of_text("estate.json", case.estate(base));
    let on = base.expand(&case.on[0]).to_lowercase();
    super::matrix(&inputs, &Declarations::default(), &Pick::default(), |matrix| {
        let is_it = |item: &backuplint::readiness::Item<'_, '_, '_>| {
            item.protection.resource.id.as_str().to_lowercase() == on
        };
        let Some(item) = matrix.items().find(is_it) else {
            return ("-".to_owned(), BTreeMap::new(), String::new());
        };
        let mut text = String::new();
        for way in &item.ways {
            for check in &way.checks {
                let judged = &check.judged;
                text += &format!(
                    "{} {} {} {}",
                    way.operation.id,
                    check.precondition.id,
                    judged.answer.name(),
                    judged.says
                );
                for seen in &judged.evidence {
                    text += &format!(" [{} {} {}]", seen.resource, seen.path, seen.observed);
                }
                text += &judged.fix.as_ref().map_or_else(String::new, |fix| format!(" -> {fix}"));
                text += "\n";
            }
            for missing in matrix.ways.missing(item.protection, way) {
                let permission = missing.permission.as_deref().unwrap_or("nothing known");
                text += &format!("missing: {permission} by {}\n", missing.granters.join(", "));
            }
        }
        let ways = super::said(&item, matrix);
        (item.verdict.name().to_owned(), ways, text)
    })
}

#[test]
fn every_small_case_comes_out_as_it_says() {
    let base = base();
    let mut wrong = String::new();
    for case in &cases() {
        let (verdict, ways, text) = said(case, &base);
        if verdict != case.verdict {
            wrong += &format!("{}: {verdict}, not {}\n{text}", case.name, case.verdict);
        }
        for (way, expected) in &case.expect {
            let found = ways.get(way).map_or("", |found| found.trim());
            if found != expected {
                wrong += &format!("{}: {way} is `{found}`, not `{expected}`\n{text}", case.name);
            }
        }
        for part in &case.says {
            if !text.contains(&base.expand(part)) {
                wrong += &format!("{}: it does not say `{part}`\n{text}", case.name);
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// Whatever was not read, no way becomes ready by it: of each case of a review the same estate is taken, with one
/// more list unread.
#[test]
fn reading_less_never_makes_a_way_ready() {
    let base = base();
    let lists: Vec<&String> = base.read.iter().flat_map(|read| &read.kinds).collect();
    for case in &cases() {
        let (_, before, _) = said(case, &base);
        for list in lists.iter().copied() {
            if case.unread.contains(list) {
                continue;
            }
            let mut blinder = case.clone();
            blinder.unread.push(list.clone());
            let (_, after, text) = said(&blinder, &base);
            for (way, state) in &after {
                let was = before.get(way).map_or("", String::as_str);
                let is_ready = state.trim() == "ready";
                assert!(
                    !is_ready || was.trim() == "ready",
                    "{}, {list}: {way} was {was}\n{text}",
                    case.name
                );
            }
        }
    }
}
