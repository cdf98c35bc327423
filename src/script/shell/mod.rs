//! bash and sh: what runs, in which order, with which arguments.
//! Follows variables that are set from literals, functions, branches and loops; runs nothing.

mod assignment;
mod branch;
mod builtin;
mod compound;
mod date;
mod evaluate;
mod expand;
mod parameter;
mod parser;
mod simple;
mod syntax;
mod words;

use std::rc::Rc;

use super::{
    text::Text,
    value::Value,
    walk::{Recorder, Variables},
};

/// Walks through a script; gives its variables at the end.
pub(super) fn walk(text: Text, variables: Variables, recorder: &mut Recorder) -> Variables {
    let items = parser::parse(&text, &mut recorder.budget, &mut recorder.diagnostics);
    let mut shell = evaluate::Shell::new(Rc::new(text), variables, recorder);
    shell.run(&items);
    shell.finish()
}

/// The arguments that a function or a script got.
#[derive(Clone, Debug)]
pub(super) enum Arguments {
    /// Any.
    Unknown,
    /// These; an entry may stand for several when it is unknown.
    Known(Vec<Value>),
}
