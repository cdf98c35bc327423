//! The grammar of files and blocks. One error costs the block that it is in; reading goes on at the next one.

use std::collections::HashSet;
use std::sync::Arc;

use foldhash::fast::RandomState;

use super::super::limits;
use super::cursor::{Cursor, Parsed};
use super::expression::expression;
use super::{Attribute, Block, Body, SyntaxError};
use crate::code::names::shared;

/// Words that start a block of a Terraform file.
const BLOCKS: [&str; 13] = [
    "resource",
    "data",
    "variable",
    "locals",
    "module",
    "output",
    "provider",
    "terraform",
    "moved",
    "import",
    "removed",
    "check",
    "ephemeral",
];

/// Reads a file of the native syntax. What is wrong is told; everything else is in the body.
pub fn parse_file(text: &str, file: u32) -> (Body, Vec<SyntaxError>) {
    let start = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let mut cursor = Cursor::new(text, file, start);
    let mut body = Body::default();
    let mut seen = Seen::default();
    let mut errors = Vec::new();
    loop {
        cursor.lines();
        if cursor.at_end() || errors.len() >= limits::DIAGNOSTICS {
            return (body, errors);
        }
        let start = cursor.at;
        if let Err(error) = item(&mut cursor, &mut body, &mut seen, false) {
            let unclosed = error.message.starts_with(UNCLOSED);
            errors.push(*error);
            cursor.free_lines = false;
            let from = if unclosed { start } else { cursor.at.max(start) };
            cursor.at = next_block(&cursor, from, unclosed);
        }
    }
}

/// The names of the attributes of a body. Most bodies have a handful, and these are looked through.
#[derive(Default)]
struct Seen(HashSet<Arc<str>, RandomState>);

impl Seen {
    /// How many attributes a body has before their names are kept apart.
    const FEW: usize = 16;

    /// Whether one more attribute has the name of one that is there.
    fn is_again(&mut self, name: &Arc<str>, body: &Body) -> bool {
        let names = || body.attributes.iter().map(|attribute| &attribute.name);
        if body.attributes.len() < Self::FEW {
            return names().any(|known| known == name);
        }
        if self.0.is_empty() {
            self.0.extend(names().cloned());
        }
        !self.0.insert(Arc::clone(name))
    }
}

const UNCLOSED: &str = "this block is not closed";

fn item(cursor: &mut Cursor<'_>, body: &mut Body, seen: &mut Seen, inside: bool) -> Parsed<()> {
    let start = cursor.at;
    if !cursor.at_name() {
        return cursor.error("expected the name of an attribute or block");
    }
    let name = cursor.name();
    let name_place = cursor.from(start);
    let name = shared(name);
    cursor.space();
    if cursor.peek() == b'=' && cursor.peek_at(1) != b'=' {
        cursor.at += 1;
        let value = expression(cursor)?;
        if seen.is_again(&name, body) {
            return cursor.error_at(start, format!("{name} is set twice in this block"));
        }
        body.attributes.push(Attribute { name, name_place, value });
    } else {
        let block = block(cursor, name, start)?;
        body.blocks.push(block);
    }
    cursor.space();
    let ends = cursor.at_end() || cursor.peek() == b'\n' || (inside && cursor.peek() == b'}');
    if ends { Ok(()) } else { cursor.error("expected a new line here") }
}

fn block(cursor: &mut Cursor<'_>, kind: Arc<str>, start: usize) -> Parsed<Block> {
    let mut labels = Vec::new();
    let mut header_end = start + kind.len();
    loop {
        cursor.space();
        let from = cursor.at;
        if cursor.take(b'{') {
            break;
        } else if cursor.peek() == b'"' {
            let text = super::template::quoted(cursor)?;
            let Some(label) = text.as_text() else {
                return cursor.error_at(from, "a label cannot hold a template");
            };
            labels.push((Arc::clone(label), text.place));
        } else if cursor.at_name() {
            let name = cursor.name();
            labels.push((shared(name), cursor.from(from)));
        } else {
            return cursor.error("expected `=`, a label or `{`");
        }
        header_end = cursor.at;
    }
    let header = cursor.place(start, header_end);
    let body = cursor.nested_lines(false, |cursor| {
        let mut body = Body::default();
        let mut seen = Seen::default();
        loop {
            cursor.lines();
            if cursor.take(b'}') {
                return Ok(body);
            }
            if cursor.at_end() {
                let message = format!("{UNCLOSED} with `}}`");
                return Err(Box::new(SyntaxError { message, place: header, limit: false }));
            }
            item(cursor, &mut body, &mut seen, true)?;
        }
    })?;
    Ok(Block { kind, labels, header, place: cursor.from(start), body })
}

/// Where reading goes on after an error: behind the next brace at the start of a line, or at the next line that
/// starts a block there, whichever comes first.
fn next_block(cursor: &Cursor<'_>, from: usize, only_headers: bool) -> usize {
    let bytes = cursor.bytes;
    let line_start = |at: usize| at == 0 || bytes.get(at - 1) == Some(&b'\n');
    let mut at = from;
    let on_brace = !only_headers && line_start(at) && bytes.get(at) == Some(&b'}');
    if on_brace {
        return at + 1;
    }
    loop {
        let rest = bytes.get(at..).unwrap_or(&[]);
        let Some(newline) = rest.iter().position(|&byte| byte == b'\n') else {
            return bytes.len();
        };
        at += newline + 1;
        let line = bytes.get(at..).unwrap_or(&[]);
        if line.first() == Some(&b'}') && !only_headers {
            return at + 1;
        }
        if starts_block(line) {
            return at;
        }
    }
}

fn starts_block(line: &[u8]) -> bool {
    BLOCKS.iter().any(|word| {
        line.strip_prefix(word.as_bytes()).is_some_and(|rest| {
            let next = rest.iter().find(|&&byte| byte != b' ' && byte != b'\t');
            matches!(next, Some(b'"' | b'{'))
        })
    })
}
