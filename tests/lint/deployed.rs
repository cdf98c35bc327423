//! A template that a root of the run deploys is judged there, and not once more by itself; what nothing is known to deploy is judged
//! by itself, and so is what the command line names. A template says `Unlocked` unless a deployment says more, so a vault that is judged
//! by itself passes.

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
const GROUP: &str = "azurerm_resource_group_template_deployment";

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

fn uri(path: &str) -> String {
    format!(r#""uri": "[uri(deployment().properties.templateLink.uri, '{path}')]""#)
}

/// A deployment by Terraform.
fn deployment(kind: &str, template: &str, more: &str) -> String {
    format!(
        "resource \"{kind}\" \"d\" {{\n  name = \"d\"\n  resource_group_name = \"rg\"\n  deployment_mode = \"Incremental\"\n  \
         template_content = {template}\n  {more}\n}}\n"
    )
}

fn disabled() -> &'static str {
    "parameters_content = jsonencode({ state = { value = \"Disabled\" } })"
}

fn bicep(state: &str) -> String {
    format!(
        "param state string\nresource v 'Microsoft.RecoveryServices/vaults@2025-08-01' = {{\n  name: 'rsv'\n  location: 'westeurope'\n  \
         properties: {{ securitySettings: {{ immutabilitySettings: {{ state: {state} }} }} }}\n}}\n"
    )
}

const UNLOCKED: &str = r#", "defaultValue": "Unlocked""#;

