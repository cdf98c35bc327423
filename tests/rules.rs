//! Finds every case of every bundled rule and makes it a named test: the verdict is what the file's
//! name promises, and the evidence is what `cases/expected.json` keeps.
//!
//! `BACKUPLINT_UPDATE=1 cargo test --test rules` writes the evidence anew, for a person to read.

#[path = "rules/twins.rs"]
mod twins;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use backuplint::engine::cases::{self, Promise};
use backuplint::engine::{Rule, RuleSet, unseen_facts};
use backuplint::inventory::Estate;
use backuplint::snapshot::Inputs;
use libtest_mimic::{Arguments, Failed, Trial};
use serde_json::Value;

fn main() {
    let arguments = Arguments::from_args();
    let set = Arc::new(RuleSet::bundled().expect("bundled rules load"));
    let update = std::env::var_os("BACKUPLINT_UPDATE").is_some();
    let mut trials = Vec::new();
    for bundled in backuplint::rules::BUNDLED {
        let id = bundled.folder.rsplit('/').next().unwrap_or_default().replace('_', "-");
        // Without the Rego engine there are no rules written in it.
        let Some(rule) = set.find(&id).cloned() else { continue };
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules").join(bundled.folder);
        let found = kept(&rule, &folder);
        if update {
            write_expected(&set, &rule, &folder, &found);
        }
        let expected = Arc::new(expected(&folder));
        trials.push(covers_every_outcome(bundled.folder, &rule, &found, &expected));
        trials.push(reads_what_it_declares(bundled.folder, &set, &rule, &found));
        trials.push(twins::judges_code_as_it_claims(bundled.folder, &rule, &folder));
        for twin in cases::find_twins(&folder).into_iter().filter(|twin| !found.contains(twin)) {
            let (set, rule) = (Arc::clone(&set), rule.clone());
            let file = twin.file_name().unwrap_or_default().to_string_lossy().into_owned();
            trials.push(Trial::test(format!("{}/{file}", bundled.folder), move || {
                let result = cases::run(&set, &rule, &twin);
                let problem = result.problem.map(|it| format!("{it}\n{:#}", result.evidence));
                problem.map_or(Ok(()), |problem| Err(problem.into()))
            }));
        }
        for case in found {
            let (set, rule, expected) = (Arc::clone(&set), rule.clone(), Arc::clone(&expected));
            let name = format!("{}/{}", bundled.folder, stem(&case));
            trials.push(Trial::test(name, move || check(&set, &rule, &case, &expected)));
        }
    }
    assert!(!trials.is_empty(), "no rule has a case");
    #[cfg(feature = "rego")]
    trials.push(Trial::test("bundled_rules_run_on_the_bytecode_machine", on_the_machine));
    libtest_mimic::run(&arguments, trials).exit();
}

