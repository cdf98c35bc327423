//! Files that are written to make a reader fall over: each ends with a message, on a stack of 2 MB.

use std::fs;
use std::path::Path;
use std::thread;

use super::{Unknowns, evaluate_file, shown};
use crate::code::template::{Arguments, Evaluation, Project, limit};
use crate::code::value::Cause;

/// Evaluates a template that is the only file, on a small stack.
fn evaluate(name: &'static str, text: String) -> Evaluation {
    let work = move || {
        let root = tempfile::tempdir().unwrap();
        let project = Project::new(root.path()).unwrap();
        let file = project.put(Path::new(name), text);
        evaluate_file(&project, file, &Arguments::default())
    };
    thread::Builder::new().stack_size(2 << 20).spawn(work).unwrap().join().unwrap()
}

fn arm(parts: &str) -> String {
    let schema = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#";
    format!(r#"{{"$schema": "{schema}", "contentVersion": "1.0.0.0", {parts}}}"#)
}

/// That something says why it stops.
fn says(evaluation: &Evaluation, wanted: &str) {
    let found = evaluation.problems.iter().any(|problem| problem.message.contains(wanted))
        || evaluation.unread.iter().any(|unread| unread.why.contains(wanted));
    let outputs = evaluation.outputs.iter().map(|(_, value)| shown(value, Unknowns::Told));
    let outputs: Vec<String> = outputs.map(|text| text.chars().take(200).collect()).collect();
    assert!(
        found,
        "no `{wanted}` in {:?} {:?} {outputs:?}",
        evaluation.problems, evaluation.unread
    );
}

fn output(evaluation: &Evaluation) -> String {
    shown(&evaluation.outputs.first().unwrap().1, Unknowns::Told)
}

#[test]
fn deep_json_is_refused() {
    for depth in [150, 3_000, 3_000_000] {
        for (open, close) in [("[", "]"), ("{\"a\":", "}"), ("[", "")] {
            let inside = format!("{}1{}", open.repeat(depth), close.repeat(depth));
            let text = arm(&format!(r#""resources": [], "variables": {{"v": {inside}}}"#));
            let evaluation = evaluate("main.json", text);
            assert_eq!(
                evaluation.problems.is_empty(),
                depth == 150 && !close.is_empty(),
                "{depth} {open} {:?}",
                evaluation.problems
            );
        }
    }
}

#[test]
fn deep_expressions_are_refused() {
    for depth in [60, 3_000, 500_000] {
        let nested = format!("{}1{}", "string(".repeat(depth), ")".repeat(depth));
        let members = format!("variables('v'){}", ".a".repeat(depth));
        let indices = format!("variables('v'){}", "[0]".repeat(depth));
        for (expression, may_pass) in [(&nested, true), (&members, false), (&indices, false)] {
            let parts =
                format!(r#""resources": [], "outputs": {{"o": {{"value": "[{expression}]"}}}}"#);
            let found = output(&evaluate("main.json", arm(&parts)));
            if depth == 60 && may_pass {
                assert_eq!(found, "\"1\"");
            } else {
                assert!(found.starts_with("?InvalidExpression"), "{depth} {found}");
            }
        }
    }
}

#[test]
fn deep_bicep_is_refused() {
    for (open, middle, close) in [
        ("(", "1", ")"),
        ("[", "1", "]"),
        ("{a:", "1", "}"),
        ("!", "true", ""),
        ("-", "1", ""),
        ("'${", "1", "}'"),
        ("x => ", "1", ""),
        ("1 + ", "1", ""),
        ("true ? ", "1", " : 2"),
        ("string(", "1", ")"),
        ("[for x in ", "[]", ": 1]"),
        ("(", "", ""),
        ("{a:", "", ""),
        ("[", "", ""),
        ("'${", "", ""),
    ] {
        for depth in [1_000, 300_000] {
            let text =
                format!("output o any = {}{middle}{}\n", open.repeat(depth), close.repeat(depth));
            let evaluation = evaluate("main.bicep", text);
            assert!(!evaluation.problems.is_empty(), "{open} {depth}");
        }
    }
    for (start, link) in [("v", ".a"), ("v", "[0]"), ("v", "::a"), ("1", " + 1"), ("v", "()")] {
        let text = format!("var v = {{}}\noutput o any = {start}{}\n", link.repeat(300_000));
        let evaluation = evaluate("main.bicep", text);
        assert!(!evaluation.problems.is_empty(), "{link}");
    }
    for (open, close) in
        [("resource a 'A.B/c@1' = {\n", "}\n"), ("type t = {a: ", "}"), ("param p (", ")")]
    {
        let text = format!("{}{}\n", open.repeat(100_000), close.repeat(100_000));
        assert!(!evaluate("main.bicep", text).problems.is_empty(), "{open}");
    }
}

#[test]
fn a_long_line_is_read() {
    let long = "x".repeat(50 << 20);
    let parts =
        format!(r#""resources": [], "outputs": {{"o": {{"value": "[concat('{long}', 'y')]"}}}}"#);
    says(&evaluate("main.json", arm(&parts)), "bytes");
    says(&evaluate("main.bicep", format!("output o string = '{long}${{'y'}}'\n")), "bytes");
    let many = "1,".repeat(10 << 20);
    let parts = format!(r#""resources": [], "outputs": {{"o": {{"value": [{many}1]}}}}"#);
    says(&evaluate("main.json", arm(&parts)), "parts");
}

#[test]
fn copies_are_bounded() {
    let copy = |count: &str, inner: &str| {
        format!(r#"{{"copy": [{{"name": "a", "count": {count}, "input": {inner}}}]}}"#)
    };
    let template =
        |value: &str| arm(&format!(r#""resources": [], "outputs": {{"o": {{"value": {value}}}}}"#));
    says(&evaluate("main.json", template(&copy("1000000000", "1"))), "loop of more than");
    let mut nested = "1".to_owned();
    for _ in 0..8 {
        nested = copy("700", &nested);
    }
    says(&evaluate("main.json", template(&nested)), "parts");
    let resource = r#""resources": [{"type": "A.B/c", "apiVersion": "1", "name": "n",
        "copy": {"name": "l", "count": "[range(0, 9)]"}}]"#;
    assert!(evaluate("main.json", arm(resource)).resources.len() <= 1);
    let mut inside =
        r#"{"type": "A.B/c", "apiVersion": "1", "name": "n", "copy": {"name": "l", "count": 800}}"#
            .to_owned();
    for depth in 0..3 {
        let inner = arm(&format!(r#""resources": [{inside}]"#));
        inside = format!(
            r#"{{"type": "Microsoft.Resources/deployments", "apiVersion": "1", "name": "d{depth}",
                "copy": {{"name": "l{depth}", "count": 800}},
                "properties": {{"template": {inner}, "expressionEvaluationOptions": {{"scope": "inner"}}}}}}"#
        );
    }
    let evaluation = evaluate("main.json", arm(&format!(r#""resources": [{inside}]"#)));
    says(&evaluation, "resources");
    assert!(evaluation.resources.len() <= limit::INSTANCES);
}

#[test]
fn bodies_that_share_their_parts_are_bounded_together() {
    let many = vec!["variables('few')"; 15].join(", ");
    let text = arm(&format!(
        r#""variables": {{"few": "[range(0, 10000)]", "many": "[createArray({many})]"}},
        "resources": [{{"type": "A.B/c", "apiVersion": "1", "name": "[string(copyIndex())]",
            "copy": {{"name": "l", "count": 100}}, "properties": "[variables('many')]"}}]"#
    ));
    let evaluation = evaluate("main.json", text);
    says(&evaluation, "resources of more than");
    assert_eq!(evaluation.resources.len(), 100);
    let sizes = evaluation.resources.iter().map(|resource| u64::from(resource.body.size()));
    assert!(sizes.sum::<u64>() <= limit::BODY_NODES_ALTOGETHER);
    let last = evaluation.resources.last().unwrap();
    assert_eq!(last.body.as_unknown().unwrap().cause, Cause::Limit);
}

#[test]
fn values_that_double_are_bounded() {
    let mut text =
        "var v0 = ['x', 'x']\nvar t0 = 'xxxxxxxxxxxxxxxx'\nvar m0 = {a: 'x'}\n".to_owned();
    for at in 1..60 {
        let before = at - 1;
        text = format!("{text}var v{at} = [v{before}, v{before}]\n");
        text = format!("{text}var t{at} = '${{t{before}}}${{t{before}}}'\n");
        text = format!("{text}var m{at} = {{a: m{before}, b: m{before}}}\n");
    }
    for (last, wanted) in [("v59", "parts"), ("t59", "bytes"), ("m59", "parts")] {
        let evaluation = evaluate("main.bicep", format!("{text}output o any = {last}\n"));
        says(&evaluation, wanted);
        let found = output(&evaluation);
        assert!(found.contains("?Limit"), "{last} {}", found.get(..300).unwrap_or(&found));
    }
    let replace = "replace(".repeat(20) + "'aa'" + &", 'a', 'aaaaaaaaaa')".repeat(20);
    says(&evaluate("main.bicep", format!("output o string = {replace}\n")), "bytes");
    let lambda = "map(range(0, 10000), x => ".repeat(6) + "x" + &")".repeat(6);
    says(&evaluate("main.bicep", format!("output o any = {lambda}\n")), "parts");
}

#[test]
fn calls_that_double_are_bounded() {
    let mut text = "func f0(x int) int => x + 1\n".to_owned();
    for at in 1..64 {
        text = format!("{text}func f{at}(x int) int => f{0}(x) + f{0}(x)\n", at - 1);
    }
    says(&evaluate("main.bicep", format!("{text}output o int = f63(1)\n")), "steps");
    let itself = "func f(x int) int => f(x)\noutput o int = f(1)\n".to_owned();
    says(&evaluate("main.bicep", itself), "deeper");
    let mut conditions = "1".to_owned();
    for _ in 0..18 {
        conditions = format!("(resourceGroup().location == 'x' ? {conditions} : {conditions})");
    }
    let evaluation = evaluate("main.bicep", format!("output o any = {conditions}\n"));
    assert!(output(&evaluation) == "1" || !evaluation.problems.is_empty());
}

#[test]
fn cycles_are_told() {
    let variables = "var a = b\nvar b = a\noutput o any = a\n".to_owned();
    let evaluation = evaluate("main.bicep", variables);
    says(&evaluation, "needs its own value");
    assert!(output(&evaluation).starts_with("?Cycle"));
    let chain: Vec<String> = (0..5_000).map(|at| format!("var v{at} = v{}\n", at + 1)).collect();
    let chain = chain.concat();
    says(&evaluate("main.bicep", format!("{chain}var v5000 = 1\noutput o any = v0\n")), "deeper");
    let parents = "resource a 'A.B/c@1' = {\n  parent: b\n  name: 'a'\n}\n\
        resource b 'A.B/c@1' = {\n  parent: a\n  name: 'b'\n}\noutput o any = a.id\n";
    says(&evaluate("main.bicep", parents.to_owned()), "deeper");
    let itself = "module m 'main.bicep' = {\n  name: 'm'\n}\n".to_owned();
    says(&evaluate("main.bicep", itself), "deploys itself");
    let arguments =
        "module m 'x.bicep' = {\n  params: {p: m.outputs.o}\n}\noutput o any = m.outputs.o\n";
    assert!(output(&evaluate("main.bicep", arguments.to_owned())).starts_with('?'));
}

#[test]
fn modules_and_links_in_circles_are_told() {
    let root = tempfile::tempdir().unwrap();
    let module = |other: &str| format!("module m '{other}' = {{\n  name: 'm'\n}}\n");
    fs::write(root.path().join("a.bicep"), module("b.bicep")).unwrap();
    fs::write(root.path().join("b.bicep"), module("a.bicep")).unwrap();
    let project = Project::new(root.path()).unwrap();
    let file = project.open(Path::new("a.bicep")).unwrap();
    says(&evaluate_file(&project, file, &Arguments::default()), "deploys itself");
    let mut wide = String::new();
    for at in 0..30 {
        let next = (0..40)
            .map(|turn| format!("module m{turn} 'w{}.bicep' = {{\n  name: 'm'\n}}\n", at + 1));
        wide = next.collect();
        fs::write(root.path().join(format!("w{at}.bicep")), &wide).unwrap();
    }
    fs::write(root.path().join("w30.bicep"), wide).unwrap();
    let file = project.open(Path::new("w0.bicep")).unwrap();
    assert!(!evaluate_file(&project, file, &Arguments::default()).problems.is_empty());
}

#[cfg(unix)]
#[test]
fn links_lead_nowhere_else() {
    use std::os::unix::fs::symlink;
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("secret.json"), "{}").unwrap();
    let root = tempfile::tempdir().unwrap();
    symlink(root.path().join("y.json"), root.path().join("x.json")).unwrap();
    symlink(root.path().join("x.json"), root.path().join("y.json")).unwrap();
    symlink(outside.path().join("secret.json"), root.path().join("z.json")).unwrap();
    symlink(root.path(), root.path().join("loop")).unwrap();
    fs::write(root.path().join("main.bicep"), "var a = 1\n").unwrap();
    let project = Project::new(root.path()).unwrap();
    assert!(project.open(Path::new("x.json")).unwrap_err().contains("cannot read x.json"));
    assert!(project.open(Path::new("z.json")).unwrap_err().contains("outside of the project"));
    assert!(project.open(Path::new("../../etc/passwd")).is_err());
    assert!(project.open(Path::new("/etc/hostname")).unwrap_err().contains("outside"));
    let file = project.open(Path::new("main.bicep")).unwrap();
    assert_eq!(project.open(Path::new("loop/loop/loop/main.bicep")).unwrap(), file);
    assert!(project.relative(file, "/etc/hostname").unwrap_err().contains("not a relative path"));
}
