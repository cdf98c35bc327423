//! One fixed report that holds everything a reporter must cope with, hostile names included.

use std::collections::BTreeMap;
use std::sync::Arc;

use backuplint::access::destruction::{
    Actor, Assigned, Course, Improvement, Missing, Move, Needed, Place, Summary as Destruction,
    Ways, Worth,
};
use backuplint::finding::{
    BaselineState, Edit, Finding, Level, Location, OutcomeKind, Related, Remedy, Severity,
    SuppressionRef, fingerprint,
};
use backuplint::inventory::Reason;
use backuplint::result::{Findings, Gap, GapReason, NotTaken, Reading, Report, Summary};
use backuplint::rule::Metadata;
use serde_json::{Value, json};

pub const VAULT_TYPE: &str = "Microsoft.RecoveryServices/vaults";
const SUBSCRIPTION: &str = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups";

const RULES: [&str; 6] = [
    r#"
id = "backup-data-deletable-by-one"
title = "One person alone can delete backups for good"
family = "access"
severity = "critical"
security-severity = "9.4"
profiles = ["default"]
since = "0.1.0"
applies-to = ["Microsoft.RecoveryServices/vaults"]
rationale = "Whoever can stop protection with deletion and switch soft delete off needs nobody else."
judged = "Fails when one principal holds every step of a way to destruction."
references = ["https://learn.microsoft.com/azure/backup/multi-user-authorization-concept"]
controls = { MCSB = ["BR-2"], "NIST 800-53" = ["AC-5", "CP-9(8)"] }
[remediation]
text = """
Protect the vault with a Resource Guard that other people own.

Then take Contributor on the guard away from the backup administrators."""
"#,
    r#"
id = "cross-region-restore-disabled"
title = "Cross Region Restore is off"
family = "recovery"
severity = "medium"
security-severity = "4.3"
profiles = ["strict"]
since = "0.1.0"
applies-to = ["Microsoft.RecoveryServices/vaults"]
rationale = "When the region is down, nothing can be restored elsewhere."
judged = "Absent counts as off."
references = []
[remediation]
text = "Switch it on before the first item is protected."
"#,
    r#"
id = "input-of-unknown-origin"
title = "Input without a manifest"
family = "scan"
severity = "info"
profiles = ["default"]
since = "0.1.0"
applies-to = ["snapshot"]
rationale = "Nobody can tell what such an export leaves out."
judged = "Fails for a file without a manifest."
references = []
notice = true
[remediation]
text = "Use `backuplint collect`."
"#,
    r#"
id = "restore-never-tested"
title = "No restore has been tried within the time allowed"
family = "recovery"
severity = "high"
security-severity = "7.4"
profiles = ["regulated"]
since = "0.1.0"
applies-to = ["Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems"]
rationale = "A backup that was never restored is a hope."
judged = "Looks for a completed restore job."
references = []
[remediation]
text = "Restore one item to an isolated network and note it in `[[restore-evidence]]`."
"#,
    r#"
id = "soft-delete-disabled"
title = "Soft delete is off"
family = "vault"
severity = "high"
security-severity = "8.6"
profiles = ["default"]
since = "0.1.0"
applies-to = ["Microsoft.RecoveryServices/vaults", "Microsoft.DataProtection/backupVaults"]
rationale = "Without soft delete a deleted backup is gone at once."
judged = "Absent counts as on."
references = ["https://learn.microsoft.com/azure/backup/backup-azure-security-feature-cloud"]
aliases = ["soft-delete-off"]
controls = { "CIS Azure Storage" = ["3.1.1"], MCSB = ["BR-2"], "ISO 27001" = ["A.8.13"] }
[remediation]
text = "Switch soft delete on, better always-on."
az = "az backup vault backup-properties set -g RG -n VAULT --soft-delete-feature-state Enable"
terraform = "soft_delete_enabled = true # ``` even with a fence inside"
bicep = "softDeleteSettings: { softDeleteState: 'Enabled' }"
"#,
    r#"
id = "vault-identity-missing"
title = "Vault without a managed identity"
family = "vault"
severity = "info"
profiles = ["hygiene"]
since = "0.1.0"
applies-to = ["Microsoft.RecoveryServices/vaults"]
rationale = "Keys and private endpoints want an identity."
judged = "None or absent fails."
references = []
[remediation]
text = "Assign a system identity."
"#,
];

