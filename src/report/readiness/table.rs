//! The tables of numbers, as rows of texts that every format for people lays out.

use super::super::words;
use crate::inventory::Span;
use crate::readiness::{Group, Matrix, Readiness};

/// A table of numbers.
pub(super) struct Table {
    pub title: &'static str,
    pub head: Vec<&'static str>,
    /// The first cell comes from strangers.
    pub rows: Vec<Vec<String>>,
    /// Rows that are left out.
    pub left_out: usize,
}

/// Rows of a table; the worst are shown.
const ROWS: usize = 20;

/// Every table, in the order in which people read them.
pub(super) fn tables(matrix: &Matrix<'_, '_, '_>) -> Vec<Table> {
    let summary = &matrix.summary;
    let mut tables = vec![by_way(matrix)];
    if !summary.classes.is_empty() {
        tables.push(by_class(matrix));
    }
    for (title, noun, groups) in
        [("By region", "region", &summary.regions), ("By vault", "vault", &summary.vaults)]
    {
        let rows = groups.iter().map(|(name, group)| {
            let name = if noun == "vault" { words::name(name) } else { name };
            (if name.is_empty() { "not read" } else { name }, group)
        });
        tables.push(by_group(title, noun, rows.collect()));
    }
    tables
}

fn by_way(matrix: &Matrix<'_, '_, '_>) -> Table {
    let ways = matrix.ways.operations().iter().zip(&matrix.summary.all.ways);
    let rows = ways.map(|(operation, count)| {
        let number = |readiness| words::number(count.of(readiness));
        vec![
            operation.id.to_owned(),
            number(Readiness::Ready),
            number(Readiness::Blocked),
            number(Readiness::Unknown),
            number(Readiness::NotOffered),
        ]
    });
    let head = vec!["way", "ready", "blocked", "unknown", "not offered"];
    Table { title: "By way", head, rows: rows.collect(), left_out: 0 }
}

fn by_class(matrix: &Matrix<'_, '_, '_>) -> Table {
    let classes = &matrix.basis.declared.classes;
    let (has_rpo, has_rto) = (
        classes.iter().any(|class| class.rpo.is_some()),
        classes.iter().any(|class| class.rto.is_some()),
    );
    let allowed = |span: Option<Span>| span.map_or_else(|| "-".to_owned(), |span| span.to_string());
    let rows = classes.iter().zip(&matrix.summary.classes).map(|(class, (name, of_class))| {
        let mut row = vec![name.clone()];
        row.extend(numbers(&of_class.group));
        if has_rpo {
            row.extend([allowed(class.rpo), words::number(of_class.beyond_rpo)]);
        }
        if has_rto {
            let [met, missed, not_measured, unknown] = of_class.objectives.map(words::number);
            row.extend([allowed(class.rto), met, missed, not_measured, unknown]);
        }
        row
    });
    let mut head = vec!["class"];
    head.extend(NUMBERS);
    if has_rpo {
        head.extend(["RPO", "beyond"]);
    }
    if has_rto {
        head.extend(["RTO", "met", "missed", "unmeasured", "not known"]);
    }
    Table { title: "By class", head, rows: rows.collect(), left_out: 0 }
}

/// What is shown of every group.
const NUMBERS: [&str; 6] = ["items", "ready", "blocked", "unknown", "most lost", "last restore"];

fn numbers(group: &Group) -> [String; 6] {
    let items = group.items;
    let most = group.most_lost.map_or_else(|| "-".to_owned(), |lost| lost.to_string());
    let last = group.last_restore.map_or_else(
        || "-".to_owned(),
        |last| match group.took {
            Some(took) => format!("{}, {took}", last.date()),
            None => last.date().to_string(),
        },
    );
    [
        words::number(items.all()),
        words::number(items.of(Readiness::Ready)),
        words::number(items.of(Readiness::Blocked)),
        words::number(items.of(Readiness::Unknown)),
        most,
        last,
    ]
}

fn by_group(title: &'static str, noun: &'static str, mut groups: Vec<(&str, &Group)>) -> Table {
    groups.sort_by_key(|(_, group)| {
        let open = |readiness| std::cmp::Reverse(group.items.of(readiness));
        (open(Readiness::Blocked), open(Readiness::Unknown), std::cmp::Reverse(group.most_lost))
    });
    let left_out = groups.len().saturating_sub(ROWS);
    let rows = groups.into_iter().take(ROWS).map(|(name, group)| {
        let mut row = vec![name.to_owned()];
        row.extend(numbers(group));
        row
    });
    let mut head = vec![noun];
    head.extend(NUMBERS);
    Table { title, head, rows: rows.collect(), left_out }
}
