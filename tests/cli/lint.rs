//! `lint`: what a person sees of code, and with which exit code.

use super::*;

const VAULT: &str = "resource vault 'Microsoft.RecoveryServices/vaults@2024-04-01' = {
  name: 'v'
  location: 'westeurope'
  properties: {
    securitySettings: {
      softDeleteSettings: {
        softDeleteState: 'Disabled'
      }
    }
  }
}
";

pub fn project(files: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().expect("a folder");
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    folder
}

/// The findings of one rule, `resource@file:line outcome`.
pub fn found(output: &Output, rule: &str) -> Vec<String> {
    let report: Value = serde_json::from_slice(&output.stdout).expect("a report");
    let results = report["results"].as_array().expect("results").iter();
    let results = results.filter(|result| result["rule"] == rule);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let shown = results.map(|result| {
        let place = &result["location"];
        let waived = if result["suppression"].is_null() { "" } else { " waived" };
        format!(
            "{}@{}:{} {}{waived}",
            text(&result["resource"]),
            text(&place["uri"]),
            place["startLine"],
            text(&result["outcome"])
        )
    });
    shown.collect()
}

#[test]
fn the_shipped_example_shows_the_line_and_how_its_value_came_there() {
    let output = backuplint(root(), &["lint", "fixtures/iac/orders"]);
    code(&output, 1);
    let shown = stdout(&output);
    for part in [
        "medium[storage-redundancy-not-allowed]",
        "    --> fixtures/iac/orders/main.bicep:21:38",
        "   21 |       standardTierStorageRedundancy: redundancy",
        "      |                                      ^^^^^^^^^^",
        "see redundancy (the default) fixtures/iac/orders/main.bicep:8:27",
        "policies.daily",
        "see policies (the call around it) fixtures/iac/orders/main.bicep:27",
        "Not assessable here",
        "suppressed 1",
    ] {
        assert!(shown.contains(part), "{part} is missing in:\n{shown}");
    }
    assert!(!shown.contains("diagnostic-logs-missing"), "{shown}");
}

#[test]
fn a_broken_file_makes_the_run_incomplete_and_the_rest_is_judged() {
    let folder =
        project(&[("good.bicep", "param a string\n"), ("bad.bicep", "resource 'x' = {\n")]);
    code(&backuplint(folder.path(), &["lint"]), 3);
    code(&backuplint(folder.path(), &["lint", "--allow-incomplete"]), 0);
    let folder = project(&[("good.bicep", VAULT), ("bad.bicep", "resource 'x' = {\n")]);
    let output = backuplint(folder.path(), &["lint", "--format", "json"]);
    code(&output, 1);
    assert_eq!(found(&output, "soft-delete-disabled"), ["vault@good.bicep:7 fail"]);
    let report: Value = serde_json::from_slice(&output.stdout).expect("a report");
    assert_eq!(report["gaps"][0]["scope"], "bad.bicep:1");
}

#[test]
fn a_script_that_deletes_a_vault_and_a_wide_template_are_part_of_the_answer() {
    let folder = project(&[("clean.sh", "az backup vault delete --yes -n v -g g\n")]);
    let template = r#"{"contentVersion": "1.0.0.0", "resources": [{
        "type": "Microsoft.RecoveryServices/vaults", "apiVersion": "2024-04-01", "name": "v",
        "properties": {"securitySettings": {"softDeleteSettings": {"softDeleteState": "Disabled"}}}
    }]}"#;
    let template = format!("\u{feff}{template}");
    let wide: Vec<u8> = template.encode_utf16().flat_map(u16::to_le_bytes).collect();
    fs::write(folder.path().join("vault.json"), wide).expect("a file");
    let rules = "script-deletes-vault,soft-delete-disabled";
    let output = backuplint(folder.path(), &["lint", "--select", rules]);
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(
        text.contains("Could somebody destroy our backups? 2 critical or high findings"),
        "{text}"
    );
}

