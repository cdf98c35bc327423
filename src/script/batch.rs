//! cmd.exe: lines of commands with `^`, `&`, `&&`, `||`, `|`, brackets, `if`, `for`, `set`, `call`.

use std::sync::Arc;

use super::{
    model::{ConditionKind, Language, Redirection, Word, WordKind},
    place::Place,
    text::{HOLE, Text, offset},
    value::{Cause, Joiner, Value},
    walk::{Draft, Recorder, Variables},
};

/// Walks through a batch file. A jump may skip any line, so after the first label nothing that was set is trusted.
pub(super) fn walk(text: &Text, recorder: &mut Recorder) {
    let mut batch = Batch {
        text,
        bytes: text.content.as_bytes(),
        at: 0,
        variables: Variables::default(),
        recorder,
        open: 0,
        line: 0,
    };
    while batch.at < batch.bytes.len() && !batch.recorder.exhausted(Place::default()) {
        batch.command();
    }
    batch.leave_line();
    for _ in 0..batch.open {
        batch.recorder.leave();
    }
}

struct Batch<'t, 'r> {
    text: &'t Text,
    bytes: &'t [u8],
    at: usize,
    variables: Variables,
    recorder: &'r mut Recorder,
    /// Conditions that hold until their bracket closes.
    open: usize,
    /// Conditions that hold until the end of the line.
    line: usize,
}

