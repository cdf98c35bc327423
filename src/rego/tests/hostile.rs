//! Policies that attack the host: each ends in a diagnostic or a failure, soon and on a small stack.

use std::time::{Duration, Instant};

use super::super::{EngineKind, Entry, Evaluator, Options, Program};
use super::{source, value};

const INPUT: &str = r#"{"name": "v1", "xs": ["a", "b", "c"], "text": "lorem ipsum"}"#;

/// Compiles and runs a policy as a worker does, by both engines; the outcome on one line.
fn attack(text: String) -> String {
    let worker = std::thread::Builder::new().stack_size(2 << 20);
    let started = Instant::now();
    let worker = worker.spawn(move || {
        let entry = Entry { id: "hostile".to_owned(), module: 0 };
        let program = Program::compile(
            &[source("a.rego", &text)],
            vec![entry],
            value("{}"),
            Options::default(),
        );
        let program = match program {
            Ok(program) => program,
            Err(diagnostics) => return diagnostics[0].one_line(),
        };
        let mut evaluator = Evaluator::new(&program);
        evaluator.set_input(value(INPUT));
        let interpreted = evaluator.eval_with(0, EngineKind::Interpreter);
        let chosen = evaluator.eval(0);
        match (interpreted, chosen) {
            (Err(first), Err(_)) => format!("failure: {first}"),
            (Ok(first), Ok(second)) if first == second => format!("answer: {}", first.deny.len()),
            (first, second) => panic!("the engines differ: {first:?} and {second:?}"),
        }
    });
    let outcome = worker.expect("a thread starts").join().expect("the worker does not panic");
    let took = started.elapsed();
    assert!(took < Duration::from_secs(2), "{outcome} took {took:?}");
    outcome
}

fn refused(text: &str, message: &str) {
    let outcome = attack(format!("package p\n\n{text}\n"));
    assert!(outcome.starts_with("a.rego:") && outcome.contains(message), "{outcome}\n{text:.500}");
}

fn fails(text: &str, message: &str) {
    let outcome = attack(format!("package p\n\n{text}\n"));
    assert!(outcome.starts_with("failure:") && outcome.contains(message), "{outcome}\n{text:.500}");
}

fn answers(text: &str) {
    let outcome = attack(format!("package p\n\n{text}\n"));
    assert!(outcome.starts_with("answer:"), "{outcome}\n{text:.500}");
}

#[test]
fn loops_meet_the_clock() {
    let nested = "deny contains \"x\" if {\n  xs := numbers.range(1, 1000)\n  some a in xs\n  some b in xs\n  some c in xs\n  [a, b, c] == []\n}";
    fails(nested, "the rule data.p.deny was stopped");
    let comprehension = "deny contains \"x\" if {\n  xs := numbers.range(1, 2000)\n  ys := [[a, b] | some a in xs; some b in xs]\n  count(ys) < 0\n}";
    fails(comprehension, "was stopped");
    let every = "deny contains \"x\" if {\n  xs := numbers.range(1, 2000)\n  every a in xs { every b in xs { a * b > 0 } }\n}";
    fails(every, "was stopped");
}

#[test]
fn single_calls_are_bounded() {
    refused(
        "deny contains \"x\" if count(numbers.range(1, 50000000)) > 0",
        "a.rego:3:28: `numbers.range` lists 50000000 numbers",
    );
    refused(
        "deny contains \"x\" if count(numbers.range(1, input.n)) > 0",
        "neither literals nor counts",
    );
    refused("deny contains \"x\" if count(numbers.range_step(1, 100, 0)) > 0", "positive literal");
    refused("deny contains \"x\" if bits.lsh(1, input.n) > 0", "shift");
    refused("deny contains \"x\" if units.parse(input.n) > 0", "not allowed");
    refused("deny contains \"x\" if count(graph.reachable_paths(input.g, [1])) > 0", "not allowed");
    answers("deny contains \"x\" if count(numbers.range(1, count(input.xs))) > 2");
    answers("deny contains \"x\" if count(numbers.range(0, count(input.xs) - 1)) > 2");
}

