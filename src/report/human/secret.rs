//! Secrets that a line of code gives in plain text: a report goes to logs that more people read than the code.

use std::borrow::Cow;

use unicode_width::UnicodeWidthStr;

/// How names of options and settings end whose value is a secret.
const SECRET: [&str; 8] = [
    "token",
    "password",
    "passphrase",
    "pwd",
    "secret",
    "accountkey",
    "apikey",
    "connectionstring",
];

/// Shortest text that counts as a secret.
const SHORTEST: usize = 6;

/// The line with stars, as wide as it is, in place of a secret. What comes from elsewhere, as a variable does, is no secret.
pub fn masked(line: &str) -> Cow<'_, str> {
    let mut shown = Cow::Borrowed(line);
    let mut at = 0;
    while let Some((start, end)) = next_word(line, at) {
        at = end;
        let Some((from, to)) = value_after(line, start, end) else { continue };
        let stars = "*".repeat(line[from..to].width());
        // Letters of several bytes become shorter: the text is put together from what is left.
        let rest = shown.len() - (line.len() - from);
        let tail = line[to..].to_owned();
        let head = shown[..rest].to_owned();
        shown = Cow::Owned(head + &stars + &tail);
        at = to;
    }
    shown
}

/// The next name in a line from a place on.
fn next_word(line: &str, from: usize) -> Option<(usize, usize)> {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || letter == '-';
    let start = from + line[from..].find(is_part)?;
    let end = line[start..].find(|letter| !is_part(letter)).map_or(line.len(), |at| start + at);
    Some((start, end))
}

/// Where the secret lies that a name is given in plain text.
fn value_after(line: &str, start: usize, end: usize) -> Option<(usize, usize)> {
    let word = &line[start..end];
    let name: String = word.chars().filter(|letter| !matches!(letter, '-' | '_')).collect();
    let name = name.to_ascii_lowercase();
    if !SECRET.iter().any(|secret| name.ends_with(secret)) {
        return None;
    }
    let rest = line[end..].trim_start_matches(['"', '\'']);
    let after = rest.trim_start();
    let value = match after.strip_prefix(['=', ':']) {
        Some(value) => value.trim_start(),
        // An option takes the next word.
        None if word.starts_with('-') && after.len() < rest.len() => after,
        None => return None,
    };
    let quote = value.chars().next().filter(|letter| matches!(letter, '"' | '\''));
    let text = quote.map_or(value, |quote| &value[quote.len_utf8()..]);
    let from = line.len() - text.len();
    let ends = |letter: char| match quote {
        Some(quote) => letter == quote,
        None => letter.is_whitespace() || matches!(letter, ';' | ',' | '"' | '\'' | '&' | '|'),
    };
    let text = &text[..text.find(ends).unwrap_or(text.len())];
    let is_given = quote.is_some() || !text.contains(['.', '(', '[']);
    let is_from_elsewhere = text.starts_with(['$', '@', '%', '(', '{', '[', '<', '-']);
    (is_given && !is_from_elsewhere && text.len() >= SHORTEST).then(|| (from, from + text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_given_in_plain_text_is_not_shown() {
        for (line, expected) in [
            (
                "Set-Mapping -VaultId $v -Token eyJhbGciOi -Force",
                "Set-Mapping -VaultId $v -Token ********** -Force",
            ),
            ("az login --password 'p äss word' -u x", "az login --password '**********' -u x"),
            ("password = \"correct horse\" # x", "password = \"*************\" # x"),
            ("  \"sas_token\": \"sv=2024&sig=abc\",", "  \"sas_token\": \"***************\","),
            ("k='a' ACCOUNT_KEY=abcdef== b", "k='a' ACCOUNT_KEY=******** b"),
            ("--client-secret=abcdef --token=é23456 x", "--client-secret=****** --token=****** x"),
        ] {
            assert_eq!(masked(line), expected);
        }
        // Names alone, and what comes from elsewhere.
        for line in [
            "-Token $token",
            "-Token (Get-AzAccessToken).Token",
            "kubectl create secret generic name",
            "password = var.password",
            "password = data.azurerm_key_vault_secret.a.value",
            "--password @file",
            "token: ${{ secrets.TOKEN }}",
            "--token",
            "--token --force-all",
            "",
        ] {
            assert_eq!(masked(line), line);
        }
    }
}
