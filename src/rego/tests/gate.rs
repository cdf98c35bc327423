//! Refusals of the gate, each with its place.

use super::{compile, compile_all, defect};

fn refused(body: &str, expected: &str) {
    let given = defect(&format!("package p\n\n{body}\n"));
    assert!(given.starts_with(expected), "{given}");
}

#[test]
fn builtins_outside_of_the_contract_are_refused() {
    refused(
        "deny contains \"x\" if time.now_ns() > 1",
        "a.rego:3:22: the builtin `time.now_ns` is not allowed in a policy",
    );
    refused(
        "deny contains \"x\" if rand.intn(\"a\", 3) > 1",
        "a.rego:3:22: the builtin `rand.intn` is not allowed",
    );
    refused(
        "deny contains \"x\" if uuid.rfc4122(\"a\")",
        "a.rego:3:22: the builtin `uuid.rfc4122`",
    );
    refused(
        "deny contains \"x\" if http.send({\"url\": \"x\"}).status == 200",
        "a.rego:3:22: the builtin `http.send`",
    );
    refused(
        "deny contains \"x\" if {\n  y := opa.runtime()\n  y\n}",
        "a.rego:4:8: the builtin `opa.runtime`",
    );
    refused("deny contains \"x\" if trace(\"a\")", "a.rego:3:22: the builtin `trace`");
    refused("deny contains \"x\" if __builtin_host_await(1, 2)", "a.rego:3:22: the builtin");
    refused(
        "deny contains \"x\" if [1 | x := {\"a\": rand.intn(\"a\", 3)}; x]",
        "a.rego:3:38: the builtin `rand.intn`",
    );
    refused(
        "f(x) := crypto.md5(x)\n\ndeny contains \"x\" if f(\"a\")",
        "a.rego:3:9: `crypto.md5` is neither a builtin",
    );
    refused(
        "deny contains \"x\" if count(1, 2, 3)",
        "a.rego:3:22: `count` takes 1 arguments, not 3",
    );
}

#[test]
fn a_near_name_is_offered() {
    let Err(diagnostics) =
        compile("package p\n\ndeny contains \"x\" if startwith(input.a, \"b\")\n")
    else {
        panic!("accepted")
    };
    assert_eq!(diagnostics[0].help.as_deref(), Some("did you mean `startswith`?"));
    let Err(diagnostics) =
        compile("package p\n\ndeny contains \"x\" if json.unmarshall(input.a)\n")
    else {
        panic!("accepted")
    };
    assert_eq!(diagnostics[0].help.as_deref(), Some("did you mean `json.unmarshal`?"));
}

#[test]
fn formats_that_the_engine_leaves_undefined_are_refused() {
    refused(
        "deny contains sprintf(\"%5.2f\", [input.a])",
        "a.rego:3:15: the format has a width, a precision or a flag",
    );
    refused("deny contains sprintf(\"%-3d\", [input.a])", "a.rego:3:15: the format has a width");
    refused("deny contains sprintf(\"%½\", [input.a])", "a.rego:3:15: the format has a width");
    refused(
        "deny contains sprintf(\"%y\", [input.a])",
        "a.rego:3:15: the format has the unknown verb `%y`",
    );
    refused(
        "deny contains sprintf(\"%d %d\", [input.a])",
        "a.rego:3:15: the format has 2 verbs but 1 arguments",
    );
    refused("deny contains sprintf(\"100%\", [])", "a.rego:3:15: the format ends in a single `%`");
    refused(
        "deny contains sprintf(input.format, [])",
        "a.rego:3:15: the format of `sprintf` is not a literal",
    );
    assert!(
        compile(
            "package p\n\nformat := \"%s: %d%%\"\n\ndeny contains sprintf(format, [input.a, 1])\n"
        )
        .is_ok()
    );
}

#[test]
fn odd_characters_are_refused() {
    refused("deny contains \"a\0b\"", "a.rego:3:17: the character U+0000 is not allowed");
    refused("# \u{202e}hidden\ndeny contains \"x\"", "a.rego:3:3: the character U+202E");
    refused("deny contains \"a\u{1b}[31m\"", "a.rego:3:17: the character U+001B");
    assert!(
        compile("\u{feff}package p\r\n\r\ndeny contains \"\u{e9}\u{1f600}\" if input.\r\n")
            .is_err()
    );
    assert!(compile("\u{feff}package p\r\n\r\ndeny contains \"\u{e9}\u{1f600}\"\r\n").is_ok());
}

#[test]
fn sizes_are_bounded() {
    refused(&format!("x := \"{}\"", "a".repeat(5000)), "a.rego:3:1: the line has more than");
    refused(&"# a\n".repeat(21_000), "a.rego:20001:1: the module has more than 20000 lines");
    refused(
        &"# a comment of some length, many times over\n".repeat(10_000),
        "a.rego:1:1: the module has",
    );
}

#[test]
fn brackets_in_text_and_comments_do_not_count() {
    let open = "[".repeat(40);
    let text = format!(
        "package p\n\n# {open}\nx := \"{open}\\\"{open}\"\n\ny := `{open}\n{open}`\n\ndeny contains \"x\" if x == y\n"
    );
    assert!(compile(&text).is_ok());
}

#[test]
fn every_broken_module_is_reported() {
    let Err(diagnostics) = compile_all(&[
        "package p\n\ndeny contains 1 if (\n",
        "package q\n\nx := [[[[[[[[[[[[[[1]]]]]]]]]]]]]]\n",
        "package r\n",
    ]) else {
        panic!("accepted")
    };
    let lines = diagnostics.iter().map(super::Diagnostic::one_line).collect::<Vec<_>>();
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(
        lines[0].starts_with("a.rego:")
            && lines[1].starts_with("b.rego:3:18: brackets are nested deeper"),
        "{lines:?}"
    );
}

#[test]
fn recursion_across_modules_is_refused() {
    let a = "package p\n\nimport data.q\n\ndeny contains \"x\" if q.f(1)\n\ng(x) := q.f(x)\n";
    let b = "package q\n\nimport data.p as other\n\nf(x) := other.g(x)\n";
    let Err(diagnostics) = compile_all(&[a, b]) else { panic!("accepted") };
    assert!(diagnostics[0].message.starts_with("the rule is recursive: data."), "{diagnostics:?}");
}

#[test]
fn tables_and_ordinary_policies_pass() {
    let table = (0..3000)
        .map(|n| {
            format!("  {{\"sku\": \"sku{n}\", \"regions\": [\"a{n}\", \"b\"], \"days\": {n}}},\n")
        })
        .collect::<String>();
    let text = format!(
        "package p\n\ntable := [\n{table}]\n\nby_sku := {{row.sku: row | some row in table}}\n\ndeny contains {{\"message\": message}} if {{\n  some item in input.items\n  some region in by_sku[item.sku].regions\n  region == item.region\n  names := [row.sku | some row in table; row.days < item.days]\n  message := sprintf(\"%s: %s\", [item.name, concat(\", \", names)])\n}}\n"
    );
    compile(&text).unwrap_or_else(|diagnostics| panic!("{diagnostics:?}"));
    let nested = "package p\n\ndeny contains {\"message\": message} if {\n  some subscription in input.subscriptions\n  some group in subscription.groups\n  some vault in group.vaults\n  some item in vault.items\n  points := [sprintf(\"%s/%s\", [item.name, point.id]) | some point in item.points; some tag in point.tags; tag.old]\n  message := sprintf(\"%s has %d: %s\", [vault.name, count(points), concat(\", \", points)])\n}\n";
    compile(nested).unwrap_or_else(|diagnostics| panic!("{diagnostics:?}"));
}
