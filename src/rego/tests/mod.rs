//! Tests of the Rego host.

#![allow(clippy::format_collect, reason = "policies are put together from pieces")]

mod contract;
mod differential;
mod gate;
mod hostile;
mod machine;
mod metadata;
mod runner;

use super::{
    Answer, Choice, Diagnostic, Entry, Evaluator, Failure, Options, Program, Source, Value,
};

fn source(name: &str, text: &str) -> Source {
    Source { name: name.to_owned(), text: text.to_owned() }
}

fn compile(text: &str) -> Result<Program, Vec<Diagnostic>> {
    compile_all(&[text])
}

/// Compiles modules named `a.rego`, `b.rego`, …; the first is the entry.
fn compile_all(texts: &[&str]) -> Result<Program, Vec<Diagnostic>> {
    let names = 'a'..='z';
    let sources = texts
        .iter()
        .zip(names)
        .map(|(text, name)| source(&format!("{name}.rego"), text))
        .collect::<Vec<_>>();
    let data = value(r#"{"backuplint": {"config": {"min_days": 14}, "clock": {"now_ns": 1}}}"#);
    let entry = Entry { id: "example".to_owned(), module: 0 };
    Program::compile(&sources, vec![entry], data, Options::default())
}

fn value(json: &str) -> Value {
    Value::from_json_str(json).expect("the test's JSON is valid")
}

fn evaluate(text: &str, input: &str) -> Result<Answer, Failure> {
    let program = compile(text).expect("the test's policy compiles");
    Evaluator::new(&program).evaluate(0, &value(input))
}

fn choice(text: &str) -> Choice {
    compile(text).expect("the test's policy compiles").engine_of(0).clone()
}

/// The first defect of a policy on one line.
fn defect(text: &str) -> String {
    match compile(text) {
        Ok(_) => panic!("the policy was accepted:\n{text}"),
        Err(diagnostics) => diagnostics[0].one_line(),
    }
}