#[test]
fn what_code_cannot_say_fails_nobody() {
    let unknown = VAULT.replace("'Disabled'", "state");
    let folder = project(&[("main.bicep", &format!("param state string\n{unknown}"))]);
    let select = [
        "lint",
        "--select",
        "soft-delete-disabled,job-failure-alerts-disabled,too-many-privileged-principals",
    ];
    let output = backuplint(folder.path(), &[&select[..], &["--format", "json"]].concat());
    code(&output, 0);
    assert_eq!(found(&output, "soft-delete-disabled"), ["vault@main.bicep:8 unknown"]);
    // Counted, and listed only for those who ask.
    assert_eq!(found(&output, "job-failure-alerts-disabled"), [""; 0]);
    let report: Value = serde_json::from_slice(&output.stdout).expect("a report");
    assert_eq!(report["summary"]["notAssessable"]["job-failure-alerts-disabled"], 1);
    let asked = [&select[..], &["--format", "json", "--outcomes", "unknown"]].concat();
    let output = backuplint(folder.path(), &asked);
    assert_eq!(found(&output, "job-failure-alerts-disabled").len(), 1);
    // Not meant for code at all.
    assert_eq!(found(&output, "too-many-privileged-principals"), [""; 0]);
}

#[test]
fn comments_waive_where_they_stand() {
    let behind = VAULT.replace(
        "'Disabled'",
        "'Disabled' // backuplint:ignore soft-delete-disabled restored in an hour",
    );
    let bare = VAULT.replace("'Disabled'", "'Disabled' // backuplint:ignore soft-delete-disabled");
    let above = format!(
        "// backuplint:ignore soft-delete-disabled,immutability-disabled a sandbox\n{VAULT}"
    );
    let folder = project(&[("a.bicep", &behind), ("b.bicep", &bare), ("c.bicep", &above)]);
    let output = backuplint(folder.path(), &["lint", "--format", "json"]);
    assert_eq!(
        found(&output, "soft-delete-disabled"),
        ["vault@a.bicep:7 fail waived", "vault@b.bicep:7 fail", "vault@c.bicep:8 fail waived"]
    );
    assert_eq!(found(&output, "immutability-disabled").len(), 3);
    assert!(
        found(&output, "immutability-disabled").contains(&"vault@c.bicep:2 fail waived".to_owned())
    );
    let told = stderr(&output);
    assert!(
        told.contains("b.bicep:7: a comment without a rule and a reason waives nothing"),
        "{told}"
    );
}

#[test]
fn only_projects_of_the_repository_are_read_each_once() {
    let compiled = r#"{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0", "metadata": {"_generator": {"name": "bicep"}}, "resources": [
        {"type": "Microsoft.RecoveryServices/vaults", "apiVersion": "2024-04-01", "name": "v",
         "properties": {"securitySettings": {"softDeleteSettings": {"softDeleteState": "Disabled"}}}}]}"#;
    let folder = project(&[
        ("main.bicep", "module m 'modules/vault.bicep' = {\n  name: 'm'\n}\n"),
        ("modules/vault.bicep", VAULT),
        ("main.json", compiled),
        ("ignored/other.bicep", VAULT),
        (".gitignore", "ignored/\n"),
        ("node_modules/x/main.bicep", VAULT),
        ("package.json", "{}"),
        ("lonely.json", compiled),
    ]);
    #[cfg(unix)]
    std::os::unix::fs::symlink(folder.path(), folder.path().join("loop")).expect("a link");
    let output = backuplint(folder.path(), &["lint", "--format", "json"]);
    code(&output, 1);
    assert_eq!(
        found(&output, "soft-delete-disabled"),
        [
            "Microsoft.RecoveryServices/vaults v@lonely.json:4 fail",
            "m.vault@modules/vault.bicep:7 fail"
        ]
    );
    // A file alone is a project, too.
    let output = backuplint(folder.path(), &["lint", "modules/vault.bicep", "--format", "json"]);
    assert_eq!(found(&output, "soft-delete-disabled"), ["vault@modules/vault.bicep:7 fail"]);
}

