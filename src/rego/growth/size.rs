//! Upper bounds of a value's size.

/// Bytes of one value.
pub(super) const MAX_BYTES: u64 = 256 << 20;
/// Digits of one number: arithmetic on longer ones takes milliseconds a step.
pub(super) const MAX_DIGITS: u64 = 20_000;
/// Levels of one value: comparing and dropping values recurses.
pub(super) const MAX_DEPTH: u64 = 512;
/// Steps of one call that compares two values at every place.
pub(super) const MAX_WORK: u64 = 1 << 28;

/// What is known about the size of a value. Shared parts count as often as they occur.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Size {
    /// Elements of its largest collection.
    pub len: u64,
    /// Bytes when written out.
    pub bytes: u64,
    /// Bytes of its largest element.
    pub elem: u64,
    /// Digits of its largest number.
    pub digits: u64,
    /// Levels of nesting.
    pub depth: u64,
    /// Whether its number of elements is that of input or data.
    pub given: bool,
}

impl Size {
    pub const NOTHING: Self = Self { len: 0, bytes: 0, elem: 0, digits: 0, depth: 0, given: false };
    pub const EMPTY: Self = Self { bytes: 2, depth: 1, ..Self::NOTHING };
    pub const SCALAR: Self = Self { bytes: 8, digits: 8, ..Self::NOTHING };
    /// The nominal size of input and data. Real ones differ, but a policy has no say in that.
    pub const INPUT: Self =
        Self { len: 64, bytes: 8192, elem: 128, digits: 32, depth: 32, given: true };

    pub fn text(bytes: u64) -> Self {
        Self { bytes: bytes.saturating_add(2), elem: bytes, digits: bytes, ..Self::NOTHING }
    }

    pub fn number(digits: u64) -> Self {
        Self { bytes: digits, digits, ..Self::NOTHING }
    }

    /// A collection of so many elements of one size.
    pub fn collection(len: u64, element: Self, given: bool) -> Self {
        Self {
            len: len.max(element.len),
            bytes: len.saturating_mul(element.bytes.saturating_add(2)).saturating_add(2),
            elem: element.bytes,
            digits: element.digits,
            depth: element.depth.saturating_add(1),
            given,
        }
    }

    /// This collection with one more element.
    pub fn with(self, element: Self) -> Self {
        Self {
            len: self.len.saturating_add(1).max(element.len),
            bytes: self.bytes.saturating_add(element.bytes).saturating_add(2),
            elem: self.elem.max(element.bytes),
            digits: self.digits.max(element.digits),
            depth: self.depth.max(element.depth.saturating_add(1)),
            given: false,
        }
    }

    /// A key and its value.
    pub fn beside(self, other: Self) -> Self {
        Self { bytes: self.bytes.saturating_add(other.bytes), ..self.join(other) }
    }

    /// Two collections put together.
    pub fn plus(self, other: Self) -> Self {
        Self {
            len: self.len.saturating_add(other.len),
            bytes: self.bytes.saturating_add(other.bytes),
            ..self.join(other)
        }
    }

    /// The larger of both in every respect.
    pub fn join(self, other: Self) -> Self {
        Self {
            len: self.len.max(other.len),
            bytes: self.bytes.max(other.bytes),
            elem: self.elem.max(other.elem),
            digits: self.digits.max(other.digits),
            depth: self.depth.max(other.depth),
            // Only what is surely as long as the input may count as such.
            given: (self.given || self.len == 0)
                && (other.given || other.len == 0)
                && (self.given || other.given),
        }
    }

    /// The largest value inside of this one.
    pub fn element(self) -> Self {
        Self {
            len: self.len.min(self.elem),
            bytes: self.elem,
            depth: self.depth.saturating_sub(1),
            ..self
        }
    }

    /// A text made from this value.
    pub fn as_text(self, bytes: u64) -> Self {
        let digits = if self.given { self.digits } else { bytes };
        Self { len: 0, bytes, elem: bytes, digits, depth: 0, given: self.given }
    }
}

/// How often a query succeeds: by looping over what the policy itself made, and over input and data.
#[derive(Clone, Copy)]
pub(super) struct Loops {
    pub made: u64,
    given: u64,
}

impl Loops {
    pub const ONCE: Self = Self { made: 1, given: 1 };
    /// More turns than the instruction limit and the clock allow.
    const MAX_MADE: u64 = 1_000_000;
    const MAX_GIVEN: u64 = 4096;

    pub fn over(&mut self, collection: Size) {
        let turns = collection.len.max(1);
        if collection.given {
            self.given = self.given.saturating_mul(turns).min(Self::MAX_GIVEN);
        } else {
            self.made = self.made.saturating_mul(turns).min(Self::MAX_MADE);
        }
    }

    pub fn total(self) -> u64 {
        self.made.saturating_mul(self.given).min(Self::MAX_MADE)
    }
}