pub fn rules() -> Vec<Arc<Metadata>> {
    RULES.iter().map(|text| Arc::new(Metadata::parse(text).unwrap())).collect()
}

pub fn vault(group: &str, name: &str) -> String {
    format!("{SUBSCRIPTION}/{group}/providers/{VAULT_TYPE}/{name}")
}

pub fn finding(
    rules: &[Arc<Metadata>],
    rule: &str,
    resource: String,
    path: &str,
    message: &str,
) -> Finding {
    let at = rules.iter().position(|known| known.id == rule).unwrap();
    Finding {
        rule: at,
        outcome: OutcomeKind::Fail,
        severity: rules[at].severity,
        level: None,
        fingerprint: fingerprint(rule, &resource, path),
        resource,
        resource_type: VAULT_TYPE.to_owned(),
        path: path.to_owned(),
        observed: Value::Null,
        expected: Value::Null,
        message: message.to_owned(),
        reason: None,
        location: None,
        related: Vec::new(),
        baseline: None,
        remedy: None,
        suppression: None,
    }
}

fn at(uri: &str, line: u64, column: u64) -> Location {
    Location {
        uri: uri.to_owned(),
        start_line: line,
        start_column: column,
        end_line: line,
        end_column: column + 40,
    }
}

const SOFT_DELETE: &str = "properties.securitySettings.softDeleteSettings.softDeleteState";
const FILE: &str = "estate 2026/vaults größe.jsonl";

/// Twelve vaults that say the same, one that says more, and strangers.
fn soft_delete(rules: &[Arc<Metadata>]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (line, name) in (1..).zip(["a", "b", "c", "d", "e", "f", "g", "h"]) {
        let id = vault("rg-backup", &format!("rsv-prod-{name}"));
        let message = "Soft delete is Disabled: a deleted backup cannot be brought back.";
        let mut finding = finding(rules, "soft-delete-disabled", id, SOFT_DELETE, message);
        finding.observed = json!("Disabled");
        finding.expected = json!(["Enabled", "AlwaysON"]);
        finding.location = Some(at(FILE, line, 1));
        finding.baseline =
            Some(if line < 3 { BaselineState::Unchanged } else { BaselineState::New });
        findings.push(finding);
    }
    let long = format!("very-{}name", "long-".repeat(80));
    let strangers = [
        ("\u{1b}]0;owned\u{7}\u{1b}[31mred", "escape"),
        ("::error file=x::boo\n::set-output name=a::b", "command"),
        ("<img src=x onerror=alert(1)>[click](https://evil.example)", "markup"),
        ("rsv-\u{202e}dorp\u{2066}\u{200b}\u{9b}2J", "bidi"),
        ("保管庫-größe-🦀", "wide"),
        (long.as_str(), "long"),
    ];
    for (name, tag) in strangers {
        let message = format!("Vault {name} lets everybody delete.");
        let mut finding =
            finding(rules, "soft-delete-disabled", vault("rg-odd", name), SOFT_DELETE, &message);
        finding.observed = json!({"tags": {tag: name}, "softDeleteState": "Disabled"});
        finding.expected = json!("Enabled");
        findings.push(finding);
    }
    findings
}

