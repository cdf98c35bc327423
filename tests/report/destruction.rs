//! The answers to "who could destroy our backups?", by themselves.

use backuplint::report::{Options, Unread, destruction};
use backuplint::snapshot::Inputs;
use serde_json::Value;

use crate::{golden, sample};

/// What a list that ends too early leaves unread, and a value that is no resource.
fn unread() -> Unread {
    let inputs = Inputs::of_text("list.json", "[{\"name\": \"x\"},\n {\"id\": ");
    Unread::of(&inputs.read())
}

#[test]
fn golden_destruction() {
    let vaults = sample::destruction();
    let mut text = Vec::new();
    destruction::write_human(&vaults, &[], &unread(), &mut text, &Options::default()).unwrap();
    golden("destruction.txt", &String::from_utf8(text).unwrap());
    let mut text = Vec::new();
    destruction::write_json(&vaults, &[], &unread(), "2026-11-20T06:00:00Z", &mut text).unwrap();
    golden("destruction.json", &String::from_utf8(text).unwrap());
}

#[test]
fn the_answers_follow_their_schema_and_that_of_reports() {
    let schema: Value = serde_json::from_str(destruction::JSON_SCHEMA).unwrap();
    let mut text = Vec::new();
    destruction::write_json(
        &sample::destruction(),
        &sample::destruction(),
        &unread(),
        "2026-11-20T06:00:00Z",
        &mut text,
    )
    .unwrap();
    let answers: Value = serde_json::from_slice(&text).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> = validator.iter_errors(&answers).map(|it| it.to_string()).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    let report: Value = serde_json::from_str(backuplint::report::JSON_SCHEMA).unwrap();
    for (name, shape) in schema["$defs"].as_object().unwrap() {
        assert_eq!(report["$defs"][name], *shape, "{name}");
    }
}

#[test]
fn nothing_to_ask_about_is_said() {
    let mut text = Vec::new();
    destruction::write_human(&[], &[], &Unread::default(), &mut text, &Options::default()).unwrap();
    assert_eq!(String::from_utf8(text).unwrap(), "There is no vault to ask about.\n");
}
