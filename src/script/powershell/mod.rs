//! PowerShell: what runs, in which order, with which arguments.
//! Follows variables, tables and lists that are set from literals, functions, blocks, branches and loops; runs nothing.

mod arguments;
mod assign;
mod branch;
mod call;
mod compound;
mod evaluate;
mod expression;
mod member;
mod operator;
mod parser;
mod primary;
mod syntax;
mod token;
mod value;
mod words;

use std::rc::Rc;

use super::{
    text::Text,
    walk::{Recorder, Variables},
};

/// Walks through a script; gives its variables at the end.
pub(super) fn walk(text: Text, variables: Variables, recorder: &mut Recorder) -> Variables {
    let statements = parser::parse(&text, &mut recorder.budget, &mut recorder.diagnostics);
    let mut walk = evaluate::Walk::new(Rc::new(text), variables, recorder);
    walk.run(&statements);
    walk.finish()
}
