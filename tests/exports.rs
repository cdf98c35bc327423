//! Every kind of export that people already have: what is taken, and what stays unknown.

#![allow(
    clippy::panic,
    clippy::pedantic,
    reason = "a test fails by panicking, and helpers of a test are no API"
)]

use backuplint::config::{Config, Overrides};
use backuplint::engine::{Clocks, PlanOptions, RuleSet, Session};
use backuplint::finding::OutcomeKind;
use backuplint::inventory::Time;
use backuplint::result::Report;
use backuplint::snapshot::Inputs;

const ID: &str = "/subscriptions/0b7a1c5e-1111-4222-8333-944455556666/resourceGroups/rg-backup/providers/Microsoft.RecoveryServices/vaults/rsv-orders";
const SETTINGS: &str = r#"{"provisioningState":"Succeeded","publicNetworkAccess":"Enabled","securitySettings":{"softDeleteSettings":{"softDeleteState":"Disabled"}}}"#;
const LISTED: &str = r#"{"provisioningState":"Succeeded","publicNetworkAccess":"Enabled"}"#;

fn vault(properties: &str) -> String {
    format!(
        r#"{{"id":"{ID}","name":"rsv-orders","type":"Microsoft.RecoveryServices/vaults","location":"westeurope","properties":{properties}}}"#
    )
}

/// Rust rules, so that the test also runs without the Rego engine.
fn audit(name: &str, content: impl Into<Vec<u8>>) -> Report<'static> {
    audit_by("mua-disabled", name, content)
}

fn audit_by(rule: &str, name: &str, content: impl Into<Vec<u8>>) -> Report<'static> {
    let set = RuleSet::bundled().expect("bundled rules");
    let overrides = Overrides { select: vec![rule.to_owned()], ..Overrides::default() };
    let session = Session::new(&set, Config::default(), &overrides).expect("a session");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    std::fs::write(&path, content.into()).expect("writable");
    let inputs = Inputs::open(&[path]).expect("opens");
    let estate = inputs.read();
    let now = Time::parse("2026-11-20T02:00:00Z").expect("a time");
    let plan = session.plan(now, PlanOptions::default()).expect("a plan");
    let clocks = Clocks { now, wall_clock: now };
    session.audit(&plan, &inputs, &estate, clocks, &OutcomeKind::ALL).detach()
}

/// Fail, unknown, pass of `mua-disabled`.
fn verdicts(report: &Report<'_>) -> [u64; 3] {
    let at = report.rules.iter().position(|rule| rule.id == "mua-disabled").expect("active");
    let [fail, unknown, pass, _] = report.per_rule[at];
    [fail, unknown, pass]
}

const OFF: &str =
    r#"{"provisioningState":"Succeeded","securitySettings":{"multiUserAuthorization":"Disabled"}}"#;

