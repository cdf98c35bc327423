//! The first lines and the last: what was read, the numbers, the two questions, what to do next.

use std::collections::BTreeMap;
use std::io;

use anstyle::Style;
use unicode_width::UnicodeWidthStr;

use super::page::{Page, Piece, pad};
use crate::finding::Severity;
use crate::report::escape::{clip, visible};
use crate::report::question::{self, Answer, Tone};
use crate::report::view::{View, command};
use crate::report::words;
use crate::result::Report;

/// Types named in the first lines.
const TYPES: usize = 6;

/// What was read, and as of when.
pub fn head(page: &mut Page<'_>, report: &Report<'_>) -> io::Result<()> {
    let paint = page.paint;
    let reading = &report.reading;
    let total: u64 = reading.resources.values().sum();
    let read = format!(
        "{} in {}, as of {}",
        words::count(total, "resource"),
        words::count(reading.documents, "document"),
        visible(&report.as_of)
    );
    page.flow(
        "",
        &[Piece(paint.bold, &format!("backuplint {}:", report.command)), Piece(paint.plain, &read)],
    )?;
    let mut types: BTreeMap<String, u64> = BTreeMap::new();
    for (name, count) in &reading.resources {
        *types.entry(words::type_in_short(name)).or_default() += count;
    }
    let mut types: Vec<_> = types.into_iter().collect();
    types.sort_by(|left, right| right.1.cmp(&left.1).then_with(|| left.0.cmp(&right.0)));
    let mut names: Vec<_> = types
        .iter()
        .take(TYPES)
        .map(|(name, count)| words::count_of(*count, &clip(name, 60)))
        .collect();
    if types.len() > TYPES {
        names.push(words::count((types.len() - TYPES) as u64, "more type"));
    }
    if names.is_empty() { Ok(()) } else { page.flow("  ", &[Piece(paint.dim, &names.join(", "))]) }
}

/// The numbers, the two questions and the next commands.
pub fn foot(page: &mut Page<'_>, view: &View<'_>) -> io::Result<()> {
    numbers(page, view)?;
    page.blank()?;
    let answers = question::answers(view);
    let column = answers.iter().map(|answer| answer.question.len() + 1).max().unwrap_or_default();
    for said in &answers {
        answer(page, said, column)?;
    }
    if let Some((said, text)) = question::verdict(view) {
        page.flow("", &[Piece(tone(page, said), text)])?;
    }
    next(page, view)
}

fn numbers(page: &mut Page<'_>, view: &View<'_>) -> io::Result<()> {
    let paint = page.paint;
    let report = view.report;
    let summary = &report.summary;
    let rules = view.judging().count() as u64;
    let what = format!(
        "{} by {}",
        words::count(summary.evaluations, "verdict"),
        words::count(rules, "rule")
    );
    page.heading(paint.bold, "Summary", &what)?;
    page.line(&[Piece(paint.dim, "  severity    failures  rules")])?;
    for severity in Severity::ALL {
        let failures = view.failures.iter().map(|entry| entry.outline);
        let failures = failures.filter(|outline| outline.severity == severity);
        let mut rules: Vec<_> = failures.map(|outline| outline.rule).collect();
        let failures = words::len(&rules);
        rules.dedup();
        let style = if failures > 0 { paint.severity(severity) } else { paint.dim };
        let row = format!("{severity:<10}  {:>8}  {:>5}", words::number(failures), rules.len());
        page.line(&[Piece(paint.plain, "  "), Piece(style, &row)])?;
    }
    page.flow("  ", &[Piece(paint.plain, &question::rest(view).join(" · "))])
}

/// Says only what the verdicts say: no failure is not yet a "no".
fn answer(page: &mut Page<'_>, answer: &Answer, column: usize) -> io::Result<()> {
    let style = tone(page, answer.tone);
    let lead = pad(answer.question, column);
    page.flow_from(&Piece(page.paint.bold, &lead), &[Piece(style, &answer.text)])
}

fn tone(page: &Page<'_>, tone: Tone) -> Style {
    match tone {
        Tone::Plain => page.paint.plain,
        Tone::Good => page.paint.good,
        Tone::Doubt => page.paint.doubt,
        Tone::Bad => page.paint.bad,
    }
}

fn next(page: &mut Page<'_>, view: &View<'_>) -> io::Result<()> {
    let paint = page.paint;
    let report = view.report;
    let mut commands: Vec<(&str, String)> = Vec::new();
    // Sorted worst first; among rules of one severity the one with most findings.
    if let Some(first) = view.failures.first() {
        let equals = view.failures.chunk_by(|left, right| left.outline.rule == right.outline.rule);
        let outlines = equals.map(|findings| (findings.len(), findings[0].outline));
        let worst = outlines.take_while(|(_, outline)| outline.severity == first.outline.severity);
        if let Some((_, outline)) =
            worst.max_by_key(|(count, outline)| (*count, std::cmp::Reverse(outline.rule)))
        {
            let rule = visible(&report.rules[outline.rule].id);
            commands
                .push(("why it matters and how to mend it", format!("backuplint explain {rule}")));
        }
        commands.push(("every finding", command(report, "--verbose")));
    }
    let (safe, not_safe) = fixable(view);
    let repairs =
        |count: u64, more: &str| format!("repairs {}{more}", words::count(count, "finding"));
    let (now, later) = (repairs(safe, ""), repairs(not_safe, " more: read what changes first"));
    if safe > 0 {
        commands.push((&now, command(report, "--fix")));
    }
    if not_safe > 0 {
        commands.push((&later, command(report, "--unsafe-fixes --diff")));
    }
    commands.push(("for code scanning", command(report, "--output sarif=backuplint.sarif")));
    page.heading(paint.bold, "Next", "")?;
    let column = commands.iter().map(|(_, command)| command.width()).max().unwrap_or(0);
    let beside = commands.iter().all(|(why, _)| 2 + column + 4 + why.width() <= page.width);
    for (why, command) in commands {
        let why = format!("# {why}");
        if beside {
            page.line(&[
                Piece(paint.name, &format!("  {}  ", pad(&command, column))),
                Piece(paint.dim, &why),
            ])?;
        } else {
            page.line(&[Piece(paint.dim, &format!("  {why}"))])?;
            page.line(&[Piece(paint.name, &format!("  {command}"))])?;
        }
    }
    Ok(())
}

/// How many failures edits of code repair: safe ones, and others.
fn fixable(view: &View<'_>) -> (u64, u64) {
    if view.report.command != "lint" {
        return (0, 0);
    }
    let rules = &view.report.rules;
    let with_rows =
        view.failures.iter().filter(|entry| !rules[entry.outline.rule].fixes.is_empty());
    let remedies = with_rows.filter_map(|entry| entry.finding().remedy);
    remedies.filter(|remedy| !remedy.edits.is_empty()).fold((0, 0), |(safe, not_safe), remedy| {
        if remedy.safe { (safe + 1, not_safe) } else { (safe, not_safe + 1) }
    })
}
