//! `audit` with configuration, baseline and options: what it prints where, and its exit code.

use std::fs;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::{AS_OF, backuplint, code, estate, says, stderr, stdout};

#[test]
fn configuration_mistakes_are_shown_with_place_and_next_step() {
    let rows = [
        (
            "[[suppression]]\nrule = \"mua-disabled\"\nresource = \"*\"\nowner = \"a@example.com\"\n",
            &["has no `reason`", "backuplint.toml:1"][..],
        ),
        (
            "[[suppression]]\nrule = \"mua-disabled\"\nresuorce = \"*\"\nreason = \"r\"\nowner = \"a@example.com\"\n",
            &["unknown key `resuorce`", "did you mean `resource`?", "backuplint.toml:3"],
        ),
        ("profile = \"default\n", &["not valid TOML", "backuplint.toml:1"]),
        ("profil = \"default\"\n", &["unknown key `profil`", "did you mean `profile`?"]),
        ("[rules.mua-disable]\n", &["unknown rule `mua-disable`", "did you mean `mua-disabled`?"]),
        (
            "[rules.recovery-point-stale]\ntolerance = \"two\"\n",
            &["`tolerance` is a string, not a number"],
        ),
        ("[rules.mua-disabled]\nseverity = \"severe\"\n", &["`severe` is no severity"]),
        ("fail-on = \"hi\"\nprofile = 3\n", &["2 errors", "fail-on", "profile"]),
    ];
    for (toml, parts) in rows {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("backuplint.toml"), toml).expect("writable");
        let output =
            backuplint(folder.path(), &["audit", estate("clean").to_str().expect("UTF-8")]);
        code(&output, 2);
        assert_eq!(stdout(&output), "", "errors belong on standard error");
        says(&stderr(&output), parts);
    }
}

