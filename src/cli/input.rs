//! Opening what a command is to read, and saying why nothing was read.

use std::path::PathBuf;

use miette::Diagnostic;
use thiserror::Error;

use super::terminal;
use crate::inventory::Estate;
use crate::snapshot::Inputs;
use crate::{demo, report};

/// The name under which the shipped estate appears in reports.
const DEMO: &str = "demo";

/// Nothing was taken from the inputs.
#[derive(Debug, Error, Diagnostic)]
#[error("nothing to inspect: no Azure resource in {inputs}")]
#[diagnostic(code(backuplint::input))]
pub(super) struct NothingTaken {
    inputs: String,
    #[help]
    why: String,
}

/// Opens the inputs of a command, or the shipped estate.
pub(super) fn open(paths: &[PathBuf], is_demo: bool, is_quiet: bool) -> miette::Result<Inputs> {
    if is_demo {
        let files: Vec<_> =
            demo::FILES.iter().filter(|(path, _)| *path != "backuplint.toml").copied().collect();
        return Ok(Inputs::shipped(DEMO, &files)?);
    }
    let inputs = Inputs::open(paths)?;
    if !is_quiet {
        for notice in inputs.notices() {
            terminal::note(&format!("note: {}", report::visible(notice)));
        }
    }
    Ok(inputs)
}

/// The inputs as reports name them.
pub(super) fn names(paths: &[PathBuf], is_demo: bool) -> Vec<String> {
    if is_demo {
        return vec!["--demo".to_owned()];
    }
    paths.iter().map(|path| path.display().to_string()).collect()
}

/// Why nothing was taken from inputs of these names.
pub(super) fn nothing_taken(names: &[String], estate: &Estate<'_>) -> NothingTaken {
    let mut why: Vec<String> = estate
        .reading
        .not_taken
        .iter()
        .map(|(reason, found)| {
            format!(
                "{} × {} (for example {})",
                found.count,
                report::visible(reason),
                report::visible(&found.examples.join(", "))
            )
        })
        .collect();
    why.extend(estate.gaps().iter().take(5).map(|gap| {
        report::visible(&format!("{}: {}: {}", gap.scope, gap.reason, gap.message)).into_owned()
    }));
    if why.is_empty() {
        why.push("the inputs are empty".to_owned());
    }
    why.push("an Azure resource is a JSON object with an ARM `id`".to_owned());
    NothingTaken { inputs: names.join(", "), why: why.join("\n") }
}
