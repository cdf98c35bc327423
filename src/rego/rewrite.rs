//! A module's text with something added to it for an engine, and the way back to where the author wrote.
//!
//! Nothing is removed and no line is added, so lines stay and columns can be found again.

use super::diagnostic::Text;

/// Text to put into a module.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Insertion {
    /// The byte offset.
    pub at: usize,
    pub text: String,
    /// Whether the interpreter gets it too.
    pub both: bool,
}

/// A module as an engine gets it.
#[derive(Clone)]
pub(super) struct Rewritten {
    pub text: Text,
    pub code: String,
    insertions: Vec<Insertion>,
}

impl Rewritten {
    /// Puts all insertions in. Those of one place are put in the order of their texts.
    pub fn new(text: &Text, mut insertions: Vec<Insertion>) -> Self {
        insertions.sort();
        insertions.dedup();
        for insertion in &mut insertions {
            // A closing brace sorts after all that it encloses.
            if insertion.text == "~}" {
                " }".clone_into(&mut insertion.text);
            }
        }
        let original = text.text();
        let mut code = String::with_capacity(original.len() + original.len() / 8);
        let mut at = 0;
        for insertion in &insertions {
            code.push_str(&original[at..insertion.at]);
            code.push_str(&insertion.text);
            at = insertion.at;
        }
        code.push_str(&original[at..]);
        Self { text: text.clone(), code, insertions }
    }

    pub fn is_changed(&self) -> bool {
        !self.insertions.is_empty()
    }

    /// The line and column in characters, from 1, of the author's text for a place that the engine names.
    ///
    /// The engine counts a tab as four columns and the bytes of a string.
    pub fn place(&self, line: usize, column: usize) -> (usize, usize) {
        let start = self
            .code
            .split_inclusive('\n')
            .take(line.saturating_sub(1))
            .map(str::len)
            .sum::<usize>();
        let mut offset = start;
        let mut width = 1;
        for char in self.code.get(start..).unwrap_or_default().chars() {
            if width >= column || char == '\n' {
                break;
            }
            width += if char == '\t' { 4 } else { char.len_utf8() };
            offset += char.len_utf8();
        }
        let mut added = 0;
        for insertion in &self.insertions {
            let start = insertion.at + added;
            if offset < start + insertion.text.len() {
                offset = offset.min(start);
                break;
            }
            added += insertion.text.len();
        }
        self.text.position(offset - added.min(offset))
    }
}
