//! Why a rule gave no answer.

use std::time::Duration;

use regorus::LimitError;
use regorus::rvm::Program;
use regorus::rvm::vm::VmError;

use super::diagnostic::place;
use super::rewrite::Rewritten;

/// A rule that could not be evaluated. It is never a pass.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The rule took more than it may.
    #[error("{place}: the rule {rule} was stopped: {limit}")]
    Limit {
        /// Where the rule stands, `file:line:column`.
        place: String,
        /// The path of the rule, such as `data.example.deny`.
        rule: String,
        /// Which limit it met.
        limit: String,
    },
    /// The rule took longer than it may.
    #[error("{place}: the rule {rule} was stopped: it took more than {milliseconds} ms")]
    Time {
        /// Where the rule stands, `file:line:column`.
        place: String,
        /// The path of the rule.
        rule: String,
        /// The limit.
        milliseconds: u128,
    },
    /// The rule failed while it ran.
    #[error("{file}:{line}:{column}: {message}")]
    Runtime {
        /// The name of the source.
        file: String,
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
        /// What went wrong.
        message: String,
    },
    /// The rule answered in a shape that is not part of the contract.
    #[error("{place}: the rule {rule} answered in an unknown shape: {message}")]
    BadResult {
        /// Where the rule stands, `file:line:column`.
        place: String,
        /// The path of the rule.
        rule: String,
        /// What is wrong with the answer.
        message: String,
    },
}

/// The place to blame when the engine names none.
#[derive(Clone)]
pub(super) struct Fallback {
    pub rule: String,
    /// The path of the rule below `data`.
    pub path: Vec<String>,
    pub file: String,
    pub line: usize,
    pub column: usize,
}

impl Fallback {
    pub fn runtime(&self, message: impl Into<String>) -> Failure {
        Failure::Runtime {
            file: self.file.clone(),
            line: self.line,
            column: self.column,
            message: message.into(),
        }
    }

    fn place(&self) -> String {
        format!("{}:{}:{}", self.file, self.line, self.column)
    }

    pub fn bad_result(&self, message: String) -> Failure {
        Failure::BadResult { place: self.place(), rule: self.rule.clone(), message }
    }

    fn limit(&self, limit: String) -> Failure {
        Failure::Limit { place: self.place(), rule: self.rule.clone(), limit }
    }

    fn time(&self, limit: Duration) -> Failure {
        let (place, rule) = (self.place(), self.rule.clone());
        Failure::Time { place, rule, milliseconds: limit.as_millis() }
    }

    /// The failure behind an error of the interpreter.
    pub fn interpreter<E: AsRef<dyn std::error::Error + Send + Sync> + std::fmt::Display>(
        &self,
        error: &E,
        limit: Duration,
        modules: &[Rewritten],
    ) -> Failure {
        let cause: &(dyn std::error::Error + 'static) = error.as_ref();
        match cause.downcast_ref::<LimitError>() {
            Some(LimitError::TimeLimitExceeded { limit, .. }) => return self.time(*limit),
            Some(LimitError::RegexSizeLimitExceeded { .. }) => return self.limit(REGEX.to_owned()),
            Some(LimitError::MemoryLimitExceeded { .. }) => {
                return self.limit("it used too much memory".to_owned());
            }
            None => {}
        }
        let text = error.to_string();
        // Inside of a comprehension the interpreter wraps the error into words.
        if text.contains(TIME_LIMIT) {
            return self.time(limit);
        }
        match place(&text) {
            Some((file, line, column, message)) => written(modules, file, line, column, message),

            None => self.runtime(text.trim()),
        }
    }

    /// The failure behind an error of the bytecode machine.
    pub fn machine(
        &self,
        error: &VmError,
        program: &Program,
        pc: usize,
        modules: &[Rewritten],
    ) -> Failure {
        match error {
            VmError::InstructionLimitExceeded { limit, .. } => {
                self.limit(format!("it took more than {limit} instructions"))
            }
            VmError::TimeLimitExceeded { limit, .. } => self.time(*limit),
            VmError::RegexSizeLimitExceeded { .. } => self.limit(REGEX.to_owned()),
            VmError::MemoryLimitExceeded { .. } | VmError::MemoryBudgetExceeded { .. } => {
                self.limit("it used too much memory".to_owned())
            }
            error => {
                let text = error.to_string();
                let text = text.split(" (pc=").next().unwrap_or(&text);
                // The machine gives builtins a span of its own making.
                let message = place(text).map_or_else(|| text.to_owned(), |(.., message)| message);
                let span = program.get_instruction_span(pc);
                let file = span.and_then(|span| program.get_source_name(span.source_index));
                match (span, file) {
                    (Some(span), Some(file)) => {
                        written(modules, file, span.line, span.column, message)
                    }
                    _ => self.runtime(message),
                }
            }
        }
    }
}

/// A failure at a place that the engine names, put where the author wrote.
fn written(
    modules: &[Rewritten],
    file: &str,
    line: usize,
    column: usize,
    message: String,
) -> Failure {
    let module = modules.iter().find(|module| module.text.name() == file);
    let (line, column) = module.map_or((line, column), |module| module.place(line, column));
    Failure::Runtime { file: file.to_owned(), line, column, message }
}

/// What the engine says of a rule that ran out of time.
const TIME_LIMIT: &str = "execution exceeded time limit";

const REGEX: &str = "a regular expression compiles to more than 100 KiB";
