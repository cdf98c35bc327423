//! Rules of the user: `rules new`, `rules test`, and packs in an audit.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::{backuplint, code, estate, says, stderr, stdout};

/// A rule on owner tags, with its cases, in a pack.
fn owner_rule(folder: &Path, pack: &str) -> PathBuf {
    let rule = folder.join(pack).join("vault/vault_owner_missing");
    fs::create_dir_all(rule.join("cases")).expect("folder");
    let write = |file: &str, text: &str| fs::write(rule.join(file), text).expect("writable");
    write(
        "rule.toml",
        r#"id = "vault-owner-missing"
title = "The vault has no owner tag"
family = "vault"
severity = "low"
security-severity = "2.0"
profiles = ["default"]
since = "0.1.0"
applies-to = ["Microsoft.RecoveryServices/vaults"]
inputs = ["live", "snapshot"]
rationale = "When a restore is needed at night, nobody should have to guess whom to call."
judged = "Fails when the vault has no `owner` tag. Unknown when its tags were not read."
references = ["https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources"]

[[facts]]
type = "Microsoft.RecoveryServices/vaults"
path = "tags.owner"

[remediation]
text = "Tag the vault with the team that answers for it."
"#,
    );
    write(
        "check.rego",
        r#"# The vault has no owner tag.
package policies.vault.vault_owner_missing

deny contains {
	"path": "tags.owner",
	"message": "the vault has no owner tag",
	"observed": null,
	"expected": "the team that answers for it",
} if {
	not input.tags.owner
}
"#,
    );
    for (case, list, tags) in [
        ("fail_no_owner", "resources", r#""tags":{"environment":"prod"},"#),
        ("pass_owner", "resources", r#""tags":{"owner":"payments"},"#),
        ("unknown_tags", "listed", ""),
    ] {
        let kind = "Microsoft.RecoveryServices/vaults";
        let id = format!(
            "/subscriptions/0b7a1c5e-1111-4222-8333-944455556666/resourceGroups/rg/providers/{kind}/rsv"
        );
        let text = format!(
            r#"{{"schema":"backuplint.snapshot/1","collectedAt":"2026-11-20T02:00:00Z","{list}":[{{"id":"{id}","name":"rsv","type":"{kind}",{tags}"properties":{{}}}}]}}"#
        );
        write(&format!("cases/{case}.snapshot.json"), &text);
    }
    rule
}

/// What a new rule leaves open is asked for, one after the other, until it keeps its promises.
#[test]
fn a_new_rule_is_refused_until_it_is_filled_in() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let on = ["--on", "microsoft.recoveryservices/VAULTS", "--dir", "p"];
    code(&backuplint(folder, &[&["rules", "new", "vault-hidden"][..], &on].concat()), 0);
    let rule = folder.join("p/vault/vault_hidden");
    let edit = |file: &str, edits: &[(&str, &str)]| {
        let mut text = fs::read_to_string(rule.join(file)).expect("readable");
        for (from, to) in edits {
            assert!(text.contains(from), "{from}: {text}");
            text = text.replace(from, to);
        }
        fs::write(rule.join(file), text).expect("writable");
    };
    let tested = |expected: i32, parts: &[&str]| {
        let output = backuplint(folder, &["rules", "test", "p"]);
        code(&output, expected);
        let shown = format!("{}{}", stdout(&output), stderr(&output));
        let words = shown.split_whitespace().filter(|word| *word != "|");
        let shown = words.collect::<Vec<_>>().join(" ");
        for part in parts {
            assert!(shown.contains(part), "{part}: {shown}");
        }
    };
    tested(2, &["inputs is empty"]);
    edit("rule.toml", &[("inputs = []", "inputs = [\"snapshot\"]")]);
    tested(2, &["not filled in yet: title, rationale, judged, remediation.text, facts.path"]);
    code(&backuplint(folder, &["audit", "--demo", "--rules", "p"]), 2);
    let path = "properties.securitySettings.softDeleteSettings.softDeleteState";
    let quoted = format!("\"{path}\"");
    edit("rule.toml", &[("= \"\"", "= \"said\""), ("\"properties.\"", &quoted)]);
    tested(1, &["it never fires", "fail_example.snapshot.json"]);
    edit("check.rego", &[("false", &format!("input.{path} == \"Disabled\""))]);
    for (case, state) in [("fail", "Disabled"), ("pass", "Enabled")] {
        let shown = format!(
            r#""properties": {{"securitySettings": {{"softDeleteSettings": {{"softDeleteState": "{state}"}}}}}}"#
        );
        let file = format!("cases/{case}_example.snapshot.json");
        edit(&file, &[("\"properties\": {}", &shown)]);
    }
    edit("check.rego", &[("\"properties.\"", &quoted)]);
    tested(1, &["a failure says nothing", "2 passed, 1 failed"]);
    edit("check.rego", &[("\"message\": \"\"", "\"message\": \"soft delete is off\"")]);
    tested(0, &["3 passed, 0 failed"]);
}

#[test]
fn a_new_rule_is_on_a_type_that_there_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    for (on, part) in [
        ("Microsoft.RecoveryServices/vault", "did you mean `Microsoft.RecoveryServices/vaults`?"),
        ("backupVaults", "did you mean `Microsoft.DataProtection/backupVaults`?"),
        ("Script/operations", "--family script"),
        ("vm", "as Azure Resource Manager does"),
        ("Contoso.Things/a\u{1b}[2J", "as Azure Resource Manager does"),
    ] {
        let refused = backuplint(folder, &["rules", "new", "a-b", "--on", on]);
        code(&refused, 2);
        let shown = stderr(&refused).split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(shown.contains("is no type of resource") && shown.contains(part), "{shown}");
        assert!(!shown.contains('\u{1b}'), "{shown}");
    }
    assert!(!folder.join("policies").exists());
    for (id, on) in [
        ("one", "Microsoft.Compute/disks"),
        ("two", "Microsoft.Resources/subscriptions"),
        ("three", "Contoso.Things/widgets/parts"),
    ] {
        code(&backuplint(folder, &["rules", "new", id, "--on", on]), 0);
        let rule = folder.join("policies/vault").join(id);
        let toml = fs::read_to_string(rule.join("rule.toml")).expect("readable");
        assert_eq!(toml.matches(&format!("\"{on}\"")).count(), 2, "{toml}");
        let case = fs::read(rule.join("cases/fail_example.snapshot.json")).expect("readable");
        let case: Value = serde_json::from_slice(&case).expect("JSON");
        assert_eq!(case["resources"][0]["type"], on);
    }
}