#[test]
fn a_part_of_something_larger_lacks_nothing() {
    let folder =
        project(&[("main.bicep", VAULT), ("backuplint.toml", "iac-scope = \"partial\"\n")]);
    let output = backuplint(folder.path(), &["lint", "--format", "json", "--as-of", AS_OF]);
    assert_eq!(found(&output, "soft-delete-disabled"), ["vault@main.bicep:7 fail"]);
    assert_eq!(found(&output, "vault-lock-missing"), ["vault@main.bicep:1 unknown"]);
}

#[test]
fn a_file_of_terraform_is_read_with_its_folder_and_reported_alone() {
    let vault = "resource \"azurerm_recovery_services_vault\" \"NAME\" {\n  name                = \"NAME\"\n  location            = \"westeurope\"\n  resource_group_name = \"g\"\n  sku                 = \"Standard\"\n  storage_mode_type   = var.mode\n}\n";
    let folder = project(&[
        ("a.tf", &vault.replace("NAME", "a")),
        ("b.tf", &vault.replace("NAME", "b")),
        ("variables.tf", "variable \"mode\" {\n  default = \"LocallyRedundant\"\n}\n"),
    ]);
    let rule = "storage-redundancy-not-allowed";
    let output = backuplint(folder.path(), &["lint", "b.tf", "--format", "json"]);
    code(&output, 1);
    assert_eq!(found(&output, rule), ["azurerm_recovery_services_vault.b@b.tf:6 fail"]);
    let all = ["lint", "--format", "json"];
    assert_eq!(found(&backuplint(folder.path(), &all), rule).len(), 2);
    let given = ["lint", "--var", "mode=GeoRedundant", "--format", "json"];
    assert_eq!(found(&backuplint(folder.path(), &given), rule), [""; 0]);
    let broken = "variable \"x\" {\n  default = \n}\n";
    fs::write(folder.path().join("broken.tf"), broken).expect("a file");
    let output = backuplint(folder.path(), &[&given[..], &["--select", rule]].concat());
    code(&output, 3);
    let report: Value = serde_json::from_slice(&output.stdout).expect("a report");
    assert!(report["gaps"][0]["scope"].as_str().is_some_and(|at| at.starts_with("broken.tf:")));
}

#[test]
fn nothing_to_lint_is_an_error_that_says_so() {
    let folder = project(&[("readme.txt", "no code")]);
    let output = backuplint(folder.path(), &["lint"]);
    code(&output, 2);
    assert!(stderr(&output).contains("nothing to lint"), "{}", stderr(&output));
    let output = backuplint(folder.path(), &["lint", "nowhere"]);
    code(&output, 2);
    assert!(stderr(&output).contains("cannot read nowhere"), "{}", stderr(&output));
}

fn git(folder: &Path, arguments: &[&str]) -> bool {
    let identity = ["-c", "user.name=a", "-c", "user.email=a@example.com"];
    let output = Command::new("git").args(identity).args(arguments).current_dir(folder).output();
    output.is_ok_and(|output| output.status.success())
}