fn terraform() -> Vec<Row> {
    let row = |name, files, named, judged| Row { name, files, named, judged, told: &[] };
    let file = "file(\"${path.module}/vault.json\")";
    vec![
        row(
            "a file",
            vec![("main.tf", deployment(GROUP, file, disabled())), ("vault.json", vault(UNLOCKED))],
            &[],
            &["fail vault.json via main.tf"],
        ),
        row(
            "a file that nothing deploys stays, be it the same text",
            vec![
                ("main.tf", deployment(GROUP, file, disabled())),
                ("vault.json", vault(UNLOCKED)),
                ("copy.json", vault(UNLOCKED)),
            ],
            &[],
            &["fail vault.json via main.tf", "pass copy.json"],
        ),
        row(
            "a file that the command line names",
            vec![("main.tf", deployment(GROUP, file, disabled())), ("vault.json", vault(UNLOCKED))],
            &["vault.json"],
            &["fail vault.json via main.tf", "pass vault.json"],
        ),
        row(
            "a file of another folder, by way of a module",
            vec![
                (
                    "main.tf",
                    "module \"m\" {\n  source = \"./m\"\n  template = file(\"${path.module}/arm/vault.json\")\n}\n"
                        .to_owned(),
                ),
                (
                    "m/main.tf",
                    format!(
                        "variable \"template\" {{}}\nlocals {{\n  text = var.template\n}}\n{}",
                        deployment("azurerm_subscription_template_deployment", "local.text", disabled())
                    ),
                ),
                ("arm/vault.json", vault(UNLOCKED)),
            ],
            &[],
            &["fail arm/vault.json via m/main.tf main.tf"],
        ),
        row(
            "each of a set of files",
            vec![
                (
                    "main.tf",
                    deployment(
                        GROUP,
                        "file(\"${path.module}/${each.key}\")",
                        "for_each = fileset(path.module, \"*.json\")",
                    ),
                ),
                ("a.json", vault(UNLOCKED)),
                ("b.json", vault(r#", "defaultValue": "Disabled""#).replace("\"rsv\"", "\"rsv-b\"")),
                ("other/c.json", vault(UNLOCKED)),
            ],
            &[],
            &["fail b.json via main.tf", "pass a.json via main.tf", "pass other/c.json"],
        ),
        row(
            "a file that is rendered, and is no JSON before",
            vec![
                (
                    "main.tf",
                    deployment(
                        GROUP,
                        "templatefile(\"${path.module}/vault.json\", { state = \"Disabled\" })",
                        "",
                    ),
                ),
                (
                    "vault.json",
                    vault(", \"defaultValue\": %{ if state == \"\" }\"Unlocked\"%{ else }\"${state}\"%{ endif }"),
                ),
            ],
            &[],
            &["fail main.tf via vault.json"],
        ),
        row(
            "an object that was a file",
            vec![
                (
                    "main.tf",
                    "resource \"azapi_resource\" \"d\" {\n  type = \"Microsoft.Resources/deployments@2024-03-01\"\n  name = \"d\"\n  \
                     parent_id = \"/subscriptions/5e1f0c52-7d1e-4a5e-9a70-0c1d2e3f4a5b/resourceGroups/rg\"\n  body = { properties = {\n    \
                     template = jsondecode(file(\"${path.module}/vault.json\"))\n    parameters = { state = { value = \"Disabled\" } }\n  } }\n}\n"
                        .to_owned(),
                ),
                ("vault.json", vault(UNLOCKED)),
            ],
            &[],
            &["fail vault.json via main.tf"],
        ),
        row(
            "a deployment that is not made",
            vec![
                ("main.tf", deployment(GROUP, file, "count = 0")),
                ("vault.json", vault(UNLOCKED)),
            ],
            &[],
            &["pass vault.json"],
        ),
        row(
            "what the compiler wrote, beside its source",
            vec![
                ("main.tf", deployment(GROUP, file, disabled())),
                ("vault.bicep", bicep("'Unlocked'")),
                (
                    "vault.json",
                    vault(UNLOCKED).replacen(
                        '{',
                        r#"{"metadata": {"_generator": {"name": "bicep", "version": "0.40.2"}}, "#,
                        1,
                    ),
                ),
            ],
            &[],
            &["fail vault.json via main.tf"],
        ),
        Row {
            told: &["its template is not known"],
            ..row(
                "a template that cannot be known",
                vec![
                    (
                        "main.tf",
                        format!("variable \"t\" {{}}\n{}", deployment(GROUP, "var.t", disabled())),
                    ),
                    ("vault.json", vault(UNLOCKED)),
                ],
                &[],
                &["pass vault.json"],
            )
        },
        Row {
            // What Terraform hands over has no address that a link could start from.
            told: &["its template is not read whole"],
            ..row(
                "a link that cannot be followed",
                vec![
                    (
                        "main.tf",
                        deployment(GROUP, "file(\"${path.module}/arm/main.json\")", ""),
                    ),
                    ("arm/main.json", linking("", &[(r#""relativePath": "vault.json""#, "Disabled")])),
                    ("arm/vault.json", vault(UNLOCKED)),
                ],
                &[],
                &["pass arm/vault.json"],
            )
        },
    ]
}

fn templates() -> Vec<Row> {
    let row = |name, files, named, judged| Row { name, files, named, judged, told: &[] };
    vec![
        row(
            "a relative path",
            vec![
                (
                    "main.json",
                    linking("", &[(r#""relativePath": "nested/vault.json""#, "Disabled")]),
                ),
                ("nested/vault.json", vault(UNLOCKED)),
            ],
            &[],
            &["fail nested/vault.json via main.json"],
        ),
        row(
            "a relative path that is computed",
            vec![
                (
                    "main.json",
                    linking(
                        r#""folder": {"type": "string", "defaultValue": "nested"}"#,
                        &[(
                            r#""relativePath": "[concat(parameters('folder'), '/vault.json')]""#,
                            "Disabled",
                        )],
                    ),
                ),
                ("nested/vault.json", vault(UNLOCKED)),
            ],
            &[],
            &["fail nested/vault.json via main.json"],
        ),
        row(
            "an address beside the template itself",
            vec![
                ("main.json", linking("", &[(&uri("nested/vault.json"), "Disabled")])),
                ("nested/vault.json", vault(UNLOCKED)),
                ("other/vault.json", vault(UNLOCKED)),
            ],
            &[],
            &["fail nested/vault.json via main.json", "pass other/vault.json"],
        ),
        row(
            "an address of a template that has one itself",
            vec![
                ("main.json", linking("", &[(&uri("nested/middle.json"), "")])),
                ("nested/middle.json", linking("", &[(&uri("vault.json"), "Disabled")])),
                ("nested/vault.json", vault(UNLOCKED)),
            ],
            &[],
            &["fail nested/vault.json via main.json nested/middle.json"],
        ),
        row(
            "a template that only the default of another one names",
            vec![
                (
                    "a/main.json",
                    linking("", &[(&uri("../b/middle.json"), "")]).replace(
                        r#""templateLink""#,
                        r#""parameters": {"link": {"value": "other.json"}}, "templateLink""#,
                    ),
                ),
                (
                    "b/middle.json",
                    linking(
                        r#""link": {"type": "string", "defaultValue": "vault.json"}"#,
                        &[(
                            r#""uri": "[uri(deployment().properties.templateLink.uri, parameters('link'))]""#,
                            "Disabled",
                        )],
                    ),
                ),
                ("b/other.json", vault(UNLOCKED)),
                ("b/vault.json", vault(UNLOCKED)),
            ],
            &[],
            &["fail b/other.json via a/main.json b/middle.json", "pass b/vault.json"],
        ),
        Row {
            told: &["deploys itself", "is not read"],
            ..row(
                "two that deploy each other",
                vec![
                    (
                        "a.json",
                        linking("", &[(&uri("b.json"), ""), (&uri("vault.json"), "Disabled")]),
                    ),
                    ("b.json", linking("", &[(&uri("a.json"), "")])),
                    ("vault.json", vault(UNLOCKED)),
                ],
                &[],
                &["fail vault.json via a.json"],
            )
        },
        row(
            "a template that the command line names",
            vec![
                ("main.json", linking("", &[(&uri("vault.json"), "Disabled")])),
                ("vault.json", vault(UNLOCKED)),
            ],
            &["vault.json"],
            &["fail vault.json via main.json", "pass vault.json"],
        ),
        row(
            "a module of Bicep",
            vec![
                (
                    "main.bicep",
                    "module v 'vault.bicep' = {\n  name: 'v'\n  params: { state: 'Disabled' }\n}\n"
                        .to_owned(),
                ),
                ("vault.bicep", bicep("state")),
            ],
            &[],
            &["fail vault.bicep via main.bicep"],
        ),
        row(
            "a module of Bicep that the command line names",
            vec![
                (
                    "main.bicep",
                    "module v 'vault.bicep' = {\n  name: 'v'\n  params: { state: 'Disabled' }\n}\n"
                        .to_owned(),
                ),
                ("vault.bicep", bicep("state")),
            ],
            &["vault.bicep"],
            &["fail vault.bicep via main.bicep", "unknown vault.bicep"],
        ),
        row(
            "a template as a module of Bicep",
            vec![
                (
                    "main.bicep",
                    "module v 'vault.json' = {\n  name: 'v'\n  params: { state: 'Disabled' }\n}\n"
                        .to_owned(),
                ),
                ("vault.json", vault(UNLOCKED)),
            ],
            &[],
            &["fail vault.json via main.bicep"],
        ),
    ]
}

#[test]
fn a_template_is_judged_where_it_is_deployed() {
    let auditor = Auditor::of_all_rules(PlanOptions::default());
    let rows = terraform().into_iter().chain(templates());
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