#[test]
fn who_asks_by_control_is_answered_by_control() {
    let folder = tempfile::tempdir().expect("a folder");
    let human = |arguments: &[&str]| {
        let mut all = vec!["audit", "--demo"];
        all.extend(arguments);
        stdout(&backuplint(folder.path(), &all))
    };
    assert!(!human(&[]).contains("Controls:"));
    says(&human(&["--profile", "regulated"]), &["Controls:", "MCSB", "BR-2", "NIST SP 800-53"]);
    says(&human(&["--select", "BR-2"]), &["Controls:", "MCSB BR-2"]);
    assert!(!human(&["--select", "mua-disabled"]).contains("Controls:"));

    let output = backuplint(folder.path(), &["audit", "--demo", "--format", "json"]);
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let controls = report["summary"]["controls"].as_array().expect("controls");
    let br2 = controls
        .iter()
        .find(|control| control["framework"] == "MCSB" && control["control"] == "BR-2")
        .expect("BR-2");
    let sum = |outcome: &str| -> u64 {
        let rules = br2["rules"].as_array().expect("rules").iter();
        rules
            .map(|rule| report["perRule"][rule.as_str().expect("an id")][outcome].as_u64())
            .map(|count| count.expect("a number"))
            .sum()
    };
    for outcome in ["fail", "unknown", "pass", "notApplicable"] {
        assert_eq!(br2[outcome], sum(outcome), "{outcome}");
    }
    assert!(sum("fail") > 0);
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_backuplint"))
        .args(["audit", "--demo", "--format", "json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("runs");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("ends");
    assert_eq!(stderr(&output), "");
    assert_eq!(output.status.code(), Some(1));
}

/// What was waived when the baseline was written was accepted until its waiver ends, and no longer.
#[test]
fn a_baseline_keeps_no_waiver_alive() {
    let folder = tempfile::tempdir().expect("a folder");
    let waiver = "[[suppression]]\nrule = \"soft-delete-disabled\"\nresource = \"*\"\nreason = \"until the move\"\nowner = \"a@example.com\"\nexpires = 2026-12-15\n";
    fs::write(folder.path().join("waiver.toml"), waiver).expect("writable");
    let broken = estate("broken").to_string_lossy().into_owned();
    let audit = |as_of: &str, more: &[&str]| {
        let arguments = ["audit", &broken, "--select", "soft-delete-disabled", "--as-of", as_of];
        let config = ["--config", "waiver.toml", "--allow-incomplete"];
        backuplint(folder.path(), &[&arguments[..], &config, more].concat())
    };
    let outputs = ["--output", "json=old.json", "--output", "sarif-full=old.sarif"];
    code(&audit("2026-12-01T00:00:00Z", &outputs), 0);
    code(&audit("2027-01-01T00:00:00Z", &[]), 1);
    for baseline in ["old.json", "old.sarif"] {
        code(&audit("2027-01-01T00:00:00Z", &["--baseline", baseline]), 1);
        code(&audit("2026-12-02T00:00:00Z", &["--baseline", baseline]), 0);
    }
}

/// A finding that weighs more than in the baseline is as good as new.
#[test]
fn a_baseline_knows_how_much_its_findings_weighed() {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = "[rules.soft-delete-disabled]\nseverity = \"low\"\n";
    fs::write(folder.path().join("low.toml"), settings).expect("writable");
    let broken = estate("broken").to_string_lossy().into_owned();
    let audit = |more: &[&str]| {
        let arguments = ["audit", &broken, "--select", "soft-delete-disabled", "--format", "json"];
        let always = ["--as-of", AS_OF, "--allow-incomplete"];
        backuplint(folder.path(), &[&arguments[..], &always, more].concat())
    };
    let low = ["--config", "low.toml"];
    let outputs = ["--output", "json=low.json", "--output", "sarif=low.sarif"];
    code(&audit(&[&low[..], &outputs].concat()), 0);
    code(&audit(&["--no-config", "--output", "json=high.json"]), 1);
    for (baseline, config, expected, state) in [
        ("low.json", &low[..], 0, "unchanged"),
        ("low.sarif", &low, 0, "unchanged"),
        ("low.json", &["--no-config"], 1, "updated"),
        ("low.sarif", &["--no-config"], 1, "updated"),
        ("high.json", &low, 0, "unchanged"),
    ] {
        let output = audit(&[&["--baseline", baseline][..], config].concat());
        code(&output, expected);
        let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let results = report["results"].as_array().expect("results").iter();
        let of_rule = |result: &&Value| result["rule"] == "soft-delete-disabled";
        let mut states = results.filter(of_rule).peekable();
        assert!(states.peek().is_some(), "{report}");
        assert!(states.all(|result| result["baselineState"] == state), "{baseline} {config:?}");
    }
}

#[test]
fn two_reports_never_go_to_one_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let broken = estate("broken").to_string_lossy().into_owned();
    let two = |form| ["--output", "json=out", "--output", form];
    for command in [
        &["audit", &broken][..],
        &["readiness", &broken],
        &["diff", &broken, &broken],
        &["review", "--before", &broken, "--after", &broken],
    ] {
        for form in ["markdown=out", "markdown=./out"] {
            let output = backuplint(folder.path(), &[command, &two(form)].concat());
            code(&output, 2);
            says(&stderr(&output), &["two reports are to be written to", "a file of its own"]);
            assert!(!folder.path().join("out").exists(), "{command:?}");
        }
    }
}

#[test]
fn a_baseline_keeps_old_findings_from_failing() {
    let folder = tempfile::tempdir().expect("a folder");
    let arguments = ["audit", "--demo", "--output", "json=old.json", "--output", "sarif=old.sarif"];
    code(&backuplint(folder.path(), &arguments), 1);
    for baseline in ["old.json", "old.sarif"] {
        let arguments =
            ["audit", "--demo", "--baseline", baseline, "--allow-incomplete", "--format", "json"];
        let output = backuplint(folder.path(), &arguments);
        code(&output, 0);
        let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let states: Vec<&Value> = report["results"]
            .as_array()
            .expect("results")
            .iter()
            .filter(|result| result["outcome"] == "fail" && result["suppression"].is_null())
            .map(|result| &result["baselineState"])
            .collect();
        assert!(!states.is_empty());
    }
    fs::write(folder.path().join("no.json"), "{}").expect("writable");
    let output = backuplint(folder.path(), &["audit", "--demo", "--baseline", "no.json"]);
    code(&output, 2);
    says(&stderr(&output), &["cannot use no.json as a baseline"]);
}

#[test]
fn exit_codes_do_not_depend_on_what_is_listed() {
    let folder = tempfile::tempdir().expect("a folder");
    code(
        &backuplint(
            folder.path(),
            &["audit", "--demo", "--outcomes", "pass", "--min-severity", "critical"],
        ),
        1,
    );
    let without = ["audit", "--demo", "--fail-on", "critical", "--ignore"];
    let critical = "single-principal-can-destroy-backups,mua-self-approval";
    code(&backuplint(folder.path(), &[&without[..], &[critical]].concat()), 3);
}

#[test]
fn a_report_never_takes_the_place_of_its_input() {
    let folder = tempfile::tempdir().expect("a folder");
    let body = r#"{"id":"/subscriptions/s/resourceGroups/g/providers/Microsoft.DataProtection/backupVaults/bv","type":"Microsoft.DataProtection/backupVaults","properties":{}}"#;
    fs::write(folder.path().join("v.json"), body).expect("writable");
    let output = backuplint(folder.path(), &["audit", "v.json", "--output", "json=v.json"]);
    code(&output, 2);
    says(&stderr(&output), &["v.json is an input of this run"]);
    assert_eq!(fs::read_to_string(folder.path().join("v.json")).expect("readable"), body);
}

/// A file in a folder that was named is an input, too, whichever command reads it.
#[test]
fn every_command_keeps_what_it_reads() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path();
    let body = r#"{"id":"/subscriptions/s/resourceGroups/g/providers/Microsoft.DataProtection/backupVaults/bv","type":"Microsoft.DataProtection/backupVaults","properties":{}}"#;
    for side in ["old", "new"] {
        fs::create_dir(path.join(side)).expect("a folder");
        fs::write(path.join(side).join("v.json"), body).expect("writable");
    }
    let code_of = "param location string = 'westeurope'\n";
    for side in ["before", "after"] {
        fs::create_dir(path.join(side)).expect("a folder");
        fs::write(path.join(side).join("main.bicep"), code_of).expect("writable");
    }
    let disable =
        "az backup protection disable -g g -v bv -c vm -i vm --delete-backup-data true --yes";
    let commands: [(&[&str], &str, &str); 6] = [
        (&["audit", "new"], "new/v.json", body),
        (&["readiness", "new"], "new/v.json", body),
        (&["review", "--command", disable, "--estate", "new"], "new/v.json", body),
        (&["review", "--before", "old", "--after", "new"], "new/v.json", body),
        (&["review", "--before", "before", "--after", "after"], "after/main.bicep", code_of),
        (&["diff", "old", "new"], "new/v.json", body),
    ];
    for (command, file, text) in commands {
        let output = format!("json={file}");
        let output = backuplint(path, &[command, &["--output", &output]].concat());
        assert_eq!(output.status.code(), Some(2), "{command:?}: {}", stdout(&output));
        says(&stderr(&output), &["is an input of this run"]);
        assert_eq!(fs::read_to_string(path.join(file)).expect("readable"), text, "{command:?}");
    }
}

