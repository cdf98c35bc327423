//! How a text is laid out: ends of line, indents, columns of equal signs.

use super::Replacement;
use super::scan::Entry;
use crate::code::value::Place;

/// The end of line that a text uses.
pub fn newline(text: &str) -> &'static str {
    match text.find('\n') {
        Some(at) if text[..at].ends_with('\r') => "\r\n",
        _ => "\n",
    }
}

/// Where the line of a byte starts.
pub fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |newline| newline + 1)
}

/// Where the line of a byte ends, before the end of line itself.
pub fn line_end(text: &str, at: usize) -> usize {
    let rest = &text[at..];
    let end = rest.find('\n').map_or(text.len(), |newline| at + newline);
    if text[..end].ends_with('\r') && end > at { end - 1 } else { end }
}

/// The blanks at the start of the line of a byte.
pub fn indent(text: &str, at: usize) -> &str {
    let line = &text[line_start(text, at)..];
    let line = line.trim_start_matches('\u{feff}');
    let end = line.find(|letter| letter != ' ' && letter != '\t').unwrap_or(line.len());
    &line[..end]
}

/// Whether only blanks stand before a byte in its line.
pub fn is_first(text: &str, at: usize) -> bool {
    text[line_start(text, at)..at].trim_start_matches('\u{feff}').trim().is_empty()
}

/// By how much a text indents what is inside of something: as far as its first indented line, or two spaces.
pub fn unit(text: &str) -> String {
    let blanks = |line: &str| -> String {
        line.chars().take_while(|letter| matches!(letter, ' ' | '\t')).collect()
    };
    let lines = text.lines().filter(|line| {
        let inner = line.trim_start();
        !inner.is_empty() && inner.len() < line.len() && !inner.starts_with(['*', '/', '#'])
    });
    let least = lines.map(blanks).min_by_key(String::len);
    match least {
        Some(tabs) if tabs.starts_with('\t') => "\t".to_owned(),
        Some(spaces) if spaces.len() <= 8 => spaces,
        _ => "  ".to_owned(),
    }
}

/// The name of a new argument up to its equal sign, in a column with those of the lines above as `terraform fmt` has it,
/// and what moves the others to that column.
pub fn aligned(text: &str, file: u32, above: &[Entry], name: &str) -> (String, Vec<Replacement>) {
    let group = group(text, above);
    let width = group.iter().map(|entry| entry.key.len()).max().unwrap_or_default();
    let gap = |entry: &Entry| {
        let between = text.get(entry.key.end..entry.value.start).unwrap_or_default();
        between.find('=').filter(|at| between[..*at].bytes().all(|byte| byte == b' '))
    };
    let is_aligned = group.iter().all(|entry| gap(entry) == Some(width + 1 - entry.key.len()));
    if group.is_empty() || !is_aligned {
        return (format!("{name} ="), Vec::new());
    }
    let missing = name.len().saturating_sub(width);
    let moved = group.iter().filter(|_| missing > 0).map(|entry| {
        let at = entry.key.end + gap(entry).unwrap_or_default();
        Replacement { file, start: at, end: at, text: " ".repeat(missing) }
    });
    (format!("{name:<width$} ="), moved.collect())
}

/// The last entries of one line each, in lines that follow each other.
fn group<'e>(text: &str, entries: &'e [Entry]) -> &'e [Entry] {
    // A text of several lines ends before the next line starts, as far as columns go.
    let is_one_line = |entry: &Entry| {
        text[entry.value.clone()].starts_with("<<")
            || !text[entry.key.start..entry.value.end].contains('\n')
    };
    let mut first = entries.len();
    for (at, entry) in entries.iter().enumerate().rev() {
        let follows = match entries.get(at + 1) {
            None => true,
            Some(next) => {
                text[entry.value.end..next.key.start].bytes().filter(|byte| *byte == b'\n').count()
                    == 1
            }
        };
        if !follows || !is_one_line(entry) || !is_first(text, entry.key.start) {
            break;
        }
        first = at;
    }
    entries.get(first..).unwrap_or_default()
}

/// A literal in the place of another, the comment behind it staying in its column where blanks allow it.
pub fn replaced(text: &str, place: Place, literal: &str) -> Vec<Replacement> {
    let (start, end) = (place.start as usize, place.end as usize);
    let rest = &text[end..line_end(text, end)];
    let comment = rest.trim_start_matches(' ');
    let blanks = rest.len() - comment.len();
    let more = literal.len().saturating_sub(end - start).min(blanks.saturating_sub(1));
    let is_comment = ["#", "//"].iter().any(|mark| comment.starts_with(mark));
    // Blanks beyond the first say that comments have a column here.
    let less =
        if blanks > 1 && is_comment { (end - start).saturating_sub(literal.len()) } else { 0 };
    let literal = format!("{literal}{}", " ".repeat(less));
    let mut edits = vec![super::replacement(place, literal)];
    if is_comment && more > 0 {
        edits.push(Replacement {
            file: place.file,
            start: end,
            end: end + more,
            text: String::new(),
        });
    }
    edits
}
