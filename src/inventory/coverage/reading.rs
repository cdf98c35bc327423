//! What was read, in numbers, and from where.

use std::collections::BTreeMap;

use crate::inventory::Time;

/// One input's own account of itself.
#[derive(Clone, Debug)]
pub struct SnapshotInfo {
    /// The folder or file.
    pub name: String,
    /// When it was collected.
    pub collected_at: Option<Time>,
}

/// What was read, in numbers.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// Files and streams read.
    pub documents: u64,
    /// Bytes read, after decompression.
    pub bytes: u64,
    /// Resources taken, by type in canonical spelling.
    pub resources: BTreeMap<String, u64>,
    /// Bodies that repeated another body with the same id.
    pub duplicates: u64,
    /// Bodies whose `type` contradicts their id, which counts if it names a type we know.
    pub mistyped: u64,
    /// The place of the first of them.
    pub first_mistyped: Option<String>,
    /// JSON values that are no ARM resource, by why they were not taken.
    pub not_taken: BTreeMap<String, NotTaken>,
}

/// JSON values that were not taken for one reason.
#[derive(Clone, Debug, Default)]
pub struct NotTaken {
    /// How many.
    pub count: u64,
    /// The first places, `file:line`, at most three.
    pub examples: Vec<String>,
}

impl NotTaken {
    /// How many places are named.
    pub const EXAMPLES: usize = 3;

    /// Counts one more, at a place.
    pub fn add(&mut self, place: &str) {
        self.count += 1;
        if self.examples.len() < Self::EXAMPLES {
            self.examples.push(place.to_owned());
        }
    }
}
