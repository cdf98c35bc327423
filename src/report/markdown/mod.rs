//! The `markdown` format: a page for the summary of a job, with the answers to the two questions on top.
//!
//! GitHub drops a summary of more than 1 MiB for a step
//! (<https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#step-isolation-and-limits>),
//! so each part keeps to a size and says what it leaves out. Everything from an estate passes through
//! [`super::markup`].

mod finding;
mod table;
mod unread;

use std::io::{self, Write};

use super::destruction::grouped;
use super::markup::html;
use super::view::{View, command};
use super::{Options, question, words};
use crate::finding::OutcomeKind;
use crate::result::Report;
use table::{Row, Table};

/// Most bytes of the parts; together with the fixed words less than 1 MiB, and some room for what other
/// commands of the step write.
const FINDINGS: usize = 500_000;
const PART: usize = 90_000;
/// Most columns of a short text, and of the names in a line.
const TEXT: usize = 400;
/// Vaults that a row names.
const NAMED: usize = 20;

/// Writes the page.
///
/// # Errors
/// When the writer fails.
pub fn write(report: &Report<'_>, out: &mut dyn Write, options: &Options) -> io::Result<()> {
    let view = View::of(report);
    head(out, &view)?;
    if options.outcomes.contains(&OutcomeKind::Fail) {
        finding::failures(out, &view, options)?;
    }
    unread::errors(out, report)?;
    unread::gaps(out, report)?;
    if options.outcomes.contains(&OutcomeKind::Unknown) {
        unread::undecided(out, &view)?;
    }
    destruction(out, report)?;
    unread::remarks(out, &view)?;
    foot(out, &view)
}

fn head(out: &mut dyn Write, view: &View<'_>) -> io::Result<()> {
    let report = view.report;
    let found = words::count(words::len(&view.failures), "finding");
    let found = if view.failures.is_empty() {
        "no finding".to_owned()
    } else {
        format!("{found} ({})", question::by_severity(view))
    };
    let incomplete = !report.gaps.is_empty() || !report.rule_errors.is_empty();
    let doubt = if incomplete { ", incomplete" } else { "" };
    writeln!(out, "# backuplint {}: {found}{doubt}\n", report.command)?;
    let mut table = Table::new(PART, &[]);
    for answer in question::answers(view) {
        let text = html(&answer.text, TEXT);
        let text = if answer.tone == question::Tone::Bad {
            format!("<strong>{text}</strong>")
        } else {
            text
        };
        table.row(&Row::titled(answer.question, &[&text]));
    }
    table.write(out)?;
    if let Some((_, text)) = question::verdict(view) {
        writeln!(out, "{text}\n")?;
    }
    let read: u64 = report.reading.resources.values().sum();
    let read = format!(
        "{} in {}, as of {}",
        words::count(read, "resource"),
        words::count(report.reading.documents, "document"),
        html(&report.as_of, TEXT)
    );
    writeln!(out, "<p>{read} · {}</p>\n", question::rest(view).join(" · "))
}

/// The vaults by what it takes to lose their backups, worst first.
fn destruction(out: &mut dyn Write, report: &Report<'_>) -> io::Result<()> {
    let groups = grouped(&report.destruction);
    if groups.is_empty() {
        return Ok(());
    }
    writeln!(out, "## Destruction\n")?;
    let mut table = Table::new(PART, &["It takes", "Vaults", ""]);
    for (takes, vaults) in &groups {
        let mut names: Vec<String> =
            vaults.iter().take(NAMED).map(|name| super::markup::code(name, 60)).collect();
        if vaults.len() > NAMED {
            names.push(format!("and {} more", words::number((vaults.len() - NAMED) as u64)));
        }
        table.row(&Row::new(&[
            &html(&takes.words, TEXT),
            &words::number(words::len(vaults)),
            &names.join(", "),
        ]));
    }
    table.write(out)
}

fn foot(out: &mut dyn Write, view: &View<'_>) -> io::Result<()> {
    if view.failures.is_empty() {
        return Ok(());
    }
    let again = super::markup::code(&command(view.report, "--verbose"), TEXT);
    writeln!(
        out,
        "<p><code>backuplint explain RULE</code> says why a rule matters and how to mend it, {again} lists every finding.</p>\n"
    )
}