#[test]
fn a_rule_passes_its_own_tests_and_a_dead_one_does_not() {
    let folder = tempfile::tempdir().expect("a folder");
    owner_rule(folder.path(), "policies");
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
    // What was said instead of the promise, not only how often.
    says(&stdout(&tested), &["0 failed, 0 undecided, 1 passed", "pass /subscriptions/"]);

    fs::write(&check, "package policies.vault.vault_owner_missing\n\ndeny contains x if {\n\tx := nonsense(1)\n}\n").expect("writable");
    let broken = backuplint(folder.path(), &["audit", "--demo", "--rules", "policies"]);
    code(&broken, 2);
    says(&stderr(&broken), &["check.rego:4", "nonsense"]);
}

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
fn a_rule_that_reads_what_it_does_not_declare_is_found() {
    let folder = tempfile::tempdir().expect("a folder");
    let rule = owner_rule(folder.path(), "p");
    let toml = fs::read_to_string(rule.join("rule.toml")).expect("readable");
    let typo = toml.replace("path = \"tags.owner\"", "path = \"tags.ownr\"");
    fs::write(rule.join("rule.toml"), &typo).expect("writable");
    let tested = backuplint(folder.path(), &["rules", "test", "p"]);
    code(&tested, 1);
    says(&stdout(&tested), &["no body has `tags.ownr` of Microsoft.RecoveryServices/vaults"]);
    let explained = typo.replace("tags.ownr\"", "tags.ownr\"\nunseen = \"nobody has it yet\"");
    fs::write(rule.join("rule.toml"), explained).expect("writable");
    assert!(
        !stdout(&backuplint(folder.path(), &["rules", "test", "p"])).contains("no body has"),
        "a reason was given"
    );

    fs::write(rule.join("rule.toml"), toml).expect("writable");
    let check = fs::read_to_string(rule.join("check.rego")).expect("readable");
    // Each case has the owner or is denied anyway, so no verdict tells.
    let silent =
        check.replace("not input.tags.owner", "not input.tags.owner\n\tnot input.properties.sku");
    fs::write(rule.join("check.rego"), silent).expect("writable");
    let tested = backuplint(folder.path(), &["rules", "test", "p"]);
    code(&tested, 1);
    says(&stdout(&tested), &["check.rego:11: properties.sku is read, and no fact declares it"]);
}

