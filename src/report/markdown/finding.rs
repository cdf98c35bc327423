//! Failures, by severity and rule.

use std::io::{self, Write};

use super::FINDINGS;
use super::table::{Row, Table};
use crate::finding::{BaselineState, Finding};
use crate::report::evidence::{VALUE, at, observed, value};
use crate::report::markup::{code, prose};
use crate::report::view::View;
use crate::report::{Limit, Options, words};
use crate::result::Entry;

/// Most columns of a name and a message.
const NAME: usize = 90;
const MESSAGE: usize = 800;
/// Related places that are shown.
const RELATED: usize = 3;
const COLUMNS: usize = 3;

/// Every rule that fails, worst first.
pub fn failures(out: &mut dyn Write, view: &View<'_>, options: &Options) -> io::Result<()> {
    if view.failures.is_empty() {
        return Ok(());
    }
    writeln!(out, "## Findings\n")?;
    let limit = match options.limit {
        Limit::All => usize::MAX,
        Limit::PerRule(limit) => limit,
        Limit::Auto => 20,
    };
    let mut table = Table::new(FINDINGS, &["Resource", "Place", "What is wrong"]);
    let rules = view.failures.chunk_by(|left, right| {
        (left.outline.severity, left.outline.rule) == (right.outline.severity, right.outline.rule)
    });
    for findings in rules {
        rule(&mut table, view, findings, limit);
    }
    table.write(out)
}

fn rule(table: &mut Table, view: &View<'_>, findings: &[Entry<'_>], limit: usize) {
    let outline = findings[0].outline;
    let rule = &view.report.rules[outline.rule];
    let count = words::count(words::len(findings), "finding");
    let title = format!(
        "{}: {} · {} · {count}",
        outline.severity,
        code(&rule.id, NAME),
        prose(&rule.title, VALUE)
    );
    table.row(&Row::heading(COLUMNS, &title));
    for (shown, entry) in findings.iter().take(limit).enumerate() {
        if table.is_full() {
            table.leave_out(words::len(findings) - shown as u64);
            return;
        }
        table.row(&finding(&entry.finding()));
    }
    let left = findings.len().saturating_sub(limit);
    if left > 0 {
        let text = format!("… and {} more of this rule", words::number(left as u64));
        table.row(&Row::wide(COLUMNS, &text));
    }
    let mend = rule.remediation.text.lines().map(str::trim).find(|line| !line.is_empty());
    if let Some(mend) = mend {
        table.row(&Row::wide(COLUMNS, &format!("<em>Mend:</em> {}", prose(mend, MESSAGE))));
    }
}

fn finding(finding: &Finding) -> Row {
    let mut name = code(words::name(&finding.resource), NAME);
    match finding.baseline {
        Some(BaselineState::Unchanged) => name.push_str(" (in baseline)"),
        Some(BaselineState::Updated) => name.push_str(" (graver than in baseline)"),
        Some(BaselineState::New) | None => {}
    }
    let place = words::place(&finding.resource);
    let mut places = Vec::new();
    places.extend((!place.is_empty()).then(|| code(&place, VALUE)));
    places.extend(finding.location.as_ref().map(|location| code(&at(location), VALUE)));
    let mut what = vec![prose(&finding.message, MESSAGE)];
    if !(finding.observed.is_null() && finding.expected.is_null()) {
        let mut evidence = format!("observed {}", code(&observed(&finding.observed), VALUE * 2));
        if !finding.expected.is_null() {
            evidence.push_str(", expected ");
            evidence.push_str(&code(&value(&finding.expected), VALUE * 2));
        }
        what.push(evidence);
    }
    for related in finding.related.iter().take(RELATED) {
        let Some(location) = &related.location else { continue };
        what.push(format!(
            "see {} ({}) {}",
            code(words::name(&related.resource), NAME),
            prose(&related.message, VALUE),
            code(&at(location), VALUE)
        ));
    }
    Row::new(&[&name, &places.join("<br>"), &what.join("<br>")])
}