impl Batch<'_, '_> {
    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(b'\n')
    }

    fn skip_blanks(&mut self) {
        loop {
            match self.peek(0) {
                b' ' | b'\t' | b'\r' | b'@' if self.at < self.bytes.len() => self.at += 1,
                b'^' if self.peek(1) == b'\n' => self.at += 2,
                b'^' if self.peek(1) == b'\r' && self.peek(2) == b'\n' => self.at += 3,
                _ => return,
            }
        }
    }

    fn leave_line(&mut self) {
        for _ in 0..std::mem::take(&mut self.line) {
            self.recorder.leave();
        }
    }

    fn skip_line(&mut self) {
        self.at +=
            memchr::memchr(b'\n', &self.bytes[self.at..]).unwrap_or(self.bytes.len() - self.at);
    }

    /// Reads what stands next: a command, an operator, a bracket.
    fn command(&mut self) {
        self.skip_blanks();
        let start = self.at;
        match self.peek(0) {
            b'\n' => {
                self.at += 1;
                self.leave_line();
            }
            b')' => {
                self.at += 1;
                if self.open > 0 {
                    self.open -= 1;
                    self.recorder.leave();
                }
            }
            b':' => {
                self.variables.distrust();
                self.skip_line();
            }
            b'&' if self.peek(1) == b'&' => self.operator(ConditionKind::AfterSuccess, 2),
            b'|' if self.peek(1) == b'|' => self.operator(ConditionKind::AfterFailure, 2),
            b'(' | b'&' | b'|' => self.at += 1,
            _ => self.words(start),
        }
        if self.at == start {
            self.at += 1;
        }
    }

    fn operator(&mut self, kind: ConditionKind, length: usize) {
        let place = self.place(self.at, self.at + length);
        self.at += length;
        self.recorder.enter(kind, place, "");
        self.line += 1;
    }

    fn words(&mut self, start: usize) {
        let word = self.bytes[start..].iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        let name =
            self.text.content.get(start..start + word).unwrap_or_default().to_ascii_lowercase();
        let whole = !self.bytes.get(start + word).is_some_and(u8::is_ascii_alphanumeric);
        match name.as_str() {
            "rem" if whole => return self.skip_line(),
            "if" | "for" | "else" if whole => return self.head(&name, start),
            "call" if whole => {
                self.at += word;
                return;
            }
            _ => {}
        }
        let mut words = Vec::new();
        let mut redirections = Vec::new();
        let set = name == "set" && whole;
        loop {
            self.skip_blanks();
            match self.peek(0) {
                b'\n' | b'&' | b'|' | b')' => break,
                b'>' | b'<' => redirections.extend(self.redirection()),
                b'1' | b'2' if self.peek(1) == b'>' => redirections.extend(self.redirection()),
                _ => {
                    let before = self.at;
                    words.push(self.word(set));
                    if self.at == before {
                        break;
                    }
                }
            }
        }
        if set {
            self.set(&words);
        }
        if words.is_empty() {
            return;
        }
        let place = self.place(start, self.trimmed(start));
        self.recorder.record(Draft {
            words,
            language: Language::Batch,
            place,
            redirections,
            input: None,
            piped_from: None,
            wrappers: Vec::new(),
        });
    }

    fn trimmed(&self, start: usize) -> usize {
        let stretch = &self.bytes[start..self.at.max(start)];
        self.at - stretch.iter().rev().take_while(|byte| byte.is_ascii_whitespace()).count()
    }

    /// `if … ` and `for … do`: what follows on the line, or in the bracket, depends on it.
    fn head(&mut self, name: &str, start: usize) {
        let line_end = memchr::memchr(b'\n', &self.bytes[start..])
            .map_or(self.bytes.len(), |length| start + length);
        let line = self.text.content.get(start..line_end).unwrap_or_default();
        let lower = line.to_ascii_lowercase();
        let kind = match name {
            "for" => ConditionKind::Loop,
            "else" => ConditionKind::Else,
            _ => ConditionKind::If,
        };
        let length = match name {
            "for" => lower.find(" do ").map_or(line.len(), |at| at + 4),
            "else" => 4,
            _ => test_length(&lower),
        };
        if name == "for" {
            self.variables.distrust();
        }
        let place = self.place(start, start + length.min(line.trim_end().len()));
        self.at = start + length;
        let detail: Arc<str> = line.get(name.len()..length).unwrap_or_default().trim().into();
        self.recorder.enter(kind, place, detail);
        self.skip_blanks();
        if self.peek(0) == b'(' {
            self.at += 1;
            self.open += 1;
        } else {
            self.line += 1;
        }
    }

    fn word(&mut self, set: bool) -> Word {
        let start = self.at;
        let mut joiner = Joiner::default();
        let mut quoted = false;
        let mut kind = WordKind::One;
        loop {
            let from = self.at;
            if from >= self.bytes.len() {
                break;
            }
            match self.bytes[from] {
                b'\n' => break,
                b'"' => {
                    quoted = !quoted;
                    kind = WordKind::Quoted;
                    self.at += 1;
                }
                b' ' | b'\t' | b'\r' if !quoted && !set => break,
                b'&' | b'|' | b'<' | b'>' if !quoted => break,
                b')' if !quoted && self.open > 0 => break,
                b'^' if !quoted => {
                    if matches!(self.peek(1), b'\n' | b'\r') {
                        break;
                    }
                    let rest = self.text.content.get(from + 1..).unwrap_or_default();
                    let width = rest.chars().next().map_or(0, char::len_utf8);
                    joiner.push(rest.get(..width).unwrap_or_default());
                    self.at += 1 + width;
                }
                b'%' | b'!' => self.variable(&mut joiner),
                HOLE => {
                    let hole = self.text.hole(offset(from));
                    self.at = hole.map_or(from + 1, |hole| hole.end as usize);
                    let place = self.place(from, self.at);
                    let value = hole.map_or_else(
                        || Value::unknown(Cause::PipelineExpression, "", place),
                        |hole| hole.value.clone(),
                    );
                    joiner.add(&value, " ");
                }
                _ => {
                    let plain = |byte: &&u8| {
                        !matches!(
                            **byte,
                            b'\n'
                                | b'"'
                                | b' '
                                | b'\t'
                                | b'\r'
                                | b'&'
                                | b'|'
                                | b'<'
                                | b'>'
                                | b')'
                                | b'^'
                                | b'%'
                                | b'!'
                                | HOLE
                        )
                    };
                    let length = self.bytes[from..].iter().take_while(plain).count().max(1);
                    self.at += length;
                    joiner.push(self.text.content.get(from..self.at).unwrap_or_default());
                }
            }
        }
        let place = self.place(start, self.at);
        Word { value: joiner.finish(place), place, kind }
    }

    /// `%NAME%`, `!NAME!`, `%1`, `%%x`.
    fn variable(&mut self, joiner: &mut Joiner) {
        let from = self.at;
        let mark = self.bytes[from];
        let rest = &self.bytes[from + 1..self.bytes.len().min(from + 200)];
        let is_name =
            |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b' ');
        let length = rest.iter().take_while(|&&byte| is_name(byte)).count();
        if length > 0 && rest.get(length) == Some(&mark) {
            let name = self
                .text
                .content
                .get(from + 1..from + 1 + length)
                .unwrap_or_default()
                .to_lowercase();
            self.at += length + 2;
            let place = self.place(from, self.at);
            let value = self.variables.get(&name).map(|value| value.used_at(place));
            joiner.add(
                &value.unwrap_or_else(|| Value::unknown(Cause::Environment, name, place)),
                " ",
            );
            return;
        }
        if mark == b'!' {
            self.at += 1;
            joiner.push("!");
            return;
        }
        let doubled = rest.first() == Some(&b'%');
        let tilde = rest
            .iter()
            .skip(usize::from(doubled))
            .take_while(|byte| matches!(byte, b'~' | b'*'))
            .count();
        self.at += 2 + usize::from(doubled) + tilde;
        self.at = self.at.min(self.bytes.len());
        while !self.text.content.is_char_boundary(self.at) {
            self.at += 1;
        }
        let place = self.place(from, self.at);
        let cause = if doubled { Cause::Loop } else { Cause::Parameter };
        joiner.add(
            &Value::unknown(cause, self.text.content.get(from..self.at).unwrap_or_default(), place),
            " ",
        );
    }

    fn redirection(&mut self) -> Option<Redirection> {
        let start = self.at;
        let mark = |byte: &&u8| matches!(**byte, b'>' | b'<' | b'&' | b'0'..=b'9');
        self.at += self.bytes[start..].iter().take(4).take_while(mark).count();
        let operator: Arc<str> = self.text.content.get(start..self.at)?.into();
        self.skip_blanks();
        let target = self.word(false).value;
        Some(Redirection { operator, target, place: self.place(start, self.at) })
    }

    /// `set NAME=value`, `set "NAME=value"`.
    fn set(&mut self, words: &[Word]) {
        let Some(word) = words.last() else { return };
        let start = word.value.known_start();
        let text = start
            .get(..3)
            .filter(|front| front.eq_ignore_ascii_case("set"))
            .map_or(start, |_| start[3..].trim_start());
        let Some((name, _)) = text.split_once('=') else { return };
        let front = start.len() - text.len() + name.len() + 1;
        let value = word.value.without_start(front, word.place);
        let conditional = self.line + self.open > 0;
        let value =
            if conditional { Value::unknown(Cause::Conditional, name, word.place) } else { value };
        if name.starts_with('/') {
            self.variables.distrust();
        } else {
            self.variables.set(&name.trim().to_lowercase(), value);
        }
    }

    fn place(&self, start: usize, end: usize) -> Place {
        self.text.place(offset(start), offset(end.min(self.bytes.len())))
    }
}

/// The length of `if` with its test, in lower case: `not`, `exist x`, `defined x`, `errorlevel 1`, `a==b`, `a equ b`.
fn test_length(line: &str) -> usize {
    let mut at = 2;
    let mut words = 0;
    let mut wanted = 1;
    while words < wanted {
        let rest = &line[at..];
        let blank = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        let rest = &rest[blank..];
        let quoted = rest.starts_with('"');
        let end = if quoted {
            let close = rest[1..].find('"').map_or(rest.len(), |at| at + 2);
            close + rest[close..].find([' ', '\t', '(']).unwrap_or(rest.len() - close)
        } else {
            rest.find([' ', '\t', '(']).unwrap_or(rest.len())
        };
        let word = &rest[..end];
        at += blank + end;
        if word.is_empty() {
            break;
        }
        match word {
            "not" | "/i" => continue,
            "exist" | "defined" | "errorlevel" | "cmdextversion" => wanted = 2,
            _ if words == 0 && !word.contains("==") && wanted == 1 => wanted = 3,
            _ => {}
        }
        words += 1;
    }
    at
}
