//! What others say, made fit to be shown: one short line without secrets.

use std::error::Error;

/// How much of a message is kept: what follows is a repetition, or the source of a page of HTML.
const MAX_LETTERS: usize = 400;

/// What stands where a secret stood.
pub(super) const WITHHELD: &str = "(withheld)";

/// Names after which a secret follows, in any of the forms that JSON, forms and headers have.
const SECRET_NAMES: &[&str] = &[
    "access_token",
    "accesstoken",
    "assertion",
    "authorization",
    "bearer",
    "client_assertion",
    "client_secret",
    "id_token",
    "password",
    "refresh_token",
    "secret",
    "sig",
];

/// A text as one line: no control characters and none that change the direction of writing, no more than
/// a few hundred letters, and no tokens.
pub(super) fn printable(text: &str) -> String {
    let is_space =
        |letter: char| letter.is_whitespace() || letter.is_control() || is_format(letter);
    let words = text.split(is_space).filter(|word| !word.is_empty());
    let line = mask(&words.collect::<Vec<_>>().join(" "));
    match line.char_indices().nth(MAX_LETTERS) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

/// An error with all of its causes, as one printable line.
pub(super) fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = said(error);
    let mut source = error.source();
    while let Some(error) = source {
        let cause = said(error);
        if !text.contains(&cause) {
            text = format!("{text}: {cause}");
        }
        source = error.source();
    }
    printable(&text)
}

/// What an error says, unless it cites what it could not read: that may be a token.
fn said(error: &(dyn Error + 'static)) -> String {
    error.downcast_ref::<serde_json::Error>().map_or_else(|| error.to_string(), json_fault)
}

/// What is wrong with a JSON text, without a word of it.
pub(super) fn json_fault(error: &serde_json::Error) -> String {
    let fault = match error.classify() {
        serde_json::error::Category::Eof => "the JSON ends too early",
        serde_json::error::Category::Data => "the JSON is not what it should be",
        serde_json::error::Category::Syntax | serde_json::error::Category::Io => "it is not JSON",
    };
    format!("{fault} (line {}, column {})", error.line(), error.column())
}

/// Characters that are not seen but change what is.
fn is_format(letter: char) -> bool {
    matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

fn mask(line: &str) -> String {
    let mut masked = String::with_capacity(line.len());
    let mut rest = line;
    let mut is_secret = false;
    while !rest.is_empty() {
        let end = rest.find(|letter| !is_of_word(letter)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        // Between a name and its secret stand quotes, a colon or an equals sign, and spaces.
        let gap = after.find(is_of_word).unwrap_or(after.len());
        let (between, after) = after.split_at(gap);
        masked.push_str(if word.len() > 3 && (is_secret || is_token(word)) {
            WITHHELD
        } else {
            word
        });
        masked.push_str(between);
        let is_name = SECRET_NAMES.iter().any(|name| word.eq_ignore_ascii_case(name));
        let leads_on = between.contains([':', '=']) || word.eq_ignore_ascii_case("bearer");
        let is_scheme = is_secret && word.eq_ignore_ascii_case("bearer");
        is_secret = is_name && leads_on || is_scheme;
        rest = after;
    }
    masked
}

/// Characters of tokens: Base64 in both alphabets, and the dots between the parts of a JWT.
fn is_of_word(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.' | '~' | '+' | '/' | '%')
}

/// Whether a word can only be a token: a JSON Web Token, which begins with `{"` in Base64 and has dots.
fn is_token(word: &str) -> bool {
    word.match_indices("eyJ").any(|(at, _)| word[at..].len() > 20 && word[at..].contains('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_and_secrets_are_withheld() {
        let token = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.c2lnbmF0dXJl";
        for text in [
            format!("token {token} was refused"),
            "Authorization: Bearer abc.def-ghi".to_owned(),
            "bearer abcdef".to_owned(),
            r#"{"access_token":"abcdef","expires_in":1}"#.to_owned(),
            "grant_type=x&client_secret=ab~cdef&scope=s".to_owned(),
            "https://a.blob/c?sv=1&sig=abc%2Bdef".to_owned(),
            "password = hunter2".to_owned(),
        ] {
            let shown = printable(&text);
            assert!(shown.contains(WITHHELD), "{shown}");
            for secret in [token, "abc", "hunter2"] {
                assert!(!shown.contains(secret), "{shown}");
            }
        }
    }

    #[test]
    fn what_is_no_secret_stays() {
        for text in [
            "AADSTS7000215: Invalid client secret provided. Ensure the secret being sent is right.",
            "does not have authorization to perform action 'Microsoft.Compute/disks/read' over scope '/a'",
            "the bearer of this",
        ] {
            assert!(
                !printable(text).contains(WITHHELD) || text.starts_with("the bearer"),
                "{text}"
            );
        }
    }

    #[test]
    fn a_message_is_one_short_line() {
        assert_eq!(printable("\u{1b}[31ma\r\n\tb\u{202e}c\u{0}"), "[31ma b c");
        let long = printable(&"é".repeat(10_000));
        assert_eq!(long.chars().count(), MAX_LETTERS + 1);
    }

    #[test]
    fn a_fault_in_json_cites_nothing() {
        let error = serde_json::from_str::<u8>("\"abcdef\"").expect_err("a text");
        assert!(error.to_string().contains("abcdef"));
        assert_eq!(chain(&error), "the JSON is not what it should be (line 1, column 8)");
    }
}
