//! Values without operators: texts, variables, tables, blocks, types.

use std::rc::Rc;

use super::{
    super::{diagnostic::Trouble, text::HOLE},
    parser::{Parser, script_block, span},
    syntax::{Expression, ExpressionKind},
    token::Quote,
};

impl Parser<'_> {
    /// Reads a value without operators.
    pub fn primary(&mut self) -> Expression {
        let start = self.at;
        if let Some((quote, width)) = self.quote() {
            return match quote {
                Quote::Single => self.single(width),
                Quote::Double => self.double(width),
            };
        }
        let kind = match (self.peek(0), self.peek(1)) {
            (b'$' | HOLE, _) => {
                if let Some(expression) = self.interpolation() {
                    return expression;
                }
                self.at += 1;
                ExpressionKind::Text("$".into())
            }
            (b'@', b'(') => {
                self.at += 2;
                let statements = self.statements(b')');
                self.close(start + 1, b')');
                ExpressionKind::Array(statements)
            }
            (b'@', b'{') => {
                self.at += 2;
                self.hash(start)
            }
            (b'@', b'"' | b'\'') => return self.here_string(),
            (b'(', _) => {
                self.at += 1;
                let statements = self.statements(b')');
                self.close(start, b')');
                ExpressionKind::Paren(statements)
            }
            (b'{', _) => {
                let body = self.block();
                ExpressionKind::Block(Rc::new(script_block(Vec::new(), body)))
            }
            (b'[', _) => return self.type_or_cast(start),
            _ => {
                let ends = |byte: &&u8| {
                    !matches!(
                        **byte,
                        b' ' | b'\t'
                            | b'\r'
                            | b'\n'
                            | b';'
                            | b','
                            | b'('
                            | b')'
                            | b'{'
                            | b'}'
                            | b'|'
                            | b'&'
                            | b'='
                            | b'['
                            | b']'
                            | b'"'
                            | b'\''
                    )
                };
                let negative = usize::from(self.peek(0) == b'-');
                let length = self.bytes[self.at + negative..].iter().take_while(ends).count();
                let number = self.peek(negative).is_ascii_digit();
                let length = if number { self.number_length(self.at + negative) } else { length };
                self.at += negative + length;
                ExpressionKind::Text(
                    self.text.content.get(start..self.at).unwrap_or_default().into(),
                )
            }
        };
        Expression { span: span(start, self.at), kind }
    }

    fn number_length(&self, at: usize) -> usize {
        let rest = &self.bytes[at..];
        let mut length = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        if rest.get(length) == Some(&b'.') && rest.get(length + 1).is_some_and(u8::is_ascii_digit) {
            length += 1 + rest[length + 1..]
                .iter()
                .take_while(|byte| byte.is_ascii_alphanumeric())
                .count();
        }
        length
    }

    fn type_or_cast(&mut self, start: usize) -> Expression {
        self.brackets();
        let inner = self
            .text
            .content
            .get(start + 1..self.at.saturating_sub(1).max(start + 1))
            .unwrap_or_default();
        let name: Box<str> = inner.trim().into();
        // A cast has its operand on the same line, or on the next one for a parameter.
        let before = self.at;
        self.skip_blanks();
        let operand = matches!(
            self.peek(0),
            b'$' | b'"' | b'\'' | b'(' | b'@' | b'[' | b'{' | b'0'..=b'9' | HOLE
        ) || (self.peek(0) == b'-' && self.peek(1).is_ascii_digit());
        if operand && self.depth < super::super::limit::DEEPEST {
            let operand = self.unary();
            return Expression {
                span: span(start, self.at),
                kind: ExpressionKind::Cast(Box::new(operand)),
            };
        }
        self.at = before;
        Expression { span: span(start, self.at), kind: ExpressionKind::Type(name) }
    }

    fn hash(&mut self, start: usize) -> ExpressionKind {
        let mut members = Vec::new();
        loop {
            self.skip_separators();
            if self.peek(0) == b'}' {
                self.at += 1;
                return ExpressionKind::Hash(members);
            }
            let before = self.at;
            let name = self.unary();
            self.skip_blanks();
            if self.peek(0) != b'=' || self.at == before || !self.budget.take(1) {
                self.note(Trouble::Syntax, start, start + 2, "a table that does not end");
                return ExpressionKind::Hash(members);
            }
            self.at += 1;
            self.skip_lines();
            if let Some(value) = self.statement() {
                members.push((name, value));
            } else {
                self.note(Trouble::Syntax, start, start + 2, "a table that does not end");
                return ExpressionKind::Hash(members);
            }
        }
    }
}
