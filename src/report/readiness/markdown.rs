//! The matrix as Markdown: a page for whoever answers for restores, or the summary of a job.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::super::cell::{code, text};
use super::super::words;
use super::group::{Alike, alike};
use super::table::{Table, tables};
use super::{Beside, OPEN, because, counted, lost, name, notes, objective, restored};
use crate::readiness::{Matrix, Readiness, Way};
use crate::review::Speed;

/// Less than a summary of a job may have, which is 1 MiB, and than a comment may have.
const MOST: usize = 60_000;
/// Items that are looked at.
const ITEMS: usize = 5_000;

pub(super) fn write(
    matrix: &Matrix<'_, '_, '_>,
    beside: Beside<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let summary = &matrix.summary;
    let mut page = format!(
        "## Restore readiness: {} of {} ready\n\n{}, as of {}.",
        words::number(summary.all.items.of(Readiness::Ready)),
        words::count(summary.all.items.all(), "active item"),
        upper(&counted(summary.all.items)),
        matrix.basis.now,
    );
    if summary.inactive > 0 {
        let _ = write!(page, " {} not active, left out.", words::number(summary.inactive));
    }
    let _ = writeln!(page, " An item is blocked if no way is open. {}.", upper(OPEN));
    for table in tables(matrix) {
        self::table(&mut page, &table);
    }
    if !summary.unread.is_empty() {
        page.push_str("\n### Vaults whose items were not read to the end\n\n");
        for (vault, reason) in &summary.unread {
            let _ = writeln!(page, "- {} ({reason})", code(vault));
        }
    }
    let foot = foot(beside);
    items(&mut page, matrix, foot.len());
    page.push_str(&foot);
    out.write_all(page.as_bytes())
}

fn upper(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn table(page: &mut String, table: &Table) {
    let _ = write!(page, "\n### {}\n\n| {} |\n", table.title, table.head.join(" | "));
    let _ = writeln!(page, "|{}", " --- |".repeat(table.head.len()));
    for row in &table.rows {
        let cells: Vec<String> = row.iter().map(|cell| text(cell)).collect();
        let _ = writeln!(page, "| {} |", cells.join(" | "));
    }
    if table.left_out > 0 {
        let _ =
            write!(page, "\n_{} more are left out: `--format json` lists all._\n", table.left_out);
    }
}

fn items(page: &mut String, matrix: &Matrix<'_, '_, '_>, foot: usize) {
    let (groups, _) = alike(matrix, ITEMS);
    if groups.is_empty() {
        return;
    }
    page.push_str("\n### Worst first\n");
    let mut told = 0;
    for found in &groups {
        let text = group(matrix, found);
        if told > 0 && page.len() + text.len() + foot > MOST {
            break;
        }
        page.push_str(&text);
        told += 1 + found.count;
    }
    let rest = matrix.len() - told.min(matrix.len());
    if rest > 0 {
        let more = words::count(rest as u64, "item");
        let _ = write!(
            page,
            "\n_{more} more, none of them worse, are left out: `--format csv` writes one line each._\n"
        );
    }
}

fn group(matrix: &Matrix<'_, '_, '_>, found: &Alike<'_, '_, '_>) -> String {
    let item = &found.item;
    let protection = item.protection;
    let vault = protection.vault_id().map_or("", words::name);
    let mut part = format!(
        "\n#### {} {} in {}\n\n| way | | |\n| --- | --- | --- |\n",
        icon(item.verdict),
        text(&name(protection)),
        text(vault),
    );
    for way in item.ways.iter().filter(|way| way.readiness != Readiness::NotOffered) {
        let told = told(matrix, way);
        let _ = writeln!(
            part,
            "| {} | {} {} | {} |",
            way.operation.id,
            icon(way.readiness),
            way.readiness.name(),
            text(&told)
        );
    }
    let _ = write!(part, "\nLast restored: {}.", text(&restored(item)));
    if let Some(objective) = objective(item) {
        let _ = write!(part, " {}.", upper(&objective));
    }
    if found.count > 0 {
        let _ = write!(part, " Alike: {}.", text(&found.names()));
    }
    part.push('\n');
    part
}

/// What is told of a way.
fn told(matrix: &Matrix<'_, '_, '_>, way: &Way<'_, '_>) -> String {
    if let Some(check) = because(matrix, way) {
        let fix = check.judged.fix.as_deref();
        let fix = fix.map_or_else(String::new, |fix| format!(" → {fix}"));
        return format!("{} ({}){fix}", check.judged.says, check.precondition.id);
    }
    let age = way.taken.map(|taken| matrix.basis.now.since(taken));
    let speed = way.speed.map_or("not read", Speed::name);
    let mut told = format!("{} lost, from the {speed}", lost(age));
    for note in notes(way) {
        told.push_str("; ");
        told.push_str(note);
    }
    told
}

fn icon(readiness: Readiness) -> &'static str {
    match readiness {
        Readiness::Ready => "✅",
        Readiness::Unknown => "❔",
        Readiness::Blocked => "⛔",
        Readiness::NotOffered => "➖",
    }
}

fn foot(beside: Beside<'_>) -> String {
    let mut foot = String::new();
    let gaps = beside.unread.gaps.len();
    if gaps > 0 {
        let _ = write!(
            foot,
            "\n{} of the estate should have been readable and were not.\n",
            words::count(gaps as u64, "part")
        );
    }
    let _ = write!(foot, "\n<sub>backuplint {}</sub>\n", env!("CARGO_PKG_VERSION"));
    foot
}
