//! Reads bash and sh without ever giving up: what the shell would refuse becomes a diagnostic, the rest is read.
//! Own parser: tree-sitter-bash reads 13 MB/s, gives no way to bound its time, and has no places through YAML.

use super::{
    super::{
        diagnostic::{Diagnostics, Trouble},
        limit::{Budget, DEEPEST},
        text::{Text, offset},
    },
    syntax::{Item, Joined, Node, Redirect, Span, Target},
};

/// What may end a list of commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    End,
    Parenthesis,
    Backtick,
    Words(&'static [&'static str]),
    /// `;;`, `;&`, `;;&` and `esac`.
    Case,
}

/// The state of the reading.
pub(super) struct Parser<'t> {
    pub text: &'t Text,
    pub bytes: &'t [u8],
    pub at: usize,
    pub end: usize,
    pub depth: u16,
    pub stops: Vec<Stop>,
    pub diagnostics: &'t mut Diagnostics,
    pub budget: &'t mut Budget,
    /// Where the lines after the bodies of here-documents of this line begin.
    pub after_documents: usize,
    /// From here on no single quote closes.
    pub unclosed_single: usize,
}

/// Reads a whole text.
pub(super) fn parse(text: &Text, budget: &mut Budget, diagnostics: &mut Diagnostics) -> Vec<Item> {
    let bytes = text.content.as_bytes();
    let mut parser = Parser {
        text,
        bytes,
        at: 0,
        end: bytes.len(),
        depth: 0,
        stops: Vec::new(),
        diagnostics,
        budget,
        after_documents: 0,
        unclosed_single: usize::MAX,
    };
    parser.list(Stop::End)
}

