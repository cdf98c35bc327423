//! Reads PowerShell without ever giving up. Own parser: tree-sitter-powershell has errors in one file of five
//! and drops commands there.

use super::{
    super::{
        diagnostic::{Diagnostics, Trouble},
        limit::{Budget, DEEPEST},
        text::{Text, offset},
    },
    syntax::{
        Command, Element, Joined, Leave, Operator, Parameter, ScriptBlock, Span, Statement,
        StatementKind,
    },
};

/// The state of the reading.
pub(super) struct Parser<'t> {
    pub text: &'t Text,
    pub bytes: &'t [u8],
    pub at: usize,
    pub depth: u16,
    pub diagnostics: &'t mut Diagnostics,
    pub budget: &'t mut Budget,
    /// From here on no double quote closes.
    pub unclosed: usize,
}

/// Reads a whole text.
pub(super) fn parse(
    text: &Text,
    budget: &mut Budget,
    diagnostics: &mut Diagnostics,
) -> Vec<Statement> {
    let bytes = text.content.as_bytes();
    let mut parser =
        Parser { text, bytes, at: 0, depth: 0, diagnostics, budget, unclosed: usize::MAX };
    let mut statements = Vec::new();
    while parser.at < bytes.len() {
        statements.extend(parser.statements(0));
        if parser.at < bytes.len() {
            let at = parser.at;
            let message = format!("`{}` closes nothing", char::from(bytes[at]));
            parser.note(Trouble::Syntax, at, at + 1, &message);
            parser.at += 1;
        }
    }
    statements
}

