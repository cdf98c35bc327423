//! Change requests: what is read, what is refused, and what is generated for them.

use std::fs;
use std::path::Path;

use backuplint::access::operation::OPERATIONS;
use backuplint::review::{Request, schema, template};
use serde_json::{Value, json};

const VAULT: &str = "/subscriptions/6b1f0c52-7d1e-4a5e-9a70-0c1d2e3f4a5b/resourceGroups/rg/providers/Microsoft.RecoveryServices/vaults/v";

fn refusal(text: &str) -> String {
    let error = Request::parse("change.toml", text).expect_err(text);
    let report = format!("{:?}", miette::Report::new(error));
    report.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_schema_is_fresh() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("change-request.schema.json");
    let text = format!("{}\n", serde_json::to_string_pretty(&schema()).expect("JSON"));
    if std::env::var_os("BACKUPLINT_UPDATE").is_some() {
        fs::write(&path, &text).expect("written");
    }
    let known = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(known, text, "stale: set BACKUPLINT_UPDATE=1");
}

#[test]
fn toml_and_json_say_the_same() {
    let toml = format!(
        "operation = \"on-demand-backup\"\nticket = \"CHG-1\"\ntargets = [\"{VAULT}\"]\n\
         window = {{ from = 2026-12-01T22:00:00Z, to = 2026-12-02T02:00:00Z }}\n\
         [arguments]\nretain-until = 2026-12-31\n"
    );
    let json = json!({
        "operation": "on-demand-backup", "ticket": "CHG-1", "targets": VAULT,
        "window": {"from": "2026-12-01T22:00:00Z", "to": "2026-12-02T02:00:00Z"},
        "arguments": {"retain-until": "2026-12-31"},
    });
    let one = Request::parse("change.toml", &toml).expect("read");
    let other = Request::parse("change.json", &json.to_string()).expect("read");
    assert_eq!(format!("{one:?}"), format!("{other:?}"));
    assert_eq!(one.targets, [VAULT]);
    assert!(one.arguments.retain_until.is_some() && one.window.is_some());
}

/// What the templates write is a request, and the schema takes it.
#[test]
fn every_template_can_be_reviewed() {
    let validator = jsonschema::validator_for(&schema()).expect("a schema");
    for operation in OPERATIONS {
        let text = template(operation);
        let request = Request::parse("change.toml", &text).expect("read");
        assert_eq!(request.operation.id, operation.id);
        assert!(
            operation.preconditions.iter().all(|id| text.contains(&format!("{id}:"))),
            "{text}"
        );
        // With every comment taken away it is one still.
        let whole: String = text
            .lines()
            .map(|line| match line.strip_prefix("# ") {
                Some(key) if key.contains(" = ") || key.starts_with('[') => key,
                _ => line,
            })
            .filter(|line| !line.ends_with("\"\""))
            .fold(String::new(), |text, line| text + line + "\n")
            .replace("<subscription>", "s")
            .replace("<group>", "g")
            .replace("<vault>", "v");
        let whole = whole.replace("point-in-time =", "# point-in-time =");
        Request::parse("change.toml", &whole)
            .unwrap_or_else(|error| panic!("{:?}\n{whole}", miette::Report::new(error)));
        let value: Value = toml::from_str::<toml::Value>(&whole)
            .map(|value| serde_json::to_value(stringed(value)).expect("JSON"))
            .expect("TOML");
        assert!(validator.is_valid(&value), "{}: {whole}", operation.id);
    }
}

/// Editors hand over times as texts.
fn stringed(value: toml::Value) -> toml::Value {
    match value {
        toml::Value::Datetime(time) => toml::Value::String(time.to_string()),
        toml::Value::Array(list) => toml::Value::Array(list.into_iter().map(stringed).collect()),
        toml::Value::Table(table) => toml::Value::Table(
            table.into_iter().map(|(key, value)| (key, stringed(value))).collect(),
        ),
        other => other,
    }
}

