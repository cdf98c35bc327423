//! The command line as a user meets it: what it prints, where, and with which exit code.

#![allow(
    clippy::panic,
    clippy::pedantic,
    reason = "a test fails by panicking, and helpers of a test are no API"
)]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

const AS_OF: &str = "2026-11-20T02:00:00Z";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn estate(name: &str) -> PathBuf {
    root().join("fixtures/estates").join(name)
}

fn backuplint(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_backuplint"))
        .args(arguments)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .stdin(Stdio::null())
        .output()
        .expect("the program runs")
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8 on standard output")
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("UTF-8 on standard error")
}

#[track_caller]
fn code(output: &Output, expected: i32) {
    assert_eq!(
        output.status.code(),
        Some(expected),
        "stdout:\n{}\nstderr:\n{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

#[track_caller]
fn says(text: &str, parts: &[&str]) {
    // Messages are wrapped and framed; what counts is their words.
    let words = |text: &str| {
        let plain: String =
            text.chars().map(|c| if c.is_ascii_graphic() && c != '|' { c } else { ' ' }).collect();
        plain.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    for part in parts {
        assert!(words(text).contains(&words(part)), "no `{part}` in:\n{text}");
    }
}

/// A copy of the estate in which nothing is wrong, to be damaged.
fn copy_of_clean() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for entry in walkdir::WalkDir::new(estate("clean")).into_iter().filter_map(Result::ok) {
        let target = folder.path().join(entry.path().strip_prefix(estate("clean")).expect("below"));
        if entry.file_type().is_dir() {
            fs::create_dir_all(target).expect("folder");
        } else {
            fs::copy(entry.path(), target).expect("copy");
        }
    }
    folder
}

/// The first file of this name in a snapshot.
fn file_named(folder: &Path, name: &str) -> PathBuf {
    walkdir::WalkDir::new(folder)
        .sort_by_file_name()
        .into_iter()
        .filter_map(Result::ok)
        .map(walkdir::DirEntry::into_path)
        .find(|path| path.file_name().is_some_and(|found| found == name))
        .unwrap_or_else(|| panic!("no {name}"))
}

fn audit_json(folder: &Path, arguments: &[&str]) -> (Output, Value) {
    let mut all = vec!["audit", ".", "--as-of", AS_OF, "--format", "json"];
    all.extend(arguments);
    let output = backuplint(folder, &all);
    let report = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
        panic!("no JSON: {error}\n{}\n{}", stdout(&output), stderr(&output))
    });
    (output, report)
}

const ALL_PROFILES: [&str; 8] = [
    "--profile",
    "default",
    "--profile",
    "strict",
    "--profile",
    "regulated",
    "--profile",
    "hygiene",
];

#[test]
fn nothing_fires_on_the_clean_estate() {
    let mut arguments = ALL_PROFILES.to_vec();
    arguments.extend(["--outcomes", "fail,unknown"]);
    let (output, report) = audit_json(&estate("clean"), &arguments);
    assert_eq!(report["results"], serde_json::json!([]), "{:#}", report["results"]);
    assert_eq!(report["gaps"], serde_json::json!([]));
    assert!(report["summary"]["pass"].as_u64() > Some(20), "{:#}", report["summary"]);
    code(&output, 0);
}

#[test]
fn every_rule_fires_on_the_broken_estate() {
    let mut arguments = vec!["audit", ".", "--format", "json", "--outcomes", "fail"];
    arguments.extend(ALL_PROFILES);
    let output = backuplint(&estate("broken"), &arguments);
    code(&output, 1);
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let fired: std::collections::BTreeSet<&str> = report["results"]
        .as_array()
        .expect("results")
        .iter()
        .filter_map(|result| result["rule"].as_str())
        .collect();
    for bundled in backuplint::rules::BUNDLED {
        let id = bundled.folder.rsplit('/').next().expect("a name").replace('_', "-");
        if cfg!(feature = "rego")
            || !matches!(bundled.logic, backuplint::rule::BundledLogic::Rego(_))
        {
            assert!(fired.contains(id.as_str()), "{id} does not fire");
        }
    }
}