#[test]
fn a_template_that_terraform_deploys_is_reported_and_repaired_in_its_own_file() {
    let main = r#"resource "azurerm_resource_group_template_deployment" "d" {
  name                = "d"
  resource_group_name = "rg"
  deployment_mode     = "Incremental"
  template_content    = file("${path.module}/arm/vault.json")
}
"#;
    let vault = |state: &str| {
        format!(
            r#"{{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "parameters": {{
    "softDelete": {{ "type": "string", "defaultValue": "{state}" }}
  }},
  "resources": [
    {{
      "type": "Microsoft.RecoveryServices/vaults",
      "apiVersion": "2025-08-01",
      "name": "rsv",
      "location": "westeurope",
      "properties": {{ "securitySettings": {{ "softDeleteSettings": {{ "softDeleteState": "[parameters('softDelete')]" }} }} }}
    }}
  ]
}}
"#
        )
    };
    let folder = project(&[("main.tf", main), ("arm/vault.json", &vault("Enabled"))]);
    let file = folder.path().join("arm/vault.json");
    let git = |arguments: &[&str]| git(folder.path(), arguments);
    let has_git = git(&["init", "-q"]) && git(&["add", "."]) && git(&["commit", "-q", "-m", "x"]);
    fs::write(&file, vault("Disabled")).expect("a file");
    let select = ["--select", "soft-delete-disabled"];
    let changed: &[&str] = if has_git { &["--changed-since", "HEAD"] } else { &[] };
    let json = ["lint", "--format", "json"];
    let output = backuplint(folder.path(), &[&json, changed, &select].concat());
    assert_eq!(
        found(&output, "soft-delete-disabled"),
        [
            "azurerm_resource_group_template_deployment.d.Microsoft.RecoveryServices/vaults rsv@arm/vault.json:13 fail"
        ]
    );
    let output = backuplint(folder.path(), &[&json[..], &["--fix"], &select].concat());
    code(&output, 0);
    assert_eq!(fs::read_to_string(&file).expect("text"), vault("Enabled"));
    assert_eq!(fs::read_to_string(folder.path().join("main.tf")).expect("text"), main);
}

#[test]
fn changed_files_are_reported_and_whole_projects_read() {
    let folder = project(&[("main.bicep", VAULT), ("other.bicep", VAULT)]);
    let git = |arguments: &[&str]| git(folder.path(), arguments);
    // Where there is no git, there is nothing to test but that this is said.
    if !git(&["init", "-q"]) {
        let output = backuplint(folder.path(), &["lint", "--changed-since", "HEAD"]);
        return code(&output, 2);
    }
    assert!(git(&["add", "."]) && git(&["commit", "-q", "-m", "first"]));
    let changed = ["lint", "--changed-since", "HEAD", "--format", "json"];
    let output = backuplint(folder.path(), &changed);
    code(&output, 0);
    assert_eq!(found(&output, "soft-delete-disabled"), [""; 0]);
    // What is dropped without a word was not inspected, as far as a reader can tell.
    assert!(!stdout(&output).contains("inspected"), "{}", stdout(&output));
    fs::write(folder.path().join("other.bicep"), format!("\n{VAULT}")).expect("a file");
    fs::write(folder.path().join("new.bicep"), VAULT).expect("a file");
    let output = backuplint(folder.path(), &changed);
    code(&output, 1);
    assert_eq!(
        found(&output, "soft-delete-disabled"),
        ["vault@new.bicep:7 fail", "vault@other.bicep:8 fail"]
    );
    for revision in ["nowhere", "--output=x"] {
        let revision = format!("--changed-since={revision}");
        let output = backuplint(folder.path(), &["lint", &revision]);
        code(&output, 2);
        assert!(stderr(&output).contains("git cannot say what changed"), "{}", stderr(&output));
    }
    assert!(!folder.path().join("x").exists());
}

#[test]
fn resources_of_one_name_in_two_projects_are_two() {
    let folder = project(&[("one/main.bicep", VAULT), ("two/main.bicep", VAULT)]);
    let output = backuplint(folder.path(), &["lint", ".", "--select", "soft-delete-disabled"]);
    code(&output, 1);
    assert!(stdout(&output).contains("· 2 resources"), "{}", stdout(&output));
}

#[test]
fn each_unreadable_file_says_what_is_wrong_with_it() {
    let folder = project(&[("a.tf", "resource \"x\" \"y\" {\n")]);
    fs::write(folder.path().join("b.tf"), [b'#', 0xe9, b'\n']).expect("a file");
    let output = backuplint(folder.path(), &["lint"]);
    code(&output, 3);
    let shown = stdout(&output);
    assert!(shown.contains("not closed") && shown.contains("UTF-8"), "{shown}");
}

