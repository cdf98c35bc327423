//! What every command does that evaluates rules: options to settings, reports to files, verdicts to exit codes.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::ValueEnum;
use miette::{Diagnostic, IntoDiagnostic};
use thiserror::Error;

use super::{ReportArgs, RuleArgs, exit, output, repository, terminal};
use crate::config::Overrides;
use crate::finding::OutcomeKind;
use crate::report;
use crate::result::Report;
use crate::rule::Profile;

/// A report would take the place of something else.
#[derive(Debug, Error, Diagnostic)]
pub(super) enum Overwrites {
    /// Of what it was made from.
    #[error("{path} is an input of this run")]
    #[diagnostic(code(backuplint::output), help("write the report to another file"))]
    Input {
        /// The file.
        path: String,
    },
    /// Of another report.
    #[error("two reports are to be written to {path}")]
    #[diagnostic(code(backuplint::output), help("give each format a file of its own"))]
    Report {
        /// The file.
        path: String,
    },
}

impl ReportArgs {
    /// The outcomes to list.
    pub(super) fn outcomes(&self) -> Vec<OutcomeKind> {
        if self.outcomes.is_empty() {
            return vec![OutcomeKind::Fail, OutcomeKind::Unknown];
        }
        self.outcomes.iter().copied().map(Into::into).collect()
    }
}

/// What the command line says about rules.
pub(super) fn overrides(rules: &RuleArgs) -> Overrides {
    let profiles = rules.profile.iter().map(|name| Profile::from(*name).name().to_owned());
    Overrides {
        profiles: profiles.collect(),
        select: rules.select.clone(),
        ignore: rules.ignore.clone(),
        // Everything runs, so that the exit code does not depend on what is listed.
        min_severity: None,
        fail_on: rules.fail_on,
    }
}

/// Uses so many threads, or all cores.
pub(super) fn use_threads(threads: Option<u16>) -> miette::Result<()> {
    let Some(threads) = threads else { return Ok(()) };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(usize::from(threads));
    pool.build_global().into_diagnostic()
}

/// Reads `FORMAT=FILE`; for example so.
pub(super) fn format_and_file<F>(
    example: &'static str,
    format: fn(&str) -> Result<F, String>,
) -> impl Fn(&str) -> Result<(F, PathBuf), String> + Clone + Send + Sync + 'static
where
    F: 'static,
{
    move |text| {
        let (name, file) = text
            .split_once('=')
            .ok_or_else(|| format!("`{text}` is not FORMAT=FILE, for example {example}"))?;
        if file.is_empty() {
            return Err(format!("`{text}` names no file"));
        }
        Ok((format(name)?, PathBuf::from(file)))
    }
}

/// The format of a command with formats of its own.
pub(super) fn form<F: ValueEnum>(name: &str) -> Result<F, String> {
    F::from_str(name, false)
}

/// Refuses to write a report over a file that was read, or over another report.
pub(super) fn refuse_to_overwrite<'p>(
    outputs: impl Iterator<Item = &'p Path>,
    read: impl Iterator<Item = &'p Path>,
) -> Result<(), Overwrites> {
    let read: Vec<&Path> = read.collect();
    let mut written = HashSet::new();
    for file in outputs.filter(|file| !is_special(file)) {
        let path = file.display().to_string();
        let Some(target) = target_of(file) else { continue };
        if file.is_file() && read.iter().any(|input| target_of(input).as_ref() == Some(&target)) {
            return Err(Overwrites::Input { path });
        }
        if !written.insert(target) {
            return Err(Overwrites::Report { path });
        }
    }
    Ok(())
}

/// Whether a path stands for a stream or a device, to which several reports may go.
fn is_special(file: &Path) -> bool {
    file.starts_with("/dev") || file.starts_with("/proc") || file.exists() && !file.is_file()
}

/// Where a file is, or would be.
fn target_of(file: &Path) -> Option<PathBuf> {
    if let Ok(found) = file.canonicalize() {
        return Some(found);
    }
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new(".")).canonicalize().ok()?;
    Some(folder.join(file.file_name()?))
}

/// Writes the report in every format that was asked for.
pub(super) fn write(
    args: &ReportArgs,
    report: &Report<'_>,
    controls: bool,
    sources: BTreeMap<String, Arc<str>>,
) -> miette::Result<()> {
    let files = sources.keys().chain(&report.inputs).map(Path::new);
    let roots = repository::roots(files);
    let mut options = report::Options {
        color: false,
        width: terminal::width(),
        outcomes: args.outcomes().into_iter().collect(),
        controls,
        limit: if args.verbose { report::Limit::All } else { report::Limit::Auto },
        sources,
        roots,
    };
    for (format, file) in &args.output {
        output::write_file(file, |out| report::write(report, *format, out, &options))?;
    }
    options.color = terminal::has_color(args.color);
    terminal::print_with(|out| report::write(report, args.format, out, &options))?;
    if !args.quiet {
        for notice in &report.notices {
            terminal::note(&format!("note: {}", report::visible(notice)));
        }
    }
    for error in &report.rule_errors {
        terminal::note(&format!("error: {}", report::visible(error)));
    }
    Ok(())
}

/// The exit code of a report.
pub(super) fn code(report: &Report<'_>, allow_incomplete: bool) -> u8 {
    if !report.rule_errors.is_empty() {
        exit::ERROR
    } else if report.has_failures() {
        exit::FINDINGS
    } else if !report.gaps.is_empty() && !allow_incomplete {
        exit::INCOMPLETE
    } else {
        exit::CLEAN
    }
}
