//! The grammar of heredocs. Each line is a token of its own, as in HCL: that decides what `~` strips.

use super::Expression;
use super::cursor::{Cursor, Parsed};
use super::template::{Piece, Pieces, finish, marker};

/// Parses `<<MARK` or `<<-MARK` to the line that closes it.
pub(super) fn heredoc(cursor: &mut Cursor<'_>) -> Parsed<Expression> {
    let start = cursor.at;
    cursor.at += 2;
    let flush = cursor.take(b'-');
    if !cursor.at_name() {
        return cursor.error("expected the mark that closes the heredoc");
    }
    let mark = cursor.name();
    cursor.take(b'\r');
    cursor.expect(b'\n', "after the mark of the heredoc")?;
    let mut pieces = Pieces::begin(cursor);
    let mut text = String::new();
    let mut line_start = true;
    loop {
        if line_start && closes(cursor, mark) {
            break;
        }
        if cursor.at_end() {
            return cursor.error_at(start, format!("this heredoc is not closed with {mark}"));
        }
        let rest = cursor.rest();
        let stop = |&byte: &u8| matches!(byte, b'$' | b'%' | b'\n');
        let plain = rest.iter().position(stop).unwrap_or(rest.len());
        text.push_str(cursor.slice(cursor.at, cursor.at + plain));
        cursor.at += plain;
        line_start = cursor.take(b'\n');
        if line_start {
            text.push('\n');
            pieces.text(std::mem::take(&mut text), cursor);
        } else if !cursor.at_end() {
            marker(cursor, &mut pieces, &mut text)?;
        }
    }
    if flush {
        strip_indent(&mut pieces.list);
    }
    finish(cursor, pieces.list, cursor.from(start))
}

/// Takes the closing mark if it is alone on this line.
fn closes(cursor: &mut Cursor<'_>, mark: &str) -> bool {
    let rest = cursor.rest();
    let indent = rest.iter().take_while(|&&byte| byte == b' ' || byte == b'\t').count();
    let after = rest.get(indent + mark.len()..).unwrap_or(&[]);
    let found = rest.get(indent..).is_some_and(|line| line.starts_with(mark.as_bytes()))
        && !after.first().is_some_and(|&byte| {
            byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-' || byte >= 0x80
        });
    if found {
        cursor.at += indent + mark.len();
    }
    found
}

/// Removes the indent that all lines share.
fn strip_indent(pieces: &mut [Piece]) {
    let mut least = usize::MAX;
    let mut line_start = true;
    let mut starts = Vec::new();
    for (position, piece) in pieces.iter().enumerate() {
        if line_start {
            line_start = false;
            let indent = match piece {
                Piece::Text(text, _) if text.trim_start().is_empty() && text.ends_with('\n') => {
                    usize::MAX
                }
                Piece::Text(text, _) => {
                    starts.push(position);
                    text.chars().take_while(|letter| letter.is_whitespace()).count()
                }
                _ => 0,
            };
            least = least.min(indent);
        }
        if let Piece::Text(text, _) = piece {
            line_start = text.ends_with('\n');
        }
    }
    for position in starts {
        if let Some(Piece::Text(text, _)) = pieces.get_mut(position) {
            *text = text.chars().skip(least).collect();
        }
    }
}
