//! Reads one command: simple, or `if`, `for`, `case`, a group, a function.

use std::rc::Rc;

use super::{
    super::diagnostic::Trouble,
    parser::{Parser, Stop, is_meta, span},
    syntax::{Arm, CaseArm, Function, Item, Kind, Loop, Node, Redirect, Span, Word},
};

impl Parser<'_> {
    /// Reads a command; none where none can begin.
    pub fn command(&mut self) -> Option<Node> {
        let start = self.at;
        let kind = match self.peek(0) {
            b'(' if self.peek(1) == b'(' && self.arithmetic_end().is_some() => {
                self.at = self.arithmetic_end().unwrap_or(self.end);
                Kind::Test(Vec::new())
            }
            b'(' => {
                self.at += 1;
                let items = self.list(Stop::Parenthesis);
                self.close(start, b')');
                Kind::Subshell(items)
            }
            b'{' if is_meta(self.peek(1)) => {
                self.at += 1;
                let items = self.list(Stop::Words(&["}"]));
                self.expect(start, "}");
                Kind::Group(items)
            }
            b'[' if self.at_word("[[") => self.test(),
            b'a'..=b'z' => match self.keyword(start) {
                Some(kind) => kind,
                None if self.stopped() || self.at_closer() => return None,
                None => return self.simple_or_function(start),
            },
            _ if self.stopped() || self.at_closer() => return None,
            _ => return self.simple_or_function(start),
        };
        let mut redirections = Vec::new();
        self.trailing(&mut redirections);
        Some(Node { span: span(start, self.at), kind, redirections })
    }

    fn trailing(&mut self, redirections: &mut Vec<Redirect>) {
        loop {
            self.skip_blanks();
            if !self.at_redirection() {
                return;
            }
            redirections.extend(self.redirection());
        }
    }

    fn at_closer(&self) -> bool {
        matches!(self.peek(0), b')' | b';' | b'&' | b'|' | b'\n' | 0) && !self.at_redirection()
            || ["then", "do", "done", "fi", "elif", "else", "esac", "}"]
                .iter()
                .any(|word| self.at_word(word))
    }

    fn keyword(&mut self, start: usize) -> Option<Kind> {
        if self.at_word("if") {
            return Some(self.conditional(start));
        }
        for word in ["while", "until"] {
            if self.at_word(word) {
                self.at += word.len();
                let test = self.list(Stop::Words(&["do"]));
                let head = trimmed(self.bytes, start, self.at);
                let body = self.body(start);
                return Some(Kind::Loop(Loop {
                    head,
                    variable: None,
                    words: Vec::new(),
                    test,
                    body,
                }));
            }
        }
        for word in ["for", "select"] {
            if self.at_word(word) {
                self.at += word.len();
                return Some(self.for_loop(start));
            }
        }
        if self.at_word("case") {
            return Some(self.case(start));
        }
        if self.at_word("function") {
            self.at += "function".len();
            self.skip_blanks();
            let name = span(self.at, self.at + self.word_length());
            self.at = name.end as usize;
            self.skip_blanks();
            if self.peek(0) == b'(' {
                self.at += 1;
                self.skip_blanks();
                self.close(start, b')');
            }
            return self.function(name);
        }
        None
    }

    pub fn function(&mut self, name_span: Span) -> Option<Kind> {
        self.skip_lines();
        if !self.enter() {
            return None;
        }
        let body = self.command();
        self.depth -= 1;
        let Some(body) = body else {
            self.note(
                Trouble::Syntax,
                name_span.start as usize,
                name_span.end as usize,
                "a function without a body",
            );
            return Some(Kind::Test(Vec::new()));
        };
        let name = self.slice(name_span).into();
        Some(Kind::Function(Rc::new(Function { name, name_span, body })))
    }

    fn conditional(&mut self, start: usize) -> Kind {
        self.at += 2;
        let mut arms = Vec::new();
        let mut otherwise = None;
        loop {
            let head = self.at;
            let test = self.list(Stop::Words(&["then"]));
            let test_span = trimmed(self.bytes, head, self.at);
            self.expect(start, "then");
            let body = self.list(Stop::Words(&["elif", "else", "fi"]));
            arms.push(Arm { test, test_span, body });
            if self.at_word("elif") {
                self.at += 4;
                continue;
            }
            if self.at_word("else") {
                self.at += 4;
                otherwise = Some(self.list(Stop::Words(&["fi"])));
            }
            self.expect(start, "fi");
            return Kind::If { arms, otherwise };
        }
    }

    fn for_loop(&mut self, start: usize) -> Kind {
        self.skip_blanks();
        let mut words = Vec::new();
        let mut variable = None;
        if self.peek(0) == b'(' {
            self.at = self.arithmetic_end().unwrap_or(self.at + 1);
        } else {
            let name = span(self.at, self.at + self.word_length());
            self.at = name.end as usize;
            variable = Some(name);
            self.skip_lines();
            if self.at_word("in") {
                self.at += 2;
                self.words(&mut words);
            }
        }
        let head = trimmed(self.bytes, start, self.at);
        let body = self.body(start);
        Kind::Loop(Loop { head, variable, words, test: Vec::new(), body })
    }

    /// Words up to the end of the line or a semicolon.
    fn words(&mut self, words: &mut Vec<Word>) {
        loop {
            self.skip_blanks();
            let before = self.at;
            if is_meta(self.peek(0)) && !matches!(self.peek(0), b'<' | b'>') {
                return;
            }
            words.push(self.word());
            if self.at == before {
                return;
            }
        }
    }

    /// `do … done`, or the `{ … }` that bash takes as well.
    fn body(&mut self, start: usize) -> Vec<Item> {
        self.skip_lines();
        if self.peek(0) == b';' {
            self.at += 1;
            self.skip_lines();
        }
        if self.peek(0) == b'{' {
            self.at += 1;
            let items = self.list(Stop::Words(&["}"]));
            self.expect(start, "}");
            return items;
        }
        self.expect(start, "do");
        let items = self.list(Stop::Words(&["done"]));
        self.expect(start, "done");
        items
    }

    fn case(&mut self, start: usize) -> Kind {
        self.at += 4;
        self.skip_blanks();
        let subject = self.word();
        self.skip_lines();
        self.expect(start, "in");
        let mut arms = Vec::new();
        loop {
            self.skip_lines();
            if self.at >= self.end || self.at_word("esac") || !self.budget.take(1) {
                break;
            }
            let before = self.at;
            let patterns = self.patterns();
            let body = self.list(Stop::Case);
            while matches!(self.peek(0), b';' | b'&') {
                self.at += 1;
            }
            arms.push(CaseArm { patterns, body });
            if self.at == before {
                break;
            }
        }
        self.expect(start, "esac");
        Kind::Case { subject, arms }
    }

    fn patterns(&mut self) -> Vec<Word> {
        let mut patterns = Vec::new();
        if self.peek(0) == b'(' {
            self.at += 1;
        }
        loop {
            self.skip_blanks();
            let before = self.at;
            let word = self.word();
            if self.at > before {
                patterns.push(word);
            }
            self.skip_blanks();
            match self.peek(0) {
                b'|' => self.at += 1,
                b')' => {
                    self.at += 1;
                    return patterns;
                }
                _ if self.at > before && !is_meta(self.peek(0)) => {}
                _ => {
                    self.note(
                        Trouble::Syntax,
                        self.at,
                        self.at + 1,
                        "a pattern of `case` without `)`",
                    );
                    return patterns;
                }
            }
        }
    }

    fn test(&mut self) -> Kind {
        let start = self.at;
        self.at += 2;
        let mut words = Vec::new();
        loop {
            self.skip_lines();
            if self.at_word("]]") {
                self.at += 2;
                return Kind::Test(words);
            }
            if self.at >= self.end || self.stopped_test() {
                self.note(Trouble::Syntax, start, start + 2, "`[[` without `]]`");
                return Kind::Test(words);
            }
            let before = self.at;
            let word = self.word();
            if self.at > before {
                words.push(word);
            } else {
                self.at += 1;
            }
        }
    }

    /// A test that was never closed must not swallow the rest of the file.
    fn stopped_test(&self) -> bool {
        ["then", "do", "fi", "done"].iter().any(|word| self.at_word(word))
    }

    /// Behind the `))` that closes the `((` here.
    pub fn arithmetic_end(&self) -> Option<usize> {
        let mut open = 0_usize;
        let window = &self.bytes[self.at..self.end.min(self.at + 4096)];
        for (index, byte) in window.iter().enumerate() {
            match byte {
                b'(' => open += 1,
                b')' => {
                    open = open.saturating_sub(1);
                    if open == 0 {
                        let doubled = window.get(index.wrapping_sub(1)) == Some(&b')');
                        return doubled.then_some(self.at + index + 1);
                    }
                }
                _ => {}
            }
        }
        None
    }

    pub fn close(&mut self, start: usize, closer: u8) {
        if self.peek(0) == closer && self.at < self.end {
            self.at += 1;
        } else {
            let message = format!("`{}` is missing for what opens here", char::from(closer));
            self.note(Trouble::Syntax, start, start + 1, &message);
        }
    }

    fn expect(&mut self, start: usize, word: &str) {
        self.skip_lines();
        if self.peek(0) == b';' && !matches!(self.peek(1), b';') {
            self.at += 1;
            self.skip_lines();
        }
        if self.at_word(word) {
            self.at += word.len();
        } else {
            let message = format!("`{word}` is missing for the command that begins here");
            let length =
                self.bytes[start..self.end].iter().take_while(|&&byte| !is_meta(byte)).count();
            self.note(Trouble::Syntax, start, start + length.max(1), &message);
        }
    }

    pub fn slice(&self, span: Span) -> &str {
        self.text.content.get(span.start as usize..span.end as usize).unwrap_or_default()
    }
}

/// The stretch without white space around it.
pub(super) fn trimmed(bytes: &[u8], start: usize, end: usize) -> Span {
    let is_blank = |byte: &u8| byte.is_ascii_whitespace() || *byte == b';';
    let stretch = &bytes[start..end];
    let front = stretch.iter().take_while(|byte| is_blank(byte)).count();
    let back = stretch[front..].iter().rev().take_while(|byte| is_blank(byte)).count();
    span(start + front, end - back)
}
