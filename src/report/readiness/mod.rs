//! The restore-readiness matrix: a table for a person, JSON and CSV for scripts and sheets, Markdown for a page.

mod csv;
mod group;
mod human;
mod json;
mod markdown;
mod table;

use std::io::{self, Write};

use super::{Options, Unread, words};
use crate::inventory::{Fact, Kind, Protection, Restored, Span, Vault, normalised_region};
use crate::readiness::{Item, Matrix, Objective, Readiness, Way};
use crate::review::Check;

/// The JSON Schema (draft 2020-12) of `backuplint.readiness/1`.
pub const JSON_SCHEMA: &str = include_str!("../schema/readiness-1.schema.json");

/// A format of the matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// For a terminal: the numbers, and the worst items.
    Human,
    /// `backuplint.readiness/1`.
    Json,
    /// One line an item, for a sheet.
    Csv,
    /// For a page or the summary of a job.
    Markdown,
}

/// What reporters need beside the matrix.
#[derive(Clone, Copy)]
pub struct Beside<'e> {
    /// What was not seen of the inputs.
    pub unread: &'e Unread,
    /// Whether a person wants to see every item.
    pub all: bool,
}

/// Writes the matrix.
///
/// # Errors
/// When the writer fails.
pub fn write(
    matrix: &Matrix<'_, '_, '_>,
    beside: Beside<'_>,
    form: Form,
    out: &mut dyn Write,
    options: &Options,
) -> io::Result<()> {
    match form {
        Form::Human => human::write(matrix, beside, out, options),
        Form::Json => json::write(matrix, beside, out),
        Form::Csv => csv::write(matrix, out),
        Form::Markdown => markdown::write(matrix, beside, out),
    }
}

/// What is left to whoever restores.
const OPEN: &str = "left to whoever restores, and judged by `backuplint review`: the target and its network, \
                    rights there and on machines, and what a Resource Guard asks";

/// What people call an item: what it protects, if that has a name of its own.
fn name(item: &Protection<'_>) -> String {
    if item.resource.kind == Kind::BackupInstance {
        return match &item.datasource {
            Fact::Known(datasource) => words::name(datasource).to_owned(),
            Fact::Absent | Fact::Unknown(_) => words::name(item.resource.id.as_str()).to_owned(),
        };
    }
    match item.resource.text("properties.friendlyName") {
        Fact::Known(friendly) if !friendly.is_empty() => friendly,
        _ => words::name(item.resource.id.as_str()).to_owned(),
    }
}

/// What it protects, in words.
fn workload(item: &Protection<'_>) -> &'static str {
    match item.workload {
        Fact::Known(workload) => workload.name(),
        Fact::Absent | Fact::Unknown(_) => "not read",
    }
}

/// The region of the item's vault; nothing if it was not read.
fn region(vault: Option<&Vault<'_>>) -> Option<String> {
    vault.and_then(|vault| vault.region().known()).map(|region| normalised_region(&region))
}

/// The numbers of a count in words: `2 blocked, 1 unknown, 30 ready`.
fn counted(count: crate::readiness::Count) -> String {
    let order = [Readiness::Blocked, Readiness::Unknown, Readiness::Ready];
    let parts = order.into_iter().filter(|readiness| count.of(*readiness) > 0);
    let parts: Vec<String> = parts
        .map(|readiness| format!("{} {}", words::number(count.of(readiness)), readiness.name()))
        .collect();
    if parts.is_empty() { "none".to_owned() } else { parts.join(", ") }
}

/// When an item was restored last, in words.
fn restored(item: &Item<'_, '_, '_>) -> String {
    let took = |took: Option<Span>| {
        took.map_or_else(
            || ", how long it took was not read".to_owned(),
            |took| format!(", in {took}"),
        )
    };
    match item.restored {
        Restored::At(job) => format!("on {}{}", job.end.date(), took(job.took)),
        Restored::Perhaps(job) => {
            format!("perhaps on {}: the job names another item as well", job.end.date())
        }
        Restored::NotSince(since) => {
            format!("not since {}, from when on restores are known", since.date())
        }
        Restored::Unknown(reason) => format!("not known ({reason})"),
    }
}

/// What the objective comes to, in words; nothing where there is none.
fn objective(item: &Item<'_, '_, '_>) -> Option<String> {
    let rto = item.rto();
    let allowed = rto.map_or_else(String::new, |rto| format!(" of {rto}"));
    match item.objective {
        Objective::None => None,
        Objective::Met => Some(format!("the time{allowed} that a restore may take was kept")),
        Objective::Missed => {
            Some(format!("the time{allowed} that a restore may take was exceeded"))
        }
        Objective::NotMeasured => {
            Some(format!("the time{allowed} that a restore may take was never measured"))
        }
        Objective::Unknown(reason) => Some(format!(
            "whether the time{allowed} that a restore may take is kept is not known ({reason})"
        )),
    }
}

/// The data that would be lost, in words.
fn lost(lost: Option<Span>) -> String {
    lost.map_or_else(|| "not known".to_owned(), |lost| lost.to_string())
}

/// What whoever restores should know of a way that is open. What its point is, is told beside it.
fn notes<'v>(way: &'v Way<'_, '_>) -> impl Iterator<Item = &'v str> {
    way.notes().map(|check| match &check.judged.fix {
        Some(fix) if check.precondition.id == "P11" => fix.as_str(),
        _ => &check.judged.says,
    })
}

/// Why a way is not open: what decides it.
fn because<'v>(matrix: &Matrix<'_, '_, '_>, way: &'v Way<'_, '_>) -> Option<&'v Check> {
    matrix.ways.decisive(way)
}
