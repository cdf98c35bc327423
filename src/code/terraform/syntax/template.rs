//! The grammar of templates: quoted texts and the pieces that heredocs share with them.

use std::sync::Arc;

use super::cursor::{Cursor, Parsed};
use super::expression::{expression, for_intro};
use super::{Expression, Node, TemplateFor, TemplatePart};
use crate::code::names::shared;
use crate::code::value::{Place, Value};

/// A piece of a template before pieces are put into each other.
pub(super) enum Piece {
    Text(String, Place),
    Interpolation(Expression),
    If(Expression),
    Else,
    EndIf,
    For(Option<Arc<str>>, Arc<str>, Expression),
    EndFor,
}

/// The pieces found so far, and whether the next text loses the white space at its start.
#[derive(Default)]
pub(super) struct Pieces {
    pub(super) list: Vec<Piece>,
    trim_next: bool,
    /// Where the text after the last piece begins.
    from: usize,
}

impl Pieces {
    /// Pieces from here on.
    pub(super) fn begin(cursor: &Cursor<'_>) -> Self {
        Self { from: cursor.at, ..Self::default() }
    }

    /// Adds a text that the source has in one token, up to here.
    pub(super) fn text(&mut self, text: String, cursor: &Cursor<'_>) {
        let place = cursor.from(self.from);
        self.from = cursor.at;
        let trim = std::mem::take(&mut self.trim_next);
        let text = if trim { text.trim_start().to_owned() } else { text };
        self.list.push(Piece::Text(text, place));
    }

    fn trim_last(&mut self) {
        if let Some(Piece::Text(text, _)) = self.list.last_mut() {
            text.truncate(text.trim_end().len());
        }
    }
}

/// Parses a quoted text.
pub(super) fn quoted(cursor: &mut Cursor<'_>) -> Parsed<Expression> {
    let start = cursor.at;
    cursor.at += 1;
    if let Some(simple) = simple(cursor, start) {
        return Ok(simple);
    }
    let mut pieces = Pieces::begin(cursor);
    let mut text = String::new();
    loop {
        let rest = cursor.rest();
        let stop = |&byte: &u8| matches!(byte, b'"' | b'\\' | b'$' | b'%' | b'\n');
        let plain = rest.iter().position(stop).unwrap_or(rest.len());
        text.push_str(cursor.slice(cursor.at, cursor.at + plain));
        cursor.at += plain;
        match cursor.peek() {
            b'"' => {
                cursor.at += 1;
                break;
            }
            b'\\' => text.push(escape(cursor)?),
            b'$' | b'%' => marker(cursor, &mut pieces, &mut text)?,
            _ => return cursor.error_at(start, "this text is not closed on its line"),
        }
    }
    if !text.is_empty() {
        pieces.text(text, cursor);
    }
    finish(cursor, pieces.list, cursor.from(start))
}

/// The usual case: a text without escapes and templates.
fn simple(cursor: &mut Cursor<'_>, start: usize) -> Option<Expression> {
    let rest = cursor.rest();
    let stop = |&byte: &u8| matches!(byte, b'"' | b'\\' | b'\n') || byte == b'$' || byte == b'%';
    let end = rest.iter().position(stop)?;
    if rest.get(end) != Some(&b'"') {
        return None;
    }
    let text = cursor.slice(cursor.at, cursor.at + end);
    cursor.at += end + 1;
    let place = cursor.from(start);
    Some(Expression { node: Node::Literal(Value::text(shared(text), place)), place })
}

/// Parses a whole text as a template without quotes, as the JSON syntax writes it.
pub(super) fn bare(cursor: &mut Cursor<'_>) -> Parsed<Expression> {
    let mut pieces = Pieces::begin(cursor);
    let mut text = String::new();
    while !cursor.at_end() {
        let rest = cursor.rest();
        let stop = |&byte: &u8| matches!(byte, b'$' | b'%');
        let plain = rest.iter().position(stop).unwrap_or(rest.len());
        text.push_str(cursor.slice(cursor.at, cursor.at + plain));
        cursor.at += plain;
        if !cursor.at_end() {
            marker(cursor, &mut pieces, &mut text)?;
        }
    }
    if !text.is_empty() {
        pieces.text(text, cursor);
    }
    finish(cursor, pieces.list, cursor.from(0))
}

/// Reads what a `$` or `%` starts: a template, an escaped one, or nothing special.
pub(super) fn marker(
    cursor: &mut Cursor<'_>,
    pieces: &mut Pieces,
    text: &mut String,
) -> Parsed<()> {
    let sign = cursor.peek();
    if cursor.peek_at(1) == sign && cursor.peek_at(2) == b'{' {
        text.push(char::from(sign));
        text.push('{');
        cursor.at += 3;
        return Ok(());
    }
    if cursor.peek_at(1) != b'{' {
        text.push(char::from(sign));
        cursor.at += 1;
        return Ok(());
    }
    if !text.is_empty() {
        pieces.text(std::mem::take(text), cursor);
    }
    let start = cursor.at;
    cursor.at += 2;
    if cursor.take(b'~') {
        pieces.trim_last();
    }
    let read = if sign == b'$' { interpolation } else { directive };
    let piece = cursor.nested_lines(true, read)?;
    cursor.lines();
    pieces.trim_next = cursor.take(b'~');
    if !cursor.take(b'}') {
        return cursor.error_at(start, "this template is not closed with `}`");
    }
    pieces.list.push(piece);
    pieces.from = cursor.at;
    Ok(())
}

