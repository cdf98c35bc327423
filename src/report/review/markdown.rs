//! A review as Markdown: the evidence of a ticket, or the comment on a pull request.
//!
//! Names and values come from strangers: nothing of them may become markup, a link or a mention.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::super::cell::{code, text};
use super::super::words;
use super::{
    Beside, able, alike, approval, caller, counted, covered, first_able, held, mark, names, order,
    undo,
};
use crate::review::{Answer, Check, Review, Reviewed, Verdict};

/// GitHub takes 65,536 characters in a comment
/// (<https://github.com/orgs/community/discussions/27190>).
pub(super) const MOST: usize = 60_000;

pub(super) fn write(
    review: &Review<'_, '_>,
    beside: Beside<'_, '_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut page = head(review);
    let foot = foot(review, beside);
    let (mut told, mut shown) = (0, 0);
    for (target, others) in alike(review) {
        let mut text = self::target(review, target, beside);
        if !others.is_empty() {
            let _ = writeln!(text, "- **Alike**: {}", self::text(&names(&others)));
        }
        if shown > 0 && page.len() + text.len() + foot.len() > MOST {
            break;
        }
        page.push_str(&text);
        told += 1 + others.len();
        shown += 1;
    }
    let rest = review.targets.len().saturating_sub(told);
    if rest > 0 {
        let _ = write!(
            page,
            "\n_{} more, none of them worse, are left out: `--format json` lists all._\n",
            words::count(rest as u64, "target"),
        );
    }
    page.push_str(&foot);
    out.write_all(page.as_bytes())
}

pub(super) fn icon(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Go => "✅",
        Verdict::NeedsApproval => "✋",
        Verdict::CannotTell => "❔",
        Verdict::Stop => "⛔",
    }
}

fn head(review: &Review<'_, '_>) -> String {
    let operation = review.operation();
    let mut page = format!(
        "## {} {}: `{}`\n\nTo {}. {}.\n\n",
        icon(review.verdict),
        review.verdict.words(),
        operation.id,
        operation.title,
        counted(review),
    );
    let request = review.request;
    let mut rows: Vec<(&str, String)> = Vec::new();
    let mut row = |name, value: &Option<String>| {
        rows.extend(value.as_deref().map(|value| (name, text(value))));
    };
    row("Ticket", &request.ticket);
    row("Reason", &request.reason);
    row("Caller", &request.caller);
    row("Approved by", &request.approved_by);
    rows.push(("Estate as of", review.as_of.to_string()));
    if review.when != review.as_of {
        rows.push(("For", review.when.to_string()));
    }
    page.push_str("| | |\n| --- | --- |\n");
    for (name, value) in rows {
        let _ = writeln!(page, "| {name} | {value} |");
    }
    for said in &review.statements {
        let fix = said.fix.as_ref().map_or_else(String::new, |fix| format!("<br>→ {}", text(fix)));
        let _ = writeln!(page, "| **{}** | {}{fix} |", mark(said.answer), text(&said.says));
    }
    page
}

fn target(review: &Review<'_, '_>, target: &Reviewed<'_>, beside: Beside<'_, '_>) -> String {
    let mut page = format!(
        "\n### {} {} {}\n\n{}\n\n| | | |\n| --- | --- | --- |\n",
        icon(target.verdict),
        target.verdict.words(),
        text(&target.name),
        code(&target.on),
    );
    let mut checks: Vec<&Check> = target.checks.iter().collect();
    checks.sort_by_key(|check| order(check.judged.answer));
    for check in &checks {
        let _ = writeln!(
            page,
            "| {} | {} | {} |",
            mark(check.judged.answer),
            check.precondition.id,
            judged(check)
        );
    }
    page.push('\n');
    let mut item = |name: &str, value: &str| {
        let _ = writeln!(page, "- **{name}**: {}", text(value));
    };
    for change in &target.changes {
        item("Changes", &format!("{}: {} → {}", change.what, change.before, change.after));
    }
    for lost in &target.lost {
        item("Lost", lost);
    }
    item("Can it be undone", &undo(target));
    item(
        "Who can",
        &format!("{}. {}", able(target), first_able(target, beside.access, 6).join(", ")),
    );
    item("Caller", &caller(target, beside.access));
    let operation = review.operation();
    let [documented, guide] = &target.who.minima;
    item(
        "Microsoft's minimum",
        &format!("{} ({})", operation.documented_minimum.words("none stated"), covered(documented)),
    );
    item(
        "The guide's minimum",
        &format!("{} ({})", operation.guide_minimum.words("it names none"), covered(guide)),
    );
    for block in target.who.held() {
        item("Approval", &held(block, beside.access));
    }
    if let Some(text) = approval(&target.who.approval) {
        item("Approval", &text);
    }
    for advice in &target.advice {
        item("Better", &format!("{}: {}", advice.operation, advice.because));
    }
    for missing in &target.missing {
        let mut value = format!("{} ({}): {}", missing.precondition, missing.reason, missing.says);
        if let Some(permission) = &missing.permission {
            let _ = write!(value, "; it takes {permission}");
        }
        if !missing.granters.is_empty() {
            let _ = write!(value, "; who could grant it: {}", missing.granters.join(", "));
        }
        item("Missing", &value);
    }
    page
}

/// What a precondition comes to, in one cell.
fn judged(check: &Check) -> String {
    let judged = &check.judged;
    let mut cell = text(&judged.says);
    if matches!(judged.answer, Answer::Fail(_) | Answer::Unknown(_)) {
        for seen in judged.evidence.iter().take(4) {
            let path =
                if seen.path.is_empty() { String::new() } else { format!(" {}", text(&seen.path)) };
            let observed = if seen.observed.is_empty() {
                String::new()
            } else {
                format!(": {}", code(&seen.observed))
            };
            let _ = write!(cell, "<br>{}{path}{observed}", text(words::name(&seen.resource)));
        }
        if let Some(fix) = &judged.fix {
            let _ = write!(cell, "<br>→ {}", text(fix));
        }
    }
    if let Some(claims) = &judged.claims {
        let decides = match claims.parameter {
            Some(parameter) => format!("{parameter} = {}", claims.value),
            None => format!("what counts: {}", claims.value),
        };
        let _ = write!(
            cell,
            "<br>_Guide: {}. Documentation: {}. {}_",
            text(claims.guide),
            text(claims.documentation),
            text(&decides)
        );
    }
    cell
}

fn foot(review: &Review<'_, '_>, beside: Beside<'_, '_>) -> String {
    let mut page = String::new();
    if !review.operation().notes.is_empty() {
        page.push_str("\n**Good to know**\n\n");
        for note in review.operation().notes {
            let _ = writeln!(page, "- {}", text(note));
        }
    }
    let gaps = beside.unread.gaps.len();
    if gaps > 0 {
        let _ = write!(
            page,
            "\n{} of the estate should have been readable and were not.\n",
            words::count(gaps as u64, "part")
        );
    }
    let _ = write!(
        page,
        "\n<sub>backuplint {}; `backuplint explain {}` describes the operation.</sub>\n",
        env!("CARGO_PKG_VERSION"),
        review.operation().id
    );
    page
}
