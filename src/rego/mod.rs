//! Hosts rules written in Rego and hides the engine that runs them from the rest of the program.
//!
//! Policies come from strangers, and the engine (`regorus`) guards neither its parser nor single builtin
//! calls. So a module passes three gates first: the text (`gate`), the syntax tree (`facts`, `graph`)
//! and the sizes of what it can build (`growth`). Only then is it compiled, for the bytecode machine when
//! every form in it is known to be answered correctly there (`classify`, `strict`), for the interpreter
//! otherwise; the engines get the text with a few statements added (`rewrite`).
//!
//! This module refuses to guess: a rule that trips a limit, fails or answers in an unknown shape is a
//! [`Failure`], never a pass. It reads no file, no clock and no environment.

mod answer;
mod builtins;
mod catalog;
mod chunk;
mod classify;
mod clock;
mod diagnostic;
mod evaluator;
mod facts;
mod failure;
mod gate;
mod graph;
mod growth;
mod guarded;
mod metadata;
mod own;
mod program;
mod reads;
mod rewrite;
mod runner;
mod scan;
mod strict;
#[cfg(test)]
mod tests;

use std::time::Duration;

pub use answer::{Answer, Finding, Kind, Level, Related, Unknown};
pub use diagnostic::Diagnostic;
pub use evaluator::Evaluator;
pub use failure::Failure;
pub use metadata::{Metadata, metadata};
pub use own::Own;
pub use program::Program;
pub use reads::{InputPath, Read, Reads};
pub use regorus::Value;
pub use runner::{Coverage, TestCase, TestOutcome, TestReport, run_tests};

/// The text of one Rego module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The path that diagnostics show.
    pub name: String,
    /// The text of the module.
    pub text: String,
}

/// One rule to host: everything that the package of its module answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The rule id, for the caller's use and for messages.
    pub id: String,
    /// The index of the module among the sources.
    pub module: usize,
}

/// What a policy may cost before and while it runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytecode instructions of one evaluated rule name (`deny`, `warn`, …).
    pub max_instructions: usize,
    /// Wall-clock time of one evaluated rule name.
    pub time: Duration,
    /// Bytes of one module.
    pub max_source_bytes: usize,
    /// Depth of `[` and `{` in a module: the engine's parser may double its work with each of them.
    pub max_depth: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_instructions: 1_000_000,
            time: Duration::from_millis(200),
            max_source_bytes: 256 * 1024,
            max_depth: 12,
        }
    }
}

/// How a program is compiled and run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Options {
    /// The limits of the policies.
    pub limits: Limits,
    /// Whether an error of a builtin fails the rule instead of making the expression undefined, as OPA does.
    pub strict_builtins: bool,
}

/// The engine that runs a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EngineKind {
    /// The bytecode machine: several times faster, for the forms that it answers correctly.
    Rvm,
    /// The tree interpreter: all of Rego that the engine knows.
    Interpreter,
}

/// Which engine runs a rule, and what keeps it from the faster one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The engine.
    pub kind: EngineKind,
    /// Why the bytecode machine does not run it; `None` when it does.
    pub reason: Option<String>,
}