#[test]
fn the_demo_is_convincing_and_safe_to_print() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = backuplint(folder.path(), &["audit", "--demo"]);
    code(&output, 1);
    says(
        &stdout(&output),
        &["Could somebody destroy our backups?", "Could we really restore?", "backuplint explain"],
    );
    assert!(stdout(&output).lines().all(|line| line.chars().count() <= 200), "a line runs away");
    assert!(!stdout(&output).contains('\u{1b}'), "colours without a terminal");
}

#[test]
fn same_bytes_for_any_number_of_threads() {
    let folder = tempfile::tempdir().expect("a folder");
    for format in ["human", "json", "sarif", "sarif-full"] {
        let run = |threads: &str| {
            backuplint(
                folder.path(),
                &["audit", "--demo", "--format", format, "--threads", threads],
            )
            .stdout
        };
        let one = run("1");
        assert!(one.len() > 1000);
        assert!(one == run("2") && one == run("7"), "{format} depends on the thread count");
    }
}

#[test]
fn the_demo_reports_follow_their_schemas() {
    let folder = tempfile::tempdir().expect("a folder");
    let arguments = [
        "audit",
        "--demo",
        "--output",
        "json=r.json",
        "--output",
        "sarif=r.sarif",
        "--output",
        "sarif-full=full.sarif",
    ];
    code(&backuplint(folder.path(), &arguments), 1);
    let read = |name: &str| -> Value {
        serde_json::from_str(&fs::read_to_string(folder.path().join(name)).expect(name))
            .expect(name)
    };
    let schema: Value = serde_json::from_str(backuplint::report::JSON_SCHEMA).expect("schema");
    let validator = jsonschema::validator_for(&schema).expect("a valid schema");
    assert!(
        validator.validate(&read("r.json")).is_ok(),
        "{:?}",
        validator.validate(&read("r.json")).err()
    );
    let text =
        fs::read_to_string(root().join("tests/data/sarif-schema-2.1.0.json")).expect("schema");
    let mut schema: Value = serde_json::from_str(&text).expect("schema");
    without_broken_pattern(&mut schema);
    let validator = jsonschema::validator_for(&schema).expect("a valid schema");
    for name in ["r.sarif", "full.sarif"] {
        assert!(
            validator.validate(&read(name)).is_ok(),
            "{name}: {:?}",
            validator.validate(&read(name)).err()
        );
    }
    let results = read("r.sarif")["runs"][0]["results"].as_array().expect("results").clone();
    assert!(!results.is_empty());
    for result in &results {
        let uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str();
        assert!(uri.is_some_and(|uri| !uri.is_empty()), "{result}");
        assert!(result["suppressions"].is_null(), "the file for upload has no suppressed result");
    }
}

/// The published schema has a regular expression that no engine reads: a stray bracket.
fn without_broken_pattern(schema: &mut Value) {
    if let Some(run) = schema.pointer_mut("/definitions/run/properties/language") {
        run.as_object_mut().expect("an object").remove("pattern");
    }
    if let Some(run) = schema.pointer_mut("/definitions/toolComponent/properties/language") {
        run.as_object_mut().expect("an object").remove("pattern");
    }
}

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
fn missing_and_empty_inputs_are_errors() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = backuplint(folder.path(), &["audit", "nowhere.json"]);
    code(&output, 2);
    says(&stderr(&output), &["cannot read nowhere.json", "No such file"]);

    fs::create_dir(folder.path().join("empty")).expect("folder");
    let output = backuplint(folder.path(), &["audit", "empty"]);
    code(&output, 2);
    says(&stderr(&output), &["nothing to inspect in empty", ".json, .jsonl or .ndjson"]);

    fs::write(folder.path().join("other.json"), r#"{"hello":"world"}"#).expect("writable");
    let output = backuplint(folder.path(), &["audit", "other.json"]);
    code(&output, 2);
    says(
        &stderr(&output),
        &["no Azure resource in other.json", "no ARM id (keys: hello)", "other.json:1"],
    );

    let output = backuplint(folder.path(), &["audit"]);
    code(&output, 2);
    let output = backuplint(folder.path(), &["audit", "--demo", "--select", "mua-disable"]);
    code(&output, 2);
    says(
        &stderr(&output),
        &["`--select mua-disable` names no rule, family or control", "did you mean"],
    );
}

