//! The index that joins many resources by id: sorted by key, with a directory into it.
//!
//! A binary search in a million entries misses the cache twenty times, this one twice.

use rayon::prelude::*;

use super::{IdKey, Segmented};

/// Positions by key. Two ids may share a key, so whoever looks one up compares the ids too.
#[derive(Debug, Default)]
pub(super) struct Join {
    entries: Vec<(IdKey, u32)>,
    /// Where the entries begin whose keys begin with this number, and one more for the end.
    directory: Vec<u32>,
    /// How far a key is shifted to give its number.
    shift: u32,
}

impl Join {
    /// Indexes the values of a list that have a key.
    pub fn new<T: Sync>(list: &Segmented<T>, key: impl Fn(&T) -> Option<IdKey> + Sync) -> Self {
        let starts = starts(list);
        let mut entries: Vec<(IdKey, u32)> = list
            .segments()
            .par_iter()
            .zip(starts)
            .flat_map_iter(|(segment, start)| {
                let key = &key;
                (start..).zip(segment).filter_map(move |(at, value)| Some((key(value)?, at)))
            })
            .collect();
        entries.par_sort_unstable();
        let bits = entries.len().checked_ilog2().unwrap_or_default().saturating_sub(1).max(1);
        let shift = u64::BITS - bits;
        let mut directory = Vec::with_capacity((1 << bits) + 1);
        for (at, (key, _)) in (0u32..).zip(&entries) {
            while directory.len() as u64 <= key.0 >> shift {
                directory.push(at);
            }
        }
        let end = u32::try_from(entries.len()).expect("Segmented checks its length");
        directory.resize((1 << bits) + 1, end);
        Self { entries, directory, shift }
    }

    /// The positions of a key, in ascending order.
    pub fn positions(&self, key: IdKey) -> impl Iterator<Item = u32> {
        let number =
            usize::try_from(key.0.checked_shr(self.shift).unwrap_or_default()).unwrap_or_default();
        let near = match (self.directory.get(number), self.directory.get(number.saturating_add(1)))
        {
            (Some(from), Some(to)) => &self.entries[*from as usize..*to as usize],
            _ => &[],
        };
        near.iter()
            .skip_while(move |(known, _)| *known < key)
            .take_while(move |(known, _)| *known == key)
            .map(|(_, at)| *at)
    }

    /// The positions that share a key with others.
    pub fn groups(&self) -> impl Iterator<Item = &[(IdKey, u32)]> {
        self.entries.chunk_by(|left, right| left.0 == right.0).filter(|group| group.len() > 1)
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
    use super::*;

    #[test]
    fn finds_every_position_of_a_key_and_nothing_else() {
        for count in [0, 1, 2, 3, 100, 5_000] {
            // Every third key is there twice.
            let keys: Vec<u64> = (0..count)
                .map(|at: u64| (at - u64::from(at % 3 == 2)).wrapping_mul(0x9E37_79B9_7F4A_7C15))
                .collect();
            let list = Segmented::new(keys.chunks(7).map(<[u64]>::to_vec).collect());
            let join = Join::new(&list, |key| Some(IdKey(*key)));
            for key in keys.iter().copied().chain([1, u64::MAX]) {
                let expected: Vec<u32> = (0..)
                    .zip(&keys)
                    .filter(|(_, known)| **known == key)
                    .map(|(at, _)| at)
                    .collect();
                assert_eq!(
                    join.positions(IdKey(key)).collect::<Vec<_>>(),
                    expected,
                    "{count} {key:x}"
                );
            }
            assert_eq!(join.groups().count() as u64, count / 3);
        }
    }
}
