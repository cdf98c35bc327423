//! The expression language of ARM templates, `[…]`: literals, calls, members, elements.
//!
//! Grammar by the documentation
//! (<https://learn.microsoft.com/azure/azure-resource-manager/templates/template-expressions>) and by what
//! Azure takes in practice: names without regard to case, white space anywhere, `''` for a quote.

use std::sync::Arc;

use crate::code::template::expression::{Call, Expression, Index, Kind, Lambda, Member};
use crate::code::template::functions;
use crate::code::template::limit::{EXPRESSION_HEIGHT, SOURCE_DEPTH};
use crate::code::value::Place;

/// Reads the text of a JSON string: an expression when it is in brackets, itself otherwise.
/// `inner` is the place of the text in the file when it is written there without escapes.
pub fn parse_text(text: &str, place: Place, inner: Option<u32>) -> Expression {
    let Some(rest) = text.strip_prefix('[') else { return literal(text, place) };
    // "[[…]" is the text "[…]", see "Escape characters" in the documentation.
    if rest.starts_with('[') {
        return literal(if rest.ends_with(']') { rest } else { text }, place);
    }
    let Some(body) = rest.strip_suffix(']') else { return literal(text, place) };
    let mut parser =
        Parser { text: body, at: 0, depth: 0, place, inner: inner.map(|start| start + 1) };
    parser.whole().unwrap_or_else(|why| Expression::invalid(why, place))
}

fn literal(text: &str, place: Place) -> Expression {
    Expression::new(Kind::Text(text.into()), place)
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    depth: u32,
    place: Place,
    inner: Option<u32>,
}

type Parsed = Result<Expression, Box<str>>;

impl<'a> Parser<'a> {
    fn whole(&mut self) -> Parsed {
        let expression = self.expression()?;
        self.space();
        if self.at < self.text.len() {
            return Err(format!("unexpected `{}` in an expression", self.rest_shown()).into());
        }
        Ok(expression)
    }

    fn expression(&mut self) -> Parsed {
        self.depth += 1;
        if self.depth > SOURCE_DEPTH {
            return Err(format!("an expression nests deeper than {SOURCE_DEPTH} levels").into());
        }
        let result = self.postfix();
        self.depth -= 1;
        result
    }

    fn postfix(&mut self) -> Parsed {
        self.space();
        let start = self.at;
        let mut expression = self.primary()?;
        loop {
            self.space();
            match self.peek() {
                Some(b'.') => {
                    self.at += 1;
                    self.space();
                    let name: Arc<str> = self.name()?.into();
                    let place = self.from(start);
                    let member = Member { base: expression, name, safe: false };
                    expression = Expression::new(Kind::Member(Box::new(member)), place);
                }
                Some(b'[') => {
                    self.at += 1;
                    let index = self.expression()?;
                    self.space();
                    self.expect(b']')?;
                    let place = self.from(start);
                    let index = Index { base: expression, index, safe: false, from_end: false };
                    expression = Expression::new(Kind::Index(Box::new(index)), place);
                }
                _ => return Ok(expression),
            }
            if expression.height > EXPRESSION_HEIGHT {
                return Err(
                    format!("an expression nests deeper than {EXPRESSION_HEIGHT} levels").into()
                );
            }
        }
    }

    fn primary(&mut self) -> Parsed {
        let start = self.at;
        match self.peek() {
            Some(b'\'') => {
                let text = self.quoted()?;
                Ok(Expression::new(Kind::Text(text), self.from(start)))
            }
            Some(b'-' | b'+' | b'0'..=b'9') => self.number(),
            Some(byte) if byte.is_ascii_alphabetic() || byte == b'_' => self.call(),
            _ => Err(format!("unexpected `{}` in an expression", self.rest_shown()).into()),
        }
    }

    fn number(&mut self) -> Parsed {
        let start = self.at;
        self.at += 1;
        while matches!(self.peek(), Some(b'0'..=b'9' | b'.' | b'e' | b'E')) {
            self.at += 1;
        }
        let written = &self.text[start..self.at];
        match written.parse() {
            Ok(number) => Ok(Expression::new(Kind::Number(number), self.from(start))),
            Err(_) => Err(format!("`{written}` is not a number").into()),
        }
    }

    fn quoted(&mut self) -> Result<Arc<str>, Box<str>> {
        self.at += 1;
        let start = self.at;
        let mut text: Option<String> = None;
        let mut copied = start;
        loop {
            let Some(quote) = memchr::memchr(b'\'', &self.text.as_bytes()[self.at..]) else {
                return Err("a text in an expression has no closing quote".into());
            };
            self.at += quote + 1;
            if self.peek() == Some(b'\'') {
                text.get_or_insert_default().push_str(&self.text[copied..self.at]);
                self.at += 1;
                copied = self.at;
            } else {
                let end = self.at - 1;
                return Ok(match text {
                    None => self.text[start..end].into(),
                    Some(mut text) => {
                        text.push_str(&self.text[copied..end]);
                        text.into()
                    }
                });
            }
        }
    }

