//! What rules may answer, and what of policies written for other tools works unchanged.

use super::super::{EngineKind, Failure, Kind, Level};
use super::{choice, compile, defect, evaluate};

fn one(rule: &str) -> Result<super::super::Answer, Failure> {
    evaluate(&format!("package p\n\n{rule}\n"), r#"{"name": "v1", "days": 7, "list": ["b", "a"]}"#)
}

fn bad(rule: &str, message: &str) {
    match one(rule) {
        Err(Failure::BadResult { rule: path, message: given, .. }) => {
            assert!(path.starts_with("data.p.") && given.contains(message), "{given}");
        }
        other => panic!("{other:?}\n{rule}"),
    }
}

#[test]
fn a_finding_has_all_its_parts() {
    let answer = one(
        "deny contains {\n  \"path\": \"/properties/days\",\n  \"proof\": \"/related/held\",\n  \"message\": \"too short\",\n  \"observed\": input.days,\n  \"expected\": {\"min\": data.backuplint.config.min_days, \"of\": {\"b\", \"a\"}},\n  \"related\": input.list,\n} if input.days < 14",
    );
    let answer = answer.expect("it evaluates");
    let [finding] = answer.deny.as_slice() else { panic!("{answer:?}") };
    assert_eq!(
        (finding.path.as_str(), finding.message.as_str(), finding.kind),
        ("/properties/days", "too short", Kind::Deny)
    );
    assert_eq!(finding.proof.as_deref(), Some("/related/held"));
    assert_eq!(finding.observed, Some(serde_json::json!(7)));
    assert_eq!(finding.expected, Some(serde_json::json!({"min": 14, "of": ["a", "b"]})));
    let related: Vec<_> = finding.related.iter().map(|related| related.id.as_str()).collect();
    assert_eq!(related, ["b", "a"]);
    assert!(!answer.not_applicable && answer.unknown.is_empty());
}

#[test]
fn a_related_resource_may_say_what_it_has_to_do_with_it() {
    let answer = one(
        "deny contains {\"message\": \"m\", \"related\": [\"a\", {\"id\": \"b\", \"message\": \"its guard\"}]}",
    );
    let related: Vec<_> = answer.expect("it evaluates").deny[0]
        .related
        .iter()
        .map(|related| (related.id.clone(), related.message.clone()))
        .collect();
    let expected =
        [("a", ""), ("b", "its guard")].map(|(id, message)| (id.to_owned(), message.to_owned()));
    assert_eq!(related, expected);
}

#[test]
fn a_finding_may_say_how_loud_it_is() {
    let level = |text: &str| {
        let rule = format!("deny contains {{\"message\": \"m\"{text}}}");
        one(&rule).map(|answer| answer.deny[0].level)
    };
    assert_eq!(level(""), Ok(None));
    assert_eq!(level(", \"level\": \"note\""), Ok(Some(Level::Note)));
    assert_eq!(level(", \"level\": \"warning\""), Ok(Some(Level::Warning)));
    assert_eq!(level(", \"level\": \"error\""), Ok(Some(Level::Error)));
}

#[test]
fn undefined_and_false_pass() {
    for rule in [
        "deny contains \"x\" if input.none",
        "deny := \"x\" if input.none",
        "default deny := false",
        "deny := set()",
        "deny := []",
    ] {
        assert_eq!(one(rule).map(|answer| answer.deny.len()), Ok(0), "{rule}");
    }
}

#[test]
fn shapes_of_other_tools_work() {
    let kinds = |rule: &str| {
        let answer = one(rule).unwrap_or_else(|failure| panic!("{failure:?}"));
        answer.deny.into_iter().map(|finding| (finding.kind, finding.message)).collect::<Vec<_>>()
    };
    let rules = "deny contains \"d\"\n\nwarn contains {\"msg\": \"w\", \"_loc\": {\"line\": 3}, \"metadata\": {}}\n\nviolation contains {\"msg\": \"v\", \"details\": {}}";
    let expected = [(Kind::Deny, "d"), (Kind::Warn, "w"), (Kind::Violation, "v")]
        .map(|(kind, text)| (kind, text.to_owned()));
    assert_eq!(kinds(rules), expected);
    assert_eq!(
        kinds("deny := [\"b\", \"a\"]"),
        [(Kind::Deny, "b".to_owned()), (Kind::Deny, "a".to_owned())]
    );
}

#[test]
fn the_old_syntax_loads() {
    let gatekeeper = "package k8s\n\nviolation[{\"msg\": msg, \"details\": {\"missing\": missing}}] {\n  provided := {label | input.tags[label]}\n  required := {label | label := data.backuplint.config.labels[_]}\n  missing := required - provided\n  count(missing) >= 0\n  msg := sprintf(\"missing: %v\", [missing])\n}\n";
    assert_eq!(choice(gatekeeper).reason.as_deref(), Some("Rego v0"));
    let answer = evaluate(gatekeeper, r#"{"tags": {}}"#).expect("it evaluates");
    assert!(answer.deny.is_empty() || answer.deny[0].message.starts_with("missing"));
    let conftest = "package main\n\ndeny[msg] {\n  not input.soft_delete\n  msg = \"soft delete is off\"\n}\n\nwarn[msg] {\n  input.days < 14\n  msg = sprintf(\"%d days\", [input.days])\n}\n";
    let answer = evaluate(conftest, r#"{"days": 3}"#).expect("it evaluates");
    assert_eq!(
        answer.deny.iter().map(|finding| finding.message.as_str()).collect::<Vec<_>>(),
        ["soft delete is off", "3 days"]
    );
    let imports = "package main\n\nimport future.keywords.in\n\ndeny[msg] {\n  some x in input.xs\n  msg := x\n}\n";
    assert_eq!(evaluate(imports, r#"{"xs": ["a"]}"#).map(|answer| answer.deny.len()), Ok(1));
    let v1 = "package main\n\nimport rego.v1\n\ndeny contains \"x\" if input.days < 14\n";
    assert_eq!(choice(v1).kind, EngineKind::Rvm);
}

#[test]
fn a_broken_text_is_reported_as_of_the_new_syntax() {
    assert_eq!(
        defect("package p\n\ndeny contains \"x\" if {\n  input.a ==\n}\n"),
        "a.rego:5:1: expecting expression"
    );
    assert_eq!(
        defect("package p\n\ndeny[msg] {\n  msg := }\n"),
        "a.rego:3:11: `if` keyword is required before rule body"
    );
    assert!(defect("deny contains 1\n").starts_with("a.rego:1:1:"));
    assert!(defect("").starts_with("a.rego:1:1:"));
    assert!(
        defect("package p\n\ndeny contains \"x\" if undefined_name\n").starts_with("a.rego:3:22:")
    );
}

#[test]
fn other_shapes_are_failures() {
    bad("deny := true", "it is true, not a set");
    bad("deny := \"x\"", "it is a string, not a set");
    bad("deny contains 1", "a finding is a number");
    bad("deny contains {\"message\": \"m\", \"severity\": \"high\"}", "unknown key `severity`");
    bad("deny contains {\"message\": 1}", "`message` is a number");
    bad("deny contains {\"text\": \"m\"}", "neither `message` nor `msg`");
    bad("deny contains {\"message\": \"m\", \"related\": [1]}", "`related` is a number");
    let bad_related = |member: &str, message: &str| {
        bad(&format!("deny contains {{\"message\": \"m\", \"related\": [{member}]}}"), message);
    };
    bad_related("{\"id\": \"a\"}", "other keys than `id` and `message`");
    bad_related("{\"id\": \"a\", \"role\": \"r\"}", "`message` of `related` is undefined");
    bad_related("{\"id\": 1, \"message\": \"m\"}", "`id` of `related` is a number");
    bad("deny contains {\"message\": \"m\", \"level\": \"high\"}", "may be note, warning or error");
    bad("deny contains {\"message\": \"m\", \"level\": 2}", "`level` is a number");
    bad("deny contains {\"message\": \"m\", \"path\": [\"a\"]}", "`path` is an array");
    bad("deny[x] := true if x := \"a\"", "write `deny contains");
    bad("deny contains \"x\"\n\ndecided := \"yes\"", "`decided` is a string, not true or false");
    bad("deny contains {\"message\": \"m\", \"proof\": 1}", "`proof` is a number");
    bad("deny contains \"x\"\n\nnot_applicable := 1", "`not_applicable` is a number");
    bad(
        "deny contains \"x\"\n\nunknown contains \"a\"",
        "not an object with path, reason and message",
    );
    bad(
        "deny contains \"x\"\n\nunknown contains {\"reason\": \"a\"}",
        "neither `path` nor `message`",
    );
    bad("deny contains \"x\"\n\nunknown contains {\"path\": \"a\", \"why\": \"b\"}", "key `why`");
    bad("deny contains {\"message\": \"m\", \"observed\": numbers.range(1, 20000)}", "too large");
}

#[test]
fn a_rule_may_step_aside_or_not_know() {
    let answer =
        one("not_applicable if input.name == \"v1\"\n\ndeny contains \"x\"").expect("it evaluates");
    assert!(answer.not_applicable && answer.deny.is_empty());
    let answer =
        one("not_applicable if input.name == \"v2\"\n\ndeny contains \"x\"").expect("it evaluates");
    assert!(!answer.not_applicable && answer.deny.len() == 1);
    let answer = one("decided if input.days == 7\n\ndeny contains \"x\"").expect("it evaluates");
    assert!(answer.decided && !answer.not_applicable && answer.deny.len() == 1);
    let unknown = |member: &str| {
        let rule = format!("unknown contains {{{member}}}\n\ndeny contains \"x\" if input.none");
        let unknown = one(&rule).expect("it evaluates").unknown.swap_remove(0);
        (unknown.path, unknown.reason, unknown.message)
    };
    assert_eq!(
        unknown("\"path\": \"/a\", \"reason\": \"not collected\""),
        ("/a".to_owned(), Some("not collected".to_owned()), String::new())
    );
    assert_eq!(
        unknown("\"message\": \"nobody saw it\""),
        (String::new(), None, "nobody saw it".to_owned())
    );
}

#[test]
fn a_module_without_findings_is_no_rule() {
    assert_eq!(
        defect("package p\n\nallow if input.a\n"),
        "a.rego:1:1: the module has no rule named deny, warn or violation"
    );
    assert!(defect("package p\n\ndeny(x) := x\n").contains("is a function"));
}

#[test]
fn data_does_not_hide_rules() {
    assert!(
        defect("package backuplint.config\n\nmin_days := 3\n\ndeny contains \"x\" if min_days\n")
            .contains("the path of a value in the data")
    );
    assert!(compile("package backuplint.rules.x\n\ndeny contains \"x\" if data.backuplint.config.min_days == 14\n").is_ok());
}
