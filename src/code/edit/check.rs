//! Carrying out edits on a stretch of a text, to see whether it can still be read.

use super::scan::Range;
use super::{Refusal, Replacement};

/// The stretch after edits that are sorted, lie in it and do not overlap.
pub fn apply<'r>(
    text: &str,
    stretch: Range,
    edits: impl IntoIterator<Item = &'r Replacement>,
) -> Result<String, Refusal> {
    let mut after = String::with_capacity(stretch.len() + 64);
    let mut at = stretch.start;
    for edit in edits {
        after.push_str(text.get(at..edit.start).ok_or(Refusal::Form)?);
        after.push_str(&edit.text);
        at = edit.end;
    }
    after.push_str(text.get(at..stretch.end).ok_or(Refusal::Form)?);
    Ok(after)
}

/// The edits, sorted, if the stretch can be read afterwards.
pub fn readable(
    text: &str,
    stretch: Range,
    mut edits: Vec<Replacement>,
    can_read: impl Fn(&str) -> bool,
) -> Result<Vec<Replacement>, Refusal> {
    edits.sort();
    let after = apply(text, stretch, &edits)?;
    if can_read(&after) { Ok(edits) } else { Err(Refusal::Form) }
}