    /// A call, with or without a namespace; a lambda; a word such as `true`, which Azure also takes.
    fn call(&mut self) -> Parsed {
        let start = self.at;
        let mut name = self.name()?;
        let mut namespace = None;
        self.space();
        if self.peek() == Some(b'.') {
            let back = self.at;
            self.at += 1;
            self.space();
            let second = self.name()?;
            self.space();
            if self.peek() == Some(b'(') {
                namespace = Some(Arc::from(name));
                name = second;
            } else {
                self.at = back;
            }
        }
        if self.peek() != Some(b'(') {
            return self.word(name, start);
        }
        self.at += 1;
        let arguments = self.arguments()?;
        Ok(self.finished_call(namespace, name, arguments, start))
    }

    fn word(&self, name: &str, start: usize) -> Parsed {
        let kind = match name.to_ascii_lowercase().as_str() {
            "true" => Kind::Bool(true),
            "false" => Kind::Bool(false),
            "null" => Kind::Null,
            _ => return Err(format!("`{name}` is not a function call").into()),
        };
        Ok(Expression::new(kind, self.from(start)))
    }

    fn arguments(&mut self) -> Result<Vec<Expression>, Box<str>> {
        let mut arguments = Vec::new();
        self.space();
        if self.peek() == Some(b')') {
            self.at += 1;
            return Ok(arguments);
        }
        loop {
            arguments.push(self.expression()?);
            self.space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b')') => {
                    self.at += 1;
                    return Ok(arguments);
                }
                _ => {
                    return Err(
                        format!("expected `,` or `)` before `{}`", self.rest_shown()).into()
                    );
                }
            }
        }
    }

    fn finished_call(
        &self,
        namespace: Option<Arc<str>>,
        name: &str,
        arguments: Vec<Expression>,
        start: usize,
    ) -> Expression {
        let place = self.from(start);
        if namespace.is_none() && name.eq_ignore_ascii_case("lambda") {
            return lambda(arguments, place);
        }
        if namespace.is_none() && name.eq_ignore_ascii_case("if") {
            return match <[Expression; 3]>::try_from(arguments) {
                Ok(arms) => Expression::new(Kind::If(Box::new(arms)), place),
                Err(_) => Expression::invalid("`if` takes a condition and two values", place),
            };
        }
        let definition = if namespace.is_none() { functions::find(name) } else { None };
        let call = Call { namespace, name: name.into(), definition, arguments: arguments.into() };
        Expression::new(Kind::Call(Box::new(call)), place)
    }

    fn name(&mut self) -> Result<&'a str, Box<str>> {
        let bytes = self.text.as_bytes();
        let start = self.at;
        while bytes
            .get(self.at)
            .is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'-'))
        {
            self.at += 1;
        }
        if self.at == start {
            return Err(format!("expected a name before `{}`", self.rest_shown()).into());
        }
        Ok(&self.text[start..self.at])
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn expect(&mut self, byte: u8) -> Result<(), Box<str>> {
        if self.peek() == Some(byte) {
            self.at += 1;
            return Ok(());
        }
        Err(format!("expected `{}` before `{}`", char::from(byte), self.rest_shown()).into())
    }

    fn from(&self, start: usize) -> Place {
        let Some(inner) = self.inner else { return self.place };
        let offset = |at: usize| inner.saturating_add(u32::try_from(at).unwrap_or(u32::MAX));
        Place { file: self.place.file, start: offset(start), end: offset(self.at) }
    }

    fn rest_shown(&self) -> String {
        if self.at >= self.text.len() {
            return "]".into();
        }
        self.text.get(self.at..).unwrap_or("").chars().take(20).collect()
    }
}

/// `lambda('a', 'b', body)`: the names are plain texts.
fn lambda(mut arguments: Vec<Expression>, place: Place) -> Expression {
    let Some(body) = arguments.pop() else {
        return Expression::invalid("`lambda` needs a body", place);
    };
    let names: Option<Box<[Arc<str>]>> =
        arguments.iter().map(|name| name.as_text().cloned()).collect();
    match names {
        Some(parameters) => {
            Expression::new(Kind::Lambda(Box::new(Lambda { parameters, body })), place)
        }
        None => Expression::invalid("the parameters of `lambda` are plain texts", place),
    }
}
