//! What the report cannot say: undecided verdicts, gaps, rules that failed to run, remarks.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use unicode_width::UnicodeWidthStr;

use super::page::{Page, Piece, pad};
use crate::inventory::{NotTaken, Reason};
use crate::report::doubt::{alike, meaning, notices, permissions};
use crate::report::escape::{clip, visible};
use crate::report::view::View;
use crate::report::words;
use crate::result::{Gap, Report};

/// Most lines of each list.
const ROWS: usize = 20;
const SCOPES: usize = 3;
const RULES: usize = 4;
const TEXT: usize = 400;

/// The undecided verdicts by rule and reason, then what each reason means.
pub fn undecided(page: &mut Page<'_>, view: &View<'_>) -> io::Result<()> {
    not_assessable(page, view.report)?;
    let counted: u64 = view.report.not_assessable.values().sum();
    let total: u64 = view.judging().map(|(_, _, counts)| counts[1]).sum();
    let total = total.saturating_sub(counted);
    if total == 0 && view.undecided.is_empty() {
        return Ok(());
    }
    let rows = &view.undecided;
    let paint = page.paint;
    let listed = rows.values().sum();
    let verdicts = words::count(total.max(listed), "verdict");
    let counted_of = |rule: usize| view.report.not_assessable.get(&rule).copied().unwrap_or(0);
    let rules = view.judging().filter(|(rule, _, counts)| counts[1] > counted_of(*rule));
    let rules = rules.count() as u64;
    page.heading(
        paint.doubt,
        "Could not decide",
        &format!("{verdicts} of {}", words::count(rules, "rule")),
    )?;
    let column = rows
        .keys()
        .take(ROWS)
        .map(|(_, rule, _)| view.report.rules[*rule].id.width())
        .max()
        .unwrap_or(0)
        .min(44);
    let mut reasons = BTreeSet::new();
    for ((_, rule, reason), count) in rows.iter().take(ROWS) {
        let rule = &view.report.rules[*rule];
        let mut why = reason.map_or("no reason given", Reason::name).to_owned();
        for permission in permissions(view.report, &rule.id, *reason) {
            why.push_str(", needs ");
            why.push_str(&visible(permission));
        }
        let lead = format!("  {:>9}  {}  ", words::number(*count), pad(&visible(&rule.id), column));
        page.flow_from(&Piece(paint.plain, &lead), &[Piece(paint.dim, &why)])?;
        reasons.insert(*reason);
    }
    if rows.len() > ROWS {
        page.flow("  ", &[Piece(paint.dim, &format!("… and {} more rows", rows.len() - ROWS))])?;
    }
    for reason in reasons.into_iter().flatten() {
        page.flow(&format!("  {}: ", reason.name()), &[Piece(paint.dim, meaning(reason))])?;
    }
    Ok(())
}

/// One line a rule of what this kind of input can never say.
fn not_assessable(page: &mut Page<'_>, report: &Report<'_>) -> io::Result<()> {
    if report.not_assessable.is_empty() {
        return Ok(());
    }
    let paint = page.paint;
    let total = words::count(report.not_assessable.values().sum(), "verdict");
    page.heading(
        paint.bold,
        "Not assessable here",
        &format!("{total}: code never says it, so check live (backuplint audit --live)"),
    )?;
    for (rule, count) in &report.not_assessable {
        let lead = format!("  {:>9}  ", words::number(*count));
        page.line(&[
            Piece(paint.plain, &lead),
            Piece(paint.plain, &visible(&report.rules[*rule].id)),
        ])?;
    }
    Ok(())
}

/// What could not be read, with the permission that is missing and the rules it blinds; what is incomplete
/// without it.
pub fn gaps(page: &mut Page<'_>, gaps: &[Gap], what: &str) -> io::Result<()> {
    if gaps.is_empty() {
        return Ok(());
    }
    let paint = page.paint;
    let groups = alike(gaps);
    let mut blinded: Vec<_> = gaps.iter().flat_map(|gap| &gap.rules).collect();
    blinded.sort_unstable();
    blinded.dedup();
    let blinds = match blinded.len() {
        0 => String::new(),
        rules => format!(", {} blinded", words::count(rules as u64, "rule")),
    };
    let total = words::count(words::len(gaps), "gap");
    page.heading(
        paint.doubt,
        "Not readable",
        &format!("{total}{blinds}: this {what} is incomplete"),
    )?;
    for group in groups.iter().take(ROWS) {
        gap(page, group)?;
    }
    if groups.len() > ROWS {
        page.flow(
            "  ",
            &[Piece(
                paint.dim,
                &format!("… and {} more kinds: --format json", groups.len() - ROWS),
            )],
        )?;
    }
    Ok(())
}

