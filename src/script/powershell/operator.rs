//! Operators between two values.

use super::parser::Parser;

impl Parser<'_> {
    /// The operator that stands here, in lower case, and how long it is as written.
    pub(super) fn binary_operator(&self) -> Option<(Box<str>, usize)> {
        let dash = self.dash_length();
        if dash > 0 {
            let length = self.identifier_length(self.at + dash);
            let word = self
                .text
                .content
                .get(self.at + dash..self.at + dash + length)?
                .to_ascii_lowercase();
            if WORD_OPERATORS.contains(&word.as_str()) {
                return Some((word.into(), dash + length));
            }
            let minus = length == 0 && !matches!(self.peek(1), b'=' | b'-');
            let number = self.peek(dash).is_ascii_digit();
            return (dash == 1 && (minus || number)).then(|| ("-".into(), 1));
        }
        match (self.peek(0), self.peek(1)) {
            (b'+' | b'*' | b'/' | b'%', b'=') | (b'+', b'+') => None,
            (b'+', _) => Some(("+".into(), 1)),
            (b'*' | b'/' | b'%', _) => Some(("*".into(), 1)),
            (b'.', b'.') => Some(("..".into(), 2)),
            (b'?', b'?') if self.peek(2) != b'=' => Some(("??".into(), 2)),
            (b'?', b' ' | b'\n' | b'\t') => Some(("?".into(), 1)),
            _ => None,
        }
    }
}

/// Operators that are words.
const WORD_OPERATORS: [&str; 48] = [
    "eq",
    "ne",
    "gt",
    "ge",
    "lt",
    "le",
    "like",
    "notlike",
    "match",
    "notmatch",
    "contains",
    "notcontains",
    "in",
    "notin",
    "replace",
    "split",
    "join",
    "is",
    "isnot",
    "as",
    "and",
    "or",
    "xor",
    "band",
    "bor",
    "bxor",
    "shl",
    "shr",
    "f",
    "ieq",
    "ine",
    "ilike",
    "imatch",
    "icontains",
    "ceq",
    "cne",
    "clike",
    "cmatch",
    "ccontains",
    "ireplace",
    "creplace",
    "isplit",
    "csplit",
    "cnotlike",
    "inotlike",
    "cnotmatch",
    "inotmatch",
    "cin",
];