impl Parser<'_> {
    /// Statements up to a closing bracket, which is not consumed.
    pub fn statements(&mut self, closer: u8) -> Vec<Statement> {
        let mut statements = Vec::new();
        if !self.enter() {
            return statements;
        }
        loop {
            self.skip_separators();
            let byte = self.peek(0);
            if self.at >= self.bytes.len()
                || (closer != 0 && byte == closer)
                || matches!(byte, b')' | b'}')
            {
                break;
            }
            if !self.budget.take(1) {
                self.at = self.bytes.len();
                break;
            }
            let before = self.at;
            if let Some(statement) = self.statement() {
                statements.push(statement);
            }
            if self.at == before {
                self.unexpected();
            }
        }
        self.depth -= 1;
        statements
    }

    pub fn unexpected(&mut self) {
        let start = self.at;
        let rest = self.text.content.get(start..).unwrap_or_default();
        let character = rest.chars().next().unwrap_or(' ');
        self.at += character.len_utf8();
        let message = format!("`{character}` is not expected here");
        self.note(Trouble::Syntax, start, self.at, &message);
    }

    pub fn enter(&mut self) -> bool {
        if self.depth >= DEEPEST {
            self.note(
                Trouble::Limit,
                self.at,
                self.at,
                "code is nested too deeply; what follows is not read",
            );
            self.at = self.bytes.len();
            return false;
        }
        self.depth += 1;
        true
    }

    /// Reads one statement.
    pub fn statement(&mut self) -> Option<Statement> {
        self.skip_blanks();
        let start = self.at;
        // Labels of loops.
        if self.peek(0) == b':' && self.peek(1).is_ascii_alphabetic() {
            self.at += 1 + self.identifier_length(self.at + 1);
            self.skip_lines();
        }
        let kind = match self.keyword() {
            Some(kind) => kind,
            None => self.chain_or_assignment()?,
        };
        Some(Statement { span: span(start, self.at), kind })
    }

    fn keyword(&mut self) -> Option<StatementKind> {
        if !self.peek(0).is_ascii_alphabetic() {
            return None;
        }
        let start = self.at;
        let length = self.identifier_length(start);
        let after = self.bytes.get(start + length).copied().unwrap_or(b' ');
        if length > 12
            || !matches!(
                after,
                b' ' | b'\t' | b'\r' | b'\n' | b'(' | b'{' | b';' | b'}' | b')' | b'`' | b'$'
            )
        {
            return None;
        }
        let word = self.text.content.get(start..start + length)?.to_ascii_lowercase();
        let opens = |parser: &Parser<'_>, byte: u8| parser.next_significant(start + length) == byte;
        let kind = match word.as_str() {
            "if" if opens(self, b'(') => self.conditional(),
            "while" | "for" | "foreach" if opens(self, b'(') || after == b'-' => {
                self.looped(&word, length)
            }
            "do" if opens(self, b'{') => self.do_loop(),
            "switch" => self.switch(),
            "function" | "filter" | "workflow" => self.function(length),
            "try" if opens(self, b'{') => self.try_catch(),
            "trap" => {
                self.at += length;
                while !matches!(self.next_significant(self.at), b'{' | b'\n' | 0) {
                    self.at += 1;
                }
                StatementKind::Trap(self.block())
            }
            "return" | "exit" | "throw" | "break" | "continue" => self.leave(&word, length),
            "param" if opens(self, b'(') => {
                self.at += length;
                self.skip_lines();
                StatementKind::Parameters(self.parameters())
            }
            "begin" | "process" | "end" | "dynamicparam" | "clean" | "parallel" | "sequence"
            | "inlinescript"
                if opens(self, b'{') =>
            {
                self.at += length;
                StatementKind::Block(self.block())
            }
            "class" | "enum" if after == b' ' => {
                self.at += self.bytes[self.at..]
                    .iter()
                    .take_while(|byte| !matches!(byte, b'{' | b'\n'))
                    .count();
                self.skip_lines();
                StatementKind::Block(if self.peek(0) == b'{' { self.class() } else { Vec::new() })
            }
            "using" if after == b' ' => {
                self.at += self.bytes[self.at..]
                    .iter()
                    .take_while(|byte| !matches!(byte, b';' | b'\n'))
                    .count();
                StatementKind::Block(Vec::new())
            }
            _ => return None,
        };
        Some(kind)
    }

    /// `{ … }`.
    pub fn block(&mut self) -> Vec<Statement> {
        self.skip_lines();
        let start = self.at;
        if self.peek(0) != b'{' {
            self.note(Trouble::Syntax, start, start + 1, "`{` is expected here");
            return Vec::new();
        }
        self.at += 1;
        let statements = self.statements(b'}');
        self.close(start, b'}');
        statements
    }

    pub fn close(&mut self, start: usize, closer: u8) {
        self.skip_separators();
        if self.peek(0) == closer && self.at < self.bytes.len() {
            self.at += 1;
        } else {
            let message = format!("`{}` is missing for what opens here", char::from(closer));
            self.note(Trouble::Syntax, start, start + 1, &message);
        }
    }

    fn leave(&mut self, word: &str, length: usize) -> StatementKind {
        self.at += length;
        let kind = match word {
            "return" => Leave::Return,
            "exit" | "throw" => Leave::Exit,
            _ => Leave::Break,
        };
        self.skip_blanks();
        let ends = matches!(self.peek(0), b'\n' | b';' | b'}' | b')' | 0);
        let value = if ends { None } else { self.statement().map(Box::new) };
        StatementKind::Leave { kind, value }
    }

    fn chain_or_assignment(&mut self) -> Option<StatementKind> {
        let mut pipelines = Vec::new();
        let mut joined = Joined::First;
        loop {
            self.skip_blanks();
            let first = self.element();
            let first = match first {
                Some(Element::Expression(target)) => {
                    self.skip_blanks();
                    if let Some((operator, length)) = self.assignment_operator() {
                        self.at += length;
                        self.skip_lines();
                        let value = Box::new(self.statement_or_nothing());
                        return Some(StatementKind::Assign { target, operator, value });
                    }
                    Element::Expression(target)
                }
                Some(element) => element,
                None if pipelines.is_empty() => return None,
                None => break,
            };
            let mut elements = vec![first];
            while self.pipe() {
                self.skip_lines();
                if let Some(element) = self.element() {
                    elements.push(element);
                } else {
                    self.note(
                        Trouble::Syntax,
                        self.at,
                        self.at + 1,
                        "a command is missing after the pipe",
                    );
                    break;
                }
            }
            pipelines.push((joined, elements));
            joined = match (self.peek(0), self.peek(1)) {
                (b'&', b'&') => Joined::And,
                (b'|', b'|') => Joined::Or,
                _ => break,
            };
            self.at += 2;
            self.skip_lines();
        }
        self.skip_blanks();
        let background = self.peek(0) == b'&' && self.peek(1) != b'&';
        self.at += usize::from(background);
        Some(StatementKind::Chain { pipelines, background })
    }

    /// Takes a `|`, also at the start of the next line.
    fn pipe(&mut self) -> bool {
        self.skip_blanks();
        let before = self.at;
        if self.peek(0) == b'\n' {
            self.skip_lines();
        }
        if self.peek(0) == b'|' && self.peek(1) != b'|' {
            self.at += 1;
            return true;
        }
        self.at = before;
        false
    }

    fn statement_or_nothing(&mut self) -> Statement {
        let start = self.at;
        let nothing =
            Statement { span: span(start, start), kind: StatementKind::Block(Vec::new()) };
        if !self.enter() {
            return nothing;
        }
        let statement = self.statement();
        self.depth -= 1;
        statement.unwrap_or(nothing)
    }

    fn assignment_operator(&self) -> Option<(Operator, usize)> {
        match (self.peek(0), self.peek(1)) {
            (b'=', _) => Some((Operator::Set, 1)),
            (b'+', b'=') => Some((Operator::Add, 2)),
            (b'-' | b'*' | b'/' | b'%', b'=') => Some((Operator::Other, 2)),
            (b'?', b'?') if self.peek(2) == b'=' => Some((Operator::Other, 3)),
            _ => None,
        }
    }

    /// Reads an expression or a command.
    fn element(&mut self) -> Option<Element> {
        self.skip_blanks();
        let byte = self.peek(0);
        let next = self.peek(1);
        let expression = match byte {
            b'$' | b'"' | b'\'' | b'(' | b'{' | b'[' | b',' | b'!' | b'0'..=b'9' | 0x1a => true,
            b'@' => matches!(next, b'(' | b'{' | b'"' | b'\''),
            b'-' | b'+' => next.is_ascii_digit() || matches!(next, b'(' | b'$') || next == byte,
            b'\n' | b';' | b'|' | b')' | b'}' | 0 => return None,
            b'&' if next == b'&' => return None,
            _ => self.text.content.is_char_boundary(self.at) && self.quote().is_some(),
        };
        if expression {
            return Some(Element::Expression(self.expression()));
        }
        let dotted = byte == b'.'
            && matches!(next, b' ' | b'\t' | b'$' | b'\'' | b'"' | b'(' | b'\\' | b'/' | b'{');
        let start = self.at;
        if byte == b'&' || (dotted && !matches!(next, b'\\' | b'/')) {
            self.at += 1;
            self.skip_blanks();
        }
        let mut command = Command { dotted, ..Command::default() };
        self.command_words(&mut command);
        command.span = trimmed(self.bytes, start, self.at.max(start));
        if command.words.is_empty() {
            self.at = start;
            return None;
        }
        Some(Element::Command(command))
    }

    pub fn note(&mut self, kind: Trouble, start: usize, end: usize, message: &str) {
        let end = end.min(self.bytes.len()).max(start);
        let end = (end..=self.bytes.len())
            .find(|&at| self.text.content.is_char_boundary(at))
            .unwrap_or(end);
        let place = self.text.place(offset(start), offset(end));
        self.diagnostics.note(kind, place, message);
    }
}

/// Takes a leading `param( … )` out of the statements.
pub(super) fn script_block(
    mut parameters: Vec<Parameter>,
    mut body: Vec<Statement>,
) -> ScriptBlock {
    for statement in body.iter_mut().take(8) {
        if let StatementKind::Parameters(found) = &mut statement.kind {
            parameters.append(found);
        }
    }
    ScriptBlock { parameters, body }
}

pub(super) fn span(start: usize, end: usize) -> Span {
    Span { start: offset(start), end: offset(end) }
}

/// The stretch without white space around it.
pub(super) fn trimmed(bytes: &[u8], start: usize, end: usize) -> Span {
    let stretch = &bytes[start..end.max(start)];
    let front = stretch.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    let back = stretch[front..].iter().rev().take_while(|byte| byte.is_ascii_whitespace()).count();
    span(start + front, end.max(start) - back)
}
