//! Every form with every kind of expression over values of every type: both engines must agree.

use super::super::{EngineKind, Entry, Evaluator, Options, Program};
use super::{source, value};

const INPUT: &str = r#"{
  "xs": [1, "a", 2.5, null, true, false, [1, 2], {"a": 1}, "10", 0, -3, [], {}, "zz", 7, {"a": {"b": {"c": 1}}}],
  "n": 2, "s": "str", "o": {"k": {"d": 3}, "l": {}}, "arr": [3, 1, 2], "empty": [], "null": null
}"#;

const HELPERS: &str = r#"
f(a) := b if b := to_number(a) + 1

g(a) if a > 1

h("a") := 3

r := {"a": 1, "zz": 2}

s contains "a"

c := 4

d := input.missing

always(_) := true
"#;

/// Expressions over `v`, one of the values, and `i`, its index.
const EXPRESSIONS: &[&str] = &[
    "v",
    "v < 3",
    "v == \"a\"",
    "v != 1",
    "v >= \"a\"",
    "v == v",
    "v[0]",
    "v.a",
    "v[_]",
    "v[i]",
    "v.a.b.c",
    "v[\"a\"]",
    "input.arr[v]",
    "input[v]",
    "input.o[v]",
    "input.missing",
    "input.missing[v]",
    "input.s[v]",
    "input.null",
    "d",
    "c",
    "data.backuplint.config.min_days",
    "data.backuplint.none",
    "count(v)",
    "upper(v)",
    "lower(v)",
    "to_number(v)",
    "to_number(v) + 1",
    "count(v) * 2",
    "1 / to_number(v)",
    "count(v) % 2",
    "7 - count(v)",
    "{1, 2} - {v}",
    "{v} | {1}",
    "{v} & {1}",
    "s | {v}",
    "s - {v}",
    "sprintf(\"%d\", [v])",
    "sprintf(\"%s\", [v])",
    "sprintf(\"%v-%v\", [v, v.a])",
    "concat(\",\", v)",
    "split(v, \",\")",
    "json.unmarshal(v)",
    "json.marshal(v)",
    "v in [1, 2]",
    "1 in v",
    "\"k\", v in input.o",
    "[y | y := v[_]]",
    "[y | some y in input.arr; y > 1]",
    "{k: y | some k, y in input.o}",
    "sum(v)",
    "max(v)",
    "sort(v)",
    "object.get(v, \"a\", 5)",
    "object.get(input.o, \"k\", {}).d",
    "array.concat(v, [1])",
    "startswith(v, \"a\")",
    "regex.match(v, \"a\")",
    "regex.match(\"a\", v)",
    "is_string(v)",
    "type_name(v)",
    "format_int(v, 10)",
    "round(v)",
    "abs(v)",
    "substring(v, 0, 1)",
    "indexof(v, \"a\")",
    "union({v})",
    "object.keys(v)",
    "numbers.range(0, 3)[v]",
    "time.parse_rfc3339_ns(v)",
    "contains(v, \"a\")",
    "trim(v, \"a\")",
    "replace(v, \"a\", \"b\")",
    "f(v)",
    "g(v)",
    "h(v)",
    "r[v]",
    "s[v]",
    "{v: 1}[v]",
    "[v][0]",
    "[v, v.a]",
    "{\"k\": v.a}",
    "{v.a}",
    "[v, 1] == [1, 1]",
    "semver.is_valid(v)",
    "glob.match(\"a*\", [], v)",
    "bits.and(v, 1)",
    "object.union(v, {\"b\": 2})",
    "json.filter(v, [\"a\"])",
    "array.slice(v, 0, 1)",
    "strings.reverse(v)",
    "min(v)",
    "product(v)",
    "object.subset(v, {\"a\": 1})",
    "time.weekday(v)",
    "floor(v)",
    "\"text\"",
    "false",
    "null",
    "(v.a)",
];

