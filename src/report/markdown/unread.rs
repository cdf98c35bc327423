//! What the page cannot say: rules that failed to run, gaps, undecided verdicts, remarks.

use std::collections::BTreeSet;
use std::io::{self, Write};

use super::table::{Row, Table};
use super::{PART, TEXT};
use crate::inventory::Reason;
use crate::report::doubt::{alike, meaning, notices};
use crate::report::markup::{code, prose};
use crate::report::view::View;
use crate::report::words;
use crate::result::{Gap, Report};

/// Most rows of each list, and scopes of each gap.
const ROWS: usize = 50;
const SCOPES: usize = 3;

/// Rules that failed to run.
pub fn errors(out: &mut dyn Write, report: &Report<'_>) -> io::Result<()> {
    if report.rule_errors.is_empty() {
        return Ok(());
    }
    writeln!(out, "## Rules that failed to run\n\nWhat they would have found is missing here.\n")?;
    list(out, &report.rule_errors)
}

/// What could not be read.
pub fn gaps(out: &mut dyn Write, report: &Report<'_>) -> io::Result<()> {
    if report.gaps.is_empty() {
        return Ok(());
    }
    let total = words::count(words::len(&report.gaps), "gap");
    writeln!(out, "## Not readable\n\n{total}: this report is incomplete.\n")?;
    let mut table = Table::new(PART, &["What", "Why", "Where", "Blinds"]);
    let groups = alike(&report.gaps);
    for group in groups.iter().take(ROWS) {
        table.row(&gap(group));
    }
    table.leave_out(groups.len().saturating_sub(ROWS) as u64);
    table.write(out)
}

fn gap(group: &[&Gap]) -> Row {
    let first = group[0];
    let status = first.status.map(|status| format!(" (HTTP {status})")).unwrap_or_default();
    let mut why = format!("{}{status}", first.reason.as_str());
    if !first.message.is_empty() {
        why = format!("{why}<br>{}", prose(&first.message, TEXT));
    }
    if let Some(permission) = &first.permission {
        why = format!("{why}<br>needs {}", code(permission, TEXT));
    }
    let mut scopes: Vec<String> =
        group.iter().take(SCOPES).map(|gap| code(&gap.scope, TEXT)).collect();
    if group.len() > SCOPES {
        scopes.push(format!("and {} more places", words::number((group.len() - SCOPES) as u64)));
    }
    let blinds = match first.rules.len() {
        0 => String::new(),
        count => words::count(count as u64, "rule"),
    };
    Row::new(&[&code(&first.kind, TEXT), &why, &scopes.join("<br>"), &blinds])
}

/// The undecided verdicts by rule and reason, and what this kind of input can never say.
pub fn undecided(out: &mut dyn Write, view: &View<'_>) -> io::Result<()> {
    let report = view.report;
    if !view.undecided.is_empty() {
        writeln!(out, "## Could not decide\n")?;
        let mut table = Table::new(PART, &["Verdicts", "Rule", "Why"]);
        let mut reasons = BTreeSet::new();
        for ((_, rule, reason), count) in view.undecided.iter().take(ROWS) {
            let why = reason.map_or("no reason given", Reason::name);
            let rule = code(&report.rules[*rule].id, TEXT);
            table.row(&Row::new(&[&words::number(*count), &rule, why]));
            reasons.insert(*reason);
        }
        table.leave_out(view.undecided.len().saturating_sub(ROWS) as u64);
        table.write(out)?;
        for reason in reasons.into_iter().flatten() {
            writeln!(out, "* {}: {}", reason.name(), meaning(reason))?;
        }
        writeln!(out)?;
    }
    if !report.not_assessable.is_empty() {
        let total = words::count(report.not_assessable.values().sum(), "verdict");
        let rules = report.not_assessable.keys().map(|at| code(&report.rules[*at].id, TEXT));
        let rules = rules.collect::<Vec<_>>().join(", ");
        writeln!(out, "## Not assessable here\n\n{total}: code never says it, so check live.\n")?;
        writeln!(out, "<p>{rules}</p>\n")?;
    }
    Ok(())
}

/// What was not taken, and findings about the run itself.
pub fn remarks(out: &mut dyn Write, view: &View<'_>) -> io::Result<()> {
    let not_taken = &view.report.reading.not_taken;
    if !not_taken.is_empty() {
        writeln!(out, "## Not taken\n")?;
        let mut table = Table::new(PART, &["JSON values", "Why", "As in"]);
        for (why, kind) in not_taken.iter().take(ROWS) {
            let place = kind.examples.first().map(|place| code(place, TEXT)).unwrap_or_default();
            table.row(&Row::new(&[&words::number(kind.count), &prose(why, TEXT), &place]));
        }
        table.leave_out(not_taken.len().saturating_sub(ROWS) as u64);
        table.write(out)?;
    }
    if !view.about_run.is_empty() {
        writeln!(out, "## About this run\n")?;
        list(out, &notices(&view.about_run))?;
    }
    Ok(())
}

fn list(out: &mut dyn Write, texts: &[String]) -> io::Result<()> {
    let mut table = Table::new(PART, &[]);
    for text in texts.iter().take(ROWS) {
        table.row(&Row::new(&[&prose(text, TEXT)]));
    }
    table.leave_out(texts.len().saturating_sub(ROWS) as u64);
    table.write(out)
}