pub fn report() -> Report<'static> {
    let rules = rules();
    let mut findings = Vec::new();
    let mut critical = finding(
        &rules,
        "backup-data-deletable-by-one",
        vault("rg-backup", "rsv-prod-a"),
        "",
        "Alice (user) can stop protection with deletion and then switch soft delete off",
    );
    critical.observed = json!({"steps": 3, "people": 1});
    critical.location = Some(at("/srv/repo/estate 2026/vaults größe.jsonl", 1, 1));
    critical.related = vec![
        Related {
            resource: format!("{SUBSCRIPTION}/rg-[guards]"),
            message: "role assignment at the group".to_owned(),
            location: Some(at("../elsewhere/assignments.jsonl", 7, 3)),
        },
        Related {
            resource: "/".to_owned(),
            message: "seen in [no](file)".to_owned(),
            location: None,
        },
    ];
    findings.push(critical);
    let mut untested = finding(
        &rules,
        "restore-never-tested",
        format!(
            "{}/backupFabrics/Azure/protectionContainers/c/protectedItems/vm;sql01",
            vault("rg-backup", "rsv-prod-a")
        ),
        "properties.lastRestore",
        "No restore of this item is known",
    );
    untested.suppression = Some(SuppressionRef {
        reason: "exercise planned <b>soon</b>".to_owned(),
        owner: "backup-team@example.com".to_owned(),
        expires: Some("2027-01-31".to_owned()),
    });
    findings.push(untested);
    findings.extend(soft_delete(&rules));
    // The user made this one low.
    for group in ["rg-a", "rg-b"] {
        let mut region = finding(
            &rules,
            "cross-region-restore-disabled",
            vault(group, "rsv")
                .replace(
                    "11111111-2222",
                    if group == "rg-a" { "11111111-2222" } else { "11111111-9999" },
                )
                .replace(group, "rg-same"),
            "properties.redundancySettings.crossRegionRestore",
            "Cross Region Restore is not switched on.",
        );
        region.severity = Severity::Low;
        region.level = Some(Level::Error);
        findings.push(region);
    }
    let mut identity = finding(
        &rules,
        "vault-identity-missing",
        "module.backup[\"weu\"].azurerm_recovery_services_vault.this".to_owned(),
        "identity",
        "The vault has no identity",
    );
    identity.location = Some(at("./infra/main.tf", 12, 5));
    identity.expected = json!("SystemAssigned");
    identity.related = vec![
        Related {
            resource: "var.identity".to_owned(),
            message: "default of the variable".to_owned(),
            location: Some(at("infra/variables.tf", 3, 13)),
        },
        Related {
            resource: "module.backup".to_owned(),
            message: "call of the module".to_owned(),
            location: Some(at("infra/main.tf", 1, 1)),
        },
    ];
    let edit = |line: u64, column: u64, start: usize, text: &str| Edit {
        location: Location { end_column: column, ..at("./infra/main.tf", line, column) },
        start,
        end: start,
        text: text.to_owned(),
    };
    identity.remedy = Some(Remedy {
        resource: String::new(),
        kind: VAULT_TYPE.to_owned(),
        path: "identity.type".to_owned(),
        value: Some(json!("SystemAssigned")),
        safe: true,
        edits: vec![
            edit(13, 7, 210, " "),
            edit(14, 30, 260, "\n\n  identity {\n    type = \"SystemAssigned\"\n  }"),
        ],
    });
    findings.push(identity);
    findings.push(finding(
        &rules,
        "input-of-unknown-origin",
        "export.json".to_owned(),
        "",
        "export.json has no manifest\u{1b}[2J, so what it leaves out is unknown.",
    ));
    for (rule, reason, count) in [
        ("restore-never-tested", Reason::WindowTooShort, 3),
        ("soft-delete-disabled", Reason::Forbidden, 2),
        ("soft-delete-disabled", Reason::NotCollected, 1),
    ] {
        for number in 0..count {
            let id = vault("rg-dark", &format!("rsv-{}-{number}", reason.name()));
            let mut unknown = finding(&rules, rule, id, SOFT_DELETE, "Could not be read.");
            unknown.outcome = OutcomeKind::Unknown;
            unknown.reason = Some(reason);
            findings.push(unknown);
        }
    }
    Report {
        command: "audit",
        as_of: "2026-11-20T06:00:00Z".to_owned(),
        inputs: vec!["estate 2026".to_owned(), "it's.json".to_owned()],
        not_assessable: std::collections::BTreeMap::new(),
        per_rule: vec![
            [1, 0, 13, 0],
            [2, 0, 11, 0],
            [1, 0, 0, 0],
            [0, 3, 0, 2],
            [14, 3, 1200, 5],
            [1, 0, 0, 0],
        ],
        rules,
        findings: findings.into(),
        gaps: gaps(),
        destruction: destruction(),
        reading: reading(),
        summary: Summary {
            evaluations: 1257,
            fail: 19,
            unknown: 6,
            pass: 1224,
            not_applicable: 7,
            suppressed: 1,
            by_severity: BTreeMap::from([
                (Severity::Critical, 1),
                (Severity::High, 14),
                (Severity::Low, 2),
                (Severity::Info, 2),
            ]),
        },
        notices: vec!["rule `x` is disabled by backuplint.toml\n::warning::no".to_owned()],
        rule_errors: Vec::new(),
        fail_on: Severity::Medium,
    }
}

