//! The name and the arguments of a command: barewords, parameters, splatting, redirections.

use super::expression::nothing;

use super::{
    super::text::HOLE,
    parser::{Parser, span},
    syntax::{Command, CommandWord, Expression, ExpressionKind, StringPart},
    token::Quote,
};

impl Parser<'_> {
    /// The name and the arguments of a command.
    pub fn command_words(&mut self, command: &mut Command) {
        loop {
            self.skip_blanks();
            let start = self.at;
            match self.peek(0) {
                b'\n' | b';' | b'|' | b')' | b'}' | b'&' | 0 => return,
                b'>' | b'<' => self.redirection(command),
                b'1'..=b'6' | b'*' if self.peek(1) == b'>' => self.redirection(command),
                b'@' if self.peek(1).is_ascii_alphabetic() || self.peek(1) == b'_' => {
                    let name = self.variable_name(self.at + 1);
                    self.at = name.2;
                    let text = self.text.content.get(name.0..name.1).unwrap_or_default();
                    command
                        .words
                        .push(CommandWord::Splat { name: text.into(), span: span(start, self.at) });
                }
                b'-' if self.bytes[self.at..].starts_with(b"--%") => {
                    self.at += 3;
                    self.verbatim(command);
                }
                _ if !command.words.is_empty() && self.at_parameter() => self.parameter(command),
                _ => {
                    let quoted = self.quote().is_some();
                    let value = self.argument();
                    command.words.push(CommandWord::Argument { value, quoted });
                }
            }
            if self.at == start || !self.budget.take(1) {
                return;
            }
        }
    }

    pub fn at_parameter(&self) -> bool {
        let dash = self.dash_length();
        dash > 0
            && (self.peek(dash).is_ascii_alphabetic() || matches!(self.peek(dash), b'_' | b'?'))
    }

    pub fn parameter(&mut self, command: &mut Command) {
        let start = self.at;
        let dash = self.dash_length();
        let is_name = |byte: &&u8| {
            !matches!(
                **byte,
                b' ' | b'\t'
                    | b'\r'
                    | b'\n'
                    | b'{'
                    | b'}'
                    | b'('
                    | b')'
                    | b';'
                    | b','
                    | b'|'
                    | b'&'
                    | b'.'
                    | b'['
                    | b':'
                    | HOLE
            )
        };
        let length = self.bytes[start + dash..].iter().take_while(is_name).count();
        let name = self.text.content.get(start + dash..start + dash + length).unwrap_or_default();
        let next = self.bytes.get(start + dash + length).copied().unwrap_or(b' ');
        // With quotes or dots in it, it is an ordinary word, as native commands take them.
        if name.contains(['\'', '"', '=', '$', '/', '\\']) || matches!(next, b'.' | b'[' | HOLE) {
            let value = self.argument();
            command.words.push(CommandWord::Argument { value, quoted: false });
            return;
        }
        let name: Box<str> = name.into();
        self.at += dash + length;
        let flag = span(start, self.at);
        let argument = (self.peek(0) == b':').then(|| {
            self.at += 1;
            self.skip_blanks();
            self.argument()
        });
        command.words.push(CommandWord::Parameter { name, span: flag, argument });
    }

    /// An argument: a value, or values with commas between them.
    pub fn argument(&mut self) -> Expression {
        let start = self.at;
        let first = self.argument_item();
        let before = self.at;
        self.skip_blanks();
        if self.peek(0) != b',' {
            self.at = before;
            return first;
        }
        let mut items = vec![first];
        while self.peek(0) == b',' && self.budget.take(1) {
            self.at += 1;
            self.skip_lines();
            items.push(self.argument_item());
            self.skip_blanks();
        }
        let end = items.last().map_or(self.at, |item| item.span.end as usize);
        Expression { span: span(start, end), kind: ExpressionKind::List(items) }
    }

    pub fn argument_item(&mut self) -> Expression {
        let start = self.at;
        if !self.enter() {
            return nothing(start);
        }
        let item = self.argument_value(start);
        self.depth -= 1;
        item
    }

    pub fn argument_value(&mut self, start: usize) -> Expression {
        let starts_value = matches!(self.peek(0), b'$' | b'(' | b'{')
            || self.quote().is_some()
            || (self.peek(0) == b'@' && matches!(self.peek(1), b'(' | b'{' | b'"' | b'\''));
        if !starts_value {
            return self.bareword(start, Vec::new());
        }
        let is_variable = self.peek(0) == b'$' && self.peek(1) != b'(';
        let primary = self.primary();
        let value = self.postfix(primary, start);
        let ends = matches!(
            self.peek(0),
            b' ' | b'\t'
                | b'\r'
                | b'\n'
                | b';'
                | b','
                | b'|'
                | b'&'
                | b')'
                | b'}'
                | b'{'
                | b'('
                | b'>'
                | b'<'
                | 0
        ) || (self.peek(0) == b'`' && matches!(self.peek(1), b'\n' | b'\r'));
        if ends
            || !(is_variable
                || matches!(
                    value.kind,
                    ExpressionKind::Text(_)
                        | ExpressionKind::Expandable(_)
                        | ExpressionKind::Sub(_)
                ))
        {
            return value;
        }
        self.bareword(start, vec![StringPart::Value(value)])
    }

    /// A word without quotes around it; variables in it are expanded.
    pub fn bareword(&mut self, start: usize, mut parts: Vec<StringPart>) -> Expression {
        let mut text = String::new();
        loop {
            let from = self.at;
            match self.peek(0) {
                b' ' | b'\t' | b'\r' | b'\n' | b';' | b',' | b'|' | b'&' | b')' | b'}' | b'{'
                | b'(' | 0 => break,
                b'>' | b'<' if self.at > start => break,
                b'`' if matches!(self.peek(1), b'\n' | b'\r') => break,
                b'`' => {
                    self.at += 1;
                    let rest = self.text.content.get(self.at..).unwrap_or_default();
                    let Some(character) = rest.chars().next() else { break };
                    text.push(character);
                    self.at += character.len_utf8();
                }
                b'$' | HOLE => {
                    if let Some(value) = self.interpolation() {
                        if !text.is_empty() {
                            parts.push(StringPart::Text(std::mem::take(&mut text).into()));
                        }
                        parts.push(StringPart::Value(value));
                    } else {
                        text.push('$');
                        self.at += 1;
                    }
                }
                _ => {
                    if let Some((quote, width)) = self.quote() {
                        let inner = match quote {
                            Quote::Single => self.single(width),
                            Quote::Double => self.double(width),
                        };
                        match inner.kind {
                            ExpressionKind::Text(inner) => text.push_str(&inner),
                            ExpressionKind::Expandable(inner) => {
                                if !text.is_empty() {
                                    parts.push(StringPart::Text(std::mem::take(&mut text).into()));
                                }
                                parts.extend(inner);
                            }
                            _ => {}
                        }
                        continue;
                    }
                    let rest = self.text.content.get(from..).unwrap_or_default();
                    let Some(character) = rest.chars().next() else { break };
                    text.push(character);
                    self.at += character.len_utf8();
                }
            }
            if !self.budget.take(1) {
                break;
            }
        }
        let kind = if parts.is_empty() {
            ExpressionKind::Text(text.into())
        } else {
            if !text.is_empty() {
                parts.push(StringPart::Text(text.into()));
            }
            ExpressionKind::Expandable(parts)
        };
        Expression { span: span(start, self.at), kind }
    }

    pub fn redirection(&mut self, command: &mut Command) {
        let start = self.at;
        let is_operator = |byte: &&u8| matches!(**byte, b'>' | b'<' | b'&' | b'*' | b'0'..=b'9');
        self.at += self.bytes[start..].iter().take(5).take_while(is_operator).count();
        let operator = span(start, self.at);
        let merges = self.bytes[start..self.at].contains(&b'&');
        let target = (!merges).then(|| {
            self.skip_blanks();
            self.argument_item()
        });
        command.redirections.push((operator, target));
    }

    /// Behind `--%`: words as cmd.exe sees them.
    pub fn verbatim(&mut self, command: &mut Command) {
        let end =
            self.bytes[self.at..].iter().take_while(|byte| !matches!(byte, b'\n' | b'|')).count()
                + self.at;
        while self.at < end {
            if self.bytes[self.at].is_ascii_whitespace() {
                self.at += 1;
                continue;
            }
            let start = self.at;
            let mut quoted = false;
            while self.at < end && (quoted || !self.bytes[self.at].is_ascii_whitespace()) {
                quoted ^= self.bytes[self.at] == b'"';
                self.at += 1;
            }
            let text = self.text.content.get(start..self.at).unwrap_or_default().replace('"', "");
            // `%NAME%` is expanded by cmd.exe.
            let kind = if text.contains('%') {
                ExpressionKind::Variable(format!("env:{}", text.replace('%', "")).into())
            } else {
                ExpressionKind::Text(text.into())
            };
            let value = Expression { span: span(start, self.at), kind };
            command.words.push(CommandWord::Argument { value, quoted: false });
        }
    }
}
