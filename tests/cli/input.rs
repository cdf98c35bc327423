//! `audit` on inputs as they come: missing, damaged, huge, hostile, piped.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use crate::{
    AS_OF, audit_json, backuplint, code, copy_estate, copy_of_clean, estate, file_named, root,
    says, stderr, stdout,
};

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

/// The manifest says what could not be read, also where the folder around a snapshot is named, or a part of it.
#[test]
fn the_gaps_of_a_snapshot_count_whatever_of_it_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let snapshot = folder.path().join("days/monday");
    copy_estate("clean", &snapshot);
    let vaults = file_named(&snapshot, "vaults.jsonl");
    let subscription = vaults.parent().expect("a folder").to_path_buf();
    let id = subscription.file_name().expect("a name").to_string_lossy().into_owned();
    let path = snapshot.join("manifest.json");
    let mut manifest: Value =
        serde_json::from_slice(&fs::read(&path).expect("readable")).expect("JSON");
    manifest["gaps"] = serde_json::json!([{
        "scope": format!("/subscriptions/{id}"), "kind": "Microsoft.Compute/snapshots",
        "status": 403, "reason": "forbidden",
    }]);
    fs::write(&path, manifest.to_string()).expect("writable");
    let parts = [
        snapshot.clone(),
        folder.path().join("days"),
        folder.path().to_path_buf(),
        snapshot.join("subscriptions"),
        subscription,
        vaults,
    ];
    for part in parts {
        let name = part.to_string_lossy().into_owned();
        let output = backuplint(folder.path(), &["audit", &name, "--format", "json"]);
        code(&output, 3);
        let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        assert_eq!(report["gaps"].as_array().map(Vec::len), Some(1), "{name}: {}", report["gaps"]);
        assert_eq!(report["asOf"], manifest["collectedAt"], "{name}");
        let is_piece = name.ends_with("vaults.jsonl") || name.ends_with("/subscriptions");
        let says_so = stderr(&output).contains("is a part of the snapshot");
        assert_eq!(says_so, is_piece, "{name}: {}", stderr(&output));
    }
}

/// A file of a snapshot that is named alone says nothing of what lies beside it.
#[test]
fn what_is_not_in_a_part_of_a_snapshot_is_unknown() {
    let locks = |name: &Path| {
        let name = name.to_string_lossy().into_owned();
        let select = ["--select", "vault-lock-missing"];
        let output = backuplint(
            &root().join("fixtures"),
            &[&["audit", &name, "--as-of", AS_OF, "--format", "json"][..], &select].concat(),
        );
        let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        report["summary"]["fail"].as_u64().expect("a number")
    };
    assert!(locks(&estate("broken")) > 0);
    assert_eq!(locks(&file_named(&estate("broken"), "vaults.jsonl")), 0);
    assert_eq!(locks(&estate("broken").join("subscriptions")), 0);
}

/// The order of arguments never turns a failure into a success.
#[test]
fn two_bodies_of_one_resource_do_not_depend_on_their_order() {
    let vault = |state: &str| {
        serde_json::json!({
            "id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.RecoveryServices/vaults/v",
            "type": "Microsoft.RecoveryServices/vaults", "etag": state,
            "properties": {"securitySettings": {"softDeleteSettings": {"softDeleteState": state}}},
        })
    };
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, value: &Value| {
        fs::write(folder.path().join(name), value.to_string()).expect("writable");
    };
    let taken = |at: &str, vault: Value| {
        serde_json::json!({
            "schema": "backuplint.snapshot/1", "collectedAt": at, "resources": [vault],
        })
    };
    write("good.json", &vault("Enabled"));
    write("spelled.json", &vault("ENABLED"));
    write("bad.json", &vault("Disabled"));
    write("both.json", &serde_json::json!([vault("Disabled"), vault("Enabled")]));
    write("old-good.json", &taken("2026-11-01T00:00:00Z", vault("Enabled")));
    write("new-good.json", &taken("2026-11-19T00:00:00Z", vault("Enabled")));
    write("old-bad.json", &taken("2026-11-02T00:00:00Z", vault("Disabled")));
    write("new-bad.json", &taken("2026-11-20T00:00:00Z", vault("Disabled")));
    for (files, expected, contradictions) in [
        (&["bad.json", "good.json"][..], 3, 1),
        (&["good.json", "bad.json"], 1, 1),
        (&["both.json"], 3, 1),
        (&["good.json", "spelled.json"], 0, 0),
        (&["old-good.json", "new-bad.json"], 1, 0),
        (&["new-bad.json", "old-good.json"], 1, 0),
        (&["old-bad.json", "new-good.json"], 0, 0),
        (&["new-good.json", "old-bad.json"], 0, 0),
        // Nobody knows when the export was made.
        (&["bad.json", "new-good.json"], 3, 1),
    ] {
        let options = ["--select", "soft-delete-disabled", "--as-of", AS_OF, "--format", "json"];
        let output = backuplint(folder.path(), &[&["audit"], files, &options].concat());
        code(&output, expected);
        let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let both_days = files.iter().all(|file| file.contains('-'));
        let is_said = stderr(&output).contains("what was deleted in between");
        assert_eq!(is_said, both_days, "{files:?}: {}", stderr(&output));
        let gaps = report["gaps"].as_array().expect("gaps");
        assert_eq!(gaps.len(), contradictions, "{files:?}: {gaps:?}");
        for gap in gaps {
            assert_eq!(gap["reason"], "contradictory");
            let message = gap["message"].as_str().expect("a text");
            assert!(files.iter().all(|file| message.contains(file)), "{message}");
        }
    }
}

/// One day after the other: read together they would show as still there what was deleted in between.
#[test]
fn several_snapshots_below_a_folder_are_to_be_named() {
    let folder = tempfile::tempdir().expect("a folder");
    for day in ["monday", "tuesday"] {
        copy_estate("clean", &folder.path().join("days").join(day));
    }
    let output = backuplint(folder.path(), &["audit", "days"]);
    code(&output, 2);
    says(&stderr(&output), &["days holds 2 snapshots", "days/monday (", "name those to inspect"]);
    code(&backuplint(folder.path(), &["audit", "days/monday", "--as-of", AS_OF]), 0);
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
fn a_type_that_contradicts_the_id_is_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let id = "/subscriptions/s/resourceGroups/g/providers/Microsoft.RecoveryServices/vaults/v";
    let body = |kind: &str| format!("{{\"id\":\"{id}\",\"type\":\"{kind}\",\"properties\":{{}}}}");
    let path = folder.path().join("a.json");
    fs::write(&path, body("Microsoft.Compute/virtualMachines")).expect("writable");
    let output = backuplint(folder.path(), &["audit", "a.json"]);
    says(&stderr(&output), &["one body has a type that contradicts its id", "a.json:1"]);
    fs::write(&path, body("microsoft.recoveryservices/VAULTS")).expect("writable");
    let output = backuplint(folder.path(), &["audit", "a.json"]);
    assert!(!stderr(&output).contains("contradicts"));
}

#[test]
fn paths_in_messages_stay_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = format!("{}/no-such-file.json", "a-folder-with-a-long-name/".repeat(5));
    let output = backuplint(folder.path(), &["audit", &path]);
    code(&output, 2);
    assert!(stderr(&output).contains(&path), "{}", stderr(&output));
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