#[test]
fn replacing_does_not_fill_the_memory() {
    let letters = "a".repeat(4000);
    let lines = format!("a := concat(\"\", [{}])", vec![format!("\"{letters}\""); 5].join(",\n"));
    refused(
        &format!("{lines}\ndeny contains \"x\" if count(replace(a, \"a\", a)) > 0"),
        "more than 256 MiB",
    );
    refused(
        &format!("{lines}\ndeny contains \"x\" if count(replace(a, \"\", a)) > 0"),
        "more than 256 MiB",
    );
    refused(
        &format!("{lines}\ndeny contains \"x\" if count(regex.replace(a, \"a\", a)) > 0"),
        "more than 256 MiB",
    );
    refused(
        &format!(
            "{lines}\ndeny contains \"x\" if count(strings.replace_n({{\"a\": a, \"b\": a}}, a)) > 0"
        ),
        "more than 256 MiB",
    );
    answers("deny contains replace(\"{name} is bad\", \"{name}\", input.name)");
    answers("deny contains replace(input.name, \"-\", \"_\")");
}

#[test]
fn doubling_is_refused() {
    let chain = |first: &str, step: &dyn Fn(usize) -> String| {
        let steps =
            (1..60).map(|n| format!("  a{n} := {}", step(n - 1))).collect::<Vec<_>>().join("\n");
        format!("deny contains \"x\" if {{\n  a0 := {first}\n{steps}\n  count(a59) > 0\n}}")
    };
    refused(&chain("\"x\"", &|n| format!("concat(\"\", [a{n}, a{n}])")), "more than 256 MiB");
    refused(&chain("\"x\"", &|n| format!("sprintf(\"%s%s\", [a{n}, a{n}])")), "more than 256 MiB");
    refused(&chain("[1]", &|n| format!("array.concat(a{n}, a{n})")), "more than 256 MiB");
    refused(&chain("[1]", &|n| format!("[a{n}, a{n}]")), "more than 256 MiB");
    refused(&chain("{1: 2}", &|n| format!("{{\"a\": a{n}, \"b\": a{n}}}")), "more than 256 MiB");
    refused(&chain("7", &|n| format!("a{n} * a{n}")), "digits");
    refused(
        &format!("f(x) := concat(x, [x, x, x])\n\n{}", chain("\"x\"", &|n| format!("f(a{n})"))),
        "256 MiB",
    );
    // Statements have no order.
    let reversed = (1..60)
        .rev()
        .map(|n| format!("  a{n} = concat(\"\", [a{0}, a{0}])", n - 1))
        .collect::<Vec<_>>()
        .join("\n");
    refused(
        &format!("deny contains \"x\" if {{\n  count(a59) > 0\n{reversed}\n  a0 = \"x\"\n}}"),
        "256 MiB",
    );
    let rules = (1..31)
        .map(|n| format!("a{n} := [a{0} | some x in [1, 2]; x > 0]", n - 1))
        .collect::<Vec<_>>()
        .join("\n");
    refused(&format!("a0 := 1\n{rules}\ndeny contains \"x\" if a30 == a29"), "256 MiB");
    let loops = "x := concat(\"\", [\"aaaaaaaa\" | some i in numbers.range(1, 100000)])\ny := concat(\"\", [x | some i in numbers.range(1, 100000)])\ndeny contains \"x\" if count(y) > 0";
    refused(loops, "256 MiB");
    let shared = "x := numbers.range(1, 100000)\ny := [x | some i in numbers.range(1, 100000)]\ndeny contains \"x\" if y == y";
    refused(shared, "256 MiB");
    let with = "x := numbers.range(1, 100000)\nf contains [input, input, input, input] if input\ndeny contains \"x\" if {\n  y := [x | some i in numbers.range(1, 50)]\n  count(f) > 0 with input as [y, y, y, y, y]\n}";
    refused(with, "256 MiB");
}

#[test]
fn patterns_are_bounded() {
    fails("deny contains \"x\" if regex.match(\"((a{100}){100}){100}\", input.text)", "100 KiB");
    let text = vec!["a".repeat(4000); 40].join("\\n\",\n\"");
    refused(
        &format!(
            "a := concat(\"\", [\"{text}\"])\ndeny contains \"x\" if regex.match(\"(a|b)*a(a|b){{500}}c\", a)"
        ),
        "clock cannot stop",
    );
    refused(
        &format!("a := concat(\"\", [\"{text}\"])\ndeny contains \"x\" if indexof(a, a) > 0"),
        "clock cannot stop",
    );
}