/// The fingerprint of a line as GitHub defines it, the slow way: over the next hundred UTF-16 units without blanks.
fn hash_of_line(text: &str, line: usize) -> String {
    let rest: Vec<&str> = text.split('\n').skip(line - 1).collect();
    let rest = rest.join("\n");
    let units =
        rest.encode_utf16().filter(|unit| ![u16::from(b' '), u16::from(b'\t')].contains(unit));
    let units = units.chain([u16::MAX]).chain(std::iter::repeat(0)).take(100);
    let hash = units.fold(0u64, |hash, unit| hash.wrapping_mul(37).wrapping_add(u64::from(unit)));
    format!("{hash:x}:1")
}

#[test]
fn an_alert_is_known_again_when_lines_are_inserted_above() {
    let folder = project(&[("main.bicep", VAULT)]);
    let alerts = || -> Vec<(String, String, u64)> {
        let output =
            backuplint(folder.path(), &["lint", "--profile", "strict", "--format", "sarif"]);
        let log: Value = serde_json::from_slice(&output.stdout).expect("SARIF");
        let results = log["runs"][0]["results"].as_array().expect("results").iter();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let alert = |result: &Value| {
            let line = &result["locations"][0]["physicalLocation"]["region"]["startLine"];
            let hash = &result["partialFingerprints"]["primaryLocationLineHash"];
            (text(&result["ruleId"]), text(hash), line.as_u64().expect("a line"))
        };
        results.map(alert).collect()
    };
    let before = alerts();
    assert!(
        before.iter().any(|(rule, _, line)| (rule.as_str(), *line) == ("soft-delete-disabled", 7))
    );
    for (rule, hash, line) in &before {
        assert_eq!(*hash, hash_of_line(VAULT, *line as usize), "{rule}");
    }
    let moved = format!("// größe 🦀\n\n\tparam x string\n{VAULT}");
    fs::write(folder.path().join("main.bicep"), moved.replace('\n', "\r\n")).expect("a file");
    let expected: Vec<_> =
        before.into_iter().map(|(rule, hash, line)| (rule, hash, line + 3)).collect();
    assert_eq!(alerts(), expected);
}

/// What a program wrote on one line holds many resources: the line says nothing about a finding.
#[test]
fn findings_in_a_document_on_one_line_are_told_apart() {
    let vault = |name: &str| {
        serde_json::json!({
            "type": "Microsoft.RecoveryServices/vaults", "apiVersion": "2024-04-01", "name": name,
            "location": "westeurope", "tags": { "filler": "x".repeat(2000) },
            "properties": { "securitySettings": { "softDeleteSettings": { "softDeleteState": "Disabled" } } }
        })
    };
    let template = serde_json::json!({
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0", "resources": [vault("a"), vault("b")]
    });
    let folder = project(&[("main.json", &template.to_string())]);
    let output = backuplint(
        folder.path(),
        &["lint", "--select", "soft-delete-disabled", "--format", "sarif"],
    );
    let log: Value = serde_json::from_slice(&output.stdout).expect("SARIF");
    let results = log["runs"][0]["results"].as_array().expect("results").iter();
    let hashes: std::collections::BTreeSet<&str> = results
        .map(|result| {
            result["partialFingerprints"]["primaryLocationLineHash"].as_str().expect("a hash")
        })
        .collect();
    assert_eq!(hashes.len(), 2);
}

const PLANNED: &str = r#"variable "mode" {
  default = "GeoRedundant"
}

resource "azurerm_recovery_services_vault" "orders" {
  name                = "rsv-orders"
  resource_group_name = "rg-backup"
  location            = "westeurope"
  sku                 = "Standard"
  storage_mode_type   = var.mode
}

resource "azurerm_recovery_services_vault" "web" {
  name                = "rsv-web"
  resource_group_name = "rg-backup"
  location            = "westeurope"
  sku                 = "Standard"
  storage_mode_type   = "LocallyRedundant"
}
"#;

