//! Real code: counts that somebody else counted, and Bicep against what Bicep's compiler made of it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::{Unknowns, corpus, described, evaluate_file, shown};
use crate::code::template::model::{Source, Template};
use crate::code::template::{Arguments, Evaluation, Project};
use crate::code::value::{Content, Value};

fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for entry in entries {
        if entry.is_dir() {
            found.extend(files(&entry, extension));
        } else if entry.extension().is_some_and(|found| found == extension) {
            found.push(entry);
        }
    }
    found
}

/// Every resource that a template declares, those of nested templates and children included, whether
/// or not it would be deployed: full type and whether it exists already.
fn declared(template: &Template, found: &mut Vec<(String, bool)>) {
    let mut kinds: Vec<String> = Vec::new();
    for resource in &template.resources {
        let kind = match resource.within.and_then(|within| kinds.get(within)) {
            Some(parent) if !resource.kind.split('/').next().unwrap().contains('.') => {
                format!("{parent}/{}", resource.kind)
            }
            _ => resource.kind.to_string(),
        };
        found.push((kind.clone(), resource.existing));
        kinds.push(kind);
        if let Some(Source::Inline(nested)) =
            resource.deployment.as_ref().map(|nested| &nested.source)
        {
            declared(nested, found);
        }
    }
}

#[test]
fn the_resources_of_templates_are_those_that_were_counted() {
    let Some(corpus) = corpus() else { return };
    let root = corpus.parent().unwrap().to_owned();
    let expectations = fs::read_to_string(root.join("expectations/arm-resources.json")).unwrap();
    let expectations: serde_json::Value = serde_json::from_str(&expectations).unwrap();
    let project = Project::new(&root).unwrap();
    let ours = [
        "microsoft.recoveryservices/",
        "microsoft.dataprotection/",
        "microsoft.authorization/locks",
        "microsoft.authorization/role",
    ];
    let mut total = 0;
    for (path, expected) in expectations["files"].as_object().unwrap() {
        let file = project.open(Path::new(path)).unwrap();
        let loaded = project.load(file);
        assert!(loaded.problems.is_empty(), "{path}: {:?}", loaded.problems);
        let mut found = Vec::new();
        declared(loaded.templates.first().unwrap(), &mut found);
        found.retain(|(kind, _)| {
            ours.iter().any(|prefix| kind.to_ascii_lowercase().starts_with(prefix))
        });
        let mut found: Vec<String> =
            found.iter().map(|(kind, existing)| format!("{kind} {existing}")).collect();
        let mut wanted: Vec<String> = expected["backup_resources"]
            .as_array()
            .unwrap()
            .iter()
            .map(|resource| {
                format!("{} {}", resource["type"].as_str().unwrap(), resource["existing"])
            })
            .collect();
        total += wanted.len();
        found.sort();
        wanted.sort();
        assert_eq!(found, wanted, "{path}");
    }
    assert_eq!(total, 125);
}

#[test]
fn every_file_is_read_without_a_problem() {
    let Some(corpus) = corpus() else { return };
    let project = Project::new(&corpus).unwrap();
    let mut read = 0;
    for extension in ["bicep", "bicepparam", "json"] {
        for path in files(&corpus.join("arm"), extension)
            .into_iter()
            .chain(files(&corpus.join("bicep"), extension))
        {
            let file = project.open(&path).unwrap();
            let loaded = project.load(file);
            assert!(loaded.problems.is_empty(), "{}: {:?}", path.display(), loaded.problems);
            read += usize::from(!loaded.templates.is_empty());
        }
    }
    assert_eq!(read, 106, "templates of both languages");
}

/// What would be deployed, in an order that does not depend on where it was written. Compiled templates
/// of the old language leave out what exists already.
fn inventory(evaluation: &Evaluation) -> Vec<String> {
    let mut found: Vec<String> = evaluation
        .resources
        .iter()
        .filter(|resource| !resource.is_existing)
        .map(|resource| described(resource, Unknowns::Form))
        .collect();
    found.sort();
    found
}

fn assert_same(source: &[String], compiled: &[String], name: &str) {
    let only = |these: &[String], those: &[String]| -> String {
        these.iter().filter(|this| !those.contains(this)).map(String::as_str).collect()
    };
    let (left, right) = (only(source, compiled), only(compiled, source));
    assert!(
        left.is_empty() && right.is_empty(),
        "{name}\nonly from Bicep:\n{left}\nonly from its compiler:\n{right}"
    );
    assert_eq!(source.len(), compiled.len(), "{name}");
}

fn compare(project: &Project, arm: &Path, bicep: &Path, arguments: &Arguments) -> (usize, usize) {
    let arm_file = project.open(arm).unwrap();
    let bicep_file = project.open(bicep).unwrap();
    let compiled = evaluate_file(project, arm_file, arguments);
    let source = evaluate_file(project, bicep_file, arguments);
    let (compiled_shown, source_shown) = (inventory(&compiled), inventory(&source));
    let name = bicep.display();
    assert_same(&source_shown, &compiled_shown, &name.to_string());
    let outputs = |evaluation: &Evaluation| -> Vec<String> {
        evaluation
            .outputs
            .iter()
            .map(|(name, value)| format!("{name} {}", shown(value, Unknowns::Form)))
            .collect()
    };
    assert_eq!(outputs(&source), outputs(&compiled), "{name}");
    (source_shown.len(), source.outputs.len())
}

