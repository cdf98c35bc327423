//! What somebody may put into a repository to hurt whoever reads it. Each case lies beside a harmless project: a message says what
//! is wrong and where, what can be judged of the case is judged, and so is the project beside it. Nothing is timed; a case without
//! end would end with the patience of whoever runs the tests.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use backuplint::engine::PlanOptions;
use backuplint::finding::OutcomeKind;
use backuplint::lint::{Declared, Request, Workspace};

use super::audit::Auditor;

/// A case: what it is called, its files, what is to be said, and how the vault in it fares.
struct Case {
    name: &'static str,
    files: Vec<(&'static str, String)>,
    /// A part of one of the messages; empty where nothing is wrong.
    told: &'static str,
    /// The verdict of `immutability-disabled` on the vault of the case, if it has one.
    verdict: Option<OutcomeKind>,
}

const RULE: &str = "immutability-disabled";
const SCHEMA: &str =
    "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#";

fn case(
    name: &'static str,
    files: Vec<(&'static str, String)>,
    told: &'static str,
    verdict: Option<OutcomeKind>,
) -> Case {
    Case { name, files, told, verdict }
}

/// A vault of azurerm with this immutability, and more before it.
fn vault(before: &str, immutability: &str) -> String {
    format!(
        "{before}\nresource \"azurerm_recovery_services_vault\" \"v\" {{\n  name                = \"rsv\"\n  \
         location            = \"westeurope\"\n  resource_group_name = \"rg\"\n  sku                 = \"Standard\"\n  \
         immutability        = {immutability}\n}}\n"
    )
}

/// A vault in Bicep with this immutability, and more before it.
fn bicep(before: &str, immutability: &str) -> String {
    format!(
        "{before}\nresource v 'Microsoft.RecoveryServices/vaults@2025-08-01' = {{\n  name: 'rsv'\n  location: 'westeurope'\n  \
         properties: {{ securitySettings: {{ immutabilitySettings: {{ state: {immutability} }} }} }}\n}}\n"
    )
}

/// A template with these sections before its one vault.
fn arm(before: &str, immutability: &str) -> String {
    format!(
        "{{\"$schema\": \"{SCHEMA}\", \"contentVersion\": \"1.0.0.0\", {before} \"resources\": [{{\
         \"type\": \"Microsoft.RecoveryServices/vaults\", \"apiVersion\": \"2025-08-01\", \"name\": \"rsv\", \
         \"location\": \"westeurope\", \"properties\": {{\"securitySettings\": {{\"immutabilitySettings\": \
         {{\"state\": {immutability}}}}}}}}}]}}"
    )
}

fn nested(open: &str, close: &str, depth: usize) -> String {
    format!("{}1{}", open.repeat(depth), close.repeat(depth))
}

/// Names that are each twice the one before.
fn doubled(first: &str, line: impl Fn(usize) -> String) -> String {
    let mut text = format!("{first}\n");
    for at in 1..60 {
        let _ = writeln!(text, "{}", line(at));
    }
    text
}

fn terraform() -> Vec<Case> {
    use OutcomeKind::{Fail, Unknown};
    let unlocked = "\"Disabled\"";
    let locals = |text: &str| format!("locals {{\n{text}\n}}");
    let doubling = doubled("  l0 = \"Disabled\"", |at| {
        format!("  l{at} = \"${{local.l{0}}}${{local.l{0}}}\"", at - 1)
    });
    let aliases = doubled("  l0 = [\"Disabled\"]", |at| {
        format!("  l{at} = [local.l{0}, local.l{0}]", at - 1)
    });
    let call = |source: &str| format!("module \"m\" {{\n  source = \"{source}\"\n}}\n");
    let long = format!("description = \"{}\"", "x".repeat(3 << 20));
    vec![
        case(
            "64 lists in one another",
            vec![("main.tf", vault(&locals(&format!("  a = {}", nested("[", "]", 64))), unlocked))],
            "",
            Some(Fail),
        ),
        case(
            "5,000 lists in one another",
            vec![(
                "main.tf",
                vault(&locals(&format!("  a = {}", nested("[", "]", 5_000))), unlocked),
            )],
            "nested deeper than",
            Some(Fail),
        ),
        case(
            "locals in a circle",
            vec![("main.tf", vault(&locals("  a = local.b\n  b = local.a"), "local.a"))],
            "depends on itself",
            Some(Unknown),
        ),
        case(
            "modules in a circle",
            vec![
                ("main.tf", vault(&call("./a"), unlocked)),
                ("a/main.tf", call("../b")),
                ("b/main.tf", call("../a")),
            ],
            "depends on itself",
            Some(Fail),
        ),
        case(
            "a text that doubles sixty times",
            vec![("main.tf", vault(&locals(&doubling), "local.l59"))],
            "too long",
            Some(Unknown),
        ),
        case(
            "a list that doubles sixty times",
            vec![("main.tf", vault(&locals(&aliases), "jsonencode(local.l59)"))],
            "too",
            Some(Unknown),
        ),
        case(
            "a thousand million copies",
            vec![(
                "main.tf",
                vault(
                    "resource \"azurerm_resource_group\" \"g\" {\n  count = 1000000000\n}",
                    unlocked,
                ),
            )],
            "instances of one block",
            Some(Fail),
        ),
        case(
            "three megabytes in one line",
            vec![("main.tf", vault(&format!("variable \"v\" {{\n  {long}\n}}"), unlocked))],
            "",
            Some(Fail),
        ),
        case(
            "more than is read",
            vec![("main.tf", format!("# {}", "x".repeat(17 << 20)))],
            "MB that are read",
            None,
        ),
    ]
}

fn templates() -> Vec<Case> {
    use OutcomeKind::{Fail, Unknown};
    let doubling =
        doubled("var t0 = 'Disabled'", |at| format!("var t{at} = '${{t{0}}}${{t{0}}}'", at - 1));
    let functions = doubled("func f0(x int) int => x", |at| {
        format!("func f{at}(x int) int => f{0}(x) + f{0}(x)", at - 1)
    });
    let module = |path: &str| format!("module m '{path}' = {{\n  name: 'm'\n}}\n");
    let copies =
        "\"variables\": {\"copy\": [{\"name\": \"v\", \"count\": 1000000000, \"input\": \"x\"}]},";
    let padding = format!("\"metadata\": {{\"note\": \"{}\"}},", "x".repeat(5 << 20));
    vec![
        case(
            "64 brackets in one another",
            vec![("main.bicep", bicep(&format!("var a = {}", nested("(", ")", 64)), "'Disabled'"))],
            "",
            Some(Fail),
        ),
        case(
            "5,000 brackets in one another",
            vec![(
                "main.bicep",
                bicep(&format!("var a = {}", nested("(", ")", 5_000)), "'Disabled'"),
            )],
            "nests deeper than",
            Some(Fail),
        ),
        case(
            "variables in a circle",
            vec![("main.bicep", bicep("var a = b\nvar b = a", "a"))],
            "needs its own value",
            Some(Unknown),
        ),
        case(
            "Bicep modules in a circle",
            vec![
                ("main.bicep", bicep(&module("a.bicep"), "'Disabled'")),
                ("a.bicep", module("b.bicep")),
                ("b.bicep", module("a.bicep")),
            ],
            "deploys itself",
            Some(Fail),
        ),
        case(
            "a text in Bicep that doubles sixty times",
            vec![("main.bicep", bicep(&doubling, "t59"))],
            "bytes",
            Some(Unknown),
        ),
        case(
            "functions that call two others sixty times",
            vec![("main.bicep", bicep(&functions, "string(f59(1))"))],
            "steps of evaluation",
            Some(Unknown),
        ),
        case(
            "a template whose loop has a thousand million turns",
            vec![("azuredeploy.json", arm(copies, "\"[variables('v')[0]]\""))],
            "a loop of more than",
            Some(Unknown),
        ),
        case(
            "a template of 100,000 lists in one another",
            vec![(
                "azuredeploy.json",
                arm(
                    &format!("\"variables\": {{\"v\": {}}},", nested("[", "]", 100_000)),
                    "\"Disabled\"",
                ),
            )],
            "Maximum nesting depth",
            None,
        ),
        case(
            "a template of five megabytes in one line",
            vec![("azuredeploy.json", arm(&padding, "\"Disabled\""))],
            "",
            Some(Fail),
        ),
    ]
}

fn pipelines() -> Vec<Case> {
    let mut aliases = "jobs:\n- job: a\nx0: &x0 [az, az]\n".to_owned();
    for at in 1..40 {
        let _ = writeln!(aliases, "x{at}: &x{at} [*x{0}, *x{0}, *x{0}]", at - 1);
    }
    let deep = format!("jobs:\n- job: az\nx: {}", nested("[", "]", 20_000));
    let shells = format!("#!/bin/bash\naz account show\n{}", nested("$(", ")", 20_000));
    vec![
        case("aliases that triple", vec![("azure-pipelines.yml", aliases)], "", None),
        case("a deep pipeline", vec![("azure-pipelines.yml", deep)], "recursion limit", None),
        case("shells in one another", vec![("run.sh", shells)], "nested too deeply", None),
    ]
}

#[test]
fn hostile_input_is_told_and_hides_nothing_else() {
    let auditor = Auditor::of_all_rules(PlanOptions::default());
    let cases = terraform().into_iter().chain(templates()).chain(pipelines());
    let wrong: Vec<String> = cases.flat_map(|case| check(&case, &auditor)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[cfg(unix)]
#[test]
fn links_in_a_circle_are_walked_once() {
    use std::os::unix::fs::symlink;
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("a")).unwrap();
    fs::write(folder.path().join("a/main.tf"), vault("", "\"Disabled\"")).unwrap();
    fs::write(folder.path().join("a/main.bicep"), bicep("", "'Disabled'")).unwrap();
    symlink(folder.path(), folder.path().join("a/up")).unwrap();
    symlink(folder.path().join("y.bicep"), folder.path().join("x.bicep")).unwrap();
    symlink(folder.path().join("x.bicep"), folder.path().join("y.bicep")).unwrap();
    let auditor = Auditor::of_all_rules(PlanOptions::default());
    let (found, _) = judged(folder.path(), &auditor);
    assert_eq!(found.iter().filter(|(_, kind)| *kind == OutcomeKind::Fail).count(), 2, "{found:?}");
}

/// The verdicts on immutability, with the file of each, and all messages.
fn judged(folder: &Path, auditor: &Auditor) -> (Vec<(String, OutcomeKind)>, Vec<String>) {
    let request = Request { paths: vec![folder.to_path_buf()], ..Request::default() };
    let workspace = Workspace::open(&request).unwrap();
    let declared = Declared::new(&workspace);
    let estate = declared.estate(false);
    let documents = workspace.documents();
    let report = auditor.report(&estate, &documents);
    let found = report.findings.iter().filter(|found| report.rules[found.rule].id == RULE);
    let found = found.map(|found| {
        let place = found.location.map_or(found.resource, |place| place.uri);
        (place, found.outcome)
    });
    let gaps = estate.gaps().iter().map(|gap| format!("{}: {}", gap.scope, gap.message));
    (found.collect(), gaps.chain(workspace.notices().iter().cloned()).collect())
}

fn check(case: &Case, auditor: &Auditor) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in &case.files {
        let path = folder.path().join("case").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    fs::create_dir(folder.path().join("beside")).unwrap();
    fs::write(folder.path().join("beside/main.tf"), vault("", "\"Disabled\"")).unwrap();
    let (found, told) = judged(folder.path(), auditor);
    let is_beside = |place: &str| place.contains("beside");
    let mut wrong = Vec::new();
    let beside = (found.iter()).any(|(place, kind)| is_beside(place) && *kind == OutcomeKind::Fail);
    if !beside {
        wrong.push(format!("{}: the project beside it is not judged: {found:?}", case.name));
    }
    let own = found.iter().find(|(place, _)| !is_beside(place)).map(|(_, kind)| *kind);
    if own != case.verdict {
        wrong.push(format!("{}: {own:?} instead of {:?}", case.name, case.verdict));
    }
    let is_told = match case.told {
        "" => told.is_empty(),
        part => told.iter().any(|message| message.contains(part)),
    };
    if !is_told || told.len() > 100 {
        let told: Vec<&str> = told.iter().map(|told| told.get(..200).unwrap_or(told)).collect();
        wrong.push(format!("{}: says {told:?} instead of {:?}", case.name, case.told));
    }
    wrong
}
