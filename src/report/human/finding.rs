//! Failures, by severity and rule; and numbers of the outcomes that are only counted.

use std::collections::{HashMap, HashSet};
use std::io;

use unicode_width::UnicodeWidthStr;

use super::page::{Page, Piece, pad};
use super::snippet;
use crate::finding::{BaselineState, Finding, OutcomeKind, Related};
use crate::report::escape::{clip, visible};
use crate::report::evidence::{VALUE, at, observed, value};
use crate::report::view::{View, command};
use crate::report::{Limit, Options, words};
use crate::result::{Entry, Outline};

/// Most columns of a name and a message.
const NAME: usize = 90;
const MESSAGE: usize = 1200;
/// Names up to this width are aligned.
const COLUMN: usize = 32;
/// Related resources that are shown.
const RELATED: usize = 3;

/// Every rule that fails, worst first.
pub fn failures(page: &mut Page<'_>, view: &View<'_>, options: &Options) -> io::Result<()> {
    let rules = view.failures.chunk_by(|left, right| of_one_rule(&left.outline, &right.outline));
    let limit = match options.limit {
        Limit::All => usize::MAX,
        Limit::PerRule(limit) => limit,
        // Three show the pattern; the rest is one command away.
        Limit::Auto if view.failures.len() > 100 && rules.clone().nth(1).is_some() => 3,
        Limit::Auto => 10,
    };
    for findings in rules {
        rule(page, view, findings, limit, options)?;
    }
    Ok(())
}

fn of_one_rule(left: &Outline, right: &Outline) -> bool {
    (left.severity, left.rule) == (right.severity, right.rule)
}

