//! Text from strangers made safe to print: names, tags, messages and values may hold anything.
//!
//! It hides nothing: what would act on a terminal, reorder a line or command the service that runs a pipeline is
//! shown as `\u{1b}`.

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

/// What runners take for a command anywhere in a line of a log, in any case:
/// <https://learn.microsoft.com/azure/devops/pipelines/scripts/logging-commands>, and the older form of
/// <https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands>, which runners still read.
const COMMANDS: [&str; 2] = ["##[", "##vso["];

/// The text with every hidden character as a visible escape, on one line, and no command to a runner in it.
pub fn visible(text: &str) -> Cow<'_, str> {
    match inert(text) {
        Cow::Borrowed(text) => shown(text),
        Cow::Owned(text) => Cow::Owned(shown(&text).into_owned()),
    }
}

/// The bytes of a text that would begin a command to a runner, as visible escapes: the second `#` of `##[` and
/// `##vso[`, the second `:` of `::name` at the beginning of a line. Lines are wrapped at blanks, so every word may
/// begin one.
fn inert(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let Some(first) = bytes.windows(2).position(|pair| pair == b"##" || pair == b"::") else {
        return Cow::Borrowed(text);
    };
    let mut safe = String::new();
    let mut done = 0;
    // Pairs may overlap: of `###[` the last two begin the command.
    for at in first..bytes.len().saturating_sub(1) {
        let escape = match &bytes[at..at + 2] {
            b"##" if begins_command(&text[at..]) => "#\\u{23}",
            b"::"
                if begins_word(text, at)
                    && bytes.get(at + 2).is_some_and(u8::is_ascii_alphabetic) =>
            {
                ":\\u{3a}"
            }
            _ => continue,
        };
        safe.extend([&text[done..at], escape]);
        done = at + 2;
    }
    if done == 0 {
        return Cow::Borrowed(text);
    }
    safe.push_str(&text[done..]);
    Cow::Owned(safe)
}

/// Whether a runner reads a command here.
pub fn begins_command(text: &str) -> bool {
    COMMANDS.iter().any(|command| {
        text.get(..command.len()).is_some_and(|start| start.eq_ignore_ascii_case(command))
    })
}

fn begins_word(text: &str, at: usize) -> bool {
    text[..at].chars().next_back().is_none_or(|before| before.is_whitespace() || is_hidden(before))
}

fn shown(text: &str) -> Cow<'_, str> {
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
    match inert(text) {
        Cow::Borrowed(text) => clipped(text, columns),
        Cow::Owned(text) => Cow::Owned(clipped(&text, columns).into_owned()),
    }
}

fn clipped(text: &str, columns: usize) -> Cow<'_, str> {
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
            let mut short = shown(&text[..cut.unwrap_or(0)]).into_owned();
            short.push('…');
            return Cow::Owned(short);
        }
    }
    shown(text)
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
    fn nothing_commands_a_runner() {
        assert_eq!(visible("::add-mask::x"), ":\\u{3a}add-mask::x");
        assert_eq!(visible("a ::error::x"), "a :\\u{3a}error::x");
        assert_eq!(visible("a\r::Warning::x"), "a\\u{d}:\\u{3a}Warning::x");
        assert_eq!(visible("a ##[add-mask]x"), "a #\\u{23}[add-mask]x");
        assert_eq!(visible("###[group]"), "##\\u{23}[group]");
        assert_eq!(visible("##VSO[task.setvariable]x"), "#\\u{23}VSO[task.setvariable]x");
        for harmless in
            ["a::b", "::1", ":: x", "# ## [x]", "provider::azurerm::x", "##", "::", "保##管::庫"]
        {
            assert_eq!(visible(harmless), harmless);
        }
        assert!(!clip(&"##[".repeat(40), 50).contains("##["));
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
