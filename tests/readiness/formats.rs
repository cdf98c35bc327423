//! How the matrix is written: golden files of a small estate, the schema, and texts that are up to no good.
//!
//! `BACKUPLINT_UPDATE=1 cargo test --test readiness` rewrites the golden files.

use std::collections::BTreeSet;
use std::fs;

use backuplint::inventory::Span;
use backuplint::readiness::Pick;
use backuplint::report::readiness::{Beside, Form, JSON_SCHEMA, write};
use backuplint::report::{Options, Unread};
use backuplint::rule::Declarations;
use backuplint::snapshot::Inputs;
use serde_json::{Value, json};

use super::small::{base, cases, estate};

/// Writes the matrix of an estate.
fn written(inputs: &Inputs, declared: &Declarations, form: Form) -> String {
    let unread = Unread::of(&inputs.read());
    super::matrix(inputs, declared, &Pick::default(), |matrix| {
        let mut out = Vec::new();
        let beside = Beside { unread: &unread, all: false };
        let options = Options { width: 100, ..Options::default() };
        write(matrix, beside, form, &mut out, &options).expect("memory takes everything");
        String::from_utf8(out).expect("UTF-8").replace(env!("CARGO_PKG_VERSION"), "VERSION")
    })
}

/// The base estate of the reviews with a class.
fn small() -> (Inputs, Declarations) {
    let mut declared = Declarations::default();
    declared.classes.push(backuplint::rule::Class {
        name: "gold".to_owned(),
        holds: Box::new(|data| Some(data.id.contains("vm-orders"))),
        min_retention: backuplint::rule::RetentionDays::default(),
        max_retention: backuplint::rule::RetentionDays::default(),
        rpo: Some(Span::hours(2)),
        rto: Some(Span::minutes(30)),
        security_level: None,
        framework: None,
    });
    let case = &cases()[0];
    (Inputs::of_text("estate.json", estate(case, &base())), declared)
}

#[test]
fn every_format_is_written_as_before() {
    let (inputs, declared) = small();
    for (form, file) in [
        (Form::Human, "small.txt"),
        (Form::Markdown, "small.md"),
        (Form::Csv, "small.csv"),
        (Form::Json, "small.json"),
    ] {
        let text = written(&inputs, &declared, form);
        let path = super::root().join("tests/readiness/golden").join(file);
        if std::env::var_os("BACKUPLINT_UPDATE").is_some() {
            fs::create_dir_all(path.parent().expect("a folder")).expect("written");
            fs::write(&path, &text).expect("written");
        }
        let known = fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(known, text, "{} is stale: set BACKUPLINT_UPDATE=1", path.display());
    }
}

/// Every key that the schema names must be written, and none that it does not.
fn strict(schema: &mut Value) {
    if let Value::Object(map) = schema {
        if let Some(keys) = map.get("properties").and_then(Value::as_object) {
            let keys: Vec<Value> = keys.keys().map(|key| json!(key)).collect();
            map.insert("required".to_owned(), json!(keys));
            map.insert("additionalProperties".to_owned(), json!(false));
        }
        map.values_mut().for_each(strict);
    } else if let Value::Array(list) = schema {
        list.iter_mut().for_each(strict);
    }
}

#[test]
fn json_is_what_its_schema_says() {
    let mut schema: Value = serde_json::from_str(JSON_SCHEMA).expect("JSON");
    jsonschema::meta::validate(&schema).expect("a schema");
    strict(&mut schema);
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let check = |inputs: &Inputs, declared: &Declarations, name: &str| {
        let value: Value =
            serde_json::from_str(&written(inputs, declared, Form::Json)).expect("JSON");
        let errors: Vec<String> = validator
            .iter_errors(&value)
            .map(|error| format!("{} {error}", error.instance_path()))
            .take(5)
            .collect();
        assert!(errors.is_empty(), "{name}: {errors:?}");
        value
    };
    for case in cases() {
        let inputs = Inputs::of_text("estate.json", estate(&case, &base()));
        check(&inputs, &Declarations::default(), &case.name);
    }
    let (inputs, declared) = super::contoso();
    let value = check(&inputs, &declared, "contoso");
    let summary = &value["summary"];
    let items = value["items"].as_array().expect("a list");
    let of = |verdict: &str| items.iter().filter(|item| item["verdict"] == verdict).count();
    for verdict in ["ready", "blocked", "unknown"] {
        assert_eq!(summary["all"]["items"][verdict], of(verdict), "{verdict}");
    }
    assert!(items.iter().all(|item| item["verdict"] == "ready"
        || item["ways"].as_array().expect("a list").iter().all(|way| way["state"] != "ready")));
}

#[test]
fn a_sheet_has_one_line_an_item_and_each_as_many_cells() {
    let (inputs, declared) = super::contoso();
    let text = written(&inputs, &declared, Form::Csv);
    let lines: Vec<&str> = text.split_terminator("\r\n").collect();
    let items = super::matrix(&inputs, &declared, &Pick::default(), |matrix| matrix.len());
    assert_eq!(lines.len(), items + 1);
    let cells: BTreeSet<usize> = lines.iter().map(|line| cells(line)).collect();
    assert_eq!(cells.len(), 1, "{cells:?}");
}

/// The cells of a line of a sheet.
fn cells(line: &str) -> usize {
    let mut quoted = false;
    1 + line
        .chars()
        .filter(|c| {
            quoted ^= *c == '"';
            *c == ',' && !quoted
        })
        .count()
}

/// Names come from strangers; none of them acts on a terminal, a page or a sheet.
#[test]
fn hostile_texts_are_shown_and_do_nothing() {
    let evil = "=cmd|'/c calc'!A1\u{1b}[31m<img src=x onerror=1>[x](https://evil.example)@team|`,\"\r\n##[error]";
    let text = estate(&cases()[0], &base());
    let mut value: Value = serde_json::from_str(&text).expect("JSON");
    for body in value["resources"].as_array_mut().expect("a list") {
        if body["properties"].get("friendlyName").is_some() {
            body["properties"]["friendlyName"] = json!(evil);
        }
    }
    let inputs = Inputs::of_text("estate.json", value.to_string());
    for form in [Form::Human, Form::Markdown, Form::Csv, Form::Json] {
        let text = written(&inputs, &Declarations::default(), form);
        assert!(!text.contains('\u{1b}') && !text.contains("##[error]"), "{form:?}: {text}");
    }
    let sheet = written(&inputs, &Declarations::default(), Form::Csv);
    assert!(sheet.contains("\"'=cmd|"), "{sheet}");
    assert_eq!(sheet.matches("\r\n").count(), sheet.lines().count(), "{sheet}");
    let markdown = written(&inputs, &Declarations::default(), Form::Markdown);
    for part in ["<img", "](https", "@team"] {
        assert!(!markdown.contains(part), "{part} in {markdown}");
    }
}

/// GitHub takes 65,536 characters in a comment, however many items there are.
#[test]
fn markdown_fits_a_comment() {
    let (inputs, declared) = super::contoso();
    let text = written(&inputs, &declared, Form::Markdown);
    assert!(text.chars().count() < 65_536, "{}", text.len());
    assert!(text.contains("vm-etl-08"), "the worst is there");
}
