//! A review on a terminal: the verdict, what speaks against it, who, what is lost, and what to do.

use std::io::{self, Write};

use super::super::human::page::{Page, Piece, pad};
use super::super::{Options, clip, visible, words};
use super::{
    Beside, able, alike, approval, caller, counted, covered, first_able, held, mark, names, order,
    undo,
};
use crate::review::{Answer, Check, Judged, MinimumOf, Review, Reviewed, Verdict};

/// Targets that are shown in full.
const TARGETS: usize = 10;
/// Targets that are named in a line each.
const LINES: usize = 30;
const TEXT: usize = 600;
/// Below this column stands what belongs to a precondition.
const HANG: usize = 15;
const EVIDENCE: usize = 4;

pub(super) fn write(
    review: &Review<'_, '_>,
    beside: Beside<'_, '_>,
    out: &mut dyn Write,
    options: &Options,
) -> io::Result<()> {
    let mut page = Page::new(out, options);
    head(&mut page, review)?;
    for said in &review.statements {
        statement(&mut page, said)?;
    }
    let groups = alike(review);
    for (target, others) in groups.iter().take(TARGETS) {
        self::target(&mut page, review, target, beside)?;
        if !others.is_empty() {
            line(&mut page, "alike", &names(others))?;
        }
    }
    let rest = groups.get(TARGETS..).unwrap_or_default();
    if !rest.is_empty() {
        let bold = page.paint.bold;
        page.heading(bold, "More targets", "")?;
        for (target, others) in rest.iter().take(LINES) {
            self::more(&mut page, target, others.len())?;
        }
        if rest.len() > LINES {
            let more = format!("… and {} more; --format json lists all", rest.len() - LINES);
            let dim = page.paint.dim;
            page.flow("  ", &[Piece(dim, &more)])?;
        }
    }
    foot(&mut page, review)?;
    beside.unread.write(&mut page)
}

/// A target in a line, with what decides its verdict.
fn more(page: &mut Page<'_>, target: &Reviewed<'_>, others: usize) -> io::Result<()> {
    let mut first = worst(target).map_or_else(String::new, |check| {
        format!("{}: {}", check.precondition.id, clip(&check.judged.says, 80))
    });
    if others > 0 {
        first = format!("{first} (and {others} alike)");
    }
    let lead = pad(&format!("  {}", target.verdict.words()), 18);
    let style = style(page, target.verdict);
    let name = visible(&target.name);
    let (plain, dim) = (page.paint.plain, page.paint.dim);
    page.flow_from(&Piece(style, &lead), &[Piece(plain, &name), Piece(dim, &first)])
}

fn style(page: &Page<'_>, verdict: Verdict) -> anstyle::Style {
    match verdict {
        Verdict::Go => page.paint.good,
        Verdict::NeedsApproval | Verdict::CannotTell => page.paint.doubt,
        Verdict::Stop => page.paint.bad,
    }
}

fn head(page: &mut Page<'_>, review: &Review<'_, '_>) -> io::Result<()> {
    let (bold, dim) = (page.paint.bold, page.paint.dim);
    let operation = review.operation();
    let verdict = style(page, review.verdict);
    let what = format!("({})", operation.title);
    page.flow(
        "",
        &[Piece(verdict, review.verdict.words()), Piece(bold, operation.id), Piece(dim, &what)],
    )?;
    let request = review.request;
    let mut told = vec![counted(review)];
    told.extend(request.ticket.as_deref().map(|ticket| clip(ticket, 80).into_owned()));
    told.extend(request.reason.as_deref().map(|reason| clip(reason, 200).into_owned()));
    told.push(format!("estate as of {}", review.as_of));
    if review.when != review.as_of {
        told.push(format!("for {}", review.when));
    }
    page.flow("", &[Piece(dim, &told.join(" · "))])
}

