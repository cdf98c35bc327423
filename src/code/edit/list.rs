//! Elements taken out of lists.

use super::layout::{is_first, line_end, line_start};
use super::scan::{self, Range};
use super::{Language, Refusal, Replacement, check};
use crate::code::value::Place;

/// The edits that take an element out of the list at a place, which must have so many elements. Comments stay.
pub fn remove(
    text: &str,
    language: Language,
    place: Place,
    index: usize,
    length: usize,
) -> Result<Vec<Replacement>, Refusal> {
    let list = place.start as usize..place.end as usize;
    let inside = text.get(list.clone()).ok_or(Refusal::Form)?;
    let items = scan::list(inside, language).ok_or(Refusal::NotLiteral)?;
    let items: Vec<Range> =
        items.into_iter().map(|item| item.start + list.start..item.end + list.start).collect();
    let element = items.get(index).filter(|_| items.len() == length).ok_or(Refusal::NotLiteral)?;
    let edit = |range: Range| Replacement {
        file: place.file,
        start: range.start,
        end: range.end,
        text: String::new(),
    };
    let stop = items.get(index + 1).map_or(list.end - 1, |next| next.start);
    let mut gone = element.clone();
    let comma = comma(text, element.end..stop);
    if let Some(comma) = comma {
        gone.end = comma + 1;
    }
    let before = index.checked_sub(1).and_then(|at| items.get(at));
    let own_line =
        is_first(text, gone.start) && text[gone.end..line_end(text, gone.end)].trim().is_empty();
    if own_line {
        let newline = text[line_end(text, gone.end)..].find('\n').map_or(0, |at| at + 1);
        gone = line_start(text, gone.start)..line_end(text, gone.end) + newline;
    } else if comma.is_some() {
        let rest = &text[gone.end..stop];
        gone.end += rest.len() - rest.trim_start_matches([' ', '\t']).len();
    }
    let mut edits = vec![edit(gone.clone())];
    // The last one leaves no comma behind.
    if let (Some(before), None) = (before, comma)
        && index + 1 == items.len()
        && let Some(comma) = self::comma(text, before.end..element.start)
    {
        let blanks = text[comma + 1..element.start].trim().is_empty() && !own_line;
        if blanks {
            edits = vec![edit(comma..gone.end)];
        } else {
            edits.insert(0, edit(comma..comma + 1));
        }
    }
    let is_shorter =
        |after: &str| scan::list(after, language).is_some_and(|items| items.len() + 1 == length);
    check::readable(text, list, edits, is_shorter)
}

/// The comma in a stretch between two elements, where only blanks and comments stand beside it.
fn comma(text: &str, range: Range) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = range.start;
    while at < range.end {
        let rest = &bytes[at..range.end];
        if rest.starts_with(b"//") || rest.starts_with(b"#") {
            at = line_end(text, at);
        } else if rest.starts_with(b"/*") {
            at = text[at..range.end].find("*/").map_or(range.end, |end| at + end + 2);
        } else if rest[0] == b',' {
            return Some(at);
        } else {
            at += 1;
        }
    }
    None
}