/// Inspecting nothing is an error in the same words, whichever command does.
#[test]
fn every_command_says_that_there_was_nothing_to_inspect() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("empty.json"), "[]").expect("writable");
    let disable =
        "az backup protection disable -g g -v bv -c vm -i vm --delete-backup-data true --yes";
    let commands: [&[&str]; 5] = [
        &["audit", "empty.json"],
        &["readiness", "empty.json"],
        &["review", "--command", disable, "--estate", "empty.json"],
        &["who-can", "delete-vault", "--estate", "empty.json"],
        &["diff", "empty.json", "empty.json"],
    ];
    for command in commands {
        let output = backuplint(folder.path(), command);
        code(&output, 2);
        says(
            &stderr(&output),
            &["nothing to inspect: no Azure resource in empty.json", "an empty list"],
        );
        assert!(output.stdout.is_empty(), "{command:?}");
    }
}

/// Arguments are often names of files that changed, and so a stranger's; the log of a pipeline obeys some lines.
#[test]
fn mistakes_quote_nothing_that_a_runner_obeys() {
    let folder = tempfile::tempdir().expect("a folder");
    let trick = "x\n::add-mask::y\r##[group]z\n  ##vso[task.setvariable variable=a]b";
    for arguments in [
        &["lint", trick][..],
        &["lint", "--fail-on", trick],
        &["lint", &format!("--{trick}")],
        &["lint", "--config", trick],
        &["lint", "--changed-since", trick],
        &["lint", "--output", trick],
        &["audit", trick],
        &["explain", trick],
        &[trick],
    ] {
        let output = backuplint(folder.path(), arguments);
        code(&output, 2);
        let shown = stdout(&output) + &stderr(&output);
        let obeyed = |line: &str| {
            line.trim_start().starts_with("::add")
                || line.contains("##[")
                || line.contains("##vso[")
        };
        let lines: Vec<&str> = shown.split(['\n', '\r']).filter(|line| obeyed(line)).collect();
        assert!(lines.is_empty(), "{arguments:?}: {lines:?}");
        assert!(shown.contains("add-mask"), "{arguments:?}: {shown}");
    }
}

#[test]
fn the_configuration_of_the_example_can_be_left_out() {
    let folder = tempfile::tempdir().expect("a folder");
    let suppressed = |more: &[&str]| {
        let arguments = [&["audit", "--demo", "--format", "json"][..], more].concat();
        let output = backuplint(folder.path(), &arguments);
        let report: Value = serde_json::from_slice(&output.stdout).expect("a report");
        report["summary"]["suppressed"].as_u64()
    };
    assert_eq!(suppressed(&[]), Some(3));
    assert_eq!(suppressed(&["--no-config"]), Some(0));
}