/// A plan of the vault `orders`, whose redundancy goes from one to another.
fn plan(from: &str, to: &str) -> String {
    let vault = |mode: &str| {
        serde_json::json!({
            "id": "/subscriptions/s/resourceGroups/rg-backup/providers/Microsoft.RecoveryServices/vaults/rsv-orders",
            "name": "rsv-orders", "resource_group_name": "rg-backup", "location": "westeurope", "sku": "Standard",
            "storage_mode_type": mode, "cross_region_restore_enabled": false,
        })
    };
    let change = serde_json::json!({
        "address": "azurerm_recovery_services_vault.orders", "mode": "managed",
        "type": "azurerm_recovery_services_vault", "name": "orders",
        "provider_name": "registry.terraform.io/hashicorp/azurerm",
        "change": {"actions": ["update"], "before": vault(from), "after": vault(to), "after_unknown": {}},
    });
    // In one line, as Terraform writes it.
    serde_json::json!({"format_version": "1.2", "terraform_version": "1.11.4", "resource_changes": [change]}).to_string()
}

#[test]
fn a_plan_beside_its_code_is_judged_once_with_the_places_of_the_code() {
    let planned = plan("GeoRedundant", "LocallyRedundant");
    for path in ["infra/plan.json", "infra/plans/prod.json"] {
        let folder = project(&[("infra/main.tf", PLANNED), (path, &planned)]);
        let output = backuplint(folder.path(), &["lint", "--format", "json"]);
        code(&output, 1);
        assert_eq!(
            found(&output, "storage-redundancy-not-allowed"),
            [
                "azurerm_recovery_services_vault.orders@infra/main.tf:10 fail",
                "azurerm_recovery_services_vault.web@infra/main.tf:18 fail"
            ]
        );
        // The default of the variable is not what was planned with.
        let report: Value = serde_json::from_slice(&output.stdout).expect("a report");
        let results = report["results"].as_array().expect("results").iter();
        let own = results.filter(|result| result["rule"] == "storage-redundancy-not-allowed");
        assert!(own.clone().all(|result| result["related"] == serde_json::json!([])), "{own:?}");
        assert_eq!(
            found(&output, "protection-weakened"),
            ["azurerm_recovery_services_vault.orders@infra/main.tf:10 fail"]
        );
    }
    // Of other code it is judged for itself.
    let folder = project(&[
        ("main.tf", &PLANNED.replace("\"orders\"", "\"other\"")),
        ("plan.json", &planned),
    ]);
    let output = backuplint(folder.path(), &["lint", "--format", "json"]);
    assert_eq!(
        found(&output, "storage-redundancy-not-allowed"),
        [
            "azurerm_recovery_services_vault.orders@plan.json:1 fail",
            "azurerm_recovery_services_vault.web@main.tf:18 fail"
        ]
    );
}

#[test]
fn several_files_of_parameters_give_one_finding_that_names_them() {
    let bicep = "param mode string\nparam days int = 14\n".to_owned()
        + &VAULT.replace("'Disabled'", "'Enabled'\n        softDeleteRetentionPeriodInDays: days").replace(
            "    securitySettings: {",
            "    redundancySettings: {\n      standardTierStorageRedundancy: mode\n    }\n    securitySettings: {",
        );
    let parameters = |mode: &str, days: u32| {
        serde_json::json!({
            "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#",
            "contentVersion": "1.0.0.0",
            "parameters": {"mode": {"value": mode}, "days": {"value": days}},
        })
        .to_string()
    };
    let folder = project(&[
        ("main.bicep", &bicep),
        ("main.parameters.dev.json", &parameters("LocallyRedundant", 1)),
        ("main.parameters.prod.json", &parameters("GeoRedundant", 2)),
        ("main.parameters.test.json", &parameters("LocallyRedundant", 14)),
    ]);
    let output = backuplint(folder.path(), &["lint", "--format", "json"]);
    let report: Value = serde_json::from_slice(&output.stdout).expect("a report");
    let files = |rule: &str| -> Vec<Vec<String>> {
        let results = report["results"].as_array().expect("results").iter();
        let results =
            results.filter(|result| result["rule"] == rule && result["outcome"] == "fail");
        let related = results.map(|result| result["related"].as_array().expect("a list").clone());
        let named = related.map(|related| {
            let said = related.iter().map(|one| format!("{} {}", one["resource"], one["message"]));
            said.filter(|said| said.contains("a file with which")).collect()
        });
        named.collect()
    };
    assert_eq!(
        files("storage-redundancy-not-allowed"),
        [[
            "\"main.parameters.dev.json\" \"a file with which this holds\"",
            "\"main.parameters.test.json\" \"a file with which this holds\""
        ]]
    );
    let days = files("soft-delete-retention-too-short");
    assert_eq!(days.len(), 1, "{days:?}");
    assert_eq!(days[0].len(), 2, "{days:?}");
    assert!(
        days[0][1].starts_with("\"main.parameters.prod.json\" \"a file with which "),
        "{days:?}"
    );
    assert_eq!(found(&output, "immutability-disabled").len(), 1);
}

