//! The matrix on a terminal: the numbers, then the worst items with what stands in the way and what to do first.

use std::io::{self, Write};

use unicode_width::UnicodeWidthStr;

use super::super::human::page::{Page, Piece, pad};
use super::super::{Options, clip, visible, words};
use super::group::{Alike, alike};
use super::table::{Table, tables};
use super::{Beside, OPEN, because, counted, lost, name, notes, objective, restored};
use crate::inventory::{Reason, Span};
use crate::readiness::{Item, Matrix, Readiness, Way};

/// Groups of items that are shown.
const GROUPS: usize = 15;
/// Items that are looked at for that.
const ITEMS: usize = 2_000;
const TEXT: usize = 400;
const HANG: usize = 12;
/// Columns of the first cell of a table.
const CELL: usize = 40;

pub(super) fn write(
    matrix: &Matrix<'_, '_, '_>,
    beside: Beside<'_>,
    out: &mut dyn Write,
    options: &Options,
) -> io::Result<()> {
    let mut page = Page::new(out, options);
    head(&mut page, matrix)?;
    for table in tables(matrix) {
        self::table(&mut page, &table)?;
    }
    items(&mut page, matrix, beside.all)?;
    unread_vaults(&mut page, matrix)?;
    beside.unread.write(&mut page)
}

fn style(page: &Page<'_>, readiness: Readiness) -> anstyle::Style {
    match readiness {
        Readiness::Ready => page.paint.good,
        Readiness::Unknown => page.paint.doubt,
        Readiness::Blocked => page.paint.bad,
        Readiness::NotOffered => page.paint.dim,
    }
}

fn head(page: &mut Page<'_>, matrix: &Matrix<'_, '_, '_>) -> io::Result<()> {
    let (bold, dim, plain) = (page.paint.bold, page.paint.dim, page.paint.plain);
    let summary = &matrix.summary;
    let count = counted(summary.all.items);
    let items = words::count(summary.all.items.all(), "active item");
    page.flow("", &[Piece(bold, &format!("{items}:")), Piece(plain, &count)])?;
    let mut told = vec![format!("estate as of {}", matrix.basis.now)];
    if summary.inactive > 0 {
        told.push(format!("{} not active, left out", words::number(summary.inactive)));
    }
    told.push("an item is blocked if no way is open".to_owned());
    page.flow("", &[Piece(dim, &told.join(" · "))])?;
    page.flow("", &[Piece(dim, OPEN)])
}

fn table(page: &mut Page<'_>, table: &Table) -> io::Result<()> {
    let (bold, dim, plain) = (page.paint.bold, page.paint.dim, page.paint.plain);
    page.heading(bold, table.title, "")?;
    let rows: Vec<Vec<String>> = table
        .rows
        .iter()
        .map(|row| row.iter().map(|cell| clip(cell, CELL).into_owned()).collect())
        .collect();
    let widths: Vec<usize> = table
        .head
        .iter()
        .enumerate()
        .map(|(at, head)| {
            let cells = rows.iter().filter_map(|row| row.get(at)).map(|cell| cell.width());
            cells.chain([head.width()]).max().unwrap_or_default()
        })
        .collect();
    let line = |cells: Vec<&str>| {
        let cells = cells.iter().zip(&widths).map(|(cell, width)| pad(cell, *width));
        format!("  {}", cells.collect::<Vec<_>>().join("  ").trim_end())
    };
    page.line(&[Piece(dim, &line(table.head.clone()))])?;
    for row in &rows {
        page.line(&[Piece(plain, &line(row.iter().map(String::as_str).collect()))])?;
    }
    if table.left_out > 0 {
        let more = format!("… and {} more; --format json lists all", table.left_out);
        page.flow("  ", &[Piece(dim, &more)])?;
    }
    Ok(())
}

fn items(page: &mut Page<'_>, matrix: &Matrix<'_, '_, '_>, all: bool) -> io::Result<()> {
    let (bold, dim) = (page.paint.bold, page.paint.dim);
    let (groups, looked_at) = alike(matrix, if all { usize::MAX } else { ITEMS });
    if groups.is_empty() {
        return Ok(());
    }
    page.heading(bold, "Worst first", "")?;
    let shown = if all { groups.len() } else { GROUPS };
    let mut told = 0;
    for group in groups.iter().take(shown) {
        told += 1 + group.count;
        self::group(page, matrix, group)?;
    }
    let rest = matrix.len() - told.min(matrix.len());
    if rest > 0 {
        let more = format!(
            "{} more, none of them worse{}; --verbose shows them all, --format csv writes one line each",
            words::count(rest as u64, "item"),
            if looked_at < matrix.len() { ", some of them like these" } else { "" },
        );
        page.blank()?;
        page.flow("… ", &[Piece(dim, &more)])?;
    }
    Ok(())
}

