//! Evidence of a finding in a few words: a value that was read, a place in a file.

use serde_json::Value;

use super::escape::clip;
use crate::finding::Location;

/// Most columns of a value and a place: one hostile tag must not fill the page.
pub const VALUE: usize = 200;
/// Elements shown of a list.
const ELEMENTS: usize = 12;

/// A value as JSON, short.
pub fn value(value: &Value) -> String {
    let Some(elements) = value.as_array().filter(|elements| elements.len() > 1) else {
        return clip(&value.to_string(), VALUE).into_owned();
    };
    // With blanks between them a line may end after each.
    let shown: Vec<_> = elements
        .iter()
        .take(ELEMENTS)
        .map(|element| clip(&element.to_string(), VALUE).into_owned())
        .collect();
    let more = match elements.len() - shown.len() {
        0 => String::new(),
        more => format!(", and {more} more"),
    };
    format!("[{}{more}]", shown.join(", "))
}

/// What was read, or that nothing is there.
pub fn observed(read: &Value) -> String {
    if read.is_null() { "(not set)".to_owned() } else { value(read) }
}

/// `file:line`, and the column where it says more than the line.
pub fn at(location: &Location) -> String {
    let uri = clip(&location.uri, VALUE);
    match location.start_column {
        0 | 1 => format!("{uri}:{}", location.start_line),
        column => format!("{uri}:{}:{column}", location.start_line),
    }
}
