//! What could not be read and what was not taken, as answers of `who-can` show it.

use std::collections::BTreeMap;
use std::io;

use serde::Serialize;

use super::human::{self, Page};
use crate::inventory::{Estate, Gap, NotTaken};

/// What an answer does not see of its inputs.
#[derive(Clone, Debug, Default)]
pub struct Unread {
    /// What should have been readable and was not.
    pub gaps: Vec<Gap>,
    /// JSON values that are no Azure resource, by why they were not taken.
    pub not_taken: BTreeMap<String, NotTaken>,
}

impl Unread {
    /// What was not seen of an estate.
    pub fn of(estate: &Estate<'_>) -> Self {
        Self { gaps: estate.gaps().to_vec(), not_taken: estate.reading.not_taken.clone() }
    }

    /// What was not seen of another estate, as well.
    #[must_use]
    pub fn and(mut self, estate: &Estate<'_>) -> Self {
        for gap in estate.gaps() {
            if !self.gaps.contains(gap) {
                self.gaps.push(gap.clone());
            }
        }
        self
    }

    /// Writes both as an audit does.
    pub(super) fn write(&self, page: &mut Page<'_>) -> io::Result<()> {
        let gaps: Vec<crate::result::Gap> = self.gaps.iter().map(without_rules).collect();
        human::gaps(page, &gaps, "answer")?;
        human::not_taken(page, &self.not_taken)
    }

    /// The gaps as JSON shows them.
    pub(super) fn gaps(&self) -> impl Iterator<Item = GapShape<'_>> {
        self.gaps.iter().map(|gap| GapShape {
            scope: gap.scope.clone(),
            kind: &gap.kind,
            reason: gap.reason.as_str(),
            message: &gap.message,
        })
    }

    /// What was not taken as JSON shows it.
    pub(super) fn reading(&self) -> ReadingShape<'_> {
        let not_taken = self.not_taken.iter().map(|(why, found)| {
            (why.as_str(), NotTakenShape { count: found.count, examples: &found.examples })
        });
        ReadingShape { not_taken: not_taken.collect() }
    }
}

/// An answer of `who-can` has no rules that a gap could blind.
fn without_rules(gap: &Gap) -> crate::result::Gap {
    crate::result::Gap {
        scope: gap.scope.clone(),
        kind: gap.kind.clone(),
        status: gap.status,
        reason: gap.reason.clone(),
        permission: gap.permission.clone(),
        message: gap.message.clone(),
        rules: Vec::new(),
    }
}

#[derive(Serialize)]
pub(super) struct GapShape<'a> {
    pub scope: String,
    pub kind: &'a str,
    pub reason: &'a str,
    pub message: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ReadingShape<'a> {
    not_taken: BTreeMap<&'a str, NotTakenShape<'a>>,
}

#[derive(Serialize)]
struct NotTakenShape<'a> {
    count: u64,
    examples: &'a [String],
}
