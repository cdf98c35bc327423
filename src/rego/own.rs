//! Which of the members that every resource has of its own a rule may read.
//!
//! They tell resources apart that otherwise say the same: a rule that reads none of them gives those one answer.

use std::ops::{BitOr, BitOrAssign};

/// A set of such members.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Own(u8);

impl Own {
    /// The id.
    pub const ID: Self = Self(1);
    /// The name.
    pub const NAME: Self = Self(2);
    /// The region, also that of what stands beside it.
    pub const LOCATION: Self = Self(4);
    /// The tags, also those of what stands beside it.
    pub const TAGS: Self = Self(8);
    /// The id of each resource beside it.
    pub const OTHER_ID: Self = Self(16);
    /// All of them.
    pub const ALL: Self = Self(31);

    /// Those that a text may stand for.
    #[must_use]
    pub fn named(text: &str) -> Self {
        match text {
            "id" => Self(Self::ID.0 | Self::OTHER_ID.0),
            "name" => Self::NAME,
            _ => Self::beside(text),
        }
    }

    /// That of this name, of a resource beside it.
    #[must_use]
    pub(super) fn beside(name: &str) -> Self {
        match name {
            "id" => Self::OTHER_ID,
            "location" => Self::LOCATION,
            "tags" => Self::TAGS,
            _ => Self::default(),
        }
    }

    /// Those of a place of `input`; of a computed one all.
    pub(super) fn at(path: &[Option<String>]) -> Self {
        match path {
            [Some(first), rest @ ..] if first == "related" => {
                let names = rest.iter().flatten().map(|name| Self::beside(name));
                names.fold(Self::default(), Self::bitor)
            }
            [Some(first), ..] if first == "id" => Self::ID,
            [Some(first), ..] => Self::named(first),
            [None, ..] | [] => Self::ALL,
        }
    }

    /// Whether all of the other are in it.
    #[must_use]
    pub fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

impl BitOr for Own {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitOrAssign for Own {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}
