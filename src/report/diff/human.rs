//! A comparison on a terminal: what is new and worse first.

use std::io::{self, Write};

use super::super::human::page::{Page, Piece, pad};
use super::super::{Options, clip, visible, words};
use super::{Beside, counted, gain, how, rights, sorted};
use crate::diff::{Diff, Verdict};

/// Entries of a section that are shown.
const MOST: usize = 25;
const TEXT: usize = 400;
const HANG: usize = 12;

pub(super) fn write(
    diff: &Diff<'_>,
    beside: Beside<'_>,
    out: &mut dyn Write,
    options: &Options,
) -> io::Result<()> {
    let mut page = Page::new(out, options);
    head(&mut page, diff, beside)?;
    let new = sorted(&diff.new, |new| new.verdict);
    section(&mut page, "New", &new, |page, new| {
        let note = if new.was_undecided { "it was undecided before" } else { "" };
        finding(page, new.verdict, note)
    })?;
    let worse = sorted(&diff.worse, |worse| worse.verdict);
    section(&mut page, "Worse", &worse, |page, worse| {
        finding(page, worse.verdict, &format!("it was {}", worse.before))
    })?;
    if let Some(between) = &diff.estates {
        let weakened = sorted(&between.weakened, |verdict| verdict);
        section(&mut page, "Protection weakened", &weakened, |page, verdict| {
            finding(page, verdict, "")
        })?;
        for (title, list, doubt) in rights(&between.rights) {
            let list: Vec<_> = list.iter().collect();
            section(&mut page, title, &list, |page, gained| {
                let bold = page.paint.bold;
                let label = visible(&gained.label).into_owned();
                page.flow("  ", &[Piece(bold, &label)])?;
                let plain = page.paint.plain;
                page.flow(&" ".repeat(HANG), &[Piece(plain, &clip(&gain(gained, doubt), TEXT))])
            })?;
        }
        let vanished: Vec<_> = between.vanished.iter().collect();
        section(&mut page, "Vanished", &vanished, |page, vanished| {
            let (plain, dim) = (page.paint.plain, page.paint.dim);
            let name = visible(words::name(&vanished.on)).into_owned();
            let place = visible(&words::place(&vanished.on)).into_owned();
            let doubt = vanished.doubt.map_or_else(String::new, |reason| {
                format!("or only no longer seen: {}", reason.name())
            });
            page.flow("  ", &[Piece(plain, &name), Piece(dim, &place), Piece(dim, &doubt)])
        })?;
    }
    let unclear = sorted(&diff.unclear, |unclear| unclear.verdict);
    section(
        &mut page,
        "Unclear: it failed, and nobody can tell any more",
        &unclear,
        |page, it| finding(page, it.verdict, &it.why),
    )?;
    let fixed = sorted(&diff.fixed, |fixed| fixed.verdict);
    section(&mut page, "Fixed", &fixed, |page, fixed| {
        finding(page, fixed.verdict, how(fixed.how))
    })?;
    blind(&mut page, beside)
}

fn head(page: &mut Page<'_>, diff: &Diff<'_>, beside: Beside<'_>) -> io::Result<()> {
    let (bold, dim) = (page.paint.bold, page.paint.dim);
    let (style, word) = if diff.is_worse(beside.fail_on) {
        (page.paint.bad, "WORSE")
    } else if !diff.is_partial(beside.new) {
        (page.paint.good, "NO WORSE")
    } else {
        (page.paint.doubt, "NO WORSE, AS FAR AS WAS READ")
    };
    let names = format!("{} → {}", visible(&beside.old.name), visible(&beside.new.name));
    page.flow("", &[Piece(style, word), Piece(bold, &names)])?;
    let times = format!("{} → {}", visible(&beside.old.as_of), visible(&beside.new.as_of));
    page.flow("", &[Piece(dim, &times), Piece(dim, "·"), Piece(dim, &counted(diff))])
}

fn section<'t, T>(
    page: &mut Page<'_>,
    title: &str,
    list: &[&'t T],
    one: impl Fn(&mut Page<'_>, &'t T) -> io::Result<()>,
) -> io::Result<()> {
    if list.is_empty() {
        return Ok(());
    }
    let (bold, dim) = (page.paint.bold, page.paint.dim);
    page.heading(bold, title, &words::number(words::len(list)))?;
    for entry in list.iter().take(MOST) {
        one(page, entry)?;
    }
    let more = list.len().saturating_sub(MOST);
    if more == 0 {
        return Ok(());
    }
    page.flow("  ", &[Piece(dim, &format!("… and {more} more; --format json lists all"))])
}

fn finding(page: &mut Page<'_>, verdict: &Verdict, note: &str) -> io::Result<()> {
    let lead = pad(&format!("  {}", verdict.severity), HANG);
    let style = page.paint.severity(verdict.severity);
    let (name, dim, plain) = (page.paint.name, page.paint.dim, page.paint.plain);
    let resource = visible(words::name(&verdict.resource)).into_owned();
    let place = visible(&words::place(&verdict.resource)).into_owned();
    let rule = visible(&verdict.rule).into_owned();
    page.flow_from(
        &Piece(style, &lead),
        &[Piece(name, &rule), Piece(plain, &resource), Piece(dim, &place)],
    )?;
    let indent = " ".repeat(HANG);
    page.flow(&indent, &[Piece(plain, &clip(&verdict.message, TEXT))])?;
    if note.is_empty() {
        return Ok(());
    }
    page.flow(&indent, &[Piece(dim, &clip(note, TEXT))])
}

/// What the newer side could not read.
fn blind(page: &mut Page<'_>, beside: Beside<'_>) -> io::Result<()> {
    let gaps = &beside.new.blind;
    if gaps.is_empty() {
        return Ok(());
    }
    let (doubt, plain, dim) = (page.paint.doubt, page.paint.plain, page.paint.dim);
    page.heading(doubt, "Not readable now", &words::count(gaps.len() as u64, "gap"))?;
    for gap in gaps.iter().take(MOST) {
        let (kind, scope) = (visible(&gap.kind), visible(&gap.scope));
        let reason = visible(&gap.reason);
        page.flow("  ", &[Piece(plain, &kind), Piece(dim, &reason), Piece(dim, &scope)])?;
    }
    let more = gaps.len().saturating_sub(MOST);
    if more == 0 {
        return Ok(());
    }
    page.flow("  ", &[Piece(dim, &format!("… and {more} more; --format json lists all"))])
}
