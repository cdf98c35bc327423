//! The rows `[[fix]]` of every rule, carried out on its failing cases: afterwards the finding is gone.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use backuplint::config::{Config, Overrides};
use backuplint::engine::{Clocks, PlanOptions, RuleSet, Session, cases};
use backuplint::finding::{OutcomeKind, Remedy};
use backuplint::inventory::Time;
use backuplint::rule::{Change, Metadata, Parameters};
use backuplint::snapshot::Inputs;
use serde_json::Value;

use crate::rules;
use crate::snippet::{self, Language, Value as Written};

/// The failures of one rule in a case, by fingerprint.
fn failures(
    set: &RuleSet,
    rule: &Metadata,
    toml: &str,
    case: &str,
) -> BTreeMap<String, Option<Remedy>> {
    let config = Config::parse("case.toml", toml, &set.metadata()).expect("valid");
    let mut select: Vec<String> = config.rules.keys().cloned().collect();
    select.push(rule.id.clone());
    let overrides = Overrides { select, ..Overrides::default() };
    let session = Session::new(set, config, &overrides).expect("a session");
    let inputs = Inputs::of_text("case.json", case);
    let estate = inputs.read();
    let now = estate.collected_at().unwrap_or(Time(0));
    let plan = session.plan(now, PlanOptions::default()).expect("a plan");
    let clocks = Clocks { now, wall_clock: now };
    let report = session.audit(&plan, &inputs, &estate, clocks, &OutcomeKind::ALL);
    let found = report.findings.iter().filter(|finding| {
        finding.outcome == OutcomeKind::Fail && report.rules[finding.rule].id == rule.id
    });
    found.map(|finding| (finding.fingerprint, finding.remedy)).collect()
}

/// Does to a snapshot what a remedy says.
fn carry_out(case: &mut Value, remedy: &Remedy) -> Result<(), String> {
    let lists = ["resources", "listed"];
    let mut found = false;
    for list in lists {
        for body in case[list].as_array_mut().into_iter().flatten() {
            let id = body["id"].as_str().unwrap_or_default();
            if id.eq_ignore_ascii_case(&remedy.resource) {
                found = true;
                change(body, &remedy.path, remedy.value.as_ref());
            }
        }
    }
    if found { Ok(()) } else { Err(format!("no {}", remedy.resource)) }
}

fn change(body: &mut Value, path: &str, value: Option<&Value>) {
    let path = path.replace('[', ".").replace(']', "");
    let steps: Vec<&str> = path.split('.').collect();
    let (last, parents) = steps.split_last().expect("a path");
    let parent = parents.iter().fold(body, |at, step| match at {
        Value::Array(list) => &mut list[step.parse::<usize>().expect("a number")],
        at => &mut at[*step],
    });
    match (parent, value) {
        (Value::Array(list), Some(value)) => {
            list[last.parse::<usize>().expect("a number")] = value.clone()
        }
        (Value::Array(list), None) => drop(list.remove(last.parse().expect("a number"))),
        (parent, value) => parent[*last] = value.expect("a value").clone(),
    }
}

#[test]
fn every_fix_takes_the_finding_away() {
    let set = RuleSet::bundled().expect("bundled rules load");
    let mut wrong = Vec::new();
    for (rule, folder) in rules().filter(|(rule, _)| !rule.fixes.is_empty()) {
        // What only code says is carried out on code: `tests/fixes`.
        if set.find(&rule.id).is_none() || rule.family == "iac" {
            continue;
        }
        let mut unused: BTreeSet<_> = rule
            .fixes
            .iter()
            .map(|fix| (fix.r#type.to_ascii_lowercase(), fix.path.clone()))
            .collect();
        for path in cases::find(&folder) {
            let text = fs::read_to_string(&path).expect("readable");
            let config = path.to_string_lossy().replace(cases::CASE_ENDING, ".toml");
            let toml = fs::read_to_string(Path::new(&config)).unwrap_or_default();
            let before = failures(&set, &rule, &toml, &text);
            for (fingerprint, remedy) in &before {
                let Some(remedy) = remedy else { continue };
                let mut case: Value = serde_json::from_str(&text).expect("JSON");
                if let Err(problem) = carry_out(&mut case, remedy) {
                    wrong.push(format!("{}: {}: {problem}", rule.id, path.display()));
                    continue;
                }
                unused.remove(&(remedy.kind.to_ascii_lowercase(), without_numbers(&remedy.path)));
                let after = failures(&set, &rule, &toml, &case.to_string());
                // Whatever follows an element that was taken out has its place now.
                let is_taken_out = remedy.value.is_none() && after.len() < before.len();
                if after.contains_key(fingerprint) && !is_taken_out {
                    wrong.push(format!(
                        "{}: {}: still fails after {remedy:?}",
                        rule.id,
                        path.display()
                    ));
                }
            }
        }
        wrong.extend(unused.into_iter().map(|(kind, path)| {
            format!("{}: no failing case shows the fix of `{path}` of a {kind}", rule.id)
        }));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn without_numbers(path: &str) -> String {
    let parts = path.split('[').enumerate().map(|(at, part)| match part.split_once(']') {
        Some((_, rest)) if at > 0 => format!("[]{rest}"),
        _ => part.to_owned(),
    });
    parts.collect()
}

#[test]
fn fixes_say_what_the_bicep_snippets_say() {
    let mut wrong = Vec::new();
    for (rule, _) in rules() {
        let Some(text) = &rule.remediation.bicep else { continue };
        let parameters = Parameters::defaults(&rule);
        let resources = snippet::read(text, Language::Bicep);
        for fix in &rule.fixes {
            let value = match &fix.change {
                Change::Value(value) => value.clone(),
                change @ Change::Parameter { name, .. } => {
                    change.demanded(&parameters.as_map()[name]).expect("a value")
                }
                Change::Remove => continue,
            };
            let path = fix.path.replace("[]", "");
            let steps: Vec<&str> = path.split('.').collect();
            let written = resources
                .iter()
                .filter(|resource| resource.kind.eq_ignore_ascii_case(&fix.r#type))
                .flat_map(|resource| &resource.members)
                .filter(|member| member.name == steps[0])
                .flat_map(|member| member.value.at(&steps[1..]));
            for written in written {
                if let Written::Literal(literal) = written
                    && !super::is_same(literal, &value)
                {
                    wrong.push(format!(
                        "{}: the fix sets {} to {value}, the snippet to {literal}",
                        rule.id, fix.path
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