#[test]
fn every_shape_is_taken() {
    let body = vault(OFF);
    let utf16: Vec<u8> =
        std::iter::once(0xFEFFu16).chain(body.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let shapes: Vec<(&str, &str, Vec<u8>)> = vec![
        ("one resource, as a GET answers", "a.json", body.clone().into()),
        ("an array, as `az … list` prints", "a.json", format!("[{body}]").into()),
        ("a page", "a.json", format!(r#"{{"value":[{body}]}}"#).into()),
        (
            "Resource Graph",
            "a.json",
            format!(r#"{{"count":1,"totalRecords":1,"data":[{body}],"resultTruncated":"false"}}"#)
                .into(),
        ),
        (
            "`az graph query`",
            "a.json",
            format!(r#"{{"count":1,"data":[{body}],"skip_token":null,"total_records":1}}"#).into(),
        ),
        ("JSON Lines", "a.jsonl", format!("{body}\n").into()),
        ("JSON Lines without the ending", "a.json", format!("{body}\n{body}\n").into()),
        ("Windows line ends and blank lines", "a.jsonl", format!("\r\n{body}\r\n\r\n").into()),
        ("a byte order mark", "a.json", [b"\xEF\xBB\xBF", body.as_bytes()].concat()),
        ("UTF-16, as Windows PowerShell's `>` writes", "a.json", utf16),
        ("zstd", "a.json.zst", zstd::encode_all(body.as_bytes(), 0).expect("packs")),
        ("children under `resources`", "a.json", format!(r#"{{"resources":[{body}]}}"#).into()),
        (
            "children of a resource",
            "a.json",
            body.replacen(
                '{',
                &format!(r#"{{"resources":[{}],"#, vault(OFF).replace("rsv-orders", "rsv-child")),
                1,
            )
            .into(),
        ),
        (
            "PowerShell's names",
            "a.json",
            body.replace("\"id\"", "\"ResourceId\"")
                .replace("\"type\"", "\"ResourceType\"")
                .replace("\"properties\"", "\"Properties\"")
                .into(),
        ),
        (
            "no type: it follows from the id",
            "a.json",
            body.replace(r#""type":"Microsoft.RecoveryServices/vaults","#, "").into(),
        ),
        (
            "ids and types in other cases",
            "a.json",
            body.replace("Microsoft.RecoveryServices/vaults", "MICROSOFT.RECOVERYSERVICES/VAULTS")
                .replace("/subscriptions/", "/SUBSCRIPTIONS/")
                .into(),
        ),
        (
            "properties at the top, as `az` flattens",
            "a.json",
            format!(r#"{{"id":"{ID}","type":"Microsoft.RecoveryServices/vaults",{}"#, &OFF[1..])
                .into(),
        ),
    ];
    for (what, name, content) in shapes {
        let report = audit(name, content);
        let [fail, unknown, pass] = verdicts(&report);
        assert!(
            fail >= 1 && unknown == 0 && pass == 0,
            "{what}: {fail} {unknown} {pass} {:?} {:?}",
            report.gaps,
            report.reading
        );
        assert!(report.gaps.is_empty(), "{what}: {:?}", report.gaps);
    }
}

#[test]
fn what_a_list_leaves_out_is_unknown() {
    for (what, content) in [
        ("array", format!("[{}]", vault(LISTED))),
        ("page", format!(r#"{{"value":[{}]}}"#, vault(LISTED))),
        (
            "nulls of a printed model",
            format!("[{}]", vault(r#"{"securitySettings":null,"redundancySettings":null}"#)),
        ),
        (
            "no properties at all",
            format!(r#"[{{"id":"{ID}","type":"Microsoft.RecoveryServices/vaults"}}]"#),
        ),
    ] {
        assert_eq!(verdicts(&audit("a.json", content)), [0, 1, 0], "{what}");
    }
}

#[test]
fn what_is_no_resource_is_counted_and_named() {
    let content = format!(
        r##"[{}, {{"hello":1}}, 7, {{"id":"not an id"}}, {{"@odata.type":"#microsoft.graph.device","id":"0b7a"}}, {{"error":{{"code":"ResourceNotFound","message":"gone"}}}}]"##,
        vault(SETTINGS)
    );
    let report = audit("a.json", content);
    let reasons: Vec<&str> = report.reading.not_taken.keys().map(String::as_str).collect();
    assert_eq!(
        reasons,
        [
            "an error answer (ResourceNotFound)",
            "directory object microsoft.graph.device",
            "no ARM id (keys: hello)",
            "no ARM id (keys: id)",
            "not an object",
        ]
    );
    for found in report.reading.not_taken.values() {
        assert_eq!(found.count, 1);
        assert!(found.examples[0].ends_with("a.json:1"), "{:?}", found.examples);
    }
}

#[test]
fn pages_that_are_not_whole_are_gaps() {
    let page = |more: &str| format!(r#"{{"value":[{}],{more}}}"#, vault(SETTINGS));
    let graph = |more: &str| format!(r#"{{"data":[{}],{more}}}"#, vault(SETTINGS));
    for content in [
        page(r#""nextLink":"https://management.azure.com/next""#),
        graph(r#""count":1,"totalRecords":9"#),
        graph(r#""count":1,"totalRecords":1,"resultTruncated":"true""#),
        graph(r#""count":1,"$skipToken":"x""#),
        r#"{"error":{"code":"AuthorizationFailed","message":"no"}}"#.to_owned()
            + &page(r#""nextLink":null"#),
    ] {
        let report = audit("a.json", content.clone());
        assert_eq!(report.gaps.len(), 1, "{content}");
    }
    assert!(audit("a.json", page(r#""nextLink":null"#)).gaps.is_empty());
}

/// `@` and a backtick differ in the bit that tells upper from lower case: these ids share a key.
#[test]
fn ids_that_share_a_key_are_told_apart() {
    let vault = |name: &str| {
        let properties = r#"{"securitySettings":{"multiUserAuthorization":"Invalid"}}"#;
        format!("{}\n", vault(properties).replace("rsv-orders", name))
    };
    let link = |name: &str| {
        let id = ID.replace("rsv-orders", name);
        format!(
            r#"{{"id":"{id}/backupResourceGuardProxies/VaultProxy","type":"Microsoft.RecoveryServices/vaults/backupResourceGuardProxies","properties":{{"resourceGuardResourceId":"/subscriptions/s/resourceGroups/g/providers/Microsoft.DataProtection/resourceGuards/guard"}}}}"#
        )
    };
    let body = vault("rsv@") + &vault("rsv`") + &link("rsv`");
    let report = audit("a.jsonl", body);
    let failed: Vec<String> = report
        .findings
        .of(|outline| outline.outcome == OutcomeKind::Fail)
        .map(|finding| finding.resource.rsplit('/').next().unwrap_or_default().to_owned())
        .collect();
    // Lines are partial bodies, and still show the block that holds the flag.
    assert_eq!(failed, ["rsv@"]);
    assert_eq!(verdicts(&report), [1, 0, 1]);
}

/// However many there are: what a report leaves out looks like a pass to whoever reads it.
#[test]
fn every_undecided_verdict_is_listed() {
    const ITEMS: usize = 2_500;
    let lines: String = (0..ITEMS)
        // Not in the order of ids.
        .map(|number| number * 7 % ITEMS)
        .map(|number| {
            format!(
                r#"{{"id":"{ID}/backupFabrics/Azure/protectionContainers/c;vm{number:04}/protectedItems/vm;vm{number:04}","type":"Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems","properties":{{"protectionState":"Protected","backupManagementType":"AzureIaasVM","sourceResourceId":"/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/vm{number:04}"}}}}
"#
            )
        })
        .collect();
    let report = audit_by("datasource-missing", "items.jsonl", lines);
    assert_eq!(report.summary.unknown, ITEMS as u64);
    let unknown = report.findings.of(|outline| outline.outcome == OutcomeKind::Unknown);
    let resources: Vec<String> = unknown.map(|finding| finding.resource).collect();
    assert_eq!(resources.len(), ITEMS);
    assert!(resources.is_sorted());
    let mut out = Vec::new();
    backuplint::report::write(
        &report,
        backuplint::report::Format::Json,
        &mut out,
        &backuplint::report::Options::default(),
    )
    .expect("writes");
    let text = String::from_utf8(out).expect("UTF-8");
    assert_eq!(text.matches(r#""outcome":"unknown""#).count(), ITEMS);
}
