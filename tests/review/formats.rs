//! How reviews are written: golden files of a few cases, the schemas, and texts that are up to no good.
//!
//! `BACKUPLINT_UPDATE=1 cargo test --test review` rewrites the golden files.

use std::fs;
use std::path::{Path, PathBuf};

use backuplint::access::action::ActionTable;
use backuplint::access::{Access, AccessIndex};
use backuplint::inventory::Time;
use backuplint::report::review::{Beside, Form, JSON_SCHEMA, write};
use backuplint::report::{Options, Roots, Unread};
use backuplint::review::{Request, review};
use backuplint::snapshot::Inputs;
use serde_json::{Value, json};

use crate::case::{Base, Case, NOW};
use crate::{base, cases};

/// The cases that are kept as they are written.
const GOLDEN: [(&str, &str); 4] = [
    ("review-stop", "stop-delete-data: the vault is immutable"),
    ("review-approval", "modify-policy: shorter, and points are pruned"),
    ("review-unknown", "what was refused names the action, and who could grant it"),
    ("review-go", "replace-existing: tested, fresh and approved"),
];

fn written(case: &Case, base: &Base, form: Form) -> String {
    of_texts(&case.request(base), &case.estate(base), &case.parameters(), form)
}

fn of_texts(
    request: &str,
    estate: &str,
    parameters: &backuplint::review::Parameters,
    form: Form,
) -> String {
    let request = Request::parse("change.json", request).expect("a request");
    let inputs = Inputs::of_text("estate.json", estate.to_owned());
    let estate = inputs.read();
    let now = Time::parse(NOW).expect("a time");
    let index = AccessIndex::new(&estate, now, &ActionTable::CLOSED);
    let access = Access::new(&index, &estate);
    let review = review(&request, &estate, access, parameters, now).expect("a review");
    let unread = Unread::of(&estate);
    let beside = Beside { access, unread: &unread, request: "changes/change.json" };
    let roots = Roots { working: Some(PathBuf::from("/srv/repo")), repositories: Vec::new() };
    let options = Options { roots, ..Options::default() };
    let mut out = Vec::new();
    write(&review, beside, form, &mut out, &options).expect("written");
    String::from_utf8(out).expect("UTF-8")
}

fn golden(name: &str, text: &str) {
    let version = env!("CARGO_PKG_VERSION");
    let text = text
        .replace(&format!("\"{version}\""), "\"[VERSION]\"")
        .replace(&format!("backuplint {version}"), "backuplint [VERSION]");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/reports").join(name);
    if std::env::var_os("BACKUPLINT_UPDATE").is_some() {
        fs::write(&path, &text).expect("written");
    }
    let known = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(known, text, "{} is stale: set BACKUPLINT_UPDATE=1", path.display());
}

fn named<'c>(cases: &'c [Case], name: &str) -> &'c Case {
    cases.iter().find(|case| case.name == name).unwrap_or_else(|| panic!("no case {name}"))
}

#[test]
fn every_format_is_written_as_before() {
    let (base, cases) = (base(), cases());
    for (file, name) in GOLDEN {
        let case = named(&cases, name);
        golden(&format!("{file}.txt"), &written(case, &base, Form::Human));
        golden(&format!("{file}.md"), &written(case, &base, Form::Markdown));
    }
    let case = named(&cases, GOLDEN[0].1);
    golden("review-stop.json", &written(case, &base, Form::Json));
    golden("review-stop.sarif", &written(case, &base, Form::Sarif));
}

