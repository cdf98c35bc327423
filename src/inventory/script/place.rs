//! Stretches of a file.

/// A stretch of one file: byte offsets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The first byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Place {
    /// The stretch between two offsets.
    pub fn new(start: u32, end: u32) -> Place {
        Place { start, end: end.max(start) }
    }

    /// The stretch from the start of this place to the end of the other.
    #[must_use]
    pub fn to(self, other: Place) -> Place {
        Place::new(self.start, other.end.max(self.end))
    }

    /// The text of the stretch; nothing where the stretch is not of this text.
    pub fn of(self, text: &str) -> &str {
        text.get(self.start as usize..self.end as usize).unwrap_or_default()
    }
}