#[test]
fn bicep_gives_what_its_compiler_gives() {
    let Some(corpus) = corpus() else { return };
    let project = Project::new(&corpus).unwrap();
    let compiled = corpus.join("arm/avm-compiled");
    let mut seen = (0, 0, 0);
    for arm in files(&compiled, "json") {
        let folder = arm.strip_prefix(&compiled).unwrap().parent().unwrap();
        let bicep = corpus.join("bicep/avm").join(folder).join("main.bicep");
        let (resources, outputs) = compare(&project, &arm, &bicep, &Arguments::default());
        seen = (seen.0 + 1, seen.1 + resources, seen.2 + outputs);
    }
    eprintln!("{} evaluations, {} resources, {} outputs compared", seen.0, seen.1, seen.2);
    assert_eq!(seen, (12, 15, 41), "modules, resources, outputs");
}

/// The end-to-end tests of the modules call them with real arguments: once as source, once compiled.
#[test]
fn callers_of_modules_get_the_same_from_source_and_compiled() {
    let Some(corpus) = corpus() else { return };
    let mut compared = 0;
    for module in ["recovery-services/vault", "data-protection/backup-vault"] {
        let source_path = corpus.join("bicep/avm").join(module).join("main.bicep");
        let compiled =
            fs::read_to_string(corpus.join("arm/avm-compiled").join(module).join("main.json"))
                .unwrap();
        for test in files(&corpus.join("bicep/avm").join(module).join("tests"), "bicep") {
            if test.file_name().unwrap() != "main.test.bicep" {
                continue;
            }
            let plain = Project::new(&corpus).unwrap();
            let from_source =
                evaluate_file(&plain, plain.open(&test).unwrap(), &Arguments::default());
            let twin = Project::new(&corpus).unwrap();
            // The compiled module stands beside its source; the test is rewritten to call that one.
            twin.put(&source_path.with_file_name("main.json"), compiled.clone());
            let text = fs::read_to_string(&test)
                .unwrap()
                .replace("'../../../main.bicep'", "'../../../main.json'");
            let from_compiled = evaluate_file(&twin, twin.put(&test, text), &Arguments::default());
            let (left, right) = (inventory(&from_source), inventory(&from_compiled));
            assert_same(&left, &right, &test.display().to_string());
            compared += left.len();
        }
    }
    eprintln!("{compared} resources compared");
    assert!(compared >= 50, "{compared}");
}

#[test]
fn quickstarts_give_the_same_in_both_languages() {
    let Some(corpus) = corpus() else { return };
    let project = Project::new(&corpus).unwrap();
    let mut compared = 0;
    for bicep in files(&corpus.join("bicep/quickstarts"), "bicep") {
        let folder = bicep.parent().unwrap().strip_prefix(corpus.join("bicep")).unwrap();
        let name = if folder.ends_with("prereqs") {
            "prereq.azuredeploy.json"
        } else {
            "azuredeploy.json"
        };
        let arm = corpus.join("arm").join(folder).join(name);
        if arm.is_file() {
            compared += compare(&project, &arm, &bicep, &Arguments::default()).0;
        }
    }
    assert!(compared >= 30, "{compared}");
}

/// Why values of real code are unknown: to be read, with `--nocapture`.
#[test]
fn the_causes_of_unknown_values_are_counted() {
    let Some(corpus) = corpus() else { return };
    let project = Project::new(&corpus).unwrap();
    for (folder, extension) in [("arm", "json"), ("bicep", "bicep")] {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        let (mut known, mut resources) = (0, 0);
        for path in files(&corpus.join(folder), extension) {
            let file = project.open(&path).unwrap();
            let evaluation = evaluate_file(&project, file, &Arguments::default());
            for resource in &evaluation.resources {
                resources += 1;
                for value in [&resource.name, &resource.body] {
                    count(value, &mut counts, &mut known);
                }
            }
        }
        eprintln!("{folder}: {resources} resources, {known} known values, unknown: {counts:#?}");
        assert!(!counts.keys().any(|cause| cause.starts_with("UnknownFunction")), "{counts:?}");
    }
}

fn count(value: &Value, counts: &mut BTreeMap<String, usize>, known: &mut usize) {
    match &value.content {
        Content::Unknown(unknown) => {
            let detail = match unknown.cause {
                crate::code::value::Cause::NoDefault => "",
                _ => &unknown.detail,
            };
            *counts.entry(format!("{:?} {detail}", unknown.cause)).or_default() += 1;
        }
        Content::List(list) => list.iter().for_each(|value| count(value, counts, known)),
        Content::Map(map) => {
            map.members().iter().for_each(|member| count(&member.value, counts, known));
        }
        _ => *known += 1,
    }
}
