//! Text from strangers made safe to print: names, tags, messages and values may hold anything.
//!
//! It hides nothing: what would act on a terminal or reorder a line is shown as `\u{1b}`.

use std::borrow::Cow;
use std::fmt::Write;

use unicode_width::UnicodeWidthChar;

/// Whether a character acts instead of showing: C0 and C1 controls (and so every ANSI sequence and
/// line break), bidirectional controls (<https://trojansource.codes>), invisible format characters
/// and tag characters. The joiners U+200C and U+200D stay: scripts and emoji need them.
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}'
                | '\u{61c}'
                | '\u{180e}'
                | '\u{200b}'
                | '\u{200e}'
                | '\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

/// The text with every hidden character as a visible escape, on one line.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_hidden(c) {
            write!(safe, "\\u{{{:x}}}", u32::from(c)).expect("writing to a string cannot fail");
        } else {
            safe.push(c);
        }
    }
    Cow::Owned(safe)
}

/// Visible text of at most so many columns, with an ellipsis where something was cut.
pub fn clip(text: &str, columns: usize) -> Cow<'_, str> {
    // Stacked combining marks have no width: a bound on characters keeps them from growing upwards.
    let (mut width, mut marks, most) = (0, 0, columns.saturating_mul(2));
    let mut cut = None;
    for (at, c) in text.char_indices() {
        let wide = if is_hidden(c) { escaped_width(c) } else { c.width().unwrap_or(0) };
        marks += usize::from(wide == 0);
        if width < columns {
            cut = Some(at);
        }
        width += wide;
        if width > columns || marks > most {
            let mut short = visible(&text[..cut.unwrap_or(0)]).into_owned();
            short.push('…');
            return Cow::Owned(short);
        }
    }
    visible(text)
}

fn escaped_width(c: char) -> usize {
    let digits = (32 - u32::from(c).leading_zeros()).div_ceil(4).max(1);
    4 + digits as usize
}

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthStr;

    use super::{clip, visible};

    #[test]
    fn controls_become_visible_and_the_rest_stays() {
        assert_eq!(visible("plain, größe, 保管庫"), "plain, größe, 保管庫");
        assert_eq!(visible("\u{1b}[31mred\u{7}"), "\\u{1b}[31mred\\u{7}");
        assert_eq!(visible("a\r\nb\tc"), "a\\u{d}\\u{a}b\\u{9}c");
        assert_eq!(visible("\u{9b}2J\u{7f}"), "\\u{9b}2J\\u{7f}");
        assert_eq!(visible("a\u{202e}b\u{2066}c\u{2069}"), "a\\u{202e}b\\u{2066}c\\u{2069}");
        assert_eq!(visible("\u{0}\u{e0041}"), "\\u{0}\\u{e0041}");
    }

    #[test]
    fn clips_by_columns_after_escaping() {
        assert_eq!(clip("vault", 5), "vault");
        assert_eq!(clip("vaults", 5), "vaul…");
        assert_eq!(clip("保管庫", 5), "保管…");
        for columns in 1..20 {
            for text in [
                "\u{1b}\u{1b}\u{1b}\u{1b}",
                "保管庫保管庫保管庫保管庫",
                "aaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            ] {
                assert!(clip(text, columns).width() <= columns, "{text:?} at {columns}");
            }
        }
        assert!(clip(&"e\u{301}\u{301}\u{301}".repeat(1000), 10).len() < 100);
    }
}
