//! The index that joins many resources by id: shared out by key, each share sorted.
//!
//! Two indexes of the same [`Shares`] keep equal keys in equal shares, so they are joined share by share,
//! each of which fits into the cache.

use rayon::prelude::*;

use super::{IdKey, Segmented};

/// How keys are shared out.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Shares {
    bits: u32,
}

impl Shares {
    /// Shares of some hundred entries of this many.
    pub fn of(entries: usize) -> Self {
        Self { bits: (entries / 512).checked_ilog2().map_or(0, |bits| bits + 1).min(12) }
    }

    fn count(self) -> usize {
        1 << self.bits
    }
}

/// One resource in an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Entry {
    pub key: IdKey,
    /// Its position in its list.
    pub at: u32,
    /// What joins want to know of it without a look at it.
    pub note: u32,
}

/// Positions by key.
#[derive(Debug, Default)]
pub(super) struct Join {
    shares: Shares,
    sorted: Vec<Vec<Entry>>,
}

/// Stretches of a list that are shared out at a time: few, since each makes a list for every share.
const STRETCHES: usize = 8;

impl Join {
    /// Indexes the values of a list that have a key.
    pub fn new<T: Sync>(
        list: &Segmented<T>,
        shares: Shares,
        entry: impl Fn(&T) -> Option<(IdKey, u32)> + Sync,
    ) -> Self {
        let starts = starts(list);
        let segments: Vec<(&Vec<T>, u32)> = list.segments().iter().zip(starts).collect();
        let expected = list.len() / STRETCHES / shares.count();
        let stretches: Vec<Vec<Vec<Entry>>> = segments
            .par_chunks(segments.len().div_ceil(STRETCHES).max(1))
            .map(|segments| {
                // A little more than the average, so that few of them have to move.
                let empty = || Vec::with_capacity(expected + expected / 4 + 4);
                let mut shared: Vec<Vec<Entry>> = (0..shares.count()).map(|_| empty()).collect();
                for (segment, start) in segments {
                    for (at, value) in (*start..).zip(*segment) {
                        let Some((key, note)) = entry(value) else { continue };
                        shared[key.top(shares.bits)].push(Entry { key, at, note });
                    }
                }
                shared
            })
            .collect();
        let sorted = (0..shares.count()).into_par_iter().map(|share| {
            let mut entries: Vec<Entry> = Vec::with_capacity(
                stretches.iter().map(|stretch| stretch[share].len()).sum::<usize>(),
            );
            for stretch in &stretches {
                entries.extend_from_slice(&stretch[share]);
            }
            entries.sort_unstable();
            entries
        });
        Self { shares, sorted: sorted.collect() }
    }

    /// How its keys are shared out.
    pub fn shares(&self) -> Shares {
        self.shares
    }

    /// The entries of a key, by ascending position.
    pub fn entries(&self, key: IdKey) -> impl Iterator<Item = &Entry> {
        let near = self.sorted.get(key.top(self.shares.bits)).map_or(&[][..], Vec::as_slice);
        let from = near.partition_point(|entry| entry.key < key);
        near[from..].iter().take_while(move |entry| entry.key == key)
    }

    /// The entries that share a key with others.
    pub fn groups(&self) -> impl Iterator<Item = &[Entry]> {
        let groups = self
            .sorted
            .iter()
            .flat_map(|share| share.chunk_by(|left, right| left.key == right.key));
        groups.filter(|group| group.len() > 1)
    }

    /// Gives every pair of entries of this and another index with one key to `found`, on any thread.
    pub fn pairs(&self, other: &Self, found: impl Fn(&Entry, &Entry) + Sync) {
        debug_assert_eq!(self.shares.bits, other.shares.bits, "made to be joined");
        self.sorted.par_iter().zip(&other.sorted).for_each(|(left, right)| {
            let mut rest = right.as_slice();
            for entry in left {
                let before = rest.iter().take_while(|other| other.key < entry.key).count();
                rest = &rest[before..];
                let equal = rest.iter().take_while(|other| other.key == entry.key);
                equal.for_each(|other| found(entry, other));
            }
        });
    }
}

/// The position of the first value of each segment.
pub(super) fn starts<T>(list: &Segmented<T>) -> Vec<u32> {
    let mut total = 0;
    list.segments()
        .iter()
        .map(|segment| {
            let start = total;
            total += u32::try_from(segment.len()).expect("Segmented checks its length");
            start
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[test]
    fn finds_every_position_of_a_key_and_nothing_else() {
        for count in [0, 1, 2, 3, 100, 5_000] {
            // Every third key is there twice.
            let keys: Vec<u64> = (0..count)
                .map(|at: u64| (at - u64::from(at % 3 == 2)).wrapping_mul(0x9E37_79B9_7F4A_7C15))
                .collect();
            let list = Segmented::new(keys.chunks(7).map(<[u64]>::to_vec).collect());
            let shares = Shares::of(keys.len());
            let join = Join::new(&list, shares, |key| Some((IdKey([*key, 1]), 0)));
            for key in keys.iter().copied().chain([1, u64::MAX]) {
                let expected: Vec<u32> = (0..)
                    .zip(&keys)
                    .filter(|(_, known)| **known == key)
                    .map(|(at, _)| at)
                    .collect();
                let found: Vec<u32> = join.entries(IdKey([key, 1])).map(|entry| entry.at).collect();
                assert_eq!(found, expected, "{count} {key:x}");
                assert_eq!(join.entries(IdKey([key, 2])).count(), 0);
            }
            assert_eq!(join.groups().count() as u64, count / 3);
            // Every second key, each once.
            let few = Segmented::new(vec![keys.iter().copied().step_by(2).collect()]);
            let few = Join::new(&few, shares, |key| Some((IdKey([*key, 1]), 0)));
            let pairs = Mutex::new(Vec::new());
            join.pairs(&few, |left, right| pairs.lock().expect("sound").push((left.at, right.at)));
            let mut pairs = pairs.into_inner().expect("sound");
            pairs.sort_unstable();
            let mut expected: Vec<(u32, u32)> = Vec::new();
            for (left, key) in (0..).zip(&keys) {
                let rights = (0..).zip(keys.iter().step_by(2));
                expected
                    .extend(rights.filter(|(_, other)| *other == key).map(|(at, _)| (left, at)));
            }
            assert_eq!(pairs, expected, "{count}");
        }
    }
}
