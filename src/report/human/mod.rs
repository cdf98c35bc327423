//! The `human` format: what is wrong, what could not be decided, and what to do next, on one terminal.
//!
//! Everything that comes from an estate passes through [`super::escape`]. A report with gaps or
//! undecided verdicts never reads as clean.

mod control;
mod destruction;
mod doubt;
mod finding;
pub mod page;
mod secret;
mod snippet;
mod summary;

use std::io::{self, Write};

use super::Options;
use super::view::View;
use crate::finding::OutcomeKind;
use crate::result::Report;
pub use destruction::vault as destruction;
pub use doubt::{gaps, not_taken};
pub use page::{Page, Piece};

/// Writes the report for a person.
///
/// # Errors
/// When the writer fails.
pub fn write(report: &Report<'_>, out: &mut dyn Write, options: &Options) -> io::Result<()> {
    let view = View::of(report);
    let mut page = Page::new(out, options);
    summary::head(&mut page, report)?;
    if options.outcomes.contains(&OutcomeKind::Fail) {
        finding::failures(&mut page, &view, options)?;
    }
    if options.outcomes.contains(&OutcomeKind::Unknown) {
        doubt::undecided(&mut page, &view)?;
    }
    finding::counted(&mut page, &view, options)?;
    destruction::section(&mut page, report)?;
    doubt::gaps(&mut page, &report.gaps, "report")?;
    doubt::remarks(&mut page, &view)?;
    if options.controls {
        control::controls(&mut page, report)?;
    }
    summary::foot(&mut page, &view)
}