fn improvement(
    id: &'static str,
    says: &'static str,
    [proven, possible]: [Worth; 2],
) -> Improvement {
    Improvement { id, says, actor: None, assignment: None, proven, possible, takes_outsider: false }
}

/// One vault that one person can destroy, one of which that is not known, one that nobody can, an empty one,
/// and one that a member of a group can which nobody could list.
pub fn destruction() -> Vec<Destruction> {
    let ada = Actor {
        id: "3f2a9c1e-7b64-4d08-9e5a-1c7d20f8b6a3".to_owned(),
        name: Some("Ada \u{202e}greB".to_owned()),
        kind: "User",
        is_member: false,
        is_approved: false,
    };
    let ops = Actor {
        id: "c94e0f62-8d1b-4a75-83f6-2b7a5e1d9c30".to_owned(),
        name: Some("Ops".to_owned()),
        kind: "Group",
        is_member: true,
        is_approved: false,
    };
    let ways =
        Ways { people: 1, delay: 0, sets: 1, at_least: false, named: vec![vec![ada.clone()]] };
    let one = Needed { never: false, ways: vec![ways] };
    // As many, and perhaps others: what it takes is the same.
    let mut others = one.clone();
    others.ways[0].sets = 2;
    let never = Needed { never: true, ways: Vec::new() };
    let step = Move {
        step: "stop-delete-data",
        says: "stops protection and deletes the backup data",
        actor: ada,
        how: "holds",
        if_any: false,
        actions: vec!["Microsoft.DataProtection/backupVaults/backupInstances/delete"],
        scope: Place::At(vault("rg-a", "rsv-lost")),
    };
    // Two lists of locks that were not read: to read about, one step.
    let unlock = |step_name, scope| Move {
        step: step_name,
        says: "removes the locks over the vault, should there be any",
        if_any: true,
        actions: vec!["Microsoft.Authorization/locks/delete"],
        scope: Place::At(scope),
        ..step.clone()
    };
    let approve = Move {
        step: "approve-delete-data",
        says: "approves that backup data is deleted",
        actions: vec!["Microsoft.DataProtection/resourceGuards/x/action"],
        scope: Place::Unread("the Resource Guard"),
        ..step.clone()
    };
    let moves = vec![
        unlock("remove-vault-lock", vault("rg-a", "rsv-lost")),
        unlock("remove-vault-group-lock", format!("{SUBSCRIPTION}/rg-a")),
        approve,
        step,
    ];
    let lost = Destruction {
        vault: vault("rg-a", "rsv-lost"),
        has_points: Some(true),
        proven: one.clone(),
        possible: one.clone(),
        snapshots: Some((one.clone(), others.clone())),
        course: Some(Course { moves, delay: 0, proven: true, also: Vec::new() }),
        improvements: vec![
            improvement(
                "lock-immutability",
                "lock immutability (no way back)",
                [Worth::NotBeforeExpiry, Worth::NotBeforeExpiry],
            ),
            improvement(
                "turn-immutability-on",
                "turn immutability on",
                [Worth::NobodyKnown, Worth::Takes(2, 0)],
            ),
            improvement(
                "make-soft-delete-always-on",
                "make soft delete always on (no way back)",
                [Worth::Takes(1, 14), Worth::Takes(1, 14)],
            ),
        ],
        missing: Vec::new(),
    };
    let unlike = |name: &str| Destruction {
        vault: vault("rg-a", name),
        snapshots: None,
        course: None,
        improvements: Vec::new(),
        ..lost.clone()
    };
    let set =
        Ways { people: 1, delay: 7, sets: 1, at_least: false, named: vec![vec![ops.clone()]] };
    let group = Needed { never: false, ways: vec![set] };
    let leave = Improvement {
        actor: Some(ops),
        assignment: Some(Assigned {
            id: format!("{SUBSCRIPTION}/providers/Microsoft.Authorization/roleAssignments/a"),
            role: "Owner \u{1b}[31m".to_owned(),
            scope: SUBSCRIPTION.to_owned(),
        }),
        ..improvement(
            "remove-assignment",
            "remove the assignment of",
            [Worth::NobodyKnown, Worth::NobodyKnown],
        )
    };
    let missing = Missing { what: "role assignments at /".to_owned(), reason: Reason::Forbidden };
    vec![
        Destruction { proven: never.clone(), missing: vec![missing], ..unlike("rsv-open") },
        Destruction { proven: never.clone(), possible: never, ..unlike("rsv-locked") },
        Destruction { has_points: Some(false), ..unlike("rsv-empty") },
        Destruction {
            proven: group.clone(),
            possible: group,
            improvements: vec![leave],
            ..unlike("rsv-ops")
        },
        lost,
    ]
}

