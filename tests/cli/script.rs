//! `lint` on scripts and pipelines: what a person sees of them, and with which exit code.

use super::lint::{found, project};
use super::*;

const DROP: &str =
    "az backup protection disable -g rg -v rsv -c vm -i vm --delete-backup-data true --yes";
const RULE: &str = "script-deletes-backup-data";

#[test]
fn a_finding_shows_the_option_and_where_it_is_set() {
    let script = "#!/usr/bin/env bash\nDROP=true\naz backup protection disable -g rg -v rsv -c vm \\\n  -i vm --delete-backup-data \"$DROP\" --yes\n";
    let folder = project(&[("ops/drop", script)]);
    let output = backuplint(folder.path(), &["lint"]);
    code(&output, 1);
    let shown = stdout(&output);
    for part in [
        "critical[script-deletes-backup-data]",
        "--> ops/drop:4:9",
        "see \"$DROP\" (where it is set) ops/drop:2:6",
        "az backup protection disable",
    ] {
        assert!(shown.contains(part), "{part} is missing in:\n{shown}");
    }
}

/// In code of another language a comment speaks of its line, of a provisioner, or of a whole resource.
#[test]
fn comments_waive_scripts_in_code() {
    let waive = format!("# backuplint:ignore {RULE} the items are copies");
    let resource = |name: &str, before: &str, inner: &str, line: &str, after: &str| {
        format!(
            "{before}resource \"terraform_data\" \"{name}\" {{\n{inner}  provisioner \"local-exec\" {{\n    command = <<-EOT\n      set -e\n{line}      \
             {DROP}{after}\n    EOT\n  }}\n}}\n"
        )
    };
    let code = [
        resource("open", "", "", "", ""),
        resource("whole", &format!("{waive}\n"), "", "", ""),
        resource("one", "", &format!("  {waive}\n"), "", ""),
        resource("above", "", "", &format!("      {waive}\n"), ""),
        resource("behind", "", "", "", &format!(" {waive}")),
    ];
    let folder = project(&[("main.tf", &code.concat())]);
    let output = backuplint(folder.path(), &["lint", "--format", "json"]);
    let found = found(&output, RULE);
    let mut is_waived: Vec<(&str, bool)> = found
        .iter()
        .map(|finding| {
            let name = finding.strip_prefix("terraform_data.").expect("an address");
            let (name, _) = name.split_once(':').expect("a command");
            (name, finding.ends_with(" waived"))
        })
        .collect();
    let mut expected: Vec<(&str, bool)> =
        ["open", "whole", "one", "above", "behind"].map(|name| (name, name != "open")).to_vec();
    expected.sort_unstable();
    is_waived.sort_unstable();
    assert_eq!(is_waived, expected, "{found:#?}");
}

#[test]
fn comments_waive_commands_in_every_language() {
    let waive = format!("backuplint:ignore {RULE} the items are copies");
    let shell = format!(
        "# {waive}\naz backup protection disable -g rg -v rsv \\\n  -c vm -i vm \\\n  --delete-backup-data true --yes\n{DROP} # {waive}\n{DROP}\n"
    );
    let cmdlet =
        "Disable-AzRecoveryServicesBackupProtection -Item $item -RemoveRecoveryPoints -Force";
    let powershell = format!("<# {waive} #>\n{cmdlet}\n{cmdlet} # {waive}\n{cmdlet}\n");
    let batch = format!("rem {waive}\ncall {DROP}\n:: {waive}\ncall {DROP}\ncall {DROP}\n");
    let workflow = format!(
        "on: push\njobs:\n  drop:\n    runs-on: ubuntu-latest\n    steps:\n      # {waive}\n      - run: {DROP}\n      - run: |\n          # {waive}\n          {DROP}\n      - run: {DROP}\n"
    );
    let folder = project(&[
        ("a.sh", &shell),
        ("b.ps1", &powershell),
        ("c.cmd", &batch),
        (".github/workflows/d.yml", &workflow),
    ]);
    let output = backuplint(folder.path(), &["lint", "--format", "json"]);
    let found = found(&output, RULE);
    let is_waived: Vec<(char, bool)> = found
        .iter()
        .map(|finding| {
            let (_, place) = finding.split_once('@').expect("a place");
            let name = place.trim_start_matches(".github/workflows/");
            (name.chars().next().expect("a name"), finding.ends_with("waived"))
        })
        .collect();
    for file in ['a', 'b', 'c', 'd'] {
        let waived = |wanted: bool| is_waived.iter().filter(|it| **it == (file, wanted)).count();
        assert_eq!((waived(true), waived(false)), (2, 1), "{file}: {found:#?}");
    }
}

