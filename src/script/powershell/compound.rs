//! Statements that hold other statements: branches, loops, functions, classes.

use super::parser::{Parser, script_block, span, trimmed};
use std::rc::Rc;

use super::{
    super::diagnostic::Trouble,
    syntax::{Arm, Function, Loop, Parameter, Span, Statement, StatementKind},
};

impl Parser<'_> {
    /// The body of a class: its methods hold code, in blocks.
    pub fn class(&mut self) -> Vec<Statement> {
        let mut statements = Vec::new();
        let start = self.at;
        self.at += 1;
        loop {
            self.skip_separators();
            match self.peek(0) {
                b'}' => {
                    self.at += 1;
                    return statements;
                }
                b'{' => statements.append(&mut self.block()),
                _ if self.at >= self.bytes.len() || !self.budget.take(1) => {
                    self.note(
                        Trouble::Syntax,
                        start,
                        start + 1,
                        "`}` is missing for what opens here",
                    );
                    return statements;
                }
                b'\'' | b'"' => drop(self.primary()),
                _ => self.at += 1,
            }
        }
    }

    pub fn conditional(&mut self) -> StatementKind {
        let mut arms = Vec::new();
        self.at += 2;
        loop {
            let (test, test_span) = self.test();
            let body = self.block();
            arms.push(Arm { test, test_span, body });
            let before = self.at;
            self.skip_lines();
            if self.at_keyword("elseif") {
                self.at += 6;
                continue;
            }
            if self.at_keyword("else") {
                self.at += 4;
                self.skip_lines();
                if self.at_keyword("if") {
                    self.at += 2;
                    continue;
                }
                return StatementKind::If { arms, otherwise: Some(self.block()) };
            }
            self.at = before;
            return StatementKind::If { arms, otherwise: None };
        }
    }

    /// `( … )` before a block.
    pub fn test(&mut self) -> (Vec<Statement>, Span) {
        self.skip_lines();
        let start = self.at;
        if self.peek(0) != b'(' {
            self.note(Trouble::Syntax, start, start + 1, "`(` is expected here");
            return (Vec::new(), span(start, start));
        }
        self.at += 1;
        let statements = self.statements(b')');
        let inner = trimmed(self.bytes, start + 1, self.at);
        self.close(start, b')');
        (statements, inner)
    }

    pub fn looped(&mut self, word: &str, length: usize) -> StatementKind {
        let start = self.at;
        self.at += length;
        self.skip_lines();
        let open = self.at;
        self.at += usize::from(self.peek(0) == b'(');
        let mut variable = None;
        if word == "foreach" {
            self.skip_lines();
            if self.peek(0) == b'$' {
                let name = self.variable_name(self.at + 1);
                variable = self.text.content.get(name.0..name.1).map(Box::from);
                self.at = name.2;
                self.skip_lines();
            }
            if self.at_keyword("in") {
                self.at += 2;
            }
        }
        let test = self.statements(b')');
        self.close(open, b')');
        let head = span(start, self.at);
        let body = self.block();
        StatementKind::Loop(Loop { head, variable, test, body })
    }

    pub fn do_loop(&mut self) -> StatementKind {
        let start = self.at;
        self.at += 2;
        let body = self.block();
        self.skip_lines();
        let mut head = span(start, start + 2);
        let mut test = Vec::new();
        for word in ["while", "until"] {
            if self.at_keyword(word) {
                let from = self.at;
                self.at += 5;
                test = self.test().0;
                head = span(from, self.at);
                break;
            }
        }
        StatementKind::Loop(Loop { head, variable: None, test, body })
    }

    pub fn switch(&mut self) -> StatementKind {
        let start = self.at;
        self.at += 6;
        self.skip_lines();
        while self.peek(0) == b'-' {
            self.at += 1 + self.identifier_length(self.at + 1);
            self.skip_lines();
        }
        let subject = if self.peek(0) == b'(' { self.test().0 } else { Vec::new() };
        self.skip_lines();
        let mut arms = Vec::new();
        if self.peek(0) != b'{' {
            self.note(Trouble::Syntax, start, start + 6, "`switch` without a block");
            return StatementKind::Switch { subject, arms };
        }
        let open = self.at;
        self.at += 1;
        loop {
            self.skip_separators();
            if self.at >= self.bytes.len() || self.peek(0) == b'}' || !self.budget.take(1) {
                break;
            }
            let before = self.at;
            let pattern = if self.at_keyword("default") {
                self.at += 7;
                None
            } else {
                Some(self.pattern())
            };
            self.skip_lines();
            let body = if self.peek(0) == b'{' { self.block() } else { Vec::new() };
            arms.push((pattern, body));
            if self.at == before {
                self.unexpected();
            }
        }
        self.close(open, b'}');
        StatementKind::Switch { subject, arms }
    }

    pub fn function(&mut self, length: usize) -> StatementKind {
        self.at += length;
        self.skip_lines();
        let start = self.at;
        let is_name = |byte: &&u8| !matches!(**byte, b' ' | b'\t' | b'\r' | b'\n' | b'{' | b'(');
        self.at += self.bytes[start..].iter().take_while(is_name).count();
        let name = self.text.content.get(start..self.at).unwrap_or_default();
        let name = name.rsplit(':').next().unwrap_or(name).into();
        let name_span = span(start, self.at);
        self.skip_lines();
        let parameters = if self.peek(0) == b'(' { self.parameters() } else { Vec::new() };
        self.skip_lines();
        let body = self.block();
        let block = script_block(parameters, body);
        StatementKind::Function(Rc::new(Function { name, name_span, block }))
    }

    /// `( [type]$name = default, … )`.
    pub fn parameters(&mut self) -> Vec<Parameter> {
        let open = self.at;
        self.at += 1;
        let mut parameters = Vec::new();
        let mut is_switch = false;
        loop {
            self.skip_separators();
            match self.peek(0) {
                b')' => {
                    self.at += 1;
                    return parameters;
                }
                b',' => {
                    self.at += 1;
                    is_switch = false;
                }
                b'[' => {
                    let start = self.at;
                    self.brackets();
                    let text = self.text.content.get(start..self.at).unwrap_or_default();
                    is_switch |= text.eq_ignore_ascii_case("[switch]");
                }
                b'$' => {
                    let start = self.at;
                    let name = self.variable_name(self.at + 1);
                    self.at = name.2.max(self.at + 1);
                    let whole = span(start, self.at);
                    let name = self.text.content.get(name.0..name.1).unwrap_or_default().into();
                    self.skip_lines();
                    let default = if self.peek(0) == b'=' {
                        self.at += 1;
                        self.skip_lines();
                        Some(self.argument_expression())
                    } else {
                        None
                    };
                    parameters.push(Parameter { name, span: whole, is_switch, default });
                }
                _ => {
                    self.note(
                        Trouble::Syntax,
                        open,
                        open + 1,
                        "a list of parameters that does not end",
                    );
                    return parameters;
                }
            }
            if !self.budget.take(1) {
                return parameters;
            }
        }
    }

    pub fn try_catch(&mut self) -> StatementKind {
        self.at += 3;
        let body = self.block();
        let mut catches = Vec::new();
        let mut finally = Vec::new();
        loop {
            let before = self.at;
            self.skip_lines();
            let start = self.at;
            if self.at_keyword("catch") {
                self.at += 5;
                self.skip_lines();
                while matches!(self.peek(0), b'[' | b',') {
                    if self.peek(0) == b',' {
                        self.at += 1;
                    } else {
                        self.brackets();
                    }
                    self.skip_lines();
                }
                let block = self.block();
                catches.push((span(start, start + 5), block));
            } else if self.at_keyword("finally") {
                self.at += 7;
                finally = self.block();
            } else {
                self.at = before;
                return StatementKind::Try { body, catches, finally };
            }
        }
    }
}