/// A policy that declares nothing, on a vault as a LIST answers it and as a GET does.
#[test]
fn a_policy_without_facts_takes_not_shown_for_not_set_nowhere() {
    let list = r#"[{"id":"/subscriptions/s/resourceGroups/g/providers/Microsoft.RecoveryServices/vaults/v","type":"Microsoft.RecoveryServices/vaults","location":"westeurope","properties":{"publicNetworkAccess":"Enabled","stores":[{"type":"a"},{}]}}]"#;
    let one = &list[1..list.len() - 1];
    let rows = [
        // What decides, the verdict on the page of a LIST, and on the answer of a GET.
        ("not input.properties.securitySettings.softDeleteSettings", "unknown", "fail"),
        ("input.properties.securitySettings.x == \"off\"", "unknown", "pass"),
        ("input.properties.publicNetworkAccess == \"Enabled\"", "fail", "fail"),
        ("input.properties.publicNetworkAccess == \"Disabled\"", "pass", "pass"),
        ("input.properties[\"publicNetworkAccess\"] == \"Enabled\"", "fail", "fail"),
        // What lies in an object, or in some element of a list, may be left out as well.
        ("object.get(input.properties, \"x\", 1) == 1", "unknown", "fail"),
        ("not input.properties.stores[1].type", "unknown", "fail"),
        ("object.get(input, [\"properties\", \"x\"], 1) == 1", "unknown", "fail"),
        // Helpers count, other types do not.
        ("lacks_x", "unknown", "fail"),
        ("input.type == \"Microsoft.Compute/disks\"\n\tnot input.properties.x", "pass", "pass"),
        ("lower(input.type) == \"microsoft.compute/disks\"\n\tlacks_x", "pass", "pass"),
        ("input.type in {\"Microsoft.RecoveryServices/vaults\"}\n\tlacks_x", "unknown", "fail"),
    ];
    for (condition, listed, read) in rows {
        for (input, expected) in [(list, listed), (one, read)] {
            let folder = tempfile::tempdir().expect("a folder");
            fs::create_dir(folder.path().join("p")).expect("folder");
            let policy = format!(
                "package main\n\nimport rego.v1\n\nlacks_x if not input.properties.x\n\ndeny contains \"no\" if {{\n\t{condition}\n}}\n"
            );
            fs::write(folder.path().join("p/mine.rego"), policy).expect("writable");
            fs::write(folder.path().join("vaults.json"), input).expect("writable");
            let output = backuplint(
                folder.path(),
                &["audit", "vaults.json", "--rules", "p", "--select", "mine", "--format", "json"],
            );
            let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
            let counts = &report["perRule"]["mine"];
            assert_eq!(counts[expected], 1, "{condition} on {input}: {counts}");
        }
    }
    // A finding that cites a value which is there stands.
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("p")).expect("folder");
    fs::write(folder.path().join("p/mine.rego"), "package main\n\ndeny contains {\"path\": \"properties.publicNetworkAccess\", \"message\": \"public\", \"observed\": input.properties.publicNetworkAccess} if {\n\tinput.properties.publicNetworkAccess == \"Enabled\"\n\tnot input.properties.x\n}\n").expect("writable");
    fs::write(folder.path().join("vaults.json"), list).expect("writable");
    code(
        &backuplint(folder.path(), &["audit", "vaults.json", "--rules", "p", "--select", "mine"]),
        1,
    );
}

/// Bundled rules are there already, whatever a folder of them holds beside.
#[test]
fn a_bundled_rule_in_a_pack_is_told_from_an_id_that_is_used_twice() {
    let bundled = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/backup_policy");
    let folder = tempfile::tempdir().expect("a folder");
    let bundled = bundled.to_str().expect("UTF-8");
    let refused = backuplint(folder.path(), &["audit", "--demo", "--rules", bundled]);
    code(&refused, 2);
    let shown = stderr(&refused).split_whitespace().collect::<Vec<_>>().join(" ");
    for part in ["which has it already", "rules of your own: name their folder", "rules test"] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    for name in ["one", "two"] {
        let rego = format!(
            "# METADATA\n# custom:\n#   id: same\npackage {name}\n\ndeny contains \"no\" if {{\n\tinput.x\n}}\n"
        );
        fs::create_dir(folder.path().join(name)).expect("folder");
        fs::write(folder.path().join(name).join("a.rego"), rego).expect("writable");
    }
    let refused =
        backuplint(folder.path(), &["audit", "--demo", "--rules", "one", "--rules", "two"]);
    code(&refused, 2);
    says(&stderr(&refused), &["rule id `same` is used twice", "a.rego"]);
}

#[test]
fn an_exemption_without_effect_is_refused() {
    let rules = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let rows = [
        // One written in Rust.
        (
            "protected_item/datasource_missing",
            "properties.sourceResourceId",
            "has no effect on a rule in Rust: answer `NotApplicable`",
        ),
        (
            "access/custom_role_backup_wildcard",
            "Microsoft.Authorization/roleAssignments",
            "applies-to does not name",
        ),
        (
            "access/custom_role_backup_wildcard",
            "properties.permissions[].notActions",
            "a list is no text",
        ),
    ];
    for (rule, fact, part) in rows {
        let folder = tempfile::tempdir().expect("a folder");
        let pack = folder.path().join("pack").join(rule);
        fs::create_dir_all(&pack).expect("folder");
        for entry in fs::read_dir(rules.join(rule)).expect("a rule") {
            let path = entry.expect("a file").path();
            if path.is_file() {
                fs::copy(&path, pack.join(path.file_name().expect("a name"))).expect("copied");
            }
        }
        let toml = fs::read_to_string(pack.join("rule.toml")).expect("readable");
        let (mut lines, mut done) = (Vec::new(), false);
        for line in toml.lines() {
            lines.push(line);
            let is_it = line.contains(&format!("= \"{fact}\""));
            if is_it && !done {
                lines.push("exempt = [\"x\"]");
                done = true;
            }
        }
        fs::write(pack.join("rule.toml"), lines.join("\n")).expect("writable");
        let output = backuplint(folder.path(), &["audit", "--demo", "--rules", "pack"]);
        code(&output, 2);
        says(&stderr(&output), &["rule.toml", "`exempt` of", part]);
    }
}