#[test]
fn recursion_is_refused() {
    refused(
        "f(n) := n if n <= 0\n\nf(n) := f(n - 1) + 1 if n > 0\n\ndeny contains \"x\" if f(2000) > 0",
        "a.rego:5:9: the rule is recursive: data.p.f -> data.p.f",
    );
    refused("a if b\n\nb if c\n\nc if a\n\ndeny contains \"x\" if a", "recursive");
    refused("deny contains \"x\" if count(data.p.deny) > 0", "recursive");
    refused("deny contains \"x\" if count(data.p) > 0", "recursive");
    refused("deny contains \"x\" if data[input.name]", "recursive");
    refused("deny contains \"x\" if data.p[input.name]", "recursive");
    refused("a.b := 1 if a.c\n\na.c := 1 if a.b\n\ndeny contains \"x\" if a.b", "recursive");
    answers("name := input.name\n\nf(deny) := deny\n\ndeny contains f(name)");
}

#[test]
fn nested_text_is_bounded() {
    let nest = |open: &str, inner: &str, close: &str, depth: usize| {
        let open = vec![open.repeat(10); depth / 10].join("\n") + &open.repeat(depth % 10);
        let close = vec![close.repeat(10); depth / 10].join("\n") + &close.repeat(depth % 10);
        format!("x := {open}{inner}{close}\n\ndeny contains \"x\" if x")
    };
    for depth in [13, 22, 60, 5000] {
        refused(&nest("[", "1", "]", depth), "nested deeper than 12");
        refused(&nest("{\"k\": ", "1", "}", depth), "nested deeper than 12");
        refused(&nest("count([", "1", "])", depth), "nested deeper than 12");
        refused(&nest("[x |\n", "1", "]", depth), "nested");
    }
    answers(&nest("[", "1", "]", 12));
    answers(&nest("{\"k\": ", "1", "}", 12));
    answers(&nest("(", "1", ")", 30));
    refused(&nest("(", "1", ")", 5000), "nested deeper than 64");
    refused(&nest("(", "1", ")", 60), "too deep");
    refused(&nest("f(", "1", ")", 5000), "nested deeper than 64");
    // Twelve levels are cheap only around little.
    refused(
        &nest("[a |\n{\"x\": ", &["1"].repeat(2000).join(",\n"), "}, 1]", 6),
        "too costly to parse",
    );
    refused(&nest("[", &["1"].repeat(9000).join(",\n"), "]", 12), "too costly to parse");
}

#[test]
fn the_worst_text_that_passes_is_parsed_in_time() {
    let nest = |open: &str, inner: &str, close: &str, depth: usize| {
        format!(
            "x := {}{inner}{}\n\ndeny contains \"x\" if x == 1",
            open.repeat(depth),
            close.repeat(depth)
        )
    };
    for (open, close, depth) in [
        ("[", "]", 12),
        ("{\"k\": ", "}", 12),
        ("[a |\n{\"x\": ", "}, 1]", 5),
        ("{[", "]: 1}", 6),
        ("{{1} | ", ", {2}}", 5),
    ] {
        // The largest filling that the gate lets through.
        let (mut small, mut large) = (1, 20_000);
        while small + 1 < large {
            let middle = usize::midpoint(small, large);
            let text = format!(
                "package p\n\n{}",
                nest(open, &["1"].repeat(middle).join(",\n"), close, depth)
            );
            let text = super::super::diagnostic::Text::new(&source("a.rego", &text));
            match super::super::gate::check(&text, &super::super::Limits::default()) {
                Ok(()) => small = middle,
                Err(_) => large = middle,
            }
        }
        let text = nest(open, &["1"].repeat(small).join(",\n"), close, depth);
        let outcome = attack(format!("package p\n\n{text}"));
        assert!(!outcome.is_empty());
    }
}