#[test]
fn a_damaged_line_is_a_gap_and_the_rest_is_audited() {
    let folder = copy_of_clean();
    let path = file_named(folder.path(), "virtual-machines.jsonl");
    let text = fs::read_to_string(&path).expect("readable");
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    assert!(lines.len() >= 3);
    let half = lines[1].len() / 2;
    lines[1].truncate(half);
    fs::write(&path, lines.join("\n") + "\n").expect("writable");
    let (output, report) = audit_json(folder.path(), &[]);
    code(&output, 3);
    let gap = &report["gaps"][0];
    assert_eq!(gap["reason"], "malformed");
    assert!(gap["scope"].as_str().expect("scope").ends_with("virtual-machines.jsonl:2"), "{gap}");
    assert_eq!(
        report["summary"]["resources"]["Microsoft.Compute/virtualMachines"],
        lines.len() - 1
    );
    let human = backuplint(folder.path(), &["audit", ".", "--as-of", AS_OF]);
    code(&human, 3);
    says(&stdout(&human), &["malformed", "virtual-machines.jsonl:2", "incomplete"]);
    code(&backuplint(folder.path(), &["audit", ".", "--as-of", AS_OF, "--allow-incomplete"]), 0);
}

#[test]
fn invalid_utf8_is_a_gap_and_the_rest_is_audited() {
    let folder = copy_of_clean();
    let path = file_named(folder.path(), "virtual-machines.jsonl");
    let mut bytes = fs::read(&path).expect("readable");
    bytes.extend_from_slice(b"{\"id\":\"\xff\xfe\"}\n");
    fs::write(&path, bytes).expect("writable");
    let (output, report) = audit_json(folder.path(), &[]);
    code(&output, 3);
    assert_eq!(report["gaps"][0]["reason"], "malformed");
    assert!(report["gaps"][0].to_string().contains("not UTF-8"), "{}", report["gaps"][0]);
    assert!(report["summary"]["pass"].as_u64() > Some(10));
}

#[test]
fn a_line_of_a_hundred_megabytes_is_skipped_and_said() {
    let folder = copy_of_clean();
    let path = file_named(folder.path(), "virtual-machines.jsonl");
    let mut file = fs::OpenOptions::new().append(true).open(&path).expect("writable");
    file.write_all(b"{\"id\":\"").expect("writable");
    file.write_all(&vec![b'x'; 100 << 20]).expect("writable");
    file.write_all(b"\"}\n").expect("writable");
    drop(file);
    let (output, report) = audit_json(folder.path(), &[]);
    code(&output, 3);
    assert_eq!(report["gaps"][0]["reason"], "skipped");
    assert!(report["gaps"][0].to_string().contains("bytes"), "{}", report["gaps"][0]);
    assert!(report["summary"]["pass"].as_u64() > Some(10));
}

#[cfg(unix)]
#[test]
fn a_loop_of_folders_ends_and_loses_nothing() {
    let folder = copy_of_clean();
    std::os::unix::fs::symlink(folder.path(), folder.path().join("subscriptions/loop"))
        .expect("link");
    let (output, report) = audit_json(folder.path(), &[]);
    code(&output, 0);
    says(&stderr(&output), &["links back to"]);
    assert_eq!(report["gaps"], serde_json::json!([]));
}

