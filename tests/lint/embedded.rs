//! Scripts in infrastructure code: what they are called, and what is said of those that cannot be read. What they do is in `cases`.

use std::fs;

use backuplint::engine::PlanOptions;
use backuplint::finding::OutcomeKind;
use backuplint::lint::{Declared, Request, Workspace};

use super::audit::Auditor;

struct Row {
    name: &'static str,
    files: Vec<(&'static str, String)>,
    /// Each failure and each that is unknown: file, line, and what it is called.
    judged: &'static [&'static str],
    /// A part of each notice and gap, in their order.
    told: &'static [&'static str],
}

const RULE: &str = "script-deletes-vault";
const DELETE: &str = "az backup vault delete --name rsv-old --resource-group rg --yes";

fn row(
    name: &'static str,
    files: Vec<(&'static str, String)>,
    judged: &'static [&'static str],
    told: &'static [&'static str],
) -> Row {
    Row { name, files, judged, told }
}

/// A resource that runs a command, which is an expression, with more settings before it.
fn runs(settings: &str, command: &str) -> String {
    format!(
        "resource \"null_resource\" \"x\" {{\n  provisioner \"local-exec\" {{\n    {settings}\n    command = {command}\n  }}\n}}\n"
    )
}

fn one(text: String) -> Vec<(&'static str, String)> {
    vec![("main.tf", text)]
}

fn terraform() -> Vec<Row> {
    const AT_4: &[&str] = &["main.tf:4 null_resource.x: az backup vault delete"];
    let quoted = format!("\"{DELETE}\"");
    let module = "module \"m\" {\n  source = \"./m\"\n}\n".to_owned();
    let json = format!(
        "{{\"variable\": {{\"v\": {{\"default\": \"rsv\"}}}}, \"resource\": {{\"null_resource\": {{\n\
         \"a\": {{\"provisioner\": [{{\"local-exec\": {{\"when\": \"destroy\",\n\"command\": \"az backup vault delete -n ${{var.v}} -g rg\\necho \\\"a\\\"\"}}}}]}},\n\
         \"b\": {{\"provisioner\": {{\"local-exec\": {{\n\"command\": \"echo \\\"b\\\"\\n{DELETE}\"}}}}}}}}}}}}\n"
    );
    let loops = "resource \"null_resource\" \"x\" {\n  count = 70\n  provisioner \"local-exec\" {\n    \
                 command = \"az backup vault show -n rsv${count.index} -g rg\"\n  }\n}\n";
    let pairs = format!(
        "resource \"null_resource\" \"x\" {{\n  count = 2\n  provisioner \"local-exec\" {{\n    command = {quoted}\n  }}\n  \
         provisioner \"local-exec\" {{\n    command = \"az backup vault show -n rsv${{count.index}} -g rg\"\n  }}\n}}\n"
    );
    let plan = format!(
        r#"{{"format_version":"1.2","terraform_version":"1.9.0","planned_values":{{"root_module":{{}}}},"resource_changes":[],"configuration":{{"root_module":{{"resources":[{{"address":"null_resource.x","mode":"managed","type":"null_resource","name":"x","provisioners":[{{"type":"local-exec","expressions":{{"command":{{"constant_value":{quoted}}}}}}}]}}]}}}}}}"#
    );
    vec![
        row("a command", one(runs("", &quoted)), AT_4, &[]),
        row(
            "on destroy",
            one(runs("when = destroy", &quoted)),
            &["main.tf:4 null_resource.x, on destroy: az backup vault delete"],
            &[],
        ),
        row(
            "in a module",
            vec![("main.tf", module), ("m/main.tf", runs("", &quoted))],
            &["m/main.tf:4 module.m.null_resource.x: az backup vault delete"],
            &[],
        ),
        row(
            "in JSON",
            vec![("main.tf.json", json)],
            &[
                "main.tf.json:3 null_resource.a, on destroy: az backup vault delete",
                "main.tf.json:5 null_resource.b: az backup vault delete",
            ],
            &[],
        ),
        row("by cmd", one(runs("interpreter = [\"cmd\", \"/C\"]", &quoted)), AT_4, &[]),
        row(
            "behind env",
            one(runs("interpreter = [\"/usr/bin/env\", \"bash\", \"-c\"]", &quoted)),
            AT_4,
            &[],
        ),
        row(
            "by another language",
            one(runs("interpreter = [\"perl\", \"-e\"]", &quoted)),
            &[],
            &["main.tf:2: a script for `perl`, which is not read"],
        ),
        row(
            "by something unknown",
            one(runs("interpreter = var.shell", &quoted) + "variable \"shell\" {}\n"),
            &[],
            &["main.tf:2: a script for an interpreter that is not known, which is not read"],
        ),
        row(
            "a command that is unknown",
            one(runs("", "var.command") + "variable \"command\" {}\n"),
            &[],
            &["main.tf:2: null_resource.x runs a command that the code does not tell"],
        ),
        row(
            "a program that is unknown",
            one(runs("", "\"${var.program} delete\"") + "variable \"program\" {}\n"),
            &[],
            &["main.tf:2: null_resource.x runs a command that the code does not tell"],
        ),
        row(
            "an unknown argument of something else",
            one(runs("", "\"echo ${var.x} > x.txt\"") + "variable \"x\" {}\n"),
            &[],
            &[],
        ),
        row(
            "instances that differ in one of two scripts",
            one(pairs),
            &[
                "main.tf:4 null_resource.x[0]: az backup vault delete",
                "main.tf:4 null_resource.x[1]: az backup vault delete",
            ],
            &[],
        ),
        row("nothing of Azure", one(runs("", "\"kubectl delete ns backup\"")), &[], &[]),
        row(
            "of what is removed",
            one(format!(
                "removed {{\n  from = null_resource.gone\n  provisioner \"local-exec\" {{\n    when = destroy\n    command = {quoted}\n  }}\n}}\n"
            )),
            &["main.tf:5 null_resource.gone, on destroy: az backup vault delete"],
            &[],
        ),
        row(
            "in a plan alone",
            vec![("plan.json", plan)],
            &[],
            &["plan.json: what provisioners run is not read; name the code, too"],
        ),
        row(
            "more versions than are told apart",
            one(loops.to_owned()),
            &[],
            &["null_resource.x[64]: from here on, versions of this script are not read"],
        ),
    ]
}

