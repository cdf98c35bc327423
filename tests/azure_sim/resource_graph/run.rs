//! Works a query out.

use std::cmp::Ordering;

use serde_json::{Map, Value, json};

use super::super::world::World;
use super::query::{Expression, Query, Stage};
use super::table::{COLUMNS, Row};
use super::value::{Datum, Evaluation};

/// The rows of an answer.
pub struct Rows<'a> {
    /// The rows.
    pub rows: Vec<Row<'a>>,
    /// Whether a client can page through them: they have ids and none are left out.
    pub pageable: bool,
}

/// The columns that a query can name where it stands.
fn columns_after(known: &mut Vec<String>, stage: &Stage) {
    let names = |list: &[(String, Expression)]| list.iter().map(|(name, _)| name.clone()).collect();
    match stage {
        Stage::Project(list) | Stage::Distinct(list) => *known = names(list),
        Stage::ProjectAway(list) => known.retain(|name| !list.contains(name)),
        Stage::Extend(list) => known.extend(names(list)),
        Stage::Count => *known = vec!["Count".to_owned()],
        Stage::CountBy(name, by) => {
            *known = names(by);
            known.push(name.clone());
        }
        Stage::Where(_) | Stage::Order(_) | Stage::Take(_) => {}
    }
}

/// The first column that a query names and no row has: an answer would be empty and wrong.
pub fn unknown_column(query: &Query) -> Option<String> {
    let mut known: Vec<String> = COLUMNS.iter().map(|name| (*name).to_owned()).collect();
    for stage in &query.stages {
        let mut named = Vec::new();
        match stage {
            Stage::Where(expression) => columns_of(expression, &mut named),
            Stage::Project(list)
            | Stage::Extend(list)
            | Stage::Distinct(list)
            | Stage::CountBy(_, list) => {
                // What is extended can be used by what follows it.
                list.iter().for_each(|(_, expression)| columns_of(expression, &mut named));
            }
            Stage::Order(keys) => keys.iter().for_each(|(key, _)| columns_of(key, &mut named)),
            Stage::ProjectAway(list) => named.extend(list.iter().cloned()),
            Stage::Take(_) | Stage::Count => {}
        }
        if let Some(name) = named.into_iter().find(|name| !known.contains(name)) {
            return Some(name);
        }
        columns_after(&mut known, stage);
    }
    None
}

fn columns_of(expression: &Expression, found: &mut Vec<String>) {
    match expression {
        Expression::Literal(_) | Expression::Span(_) => {}
        Expression::Column(name) => found.push(name.clone()),
        Expression::Member(inner, _) => columns_of(inner, found),
        Expression::Element(one, two) | Expression::Compare(_, one, two) => {
            columns_of(one, found);
            columns_of(two, found);
        }
        Expression::Call(_, all) | Expression::And(all) | Expression::Or(all) => {
            all.iter().for_each(|part| columns_of(part, found));
        }
        Expression::In(inner, list, ..) => {
            columns_of(inner, found);
            list.iter().for_each(|part| columns_of(part, found));
        }
    }
}

/// Works a query out over the rows of its table.
pub fn run<'a>(query: &Query, world: &'a World, rows: Vec<Row<'a>>) -> Rows<'a> {
    let mut rows = rows;
    let mut known: Vec<String> = COLUMNS.iter().map(|name| (*name).to_owned()).collect();
    let mut is_cut = false;
    for stage in &query.stages {
        is_cut |= matches!(stage, Stage::Take(_));
        columns_after(&mut known, stage);
        rows = step(stage, world, rows);
    }
    let pageable = !is_cut && known.iter().any(|name| name == "id");
    Rows { rows, pageable }
}

fn step<'a>(stage: &Stage, world: &'a World, mut rows: Vec<Row<'a>>) -> Vec<Row<'a>> {
    let now = world.now;
    let pick = |row: &Row<'_>, list: &[(String, Expression)]| -> Map<String, Value> {
        let evaluation = Evaluation { row, now };
        list.iter()
            .map(|(name, value)| (name.clone(), evaluation.value(value).into_value()))
            .collect()
    };
    match stage {
        Stage::Where(condition) => {
            rows.retain(|row| Evaluation { row, now }.value(condition).is_true());
            rows
        }
        Stage::Project(list) => rows.iter().map(|row| Row::Columns(pick(row, list))).collect(),
        Stage::ProjectAway(list) => rows
            .into_iter()
            .map(|row| {
                let mut columns = row.into_columns();
                columns.retain(|name, _| !list.contains(name));
                Row::Columns(columns)
            })
            .collect(),
        Stage::Extend(list) => rows
            .into_iter()
            .map(|row| {
                let mut columns = row.into_columns();
                for item in list {
                    let row = Row::Columns(columns);
                    let added = pick(&row, std::slice::from_ref(item));
                    columns = row.into_columns();
                    columns.extend(added);
                }
                Row::Columns(columns)
            })
            .collect(),
        Stage::Order(keys) => ordered(rows, keys, now),
        Stage::Take(count) => {
            rows.truncate(*count);
            rows
        }
        Stage::Count => {
            vec![Row::Columns(Map::from_iter([("Count".to_owned(), rows.len().into())]))]
        }
        Stage::CountBy(name, by) => {
            let groups = grouped(rows.iter().map(|row| pick(row, by)));
            let counted = groups.into_iter().map(|(mut columns, count)| {
                columns.insert(name.clone(), json!(count));
                Row::Columns(columns)
            });
            counted.collect()
        }
        Stage::Distinct(list) => {
            let groups = grouped(rows.iter().map(|row| pick(row, list)));
            groups.into_iter().map(|(columns, _)| Row::Columns(columns)).collect()
        }
    }
}

fn ordered<'a>(
    rows: Vec<Row<'a>>,
    keys: &[(Expression, bool)],
    now: jiff::Timestamp,
) -> Vec<Row<'a>> {
    let order: Vec<usize> =
        {
            let sort_keys: Vec<Vec<Datum<'_>>> = rows
                .iter()
                .map(|row| keys.iter().map(|(key, _)| Evaluation { row, now }.value(key)).collect())
                .collect();
            let mut order: Vec<usize> = (0..rows.len()).collect();
            order.sort_by(|left, right| {
                let pairs = sort_keys[*left].iter().zip(&sort_keys[*right]);
                let by = pairs.zip(keys).map(|((left, right), (_, ascending))| {
                    if *ascending { left.order(right) } else { right.order(left) }
                });
                by.fold(Ordering::Equal, Ordering::then)
            });
            order
        };
    let mut rows: Vec<Option<Row<'a>>> = rows.into_iter().map(Some).collect();
    order.into_iter().filter_map(|at| rows[at].take()).collect()
}

/// Each combination once, in the order of its first row, and how often it is there.
fn grouped(rows: impl Iterator<Item = Map<String, Value>>) -> Vec<(Map<String, Value>, u64)> {
    let mut groups: Vec<(Map<String, Value>, u64)> = Vec::new();
    for row in rows {
        match groups.iter_mut().find(|(known, _)| *known == row) {
            Some((_, count)) => *count += 1,
            None => groups.push((row, 1)),
        }
    }
    groups
}
