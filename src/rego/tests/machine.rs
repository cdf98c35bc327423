//! Which engine runs what, and the errors of the bytecode machine that decide it.
//!
//! Each `pinned` case shows the two engines apart. When one fails after an upgrade of the engine, the machine
//! has learned the form: lift it in `classify.rs`.

use regorus::languages::rego::compiler::Compiler;
use regorus::rvm::vm::RegoVM;
use regorus::{Engine, Value};

use super::super::{EngineKind, Entry, Evaluator, Failure, Limits, Options, Program};
use super::{choice, compile, compile_all, source, value};

/// What the two engines give for `data.p.x`, errors as text.
fn both(text: &str, input: &str) -> (Result<Value, String>, Result<Value, String>) {
    let mut engine = Engine::new();
    engine.set_strict_builtin_errors(false);
    engine.set_gather_prints(true);
    engine.add_policy("p.rego".to_owned(), format!("package p\n\n{text}\n")).expect("it parses");
    engine.set_input(value(input));
    let compiled = engine.compile_with_entrypoint(&"data.p.x".into()).expect("it compiles");
    let interpreted = engine.eval_rule("data.p.x".to_owned()).map_err(|error| error.to_string());
    let machine =
        Compiler::compile_from_policy(&compiled, &["data.p.x"]).map_err(|error| error.to_string());
    let run = machine.and_then(|program| {
        let mut machine = RegoVM::new();
        machine.load_program(program);
        machine.set_data(Value::new_object()).map_err(|error| error.to_string())?;
        machine.set_input(value(input));
        machine.execute_entry_point_by_index(0).map_err(|error| error.to_string())
    });
    (interpreted, run)
}

