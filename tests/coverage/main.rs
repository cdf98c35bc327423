//! What the rules must cover: every part of the guide, and every defect that other tools have or had.
//!
//! What is not there yet stands by name in `pending.txt`, and a name that came to exist fails the test
//! until it is taken off: `BACKUPLINT_UPDATE=1 cargo test --test coverage` does that, and adds nothing.

#![allow(
    clippy::panic,
    clippy::pedantic,
    reason = "a test fails by panicking, and helpers of a test are no API"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use backuplint::access::action::{ActionTable, sets};
use backuplint::access::operation;
use backuplint::engine::cases::find_twins;
use backuplint::rule::{Metadata, page};
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Guide {
    row: Vec<GuideRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GuideRow {
    guide: String,
    says: String,
    #[serde(default)]
    rules: Vec<String>,
    #[serde(default)]
    operations: Vec<String>,
    #[serde(default)]
    preconditions: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Regression {
    numbered: Vec<Numbered>,
    also: Vec<Also>,
}

/// One regression case: by rule, the outcomes that cases of its number must show.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Numbered {
    number: u32,
    says: String,
    cases: BTreeMap<String, Vec<String>>,
}

/// A requirement without a number: by rule, names of cases.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Also {
    says: String,
    cases: BTreeMap<String, Vec<String>>,
}

fn here(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/coverage").join(file)
}

fn table<T: for<'de> Deserialize<'de>>(file: &str) -> T {
    toml::from_str(&fs::read_to_string(here(file)).expect("readable")).expect("a table")
}

/// The bundled rules by id, with their folders.
fn rules() -> BTreeMap<String, (Metadata, PathBuf)> {
    let rule = |bundled: &backuplint::rule::Bundled| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules").join(bundled.folder);
        let metadata = Metadata::parse(bundled.toml).expect("valid");
        (metadata.id.clone(), (metadata, folder))
    };
    backuplint::rules::BUNDLED.iter().map(rule).collect()
}

/// The verdicts that are kept for each case of a rule.
fn evidence(folder: &Path) -> BTreeMap<String, Value> {
    let text = fs::read_to_string(folder.join("cases/expected.json")).unwrap_or_default();
    serde_json::from_str(&text).unwrap_or_default()
}

/// Everything that the tables ask for: what it is called in `pending.txt`, why it is asked for, and
/// whether it is there.
fn asked() -> BTreeMap<String, (String, bool)> {
    let rules = rules();
    let mut asked = BTreeMap::new();
    for GuideRow { guide, says, rules: names, operations, preconditions } in
        table::<Guide>("guide.toml").row
    {
        assert!(
            !names.is_empty() || !operations.is_empty() || !preconditions.is_empty(),
            "{guide} is carried by nothing"
        );
        let why = format!("guide {guide}: {says}");
        for name in names {
            let there = rules.contains_key(&name);
            asked.insert(format!("rule {name}"), (why.clone(), there));
        }
        type IsKnown = fn(&str) -> bool;
        let others: [(&str, Vec<String>, IsKnown); 2] = [
            ("operation", operations, |id| operation::find(id).is_some()),
            ("precondition", preconditions, |id| operation::precondition(id).is_some()),
        ];
        for (kind, names, is_known) in others {
            for name in names {
                let there = is_known(&name);
                asked.insert(format!("{kind} {name}"), (why.clone(), there));
            }
        }
    }
    let Regression { numbered, also } = table("regression.toml");
    for Numbered { number, says, cases } in numbered {
        for (rule, outcomes) in cases {
            let shown =
                rules.get(&rule).map(|(_, folder)| shown(folder, number)).unwrap_or_default();
            for outcome in outcomes {
                let there = outcome.split(" or ").any(|one| shown.contains(one));
                let name = format!("case e{number:02} {rule} {outcome}");
                asked.insert(name, (format!("regression {number}: {says}"), there));
            }
        }
    }
    for Also { says, cases } in also {
        for (rule, names) in cases {
            let known = rules.get(&rule).map(|(_, folder)| evidence(folder)).unwrap_or_default();
            for case in names {
                let there = known.contains_key(&case);
                asked.insert(format!("case {rule} {case}"), (format!("regression: {says}"), there));
            }
        }
    }
    asked
}