#[test]
fn long_chains_are_bounded() {
    let deny = "\n\ndeny contains \"x\" if x";
    let join = |part: &str, by: &str, times: usize| [part].repeat(times).join(by);
    refused(&format!("x := {}{deny}", join("1", " +\n", 10_000)), "chains too many");
    refused(&format!("x := {}{deny}", join("1", "\n+ ", 10_000)), "chains too many");
    refused(&format!("x := 1{}{deny}", join("-1", "", 1000)), "chains too many");
    refused(&format!("x := {}1{deny}", join("-", " ", 1000)), "chains too many");
    refused(&format!("x := {}1{deny}", "-\n".repeat(15_000)), "chains too many");
    refused(&format!("x := input{}{deny}", ".a".repeat(1000)), "chains too many");
    refused(&format!("x := input{}{deny}", "[0]".repeat(1000)), "chains too many");
    refused(&format!("x := {}{deny}", join("{1}", " |\n", 1000)), "chains too many");
    refused(&format!("deny contains \"x\" if {}", join("1", " ==\n", 1000)), "chains too many");
    refused(&format!("deny contains \"x\" if {}", join("1", " in\n", 1000)), "chains too many");
    refused(&format!("deny contains \"x\" if {{\n  {}true\n}}", "not ".repeat(500)), "");
    refused(
        &format!("x := 1 if input.a{}{deny}", "\nelse := 2 if input.b".repeat(1000)),
        "else branches",
    );
    refused(
        &format!("x := 1 if input.a{}{deny}", " else := 2 if input.b".repeat(100)),
        "else branches",
    );
    answers(&format!("x := {}{deny}", join("1", " +\n", 100)));
    answers(&format!("x := 1 if input.a{}\nelse := 3{deny}", "\nelse := 2 if input.b".repeat(60)));
    let mixed = (0..40).fold("1".to_owned(), |inner, _| format!("({inner}){}", " + 1".repeat(100)));
    refused(&format!("x := {mixed}{deny}"), "");
}

#[test]
fn deep_evaluation_is_bounded() {
    let loops = |count: usize| {
        format!("deny contains \"x\" if {{\n{}}}", "  some _ in [1]\n".repeat(count))
    };
    refused(&loops(5000), "too deeply");
    answers(&loops(100));
    let calls = |count: usize| {
        let rules =
            (1..count).map(|n| format!("f{n}(x) := f{}(x) + 1\n\n", n + 1)).collect::<String>();
        format!("{rules}f{count}(x) := x\n\ndeny contains \"x\" if f1(1) > 0")
    };
    refused(&calls(4000), "too deeply");
    answers(&calls(60));
    let every = |count: usize| {
        format!(
            "deny contains \"x\" if {{\n{}true{}\n}}",
            "every x in [1] {\n".repeat(count),
            "}".repeat(count)
        )
    };
    refused(&every(200), "nested deeper");
    answers(&every(8));
    let wrapped = (1..2000).map(|n| format!("  a{n} := [a{}]\n", n - 1)).collect::<String>();
    refused(
        &format!("deny contains \"x\" if {{\n  a0 := 1\n{wrapped}  a1999 == 1\n}}"),
        "nested deeper than 512",
    );
    let wildcards = format!("deny contains \"x\" if {{\n{}}}", "  input.xs[_]\n".repeat(1000));
    refused(&wildcards, "too deeply");
}

#[test]
fn texts_from_data_are_bounded() {
    let deep = format!("{}{}", "[".repeat(4000), "]".repeat(4000));
    let input = serde_json::json!({ "text": deep }).to_string();
    let program =
        super::compile("package p\n\ndeny contains \"x\" if json.unmarshal(input.text) == 1\n")
            .expect("it compiles");
    let mut evaluator = Evaluator::new(&program);
    // An error of a builtin is undefined, as in OPA, unless asked for.
    let answer = evaluator.evaluate(0, &value(&input)).expect("OPA has it undefined");
    assert!(answer.deny.is_empty());
    for number in ["1e400", "1e1000000000", "-1e99999", "1e-1000000000"] {
        for call in ["json.unmarshal(input.n)", "to_number(input.n)"] {
            let started = Instant::now();
            let program =
                super::compile(&format!("package p\n\ndeny contains \"x\" if {call} > 1\n"))
                    .expect("it compiles");
            let input = serde_json::json!({ "n": number }).to_string();
            _ = Evaluator::new(&program).evaluate(0, &value(&input));
            assert!(started.elapsed() < Duration::from_secs(1), "{call} of {number}");
        }
    }
}
