//! The text under the parser: bytes, white space, comments, names, errors.

use super::super::limits;
use super::SyntaxError;
use crate::code::value::Place;

/// A position in a text, and how deep the parser is nested there.
pub(super) struct Cursor<'t> {
    pub(super) text: &'t str,
    pub(super) bytes: &'t [u8],
    pub(super) at: usize,
    pub(super) file: u32,
    /// Whether a line break is white space here: inside parentheses, brackets and interpolations.
    pub(super) free_lines: bool,
    depth: u32,
    origin: Origin,
}

/// Where in the file the text under the parser stands.
#[derive(Clone, Copy)]
pub(super) enum Origin {
    /// From this byte on.
    From(usize),
    /// Somewhere in this stretch, because the file writes the text with escapes.
    Within(Place),
}

pub(super) type Parsed<T> = Result<T, Box<SyntaxError>>;

impl<'t> Cursor<'t> {
    pub(super) fn new(text: &'t str, file: u32, at: usize) -> Cursor<'t> {
        let bytes = text.as_bytes();
        let (depth, origin) = (0, Origin::From(0));
        Cursor { text, bytes, at, file, free_lines: false, depth, origin }
    }

    /// A text that stands somewhere else in the file.
    pub(super) fn within(text: &'t str, file: u32, origin: Origin) -> Cursor<'t> {
        Cursor { origin, ..Cursor::new(text, file, 0) }
    }

    pub(super) fn peek(&self) -> u8 {
        self.bytes.get(self.at).copied().unwrap_or(0)
    }

    pub(super) fn peek_at(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    pub(super) fn at_end(&self) -> bool {
        self.at >= self.bytes.len()
    }

    pub(super) fn rest(&self) -> &'t [u8] {
        self.bytes.get(self.at..).unwrap_or(&[])
    }

    pub(super) fn slice(&self, start: usize, end: usize) -> &'t str {
        self.text.get(start..end).unwrap_or("")
    }

    pub(super) fn place(&self, start: usize, end: usize) -> Place {
        let clamp = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        match self.origin {
            Origin::From(base) => {
                Place { file: self.file, start: clamp(base + start), end: clamp(base + end) }
            }
            Origin::Within(place) => place,
        }
    }

    pub(super) fn from(&self, start: usize) -> Place {
        self.place(start, self.at)
    }

    /// An error at the current position.
    pub(super) fn error<T>(&self, message: impl Into<String>) -> Parsed<T> {
        self.error_at(self.at, message)
    }

    pub(super) fn error_at<T>(&self, start: usize, message: impl Into<String>) -> Parsed<T> {
        let start = start.min(self.bytes.len());
        let width = self.text.get(start..).and_then(|rest| rest.chars().next());
        let end = start + width.filter(|&c| c != '\n').map_or(0, char::len_utf8);
        let place = self.place(start, end);
        Err(Box::new(SyntaxError { message: message.into(), place, limit: false }))
    }

    /// Runs a part of the grammar one level deeper.
    pub(super) fn nested<T>(&mut self, part: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth >= limits::NESTING {
            let message = format!("nested deeper than {} levels", limits::NESTING);
            let place = self.place(self.at, self.at);
            return Err(Box::new(SyntaxError { message, place, limit: true }));
        }
        self.depth += 1;
        let result = part(self);
        self.depth -= 1;
        result
    }

    /// Runs a part of the grammar one level deeper, where line breaks are white space or are not.
    pub(super) fn nested_lines<T>(
        &mut self,
        free: bool,
        part: impl FnOnce(&mut Self) -> Parsed<T>,
    ) -> Parsed<T> {
        let before = std::mem::replace(&mut self.free_lines, free);
        let result = self.nested(part);
        self.free_lines = before;
        result
    }

    /// Skips spaces and comments; line breaks too where they are white space.
    pub(super) fn space(&mut self) {
        loop {
            match self.peek() {
                b' ' | b'\t' => self.at += 1,
                b'\r' if self.free_lines || self.peek_at(1) == b'\n' => self.at += 1,
                b'\n' if self.free_lines => self.at += 1,
                b'#' => self.line_comment(),
                b'/' if self.peek_at(1) == b'/' => self.line_comment(),
                b'/' if self.peek_at(1) == b'*' => self.block_comment(),
                _ => return,
            }
        }
    }

    /// Skips spaces, comments and line breaks.
    pub(super) fn lines(&mut self) {
        let before = std::mem::replace(&mut self.free_lines, true);
        self.space();
        self.free_lines = before;
    }

    fn line_comment(&mut self) {
        let rest = self.rest();
        self.at += rest.iter().position(|&byte| byte == b'\n').unwrap_or(rest.len());
    }

    fn block_comment(&mut self) {
        let rest = self.slice(self.at + 2, self.bytes.len());
        self.at += rest.find("*/").map_or(rest.len() + 2, |end| end + 4);
    }

    /// Takes a byte if it is next.
    pub(super) fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == byte && !self.at_end();
        self.at += usize::from(found);
        found
    }

    pub(super) fn expect(&mut self, byte: u8, what: &str) -> Parsed<()> {
        if self.take(byte) {
            return Ok(());
        }
        self.error(format!("expected `{}` {what}", char::from(byte)))
    }

    /// Whether a name starts here.
    pub(super) fn at_name(&self) -> bool {
        let byte = self.peek();
        byte.is_ascii_alphabetic()
            || byte == b'_'
            || (byte >= 0x80
                && self.slice(self.at, self.bytes.len()).starts_with(char::is_alphabetic))
    }

    /// Takes a name.
    pub(super) fn name(&mut self) -> &'t str {
        let start = self.at;
        let ends = |byte: &u8| !byte.is_ascii_alphanumeric() && *byte != b'_' && *byte != b'-';
        loop {
            let rest = self.rest();
            self.at += rest.iter().position(ends).unwrap_or(rest.len());
            if self.peek() < 0x80 {
                break;
            }
            let next = self.slice(self.at, self.bytes.len()).chars().next();
            match next.filter(|letter| letter.is_alphanumeric()) {
                Some(letter) => self.at += letter.len_utf8(),
                None => break,
            }
        }
        self.slice(start, self.at)
    }

    /// Takes a word if it is next and ends there.
    pub(super) fn word(&mut self, word: &str) -> bool {
        let start = self.at;
        if self.rest().starts_with(word.as_bytes()) && self.name() == word {
            return true;
        }
        self.at = start;
        false
    }
}
