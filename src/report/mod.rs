//! Reports: one file or folder a format, each a pure function from a report to a writer.
//!
//! Nothing is judged again here, and no file, clock or environment is read: what a reporter has to
//! know of the outside (colours, width, working directory) comes in [`Options`].

mod cell;
pub mod destruction;
pub mod diff;
mod doubt;
mod escape;
mod evidence;
mod github;
mod human;
mod json;
mod layout;
mod markdown;
mod markup;
mod question;
pub mod readiness;
pub mod review;
mod sarif;
mod unread;
mod uri;
mod view;
pub mod who_can;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io::{self, BufWriter, Write};
use std::str::FromStr;
use std::sync::Arc;

pub use uri::Roots;

use crate::finding::OutcomeKind;
use crate::result::Report;

pub use escape::{clip, visible};
pub use unread::Unread;

/// The JSON Schema (draft 2020-12) of the `json` format.
pub const JSON_SCHEMA: &str = include_str!("schema/report-1.schema.json");

/// A report format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// For a terminal.
    Human,
    /// For scripts: `backuplint.report/1`.
    Json,
    /// SARIF 2.1.0 within the limits of GitHub code scanning.
    Sarif,
    /// SARIF 2.1.0 with everything: suppressed results, comparison with the baseline, no cap.
    SarifFull,
    /// For the summary of a job on GitHub: Markdown and HTML of less than 1 MiB.
    Markdown,
    /// For the log of a job on GitHub: workflow commands that annotate files.
    Github,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 6] =
        [Self::Human, Self::Json, Self::Sarif, Self::SarifFull, Self::Markdown, Self::Github];

    /// The name used in options.
    pub fn name(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Json => "json",
            Self::Sarif => "sarif",
            Self::SarifFull => "sarif-full",
            Self::Markdown => "markdown",
            Self::Github => "github",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|format| format.name() == text).ok_or_else(|| {
            let names: Vec<_> = Self::ALL.iter().map(|format| format.name()).collect();
            format!("`{text}` is no report format; use one of {}", names.join(", "))
        })
    }
}

/// How many findings of one rule the reports for people show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Limit {
    /// Ten, or three where there are more than a hundred findings in all; twenty in `markdown`.
    #[default]
    Auto,
    /// At most this many.
    PerRule(usize),
    /// Every one.
    All,
}

/// What a reporter has to know besides the report.
#[derive(Clone, Debug)]
pub struct Options {
    /// Whether to write colours. The caller decides, from the terminal and `NO_COLOR`.
    pub color: bool,
    /// Columns to wrap to.
    pub width: usize,
    /// What every format but SARIF lists. SARIF is not filtered: an alert that is missing from an upload
    /// counts as fixed.
    pub outcomes: BTreeSet<OutcomeKind>,
    /// Whether `human` says what the rules found for each control; `json` always does.
    pub controls: bool,
    /// How much `human` and `markdown` show.
    pub limit: Limit,
    /// Texts of the files that findings stand in, by name, where `human` shows the line.
    pub sources: BTreeMap<String, Arc<str>>,
    /// What SARIF and `github` make paths relative to.
    pub roots: Roots,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            color: false,
            width: 80,
            outcomes: BTreeSet::from([OutcomeKind::Fail, OutcomeKind::Unknown]),
            controls: false,
            limit: Limit::Auto,
            sources: BTreeMap::new(),
            roots: Roots::default(),
        }
    }
}

/// Writes a report in one format, buffered, and flushes it.
///
/// # Errors
/// When the writer fails.
pub fn write(
    report: &Report<'_>,
    format: Format,
    out: &mut dyn Write,
    options: &Options,
) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 16, out);
    match format {
        Format::Human => human::write(report, &mut out, options),
        Format::Json => json::write(report, &mut out, options),
        Format::Sarif => sarif::write(report, &mut out, options),
        Format::SarifFull => sarif::write_full(report, &mut out, options),
        Format::Markdown => markdown::write(report, &mut out, options),
        Format::Github => github::write(report, &mut out, options),
    }?;
    out.flush()
}