#[test]
fn lines_above_do_not_change_a_fingerprint() {
    let folder = project(&[]);
    let prints = |script: &str| {
        fs::write(folder.path().join("drop.sh"), script).expect("a file");
        let output = backuplint(folder.path(), &["lint", "--format", "json", "--select", RULE]);
        let report: Value = serde_json::from_slice(&output.stdout).expect("a report");
        let results = report["results"].as_array().expect("results").iter();
        results.map(|result| result["fingerprint"].to_string()).collect::<Vec<_>>()
    };
    let before = prints(&format!("{DROP}\n{DROP} --tenant-id x\n"));
    assert_eq!(before.len(), 2);
    assert_eq!(
        before,
        prints(&format!("echo first\naz group list\n\n{DROP}\n{DROP} --tenant-id x\n"))
    );
}

#[test]
fn what_cannot_be_read_is_a_gap_where_it_matters() {
    let folder = project(&[("a.sh", "az group list\nif true; then\n")]);
    let output = backuplint(folder.path(), &["lint"]);
    code(&output, 3);
    assert!(stdout(&output).contains("a.sh:"), "{}", stdout(&output));
    // Nothing of Azure can be in it.
    let folder = project(&[("a.sh", "if true; then\n")]);
    code(&backuplint(folder.path(), &["lint"]), 0);
    // Code in a language that is not read is said, and fails nobody.
    let folder = project(&[(
        "azure-pipelines.yml",
        "trigger: none\nsteps:\n  - task: PythonScript@0\n    inputs:\n      scriptSource: inline\n      script: print(1)\n  - bash: az group list\n",
    )]);
    code(&backuplint(folder.path(), &["lint"]), 0);
}

#[test]
fn markdown_is_read_where_it_is_asked_for() {
    let text = format!("# Drop\n\n```bash\n{DROP}\n```\n");
    let folder = project(&[("docs/drop.md", &text), ("a.sh", "az group list\n")]);
    code(&backuplint(folder.path(), &["lint"]), 0);
    for arguments in [["lint", "--markdown"], ["lint", "docs/drop.md"]] {
        let output = backuplint(folder.path(), &[&arguments[..], &["--format", "json"]].concat());
        code(&output, 1);
        let found = found(&output, RULE);
        assert!(found[0].contains("@docs/drop.md:4 fail"), "{found:?}");
    }
}

#[test]
fn encodings_of_windows_are_read() {
    let folder = project(&[]);
    let script = "Disable-AzRecoveryServicesBackupProtection -Item $item -RemoveRecoveryPoints\r\n";
    let units = std::iter::once(0xFEFF).chain(script.encode_utf16());
    let wide: Vec<u8> = units.flat_map(u16::to_le_bytes).collect();
    fs::write(folder.path().join("wide.ps1"), wide).expect("a file");
    let old = [b"# Bes\xE4tigung\r\n", script.as_bytes()].concat();
    fs::write(folder.path().join("old.ps1"), old).expect("a file");
    let output = backuplint(folder.path(), &["lint", "--format", "json"]);
    code(&output, 1);
    let name = "Disable-AzRecoveryServicesBackupProtection";
    assert_eq!(
        found(&output, RULE),
        [format!("{name}@old.ps1:2 fail"), format!("{name}@wide.ps1:1 fail")]
    );
}

#[test]
fn no_token_reaches_a_report() {
    let folder = project(&[(
        "a.ps1",
        "Remove-AzRecoveryServicesResourceGuardMapping -VaultId $id -Token 'hunter2hunter2'\n",
    )]);
    for format in ["json", "sarif", "sarif-full", "markdown", "github"] {
        let output = backuplint(folder.path(), &["lint", "--format", format]);
        code(&output, 1);
        let shown = stdout(&output);
        assert!(shown.contains("-SecureToken") && !shown.contains("hunter2"), "{format}: {shown}");
    }
}

const REGO: &str = "package policies.script.vault_deleted_unseen

