//! HTML for what GitHub renders: job summaries, comments. Everything stands in blocks of HTML, in which Markdown
//! has no syntax, so `&`, `<`, `>` and quotes are all that a text could act with.
//!
//! After that, GitHub itself turns names into links: `@person`, `#7`, addresses, `:emoji:`, `$mathematics$`. It
//! leaves `<code>` alone, so a text in which something of that kind stands is shown as code.

use super::escape::clip;

/// Text of at most so many columns as HTML shows it.
pub fn html(text: &str, columns: usize) -> String {
    escaped(&clip(text, columns))
}

/// Text of at most so many columns, set as code; nothing where there is none.
pub fn code(text: &str, columns: usize) -> String {
    if text.is_empty() { String::new() } else { format!("<code>{}</code>", html(text, columns)) }
}

/// A sentence of at most so many columns, with what stands between backticks as code.
pub fn prose(text: &str, columns: usize) -> String {
    let text = clip(text, columns);
    let pieces: Vec<&str> = text.split('`').collect();
    if pieces.len().is_multiple_of(2) {
        // Somebody left a backtick open.
        return piece(&text, false);
    }
    let parts = pieces.iter().enumerate().map(|(at, text)| piece(text, at % 2 == 1));
    parts.collect()
}

fn piece(text: &str, is_code: bool) -> String {
    if text.is_empty() {
        String::new()
    } else if is_code || becomes_link(text) {
        format!("<code>{}</code>", escaped(text))
    } else {
        escaped(text)
    }
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    safe
}

/// Whether GitHub, or a renderer that reads Markdown in tables, could make something else of a text.
pub fn becomes_link(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    text.contains(['@', '#', '$', '`'])
        || ["://", "www.", "gh-", "ghsa-", "cve-"].iter().any(|mark| lower.contains(mark))
        || has_emoji(&lower)
}

/// `:name:` with what names of emoji are made of.
fn has_emoji(text: &str) -> bool {
    let mut between: Vec<&str> = text.split(':').skip(1).collect();
    between.pop();
    // The minutes of a time are none: the shortest one of digits alone is `:100:`.
    let is_of_time = |name: &str| name.len() < 3 && name.bytes().all(|byte| byte.is_ascii_digit());
    let is_name = |name: &&str| {
        !is_of_time(name)
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_+-".contains(&byte))
    };
    between.iter().any(is_name)
}

#[cfg(test)]
mod tests {
    use super::{code, html, prose};

    #[test]
    fn nothing_is_markup() {
        assert_eq!(html("<b onx='1'>&\"\n|", 80), "&lt;b onx=&#39;1&#39;&gt;&amp;&quot;\\u{a}|");
        assert_eq!(code("</code><script>", 80), "<code>&lt;/code&gt;&lt;script&gt;</code>");
        assert_eq!(code("", 80), "");
    }

    #[test]
    fn nothing_is_a_link() {
        assert_eq!(prose("Soft delete of a: off.", 80), "Soft delete of a: off.");
        assert_eq!(prose("It is `Off`, <b>", 80), "It is <code>Off</code>, &lt;b&gt;");
        for text in ["by @octocat", "see #1", "https://evil.example", "WWW.evil", "a :x: b", "$a$"]
        {
            assert_eq!(prose(text, 80), format!("<code>{text}</code>"));
        }
        assert_eq!(prose("a ` b @c", 80), "<code>a ` b @c</code>");
        assert_eq!(prose("`a` @b `", 80), "<code>`a` @b `</code>");
        assert_eq!(prose("a: b: c", 80), "a: b: c");
        assert_eq!(prose("since 22:00:09Z, x", 80), "since 22:00:09Z, x");
        assert_eq!(prose(":100:", 80), "<code>:100:</code>");
    }
}
