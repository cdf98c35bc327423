//! Code as its interpreter reads it, with the way back to the bytes of the file it stands in.
//! A script inside YAML has lost its indentation and its escapes; its places have not.

use std::sync::Arc;

use super::{place::Place, value::Value};

/// Stands for each byte of an expression that is replaced before the interpreter sees the code.
pub(super) const HOLE: u8 = 0x1a;

/// Longer code is not repeated as the detail of a condition.
const LONGEST_EXCERPT: usize = 120;

/// Code, and where in the file each of its bytes stands.
#[derive(Clone, Debug, Default)]
pub(super) struct Text {
    pub content: String,
    /// In order of `at`. None means that the content is the file.
    pieces: Vec<Piece>,
    /// Expressions of the host, in order.
    pub holes: Vec<Hole>,
}

/// An expression of the host inside the code: `${{ … }}`, `$(name)`, `#{…}#`.
#[derive(Clone, Debug)]
pub(super) struct Hole {
    pub start: u32,
    pub end: u32,
    pub value: Value,
}

/// A run of bytes that stands in one stretch of the file.
#[derive(Clone, Copy, Debug)]
struct Piece {
    at: u32,
    length: u32,
    source: Place,
}

impl Text {
    /// The whole of a file.
    pub fn whole(source: &str) -> Text {
        let mut text = Text::default();
        let bare = source.strip_prefix('\u{feff}').unwrap_or(source);
        if bare.len() < source.len() {
            text.push(bare, Place::new(3, offset(source.len())));
        } else {
            bare.clone_into(&mut text.content);
        }
        text
    }

    /// Code that is a stretch of another text or, when `exact` is false, came out of it by evaluation.
    pub fn nested(content: &str, place: Place, exact: bool) -> Text {
        let mut text = Text::default();
        if exact {
            text.push(content, place);
        } else {
            text.content.push_str(content);
            text.pieces.push(Piece { at: 0, length: u32::MAX, source: place });
        }
        text
    }

    /// Adds text that stands at `source`: byte by byte when the lengths agree, else as a whole.
    pub fn push(&mut self, text: &str, source: Place) {
        if text.is_empty() {
            return;
        }
        let (at, length) = (offset(self.content.len()), offset(text.len()));
        self.content.push_str(text);
        if let Some(last) = self.pieces.last_mut() {
            let exact = last.length == last.source.end - last.source.start
                && length == source.end - source.start;
            if exact && last.source.end == source.start {
                last.length += length;
                last.source.end = source.end;
                return;
            }
        }
        self.pieces.push(Piece { at, length, source });
    }

    /// Where a stretch of the code stands in the file.
    pub fn place(&self, start: u32, end: u32) -> Place {
        if self.pieces.is_empty() {
            return Place::new(start, end);
        }
        if start >= end {
            let at = self.locate(start).0;
            return Place::new(at, at);
        }
        Place::new(self.locate(start).0, self.locate(end - 1).1)
    }

    /// The bytes of the file that the byte at `at` stands for.
    fn locate(&self, at: u32) -> (u32, u32) {
        let index = self.pieces.partition_point(|piece| piece.at <= at).saturating_sub(1);
        let Some(piece) = self.pieces.get(index) else { return (at, at + 1) };
        if piece.length == piece.source.end - piece.source.start {
            let start = (piece.source.start + at.saturating_sub(piece.at)).min(piece.source.end);
            (start, (start + 1).min(piece.source.end))
        } else {
            (piece.source.start, piece.source.end)
        }
    }

    /// Replaces stretches, in order, by bytes that no interpreter knows.
    pub fn dig(&mut self, holes: Vec<(usize, usize, Value)>) {
        let mut content = String::with_capacity(self.content.len());
        let mut done = 0;
        for (start, end, value) in holes {
            if start < done || end <= start {
                continue;
            }
            content.push_str(self.content.get(done..start).unwrap_or_default());
            content.extend(std::iter::repeat_n(char::from(HOLE), end - start));
            self.holes.push(Hole { start: offset(start), end: offset(end), value });
            done = end;
        }
        content.push_str(self.content.get(done..).unwrap_or_default());
        self.content = content;
        self.holes.sort_by_key(|hole| hole.start);
    }

    /// Appends a hole for what stands at `source`.
    pub fn hole_at(&mut self, value: Value, source: Place) {
        self.pieces.push(Piece { at: offset(self.content.len()), length: 1, source });
        self.hole_for(value);
    }

    /// Appends a hole of one byte.
    pub fn hole_for(&mut self, value: Value) {
        let start = offset(self.content.len());
        self.content.push_str(HOLE_BYTES);
        self.holes.push(Hole { start, end: start + 1, value });
    }

    /// A stretch of the code as people wrote it, when it is short.
    pub fn excerpt(&self, start: u32, end: u32) -> Arc<str> {
        let code = self.content.get(start as usize..end as usize).unwrap_or_default();
        if code.len() > LONGEST_EXCERPT {
            return "".into();
        }
        if self.holes.is_empty() || !code.as_bytes().contains(&HOLE) {
            return code.into();
        }
        let mut out = String::new();
        let mut done = start;
        let first = self.holes.partition_point(|hole| hole.start < start);
        for hole in self.holes[first..].iter().take_while(|hole| hole.end <= end) {
            out.push_str(self.content.get(done as usize..hole.start as usize).unwrap_or_default());
            match (hole.value.as_text(), hole.value.as_unknown()) {
                (Some(text), _) => out.push_str(text),
                (None, Some(unknown)) => out.push_str(&unknown.detail),
                _ => {}
            }
            done = hole.end;
        }
        out.push_str(self.content.get(done as usize..end as usize).unwrap_or_default());
        out.into()
    }

    /// The hole that begins at this offset.
    pub fn hole(&self, at: u32) -> Option<&Hole> {
        let index = self.holes.binary_search_by_key(&at, |hole| hole.start).ok()?;
        self.holes.get(index)
    }
}

const HOLE_BYTES: &str = "\u{1a}";

/// An offset; files are bounded far below what it can hold.
pub(super) fn offset(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