/// Every key that the schema names must be written, and none that it does not.
pub fn strict(schema: &mut Value) {
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

/// The schema of SARIF 2.1.0.
pub fn sarif_schema() -> jsonschema::Validator {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/sarif-schema-2.1.0.json");
    let mut sarif: Value =
        serde_json::from_slice(&fs::read(path).expect("readable")).expect("JSON");
    // A stray bracket makes the pattern of languages no regular expression.
    for part in ["run", "toolComponent"] {
        let language = &mut sarif["definitions"][part]["properties"]["language"];
        language.as_object_mut().expect("a schema").remove("pattern");
    }
    jsonschema::validator_for(&sarif).expect("a schema")
}

#[test]
fn json_and_sarif_are_what_their_schemas_say() {
    let mut schema: Value = serde_json::from_str(JSON_SCHEMA).expect("JSON");
    jsonschema::meta::validate(&schema).expect("a schema");
    strict(&mut schema);
    let own = jsonschema::validator_for(&schema).expect("a schema");
    let sarif = sarif_schema();
    let base = base();
    for case in cases() {
        for (form, validator) in [(Form::Json, &own), (Form::Sarif, &sarif)] {
            let text = written(&case, &base, form);
            let value: Value = serde_json::from_str(&text).expect("JSON");
            let errors: Vec<String> = validator
                .iter_errors(&value)
                .map(|error| format!("{} {error}", error.instance_path()))
                .collect();
            assert!(errors.is_empty(), "{}: {errors:?}", case.name);
        }
    }
}

/// What does not hold is a result, what cannot be told a notification, and both name their rule.
#[test]
fn sarif_has_a_result_for_each_failure() {
    let (base, cases) = (base(), cases());
    let value = |name: &str| -> Value {
        serde_json::from_str(&written(named(&cases, name), &base, Form::Sarif)).expect("JSON")
    };
    let run = &value(GOLDEN[0].1)["runs"][0];
    let result = &run["results"][0];
    assert_eq!(result["ruleId"], "review-p21");
    assert_eq!(result["level"], "error");
    let at = result["ruleIndex"].as_u64().expect("a number") as usize;
    assert_eq!(run["tool"]["driver"]["rules"][at]["id"], "review-p21");
    let place = &result["locations"][0];
    assert_eq!(place["physicalLocation"]["artifactLocation"]["uri"], "changes/change.json");
    assert!(
        place["logicalLocations"][0]["fullyQualifiedName"]
            .as_str()
            .is_some_and(|name| name.ends_with("vm-orders"))
    );
    let notes = &value(GOLDEN[2].1)["runs"][0]["invocations"][0]["toolExecutionNotifications"];
    assert_eq!(notes[0]["associatedRule"]["id"], "review-p23");
}

/// Names, tags and reasons come from strangers; none of them acts on a terminal, a ticket or a viewer.
#[test]
fn hostile_texts_are_shown_and_do_nothing() {
    let base = base();
    let cases = cases();
    let case = named(&cases, "stop-retain-data: nobody has approved yet");
    let evil = "vm\u{1b}[31m<img src=x onerror=1>[x](https://evil.example)@team|`";
    let estate = case
        .estate(&base)
        .replace("\"displayName\":\"Ada\"", &format!("\"displayName\":{}", json!(evil)));
    let mut request: Value = serde_json::from_str(&case.request(&base)).expect("JSON");
    request["ticket"] = json!(evil);
    request["reason"] = json!(format!("{evil}\n# heading\n- item"));
    let text = |form| of_texts(&request.to_string(), &estate, &case.parameters(), form);
    for form in [Form::Human, Form::Markdown, Form::Json, Form::Sarif] {
        let text = text(form);
        assert!(!text.contains('\u{1b}'), "{text}");
    }
    let markdown = text(Form::Markdown);
    for part in ["<img", "](https", "@team", "\n# heading"] {
        assert!(!markdown.contains(part), "{part} in {markdown}");
    }
    assert!(markdown.contains("&lt;img"), "{markdown}");
}

/// GitHub takes 65,536 characters in a comment, however many targets there are.
#[test]
fn markdown_fits_a_comment() {
    let base = base();
    let cases = cases();
    let case = named(&cases, "many: a vault stands for its items");
    let mut estate: Value = serde_json::from_str(&case.estate(&base)).expect("JSON");
    let resources = estate["resources"].as_array_mut().expect("a list");
    let item = base.id("item");
    let found = resources.iter().find(|body| body["id"] == item).expect("the item").clone();
    for at in 0..300 {
        let mut more = found.clone();
        more["id"] = json!(item.replace("vm-orders", &format!("vm-{at}")));
        more["name"] = json!(format!("VM;iaasvmcontainerv2;rg-app;vm-{at}"));
        resources.push(more);
    }
    let text =
        of_texts(&case.request(&base), &estate.to_string(), &case.parameters(), Form::Markdown);
    assert!(text.chars().count() < 65_536, "{}", text.len());
    // Of those of which the same holds, one is shown and the others are named.
    assert_eq!(text.matches("\n### ").count(), 2, "{text}");
    assert!(text.contains("- **Alike**: vm-0, vm-1, "), "{text}");
    assert!(text.contains(" and 250 more"), "{text}");
    assert!(text.contains("302 targets: 1 stop, 301 needs-approval"), "{}", &text[..600]);
}

/// Targets of which not the same holds are shown one by one, worst first, for as long as there is room.
#[test]
fn markdown_leaves_out_what_does_not_fit() {
    let base = base();
    let cases = cases();
    let case = named(&cases, "stop-retain-data: nobody has approved yet");
    let mut estate: Value = serde_json::from_str(&case.estate(&base)).expect("JSON");
    let resources = estate["resources"].as_array_mut().expect("a list");
    let ids = [base.id("vault"), base.id("item")];
    let found: Vec<Value> =
        resources.iter().filter(|body| ids.iter().any(|id| body["id"] == *id)).cloned().collect();
    assert_eq!(found.len(), 2);
    for at in 0..100 {
        for body in &found {
            let text = body.to_string().replace("rsv-orders", &format!("rsv-{at}"));
            resources.push(serde_json::from_str(&text).expect("JSON"));
        }
    }
    let mut request: Value = serde_json::from_str(&case.request(&base)).expect("JSON");
    request["select"] = json!({"name": "vm-orders"});
    let text =
        of_texts(&request.to_string(), &estate.to_string(), &case.parameters(), Form::Markdown);
    assert!(text.chars().count() < 65_536, "{}", text.len());
    assert!(text.contains("101 targets"), "{}", &text[..600]);
    assert!(text.contains("more, none of them worse, are left out"), "{text}");
    assert!(text.contains("Good to know"), "{text}");
}
