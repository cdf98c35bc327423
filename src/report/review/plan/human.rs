//! The review of a plan on a terminal: the verdict, then each step with whom it hits and what they lose.

use std::io::{self, Write};

use super::super::super::human::page::{Page, Piece, pad};
use super::super::super::{Options, clip, visible, words};
use super::super::{Beside, able, approval, held, mark, order, undo};
use super::{caller, counted, grouped, hits, is_bad, not_judged, roles, title};
use crate::inventory::placeholder;
use crate::review::plan::{JudgedStep, PlanReview};
use crate::review::{Answer, Check, Judged, Review, Reviewed, Verdict};

/// Steps that are shown in full.
const STEPS: usize = 20;
/// Steps that are named in a line each.
const LINES: usize = 30;
/// Items that are named.
const NAMES: usize = 20;
const TEXT: usize = 600;
const HANG: usize = 15;

pub(super) fn write(
    review: &PlanReview<'_>,
    beside: Beside<'_, '_>,
    out: &mut dyn Write,
    options: &Options,
) -> io::Result<()> {
    let mut page = Page::new(out, options);
    head(&mut page, review, beside.request)?;
    for step in review.steps.iter().take(STEPS) {
        self::step(&mut page, review, step, beside)?;
    }
    let rest = review.steps.get(STEPS..).unwrap_or_default();
    if !rest.is_empty() {
        let (bold, dim) = (page.paint.bold, page.paint.dim);
        page.heading(bold, "More steps", "")?;
        for step in rest.iter().take(LINES) {
            let first = step.step.judged.first().map_or("", |judged| &*judged.says);
            let lead = pad(&format!("  {}", step.verdict.words()), 18);
            let style = style(&page, step.verdict);
            let name = visible(&title(step.step)).into_owned();
            let plain = page.paint.plain;
            page.flow_from(
                &Piece(style, &lead),
                &[Piece(plain, &name), Piece(dim, &clip(first, 100))],
            )?;
        }
        if rest.len() > LINES {
            let more = format!("… and {} more; --format json lists all", rest.len() - LINES);
            page.flow("  ", &[Piece(dim, &more)])?;
        }
    }
    let others = not_judged(review);
    if !others.is_empty() {
        let (bold, dim) = (page.paint.bold, page.paint.dim);
        page.heading(bold, "Not judged", "nothing that backups rest on, as far as types tell")?;
        for other in others.iter().take(LINES) {
            page.flow("  - ", &[Piece(dim, &clip(&visible(other), TEXT))])?;
        }
        let more = others.len().saturating_sub(LINES);
        if more > 0 {
            let more = format!("… and {more} more types; --format json lists all");
            page.flow("  ", &[Piece(dim, &more)])?;
        }
    }
    foot(&mut page, review)?;
    beside.unread.write(&mut page)
}

fn style(page: &Page<'_>, verdict: Verdict) -> anstyle::Style {
    match verdict {
        Verdict::Go => page.paint.good,
        Verdict::NeedsApproval | Verdict::CannotTell => page.paint.doubt,
        Verdict::Stop => page.paint.bad,
    }
}

fn head(page: &mut Page<'_>, review: &PlanReview<'_>, name: &str) -> io::Result<()> {
    let (bold, dim) = (page.paint.bold, page.paint.dim);
    let verdict = style(page, review.verdict);
    let name = visible(name).into_owned();
    page.flow("", &[Piece(verdict, review.verdict.words()), Piece(bold, &name)])?;
    let mut told = vec![counted(review)];
    told.extend(review.asked.ticket.as_deref().map(|ticket| clip(ticket, 80).into_owned()));
    told.push(if review.asked.has_world {
        format!("estate as of {}", review.as_of)
    } else {
        "no estate beside it".to_owned()
    });
    page.flow("", &[Piece(dim, &told.join(" · "))])
}