/// A template of ARM with a deployment script of this kind and these further properties.
fn arm(kind: &str, properties: &str) -> Vec<(&'static str, String)> {
    let text = format!(
        "{{\"$schema\": \"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#\", \"contentVersion\": \"1.0.0.0\",\n\
         \"parameters\": {{\"program\": {{\"type\": \"string\"}}}}, \"resources\": [{{\"type\": \"Microsoft.Resources/deploymentScripts\",\n\
         \"apiVersion\": \"2023-08-01\", \"name\": \"cleanup\", \"location\": \"westeurope\", \"kind\": \"{kind}\",\n\
         \"properties\": {{\"azCliVersion\": \"2.60.0\", \"retentionInterval\": \"P1D\",\n{properties}}}}}]}}"
    );
    vec![("main.json", text)]
}

fn templates() -> Vec<Row> {
    const AT_5: &[&str] =
        &["main.json:5 Microsoft.Resources/deploymentScripts cleanup: az backup vault delete"];
    let content = format!("\"scriptContent\": \"set -e\\n{DELETE}\"");
    let from_file = |file: &'static str, text: &str| {
        let bicep = format!(
            "resource cleanup 'Microsoft.Resources/deploymentScripts@2023-08-01' = {{\n  name: 'cleanup'\n  \
             location: 'westeurope'\n  kind: 'AzureCLI'\n  properties: {{\n    azCliVersion: '2.60.0'\n    \
             retentionInterval: 'P1D'\n    scriptContent: loadTextContent('{file}')\n  }}\n}}\n"
        );
        vec![("main.bicep", bicep), (file, format!("# Cleans up.\n{text}\n"))]
    };
    vec![
        row("a script of ARM", arm("AzureCLI", &content), AT_5, &[]),
        row(
            "of a kind that is not there",
            arm("AzureRuby", &content),
            &[],
            &["main.json:2: a script for `AzureRuby`, which is not read"],
        ),
        row(
            "at an address",
            arm("AzureCLI", "\"primaryScriptUri\": \"https://x.example/y.sh\""),
            &[],
            &[
                "main.json:2: Microsoft.Resources/deploymentScripts cleanup runs a command that the code does not tell",
            ],
        ),
        row(
            "that a parameter gives",
            arm("AzureCLI", "\"scriptContent\": \"[parameters('program')]\""),
            &[],
            &[
                "main.json:2: Microsoft.Resources/deploymentScripts cleanup runs a command that the code does not tell",
            ],
        ),
        row(
            "in a file that is a script itself",
            from_file("x.sh", DELETE),
            &["x.sh:2 az backup vault delete"],
            &[],
        ),
        row(
            "in another file",
            from_file("x.txt", DELETE),
            &["x.txt:2 cleanup: az backup vault delete"],
            &[],
        ),
    ]
}

