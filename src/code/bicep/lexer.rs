//! The words of Bicep. A text with interpolation becomes several tokens, as in Bicep's own compiler:
//! `'a${`, `}b${`, `}c'`.

use super::token::{Token, Word};
use crate::code::template::json::Problem;
use crate::code::value::Place;

/// The words of a file, the last of which is [`Token::End`].
pub fn words(text: &str, file: u32, problems: &mut Vec<Problem>) -> Vec<Word> {
    let mut lexer = Lexer {
        text,
        bytes: text.as_bytes(),
        at: 0,
        file,
        open: Vec::new(),
        words: Vec::new(),
        problems,
    };
    lexer.words.reserve(text.len() / 5);
    if text.starts_with('\u{feff}') {
        lexer.at = 3;
    }
    lexer.run();
    lexer.words
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    Brace,
    Text,
    /// With the number of dollars.
    MultiLine(usize),
}

struct Lexer<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    file: u32,
    open: Vec<Open>,
    words: Vec<Word>,
    problems: &'t mut Vec<Problem>,
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

impl Lexer<'_> {
    fn run(&mut self) {
        while let Some(byte) = self.peek(0) {
            let start = self.at;
            match byte {
                b' ' | b'\t' | 0x0c => self.at += 1,
                b'\r' | b'\n' => {
                    self.at += 1;
                    if self.words.last().is_none_or(|word| word.token != Token::NewLine) {
                        self.push(Token::NewLine, start);
                    }
                }
                b'/' if self.peek(1) == Some(b'/') => self.skip_line(),
                b'/' if self.peek(1) == Some(b'*') => self.skip_block(),
                b'#' => self.skip_line(),
                b'\'' => self.quote(start),
                b'$' if self.dollars() > 0 => {
                    let dollars = self.dollars();
                    self.at += dollars + 3;
                    self.multi_line(start, dollars, true);
                }
                b'0'..=b'9' => self.number(start),
                byte if byte.is_ascii_alphabetic() || byte == b'_' => self.name(start),
                b'}' => self.close_brace(start),
                _ => self.punctuation(byte, start),
            }
        }
        self.push(Token::End, self.at);
    }

    fn peek(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.at + ahead).copied()
    }

    fn push(&mut self, token: Token, start: usize) {
        self.words.push(Word { token, start: offset(start), end: offset(self.at) });
    }

    fn problem(&mut self, message: &str, start: usize) {
        let place = Place { file: self.file, start: offset(start), end: offset(self.at) };
        self.problems.push(Problem { message: message.into(), place });
    }

    /// To the end of the line. `#disable-next-line` and the like stand alone in a line and say nothing
    /// about what is deployed.
    fn skip_line(&mut self) {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        self.at += memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
    }

    fn skip_block(&mut self) {
        let start = self.at;
        if let Some(end) = self.text.get(self.at + 2..).and_then(|rest| rest.find("*/")) {
            self.at += end + 4;
        } else {
            self.at = self.bytes.len();
            self.problem("a comment is not closed", start);
        }
    }

    /// The number of dollars before `'''`, none if that is not what comes.
    fn dollars(&self) -> usize {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let dollars = rest.iter().take_while(|byte| **byte == b'$').count();
        if rest.get(dollars..).is_some_and(|rest| rest.starts_with(b"'''")) { dollars } else { 0 }
    }

    fn number(&mut self, start: usize) {
        while self.peek(0).is_some_and(|byte| byte.is_ascii_alphanumeric()) {
            self.at += 1;
        }
        self.push(Token::Number, start);
    }

    fn name(&mut self, start: usize) {
        while self.peek(0).is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
            self.at += 1;
        }
        self.push(Token::Name, start);
    }

    fn quote(&mut self, start: usize) {
        if self.bytes.get(self.at..).is_some_and(|rest| rest.starts_with(b"'''")) {
            self.at += 3;
            self.multi_line(start, 0, true);
        } else {
            self.at += 1;
            self.in_text(start, true);
        }
    }

    fn close_brace(&mut self, start: usize) {
        self.at += 1;
        match self.open.pop() {
            Some(Open::Text) => self.in_text(start, false),
            Some(Open::MultiLine(dollars)) => self.multi_line(start, dollars, false),
            _ => self.push(Token::CloseBrace, start),
        }
    }

    /// From inside a text to its end, or to the next expression in it.
    fn in_text(&mut self, start: usize, first: bool) {
        loop {
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            let Some(found) =
                rest.iter().position(|byte| matches!(byte, b'\'' | b'\\' | b'$' | b'\n' | b'\r'))
            else {
                self.at = self.bytes.len();
                return self.unclosed(start, first);
            };
            self.at += found;
            match self.peek(0) {
                Some(b'\'') => {
                    self.at += 1;
                    return self.push(if first { Token::Text } else { Token::TextEnd }, start);
                }
                Some(b'\\') => self.at = (self.at + 2).min(self.bytes.len()),
                Some(b'$') if self.peek(1) == Some(b'{') => {
                    self.at += 2;
                    self.open.push(Open::Text);
                    return self
                        .push(if first { Token::TextStart } else { Token::TextMiddle }, start);
                }
                Some(b'$') => self.at += 1,
                _ => return self.unclosed(start, first),
            }
        }
    }

    /// A text that its line does not close ends with the line, so that the next line is read again.
    fn unclosed(&mut self, start: usize, first: bool) {
        // A backslash before a character of several bytes must not leave us inside of it.
        while !self.text.is_char_boundary(self.at) {
            self.at += 1;
        }
        self.problem("a text has no closing quote", start);
        self.push(if first { Token::Text } else { Token::TextEnd }, start);
    }

    fn multi_line(&mut self, start: usize, dollars: usize, first: bool) {
        let mut from = self.at;
        loop {
            let rest = self.bytes.get(from..).unwrap_or_default();
            let Some(found) = memchr::memchr2(b'\'', b'$', rest) else {
                self.at = self.bytes.len();
                self.problem("a multi-line text has no closing quotes", start);
                return self
                    .push(if first { Token::MultiLine } else { Token::MultiLineEnd }, start);
            };
            let at = from + found;
            let rest = self.bytes.get(at..).unwrap_or_default();
            if rest.starts_with(b"'''") {
                // Of more than three quotes the last three close.
                let quotes = rest.iter().take_while(|byte| **byte == b'\'').count();
                self.at = at + quotes;
                return self
                    .push(if first { Token::MultiLine } else { Token::MultiLineEnd }, start);
            }
            let run = rest.iter().take_while(|byte| **byte == b'$').count();
            if dollars > 0 && run >= dollars && rest.get(run) == Some(&b'{') {
                self.at = at + run + 1;
                self.open.push(Open::MultiLine(dollars));
                return self.push(
                    if first { Token::MultiLineStart } else { Token::MultiLineMiddle },
                    start,
                );
            }
            from = at + run.max(1);
        }
    }

    fn punctuation(&mut self, byte: u8, start: usize) {
        let (token, length) = match (byte, self.peek(1), self.peek(2)) {
            (b'.', Some(b'.'), Some(b'.')) => (Token::Spread, 3),
            (b':', Some(b':'), _) => (Token::DoubleColon, 2),
            (b'?', Some(b'?'), _) => (Token::DoubleQuestion, 2),
            (b'=', Some(b'='), _) => (Token::Equal, 2),
            (b'=', Some(b'~'), _) => (Token::EqualIgnoringCase, 2),
            (b'=', Some(b'>'), _) => (Token::Arrow, 2),
            (b'!', Some(b'='), _) => (Token::Unequal, 2),
            (b'!', Some(b'~'), _) => (Token::UnequalIgnoringCase, 2),
            (b'<', Some(b'='), _) => (Token::LessOrEqual, 2),
            (b'>', Some(b'='), _) => (Token::GreaterOrEqual, 2),
            (b'&', Some(b'&'), _) => (Token::And, 2),
            (b'|', Some(b'|'), _) => (Token::Or, 2),
            (b'{', ..) => (Token::OpenBrace, 1),
            (b'[', ..) => (Token::OpenBracket, 1),
            (b']', ..) => (Token::CloseBracket, 1),
            (b'(', ..) => (Token::OpenParenthesis, 1),
            (b')', ..) => (Token::CloseParenthesis, 1),
            (b'.', ..) => (Token::Dot, 1),
            (b',', ..) => (Token::Comma, 1),
            (b':', ..) => (Token::Colon, 1),
            (b'?', ..) => (Token::Question, 1),
            (b'!', ..) => (Token::Not, 1),
            (b'@', ..) => (Token::At, 1),
            (b'=', ..) => (Token::Assign, 1),
            (b'<', ..) => (Token::Less, 1),
            (b'>', ..) => (Token::Greater, 1),
            (b'+', ..) => (Token::Plus, 1),
            (b'-', ..) => (Token::Minus, 1),
            (b'*', ..) => (Token::Star, 1),
            (b'/', ..) => (Token::Slash, 1),
            (b'%', ..) => (Token::Percent, 1),
            (b'|', ..) => (Token::Pipe, 1),
            (b'^', ..) => (Token::Caret, 1),
            _ => (
                Token::Strange,
                self.text
                    .get(start..)
                    .and_then(|rest| rest.chars().next())
                    .map_or(1, char::len_utf8),
            ),
        };
        self.at += length;
        if token == Token::OpenBrace {
            self.open.push(Open::Brace);
        }
        self.push(token, start);
    }
}

/// The characters that a text in quotes stands for.
pub fn unescaped(written: &str) -> String {
    let mut text = String::with_capacity(written.len());
    let mut rest = written;
    while let Some(at) = rest.find('\\') {
        text.push_str(rest.get(..at).unwrap_or(""));
        rest = rest.get(at + 1..).unwrap_or("");
        let Some(letter) = rest.chars().next() else { break };
        rest = rest.get(letter.len_utf8()..).unwrap_or("");
        match letter {
            'n' => text.push('\n'),
            'r' => text.push('\r'),
            't' => text.push('\t'),
            'u' if rest.starts_with('{') => {
                let (code, after) =
                    rest.get(1..).and_then(|rest| rest.split_once('}')).unwrap_or(("", rest));
                text.extend(u32::from_str_radix(code, 16).ok().and_then(char::from_u32));
                rest = after;
            }
            other => text.push(other),
        }
    }
    text.push_str(rest);
    text
}