fn step(
    page: &mut Page<'_>,
    review: &PlanReview<'_>,
    judged: &JudgedStep<'_>,
    beside: Beside<'_, '_>,
) -> io::Result<()> {
    page.blank()?;
    let (bold, dim) = (page.paint.bold, page.paint.dim);
    let step = judged.step;
    let verdict = style(page, judged.verdict);
    let name = visible(&title(step)).into_owned();
    let place = visible(&words::place(&placeholder::readable(&step.on))).into_owned();
    let noun = format!("({} {})", step.noun, super::deed(step.deed));
    page.flow(
        "",
        &[
            Piece(bold, &name),
            Piece(dim, &noun),
            Piece(dim, &place),
            Piece(verdict, judged.verdict.words()),
        ],
    )?;
    let mut statements: Vec<&Judged> = step.judged.iter().collect();
    statements.sort_by_key(|judged| order(judged.answer));
    for judged in statements {
        statement(page, judged)?;
    }
    if let Some(text) = hits(step) {
        line(page, "hits", &text)?;
        for group in grouped(step, NAMES) {
            line(page, "", &group)?;
        }
    }
    for (operation, target) in review.operations(judged) {
        self::operation(page, operation, target, beside)?;
    }
    Ok(())
}

/// An operation that the step is, as it was reviewed: in short where nothing speaks against it.
fn operation(
    page: &mut Page<'_>,
    review: &Review<'_, '_>,
    target: &Reviewed<'_>,
    beside: Beside<'_, '_>,
) -> io::Result<()> {
    let text = format!("{} of {}: {}", review.operation().id, target.name, target.verdict.words());
    line(page, "operation", &text)?;
    let mut checks: Vec<&Check> = target.checks.iter().collect();
    checks.retain(|check| matches!(check.judged.answer, Answer::Fail(_) | Answer::Unknown(_)));
    checks.sort_by_key(|check| order(check.judged.answer));
    for check in checks {
        let text = format!(
            "{} {}: {}",
            mark(check.judged.answer),
            check.precondition.id,
            check.judged.says
        );
        line(page, "", &text)?;
    }
    line(page, "undo", &undo(target))?;
    line(page, "who can", &able(target))?;
    for block in target.who.held() {
        line(page, "approval", &held(block, beside.access))?;
    }
    if let Some(text) = approval(&target.who.approval) {
        line(page, "approval", &text)?;
    }
    Ok(())
}

fn statement(page: &mut Page<'_>, judged: &Judged) -> io::Result<()> {
    let style = match order(judged.answer) {
        0 => page.paint.bad,
        1 | 2 => page.paint.doubt,
        _ => page.paint.dim,
    };
    let lead = pad(&format!("  {}", mark(judged.answer)), HANG);
    let plain = page.paint.plain;
    page.flow_from(&Piece(style, &lead), &[Piece(plain, &clip(&judged.says, TEXT))])?;
    if let Some(fix) = &judged.fix {
        let indent = " ".repeat(HANG);
        page.flow(&indent, &[Piece(plain, &format!("→ {}", clip(fix, TEXT)))])?;
    }
    Ok(())
}

fn line(page: &mut Page<'_>, name: &str, text: &str) -> io::Result<()> {
    let lead = pad(&format!("  {name}"), HANG);
    let plain = page.paint.plain;
    page.flow(&lead, &[Piece(plain, &clip(text, TEXT))])
}

fn foot(page: &mut Page<'_>, review: &PlanReview<'_>) -> io::Result<()> {
    let (bold, dim, plain) = (page.paint.bold, page.paint.dim, page.paint.plain);
    page.heading(bold, "To apply it", "")?;
    line(page, "roles", &roles(&review.apply))?;
    line(page, "caller", &caller(review))?;
    if let Some(text) = approval(&review.approval) {
        line(page, "approval", &text)?;
    }
    for need in review.apply.needs.iter().take(NAMES) {
        let on = visible(&placeholder::readable(&need.on)).into_owned();
        page.flow("  - ", &[Piece(plain, &visible(&need.action)), Piece(dim, &on)])?;
    }
    let more = review.apply.needs.len().saturating_sub(NAMES);
    if more > 0 {
        page.flow("  ", &[Piece(dim, &format!("… and {more} more; --format json lists all"))])?;
    }
    if review.steps.iter().any(is_bad) && !review.asked.has_world {
        page.blank()?;
        page.flow(
            "",
            &[Piece(dim, "whom it hits:"), Piece(plain, "add --estate SNAPSHOT, or --live")],
        )?;
    }
    Ok(())
}