# Whoever deletes a vault looks at it first.
deny contains {\"path\": \"properties.options.--yes\", \"message\": \"nobody looked at the vault\", \"observed\": true, \"expected\": \"a look\"} if {
\tinput.properties.command == \"backup vault delete\"
\tinput.properties.options[\"--yes\"] == true
\tcount([command | some operation in input.related.job.properties.operations; command := operation.command; command == \"backup item list\"]) == 0
}

not_applicable if input.properties.command != \"backup vault delete\"

decided if input.properties.command != \"backup vault delete\"
";

const TOML: &str = "id = \"vault-deleted-unseen\"
title = \"A vault is deleted and nobody looked\"
family = \"script\"
severity = \"high\"
security-severity = \"7.0\"
profiles = [\"default\"]
since = \"0.1.0\"
applies-to = [\"Script/operations\"]
rationale = \"Because.\"
judged = \"Fails where nothing lists the items.\"
references = [\"https://example.com\"]
[[facts]]
type = \"Script/operations\"
path = \"properties.command\"
[[facts]]
type = \"Script/operations\"
path = \"properties.options.--yes\"
[[facts]]
type = \"Script/jobs\"
path = \"properties.operations\"
[remediation]
text = \"Look.\"
";

#[test]
fn rules_in_rego_judge_commands_with_their_job() {
    let delete = "az backup vault delete -g rg -n rsv";
    let folder = project(&[
        ("policies/script/vault_deleted_unseen/check.rego", REGO),
        ("policies/script/vault_deleted_unseen/rule.toml", TOML),
        ("a.sh", &format!("{delete} --yes\n")),
        ("b.sh", &format!("az backup item list -g rg -v rsv\n{delete} --yes\n")),
        ("c.sh", &format!("{delete} \"$@\"\n")),
    ]);
    let rule = "vault-deleted-unseen";
    let arguments = [
        "lint", "a.sh", "b.sh", "c.sh", "--rules", "policies", "--select", rule, "--format", "json",
    ];
    let output = backuplint(folder.path(), &arguments);
    let outcomes = found(&output, rule);
    let name = "az backup vault delete";
    assert_eq!(
        outcomes,
        [format!("{name}@a.sh:1 fail"), format!("{name}@c.sh:1 unknown")],
        "{}",
        stderr(&output)
    );
}

#[test]
fn changed_scripts_are_reported_with_what_they_send() {
    let policy = |days: u32| {
        format!(
            r#"{{"properties":{{"backupManagementType":"AzureIaasVM","schedulePolicy":{{"schedulePolicyType":"SimpleSchedulePolicy","scheduleRunFrequency":"Daily","scheduleRunTimes":["2026-01-01T02:00:00Z"]}},"retentionPolicy":{{"retentionPolicyType":"LongTermRetentionPolicy","dailySchedule":{{"retentionTimes":["2026-01-01T02:00:00Z"],"retentionDuration":{{"count":{days},"durationType":"Days"}}}}}}}}}}"#
        )
    };
    let folder = project(&[
        ("old.sh", DROP),
        ("changed.sh", "az backup vault list\n"),
        ("apply.sh", "az backup policy set -g rg -v rsv -n daily --policy @policy.json\n"),
        ("policy.json", &policy(60)),
        (
            ".github/workflows/drop.yml",
            "on: push\njobs:\n  drop:\n    runs-on: ubuntu-latest\n    steps:\n      - run: az backup vault list\n",
        ),
    ]);
    let git = |arguments: &[&str]| {
        let identity = ["-c", "user.name=a", "-c", "user.email=a@example.com"];
        let output =
            Command::new("git").args(identity).args(arguments).current_dir(folder.path()).output();
        output.is_ok_and(|output| output.status.success())
    };
    if !git(&["init", "-q"]) {
        return;
    }
    assert!(git(&["add", "."]) && git(&["commit", "-q", "-m", "first"]));
    let changed = ["lint", "--changed-since", "HEAD", "--format", "json"];
    code(&backuplint(folder.path(), &changed), 0);
    let write = |name: &str, text: &str| {
        std::fs::write(folder.path().join(name), text).expect("a file");
    };
    write("changed.sh", &format!("# moved\n{DROP}\n"));
    write(
        "new.ps1",
        "Disable-AzRecoveryServicesBackupProtection -Item $item -RemoveRecoveryPoints\n",
    );
    write(
        ".github/workflows/drop.yml",
        &format!(
            "on: push\njobs:\n  drop:\n    runs-on: ubuntu-latest\n    steps:\n      - run: {DROP}\n"
        ),
    );
    write("policy.json", &policy(7));
    let output = backuplint(folder.path(), &changed);
    code(&output, 1);
    let places = |rule: &str| {
        let found = found(&output, rule);
        let places = found.iter().map(|it| it.split_once('@').expect("a place").1.to_owned());
        places.collect::<std::collections::BTreeSet<_>>().into_iter().collect::<Vec<_>>()
    };
    assert_eq!(
        places(RULE),
        [".github/workflows/drop.yml:6 fail", "changed.sh:2 fail", "new.ps1:1 fail"]
    );
    // The script is as it was; what it sends is not.
    assert_eq!(places("script-shortens-retention"), ["apply.sh:1 fail"]);
}
