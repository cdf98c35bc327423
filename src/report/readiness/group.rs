//! Items of which the same holds, told once: of a vault, mostly all.

use std::collections::BTreeMap;

use super::{because, name};
use crate::readiness::{Item, Matrix, Objective, Readiness};

/// An item, and those that are like it.
pub(super) struct Alike<'w, 'e, 'a> {
    pub item: Item<'w, 'e, 'a>,
    /// The names of the others, as many as are shown.
    pub others: Vec<String>,
    /// How many others there are.
    pub count: usize,
}

/// The names of others that are shown.
const NAMES: usize = 12;

/// The first items of the matrix, worst first, put together; and how many were looked at.
pub(super) fn alike<'w, 'e, 'a>(
    matrix: &Matrix<'w, 'e, 'a>,
    looked_at: usize,
) -> (Vec<Alike<'w, 'e, 'a>>, usize) {
    let mut found: Vec<Alike<'w, 'e, 'a>> = Vec::new();
    let mut places: BTreeMap<Vec<u8>, usize> = BTreeMap::new();
    let mut count = 0;
    for item in matrix.items().take(looked_at) {
        count += 1;
        let key = key(matrix, &item);
        if let Some(known) = places.get(&key).and_then(|at| found.get_mut(*at)) {
            known.count += 1;
            if known.others.len() < NAMES {
                known.others.push(name(item.protection));
            }
        } else {
            places.insert(key, found.len());
            found.push(Alike { item, others: Vec::new(), count: 0 });
        }
    }
    (found, count)
}

/// What two items have in common that are alike.
fn key(matrix: &Matrix<'_, '_, '_>, item: &Item<'_, '_, '_>) -> Vec<u8> {
    let mut key = vec![item.verdict as u8, u8::from(item.objective == Objective::Missed)];
    for way in &item.ways {
        key.push(way.readiness as u8);
        let decisive = because(matrix, way).map_or("", |check| check.precondition.id);
        key.extend(decisive.as_bytes());
        if way.readiness == Readiness::Ready {
            key.push(way.speed.map_or(0, |speed| 1 + speed as u8));
        }
        key.push(0);
    }
    key.extend(item.protection.vault_id().unwrap_or_default().to_ascii_lowercase().into_bytes());
    key
}

impl Alike<'_, '_, '_> {
    /// The names of the others: `vm-a, vm-b and 3 more`.
    pub fn names(&self) -> String {
        let more = self.count - self.others.len();
        let more = if more == 0 { String::new() } else { format!(" and {more} more") };
        format!("{}{more}", self.others.join(", "))
    }
}