/// The machine gives another value than the interpreter, and says nothing; our choice avoids it.
fn pinned(text: &str, reason: &str) {
    let (interpreted, machine) = both(text, r#"{"k": "a", "xs": [1, 2]}"#);
    assert!(machine.is_ok(), "now an error, which is safe: {machine:?}\n{text}");
    assert_ne!(interpreted.ok(), machine.ok(), "the engines agree on this form now:\n{text}");
    goes_to_interpreter(text, reason);
}

/// The machine refuses the form when it compiles, which is safe.
fn refused(text: &str, reason: &str) {
    let (interpreted, machine) = both(text, r#"{"k": "a", "xs": [1, 2]}"#);
    assert!(interpreted.is_ok(), "{interpreted:?}\n{text}");
    assert!(machine.is_err(), "the machine has learned this form:\n{text}");
    goes_to_interpreter(text, reason);
}

fn goes_to_interpreter(text: &str, reason: &str) {
    let choice = choice(&format!("package p\n\n{text}\n\ndeny contains \"x\" if x\n"));
    assert_eq!(choice.kind, EngineKind::Interpreter, "{text}");
    let given = choice.reason.unwrap_or_default();
    assert!(given.starts_with(reason), "{given}\n{text}");
}

#[test]
fn silent_errors_of_the_machine_are_known() {
    pinned("default f(_) := 7\n\nf(1) := 1\n\nx := f(2)", "a default function");
    pinned("p[k] contains 1 if some k in [\"a\", \"b\"]\n\nx := p", "a head of several parts");
    pinned("q.b.c := 1\n\nx := q.b", "a head of several parts");
    pinned("p.a := 1\n\np.b := 2\n\nx := {k | some k, _ in p}", "a head of several parts");
    pinned("x := 1 if input.k == \"a\"\n\nx := 2 if input.xs", "a value that may conflict");
    pinned("f(y) := 1 if y\n\nf(y) := 2 if y == 1\n\nx := f(1)", "a value that may conflict");
    pinned("x := y if some y in input.xs", "a value that may conflict");
    let inner = "x contains [i, c] if {\n  some i in input.xs\n  c := count([1 | input.none])\n}";
    pinned(inner, "a comprehension that may fail before it loops");
    pinned("x contains [a, b] if {\n  s := {0, 1}\n  [a, b] := s\n}", "a pattern");
    pinned("x if {\n  every v in [5, 6] { input.xs[v] }\n}", "an index by a variable of `every`");
    pinned("x if \"k\", 1 in {\"l\": 1}", "`key, value in` a collection");
    pinned(
        "x contains z if {\n  some y in [1, \"a\", 2]\n  z := y + 1\n}",
        "arithmetic on values of unknown type",
    );
    pinned("x[k] := v if {\n  some k in [\"a\"]\n  some v in input.xs\n}", "a partial object");
    let params = "a, b, c, d, e, f, g, h, i";
    pinned(
        &format!("f({params}) := [a, i]\n\nx := f(1, 2, 3, 4, 5, 6, 7, 8, 9)"),
        "a function of more than 8 arguments",
    );
}

#[test]
fn forms_that_the_machine_refuses_are_known() {
    refused("y := input.k\n\nx := z if z := y with input.k as \"b\"", "`with`");
    refused("x := y if {\n  print(\"here\")\n  y := 1\n}", "`print`");
    refused("y contains 1\n\nx := y[_]", "a value that may conflict");
    refused("x := [v | walk(input, [_, v]); v == 1]", "`walk`");
}

#[test]
fn the_checked_forms_run_on_the_machine() {
    let texts = [
        "deny contains \"x\" if input.k == \"a\"",
        "deny contains msg if {\n  some x in input.xs\n  msg := sprintf(\"%d of %s\", [x, input.k])\n}",
        "deny contains {\"message\": \"m\", \"path\": \"/a\", \"observed\": input.xs} if count(input.xs) > 1",
        "deny contains \"x\" if not good\n\ngood if input.k == \"b\"\n\ngood if input.k == \"c\"",
        "f(x) := y if y := to_number(x) + 1\n\ndeny contains sprintf(\"%d\", [f(1)])",
        "size := \"big\" if {\n  count(input.xs) > 9\n} else := \"small\" if {\n  count(input.xs) > 1\n} else := \"tiny\"\n\ndeny contains size",
        "default limit := 5\n\nlimit := data.backuplint.config.min_days\n\ndeny contains \"x\" if 7 < limit",
        "deny contains \"x\" if every x in input.xs { x > 0 }",
        "deny contains concat(\",\", [sprintf(\"%d\", [x]) | some x in input.xs])",
        "names := {x | some x in input.xs}\n\ndeny contains \"x\" if 1 in names",
        "m := {x: y | some x, y in input.xs}\n\ndeny contains \"x\" if m[0] == 1",
        "not_applicable if input.k == \"z\"\n\nunknown contains {\"path\": \"a\", \"reason\": \"b\"} if not input.z\n\ndeny contains \"x\"",
        "warn contains \"w\" if input.k\n\nviolation contains {\"msg\": \"v\"} if input.k\n\ndeny contains \"d\"",
    ];
    for text in texts {
        let program = compile(&format!("package p\n\n{text}\n"))
            .unwrap_or_else(|error| panic!("{error:?}\n{text}"));
        assert_eq!(
            program.engine_of(0).kind,
            EngineKind::Rvm,
            "{:?}\n{text}",
            program.engine_of(0)
        );
        let mut evaluator = Evaluator::new(&program);
        for input in [
            r#"{"k": "a", "xs": [1, 2]}"#,
            r#"{"k": "b", "xs": []}"#,
            r#"{"k": "z"}"#,
            "{}",
            "[]",
            "null",
        ] {
            evaluator.set_input(value(input));
            let machine = evaluator.eval_with(0, EngineKind::Rvm);
            let interpreted = evaluator.eval_with(0, EngineKind::Interpreter);
            assert_eq!(machine, interpreted, "{input}\n{text}");
        }
    }
}

#[test]
fn unsafe_helpers_in_other_modules_count() {
    let rule = "package p\n\nimport data.lib.h\n\ndeny contains \"x\" if h.f(input.k) == 1\n";
    let safe =
        compile_all(&[rule, "package lib.h\n\nf(x) := 1 if x == \"a\"\n"]).expect("it compiles");
    assert_eq!(safe.engine_of(0).kind, EngineKind::Rvm);
    let unsafe_one =
        compile_all(&[rule, "package lib.h\n\ndefault f(_) := 0\n\nf(x) := 1 if x == \"a\"\n"])
            .expect("it compiles");
    let choice = unsafe_one.engine_of(0);
    assert_eq!(choice.reason.as_deref(), Some("a default function in `data.lib.h.f`"));
    let answer =
        Evaluator::new(&unsafe_one).evaluate(0, &value(r#"{"k": "a"}"#)).expect("it evaluates");
    assert_eq!(answer.deny.len(), 1);
}

#[test]
fn conflicts_are_failures() {
    let text = "package p\n\nx := 1 if input.k\n\nx := 2 if input.k\n\ndeny contains \"x\" if x\n";
    let failure = super::evaluate(text, r#"{"k": true}"#).expect_err("two values");
    assert!(
        matches!(&failure, Failure::Runtime { file, line, .. } if file == "a.rego" && *line == 5),
        "{failure:?}"
    );
    assert!(failure.to_string().contains("conflicts with rule"), "{failure}");
}

#[test]
fn strictness_is_a_choice() {
    let text = "package p\n\ndeny contains \"x\" if to_number(input.k) > 1\n";
    let entry = || vec![Entry { id: "r".to_owned(), module: 0 }];
    for kind in [EngineKind::Rvm, EngineKind::Interpreter] {
        let lenient =
            Program::compile(&[source("a.rego", text)], entry(), value("{}"), Options::default())
                .expect("it compiles");
        let mut evaluator = Evaluator::new(&lenient);
        evaluator.set_input(value(r#"{"k": "many"}"#));
        assert_eq!(evaluator.eval_with(0, kind).map(|answer| answer.deny.len()), Ok(0));
        let options = Options { strict_builtins: true, ..Options::default() };
        let strict = Program::compile(&[source("a.rego", text)], entry(), value("{}"), options)
            .expect("it compiles");
        let mut evaluator = Evaluator::new(&strict);
        evaluator.set_input(value(r#"{"k": "many"}"#));
        let failure =
            evaluator.eval_with(0, kind).expect_err(&format!("not a number, by {kind:?}"));
        assert!(
            matches!(&failure, Failure::Runtime { line: 3, file, .. } if file == "a.rego"),
            "{failure:?}"
        );
    }
}

#[test]
fn many_entries_are_split_into_programs() {
    let rule = |n: usize| {
        let odd = if n.is_multiple_of(7) { " with input.z as 1" } else { "" };
        format!(
            "package p{n}\n\ndeny contains \"d{n}\" if input.k == \"a\"{odd}\n\nwarn contains \"w{n}\" if input.xs\n"
        )
    };
    let sources = (0..300).map(|n| source(&format!("r{n}.rego"), &rule(n))).collect::<Vec<_>>();
    let entries = (0..300).map(|n| Entry { id: format!("r{n}"), module: n }).collect();
    let program =
        Program::compile(&sources, entries, value("{}"), Options::default()).expect("it compiles");
    assert_eq!(program.len(), 300);
    let mut evaluator = Evaluator::new(&program);
    evaluator.set_input(value(r#"{"k": "a", "xs": []}"#));
    for entry in 0..300 {
        assert_eq!(program.id(entry), format!("r{entry}"));
        let expected =
            if entry.is_multiple_of(7) { EngineKind::Interpreter } else { EngineKind::Rvm };
        assert_eq!(program.engine_of(entry).kind, expected, "{:?}", program.engine_of(entry));
        let answer = evaluator.eval(entry).expect("it evaluates");
        let messages =
            answer.deny.iter().map(|finding| finding.message.clone()).collect::<Vec<_>>();
        assert_eq!(messages, [format!("d{entry}"), format!("w{entry}")]);
    }
}

#[test]
fn an_entry_after_a_failure_is_evaluated_as_before() {
    let slow = "package p\n\ndeny contains \"x\" if {\n  some a in input.xs\n  some b in input.xs\n  some c in input.xs\n  [a, b, c] == []\n}\n";
    let sources = [
        source("a.rego", slow),
        source("b.rego", "package q\n\ndeny contains \"q\" if input.xs\n"),
    ];
    let entries = (0..2).map(|module| Entry { id: module.to_string(), module }).collect();
    let limits = Limits { max_instructions: 50_000, ..Limits::default() };
    let program =
        Program::compile(&sources, entries, value("{}"), Options { limits, ..Options::default() })
            .expect("it compiles");
    let mut evaluator = Evaluator::new(&program);
    let many = serde_json::json!({ "xs": (0..200).collect::<Vec<_>>() }).to_string();
    for kind in [EngineKind::Rvm, EngineKind::Interpreter] {
        for _ in 0..2 {
            evaluator.set_input(value(&many));
            assert!(matches!(
                evaluator.eval_with(0, kind),
                Err(Failure::Limit { .. } | Failure::Time { .. })
            ));
            assert_eq!(evaluator.eval_with(1, kind).map(|answer| answer.deny.len()), Ok(1));
            evaluator.set_input(value(r#"{"xs": [1]}"#));
            assert_eq!(evaluator.eval_with(0, kind).map(|answer| answer.deny.len()), Ok(0));
        }
    }
}

#[test]
fn answers_are_the_same_every_time_and_on_every_thread() {
    let text = "package p\n\ndeny contains {\"message\": m, \"observed\": {z: y | some y, z in input.xs}} if {\n  some x in input.xs\n  m := sprintf(\"%s is bad\", [x])\n}\n\nwarn contains {\"msg\": concat(\"\", sort(input.xs)), \"details\": {}} if input.xs\n";
    let program = compile(text).expect("it compiles");
    let input = value(
        &serde_json::json!({ "xs": (0..50).rev().map(|n| format!("n{n}")).collect::<Vec<_>>() })
            .to_string(),
    );
    let first = Evaluator::new(&program).evaluate(0, &input).expect("it evaluates");
    assert_eq!(first.deny.len(), 51);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let mut evaluator = Evaluator::new(&program);
                for _ in 0..20 {
                    assert_eq!(evaluator.evaluate(0, &input).as_ref(), Ok(&first));
                }
            });
        }
    });
}

#[test]
fn what_is_added_for_the_engines_moves_no_place() {
    let lib = "package lib.deep\n\nlimit := 3\n\nbig(x) if x > limit\n";
    let rule = "package p\n\nimport data.lib.deep\nimport data.lib.deep as other\n\ndeny contains \"x\" if {\n\tdeep.limit == 3; other.limit == 3; \"\u{e9}\" != \"e\"; input.n + deep.limit > 3\n}\n\nwarn contains \"y\" if y := input.n\n";
    let program = compile_all(&[rule, lib]).expect("it compiles");
    assert_eq!(program.engine_of(0).kind, EngineKind::Interpreter);
    let mut evaluator = Evaluator::new(&program);
    assert_eq!(evaluator.evaluate(0, &value(r#"{"n": 1}"#)).map(|answer| answer.deny.len()), Ok(2));
    assert_eq!(evaluator.evaluate(0, &value("{}")).map(|answer| answer.deny.len()), Ok(0));
    let failure = evaluator.evaluate(0, &value(r#"{"n": "many"}"#)).expect_err("no number");
    // The engine names the last dot of the reference.
    let Failure::Runtime { file, line, column, .. } = &failure else { panic!("{failure:?}") };
    assert_eq!((file.as_str(), *line, *column), ("a.rego", 7, 54), "{failure}");
    let unsafe_name = "package p\n\nimport data.lib.deep\n\ndeny contains \"x\" if {\n\tdeep.limit == 3; nowhere\n}\n";
    let diagnostics = compile_all(&[unsafe_name, lib]).map(|_| ()).expect_err("an unknown name");
    assert!(diagnostics[0].one_line().starts_with("a.rego:6:19:"), "{diagnostics:?}");
}

/// Where the machine runs every entry, the interpreter is not prepared; it can still be asked, and a module
/// that no entry reaches is still looked at.
#[test]
fn what_no_entry_reaches_is_analysed() {
    let entry = "package p\n\ndeny contains \"x\" if input.a == data.q.limit\n";
    let library = "package q\n\nlimit := 1\n";
    let idle = compile_all(&[entry, library]).expect("it compiles");
    assert_eq!(idle.engine_of(0).kind, EngineKind::Rvm);
    let mut evaluator = Evaluator::new(&idle);
    evaluator.set_input(value("{\"a\": 1}"));
    for kind in [EngineKind::Rvm, EngineKind::Interpreter] {
        let answer = evaluator.eval_with(0, kind).expect("it evaluates");
        assert_eq!(answer.deny.len(), 1, "{kind:?}");
    }
    let unreached = "package r\n\nx if undefined_name\n";
    let Err(diagnostics) = compile_all(&[entry, library, unreached]) else {
        panic!("a module with an undefined name was accepted")
    };
    assert!(diagnostics[0].one_line().starts_with("c.rego:3:"), "{}", diagnostics[0].one_line());
}
