//! Reads words: quotes, variables, substitutions, here-documents.

use super::{
    super::{
        diagnostic::Trouble,
        text::{HOLE, offset},
    },
    parser::{Parser, Stop, is_meta, span},
    syntax::{Part, Redirect, Span, Target, Variable, Word},
};

impl Parser<'_> {
    /// Reads the word that begins here; an empty one where none does.
    pub fn word(&mut self) -> Word {
        let start = self.at;
        let mut parts = Vec::new();
        while self.at < self.end {
            let byte = self.bytes[self.at];
            match byte {
                b'<' | b'>' if self.peek(1) == b'(' => {
                    let from = self.at;
                    self.at += 2;
                    let items = self.list(Stop::Parenthesis);
                    self.close(from, b')');
                    parts.push(Part::Process { items, span: span(from, self.at) });
                }
                b'`' if self.stops.last() == Some(&Stop::Backtick) => break,
                b'\\' if self.peek(1) == b'\n' => self.at += 2,
                b'\\' if self.peek(1) == b'\r' && self.peek(2) == b'\n' => self.at += 3,
                b'\\' => parts.push(self.escaped()),
                b'\'' => self.single(&mut parts),
                b'"' => self.double(&mut parts),
                b'$' | b'`' | HOLE => self.special(&mut parts, false),
                _ if is_meta(byte) => break,
                _ => {
                    let from = self.at;
                    let rest = &self.bytes[from..self.end];
                    self.at += rest.iter().take_while(|&&byte| PLAIN[byte as usize]).count().max(1);
                    parts.push(Part::Raw(span(from, self.at)));
                }
            }
        }
        Word { span: span(start, self.at), parts }
    }

    fn escaped(&mut self) -> Part {
        let from = self.at;
        let rest = self.text.content.get(from + 1..self.end).unwrap_or_default();
        let character = rest.chars().next();
        self.at += 1 + character.map_or(0, char::len_utf8);
        Part::Escaped(character.unwrap_or('\\').to_string().into())
    }

    fn single(&mut self, parts: &mut Vec<Part>) {
        let from = self.at;
        let inside = &self.bytes[from + 1..self.end];
        let close = if from >= self.unclosed_single { None } else { memchr::memchr(b'\'', inside) };
        if let Some(length) = close {
            self.at = from + length + 2;
            self.quoted(from + 1, from + 1 + length, parts);
        } else {
            self.unclosed_single = self.unclosed_single.min(from);
            self.note(
                Trouble::Syntax,
                from,
                from + 1,
                "a quote that does not end; it is read as a character",
            );
            self.at += 1;
            parts.push(Part::Raw(span(from, self.at)));
        }
    }

    /// Quoted characters as they stand, and the expressions of the host among them.
    fn quoted(&mut self, start: usize, end: usize, parts: &mut Vec<Part>) {
        let mut from = start;
        if !self.text.holes.is_empty() {
            let first = self.text.holes.partition_point(|hole| (hole.start as usize) < start);
            for hole in self.text.holes[first..].iter().take_while(|hole| hole.end as usize <= end)
            {
                if from < hole.start as usize {
                    parts.push(Part::Quoted(span(from, hole.start as usize)));
                }
                let inside = Part::Hole(Span { start: hole.start, end: hole.end });
                parts.push(Part::Double(vec![inside]));
                from = hole.end as usize;
            }
        }
        if from < end || start == end {
            parts.push(Part::Quoted(span(from, end)));
        }
    }

    fn double(&mut self, parts: &mut Vec<Part>) {
        let from = self.at;
        self.at += 1;
        let mut inside = Vec::new();
        let stops = std::mem::take(&mut self.stops);
        let closed = self.double_parts(&mut inside, self.end, Some(b'"'));
        self.stops = stops;
        if closed {
            self.at += 1;
            parts.push(Part::Double(inside));
            return;
        }
        self.budget.take(self.end - from);
        self.note(
            Trouble::Syntax,
            from,
            from + 1,
            "a quote that does not end; it is read as a character",
        );
        self.at = if self.budget.spent() { self.end } else { from + 1 };
        parts.push(Part::Raw(span(from, from + 1)));
    }

    /// What stands between double quotes, in here-documents, and in `${name:-…}`; whether the closer was met.
    fn double_parts(&mut self, parts: &mut Vec<Part>, end: usize, closer: Option<u8>) -> bool {
        while self.at < end {
            let byte = self.bytes[self.at];
            if Some(byte) == closer {
                return true;
            }
            match byte {
                b'\\' if self.peek(1) == b'\n' => self.at += 2,
                b'\\' if matches!(self.peek(1), b'$' | b'`' | b'"' | b'\\') => {
                    parts.push(self.escaped());
                }
                b'$' | b'`' | HOLE => self.special(parts, true),
                b'"' if closer == Some(b'}') => self.double(parts),
                b'\'' if closer == Some(b'}') => self.single(parts),
                _ => {
                    let from = self.at;
                    let plain = |byte: &&u8| {
                        !matches!(**byte, b'"' | b'\\' | b'$' | b'`' | HOLE | b'}' | b'\'')
                    };
                    self.at += self.bytes[from..end].iter().take_while(plain).count().max(1);
                    parts.push(Part::Quoted(span(from, self.at)));
                }
            }
        }
        closer.is_none()
    }

    /// `$…`, backticks and holes.
    fn special(&mut self, parts: &mut Vec<Part>, quoted: bool) {
        let from = self.at;
        match self.bytes[from] {
            HOLE => {
                let end = self.text.hole(offset(from)).map_or(from + 1, |hole| hole.end as usize);
                self.at = end;
                parts.push(Part::Hole(span(from, end)));
            }
            b'`' => {
                self.at += 1;
                let items = self.list(Stop::Backtick);
                self.close(from, b'`');
                parts.push(Part::Command { items, span: span(from, self.at) });
            }
            _ => self.dollar(from, parts, quoted),
        }
    }

    fn dollar(&mut self, from: usize, parts: &mut Vec<Part>, quoted: bool) {
        match self.peek(1) {
            b'(' if self.peek(2) == b'(' => {
                self.at += 1;
                let end = self.arithmetic_end();
                self.at -= 1;
                match end {
                    Some(end) => {
                        self.at = end;
                        parts.push(Part::Arithmetic(span(from, end)));
                    }
                    None => self.substitution(from, parts),
                }
            }
            b'(' => self.substitution(from, parts),
            b'{' => self.braced(from, parts),
            b'\'' if !quoted => self.ansi(parts),
            b'"' if !quoted => {
                self.at += 1;
                self.double(parts);
            }
            byte if byte.is_ascii_digit()
                || matches!(byte, b'@' | b'*' | b'#' | b'?' | b'$' | b'!' | b'-') =>
            {
                self.at += 2;
                parts.push(plain_variable(span(from + 1, self.at), span(from, self.at)));
            }
            _ => {
                let length = self.name_length(from + 1);
                self.at += 1 + length;
                let whole = span(from, self.at);
                if length == 0 {
                    parts.push(if quoted { Part::Quoted(whole) } else { Part::Raw(whole) });
                } else {
                    parts.push(plain_variable(span(from + 1, self.at), whole));
                }
            }
        }
    }

    fn substitution(&mut self, from: usize, parts: &mut Vec<Part>) {
        self.at = from + 2;
        let items = self.list(Stop::Parenthesis);
        self.close(from, b')');
        parts.push(Part::Command { items, span: span(from, self.at) });
    }

    /// `$'…'`.
    fn ansi(&mut self, parts: &mut Vec<Part>) {
        self.at += 2;
        let mut text = String::new();
        while self.at < self.end {
            let rest = self.text.content.get(self.at..self.end).unwrap_or_default();
            let Some(character) = rest.chars().next() else { break };
            self.at += character.len_utf8();
            match character {
                '\'' => break,
                '\\' => {
                    let escape = self.peek(0);
                    self.at += 1;
                    text.push(match escape {
                        b'n' => '\n',
                        b't' => '\t',
                        b'r' => '\r',
                        byte if byte.is_ascii_punctuation() => char::from(byte),
                        _ => HOLE.into(),
                    });
                    while self.at < self.end && !self.text.content.is_char_boundary(self.at) {
                        self.at += 1;
                    }
                }
                other => text.push(other),
            }
        }
        parts.push(Part::Escaped(text.into()));
    }

    /// `${…}`.
    fn braced(&mut self, from: usize, parts: &mut Vec<Part>) {
        if !self.enter() {
            return;
        }
        self.at += 2;
        let length = self.peek(0) == b'#' && self.peek(1) != b'}';
        let indirect = self.peek(0) == b'!';
        self.at += usize::from(length || indirect);
        let name_start = self.at;
        self.at += match self.name_length(self.at) {
            0 => self.bytes[self.at..self.end]
                .iter()
                .take_while(|byte| byte.is_ascii_digit())
                .count()
                .max(1),
            length => length,
        };
        self.at = self.at.min(self.end);
        let name = span(name_start, self.at);
        let mut index = None;
        if self.peek(0) == b'['
            && let Some(end) =
                memchr::memchr(b']', &self.bytes[self.at..self.end.min(self.at + 256)])
        {
            index = Some(span(self.at + 1, self.at + end));
            self.at += end + 1;
        }
        let operator_start = self.at;
        self.at += operator_length(&self.bytes[self.at..self.end]);
        let operator = span(operator_start, self.at);
        let mut argument = Vec::new();
        let closed = self.double_parts(&mut argument, self.end, Some(b'}'));
        self.depth -= 1;
        if closed {
            self.at += 1;
        } else {
            self.budget.take(self.end - from);
            self.note(Trouble::Syntax, from, from + 2, "`${` without `}`");
            self.at = if self.budget.spent() { self.end } else { from + 2 };
            parts.push(Part::Raw(span(from, from + 2)));
            return;
        }
        let whole = span(from, self.at);
        parts.push(Part::Variable(Box::new(Variable {
            name,
            index,
            length,
            indirect,
            operator,
            argument,
            span: whole,
        })));
    }

    /// A here-document: its delimiter here, its body on the following lines.
    pub fn document(&mut self, start: usize, operator: Span, strips: bool) -> Option<Redirect> {
        self.skip_blanks();
        let before = self.at;
        let word = self.word();
        if self.at == before {
            self.note(Trouble::Syntax, start, self.at, "a here-document without a delimiter");
            return None;
        }
        let raw = self.slice(word.span);
        let expanded = !raw.contains(['\'', '"', '\\']);
        let delimiter: String =
            raw.chars().filter(|character| !matches!(character, '\'' | '"' | '\\')).collect();
        let after = self.at;
        let body_start = if self.after_documents > self.at {
            self.after_documents
        } else {
            self.line_end(after)
        };
        let (body_end, resume) = self.document_end(body_start, &delimiter, strips);
        if resume.is_none() {
            self.budget.take(self.end.saturating_sub(body_start));
            self.note(Trouble::Syntax, start, after, "a here-document that does not end");
        }
        self.after_documents = resume.unwrap_or(self.end);
        let mut parts = Vec::new();
        if expanded && !self.budget.spent() && self.enter() {
            let documents = self.after_documents;
            let stops = std::mem::take(&mut self.stops);
            let end = std::mem::replace(&mut self.end, body_end);
            self.at = body_start;
            self.double_parts(&mut parts, body_end, None);
            self.depth -= 1;
            self.end = end;
            self.stops = stops;
            self.after_documents = documents;
        }
        self.at = if self.budget.spent() { self.end } else { after };
        let body = span(body_start, body_end);
        Some(Redirect {
            operator,
            span: span(start, after),
            target: Target::Document { body, parts, expanded },
        })
    }

    /// Where the lines of the body begin: behind this line and those that continue it.
    fn line_end(&self, from: usize) -> usize {
        let mut at = from;
        while let Some(length) = memchr::memchr(b'\n', &self.bytes[at..self.end]) {
            at += length + 1;
            if length == 0 || self.bytes[at - 2] != b'\\' {
                return at;
            }
        }
        self.end
    }

    fn document_end(&self, start: usize, delimiter: &str, strips: bool) -> (usize, Option<usize>) {
        let mut at = start;
        while at < self.end {
            let length = memchr::memchr(b'\n', &self.bytes[at..self.end]).unwrap_or(self.end - at);
            let mut line = &self.bytes[at..at + length];
            line = line.strip_suffix(b"\r").unwrap_or(line);
            while strips && line.first() == Some(&b'\t') {
                line = &line[1..];
            }
            let next = (at + length + 1).min(self.end);
            if line == delimiter.as_bytes() {
                return (at, Some(next));
            }
            // In a substitution that ends on the line of the delimiter: `EOF)`.
            if line.strip_suffix(b")").is_some_and(|line| line == delimiter.as_bytes()) {
                return (at, Some(at + length - 1));
            }
            at = next;
        }
        (self.end, None)
    }
}

/// The length of the operator of `${name…}`.
fn operator_length(rest: &[u8]) -> usize {
    match (rest.first(), rest.get(1)) {
        (Some(b':'), Some(b'-' | b'=' | b'+' | b'?')) | (Some(b'/'), Some(b'#' | b'%')) => 2,
        (Some(first @ (b'#' | b'%' | b'^' | b',' | b'/')), Some(second)) if first == second => 2,
        (Some(b':' | b'-' | b'=' | b'+' | b'?' | b'#' | b'%' | b'/' | b'^' | b',' | b'@'), _) => 1,
        _ => 0,
    }
}

fn plain_variable(name: Span, whole: Span) -> Part {
    Part::Variable(Box::new(Variable {
        name,
        index: None,
        length: false,
        indirect: false,
        operator: Span::default(),
        argument: Vec::new(),
        span: whole,
    }))
}

/// Bytes that stand for themselves in an unquoted word.
const PLAIN: [bool; 256] = plain();

const fn plain() -> [bool; 256] {
    let mut table = [true; 256];
    let special = b" \t\n\r;&|()<>\\'\"$`\x1a\0";
    let mut index = 0;
    while index < special.len() {
        table[special[index] as usize] = false;
        index += 1;
    }
    table
}
