//! The line of code that a finding stands in, with a caret below it.

use std::io;

use unicode_width::UnicodeWidthStr;

use super::page::{Page, Piece};
use super::secret::masked;
use crate::finding::Location;
use crate::report::Options;
use crate::report::escape::{clip, visible};

/// Most columns of a line that are shown.
const LINE: usize = 160;

/// Shows the place of a finding in its file. A line of a template may be as long as the file: of such a one
/// only the place is told.
pub fn show(page: &mut Page<'_>, location: &Location, options: &Options) -> io::Result<()> {
    let Some(line) = line_of(location, options) else { return Ok(()) };
    let paint = page.paint;
    let number = location.start_line.to_string();
    let margin = " ".repeat(number.len());
    let (before, marked) = split(line, location);
    let place = format!("{}:{number}:{}", clip(&location.uri, LINE), location.start_column);
    page.line(&[Piece(paint.dim, &format!("   {margin}--> ")), Piece(paint.plain, &place)])?;
    if line.len() > LINE {
        return Ok(());
    }
    page.line(&[Piece(paint.dim, &format!("   {margin} |"))])?;
    // A tab has no width of its own, and a caret must stand below what it points at.
    let shown = |text: &str| visible(&text.replace('\t', "    ")).into_owned();
    page.line(&[
        Piece(paint.dim, &format!("   {number} | ")),
        Piece(paint.plain, &shown(&masked(line.trim_end()))),
    ])?;
    let blank = " ".repeat(shown(before).width());
    let carets = "^".repeat(shown(marked).width().max(1));
    page.line(&[
        Piece(paint.dim, &format!("   {margin} | ")),
        Piece(paint.bad, &format!("{blank}{carets}")),
    ])
}

fn line_of<'o>(location: &Location, options: &'o Options) -> Option<&'o str> {
    let text = options.sources.get(&location.uri)?;
    let at = usize::try_from(location.start_line).ok()?.checked_sub(1)?;
    text.trim_start_matches('\u{feff}').lines().nth(at)
}

/// What stands before a place in its line, and what is in it. Columns count UTF-16 code units.
fn split<'l>(line: &'l str, location: &Location) -> (&'l str, &'l str) {
    let byte = |column: u64| {
        let mut units = 1;
        for (at, letter) in line.char_indices() {
            if units >= column {
                return at;
            }
            units += letter.len_utf16() as u64;
        }
        line.len()
    };
    let start = byte(location.start_column);
    let is_one_line = location.end_line == location.start_line;
    let end =
        if is_one_line { byte(location.end_column).max(start) } else { line.trim_end().len() };
    (&line[..start], line.get(start..end).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn shown(text: &str, start: (u64, u64), end: (u64, u64)) -> String {
        let sources = BTreeMap::from([("m.tf".to_owned(), text.into())]);
        let options = Options { sources, ..Options::default() };
        let location = Location {
            uri: "m.tf".to_owned(),
            start_line: start.0,
            start_column: start.1,
            end_line: end.0,
            end_column: end.1,
        };
        let mut out = Vec::new();
        show(&mut Page::new(&mut out, &options), &location, &options).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_caret_stands_below_the_place() {
        assert_eq!(
            shown("a {\n\té = \"保管\" # x\n}\n", (2, 6), (2, 10)),
            "    --> m.tf:2:6\n     |\n   2 |     é = \"保管\" # x\n     |         ^^^^^^\n"
        );
        // Several lines: to the end of the first.
        assert_eq!(
            shown("block {\n}", (1, 1), (2, 2)),
            "    --> m.tf:1:1\n     |\n   1 | block {\n     | ^^^^^^^\n"
        );
        assert_eq!(shown("x", (9, 1), (9, 2)), "");
        assert_eq!(shown(&"x".repeat(500), (1, 3), (1, 4)), "    --> m.tf:1:3\n");
        assert!(!shown("x \u{1b}[2J", (1, 1), (1, 2)).contains('\u{1b}'));
    }
}
