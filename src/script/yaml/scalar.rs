//! From the text of a scalar back to its bytes: block scalars, quotes, escapes, folded lines.
//! The text is saphyr's; the source is walked beside it, and where the two cannot be matched the scalar is one place.

use super::{
    super::{
        place::Place,
        text::{Text, offset},
    },
    Kind, Node, Style,
};

/// The code in a scalar.
pub(in super::super) fn code(source: &str, node: &Node) -> Option<Text> {
    let Kind::Scalar { text, style } = &node.kind else { return None };
    let mut walk =
        Walk { source: source.as_bytes(), at: node.place.start as usize, indent: 0, style: *style };
    let matched = walk.start(text).and_then(|()| walk.run(text));
    Some(matched.unwrap_or_else(|| {
        let mut whole = Text::default();
        whole.push(text, Place::new(node.place.start, node.place.end));
        if whole.place(0, 1) != node.place && !text.is_empty() {
            return Text::nested(text, node.place, false);
        }
        whole
    }))
}

struct Walk<'s> {
    source: &'s [u8],
    at: usize,
    indent: usize,
    style: Style,
}

impl Walk<'_> {
    fn is_block(&self) -> bool {
        matches!(self.style, Style::Literal | Style::Folded)
    }

    /// Goes to the first character of the text.
    fn start(&mut self, text: &str) -> Option<()> {
        // Anchors and tags stand before the value.
        while matches!(self.peek(), b'&' | b'!') {
            while !self.peek().is_ascii_whitespace() && self.at < self.source.len() {
                self.at += 1;
            }
            while matches!(self.peek(), b' ' | b'\t') {
                self.at += 1;
            }
        }
        match self.style {
            Style::Plain => {}
            Style::Single | Style::Double => self.at += 1,
            Style::Literal | Style::Folded => {
                if matches!(self.peek(), b'|' | b'>') && self.is_header() {
                    self.at += memchr::memchr(b'\n', &self.source[self.at..])? + 1;
                }
                self.block(text)?;
            }
        }
        Some(())
    }

    /// `|`, `>-`, `|2+ # comment`: the place of some scalars begins with their header.
    fn is_header(&self) -> bool {
        let rest = &self.source[self.at + 1..];
        let marks =
            rest.iter().take_while(|byte| matches!(byte, b'+' | b'-' | b'1'..=b'9')).count();
        rest.get(marks).is_none_or(u8::is_ascii_whitespace)
    }

    /// Finds the indentation of a block scalar by its first line that is not blank.
    fn block(&mut self, text: &str) -> Option<()> {
        let line = text.lines().find(|line| !line.trim_matches([' ', '\t']).is_empty())?;
        let own = line.len() - line.trim_start_matches(' ').len();
        let blank =
            self.source[self.at..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        let first = self.at + blank;
        let line_start = memchr::memrchr(b'\n', &self.source[..first]).map_or(0, |at| at + 1);
        self.indent = (first - line_start).checked_sub(own)?;
        // Blank lines before it belong to the text too.
        let before = text.bytes().take_while(|&byte| byte == b'\n').count();
        let mut start = line_start;
        for _ in 0..before {
            let end = start.checked_sub(1)?;
            start = memchr::memrchr(b'\n', &self.source[..end]).map_or(0, |at| at + 1);
        }
        self.at = start;
        self.skip_indent();
        Some(())
    }

    fn skip_indent(&mut self) {
        for _ in 0..self.indent {
            if self.peek() != b' ' {
                return;
            }
            self.at += 1;
        }
    }

    fn peek(&self) -> u8 {
        self.source.get(self.at).copied().unwrap_or(0)
    }

    fn run(&mut self, text: &str) -> Option<Text> {
        let bytes = text.as_bytes();
        let mut out = Text::default();
        let mut done = 0;
        while done < bytes.len() {
            let length = self.same(&bytes[done..]);
            if length > 0 {
                out.push(text.get(done..done + length)?, place(self.at, self.at + length));
                done += length;
                self.at += length;
                continue;
            }
            let (read, taken) = self.special(&bytes[done..])?;
            out.push(text.get(done..done + taken)?, place(self.at, self.at + read));
            done += taken;
            self.at += read;
            if self.is_block() && taken > 0 && bytes[done - 1] == b'\n' {
                self.skip_indent();
            }
        }
        Some(out)
    }

    /// How many bytes stand for themselves.
    fn same(&self, text: &[u8]) -> usize {
        let source = &self.source[self.at.min(self.source.len())..];
        let special = |byte: u8| match self.style {
            Style::Single => byte == b'\'',
            Style::Double => byte == b'\\' || byte == b'"',
            _ => false,
        };
        let mut length = 0;
        for (&wanted, &byte) in text.iter().zip(source) {
            if wanted != byte || byte == b'\n' || byte == b'\r' || special(byte) {
                break;
            }
            if !self.is_block() && matches!(byte, b' ' | b'\t') && self.folds(length) {
                break;
            }
            length += 1;
        }
        // Characters are not cut.
        while length > 0 && length < text.len() && text[length] & 0xc0 == 0x80 {
            length -= 1;
        }
        length
    }

    /// Whether only blanks stand between here and the end of the line.
    fn folds(&self, ahead: usize) -> bool {
        let rest = &self.source[(self.at + ahead).min(self.source.len())..];
        let blank = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        matches!(rest.get(blank), Some(b'\n' | b'\r'))
    }

    /// An escape or the end of a line: the bytes of the source, and those of the text that they stand for.
    fn special(&mut self, text: &[u8]) -> Option<(usize, usize)> {
        let next = self.source.get(self.at + 1).copied();
        match (self.style, self.peek()) {
            (Style::Single, b'\'') if next == Some(b'\'') => return Some((2, 1)),
            (Style::Double, b'\\') => {
                return match next? {
                    b'\n' => Some((2 + self.blanks(self.at + 2), 0)),
                    b'\r' => Some((3 + self.blanks(self.at + 3), 0)),
                    b'x' => Some((4, character(text)?)),
                    b'u' => Some((6, character(text)?)),
                    b'U' => Some((10, character(text)?)),
                    _ => Some((2, character(text)?)),
                };
            }
            _ => {}
        }
        self.fold(text)
    }

    /// The end of a line, with blank lines and indentation.
    fn fold(&self, text: &[u8]) -> Option<(usize, usize)> {
        let rest = self.source.get(self.at..)?;
        if self.is_block() {
            let first = rest.iter().take_while(|&&byte| byte == b'\r').count();
            if rest.get(first) != Some(&b'\n') {
                return None;
            }
            return self.fold_block(rest, first + 1, text);
        }
        let length = rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        let newlines = memchr::memchr_iter(b'\n', &rest[..length]).count();
        if newlines == 0 {
            return None;
        }
        let taken = match text.first()? {
            b' ' => 1,
            b'\n' => text.iter().take(newlines).take_while(|&&byte| byte == b'\n').count(),
            _ => return None,
        };
        Some((length, taken))
    }

    fn fold_block(&self, rest: &[u8], first: usize, text: &[u8]) -> Option<(usize, usize)> {
        match text.first()? {
            b'\n' if self.style == Style::Literal => Some((first, 1)),
            // The next line goes on here.
            b' ' if self.style == Style::Folded => Some((first + self.indentation(rest, first), 1)),
            b'\n' => {
                // Blank lines are kept, but for the first end of a line, unless lines are indented more.
                let mut length = first;
                let mut newlines = 1;
                loop {
                    let blank = rest[length..]
                        .iter()
                        .take_while(|byte| matches!(byte, b' ' | b'\r'))
                        .count();
                    if rest.get(length + blank) != Some(&b'\n') {
                        break;
                    }
                    length += blank + 1;
                    newlines += 1;
                }
                let kept = text.iter().take(newlines).take_while(|&&byte| byte == b'\n').count();
                Some((length, kept))
            }
            _ => None,
        }
    }

    fn indentation(&self, rest: &[u8], from: usize) -> usize {
        rest[from..].iter().take(self.indent).take_while(|&&byte| byte == b' ').count()
    }

    fn blanks(&self, from: usize) -> usize {
        self.source
            .get(from..)
            .map_or(0, |rest| rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count())
    }
}

/// The length of the first character.
fn character(text: &[u8]) -> Option<usize> {
    let first = *text.first()?;
    Some(match first {
        0..=0x7f => 1,
        0xc0..=0xdf => 2,
        0xe0..=0xef => 3,
        _ => 4,
    })
}

fn place(start: usize, end: usize) -> Place {
    Place::new(offset(start), offset(end))
}