/// What a rule may do with an expression.
const FORMS: &[&str] = &[
    "x contains [i, y] if {\n  some i, v in input.xs\n  y := EXPR\n}",
    "x contains i if {\n  some i, v in input.xs\n  EXPR\n}",
    "x contains i if {\n  some i, v in input.xs\n  not EXPR\n}",
    "x := [[i, y] | some i, v in input.xs; y := EXPR]",
    "q(v, i) := EXPR\n\nx contains [i, y] if {\n  some i, v in input.xs\n  y := q(v, i)\n}",
    "x contains [i, EXPR] if some i, v in input.xs",
    "x contains {\"k\": i, \"v\": y} if {\n  some i, v in input.xs\n  y := EXPR\n}",
    "x := [i | some i, v in input.xs; y := EXPR]",
    "x := [i | some i, v in input.xs; _ := EXPR]",
    "x := {i | some i, v in input.xs; y := EXPR}",
    "x := {i: 1 | some i, v in input.xs; y := EXPR}",
    "x := {i: y | some i, v in input.xs; y := EXPR}",
    "x contains i if {\n  some i, v in input.xs\n  y := EXPR\n}",
    "x := [EXPR | some i, v in input.xs]",
    "x := [{\"e\": EXPR, \"i\": i} | some i, v in input.xs]",
    "x := [[EXPR, \"b\"] | some i, v in input.xs]",
    "x := {EXPR | some i, v in input.xs}",
    "x := {i: EXPR | some i, v in input.xs}",
    "x := count([1 | some i, v in input.xs; EXPR])",
    "x contains i if {\n  some i, v in input.xs\n  [1 | EXPR] == [1]\n}",
    "x := [[j | some j, w in [v]; i := j; y := EXPR] | some v in input.xs]",
    "q(v, i) := z if {\n  z := EXPR\n}\n\nx := [[i, q(v, i)] | some i, v in input.xs]",
    "q(v, i) if EXPR\n\nx contains i if {\n  some i, v in input.xs\n  not q(v, i)\n}",
    "q(v, i) if y := EXPR\n\nx contains i if {\n  some i, v in input.xs\n  q(v, i)\n}",
    "q(v, i) := 1 if {\n  y := EXPR\n} else := 2\n\nx := [[i, y] | some i, v in input.xs; y := q(v, i)]",
    "q(v, i) := y if {\n  y := EXPR\n} else := 2\n\nx := [[i, y] | some i, v in input.xs; y := q(v, i)]",
    "q(v, i) := EXPR if {\n  i >= 0\n} else := 2\n\nx := [[i, y] | some i, v in input.xs; y := q(v, i)]",
    "q(v, i) := 1 if {\n  false\n} else := y if {\n  y := EXPR\n} else := 3\n\nx := [[i, y] | some i, v in input.xs; y := q(v, i)]",
    "x contains i if {\n  some i, v in input.xs\n  {\"a\": EXPR}.a\n}",
    "x contains [i, z] if {\n  some i, v in input.xs\n  some z in [EXPR]\n}",
    "x contains i if {\n  some i, v in input.xs\n  every z in [EXPR] { z }\n}",
    "x contains i if {\n  some i, v in input.xs\n  every w in [v] { y := EXPR; w == v }\n}",
    "x contains i if {\n  some i, v in input.xs\n  z = EXPR\n}",
    "x contains [i, a] if {\n  some i, v in input.xs\n  [a, b] := [EXPR, 1]\n}",
    "x contains i if {\n  some i, v in input.xs\n  [a, b] := EXPR\n}",
    "x contains i if {\n  some i, v in input.xs\n  EXPR == EXPR\n}",
    "x contains i if {\n  some i, v in input.xs\n  count([EXPR]) == 1\n}",
    "x contains [i, c] if {\n  some i, v in input.xs\n  c := count([y | y := EXPR])\n}",
    "x contains [i, c] if {\n  some i, v in input.xs\n  c := [1 | y := EXPR]\n}",
    "w := input.xs\n\nx contains i if {\n  some i\n  v := w[i]\n  y := EXPR\n  y != 7\n}",
    "x contains m if {\n  some i, v in input.xs\n  m := sprintf(\"%v %v\", [i, EXPR])\n}",
    "x contains i if {\n  some i, v in input.xs\n  EXPR != 1\n}",
    "x contains i if {\n  some i, v in input.xs\n  not EXPR == 1\n}",
    "x contains i if {\n  some i, v in input.xs\n  y := EXPR\n  not y\n}",
    "x contains i if {\n  some i, v in input.xs\n  y := EXPR\n  z := [y]\n  w := {\"z\": z}\n}",
    "x contains i if {\n  some i, v in input.xs\n  EXPR in [1, 2]\n}",
    "x := {k: w | some k, v in input.o; i := k; w := [EXPR | v]}",
    "x := y if {\n  v := input.o.k\n  i := \"d\"\n  y := EXPR\n}",
    "default x := 5\n\nx := y if {\n  v := input.s\n  i := 0\n  y := EXPR\n}",
    "default x := 5\n\nx := 6 if {\n  v := input.o\n  i := 0\n  y := EXPR\n}",
    "x if {\n  some i, v in input.xs\n  EXPR\n}",
    "x if {\n  every i, v in input.xs { EXPR }\n}",
    "x contains i if {\n  some i, v in input.xs\n  not negated(v, i)\n}\n\nnegated(v, i) if not EXPR",
    "x := [[i, z] | some i, v in input.xs; z := [w | some w in input.arr; w > 1; EXPR]]",
    "x := [[i, z] | some i, v in input.xs; z := {w | some w in [v, 2]; y := EXPR; w == y}]",
    "x := [[i, z] | some i, v in input.xs; z := count([w | input.arr[w] == EXPR])]",
    "x := [[i, z] | some i, v in input.xs; z := [y | some y in EXPR]]",
    "x contains [k, i] if {\n  some i, v in input.xs\n  input.o[k].d == 3\n  EXPR\n}",
    "x contains w if {\n  some i, v in input.xs\n  t := EXPR\n  s[w]\n  t\n}",
    "t contains y if {\n  some i, v in input.xs\n  y := EXPR\n}\n\nx contains w if some w in t",
    "t contains y if {\n  some i, v in input.xs\n  y := EXPR\n}\n\nx := count(t)",
    "x contains i if {\n  some i, v in input.xs\n  every k, w in input.o { k != EXPR }\n}",
    "x contains i if {\n  some i, v in input.xs\n  not EXPR in [1, \"a\"]\n}",
    "x contains m if {\n  some i, v in input.xs\n  y := EXPR\n  m := {\"path\": sprintf(\"/xs/%d\", [i]), \"observed\": y, \"expected\": [w | some w in input.arr; w != y]}\n}",
    "q(v, i) := \"big\" if {\n  EXPR > 5\n} else := \"small\" if {\n  EXPR > 1\n} else := EXPR if {\n  EXPR\n} else := \"none\"\n\nx := [[i, y] | some i, v in input.xs; y := q(v, i)]",
    "default t := 1\n\nt := y if {\n  v := input.o\n  i := \"k\"\n  y := EXPR\n}\n\nx := [t]",
    "x contains 1 if {\n  some i, v in input.xs\n  EXPR\n}\n\nx contains 2 if {\n  some i, v in input.empty\n  EXPR\n}",
];

