//! Expressions: operators around values, and what follows a value.

use super::{
    super::diagnostic::Trouble,
    parser::{Parser, span},
    syntax::{Expression, ExpressionKind},
};

impl Parser<'_> {
    /// Reads an expression; operators from left to right, since only `+` matters here.
    pub fn expression(&mut self) -> Expression {
        let start = self.at;
        if !self.enter() {
            return nothing(start);
        }
        let first = self.list();
        let mut rest = Vec::new();
        loop {
            self.skip_blanks();
            let Some((operator, length)) = self.binary_operator() else { break };
            self.at += length;
            self.skip_lines();
            if &*operator == "?" {
                let test = joined(first, rest, start);
                let choice = self.ternary(test, start);
                self.depth -= 1;
                return choice;
            }
            rest.push((operator, self.list()));
            if !self.budget.take(1) {
                break;
            }
        }
        self.depth -= 1;
        joined(first, rest, start)
    }

    fn ternary(&mut self, test: Expression, start: usize) -> Expression {
        let yes = self.list();
        self.skip_lines();
        let mut choices = vec![test, yes];
        if self.peek(0) == b':' {
            self.at += 1;
            self.skip_lines();
            choices.push(self.list());
        }
        Expression { span: span(start, self.at), kind: ExpressionKind::Ternary(choices) }
    }

    fn list(&mut self) -> Expression {
        let start = self.at;
        let first = self.unary();
        self.skip_blanks();
        if self.peek(0) != b',' {
            return first;
        }
        let mut items = vec![first];
        while self.peek(0) == b',' && self.budget.take(1) {
            self.at += 1;
            self.skip_lines();
            items.push(self.unary());
            self.skip_blanks();
        }
        Expression { span: span(start, self.at), kind: ExpressionKind::List(items) }
    }

    pub(super) fn unary(&mut self) -> Expression {
        let start = self.at;
        if !self.enter() {
            return nothing(start);
        }
        let expression = self.unary_inner(start);
        self.depth -= 1;
        expression
    }

    fn unary_inner(&mut self, start: usize) -> Expression {
        let dash = self.dash_length();
        let prefix = match (self.peek(0), self.peek(1)) {
            (b'+', b'+') | (b'-', b'-') => 2,
            (b'!' | b'+' | b',', _) => 1,
            _ if dash > 0 => {
                let length = self.identifier_length(self.at + dash);
                let word = self
                    .text
                    .content
                    .get(self.at + dash..self.at + dash + length)
                    .unwrap_or_default();
                match word.to_ascii_lowercase().as_str() {
                    "not" | "bnot" | "join" | "split" | "isplit" | "csplit" => dash + length,
                    _ if word.is_empty() || word.as_bytes()[0].is_ascii_digit() => 0,
                    _ => 0,
                }
            }
            _ => 0,
        };
        if prefix > 0 {
            self.at += prefix;
            self.skip_blanks();
            let operand = self.unary();
            return Expression {
                span: span(start, self.at),
                kind: ExpressionKind::Unary(Box::new(operand)),
            };
        }
        let primary = self.primary();
        self.postfix(primary, start)
    }

    /// `.name`, `.name( … )`, `::name`, `[ … ]`, `++`.
    pub fn postfix(&mut self, mut object: Expression, start: usize) -> Expression {
        for _ in 0..LONGEST_CHAIN {
            if !self.budget.take(1) {
                return object;
            }
            let next = self.peek(1);
            let kind = match self.peek(0) {
                b'.' if next.is_ascii_alphabetic()
                    || matches!(next, b'_' | b'$' | b'"' | b'\'') =>
                {
                    self.at += 1;
                    self.member(object, false)
                }
                b'?' if next == b'.' => {
                    self.at += 2;
                    self.member(object, false)
                }
                b':' if next == b':' => {
                    self.at += 2;
                    self.member(object, true)
                }
                b'[' => {
                    let open = self.at;
                    self.at += 1;
                    self.skip_lines();
                    let index = self.expression();
                    self.close(open, b']');
                    ExpressionKind::Index { object: Box::new(object), index: Box::new(index) }
                }
                b'+' if next == b'+' => {
                    self.at += 2;
                    ExpressionKind::Unary(Box::new(object))
                }
                b'-' if next == b'-' && !self.peek(2).is_ascii_alphabetic() => {
                    self.at += 2;
                    ExpressionKind::Unary(Box::new(object))
                }
                _ => return object,
            };
            object = Expression { span: span(start, self.at), kind };
        }
        object
    }

    fn member(&mut self, object: Expression, is_static: bool) -> ExpressionKind {
        let from = self.at;
        let name: Box<str> = if matches!(self.peek(0), b'$' | b'"' | b'\'') {
            match self.primary().kind {
                ExpressionKind::Text(text) => text,
                _ => "".into(),
            }
        } else {
            self.at += self.identifier_length(from);
            self.text.content.get(from..self.at).unwrap_or_default().into()
        };
        let arguments = (self.peek(0) == b'(').then(|| {
            let open = self.at;
            self.at += 1;
            let mut arguments = Vec::new();
            loop {
                self.skip_lines();
                let before = self.at;
                match self.peek(0) {
                    b')' => {
                        self.at += 1;
                        return arguments;
                    }
                    b',' => self.at += 1,
                    0 => break,
                    _ => {
                        let expression = self.argument_expression();
                        arguments.push(expression);
                    }
                }
                if self.at == before || !self.budget.take(1) {
                    break;
                }
            }
            self.note(Trouble::Syntax, open, open + 1, "`)` is missing for what opens here");
            arguments
        });
        ExpressionKind::Member { object: Box::new(object), name, arguments, is_static }
    }

    /// An argument of a method: an expression whose commas belong to the list of arguments.
    pub fn argument_expression(&mut self) -> Expression {
        let start = self.at;
        let first = self.unary();
        let mut rest = Vec::new();
        loop {
            let before = self.at;
            self.skip_lines();
            let Some((operator, length)) = self.binary_operator() else {
                self.at = before;
                return joined(first, rest, start);
            };
            self.at += length;
            self.skip_lines();
            rest.push((operator, self.unary()));
            if !self.budget.take(1) {
                return joined(first, rest, start);
            }
        }
    }

    /// A pattern of `switch`.
    pub fn pattern(&mut self) -> Expression {
        let start = self.at;
        match self.peek(0) {
            b'{' | b'(' | b'$' | b'"' | b'\'' => self.list(),
            _ => {
                let plain =
                    |byte: &&u8| !matches!(**byte, b' ' | b'\t' | b'\r' | b'\n' | b'{' | b'}');
                self.at += self.bytes[start..].iter().take_while(plain).count();
                let text = self.text.content.get(start..self.at).unwrap_or_default();
                Expression { span: span(start, self.at), kind: ExpressionKind::Text(text.into()) }
            }
        }
    }
}

/// Operators side by side, from left to right.
fn joined(first: Expression, rest: Vec<(Box<str>, Expression)>, start: usize) -> Expression {
    let Some((_, last)) = rest.last() else { return first };
    let whole = span(start, last.span.end as usize);
    Expression { span: whole, kind: ExpressionKind::Binary { first: Box::new(first), rest } }
}

pub(super) fn nothing(at: usize) -> Expression {
    Expression { span: span(at, at), kind: ExpressionKind::Text("".into()) }
}

/// Each link of `a.b.c` nests one deeper; nobody writes longer chains.
const LONGEST_CHAIN: usize = 24;
