//! `backuplint explain ID`.

use std::path::PathBuf;

use clap::Args;

use super::{exit, rules, terminal};

/// Options of `explain`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  backuplint explain mua-disabled\n  backuplint explain my-rule --rules policies/"
)]
pub(super) struct ExplainArgs {
    /// The rule's id
    id: String,
    /// Folder with more rules; repeat for several
    #[arg(long, value_name = "DIR")]
    rules: Vec<PathBuf>,
}

pub(super) fn run(args: &ExplainArgs) -> miette::Result<u8> {
    let set = rules::load(&args.rules)?;
    let rule = rules::find(&set, &args.id)?;
    let page = crate::rule::page::page(&rule.metadata, rule.language());
    terminal::print(page.as_bytes())?;
    Ok(exit::CLEAN)
}