/// The outcomes that the cases of a number show; those in code show what their name promises.
fn shown(folder: &Path, number: u32) -> BTreeSet<String> {
    let mark = format!("_e{number:02}_");
    let cases = evidence(folder).into_iter().filter(|(name, _)| name.contains(&mark));
    let verdicts = cases.flat_map(|(_, verdicts)| verdicts.as_array().cloned().unwrap_or_default());
    let told = verdicts.filter_map(|verdict| verdict["outcome"].as_str().map(str::to_owned));
    let in_code = find_twins(folder).into_iter().filter_map(|case| {
        let name = case.file_name()?.to_string_lossy().into_owned();
        Some(name.split_once(&mark)?.0.replace('_', "-"))
    });
    told.chain(in_code).collect()
}

#[test]
fn everything_asked_for_is_there_or_pending_by_name() {
    let asked = asked();
    let path = here("pending.txt");
    let text = fs::read_to_string(&path).expect("readable");
    if std::env::var_os("BACKUPLINT_UPDATE").is_some() {
        let is_done = |line: &&str| asked.get(*line).is_some_and(|(_, there)| *there);
        let kept: Vec<&str> = text.lines().filter(|line| !is_done(line)).collect();
        fs::write(&path, kept.join("\n") + "\n").expect("writable");
        return;
    }
    let pending: BTreeSet<&str> =
        text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    let mut wrong = Vec::new();
    for (name, (why, there)) in &asked {
        match (there, pending.contains(name.as_str())) {
            (false, false) => wrong.push(format!("{name} does not exist ({why})")),
            (true, true) => wrong.push(format!("{name} exists: take it off pending.txt")),
            (true, false) | (false, true) => {}
        }
    }
    let unasked = pending.iter().filter(|name| !asked.contains_key(**name));
    wrong.extend(unasked.map(|name| format!("nothing asks for {name}: take it off pending.txt")));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// `explain` takes either.
#[test]
fn no_operation_is_called_as_a_rule() {
    let rules = rules();
    let taken = |id: &str| {
        rules.values().any(|(rule, _)| rule.id == id || rule.aliases.iter().any(|old| old == id))
    };
    assert!(operation::OPERATIONS.iter().all(|operation| !taken(operation.id)));
}

#[test]
fn all_fourteen_regressions_are_listed() {
    let numbers: Vec<u32> =
        table::<Regression>("regression.toml").numbered.iter().map(|row| row.number).collect();
    assert_eq!(numbers, (1..=14).collect::<Vec<u32>>());
}

/// A LIST of vaults leaves settings out: each rule that such a list cannot feed has a case in which it
/// is unknown for a vault that was only listed.
#[test]
fn no_rule_takes_what_a_list_leaves_out_for_off() {
    let vault = "microsoft.recoveryservices/vaults";
    let mut wrong = Vec::new();
    for (id, (metadata, folder)) in rules() {
        let fed_by_a_list =
            page::coverage(&metadata).iter().any(|(input, fed)| *input == "list" && *fed);
        if !metadata.judges(vault) || fed_by_a_list {
            continue;
        }
        let is_listed = |name: &str| {
            let case = folder.join(format!("cases/{name}.snapshot.json"));
            // A case in code lists nothing.
            let Ok(text) = fs::read(case) else { return false };
            let case: Value = serde_json::from_slice(&text).expect("JSON");
            let mut listed = case["listed"].as_array().into_iter().flatten();
            listed.any(|body| {
                body["type"].as_str().is_some_and(|kind| kind.eq_ignore_ascii_case(vault))
            })
        };
        let names = evidence(&folder).into_keys();
        if !names.into_iter().any(|name| name.starts_with("unknown_") && is_listed(&name)) {
            wrong.push(id);
        }
    }
    assert!(wrong.is_empty(), "no unknown_ case with a vault under `listed`: {wrong:?}");
}

/// The rule in Rego names by itself what destroys backups; the rest of the program has it as a set.
#[test]
fn the_rule_on_custom_roles_knows_what_destroys_backups() {
    let text = include_str!("../../rules/access/custom_role_backup_wildcard/check.rego");
    let named: BTreeSet<&str> =
        text.split('"').filter(|text| text.starts_with("Microsoft.")).collect();
    let table = ActionTable::CLOSED;
    let set: BTreeSet<&str> = sets::DESTROY.iter().map(|action| table.name(action)).collect();
    assert_eq!(named, set);
}
