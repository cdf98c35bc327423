//! `backuplint explain ID`.

use std::path::PathBuf;

use clap::Args;
use miette::Diagnostic;
use thiserror::Error;

use super::{exit, rules, terminal};
use crate::access::operation::{self, OPERATIONS};

/// Options of `explain`.
#[derive(Debug, Args)]
#[command(after_help = after_help())]
pub(super) struct ExplainArgs {
    /// Id of a rule or of a backup operation
    id: String,
    /// Folder with more rules; repeat for several
    #[arg(long, value_name = "DIR")]
    rules: Vec<PathBuf>,
}

/// Neither a rule nor an operation has this id.
#[derive(Debug, Error, Diagnostic)]
#[error("there is no rule or operation `{id}`")]
#[diagnostic(code(backuplint::explain))]
struct NoSuchPage {
    id: String,
    #[help]
    help: String,
}

pub(super) fn run(args: &ExplainArgs) -> miette::Result<u8> {
    let set = rules::load(&args.rules)?;
    let page = match (set.find(&args.id), operation::find(&args.id)) {
        (Some(rule), _) => crate::rule::page::page(&rule.metadata, rule.language()),
        (None, Some(operation)) => operation::page(operation),
        (None, None) => {
            let operations = OPERATIONS.iter().map(|operation| operation.id);
            let near = rules::nearest(rules::ids(&set).chain(operations), &args.id);
            let all = "`backuplint rules list` names the rules, `backuplint explain --help` the operations";
            let help = near
                .map_or_else(|| all.to_owned(), |known| format!("did you mean `{known}`? {all}"));
            return Err(NoSuchPage { id: args.id.clone(), help }.into());
        }
    };
    terminal::print(page.as_bytes())?;
    Ok(exit::CLEAN)
}

fn after_help() -> String {
    let names: Vec<&str> = OPERATIONS.iter().map(|operation| operation.id).collect();
    format!(
        "Operations: {}\n\nExamples:\n  backuplint explain mua-disabled\n  backuplint explain stop-delete-data\n  \
         backuplint explain my-rule --rules policies/",
        names.join(", ")
    )
}
