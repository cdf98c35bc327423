//! The review of a plan as Markdown: the comment on a pull request, or the evidence of a ticket.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::super::super::cell::{code, text};
use super::super::super::words;
use super::super::markdown::{MOST, icon};
use super::super::{Beside, able, approval, held, mark, order, undo};
use super::{caller, counted, grouped, hits, not_judged, roles, title};
use crate::inventory::placeholder;
use crate::review::plan::{JudgedStep, PlanReview};
use crate::review::{Answer, Judged, Review, Reviewed};

/// Items that are named in a step.
const NAMES: usize = 50;

pub(super) fn write(
    review: &PlanReview<'_>,
    beside: Beside<'_, '_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut page = head(review, beside.request);
    let foot = foot(review, beside);
    let mut shown = 0;
    for step in &review.steps {
        let text = self::step(review, step, beside);
        if shown > 0 && page.len() + text.len() + foot.len() > MOST {
            break;
        }
        page.push_str(&text);
        shown += 1;
    }
    let rest = review.steps.len().saturating_sub(shown);
    if rest > 0 {
        let _ = write!(
            page,
            "\n_{} more, none of them worse, are left out: `--format json` lists all._\n",
            words::count(rest as u64, "step"),
        );
    }
    page.push_str(&foot);
    out.write_all(page.as_bytes())
}

fn head(review: &PlanReview<'_>, name: &str) -> String {
    let mut page = format!(
        "## {} {}: {}\n\n{}.\n\n",
        icon(review.verdict),
        review.verdict.words(),
        code(name),
        counted(review),
    );
    let asked = review.asked;
    let mut rows: Vec<(&str, String)> = Vec::new();
    let mut row = |name, value: &Option<String>| {
        rows.extend(value.as_deref().map(|value| (name, text(value))));
    };
    row("Ticket", &asked.ticket);
    row("Caller", &asked.caller);
    row("Approved by", &asked.approved_by);
    rows.push((
        "Estate",
        if asked.has_world {
            format!("as of {}", review.as_of)
        } else {
            "none beside it: whom it hits is only what the change itself shows".to_owned()
        },
    ));
    page.push_str("| | |\n| --- | --- |\n");
    for (name, value) in rows {
        let _ = writeln!(page, "| {name} | {value} |");
    }
    page
}

fn step(review: &PlanReview<'_>, judged: &JudgedStep<'_>, beside: Beside<'_, '_>) -> String {
    let step = judged.step;
    let mut page = format!(
        "\n### {} {} {} ({} {})\n\n{}\n\n| | |\n| --- | --- |\n",
        icon(judged.verdict),
        judged.verdict.words(),
        text(&title(step)),
        step.noun,
        super::deed(step.deed),
        code(&placeholder::readable(&step.on)),
    );
    let mut statements: Vec<&Judged> = step.judged.iter().collect();
    statements.sort_by_key(|judged| order(judged.answer));
    for judged in statements {
        let fix =
            judged.fix.as_ref().map_or_else(String::new, |fix| format!("<br>→ {}", text(fix)));
        let _ = writeln!(page, "| {} | {}{fix} |", mark(judged.answer), text(&judged.says));
    }
    page.push('\n');
    if let Some(told) = hits(step) {
        let _ = writeln!(page, "**Hits** {}\n", text(&told));
        for group in grouped(step, NAMES) {
            let _ = writeln!(page, "- {}", text(&group));
        }
    }
    for (operation, target) in review.operations(judged) {
        page.push_str(&self::operation(operation, target, beside));
    }
    page
}

fn operation(review: &Review<'_, '_>, target: &Reviewed<'_>, beside: Beside<'_, '_>) -> String {
    let mut page = format!(
        "\n**Operation** `{}` of {}: {}\n\n",
        review.operation().id,
        text(&target.name),
        target.verdict.words()
    );
    let mut item = |name: &str, value: &str| {
        let _ = writeln!(page, "- **{name}**: {}", text(value));
    };
    let mut checks: Vec<_> = target.checks.iter().collect();
    checks.sort_by_key(|check| order(check.judged.answer));
    for check in checks {
        if matches!(check.judged.answer, Answer::Fail(_) | Answer::Unknown(_)) {
            let name = format!("{} {}", mark(check.judged.answer), check.precondition.id);
            item(&name, &check.judged.says);
        }
    }
    item("Can it be undone", &undo(target));
    item("Who can", &able(target));
    for block in target.who.held() {
        item("Approval", &held(block, beside.access));
    }
    if let Some(text) = approval(&target.who.approval) {
        item("Approval", &text);
    }
    page
}

fn foot(review: &PlanReview<'_>, beside: Beside<'_, '_>) -> String {
    const MOST_NEEDS: usize = 30;
    let mut page = String::new();
    let others = not_judged(review);
    if !others.is_empty() {
        page.push_str("\n**Not judged**: nothing that backups rest on, as far as types tell\n\n");
        for other in others.iter().take(MOST_NEEDS) {
            let _ = writeln!(page, "- {}", text(other));
        }
        let more = others.len().saturating_sub(MOST_NEEDS);
        if more > 0 {
            let _ = writeln!(page, "- … and {more} more types");
        }
    }
    let _ = write!(page, "\n**To apply it**: {}\n\n", text(&roles(&review.apply)));
    let _ = writeln!(page, "- **Caller**: {}", text(&caller(review)));
    if let Some(told) = approval(&review.approval) {
        let _ = writeln!(page, "- **Approval**: {}", text(&told));
    }
    for need in review.apply.needs.iter().take(MOST_NEEDS) {
        let on = placeholder::readable(&need.on);
        let _ = writeln!(page, "- {} on {}", code(&need.action), code(&on));
    }
    let more = review.apply.needs.len().saturating_sub(MOST_NEEDS);
    if more > 0 {
        let _ = writeln!(page, "- … and {more} more");
    }
    let gaps = beside.unread.gaps.len();
    if gaps > 0 {
        let _ = write!(
            page,
            "\n{} of the estate should have been readable and were not.\n",
            words::count(gaps as u64, "part")
        );
    }
    let _ = write!(page, "\n<sub>backuplint {}</sub>\n", env!("CARGO_PKG_VERSION"));
    page
}
