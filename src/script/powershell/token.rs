//! The small pieces of PowerShell: blanks, names, quotes, strings.

use super::{
    super::{
        diagnostic::Trouble,
        text::{HOLE, offset},
    },
    parser::{Parser, span},
    syntax::{Expression, ExpressionKind, StringPart},
};

/// A quote; word processors' quotes count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quote {
    Single,
    Double,
}

impl Parser<'_> {
    /// The byte so far ahead, or 0 behind the end.
    pub fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    /// Blanks, comments and continued lines.
    pub fn skip_blanks(&mut self) {
        loop {
            match self.peek(0) {
                b' ' | b'\t' | b'\r' => self.at += 1,
                b'`' if self.peek(1) == b'\n' => self.at += 2,
                b'`' if self.peek(1) == b'\r' && self.peek(2) == b'\n' => self.at += 3,
                b'#' => {
                    self.at += memchr::memchr(b'\n', &self.bytes[self.at..])
                        .unwrap_or(self.bytes.len() - self.at);
                }
                b'<' if self.peek(1) == b'#' => {
                    let rest = &self.bytes[self.at + 2..];
                    if let Some(length) = memchr::memmem::find(rest, b"#>") {
                        self.at += length + 4;
                    } else {
                        let start = self.at;
                        self.note(Trouble::Syntax, start, start + 2, "a comment that does not end");
                        self.at = self.bytes.len();
                    }
                }
                0xc2 if self.peek(1) == 0xa0 => self.at += 2,
                _ => return,
            }
        }
    }

    /// Blanks and ends of lines.
    pub fn skip_lines(&mut self) {
        loop {
            self.skip_blanks();
            if self.peek(0) != b'\n' {
                return;
            }
            self.at += 1;
        }
    }

    pub fn skip_separators(&mut self) {
        loop {
            self.skip_lines();
            if self.peek(0) != b';' {
                return;
            }
            self.at += 1;
        }
    }

    /// The next byte that is no blank, from an offset.
    pub fn next_significant(&self, from: usize) -> u8 {
        let blank = |byte: &&u8| !byte.is_ascii_whitespace();
        self.bytes.get(from..).and_then(|rest| rest.iter().find(blank)).copied().unwrap_or(0)
    }

    pub fn at_keyword(&self, word: &str) -> bool {
        let end = self.at + word.len();
        let here = self
            .bytes
            .get(self.at..end)
            .is_some_and(|text| text.eq_ignore_ascii_case(word.as_bytes()));
        here && self
            .bytes
            .get(end)
            .is_none_or(|byte| !byte.is_ascii_alphanumeric() && !matches!(byte, b'_' | b'-'))
    }

    pub fn identifier_length(&self, at: usize) -> usize {
        let is_letter = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'_';
        self.bytes.get(at..).map_or(0, |rest| rest.iter().take_while(is_letter).count())
    }

    /// The name behind a `$` at `at - 1`: its start and end, and what follows.
    pub fn variable_name(&self, at: usize) -> (usize, usize, usize) {
        let rest = self.bytes.get(at..).unwrap_or_default();
        match rest.first() {
            Some(b'{') => {
                let window = &rest[..rest.len().min(512)];
                let length = memchr::memchr(b'}', window).unwrap_or(0);
                if length == 0 { (at, at, at) } else { (at + 1, at + length, at + length + 1) }
            }
            Some(b'$' | b'?' | b'^') => (at, at + 1, at + 1),
            _ => {
                let is_name =
                    |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80;
                let mut length =
                    rest.iter().take_while(|&&byte| is_name(byte) && byte != 0xe2).count();
                let colon = rest.get(length) == Some(&b':') && length > 0;
                if colon && rest.get(length + 1).is_some_and(|&byte| is_name(byte) && byte != b':')
                {
                    length += 1 + rest[length + 1..]
                        .iter()
                        .take_while(|&&byte| is_name(byte) && byte != 0xe2)
                        .count();
                }
                (at, at + length, at + length)
            }
        }
    }

    /// Takes `[ … ]` with everything between.
    pub fn brackets(&mut self) {
        let start = self.at;
        let mut open = 0_usize;
        while self.at < self.bytes.len() {
            match self.bytes[self.at] {
                b'[' => open += 1,
                b']' => {
                    open -= 1;
                    if open == 0 {
                        self.at += 1;
                        return;
                    }
                }
                b'\'' | b'"' if self.at > start => {
                    drop(self.primary());
                    continue;
                }
                b'\n' if self.at - start > 2000 => break,
                _ => {}
            }
            self.at += 1;
        }
        self.budget.take(self.at - start);
        self.note(Trouble::Syntax, start, start + 1, "`]` is missing for what opens here");
        self.at = start + 1;
    }

    /// The quote that stands here, and its length.
    pub fn quote(&self) -> Option<(Quote, usize)> {
        quote_at(self.bytes, self.at)
    }

    /// A dash, also one of a word processor.
    pub fn dash_length(&self) -> usize {
        match (self.peek(0), self.peek(1), self.peek(2)) {
            (b'-', ..) => 1,
            (0xe2, 0x80, 0x93..=0x95) => 3,
            _ => 0,
        }
    }

    /// Reads `'…'`.
    pub fn single(&mut self, width: usize) -> Expression {
        let start = self.at;
        self.at += width;
        let mut text = String::new();
        let mut from = self.at;
        loop {
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            let Some(length) = memchr::memchr2(b'\'', 0xe2, rest) else {
                return self.unclosed_quote(start, width);
            };
            self.at += length;
            match quote_at(self.bytes, self.at) {
                Some((Quote::Single, width)) => {
                    text.push_str(self.text.content.get(from..self.at).unwrap_or_default());
                    self.at += width;
                    if let Some((Quote::Single, width)) = self.quote() {
                        text.push('\'');
                        self.at += width;
                        from = self.at;
                        continue;
                    }
                    return self.split_holes(&text, start);
                }
                _ => self.at += 1,
            }
        }
    }

    /// A quoted text; expressions of the host in it stay apart.
    fn split_holes(&mut self, text: &str, start: usize) -> Expression {
        let whole = span(start, self.at);
        if !text.as_bytes().contains(&HOLE) {
            return Expression { span: whole, kind: ExpressionKind::Text(text.into()) };
        }
        let mut parts = Vec::new();
        let mut at = start;
        for piece in text.split_inclusive(char::from(HOLE)) {
            let known = piece.trim_end_matches(char::from(HOLE));
            if !known.is_empty() {
                parts.push(StringPart::Text(known.into()));
            }
            if known.len() < piece.len() {
                let next = self
                    .text
                    .holes
                    .iter()
                    .find(|hole| hole.start as usize >= at && (hole.end as usize) <= self.at);
                if let Some(hole) = next {
                    let place = span(hole.start as usize, hole.end as usize);
                    parts.push(StringPart::Value(Expression {
                        span: place,
                        kind: ExpressionKind::Hole,
                    }));
                    at = hole.end as usize;
                }
            }
        }
        Expression { span: whole, kind: ExpressionKind::Expandable(parts) }
    }

    fn unclosed_quote(&mut self, start: usize, width: usize) -> Expression {
        self.budget.take(self.bytes.len() - start);
        self.note(
            Trouble::Syntax,
            start,
            start + width,
            "a quote that does not end; it is read as a character",
        );
        self.unclosed = self.unclosed.min(start);
        self.at = if self.budget.spent() { self.bytes.len() } else { start + width };
        let text = self.text.content.get(start..start + width).unwrap_or_default();
        Expression { span: span(start, start + width), kind: ExpressionKind::Text(text.into()) }
    }

    /// Reads `"…"`.
    pub fn double(&mut self, width: usize) -> Expression {
        let start = self.at;
        self.at += width;
        if start >= self.unclosed {
            return self.unclosed_quote(start, width);
        }
        let mut parts = Vec::new();
        let mut text = String::new();
        loop {
            if self.at >= self.bytes.len() {
                return self.unclosed_quote(start, width);
            }
            if let Some((Quote::Double, width)) = self.quote() {
                self.at += width;
                if let Some((Quote::Double, width)) = self.quote() {
                    text.push('"');
                    self.at += width;
                    continue;
                }
                return finish_string(text, parts, start, self.at);
            }
            self.string_piece(&mut text, &mut parts);
        }
    }

    /// One piece of an expandable string.
    fn string_piece(&mut self, text: &mut String, parts: &mut Vec<StringPart>) {
        let from = self.at;
        match self.bytes[from] {
            b'`' => {
                self.at += 1;
                let rest = self.text.content.get(self.at..).unwrap_or_default();
                let Some(character) = rest.chars().next() else { return };
                self.at += character.len_utf8();
                text.push(match character {
                    'n' => '\n',
                    't' => '\t',
                    'r' => '\r',
                    '0' => '\0',
                    other => other,
                });
            }
            b'$' | HOLE => {
                if let Some(value) = self.interpolation() {
                    if !text.is_empty() {
                        parts.push(StringPart::Text(std::mem::take(text).into()));
                    }
                    parts.push(StringPart::Value(value));
                } else {
                    text.push('$');
                    self.at += 1;
                }
            }
            _ => {
                let plain = |byte: &&u8| !matches!(**byte, b'`' | b'$' | b'"' | HOLE | 0xe2);
                self.at += self.bytes[from..].iter().take_while(plain).count();
                if self.at == from {
                    let rest = self.text.content.get(from..).unwrap_or_default();
                    self.at += rest.chars().next().map_or(1, char::len_utf8);
                }
                text.push_str(self.text.content.get(from..self.at).unwrap_or_default());
            }
        }
    }

    /// `$name`, `${name}`, `$( … )` or a hole inside a string.
    pub fn interpolation(&mut self) -> Option<Expression> {
        let start = self.at;
        if self.peek(0) == HOLE {
            let end = self.text.hole(offset(start)).map_or(start + 1, |hole| hole.end as usize);
            self.at = end;
            return Some(Expression { span: span(start, end), kind: ExpressionKind::Hole });
        }
        if self.peek(1) == b'(' {
            self.at += 2;
            let statements = self.statements(b')');
            self.close(start + 1, b')');
            return Some(Expression {
                span: span(start, self.at),
                kind: ExpressionKind::Sub(statements),
            });
        }
        let (from, to, after) = self.variable_name(start + 1);
        if from == to {
            return None;
        }
        self.at = after;
        let name = self.text.content.get(from..to)?;
        Some(Expression { span: span(start, after), kind: ExpressionKind::Variable(name.into()) })
    }

    /// Reads `@"…"@` and `@'…'@`.
    pub fn here_string(&mut self) -> Expression {
        let start = self.at;
        let double = self.peek(1) == b'"';
        let line_end = memchr::memchr(b'\n', &self.bytes[start..]).map(|length| start + length);
        let closer: &[u8] = if double { b"\"@" } else { b"'@" };
        let body_start = line_end.map_or(self.bytes.len(), |end| end + 1);
        let mut end = None;
        let mut at = body_start;
        while at <= self.bytes.len() {
            if self.bytes[at.min(self.bytes.len())..].starts_with(closer) {
                end = Some(at);
                break;
            }
            match memchr::memchr(b'\n', &self.bytes[at.min(self.bytes.len())..]) {
                Some(length) => at += length + 1,
                None => break,
            }
        }
        let Some(end) = end else {
            self.at += 1;
            return self.unclosed_quote(start, 2);
        };
        let body_end = if end > body_start { end - 1 } else { body_start };
        let body_end = if body_end > body_start && self.bytes[body_end - 1] == b'\r' {
            body_end - 1
        } else {
            body_end
        };
        let mut parts = Vec::new();
        let mut text = String::new();
        self.at = body_start;
        if double {
            let all = self.bytes;
            self.bytes = &all[..body_end];
            while self.at < body_end {
                self.string_piece(&mut text, &mut parts);
            }
            self.bytes = all;
        } else {
            text.push_str(self.text.content.get(body_start..body_end).unwrap_or_default());
        }
        self.at = self.at.max(end) + 2;
        self.at = self.at.min(self.bytes.len());
        if !double {
            return self.split_holes(&text, start);
        }
        finish_string(text, parts, start, self.at)
    }
}

fn finish_string(text: String, mut parts: Vec<StringPart>, start: usize, end: usize) -> Expression {
    let kind = if parts.is_empty() {
        ExpressionKind::Text(text.into())
    } else {
        if !text.is_empty() {
            parts.push(StringPart::Text(text.into()));
        }
        ExpressionKind::Expandable(parts)
    };
    Expression { span: span(start, end), kind }
}

fn quote_at(bytes: &[u8], at: usize) -> Option<(Quote, usize)> {
    match bytes.get(at)? {
        b'\'' => Some((Quote::Single, 1)),
        b'"' => Some((Quote::Double, 1)),
        0xe2 if bytes.get(at + 1) == Some(&0x80) => match bytes.get(at + 2)? {
            0x98..=0x9b => Some((Quote::Single, 3)),
            0x9c..=0x9e => Some((Quote::Double, 3)),
            _ => None,
        },
        _ => None,
    }
}