fn gap(page: &mut Page<'_>, group: &[&Gap]) -> io::Result<()> {
    let paint = page.paint;
    let first = group[0];
    let status = first.status.map(|status| format!(" (HTTP {status})")).unwrap_or_default();
    let what = format!("{}: {}{status}", visible(&first.kind), visible(first.reason.as_str()));
    page.flow("  ", &[Piece(paint.bold, &what)])?;
    for gap in group.iter().take(SCOPES) {
        page.flow("    at     ", &[Piece(paint.plain, &clip(&gap.scope, TEXT))])?;
    }
    if group.len() > SCOPES {
        let more = format!("{} more places", words::number((group.len() - SCOPES) as u64));
        page.flow("    and    ", &[Piece(paint.plain, &more)])?;
    }
    if !first.message.is_empty() {
        page.flow("    says   ", &[Piece(paint.plain, &clip(&first.message, TEXT))])?;
    }
    if let Some(permission) = &first.permission {
        page.flow("    needs  ", &[Piece(paint.name, &visible(permission))])?;
    }
    if !first.rules.is_empty() {
        let mut rules: Vec<_> = first.rules.iter().take(RULES).map(|rule| visible(rule)).collect();
        if first.rules.len() > RULES {
            rules.push(format!("and {} more", first.rules.len() - RULES).into());
        }
        page.flow("    blinds ", &[Piece(paint.plain, &rules.join(", "))])?;
    }
    Ok(())
}

/// Rules that failed to run, what was not taken, and findings about the run itself.
pub fn remarks(page: &mut Page<'_>, view: &View<'_>) -> io::Result<()> {
    let paint = page.paint;
    let errors = &view.report.rule_errors;
    if !errors.is_empty() {
        let failed = format!("{}: what they would have found is missing here", words::len(errors));
        page.heading(paint.bad, "Rules that failed to run", &failed)?;
        list(page, errors.iter().map(String::as_str), errors.len())?;
    }
    not_taken(page, &view.report.reading.not_taken)?;
    if !view.about_run.is_empty() {
        let notices = notices(&view.about_run);
        let total = words::count(words::len(&notices), "notice");
        page.heading(paint.bold, "About this run", &total)?;
        list(page, notices.iter().map(String::as_str), notices.len())?;
    }
    Ok(())
}

/// JSON values that were not taken, by why.
pub fn not_taken(page: &mut Page<'_>, not_taken: &BTreeMap<String, NotTaken>) -> io::Result<()> {
    if not_taken.is_empty() {
        return Ok(());
    }
    let paint = page.paint;
    let total: u64 = not_taken.values().map(|kind| kind.count).sum();
    page.heading(paint.bold, "Not taken", &words::count(total, "JSON value"))?;
    for (why, kind) in not_taken.iter().take(ROWS) {
        let place = kind
            .examples
            .first()
            .map(|place| format!("(as in {})", clip(place, TEXT)))
            .unwrap_or_default();
        let lead = format!("  {:>9}  ", words::number(kind.count));
        page.flow(&lead, &[Piece(paint.plain, &clip(why, TEXT)), Piece(paint.dim, &place)])?;
    }
    Ok(())
}

fn list<'t>(
    page: &mut Page<'_>,
    texts: impl Iterator<Item = &'t str>,
    total: usize,
) -> io::Result<()> {
    let paint = page.paint;
    for text in texts.take(ROWS) {
        page.flow("  - ", &[Piece(paint.plain, &clip(text, TEXT))])?;
    }
    if total > ROWS {
        page.flow(
            "  - ",
            &[Piece(paint.dim, &format!("… and {} more", words::number((total - ROWS) as u64)))],
        )?;
    }
    Ok(())
}
