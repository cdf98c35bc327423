//! The role assignments that findings on access show: which, to whom, where, and through which groups.

use serde_json::{Value, json};

use crate::{backuplint, root};

const ADA: &str = "Ada Berg (3f2a9c1e-7b64-4d08-9e5a-1c7d20f8b6a3)";
const SAM: &str = "Sam Cole (a81b5d07-2c4e-4f39-b6d2-9e03c7f14a58)";
const VAULT: &str = "/subscriptions/6b1f0c52-7d1e-4a5e-9a70-0c1d2e3f4a5b/resourceGroups/rg-backup/providers/Microsoft.RecoveryServices/vaults/rsv-orders";
const SECURITY: &str = "/subscriptions/9d4a7e10-5b2c-4f6d-8e31-7a90b1c2d3e4";

fn guard() -> String {
    format!(
        "{SECURITY}/resourceGroups/rg-guard/providers/Microsoft.DataProtection/resourceGuards/guard-backup"
    )
}

/// The evidence of the first finding of a rule on one of its cases: the last part of each id, and what it
/// has to do with it.
fn evidence(rule: &str, case: &str) -> Vec<(String, String)> {
    let folder = rule.replace('-', "_");
    let cases = root().join(format!("rules/access/{folder}/cases"));
    let (file, config) = (format!("{case}.snapshot.json"), format!("{case}.toml"));
    let mut arguments = vec!["audit", &file, "--format", "json", "--select", rule];
    if cases.join(&config).exists() {
        arguments.extend(["--config", &config]);
    }
    let report: Value =
        serde_json::from_slice(&backuplint(&cases, &arguments).stdout).expect("JSON");
    let results = report["results"].as_array().expect("results");
    let found = results.iter().find(|result| result["rule"] == json!(rule)).expect("a finding");
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let related = found["related"].as_array().expect("evidence").iter();
    related
        .map(|entry| {
            let id = text(&entry["resource"]);
            let name = id.rsplit('/').next().expect("a name");
            (name.split('-').next().expect("a part").to_owned(), text(&entry["message"]))
        })
        .collect()
}

fn is(found: &[(String, String)], expected: &[(&str, String)]) {
    let found: Vec<(&str, String)> =
        found.iter().map(|(id, says)| (id.as_str(), says.clone())).collect();
    assert_eq!(found, expected);
}

#[test]
fn both_sides_are_shown_with_the_groups_in_between() {
    is(
        &evidence("mua-self-approval", "fail_approver_through_a_nested_group"),
        &[
            ("guard", "the guard".to_owned()),
            ("00000001", format!("gives {ADA} Backup Contributor at {VAULT}")),
            (
                "00000002",
                format!(
                    "gives {ADA} Backup MUA Operator at {} through the groups Security \
                     (e17a4b39-0c62-4d8f-9b15-6f28d0a7c4e1) and Backup admins \
                     (c94e0f62-8d1b-4a75-83f6-2b7a5e1d9c30)",
                    guard()
                ),
            ),
        ],
    );
}

#[test]
fn one_assignment_that_gives_both_sides_is_shown_once() {
    is(
        &evidence("mua-self-approval", "fail_owner_at_the_root"),
        &[("guard", "the guard".to_owned()), ("00000001", format!("gives {ADA} Owner at /"))],
    );
}

#[test]
fn an_activation_is_told() {
    is(
        &evidence("vault-admin-can-grant-guard-access", "fail_after_an_activation"),
        &[
            ("guard", "the guard".to_owned()),
            ("00000001", format!("gives {ADA} Backup Contributor at {VAULT}")),
            (
                "00000002",
                format!("gives {ADA} User Access Administrator at {} after an activation", guard()),
            ),
        ],
    );
}

#[test]
fn standing_approvers_are_shown_with_the_vaults_behind() {
    is(
        &evidence("guard-standing-approver", "fail_owner_at_the_root_and_contributor"),
        &[
            ("00000001", format!("gives {ADA} Owner at /")),
            ("00000002", format!("gives {SAM} Contributor at {SECURITY}")),
            ("rsv", "a vault that asks this guard".to_owned()),
        ],
    );
}

#[test]
fn what_an_operator_holds_instead_is_shown() {
    is(
        &evidence("operator-role-insufficient", "fail_operator_cannot_delete"),
        &[("00000001", format!("gives {ADA} Backup Operator at {VAULT}"))],
    );
}