#[test]
fn what_is_wrong_is_said_where_it_stands() {
    let target = format!("targets = [\"{VAULT}\"]\n");
    for (text, parts) in [
        (
            "operation = \"restore-disk\"\ntargets = [\"/x\"]\n".to_owned(),
            &["did you mean `restore-disks`?", "no ARM id", "2 errors"][..],
        ),
        (target.clone(), &["the request has no `operation`"]),
        ("operation = \"delete-vault\"\n".to_owned(), &["the request names no target"]),
        (
            format!("operation = \"delete-vault\"\n{target}tickets = \"x\"\n"),
            &["unknown key `tickets`", "did you mean `ticket`?"],
        ),
        (
            format!(
                "operation = \"delete-vault\"\n{target}[arguments]\nretain-until = 2026-01-01\n"
            ),
            &["unknown key `retain-until`", "takes none"],
        ),
        (
            format!(
                "operation = \"on-demand-backup\"\n{target}[arguments]\nretain_until = 2026-01-01\n"
            ),
            &["did you mean `retain-until`?"],
        ),
        (
            format!(
                "operation = \"on-demand-backup\"\n{target}[arguments]\nretain-until = \"soon\"\n"
            ),
            &["no time"],
        ),
        (
            format!(
                "operation = \"restore-disks\"\n{target}[arguments]\nrestore-mode = \"disk\"\n"
            ),
            &["did you mean `disks`?"],
        ),
        (
            format!(
                "operation = \"restore-disks\"\n{target}[arguments]\nrecovery-point = \"1\"\npoint-in-time = 2026-01-01\n"
            ),
            &["which of them counts?"],
        ),
        (
            format!(
                "operation = \"modify-policy\"\n{target}[arguments]\nretention = {{ daily = 0 }}\n"
            ),
            &["`daily` is no whole number of days from 1 to 36135"],
        ),
        (
            format!(
                "operation = \"delete-vault\"\n{target}window = {{ from = 2026-02-01, to = 2026-01-01 }}\n"
            ),
            &["ends before it begins"],
        ),
        (
            format!("operation = \"delete-vault\"\n{target}select = {{}}\n"),
            &["[select] selects nothing"],
        ),
        (
            format!(
                "operation = \"modify-policy\"\n{target}[arguments]\nretention = {{ daily = 0.5, yearly = 4000000000 }}\n"
            ),
            &["`daily` is no whole number", "`yearly` is no whole number", "2 errors"],
        ),
        (
            "operation = \"delete-vault\"\n[select]\ntag = \"gold\"\n".to_owned(),
            &["`tag` is a text, not a table", "tag = { tier = \"gold\" }"],
        ),
        (
            "operation = \"delete-vault\"\n[select]\nvault = \"v\"\nname = []\n".to_owned(),
            &["`name` is an empty list", "leave it out"],
        ),
        (
            "operation = \"delete-vault\"\n[select]\ntag = { tier = [] }\n".to_owned(),
            &["`tier` is an empty list"],
        ),
        (
            "operation = \"delete-vault\"\n[select]\nvault = 7\n".to_owned(),
            &["`vault` is a number, not a text"],
        ),
        ("operation = \n".to_owned(), &["not valid TOML"]),
        (
            "{\"operation\": \"delete-vault\", \"operation\": 1}".to_owned(),
            &["`operation` is given twice"],
        ),
        ("{\"operation\": }".to_owned(), &["not valid JSON"]),
        ("= 1".to_owned(), &["not valid TOML"]),
        (
            "{\"operation\": null, \"targets\": 1}".to_owned(),
            &["`operation` is null, not a text", "`targets` is a number, not a text"],
        ),
    ] {
        let said = refusal(&text);
        for part in parts {
            assert!(said.contains(part), "no `{part}` in: {said}\n{text}");
        }
    }
    let deep = format!("{{\"operation\": {}1{}}}", "[".repeat(100), "]".repeat(100));
    assert!(refusal(&deep).contains("nested deeper"));
}