fn gaps() -> Vec<Gap> {
    let forbidden = |group: &str| Gap {
        scope: format!("{SUBSCRIPTION}/{group}"),
        kind: "Microsoft.RecoveryServices/vaults/backupconfig".to_owned(),
        status: Some(403),
        reason: GapReason::Forbidden,
        permission: Some("Microsoft.RecoveryServices/vaults/backupconfig/read".to_owned()),
        message: "AuthorizationFailed: the client \u{1b}[31m has no permission.".to_owned(),
        rules: vec!["soft-delete-disabled".to_owned()],
    };
    let malformed = Gap {
        scope: "estate 2026/jobs.jsonl:17".to_owned(),
        kind: "line".to_owned(),
        status: None,
        reason: GapReason::Malformed,
        permission: None,
        message: "expected `,` or `}` at column 12".to_owned(),
        rules: Vec::new(),
    };
    vec![forbidden("rg-dark"), forbidden("rg-darker"), malformed]
}

fn reading() -> Reading {
    Reading {
        mistyped: 0,
        first_mistyped: None,
        documents: 3,
        bytes: 1_234_567,
        resources: BTreeMap::from([
            ("Microsoft.DataProtection/backupVaults".to_owned(), 3),
            ("Microsoft.RecoveryServices/vaults".to_owned(), 40),
            ("Microsoft.RecoveryServices/vaults/backupPolicies".to_owned(), 61),
            (
                "Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems".to_owned(),
                12_000,
            ),
        ]),
        duplicates: 2,
        not_taken: BTreeMap::from([(
            "no ARM id".to_owned(),
            NotTaken { count: 17, examples: vec!["estate 2026/notes.json:1".to_owned()] },
        )]),
    }
}

/// The same rules with many findings.
pub fn large(count: usize) -> Report<'static> {
    let mut report = report();
    let rules = report.rules.clone();
    let of = |rule: &'static str| {
        let rules = rules.clone();
        (0..count / 2).map(move |number| {
            let id = vault(&format!("rg-{}", number % 40), &format!("rsv-{number}"));
            let message = format!("Soft delete of rsv-{number} is Disabled.");
            let mut finding = finding(&rules, rule, id, SOFT_DELETE, &message);
            finding.observed = json!("Disabled");
            finding.expected = json!("Enabled");
            finding.location = Some(at("estate/vaults.jsonl", number as u64 + 1, 1));
            finding
        })
    };
    let findings: Vec<Finding> =
        of("soft-delete-disabled").chain(of("cross-region-restore-disabled")).collect();
    report.findings = findings.into();
    report
}

/// A report without failures.
pub fn quiet(gaps: bool) -> Report<'static> {
    let mut report = Report { findings: Findings::default(), destruction: Vec::new(), ..report() };
    report.per_rule = vec![[0, 0, 10, 0]; report.rules.len()];
    report.summary = Summary { evaluations: 60, pass: 60, ..Summary::default() };
    if !gaps {
        report.gaps.clear();
    }
    report
}