fn target(
    page: &mut Page<'_>,
    review: &Review<'_, '_>,
    target: &Reviewed<'_>,
    beside: Beside<'_, '_>,
) -> io::Result<()> {
    page.blank()?;
    let (bold, dim, plain) = (page.paint.bold, page.paint.dim, page.paint.plain);
    let verdict = style(page, target.verdict);
    let place = visible(&words::place(&target.on)).into_owned();
    page.flow(
        "",
        &[
            Piece(bold, &visible(&target.name)),
            Piece(dim, &place),
            Piece(verdict, target.verdict.words()),
        ],
    )?;
    let mut checks: Vec<&Check> = target.checks.iter().collect();
    checks.sort_by_key(|check| order(check.judged.answer));
    for check in checks {
        self::check(page, check)?;
    }
    for change in &target.changes {
        let text = format!("{}: {} → {}", change.what, change.before, change.after);
        line(page, "changes", &text)?;
    }
    for lost in &target.lost {
        line(page, "lost", lost)?;
    }
    line(page, "undo", &undo(target))?;
    line(page, "who can", &able(target))?;
    let names = first_able(target, beside.access, 6);
    if !names.is_empty() {
        line(page, "", &names.join(", "))?;
    }
    line(page, "caller", &caller(target, beside.access))?;
    let operation = review.operation();
    let minima = [
        (
            MinimumOf::Documented,
            "Microsoft's minimum",
            &operation.documented_minimum,
            "none stated",
        ),
        (MinimumOf::Guide, "the guide's minimum", &operation.guide_minimum, "it names none"),
    ];
    for ((of, name, minimum, none), holds) in minima.into_iter().zip(&target.who.minima) {
        let counts = if of == target.who.counts { ", which counts here" } else { "" };
        let text = format!("{name}{counts}: {} ({})", minimum.words(none), covered(holds));
        line(page, "", &text)?;
    }
    for block in target.who.held() {
        line(page, "approval", &held(block, beside.access))?;
    }
    if let Some(text) = approval(&target.who.approval) {
        line(page, "approval", &text)?;
    }
    for advice in &target.advice {
        line(page, "better", &format!("{}: {}", advice.operation, advice.because))?;
    }
    for missing in &target.missing {
        let mut text = format!("{} ({}): {}", missing.precondition, missing.reason, missing.says);
        if let Some(permission) = &missing.permission {
            text = format!("{text}; it takes {permission}");
        }
        if !missing.granters.is_empty() {
            text = format!("{text}; who could grant it: {}", missing.granters.join(", "));
        }
        line(page, "missing", &text)?;
    }
    if target.checks.is_empty() {
        page.flow("  ", &[Piece(plain, "nothing was judged")])?;
    }
    Ok(())
}

fn line(page: &mut Page<'_>, name: &str, text: &str) -> io::Result<()> {
    let (dim, plain) = (page.paint.dim, page.paint.plain);
    let lead = pad(&format!("  {name}"), HANG);
    page.flow_from(&Piece(dim, &lead), &[Piece(plain, &clip(text, TEXT))])
}

/// What is said of the whole change.
fn statement(page: &mut Page<'_>, said: &Judged) -> io::Result<()> {
    judged(page, said, "")
}

fn check(page: &mut Page<'_>, check: &Check) -> io::Result<()> {
    judged(page, &check.judged, check.precondition.id)
}

fn judged(page: &mut Page<'_>, judged: &Judged, name: &str) -> io::Result<()> {
    let style = match judged.answer {
        Answer::Pass => page.paint.good,
        Answer::Fail(crate::review::Weight::Stops) => page.paint.bad,
        Answer::Fail(_) | Answer::Unknown(_) => page.paint.doubt,
        Answer::NotApplicable => page.paint.dim,
    };
    let (plain, dim) = (page.paint.plain, page.paint.dim);
    let lead = pad(&format!("  {} {name}", pad(mark(judged.answer), 7)), HANG);
    page.flow_from(&Piece(style, &lead), &[Piece(plain, &clip(&judged.says, TEXT))])?;
    let indent = " ".repeat(HANG);
    if matches!(judged.answer, Answer::Fail(_) | Answer::Unknown(_)) {
        for seen in judged.evidence.iter().take(EVIDENCE) {
            let text = evidence(&seen.resource, &seen.path, &seen.observed);
            page.flow(&indent, &[Piece(dim, &text)])?;
        }
        if let Some(fix) = &judged.fix {
            page.flow(&indent, &[Piece(plain, &format!("→ {}", clip(fix, TEXT)))])?;
        }
    }
    if let Some(claims) = &judged.claims {
        let decides = match claims.parameter {
            Some(parameter) => format!("{parameter} = {}", claims.value),
            None => format!("what counts: {}", claims.value),
        };
        let text =
            format!("guide: {}; documentation: {} ({decides})", claims.guide, claims.documentation);
        page.flow(&indent, &[Piece(dim, &text)])?;
    }
    Ok(())
}

fn evidence(resource: &str, path: &str, observed: &str) -> String {
    let name = clip(words::name(resource), 80).into_owned();
    let path = if path.is_empty() { String::new() } else { format!(" {}", clip(path, 120)) };
    let observed =
        if observed.is_empty() { String::new() } else { format!(": {}", clip(observed, 200)) };
    format!("{name}{path}{observed}")
}

/// The precondition that decides a verdict.
fn worst<'t>(target: &'t Reviewed<'_>) -> Option<&'t Check> {
    let against =
        |check: &&Check| matches!(check.judged.answer, Answer::Fail(_) | Answer::Unknown(_));
    target.checks.iter().filter(against).min_by_key(|check| order(check.judged.answer))
}

fn foot(page: &mut Page<'_>, review: &Review<'_, '_>) -> io::Result<()> {
    let (bold, plain, dim) = (page.paint.bold, page.paint.plain, page.paint.dim);
    let notes = review.operation().notes;
    if !notes.is_empty() {
        page.heading(bold, "Good to know", "")?;
        for note in notes {
            page.flow("  - ", &[Piece(plain, note)])?;
        }
    }
    page.blank()?;
    let next = format!("backuplint explain {}", review.operation().id);
    page.flow("", &[Piece(dim, "the operation:"), Piece(plain, &next)])
}
