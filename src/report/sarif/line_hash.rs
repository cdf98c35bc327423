//! The fingerprint by which GitHub knows an alert again: a hash of the line that a result begins in and of what
//! follows it.
//!
//! `github/codeql-action` computes it where a file has none, but only in its own upload; whoever sends the file by
//! the API has to bring it along, or every alert is a new one
//! (<https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning#data-for-preventing-duplicated-alerts>).

use std::collections::HashMap;

/// Code units of the file that one hash is over, blanks left out.
const WINDOW: usize = 100;
const FACTOR: u64 = 37;
/// What stands for the end of the file, a unit that no text holds.
const END: u16 = u16::MAX;

/// The fingerprints of every line, the first line first.
pub fn of_lines(text: &str) -> Vec<String> {
    let mut rolling = Rolling::default();
    let mut after_return = false;
    for unit in text.encode_utf16() {
        let is_second_half = after_return && unit == u16::from(b'\n');
        after_return = unit == u16::from(b'\r');
        if is_second_half || unit == u16::from(b' ') || unit == u16::from(b'\t') {
            continue;
        }
        rolling.take(if after_return { u16::from(b'\n') } else { unit });
    }
    rolling.take(END);
    rolling.finish()
}

/// A hash of the last units, and where lines begin among them.
struct Rolling {
    units: [u16; WINDOW],
    begins: [bool; WINDOW],
    at: usize,
    hash: u64,
    /// What the hash of a unit has become when the unit leaves.
    leaving: u64,
    at_line_start: bool,
    counts: HashMap<u64, u32>,
    lines: Vec<String>,
}

impl Default for Rolling {
    fn default() -> Self {
        Self {
            units: [0; WINDOW],
            begins: [false; WINDOW],
            at: 0,
            hash: 0,
            leaving: (0..WINDOW).fold(1, |power: u64, _| power.wrapping_mul(FACTOR)),
            at_line_start: true,
            counts: HashMap::new(),
            lines: Vec::new(),
        }
    }
}

impl Rolling {
    fn take(&mut self, unit: u16) {
        self.close();
        self.begins[self.at] = std::mem::replace(&mut self.at_line_start, unit == u16::from(b'\n'));
        self.push(unit);
    }

    /// Notes the fingerprint of the line that began a window ago.
    fn close(&mut self) {
        if std::mem::take(&mut self.begins[self.at]) {
            let count = self.counts.entry(self.hash).or_default();
            *count += 1;
            self.lines.push(format!("{:x}:{count}", self.hash));
        }
    }

    fn push(&mut self, unit: u16) {
        let gone = std::mem::replace(&mut self.units[self.at], unit);
        self.hash = self
            .hash
            .wrapping_mul(FACTOR)
            .wrapping_add(u64::from(unit))
            .wrapping_sub(self.leaving.wrapping_mul(u64::from(gone)));
        self.at = (self.at + 1) % WINDOW;
    }

    /// Lets the last lines run out into nothing.
    fn finish(mut self) -> Vec<String> {
        for _ in 0..WINDOW {
            self.close();
            self.push(0);
        }
        self.lines
    }
}

#[cfg(test)]
mod tests {
    use super::of_lines;

    /// The values are those of the tests of `github/codeql-action`.
    #[test]
    fn agrees_with_github() {
        assert_eq!(of_lines(""), ["c129715d7a2bc9a3:1"]);
        let lines =
            ["271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"];
        for text in [" a\nb\n  \t\tc\n d", " a\rb\r  \t\tc\r d", " a\r\nb\r\n  \t\tc\r\n d"] {
            assert_eq!(of_lines(text), lines);
        }
    }

    #[test]
    fn lines_that_say_the_same_are_counted() {
        let text = "x\n".repeat(120);
        let lines = of_lines(&text);
        assert_eq!(lines.len(), 121);
        let (first, _) = lines[0].split_once(':').unwrap();
        assert_eq!([&lines[0], &lines[1]], [&format!("{first}:1"), &format!("{first}:2")]);
    }
}