#[test]
fn names_with_escape_codes_cannot_drive_the_terminal() {
    let folder = tempfile::tempdir().expect("a folder");
    let name = "rsv-\\u001b[2J\\u001b]0;owned\\u0007\\u202e::error::";
    let body = format!(
        r#"{{"id":"/subscriptions/0b7a1c5e-1111-4222-8333-944455556666/resourceGroups/rg/providers/Microsoft.RecoveryServices/vaults/{name}","type":"Microsoft.RecoveryServices/vaults","location":"westeurope","properties":{{"securitySettings":{{"softDeleteSettings":{{"softDeleteState":"Disabled"}}}}}}}}"#
    );
    fs::write(folder.path().join("vault.json"), body).expect("writable");
    for format in ["human", "json", "sarif"] {
        let output = backuplint(folder.path(), &["audit", "vault.json", "--format", format]);
        code(&output, 1);
        let text = stdout(&output);
        assert!(text.contains("soft-delete-disabled"), "{text}");
        for raw in ['\u{1b}', '\u{7}', '\u{202e}'] {
            assert!(!text.contains(raw), "{format} prints {raw:?}");
        }
    }
}

#[test]
fn reads_standard_input_and_compressed_files() {
    let vaults = fs::read(file_named(&estate("broken"), "vaults.jsonl")).expect("readable");
    let folder = tempfile::tempdir().expect("a folder");
    let packed = zstd::encode_all(vaults.as_slice(), 0).expect("packs");
    fs::write(folder.path().join("vaults.jsonl.zst"), packed).expect("writable");
    fs::write(folder.path().join("vaults.jsonl"), &vaults).expect("writable");
    let count = |output: &Output| {
        let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        report["summary"]["resources"]["Microsoft.RecoveryServices/vaults"].clone()
    };
    let plain = backuplint(folder.path(), &["audit", "vaults.jsonl", "--format", "json"]);
    let packed = backuplint(folder.path(), &["audit", "vaults.jsonl.zst", "--format", "json"]);
    let mut piped = Command::new(env!("CARGO_BIN_EXE_backuplint"))
        .args(["audit", "-", "--format", "json"])
        .current_dir(folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("runs");
    piped.stdin.take().expect("piped").write_all(&vaults).expect("writable");
    let piped = piped.wait_with_output().expect("ends");
    let lines = vaults.iter().filter(|byte| **byte == b'\n').count();
    assert!(lines > 1);
    for output in [&plain, &packed, &piped] {
        assert_eq!(count(output), lines);
    }
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
    code(&backuplint(folder.path(), &["audit", "--demo", "--fail-on", "critical"]), 3);
}

#[test]
fn small_commands_work() {
    let folder = tempfile::tempdir().expect("a folder");
    code(&backuplint(folder.path(), &["init"]), 0);
    code(&backuplint(folder.path(), &["audit", "--demo", "--config", "backuplint.toml"]), 1);
    let again = backuplint(folder.path(), &["init"]);
    code(&again, 2);
    says(&stderr(&again), &["backuplint.toml is there already", "--force"]);
    says(
        &stdout(&backuplint(folder.path(), &["explain", "mua-disabled"])),
        &["# `mua-disabled`", "How to mend it"],
    );
    let wrong = backuplint(folder.path(), &["explain", "mua-disable"]);
    code(&wrong, 2);
    says(&stderr(&wrong), &["there is no rule `mua-disable`", "did you mean `mua-disabled`?"]);
    says(
        &stdout(&backuplint(folder.path(), &["rules", "list"])),
        &["mua-disabled", "vm-not-backed-up"],
    );
    let controls = stdout(&backuplint(folder.path(), &["rules", "list", "--control", "BR-2"]));
    says(&controls, &["mua-disabled"]);
    assert!(!controls.contains("vm-not-backed-up"));
    for shell in ["bash", "zsh", "fish", "powershell"] {
        assert!(stdout(&backuplint(folder.path(), &["completions", shell])).contains("backuplint"));
    }
    assert!(stdout(&backuplint(folder.path(), &["man"])).contains(".TH backuplint"));
    says(&stdout(&backuplint(folder.path(), &["--version"])), &["backuplint"]);
}

#[cfg(feature = "rego")]
#[test]
fn a_new_rule_passes_its_own_tests_and_a_dead_one_does_not() {
    let folder = tempfile::tempdir().expect("a folder");
    code(
        &backuplint(folder.path(), &["rules", "new", "vault-owner-missing", "--dir", "policies"]),
        0,
    );
    let tested = backuplint(folder.path(), &["rules", "test", "policies"]);
    code(&tested, 0);
    says(&stdout(&tested), &["3 passed, 0 failed"]);
    let output = backuplint(
        folder.path(),
        &["audit", "--demo", "--rules", "policies", "--select", "vault-owner-missing"],
    );
    code(&output, 3);
    says(&stdout(&output), &["vault-owner-missing"]);

    let check = folder.path().join("policies/vault/vault_owner_missing/check.rego");
    let text = fs::read_to_string(&check).expect("readable");
    fs::write(
        &check,
        text.replace("not input.tags.owner", "input.tags.owner == \"nobody at all\""),
    )
    .expect("writable");
    let tested = backuplint(folder.path(), &["rules", "test", "policies"]);
    code(&tested, 1);
    says(&stdout(&tested), &["it never fires"]);

    fs::write(&check, "package policies.vault.vault_owner_missing\n\ndeny contains x if {\n\tx := nonsense(1)\n}\n").expect("writable");
    let broken = backuplint(folder.path(), &["audit", "--demo", "--rules", "policies"]);
    code(&broken, 2);
    says(&stderr(&broken), &["check.rego:4", "nonsense"]);
}

#[cfg(feature = "rego")]
#[test]
fn policies_written_for_conftest_run_unchanged() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("old")).expect("folder");
    fs::write(
        folder.path().join("old/vaults.rego"),
        "package main\n\nimport rego.v1\n\ndeny contains msg if {\n\tinput.type == \"Microsoft.RecoveryServices/vaults\"\n\tinput.properties.publicNetworkAccess == \"Enabled\"\n\tmsg := sprintf(\"%s is public\", [input.name])\n}\n\nwarn contains {\"msg\": \"no tags\"} if {\n\tinput.type == \"Microsoft.RecoveryServices/vaults\"\n\tnot input.tags\n}\n",
    )
    .expect("writable");
    let output = backuplint(
        folder.path(),
        &[
            "audit",
            estate("broken").to_str().expect("UTF-8"),
            "--rules",
            "old",
            "--select",
            "vaults",
            "--format",
            "json",
        ],
    );
    code(&output, 1);
    says(&stdout(&output), &["is public"]);
}