fn group(
    page: &mut Page<'_>,
    matrix: &Matrix<'_, '_, '_>,
    group: &Alike<'_, '_, '_>,
) -> io::Result<()> {
    page.blank()?;
    let item = &group.item;
    let (bold, dim) = (page.paint.bold, page.paint.dim);
    let verdict = style(page, item.verdict);
    let place = visible(&words::place(item.protection.resource.id.as_str())).into_owned();
    page.flow(
        "",
        &[
            Piece(verdict, &item.verdict.name().to_uppercase()),
            Piece(bold, &clip(&name(item.protection), 80)),
            Piece(dim, &place),
        ],
    )?;
    ways(page, matrix, item)?;
    line(page, "restored", &restored(item))?;
    if let Some(objective) = objective(item) {
        line(page, "objective", &objective)?;
    }
    if group.count > 0 {
        let title = format!("and {}", words::count(group.count as u64, "item"));
        line(page, "alike", &format!("{title}: {}", group.names()))?;
    }
    Ok(())
}

/// The ways, each with its reason; ways with one reason together.
fn ways(
    page: &mut Page<'_>,
    matrix: &Matrix<'_, '_, '_>,
    item: &Item<'_, '_, '_>,
) -> io::Result<()> {
    let mut told: Vec<(Readiness, Vec<&str>, String, Option<String>)> = Vec::new();
    for way in item.ways.iter().filter(|way| way.readiness != Readiness::NotOffered) {
        let (text, next) = reason(matrix, item, way);
        let known = told.iter_mut().find(|(readiness, _, known, then)| {
            *readiness == way.readiness && *known == text && *then == next
        });
        match known {
            Some((_, names, ..)) => names.push(way.operation.id),
            None => told.push((way.readiness, vec![way.operation.id], text, next)),
        }
    }
    told.sort_by_key(|(readiness, ..)| std::cmp::Reverse(*readiness));
    for (readiness, names, text, next) in told {
        let (plain, bold) = (page.paint.plain, page.paint.bold);
        let style = style(page, readiness);
        let lead = pad(&format!("  {}", readiness.name()), HANG);
        let names = format!("{}:", names.join(", "));
        let text = clip(&text, TEXT).into_owned();
        page.flow_from(&Piece(style, &lead), &[Piece(bold, &names), Piece(plain, &text)])?;
        if let Some(next) = next {
            let indent = " ".repeat(HANG);
            page.flow(&indent, &[Piece(plain, &format!("→ {}", clip(&next, TEXT)))])?;
        }
    }
    Ok(())
}

/// What is told of a way, and what to do first.
fn reason(
    matrix: &Matrix<'_, '_, '_>,
    item: &Item<'_, '_, '_>,
    way: &Way<'_, '_>,
) -> (String, Option<String>) {
    if let Some(check) = because(matrix, way) {
        let text = format!("{} ({})", check.judged.says, check.precondition.id);
        let mut next = check.judged.fix.clone();
        if way.readiness == Readiness::Unknown
            && let Some(missing) = matrix
                .ways
                .missing(item.protection, way)
                .into_iter()
                .find(|missing| missing.precondition == check.precondition.id)
        {
            next = next.or_else(|| grant(&missing));
        }
        return (text, next);
    }
    let age: Option<Span> = way.taken.map(|taken| matrix.basis.now.since(taken));
    let speed = way.speed.map_or("not read", |speed| speed.name());
    let mut text = format!("{} lost, from the {speed}", lost(age));
    for note in notes(way) {
        text = format!("{text}; {note}");
    }
    if way.is_guarded {
        text.push_str("; a Resource Guard may ask for an approval");
    }
    (text, None)
}

/// Who could let it be read.
fn grant(missing: &crate::review::MissingFact) -> Option<String> {
    let is_read = missing.reason == Reason::NotCollected && missing.permission.is_none();
    let takes = match &missing.permission {
        Some(action) => Some(format!("it takes {action}")),
        None => is_read.then(|| "collect it: nobody asked for it".to_owned()),
    };
    let who = (!missing.granters.is_empty())
        .then(|| format!("who could let it be read: {}", missing.granters.join(", ")));
    let parts: Vec<String> = takes.into_iter().chain(who).collect();
    (!parts.is_empty()).then(|| parts.join("; "))
}

fn line(page: &mut Page<'_>, name: &str, text: &str) -> io::Result<()> {
    let (dim, plain) = (page.paint.dim, page.paint.plain);
    let lead = pad(&format!("  {name}"), HANG);
    page.flow_from(&Piece(dim, &lead), &[Piece(plain, &clip(text, TEXT))])
}

fn unread_vaults(page: &mut Page<'_>, matrix: &Matrix<'_, '_, '_>) -> io::Result<()> {
    let unread = &matrix.summary.unread;
    if unread.is_empty() {
        return Ok(());
    }
    let (bold, plain) = (page.paint.bold, page.paint.plain);
    page.heading(bold, "Vaults whose items were not read to the end", "")?;
    for (vault, reason) in unread {
        let text = format!("{} ({reason})", visible(vault));
        page.flow("  - ", &[Piece(plain, &text)])?;
    }
    Ok(())
}
