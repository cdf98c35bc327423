//! `who-can --estate`: who can do something in an estate.

use miette::Diagnostic;
use thiserror::Error;

use super::super::{exit, terminal};
use super::{WhoCanArgs, destruction};
use crate::access::action::ActionTable;
use crate::access::question::Question;
use crate::access::who_can::{self, NoTarget};
use crate::access::{Access, AccessIndex};
use crate::inventory::{Estate, Time};
use crate::report;

/// There is nothing to ask about.
#[derive(Debug, Error, Diagnostic)]
pub(super) enum TargetError {
    #[error("`{0}` is no ARM id")]
    #[diagnostic(
        code(backuplint::who_can),
        help("it starts with /subscriptions/ or /providers/, or is / for the root")
    )]
    NoId(String),
    #[error("nothing of {on} is in the estate")]
    #[diagnostic(code(backuplint::who_can))]
    Foreign {
        on: String,
        #[help]
        help: String,
    },
    #[error("{question} is not described for {on}")]
    #[diagnostic(
        code(backuplint::who_can),
        help("backuplint explain {question} says for which kind of vault it is")
    )]
    OtherKind { on: String, question: String },
    #[error("nobody to ask about: the estate has nothing that {question} can be done to")]
    #[diagnostic(
        code(backuplint::who_can),
        help("collect vaults with their role assignments, or name a scope with --on")
    )]
    None { question: String },
}

impl TargetError {
    pub(super) fn of(error: NoTarget, estate: &Estate<'_>, question: &str) -> Self {
        let safe = |text: &str| report::visible(text).into_owned();
        let question = question.to_owned();
        match error {
            NoTarget::NoId(text) => Self::NoId(safe(&text)),
            NoTarget::Foreign(text) => {
                let help = who_can::suggestion(estate, &text).map_or_else(
                    || "check the id; no vault or other resource of it was read".to_owned(),
                    |near| format!("did you mean {}?", safe(near)),
                );
                Self::Foreign { on: safe(&text), help }
            }
            NoTarget::OtherKind(on) => Self::OtherKind { on: safe(&on), question },
            NoTarget::None => Self::None { question },
        }
    }
}

/// Answers the question, or without any what it takes to destroy backups.
pub(super) fn run(
    args: &WhoCanArgs,
    question: Option<Question>,
    table: &ActionTable,
) -> miette::Result<u8> {
    let world = args.world();
    let inputs = world.open_files()?;
    let estate = world.read(&inputs)?;
    let now = world.now(&estate, Time::now());
    let index = AccessIndex::new(&estate, now, table);
    let access = Access::new(&index, &estate);
    let Some(question) = question else { return destruction::run(args, access, &estate, now) };
    let asked = question.text().to_owned();
    let answer = who_can::ask(access, &estate, question, &args.on)
        .map_err(|error| TargetError::of(error, &estate, &asked))?;
    let options = args.options();
    let unread = report::Unread::of(&estate);
    terminal::print_with(|out| {
        report::who_can::write(&answer, access, &unread, args.format.into(), out, &options)
    })?;
    let has_gaps = !answer.gaps.is_empty() || !unread.gaps.is_empty();
    let is_incomplete = has_gaps && !args.allow_incomplete;
    Ok(if is_incomplete { exit::INCOMPLETE } else { exit::CLEAN })
}