#[cfg(feature = "rego")]
#[test]
fn hostile_policies_end_in_a_diagnostic_within_two_seconds() {
    let deep = format!(
        "package p\n\ndeny contains x if {{\n\tx := {}1{}\n}}\n",
        "[".repeat(40),
        "]".repeat(40)
    );
    let rows = [
        (
            "package p\n\ndeny contains \"x\" if {\n\tsome a in numbers.range(1, 3000)\n\tsome b in numbers.range(1, 3000)\n\tsome c in numbers.range(1, 3000)\n\ta + b + c < 0\n}\n",
            "was stopped",
        ),
        (
            "package p\n\ndeny contains x if {\n\tsome x in numbers.range(1, 50000000)\n}\n",
            "numbers.range",
        ),
        ("package p\n\nf(x) := f(x + 1)\n\ndeny contains x if {\n\tx := f(1)\n}\n", "recurs"),
        (deep.as_str(), "deep"),
        ("package p\n\ndeny contains x if {\n\tx := time.now_ns()\n}\n", "time.now_ns"),
        (
            "package p\n\ndeny contains x if {\n\tx := http.send({\"url\": \"http://localhost\"})\n}\n",
            "http.send",
        ),
        ("package p\n\ndeny contains 3\n", "unknown shape"),
        ("package p\n\ndeny contains x if {\n", "expect"),
    ];
    for (policy, part) in rows {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir(folder.path().join("hostile")).expect("folder");
        fs::write(folder.path().join("hostile/policy.rego"), policy).expect("writable");
        let start = std::time::Instant::now();
        let output = backuplint(
            folder.path(),
            &["audit", "--demo", "--rules", "hostile", "--select", "policy"],
        );
        // A hang guard, not a benchmark: debug builds on a busy machine are far slower than two seconds.
        assert!(start.elapsed().as_secs() < 30, "{policy}");
        code(&output, 2);
        let text = stderr(&output);
        assert!(text.contains("policy.rego:"), "no place in:\n{text}");
        assert!(text.to_lowercase().contains(part), "no `{part}` in:\n{text}");
    }
}

