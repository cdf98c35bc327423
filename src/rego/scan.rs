//! Splits a module into tokens as the engine's lexer does, without building anything.
//!
//! It reports nothing: a malformed text is left for the engine, whose lexer is linear and safe.

/// One token and where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token<'a> {
    pub kind: TokenKind,
    pub text: &'a str,
    pub start: usize,
    pub line: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenKind {
    Word,
    Number,
    Text,
    Symbol,
}

impl Token<'_> {
    pub fn end(&self) -> usize {
        self.start + self.text.len()
    }

    pub fn is(&self, symbol: &str) -> bool {
        self.kind == TokenKind::Symbol && self.text == symbol
    }

    pub fn is_word(&self, word: &str) -> bool {
        self.kind == TokenKind::Word && self.text == word
    }
}

/// The tokens of a module, comments and white space left out.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let bytes = text.as_bytes();
    let mut tokens = Vec::with_capacity(text.len() / 4);
    let (mut at, mut line) = (0, 1);
    while let Some(&byte) = bytes.get(at) {
        let start = at;
        let first_line = line;
        let kind = match byte {
            b'\n' => {
                line += 1;
                at += 1;
                continue;
            }
            b' ' | b'\t' | b'\r' => {
                at += 1;
                continue;
            }
            b'#' => {
                at += bytes[at..].iter().take_while(|byte| **byte != b'\n').count();
                continue;
            }
            b'`' => {
                at += 1;
                at += bytes[at..].iter().take_while(|byte| **byte != b'`').count();
                line += text[start..at].matches('\n').count();
                at = (at + 1).min(bytes.len());
                TokenKind::Text
            }
            b'"' => {
                at = string_end(bytes, at + 1);
                line += memchr::memchr_iter(b'\n', &bytes[start..at]).count();
                TokenKind::Text
            }
            byte if byte.is_ascii_digit() => {
                at += bytes[at..]
                    .iter()
                    .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'.')
                    .count();
                TokenKind::Number
            }
            byte if byte.is_ascii_alphabetic() || byte == b'_' => {
                at += bytes[at..]
                    .iter()
                    .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_')
                    .count();
                TokenKind::Word
            }
            byte => {
                let double = matches!(byte, b':' | b'=' | b'!' | b'<' | b'>')
                    && bytes.get(at + 1) == Some(&b'=');
                at += if double { 2 } else { text[at..].chars().next().map_or(1, char::len_utf8) };
                TokenKind::Symbol
            }
        };
        tokens.push(Token { kind, text: &text[start..at], start, line: first_line });
    }
    tokens
}

fn string_end(bytes: &[u8], mut at: usize) -> usize {
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}
