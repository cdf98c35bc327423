//! Text from strangers in Markdown, as GitHub renders it: in a sentence, a list or the cell of a table.

use super::{clip, markup};

/// Columns of a text; what is longer is cut off.
const TEXT: usize = 500;

/// Text of which nothing becomes markup, a link or a mention: what GitHub would make something of is shown as
/// code, which it leaves alone.
pub fn text(raw: &str) -> String {
    let clipped = clip(raw, TEXT);
    if markup::becomes_link(&clipped) {
        return code(raw);
    }
    let mut safe = String::with_capacity(clipped.len() + 8);
    for c in clipped.chars() {
        match c {
            '&' | '<' | '>' | '[' | ']' => safe.push_str(entity(c)),
            '\\' | '*' | '_' | '{' | '}' | '|' | '~' | '!' => {
                safe.push('\\');
                safe.push(c);
            }
            _ => safe.push(c),
        }
    }
    safe
}

/// A value as it is: in a cell too, no letter of it is markup.
pub fn code(raw: &str) -> String {
    let mut safe = String::from("<code>");
    for c in clip(raw, TEXT).chars() {
        match entity(c) {
            "" => safe.push(c),
            entity => safe.push_str(entity),
        }
    }
    // Between tags, Markdown still finds addresses (<https://github.github.com/gfm/#autolinks-extension->).
    for (mark, broken) in [("://", "&#58;//"), ("www.", "www&#46;"), ("WWW.", "WWW&#46;")] {
        safe = safe.replace(mark, broken);
    }
    safe + "</code>"
}

/// A letter that could be markup, as an entity; nothing for any other.
fn entity(c: char) -> &'static str {
    match c {
        '&' => "&amp;",
        '<' => "&lt;",
        '>' => "&gt;",
        '[' => "&#91;",
        ']' => "&#93;",
        '|' => "&#124;",
        '`' => "&#96;",
        '*' => "&#42;",
        '_' => "&#95;",
        '~' => "&#126;",
        '!' => "&#33;",
        '\\' => "&#92;",
        '@' => "&#64;",
        '$' => "&#36;",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::{code, text};

    #[test]
    fn nothing_of_a_stranger_becomes_markup() {
        assert_eq!(text("a_b: c [d] <e>"), "a\\_b: c &#91;d&#93; &lt;e&gt;");
        assert_eq!(code("a|b"), "<code>a&#124;b</code>");
        for raw in [
            "[x](https://evil.example)",
            "@team",
            "a :tada: b",
            "$x$",
            "#12",
            "https://evil.example",
            "www.evil.example",
            "`x`",
        ] {
            let safe = text(raw);
            assert!(safe.starts_with("<code>") && safe.ends_with("</code>"), "{safe}");
            let inner = &safe["<code>".len()..safe.len() - "</code>".len()];
            assert!(!inner.contains(['<', '>', '@', '`', '[', '$']), "{safe}");
            assert!(!inner.contains("://") && !inner.contains("www."), "{safe}");
        }
        for raw in ["<img src=x>", "a|b", "**b**", "\u{1b}[31m", "a\n# b"] {
            let safe = text(raw).replace("<code>", "").replace("</code>", "");
            assert!(!safe.contains(['<', '>', '\u{1b}', '\n']), "{safe}");
            assert!(!safe.replace("\\|", "").contains('|'), "{safe}");
        }
    }
}