fn rule(
    page: &mut Page<'_>,
    view: &View<'_>,
    findings: &[Entry<'_>],
    limit: usize,
    options: &Options,
) -> io::Result<()> {
    let paint = page.paint;
    let Outline { rule, severity, .. } = findings[0].outline;
    let rule = &view.report.rules[rule];
    let resources = count_resources(findings);
    page.blank()?;
    page.flow(
        "",
        &[
            Piece(paint.severity(severity), &format!("{severity}[{}]:", visible(&rule.id))),
            Piece(paint.bold, &clip(&rule.title, VALUE)),
            Piece(paint.dim, &format!("· {}", words::count(resources as u64, "resource"))),
        ],
    )?;
    let shown: Vec<Finding> = findings.iter().take(limit).map(Entry::finding).collect();
    let ambiguous = ambiguous(&shown);
    for group in fold(&shown) {
        let names: Vec<_> =
            group.iter().map(|finding| clip(words::name(&finding.resource), NAME)).collect();
        let column = names
            .iter()
            .map(|name| name.width())
            .filter(|width| *width <= COLUMN)
            .max()
            .unwrap_or(0);
        for (finding, name) in group.iter().zip(&names) {
            let full = ambiguous.contains(finding.resource.to_lowercase().as_str());
            let is_shown =
                finding.location.as_ref().is_some_and(|at| options.sources.contains_key(&at.uri));
            let column = if is_shown { 0 } else { column };
            resource(page, finding, &pad(name, column), full, is_shown)?;
            if let Some(location) = &finding.location {
                snippet::show(page, location, options)?;
            }
        }
        evidence(page, group[0])?;
        for finding in group {
            related(page, &finding.related)?;
        }
    }
    let left = words::len(findings) - words::len(&shown);
    if left > 0 {
        let rest = format!("--select {} --verbose", visible(&rule.id));
        page.line(&[
            Piece(paint.plain, &format!("  … and {} more: ", words::number(left))),
            Piece(paint.name, &command(view.report, &rest)),
        ])?;
    }
    if let Some(first) = rule.remediation.text.lines().map(str::trim).find(|line| !line.is_empty())
    {
        page.flow("  mend: ", &[Piece(paint.plain, &clip(first, MESSAGE))])?;
    }
    Ok(())
}

/// How many resources findings speak of, sorted by resource: those of one name stand together.
fn count_resources(findings: &[Entry<'_>]) -> usize {
    findings
        .chunk_by(|left, right| left.resource() == right.resource())
        .map(|of_a_name| of_a_name.iter().map(Entry::identity).collect::<HashSet<_>>().len())
        .sum()
}

/// Findings that say the same, together, in the order of their first.
fn fold(findings: &[Finding]) -> Vec<Vec<&Finding>> {
    let mut groups: Vec<Vec<&Finding>> = Vec::new();
    let mut positions = HashMap::new();
    for finding in findings {
        let key = (
            &finding.message,
            &finding.path,
            finding.observed.to_string(),
            finding.expected.to_string(),
        );
        let at = *positions.entry(key).or_insert(groups.len());
        if at == groups.len() {
            groups.push(Vec::new());
        }
        groups[at].push(finding);
    }
    groups
}

/// The resources, in lower case, whose short name could also be that of another one shown.
fn ambiguous(findings: &[Finding]) -> HashSet<String> {
    let mut names: HashMap<(String, String), String> = HashMap::new();
    let mut ambiguous = HashSet::new();
    for finding in findings {
        let id = finding.resource.to_lowercase();
        let short = (words::name(&id).to_owned(), words::place(&id));
        let known = names.entry(short).or_insert_with(|| id.clone());
        if *known != id {
            ambiguous.insert(known.clone());
            ambiguous.insert(id);
        }
    }
    ambiguous
}

fn resource(
    page: &mut Page<'_>,
    finding: &Finding,
    name: &str,
    full: bool,
    is_shown: bool,
) -> io::Result<()> {
    let paint = page.paint;
    let place = if full { finding.resource.clone() } else { words::place(&finding.resource) };
    let place = clip(&place, VALUE * 2);
    let file = finding.location.as_ref().filter(|_| !is_shown).map(at).unwrap_or_default();
    let mark = match finding.baseline {
        Some(BaselineState::New) => "new",
        Some(BaselineState::Unchanged) => "in baseline",
        Some(BaselineState::Updated) => "graver than in baseline",
        None => "",
    };
    let mut column = 2 + name.width();
    let mut pieces = vec![Piece(paint.plain, "  "), Piece(paint.bold, name)];
    for (style, text) in [(paint.plain, place.as_ref()), (paint.dim, &file), (paint.doubt, mark)] {
        if text.is_empty() {
            continue;
        }
        let wide = text.width();
        let fits = column + 2 + wide <= page.width;
        pieces.push(Piece(paint.plain, if fits { "  " } else { "\n      " }));
        pieces.push(Piece(style, text));
        column = if fits { column + 2 + wide } else { 6 + wide };
    }
    page.line(&pieces)
}

fn evidence(page: &mut Page<'_>, finding: &Finding) -> io::Result<()> {
    let paint = page.paint;
    page.flow("    ", &[Piece(paint.plain, &clip(&finding.message, MESSAGE))])?;
    if finding.observed.is_null() && finding.expected.is_null() {
        return Ok(());
    }
    let path = clip(&finding.path, VALUE);
    let path = if path.is_empty() { String::new() } else { format!("at {path}") };
    page.flow(
        "    observed ",
        &[Piece(paint.plain, &observed(&finding.observed)), Piece(paint.dim, &path)],
    )?;
    if !finding.expected.is_null() {
        page.flow("    expected ", &[Piece(paint.plain, &value(&finding.expected))])?;
    }
    Ok(())
}

fn related(page: &mut Page<'_>, related: &[Related]) -> io::Result<()> {
    let paint = page.paint;
    for related in related.iter().take(RELATED) {
        let file = related.location.as_ref().map(at).unwrap_or_default();
        let role = match related.message.as_str() {
            "" => String::new(),
            role => format!("({})", clip(role, VALUE)),
        };
        page.flow(
            "    see ",
            &[
                Piece(paint.bold, &clip(words::name(&related.resource), NAME)),
                Piece(paint.plain, &role),
                Piece(paint.dim, &file),
            ],
        )?;
    }
    if related.len() > RELATED {
        page.flow(
            "    see ",
            &[Piece(paint.dim, &format!("and {} more", related.len() - RELATED))],
        )?;
    }
    Ok(())
}

/// The outcomes that say nothing is wrong, as numbers by rule: a person asks which rules ran, a
/// script reads the single results from `json`.
pub fn counted(page: &mut Page<'_>, view: &View<'_>, options: &Options) -> io::Result<()> {
    let paint = page.paint;
    for (outcome, title, column) in
        [(OutcomeKind::Pass, "Passed", 2), (OutcomeKind::NotApplicable, "Not applicable", 3)]
    {
        if !options.outcomes.contains(&outcome) {
            continue;
        }
        let rules: Vec<_> = view.judging().filter(|(_, _, counts)| counts[column] > 0).collect();
        page.heading(paint.bold, title, &words::count(words::len(&rules), "rule"))?;
        for (_, rule, counts) in rules {
            let lead = format!("  {:>9}  ", words::number(counts[column]));
            page.line(&[Piece(paint.plain, &lead), Piece(paint.plain, &visible(&rule.id))])?;
        }
    }
    Ok(())
}
