//! `backuplint init`.

use std::path::PathBuf;

use clap::Args;
use miette::Diagnostic;
use thiserror::Error;

use super::{exit, output, terminal};
use crate::engine::RuleSet;

/// Options of `init`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  backuplint init\n  backuplint init --stdout > policies/backuplint.toml"
)]
pub(super) struct InitArgs {
    /// The file to write
    #[arg(value_name = "FILE", default_value = "backuplint.toml")]
    file: PathBuf,
    /// Print it instead
    #[arg(long)]
    stdout: bool,
    /// Replace a file that is there already
    #[arg(long)]
    force: bool,
}

/// The file is there already.
#[derive(Debug, Error, Diagnostic)]
#[error("{path} is there already")]
#[diagnostic(code(backuplint::init), help("--force replaces it, --stdout prints instead"))]
struct Exists {
    path: String,
}

pub(super) fn run(args: &InitArgs) -> miette::Result<u8> {
    let template = crate::config::template(&RuleSet::bundled()?.metadata());
    if args.stdout {
        terminal::print(template.as_bytes())?;
        return Ok(exit::CLEAN);
    }
    if args.file.exists() && !args.force {
        return Err(Exists { path: args.file.display().to_string() }.into());
    }
    output::write_file(&args.file, |out| out.write_all(template.as_bytes()))?;
    terminal::note(&format!("wrote {}; `backuplint audit INPUT` reads it", args.file.display()));
    Ok(exit::CLEAN)
}