impl Parser<'_> {
    /// Reads commands until one of the stops, which is not consumed.
    pub fn list(&mut self, stop: Stop) -> Vec<Item> {
        let mut items = Vec::new();
        if !self.enter() {
            return items;
        }
        self.stops.push(stop);
        loop {
            self.skip_separators();
            if self.at >= self.end || self.stopped() {
                break;
            }
            let before = self.at;
            self.and_or(&mut items);
            if self.at == before {
                self.unexpected();
            }
            if !self.budget.take(1) {
                self.at = self.end;
            }
        }
        self.stops.pop();
        self.depth -= 1;
        items
    }

    /// Goes one level deeper; reading ends where that is too deep.
    pub fn enter(&mut self) -> bool {
        if self.depth >= DEEPEST {
            self.note(
                Trouble::Limit,
                self.at,
                self.at,
                "code is nested too deeply; what follows is not read",
            );
            self.at = self.end;
            return false;
        }
        self.depth += 1;
        true
    }

    fn and_or(&mut self, items: &mut Vec<Item>) {
        let first = items.len();
        let mut joined = Joined::Next;
        loop {
            let commands = self.pipeline();
            if commands.is_empty() {
                return;
            }
            items.push(Item { joined, background: false, commands });
            self.skip_blanks();
            joined = match (self.peek(0), self.peek(1)) {
                (b'&', b'&') => Joined::And,
                (b'|', b'|') => Joined::Or,
                (b'&', _) => {
                    self.at += 1;
                    for item in &mut items[first..] {
                        item.background = true;
                    }
                    return;
                }
                _ => return,
            };
            self.at += 2;
            self.skip_lines();
        }
    }

    fn pipeline(&mut self) -> Vec<Node> {
        let mut commands = Vec::new();
        loop {
            self.skip_blanks();
            while self.at_word("!") || self.at_word("time") {
                self.at += if self.peek(0) == b'!' { 1 } else { 4 };
                self.skip_blanks();
                if self.at_word("-p") {
                    self.at += 2;
                    self.skip_blanks();
                }
            }
            let Some(node) = self.command() else {
                if !commands.is_empty() {
                    self.note(
                        Trouble::Syntax,
                        self.at,
                        self.at + 1,
                        "a command is missing after the pipe",
                    );
                }
                return commands;
            };
            commands.push(node);
            self.skip_blanks();
            match (self.peek(0), self.peek(1)) {
                (b'|', b'|') => return commands,
                (b'|', b'&') => self.at += 2,
                (b'|', _) => self.at += 1,
                _ => return commands,
            }
            self.skip_lines();
        }
    }

    /// Takes what cannot begin a command, and says so.
    fn unexpected(&mut self) {
        let start = self.at;
        let length = match self.peek(0) {
            b';' => self.bytes[self.at..self.end]
                .iter()
                .take_while(|&&byte| matches!(byte, b';' | b'&'))
                .count(),
            byte if byte.is_ascii_alphabetic() || byte == b'}' => self.word_length().max(1),
            _ => self
                .text
                .content
                .get(self.at..)
                .and_then(|rest| rest.chars().next())
                .map_or(1, char::len_utf8),
        };
        self.at = (self.at + length).min(self.end);
        let text = self.text.content.get(start..self.at).unwrap_or_default();
        let message = format!("`{text}` is not expected here");
        self.note(Trouble::Syntax, start, self.at, &message);
    }

    /// Whether one of the open lists ends here.
    pub fn stopped(&self) -> bool {
        self.stops.iter().rev().any(|&stop| self.stops_at(stop))
    }

    pub fn stops_at(&self, stop: Stop) -> bool {
        match stop {
            Stop::End => false,
            Stop::Parenthesis => self.peek(0) == b')',
            Stop::Backtick => self.peek(0) == b'`',
            Stop::Words(words) => words.iter().any(|word| self.at_word(word)),
            Stop::Case => {
                (self.peek(0) == b';' && matches!(self.peek(1), b';' | b'&'))
                    || self.at_word("esac")
            }
        }
    }

    /// The byte so far ahead, or 0 behind the end.
    pub fn peek(&self, ahead: usize) -> u8 {
        if self.at + ahead < self.end { self.bytes[self.at + ahead] } else { 0 }
    }

    /// Whether the word stands here as a whole word.
    pub fn at_word(&self, word: &str) -> bool {
        let end = self.at + word.len();
        end <= self.end
            && &self.bytes[self.at..end] == word.as_bytes()
            && (end == self.end || is_meta(self.bytes[end]))
    }

    /// The length of the run of characters that are neither blank nor operators.
    pub fn word_length(&self) -> usize {
        self.bytes[self.at..self.end].iter().take_while(|&&byte| !is_meta(byte)).count()
    }

    /// Blanks and continued lines.
    pub fn skip_blanks(&mut self) {
        loop {
            match self.peek(0) {
                b' ' | b'\t' => self.at += 1,
                b'\r' if self.peek(1) == b'\n' || self.at + 1 == self.end => self.at += 1,
                b'\\' if self.peek(1) == b'\n' => self.at += 2,
                b'\\' if self.peek(1) == b'\r' && self.peek(2) == b'\n' => self.at += 3,
                b'#' => self.at += self.comment(),
                _ => return,
            }
        }
    }

    /// The length of a comment. What stands between backticks is taken out before anything in it is read, so a comment
    /// ends there too.
    fn comment(&self) -> usize {
        let rest = &self.bytes[self.at..self.end];
        let end = if self.stops.contains(&Stop::Backtick) {
            memchr::memchr2(b'\n', b'`', rest)
        } else {
            memchr::memchr(b'\n', rest)
        };
        end.unwrap_or(rest.len())
    }

    /// Blanks and ends of lines.
    pub fn skip_lines(&mut self) {
        loop {
            self.skip_blanks();
            if self.peek(0) != b'\n' || self.at >= self.end {
                return;
            }
            self.newline();
        }
    }

    fn skip_separators(&mut self) {
        loop {
            self.skip_lines();
            if self.peek(0) != b';' || matches!(self.peek(1), b';' | b'&') {
                return;
            }
            self.at += 1;
        }
    }

    /// Takes the end of a line, and the here-documents that follow it.
    fn newline(&mut self) {
        self.at += 1;
        if self.after_documents > self.at {
            self.at = self.after_documents.min(self.end);
        }
        self.after_documents = 0;
    }

    /// Reads a redirection if one stands here. None: it is broken, and so is its command.
    pub fn redirection(&mut self) -> Option<Redirect> {
        let start = self.at;
        while self.peek(0).is_ascii_digit() {
            self.at += 1;
        }
        let operator = self.operator();
        self.at += operator;
        let span_of_operator = span(start, self.at);
        if self
            .text
            .content
            .get(self.at - operator..self.at)
            .is_some_and(|text| text == "<<" || text == "<<-")
        {
            let strips = operator == 3;
            return self.document(start, span_of_operator, strips);
        }
        self.skip_blanks();
        let before = self.at;
        let word = self.word();
        if self.at == before {
            self.note(
                Trouble::Syntax,
                start,
                self.at.max(start + 1),
                "a redirection without a target: the shell refuses this command",
            );
            return None;
        }
        Some(Redirect {
            operator: span_of_operator,
            span: span(start, self.at),
            target: Target::Word(word),
        })
    }

    fn operator(&self) -> usize {
        let rest = &self.bytes[self.at..self.end];
        ["&>>", "<<<", "<<-", "&>", "<<", ">>", "<&", ">&", "<>", ">|", "<", ">"]
            .iter()
            .find(|operator| rest.starts_with(operator.as_bytes()))
            .map_or(0, |operator| operator.len())
    }

    /// Whether a redirection begins here.
    pub fn at_redirection(&self) -> bool {
        let digits = self.bytes[self.at..self.end]
            .iter()
            .take(8)
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        match self.peek(digits) {
            b'<' | b'>' => !(digits == 0 && self.peek(1) == b'('),
            b'&' => digits == 0 && self.peek(1) == b'>',
            _ => false,
        }
    }

    pub fn note(&mut self, kind: Trouble, start: usize, end: usize, message: &str) {
        let place = self.text.place(offset(start), offset(end.min(self.end.max(start))));
        self.diagnostics.note(kind, place, message);
    }
}

/// Characters that end a word.
pub(super) fn is_meta(byte: u8) -> bool {
    matches!(
        byte,
        b' ' | b'\t' | b'\n' | b'\r' | b';' | b'&' | b'|' | b'(' | b')' | b'<' | b'>' | 0
    )
}

pub(super) fn span(start: usize, end: usize) -> Span {
    Span { start: offset(start), end: offset(end) }
}