#[test]
fn the_engines_agree_on_all_that_the_machine_runs() {
    let mut sources = Vec::new();
    for (form, text) in FORMS.iter().enumerate() {
        for (expression, with) in EXPRESSIONS.iter().enumerate() {
            let rule = text.replace("EXPR", with);
            let module = format!(
                "package p{form}_{expression}\n{HELPERS}\n{rule}\n\ndeny contains {{\"message\": \"x\", \"observed\": y}} if y := x\n"
            );
            sources.push(source(&format!("{form}: {with}"), &module));
        }
    }
    // Each alone first: some pairs are no Rego.
    let options = Options::default();
    let data = || value(r#"{"backuplint": {"config": {"min_days": 14}}}"#);
    let loads = |source: &super::super::Source| {
        Program::compile(
            std::slice::from_ref(source),
            vec![Entry { id: String::new(), module: 0 }],
            data(),
            options,
        )
        .is_ok()
    };
    let total = sources.len();
    sources.retain(loads);
    assert!(sources.len() * 10 > total * 9, "only {} of {total} load", sources.len());
    let entries = (0..sources.len())
        .map(|module| Entry { id: sources[module].name.clone(), module })
        .collect();
    let program = Program::compile(&sources, entries, data(), options).expect("each loads alone");
    let mut evaluator = Evaluator::new(&program);
    evaluator.set_input(value(INPUT));
    let (mut machine, mut differences) = (0, Vec::new());
    for entry in
        (0..program.len()).filter(|entry| program.engine_of(*entry).kind == EngineKind::Rvm)
    {
        machine += 1;
        let fast = evaluator.eval_with(entry, EngineKind::Rvm);
        let slow = evaluator.eval_with(entry, EngineKind::Interpreter);
        match (&fast, &slow) {
            (Ok(fast), Ok(slow)) if fast == slow => {}
            // The interpreter takes some type errors for failures where OPA and the machine have undefined.
            (_, Err(_)) => {}
            _ => differences.push(format!(
                "{}\n  machine     {fast:?}\n  interpreter {slow:?}",
                program.id(entry)
            )),
        }
    }
    let reasons = (0..program.len()).filter_map(|entry| program.engine_of(entry).reason.clone());
    let mut counts = std::collections::BTreeMap::new();
    reasons.for_each(|reason| {
        *counts.entry(reason.split(" in `").next().unwrap_or_default().to_owned()).or_insert(0) +=
            1;
    });
    assert!(
        differences.is_empty(),
        "{} differences:\n{}",
        differences.len(),
        differences[..differences.len().min(40)].join("\n")
    );
    assert!(
        machine * 2 > program.len(),
        "{machine} of {} on the machine: {counts:#?}",
        program.len()
    );
}
