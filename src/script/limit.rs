//! What bounds the reading of hostile files: sizes, depth, steps.

/// Larger files are not read.
pub const LARGEST_FILE: usize = 32 << 20;
/// Deeper nesting of code is not read.
pub(super) const DEEPEST: u16 = 64;
/// A function that calls a function that calls a function …
pub(super) const DEEPEST_CALL: usize = 8;
/// One file gives no more commands, calls of functions included.
pub(super) const MOST_COMMANDS: usize = 400_000;
/// One file gives no more diagnostics.
pub(super) const MOST_DIAGNOSTICS: usize = 200;
/// No text of a variable grows longer than this.
pub(super) const LONGEST_TEXT: usize = 1 << 20;

/// Steps that the reading of one file may take; a multiple of its length.
#[derive(Debug)]
pub(super) struct Budget {
    left: u64,
}

impl Budget {
    /// What suffices for every honest file of this length.
    pub fn of(length: usize) -> Budget {
        Budget { left: 1_000_000 + 24 * length as u64 }
    }

    /// Takes steps; whether there were any left.
    pub fn take(&mut self, steps: usize) -> bool {
        let steps = steps as u64;
        let enough = self.left >= steps;
        self.left = self.left.saturating_sub(steps);
        enough
    }

    /// Whether nothing is left.
    pub fn spent(&self) -> bool {
        self.left == 0
    }
}