#[test]
fn a_compiled_template_is_judged_where_its_source_is_not_read() {
    let compiled = r#"{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0", "metadata": {"_generator": {"name": "bicep", "version": "0.30.3", "templateHash": "1"}},
        "resources": [{"type": "Microsoft.RecoveryServices/vaults", "apiVersion": "2024-04-01", "name": "v",
         "properties": {"securitySettings": {"softDeleteSettings": {"softDeleteState": "Disabled"}}}}]}"#;
    let folder = project(&[
        ("azure.yaml", "name: orders\ninfra:\n  provider: bicep\n"),
        ("infra/main.bicep", VAULT),
        ("infra/main.json", compiled),
        (
            "infra/main.parameters.json",
            r#"{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#", "contentVersion": "1.0.0.0", "parameters": {}}"#,
        ),
        ("release/main.json", compiled),
    ]);
    let judged = |paths: &[&str]| {
        let arguments = [&["lint", "--format", "json"], paths].concat();
        found(&backuplint(folder.path(), &arguments), "soft-delete-disabled")
    };
    let of_release = judged(&["release"]);
    assert_eq!(of_release.len(), 1, "{of_release:?}");
    assert_eq!(judged(&["infra"]), ["vault@infra/main.bicep:7 fail"]);
    assert_eq!(judged(&["."]).len(), 2);
    // Whoever names the file means it.
    assert_eq!(judged(&["infra/main.json"]).len(), 1);
    assert_eq!(judged(&["infra", "infra/main.json"]).len(), 2);
}

const SCHEMA: &str =
    "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#";

/// A template with these resources.
fn template(resources: &str) -> String {
    format!(r#"{{"$schema": "{SCHEMA}", "contentVersion": "1.0.0.0", "resources": [{resources}]}}"#)
}

#[test]
fn a_module_of_the_project_that_is_not_there_is_a_gap() {
    let link = template(
        r#"{"type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "d",
            "properties": {"mode": "Incremental", "templateLink": {"relativePath": "gone.json"}}}"#,
    );
    for (name, text) in [
        ("main.bicep", "module v 'modules/gone.bicep' = {\n  name: 'v'\n}\n"),
        ("main.bicep", "module v '../../elsewhere/gone.bicep' = {\n  name: 'v'\n}\n"),
        ("azuredeploy.json", &link),
    ] {
        let folder = project(&[(name, text)]);
        let output = backuplint(folder.path(), &["lint", "--format", "json"]);
        code(&output, 3);
        let report: Value = serde_json::from_slice(&output.stdout).expect("a report");
        let gap = &report["gaps"][0];
        assert!(gap["scope"].as_str().is_some_and(|scope| scope.starts_with(name)), "{gap}");
        says(gap["message"].as_str().unwrap_or_default(), &["gone.", "resources are not judged"]);
        code(&backuplint(folder.path(), &["lint", "--allow-incomplete"]), 0);
    }
    // What a registry holds is no part of the project.
    let remote = "module v 'br:registry.example/vault:1.0' = {\n  name: 'v'\n}\n";
    let output = backuplint(project(&[("main.bicep", remote)]).path(), &["lint"]);
    code(&output, 0);
    says(&stderr(&output), &["br:registry.example/vault:1.0", "is not read"]);
}