fn stem(case: &Path) -> String {
    let stem = PathBuf::from(cases::stem(case));
    stem.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// The cases whose evidence is kept: snapshots, and of what only code says the code.
fn kept(rule: &Rule, folder: &Path) -> Vec<PathBuf> {
    let mut found = cases::find(folder);
    if OF_CODE.contains(&rule.metadata.family.as_str()) {
        let snapshots: Vec<String> = found.iter().map(|case| stem(case)).collect();
        let alone = cases::find_twins(folder).into_iter();
        found.extend(alone.filter(|case| !snapshots.contains(&stem(case))));
    }
    found
}

/// Families that speak of what no snapshot shows.
const OF_CODE: [&str; 2] = ["iac", "change"];

fn expected(folder: &Path) -> BTreeMap<String, Value> {
    let text = fs::read_to_string(folder.join("cases/expected.json")).unwrap_or_default();
    serde_json::from_str(&text).unwrap_or_default()
}

fn write_expected(set: &RuleSet, rule: &Rule, folder: &Path, found: &[PathBuf]) {
    let evidence: BTreeMap<String, Value> =
        found.iter().map(|case| (stem(case), cases::run(set, rule, case).evidence)).collect();
    let text = serde_json::to_string_pretty(&evidence).expect("JSON") + "\n";
    fs::write(folder.join("cases/expected.json"), text).expect("writable");
}

fn check(
    set: &RuleSet,
    rule: &Rule,
    case: &Path,
    expected: &BTreeMap<String, Value>,
) -> Result<(), Failed> {
    let result = cases::run(set, rule, case);
    if let Some(problem) = result.problem {
        return Err(format!("{problem}\n{:#}", result.evidence).into());
    }
    match expected.get(&stem(case)) {
        Some(kept) if *kept == result.evidence => Ok(()),
        Some(kept) => {
            Err(format!("the evidence changed\nwas {kept:#}\nnow {:#}", result.evidence).into())
        }
        None => Err(
            "no evidence is kept for this case; run BACKUPLINT_UPDATE=1 cargo test --test rules"
                .into(),
        ),
    }
}

/// Every declared fact is in some body, and every read of a Rego rule is declared.
fn reads_what_it_declares(
    folder: &str,
    set: &Arc<RuleSet>,
    rule: &Rule,
    found: &[PathBuf],
) -> Trial {
    let (set, rule, found) = (Arc::clone(set), rule.clone(), found.to_vec());
    Trial::test(format!("{folder}/reads_what_it_declares"), move || {
        let named = |estate: &Estate<'_>| -> BTreeSet<String> {
            let unseen = unseen_facts(&rule.metadata, &[estate]).into_iter();
            unseen.map(|fact| format!("no body has `{}` of {}", fact.path, fact.r#type)).collect()
        };
        let demo = Inputs::shipped("demo", backuplint::demo::FILES).expect("opens");
        let mut unseen = named(&demo.read());
        for case in &found {
            if !unseen.is_empty() {
                let here = cases::with_estate(case, |estate, _, _| named(estate))?;
                unseen.retain(|fact| here.contains(fact));
            }
        }
        let wrong: Vec<String> = unseen.into_iter().chain(undeclared(&set, &rule)).collect();
        if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
    })
}

#[cfg(feature = "rego")]
fn undeclared(set: &RuleSet, rule: &Rule) -> Vec<String> {
    let reads = backuplint::engine::undeclared_reads(rule, &set.libraries).expect("compiles");
    reads.into_iter().map(|read| format!("{read} is read and not declared")).collect()
}

/// The interpreter is several times slower, and a run that does not need it starts sooner.
#[cfg(feature = "rego")]
fn on_the_machine() -> Result<(), Failed> {
    use backuplint::rego::{Entry, Options, Program, Source, Value};
    use backuplint::rule::BundledLogic;

    let source = |name: &str, text: &str| Source { name: name.to_owned(), text: text.to_owned() };
    let (mut sources, mut entries) = (Vec::new(), Vec::new());
    for bundled in backuplint::rules::BUNDLED {
        if let BundledLogic::Rego(text) = bundled.logic {
            entries.push(Entry { id: bundled.folder.to_owned(), module: sources.len() });
            sources.push(source(bundled.folder, text));
        }
    }
    sources.extend(backuplint::rules::LIBRARIES.iter().map(|(name, text)| source(name, text)));
    let program = Program::compile(&sources, entries, Value::new_object(), Options::default())
        .map_err(|diagnostics| diagnostics[0].to_string())?;
    let slow: Vec<String> = (0..program.len())
        .filter_map(|entry| {
            let reason = program.engine_of(entry).reason.as_ref()?;
            Some(format!("{}: {reason}", program.id(entry)))
        })
        .collect();
    if slow.is_empty() { Ok(()) } else { Err(slow.join("\n").into()) }
}

#[cfg(not(feature = "rego"))]
fn undeclared(_: &RuleSet, _: &Rule) -> Vec<String> {
    Vec::new()
}

/// Every rule has a fail, a pass, and an unknown unless its metadata says why nothing can blind it.
fn covers_every_outcome(
    folder: &str,
    rule: &Rule,
    found: &[PathBuf],
    expected: &BTreeMap<String, Value>,
) -> Trial {
    let has = |promise| found.iter().any(|case| Promise::of(&stem(case)) == Some(promise));
    let missing: Vec<&str> = [
        ("fail", has(Promise::Fail)),
        ("pass", has(Promise::Pass)),
        ("unknown", has(Promise::Unknown) || rule.metadata.never_unknown.is_some()),
    ]
    .into_iter()
    .filter(|(_, there)| !there)
    .map(|(name, _)| name)
    .collect();
    let left_over: Vec<String> = expected
        .keys()
        .filter(|name| found.iter().all(|case| stem(case) != **name))
        .cloned()
        .collect();
    Trial::test(format!("{folder}/covers_every_outcome"), move || {
        if missing.is_empty() && left_over.is_empty() {
            Ok(())
        } else {
            Err(format!("no case for {missing:?}; evidence without a case: {left_over:?}").into())
        }
    })
}
