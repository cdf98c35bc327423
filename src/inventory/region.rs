//! Regions as small numbers, so that a million of them are compared without a look at their names.

use std::collections::HashMap;
use std::sync::{Mutex, OnceLock, PoisonError};

use super::resource::normalised_region;

/// The number of a region in this process. Equal numbers are equal regions, as Azure compares them; which
/// number a region gets depends on nothing but who asked first, so none is ever reported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Region(u16);

impl Region {
    /// No region, or one of too many: its name has to be compared.
    pub const UNNUMBERED: Self = Self(0);

    /// As the lower half of a note.
    pub fn bits(self) -> u32 {
        u32::from(self.0)
    }

    /// From the lower half of a note.
    #[expect(clippy::cast_possible_truncation, reason = "the lower half is all it wants")]
    pub fn of_bits(bits: u32) -> Self {
        Self(bits as u16)
    }

    /// Whether both are numbered and one region.
    pub fn is(self, other: Self) -> bool {
        self != Self::UNNUMBERED && self == other
    }

    /// The number of the region of this name.
    pub fn of(name: &str) -> Self {
        static KNOWN: OnceLock<Mutex<HashMap<String, u16>>> = OnceLock::new();
        let name = normalised_region(name);
        if name.is_empty() {
            return Self::UNNUMBERED;
        }
        let known = KNOWN.get_or_init(Mutex::default);
        let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(number) = known.get(&name) {
            return Self(*number);
        }
        // Azure has some sixty regions, and names are a stranger's to choose.
        match u16::try_from(known.len() + 1) {
            Ok(number) if number <= MOST => {
                known.insert(name, number);
                Self(number)
            }
            _ => Self::UNNUMBERED,
        }
    }
}

const MOST: u16 = 1024;

/// The regions that one reader met lately: neighbours share few.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Lately<'a>([(&'a str, Region); 8]);

impl<'a> Lately<'a> {
    /// The number of the region of this name.
    pub fn region(&mut self, name: &'a str) -> Region {
        let place = name.bytes().next_back().map_or(0, usize::from) ^ name.len();
        let (known, region) = &mut self.0[place % 8];
        if *known != name {
            (*known, *region) = (name, Region::of(name));
        }
        *region
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_a_region() {
        let mut lately = Lately::default();
        let names =
            ["westeurope", "West Europe", "northeurope", "eastus", "eastus2", "WestEurope "];
        let numbers = names.map(|name| lately.region(name));
        for (name, number) in names.iter().zip(numbers) {
            for (other, same) in names.iter().zip(numbers) {
                assert_eq!(
                    number.is(same),
                    super::super::same_region(name, other),
                    "{name} {other}"
                );
            }
            assert_eq!(Region::of_bits(number.bits() | 7 << 16), number);
        }
        for nameless in ["", "  "] {
            assert!(!Region::of(nameless).is(Region::of(nameless)));
        }
        // What does not fit any more has no number, and is equal to nothing.
        let all: Vec<Region> = (0..2000).map(|at| Region::of(&format!("place {at}"))).collect();
        assert_eq!(all.last(), Some(&Region::UNNUMBERED));
    }
}
