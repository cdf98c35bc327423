//! A template that a root of the run deploys is judged there, and not once more by itself; what nothing is known to deploy is judged
//! by itself, and so is what the command line names. A template says `Unlocked` unless a deployment says more, so a vault that is judged
//! by itself passes.

mod templates;
mod terraform;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use backuplint::engine::PlanOptions;
use backuplint::finding::Location;
use backuplint::lint::{Declared, Request, Workspace};

use super::audit::Auditor;

struct Row {
    name: &'static str,
    files: Vec<(&'static str, String)>,
    /// Besides the folder.
    named: &'static [&'static str],
    /// The verdicts of `immutability-disabled`, each with its file and those through which it came there.
    judged: &'static [&'static str],
    /// A part of each message.
    told: &'static [&'static str],
}

const RULE: &str = "immutability-disabled";

/// A template with a parameter for the immutability of its vault.
fn vault(default: &str) -> String {
    format!(
        r#"{{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0",
"parameters": {{"name": {{"type": "string", "defaultValue": "rsv"}}, "state": {{"type": "string"{default}}}}},
"resources": [{{"type": "Microsoft.RecoveryServices/vaults", "apiVersion": "2025-08-01", "name": "[parameters('name')]", "location": "westeurope",
  "properties": {{"securitySettings": {{"immutabilitySettings": {{"state": "[parameters('state')]"}}}}}}}}]}}"#
    )
}

/// A template that deploys others by these links, each with the state of its vault.
fn linking(parameters: &str, links: &[(&str, &str)]) -> String {
    let deployments: Vec<String> = links
        .iter()
        .enumerate()
        .map(|(at, (link, state))| {
            let given = match *state {
                "" => String::new(),
                state => format!(
                    r#", "parameters": {{"state": {{"value": "{state}"}}, "name": {{"value": "rsv{at}"}}}}"#
                ),
            };
            format!(
                r#"{{"type": "Microsoft.Resources/deployments", "apiVersion": "2024-03-01", "name": "inner{at}",
"properties": {{"mode": "Incremental", "templateLink": {{{link}}}{given}}}}}"#
            )
        })
        .collect();
    format!(
        r#"{{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0",
"parameters": {{{parameters}}}, "resources": [{}]}}"#,
        deployments.join(",\n")
    )
}

fn bicep(state: &str) -> String {
    format!(
        "param state string\nresource v 'Microsoft.RecoveryServices/vaults@2025-08-01' = {{\n  name: 'rsv'\n  location: 'westeurope'\n  \
         properties: {{ securitySettings: {{ immutabilitySettings: {{ state: {state} }} }} }}\n}}\n"
    )
}

/// A file of parameters that gives the state.
fn parameters(state: &str) -> String {
    format!(
        r#"{{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#", "contentVersion": "1.0.0.0",
"parameters": {{"state": {{"value": "{state}"}}}}}}"#
    )
}

const UNLOCKED: &str = r#", "defaultValue": "Unlocked""#;

#[test]
fn a_template_is_judged_where_it_is_deployed() {
    let auditor = Auditor::of_all_rules(PlanOptions::default());
    let rows = terraform::rows().into_iter().chain(templates::rows());
    let wrong: Vec<String> = rows.filter_map(|row| check(&row, &auditor)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn check(row: &Row, auditor: &Auditor) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    let top = folder.path().canonicalize().unwrap();
    for (name, text) in &row.files {
        let path = top.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let named = row.named.iter().map(|name| top.join(name));
    let paths = std::iter::once(top.clone()).chain(named).collect();
    let (found, told) = judged(&top, &Request { paths, ..Request::default() }, auditor);
    let is_told = told.len() == row.told.len()
        && row.told.iter().all(|part| told.iter().any(|message| message.contains(part)));
    let is_right = is_told && found == row.judged;
    (!is_right).then(|| format!("{}: {found:?} instead of {:?}; {told:?}", row.name, row.judged))
}

/// The verdicts with their files, and all messages.
fn judged(top: &Path, request: &Request, auditor: &Auditor) -> (Vec<String>, Vec<String>) {
    let workspace = Workspace::open(request).unwrap();
    let declared = Declared::new(&workspace);
    let estate = declared.estate(false);
    let documents = workspace.documents();
    let report = auditor.report(&estate, &documents);
    let found = report.findings.iter().filter(|found| report.rules[found.rule].id == RULE);
    let file = |place: &Location| {
        let path = Path::new(&place.uri);
        path.strip_prefix(top).unwrap_or(path).to_string_lossy().into_owned()
    };
    let found = found.map(|found| {
        let verdict = found.outcome.name();
        let Some(own) = found.location.as_ref().map(file) else { return verdict.to_owned() };
        let through = found.related.iter().filter_map(|step| step.location.as_ref()).map(file);
        let through: BTreeSet<String> = through.filter(|other| *other != own).collect();
        let through: Vec<String> = through.into_iter().collect();
        match through.join(" ") {
            none if none.is_empty() => format!("{verdict} {own}"),
            all => format!("{verdict} {own} via {all}"),
        }
    });
    let mut found: Vec<String> = found.collect();
    found.sort();
    let gaps = estate.gaps().iter().map(|gap| format!("{}: {}", gap.scope, gap.message));
    (found, gaps.chain(workspace.notices().iter().cloned()).collect())
}