#[test]
fn a_diff_says_what_was_not_read() {
    let broken = "resource \"azurerm_recovery_services_vault\" \"v\" {\n  name = ";
    let folder = project(&[("main.tf", broken)]);
    let output = backuplint(folder.path(), &["lint", "--no-config", "--diff"]);
    code(&output, 3);
    says(&stderr(&output), &["not read: main.tf:"]);
    assert!(output.stdout.is_empty());
    let allowed = ["lint", "--no-config", "--diff", "--allow-incomplete"];
    code(&backuplint(folder.path(), &allowed), 0);
}

#[test]
fn code_for_opentofu_alone_is_not_passed_over() {
    let vault = "resource \"azurerm_recovery_services_vault\" \"v\" {\n}\n";
    let folder = project(&[("main.tf", vault), ("main.tofu", vault)]);
    let output = backuplint(folder.path(), &["lint", "--format", "json", "--fail-on", "critical"]);
    code(&output, 3);
    let report: Value = serde_json::from_slice(&output.stdout).expect("a report");
    assert_eq!(report["gaps"][0]["scope"], "main.tofu");
    assert_eq!(report["gaps"][0]["reason"], "skipped");
}

#[cfg(unix)]
#[test]
fn a_file_that_nobody_may_read_is_not_malformed() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = project(&[("closed.sh", "az backup vault delete\n"), ("open.sh", "true\n")]);
    let file = folder.path().join("closed.sh");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o000)).expect("changed");
    // Whoever may read everything sees no gap.
    if fs::read(&file).is_ok() {
        return;
    }
    let output = backuplint(folder.path(), &["lint", "--format", "json"]);
    code(&output, 3);
    let report: Value = serde_json::from_slice(&output.stdout).expect("a report");
    assert_eq!(report["gaps"][0]["reason"], "skipped");
}

/// What a project leaves open is not held for, or against, another.
#[test]
fn the_processing_rule_of_another_project_passes_nothing_on() {
    let vault = template(
        r#"{"type": "Microsoft.RecoveryServices/vaults", "apiVersion": "2025-02-01", "name": "v", "location": "westeurope",
            "sku": {"name": "RS0", "tier": "Standard"}, "properties": {}}"#,
    );
    let rule = template(
        r#"{"type": "Microsoft.AlertsManagement/actionRules", "apiVersion": "2021-08-08", "name": "pass-on", "location": "Global",
            "properties": {"scopes": ["[subscription().id]"], "enabled": true,
                "actions": [{"actionType": "AddActionGroups", "actionGroupIds": ["[resourceId('Microsoft.Insights/actionGroups', 'ops')]"]}]}},
           {"type": "Microsoft.Insights/actionGroups", "apiVersion": "2023-01-01", "name": "ops", "location": "Global",
            "properties": {"groupShortName": "ops", "enabled": true, "emailReceivers": [{"name": "ops", "emailAddress": "ops@contoso.example"}]}}"#,
    );
    let told = |files: &[(&str, &str)]| {
        let folder = project(files);
        let arguments =
            ["lint", "--select", "critical-operation-alert-missing", "--format", "json"];
        let output = backuplint(folder.path(), &arguments);
        let report: Value = serde_json::from_slice(&output.stdout).expect("a report");
        let results = report["results"].as_array().cloned().unwrap_or_default();
        results.into_iter().map(|result| result["message"].clone()).collect::<Vec<_>>()
    };
    let alone = told(&[("vault/main.json", &vault)]);
    assert_eq!(alone.len(), 1, "{alone:?}");
    assert_eq!(told(&[("vault/main.json", &vault), ("rule/main.json", &rule)]), alone);
}
