//! The restore-readiness matrix: every active item, every way to restore it, and what stands in the way.
//!
//! Which ways there are says `offer`, and why one is ready, blocked or unknown `verdict`. What must hold before a
//! restore, `review` knows; here it is asked for every item, and counted. Of an item a few bytes are kept: what a
//! report shows of it is asked for again while it is written.

mod choice;
mod ground;
mod item;
mod offer;
mod pick;
mod speed;
mod staging;
mod standing;
mod summary;
mod verdict;
mod way;
mod ways;

use rayon::prelude::*;

use crate::access::Access;
use crate::inventory::{Estate, Protection, Time};
use crate::review::Parameters;
use crate::rule::Declarations;

pub use item::{Item, Objective};
pub use offer::WAYS;
pub use pick::Pick;
pub use summary::{Count, Group, OfClass, Summary};
pub use verdict::Readiness;
pub use way::Way;
pub use ways::Ways;

/// What a matrix is made from.
#[derive(Clone, Copy)]
pub struct Basis<'w, 'e, 'a> {
    /// The estate.
    pub estate: &'e Estate<'a>,
    /// Who holds what.
    pub access: Access<'e, 'a>,
    /// What the business declares: classes, staging accounts, restore tests.
    pub declared: &'w Declarations,
    /// What the organisation decides where guide and documentation differ.
    pub parameters: &'w Parameters,
    /// When the estate was as shown.
    pub now: Time,
}

/// Items and ways to restore them.
pub struct Matrix<'w, 'e, 'a> {
    /// What it was made from.
    pub basis: Basis<'w, 'e, 'a>,
    /// The ways.
    pub ways: Ways<'w, 'e, 'a>,
    /// The numbers.
    pub summary: Summary,
    rows: Vec<Row>,
}

/// One item, so small that millions can be held.
#[derive(Clone, Copy, Debug)]
struct Row {
    /// Its position in the estate.
    at: u32,
    verdict: Readiness,
    /// How many ways are blocked.
    blocked: u8,
    /// Seconds of data that would be lost; the most where no point is known to be usable.
    lost: i64,
}

impl<'w, 'e, 'a> Matrix<'w, 'e, 'a> {
    /// Judges every active item that is picked, worst first.
    pub fn new(basis: Basis<'w, 'e, 'a>, pick: &Pick) -> Self {
        let estate = basis.estate;
        let ways = Ways::new(basis, &pick.ways);
        let mut summary = Summary::new(&basis, &ways, pick);
        let parts = parts(&basis, &ways, pick, &summary);
        let mut rows = Vec::with_capacity(parts.iter().map(|(more, _)| more.len()).sum());
        for (more, part) in parts {
            rows.extend(more);
            summary.add(part);
        }
        let id = |row: &Row| estate.protections.get(row.at).map(|item| item.resource.id.as_str());
        rows.par_sort_unstable_by(|one, other| {
            let (left, right) = (one.rank(), other.rank());
            left.cmp(&right).then_with(|| {
                let lower = |row| id(row).unwrap_or_default().bytes().map(lower_case);
                lower(one).cmp(lower(other))
            })
        });
        Self { basis, ways, summary, rows }
    }

    /// Keeps the items that came to one of these; the numbers stay those of all.
    pub fn keep(&mut self, listed: &[Readiness]) {
        self.rows.retain(|row| listed.contains(&row.verdict));
    }

    /// The number of items.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The items, worst first; each is judged when it is asked for.
    pub fn items(&self) -> impl Iterator<Item = Item<'w, 'e, 'a>> + use<'_, 'w, 'e, 'a> {
        self.rows.iter().filter_map(|row| self.item(row))
    }

    /// What each item comes to, made by any thread, a few thousand at a time, and handed over in order.
    ///
    /// # Errors
    /// What taking one gives.
    pub fn each<T: Send, E>(
        &self,
        make: impl Fn(&Item<'w, 'e, 'a>) -> T + Sync,
        mut take: impl FnMut(T) -> Result<(), E>,
    ) -> Result<(), E> {
        const CHUNK: usize = 4096;
        for chunk in self.rows.chunks(CHUNK) {
            let made: Vec<Option<T>> =
                chunk.par_iter().map(|row| self.item(row).as_ref().map(&make)).collect();
            made.into_iter().flatten().try_for_each(&mut take)?;
        }
        Ok(())
    }

    fn item(&self, row: &Row) -> Option<Item<'w, 'e, 'a>> {
        let item = self.basis.estate.protections.get(row.at)?;
        Some(Item::new(&self.basis, &self.ways, item))
    }
}

/// Judges the items of each part of the estate.
fn parts(
    basis: &Basis<'_, '_, '_>,
    ways: &Ways<'_, '_, '_>,
    pick: &Pick,
    empty: &Summary,
) -> Vec<(Vec<Row>, Summary)> {
    let mut start = 0;
    let segments = basis.estate.protections.segments().iter().map(|segment| {
        let first = start;
        start += u32::try_from(segment.len()).unwrap_or(u32::MAX);
        (first, segment)
    });
    let segments: Vec<(u32, &Vec<Protection<'_>>)> = segments.collect();
    let judge = |(first, segment): (u32, &Vec<Protection<'_>>)| {
        let (mut rows, mut summary) = (Vec::new(), empty.emptied());
        for (at, item) in (first..).zip(segment) {
            if !pick.takes(basis, item) {
                continue;
            }
            if item.is_active() == Ok(false) {
                summary.inactive += 1;
                continue;
            }
            let item = Item::new(basis, ways, item);
            summary.count(basis, &item);
            // What no way is offered for is counted.
            if item.verdict != Readiness::NotOffered {
                rows.push(Row::of(at, &item));
            }
        }
        (rows, summary)
    };
    segments.into_par_iter().map(judge).collect()
}

impl Row {
    fn of(at: u32, item: &Item<'_, '_, '_>) -> Self {
        let blocked = item.ways.iter().filter(|way| way.readiness == Readiness::Blocked).count();
        Self {
            at,
            verdict: item.verdict,
            blocked: u8::try_from(blocked).unwrap_or(u8::MAX),
            lost: item.lost.map_or(i64::MAX, |lost| lost.0),
        }
    }

    /// Worst first: what is blocked, what is unknown; more blocked ways; more data lost, and most where
    /// nobody can tell how much.
    fn rank(self) -> impl Ord {
        use std::cmp::Reverse;
        (Reverse(self.verdict), Reverse(self.blocked), Reverse(self.lost))
    }
}

fn lower_case(byte: u8) -> u8 {
    byte.to_ascii_lowercase()
}