/// What is made to exhaust a reader, or to look like something else.
fn hostile() -> Vec<Row> {
    const AT_4: &[&str] = &["main.tf:4 null_resource.x: az backup vault delete"];
    let heredoc = |text: &str| runs("", &format!("<<-EOT\n{text}\n    EOT"));
    let long = "echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n".repeat(10 << 14);
    vec![
        row(
            "ten megabytes",
            one(heredoc(&format!("      {DELETE}\n{long}"))),
            &["main.tf:5 null_resource.x: az backup vault delete"],
            &[],
        ),
        row(
            "brackets",
            one(heredoc(&format!("      {DELETE}\n      {}", "$(".repeat(50_000)))),
            &["main.tf:5 null_resource.x: az backup vault delete"],
            &["main.tf:6: `)` is missing", "main.tf:6: code is nested too deeply"],
        ),
        row(
            "characters that turn a line around",
            one(runs("", &format!("\"{DELETE} # \u{202e}\u{2066}fas\u{1b}[2J\u{2069}\""))),
            AT_4,
            &[],
        ),
        row(
            "the mark of what is unknown",
            one(runs("", &format!("\"{DELETE} \u{1a}\u{1a}\""))),
            AT_4,
            &[],
        ),
    ]
}

fn check(row: &Row, auditor: &Auditor) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in &row.files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let top = folder.path().canonicalize().unwrap();
    let prefix = format!("{}/", top.display());
    let request = Request { paths: vec![top], ..Request::default() };
    let workspace = Workspace::open(&request).unwrap();
    let declared = Declared::new(&workspace);
    let estate = declared.estate(false);
    let report = auditor.report(&estate, &workspace.documents());
    let mut judged: Vec<String> = Vec::new();
    for finding in report.findings.iter() {
        let is_open = matches!(finding.outcome, OutcomeKind::Fail | OutcomeKind::Unknown);
        if report.rules[finding.rule].id != RULE || !is_open {
            continue;
        }
        let place = finding.location.as_ref().unwrap();
        let file = place.uri.strip_prefix(&prefix).unwrap_or(&place.uri);
        let address = finding.resource.rsplit_once(" / ").map_or(&*finding.resource, |it| it.1);
        judged.push(format!("{file}:{} {address}", place.start_line));
    }
    judged.sort();
    let gaps = estate.gaps().iter().map(|gap| format!("{}: {}", gap.scope, gap.message));
    let told: Vec<String> = workspace.notices().iter().cloned().chain(gaps).collect();
    let mut wrong = Vec::new();
    let is_met = judged.len() == row.judged.len()
        && judged.iter().zip(row.judged).all(|(found, expected)| found == expected);
    if !is_met {
        wrong.push(format!("{}: judged {judged:#?}", row.name));
    }
    let is_told = told.len() == row.told.len()
        && told.iter().zip(row.told).all(|(found, expected)| found.contains(expected));
    if !is_told {
        wrong.push(format!("{}: told {told:#?}", row.name));
    }
    wrong
}

#[test]
fn scripts_in_code() {
    let auditor = Auditor::of_all_rules(PlanOptions::default());
    let rows = terraform().into_iter().chain(templates()).chain(hostile());
    let wrong: Vec<String> = rows.flat_map(|row| check(&row, &auditor)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