fn interpolation(cursor: &mut Cursor<'_>) -> Parsed<Piece> {
    Ok(Piece::Interpolation(expression(cursor)?))
}

fn directive(cursor: &mut Cursor<'_>) -> Parsed<Piece> {
    cursor.space();
    let start = cursor.at;
    match cursor.name() {
        "if" => Ok(Piece::If(expression(cursor)?)),
        "else" => Ok(Piece::Else),
        "endif" => Ok(Piece::EndIf),
        "for" => {
            let (key, value, collection) = for_intro(cursor)?;
            Ok(Piece::For(key, value, collection))
        }
        "endfor" => Ok(Piece::EndFor),
        _ => cursor.error_at(start, "expected if, else, endif, for or endfor"),
    }
}

fn escape(cursor: &mut Cursor<'_>) -> Parsed<char> {
    let start = cursor.at;
    cursor.at += 2;
    let width = match cursor.bytes.get(start + 1) {
        Some(b'n') => return Ok('\n'),
        Some(b'r') => return Ok('\r'),
        Some(b't') => return Ok('\t'),
        Some(b'"') => return Ok('"'),
        Some(b'\\') => return Ok('\\'),
        Some(b'u') => 4,
        Some(b'U') => 8,
        _ => return cursor.error_at(start, "unknown escape sequence"),
    };
    let digits = cursor.slice(cursor.at, cursor.at + width);
    let code = u32::from_str_radix(digits, 16).ok().filter(|_| digits.len() == width);
    cursor.at += width;
    match code.and_then(char::from_u32) {
        Some(letter) => Ok(letter),
        None => cursor.error_at(start, "this escape sequence names no character"),
    }
}

/// Puts the pieces into each other; one interpolation alone is its expression.
pub(super) fn finish(
    cursor: &Cursor<'_>,
    mut pieces: Vec<Piece>,
    place: Place,
) -> Parsed<Expression> {
    if pieces.iter().all(|piece| matches!(piece, Piece::Text(..))) {
        let text: String = pieces
            .into_iter()
            .filter_map(|piece| if let Piece::Text(text, _) = piece { Some(text) } else { None })
            .collect();
        return Ok(Expression { node: Node::Literal(Value::text(text, place)), place });
    }
    if pieces.len() == 1 {
        match pieces.pop() {
            Some(Piece::Interpolation(inner)) => return Ok(Expression { node: inner.node, place }),
            other => pieces.extend(other),
        }
    }
    let mut open: Vec<Open> = Vec::new();
    let mut parts = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Text(text, place) => parts.push(TemplatePart::Text(Arc::from(text), place)),
            Piece::Interpolation(inner) => parts.push(TemplatePart::Interpolation(inner)),
            Piece::If(condition) => {
                open.push(Open::If(Box::new(condition), None, std::mem::take(&mut parts)));
            }
            Piece::For(key_name, value_name, collection) => open.push(Open::For(
                Box::new((key_name, value_name, collection)),
                std::mem::take(&mut parts),
            )),
            Piece::Else => match open.last_mut() {
                Some(Open::If(_, yes @ None, _)) => *yes = Some(std::mem::take(&mut parts)),
                _ => return unmatched(cursor, place, "else"),
            },
            Piece::EndIf => match open.pop() {
                Some(Open::If(condition, yes, outer)) => {
                    let last = std::mem::replace(&mut parts, outer);
                    let (yes, no) = match yes {
                        Some(yes) => (yes, last),
                        None => (last, Vec::new()),
                    };
                    parts.push(TemplatePart::If(condition, yes.into(), no.into()));
                }
                _ => return unmatched(cursor, place, "endif"),
            },
            Piece::EndFor => match open.pop() {
                Some(Open::For(intro, outer)) => {
                    let body = std::mem::replace(&mut parts, outer).into();
                    let (key_name, value_name, collection) = *intro;
                    let part = TemplateFor { key_name, value_name, collection, body };
                    parts.push(TemplatePart::For(Box::new(part)));
                }
                _ => return unmatched(cursor, place, "endfor"),
            },
        }
        if open.len() > super::super::limits::NESTING as usize {
            return cursor.error("templates are nested too deep");
        }
    }
    match open.last() {
        None => Ok(Expression { node: Node::Template(parts.into()), place }),
        Some(Open::If(..)) => unmatched(cursor, place, "if"),
        Some(Open::For(..)) => unmatched(cursor, place, "for"),
    }
}

enum Open {
    If(Box<Expression>, Option<Vec<TemplatePart>>, Vec<TemplatePart>),
    For(Box<(Option<Arc<str>>, Arc<str>, Expression)>, Vec<TemplatePart>),
}

fn unmatched<T>(_cursor: &Cursor<'_>, place: Place, word: &str) -> Parsed<T> {
    let message = format!("`%{{ {word} }}` has no counterpart in this template");
    Err(Box::new(super::SyntaxError { message, place, limit: false }))
}