#[cfg(feature = "rego")]
#[test]
fn a_lone_file_carries_its_metadata_in_a_comment() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("pack")).expect("folder");
    fs::write(
        folder.path().join("pack/x.rego"),
        "# METADATA\n# title: The vault is in the wrong region\n# custom:\n#   id: vault-region-not-allowed\n#   severity: high\n#   targets: [Microsoft.RecoveryServices/vaults]\npackage pack.x\n\ndeny contains {\"path\": \"location\", \"message\": \"not here\", \"observed\": input.location} if {\n\tinput.location != \"westeurope\"\n}\n",
    )
    .expect("writable");
    let output = backuplint(
        folder.path(),
        &[
            "audit",
            "--demo",
            "--rules",
            "pack",
            "--select",
            "vault-region-not-allowed",
            "--format",
            "json",
        ],
    );
    code(&output, 1);
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let found = report["results"].as_array().expect("results");
    let found: Vec<&Value> =
        found.iter().filter(|result| result["rule"] == "vault-region-not-allowed").collect();
    assert!(!found.is_empty());
    assert!(
        found.iter().all(|result| result["severity"] == "high" && result["path"] == "location")
    );
    assert!(found[0]["location"]["startColumn"].as_u64() > Some(1), "{}", found[0]);
}

#[test]
fn a_text_where_an_object_should_be_is_unknown() {
    // As PowerShell's ConvertTo-Json writes what lies deeper than its -Depth.
    let body = |settings: &str| {
        format!(
            r#"{{"id":"/subscriptions/0b7a1c5e-1111-4222-8333-944455556666/resourceGroups/rg/providers/Microsoft.DataProtection/backupVaults/bv","type":"Microsoft.DataProtection/backupVaults","location":"westeurope","properties":{settings}}}"#
        )
    };
    for settings in [
        r#"{"isVaultProtectedByResourceGuard":true,"storageSettings":["@{type=LocallyRedundant}"],"securitySettings":{"softDeleteSettings":"@{state=Off}","immutabilitySettings":"@{state=Locked}"}}"#,
        r#"{"isVaultProtectedByResourceGuard":true,"storageSettings":"x","securitySettings":"@{softDeleteSettings=}"}"#,
        r#"{"isVaultProtectedByResourceGuard":true,"storageSettings":[1],"securitySettings":[{"softDeleteSettings":{"state":"Off"}}]}"#,
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("v.json"), body(settings)).expect("writable");
        let output = backuplint(
            folder.path(),
            &[
                "audit",
                "v.json",
                "--format",
                "json",
                "--outcomes",
                "fail,unknown,pass",
                "--select",
                "soft-delete-disabled,immutability-disabled,storage-redundancy-not-allowed",
            ],
        );
        let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        for result in report["results"].as_array().expect("results") {
            if result["rule"] != "value-unrecognised" && result["resourceType"] != "" {
                assert_eq!(result["outcome"], "unknown", "{settings}: {result}");
            }
        }
        if cfg!(feature = "rego") {
            assert_eq!(report["summary"]["unknown"], 3, "{settings}: {report:#}");
        }
    }
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

#[test]
fn nothing_judged_and_gzip_never_look_clean() {
    let folder = tempfile::tempdir().expect("a folder");
    let body = r#"{"id":"/subscriptions/s/resourceGroups/g/providers/Microsoft.Web/sites/x","type":"Microsoft.Web/sites"}"#;
    fs::write(folder.path().join("x.json"), body).expect("writable");
    let output = backuplint(folder.path(), &["audit", "x.json"]);
    code(&output, 2);
    says(&stderr(&output), &["nothing was judged"]);
    let folder = copy_of_clean();
    fs::write(folder.path().join("more.json.gz"), b"\x1f\x8b\x08\x00").expect("writable");
    let (output, report) = audit_json(folder.path(), &[]);
    code(&output, 3);
    assert!(report["gaps"][0].to_string().contains("gzip is not read"), "{}", report["gaps"]);
}
