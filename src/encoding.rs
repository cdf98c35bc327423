//! The text of a file: UTF-8, or UTF-16 with a mark, which Windows PowerShell writes.

use std::borrow::Cow;
use std::char::DecodeUtf16Error;
use std::string::FromUtf8Error;

/// Whether a file says by its mark that it is UTF-16.
pub fn is_utf16(bytes: &[u8]) -> bool {
    matches!(bytes, [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..])
}

/// The text of a file that says by its mark that it is UTF-16; the mark itself is left out.
///
/// # Errors
/// When something in it is no character.
pub fn from_utf16(bytes: &[u8]) -> Option<Result<String, DecodeUtf16Error>> {
    letters(bytes).map(Iterator::collect)
}

/// The same, with `U+FFFD` for what is no character.
pub fn from_utf16_lossy(bytes: &[u8]) -> Option<String> {
    let letters = letters(bytes)?;
    Some(letters.map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER)).collect())
}

fn letters(bytes: &[u8]) -> Option<impl Iterator<Item = Result<char, DecodeUtf16Error>>> {
    let unit: fn([u8; 2]) -> u16 = match bytes {
        [0xFF, 0xFE, ..] => u16::from_le_bytes,
        [0xFE, 0xFF, ..] => u16::from_be_bytes,
        _ => return None,
    };
    let units = bytes[2..].chunks_exact(2).map(move |pair| unit([pair[0], pair[1]]));
    Some(char::decode_utf16(units))
}

/// The text of a file; none when it is in another encoding.
pub fn text_of(bytes: &[u8]) -> Option<Cow<'_, str>> {
    match from_utf16_lossy(bytes) {
        Some(text) => Some(Cow::Owned(text)),
        None => str::from_utf8(bytes).ok().map(Cow::Borrowed),
    }
}

/// The same, for those who own the bytes.
///
/// # Errors
/// When it is in another encoding; the error still holds the bytes.
pub fn decode(bytes: Vec<u8>) -> Result<String, FromUtf8Error> {
    match from_utf16_lossy(&bytes) {
        Some(text) => Ok(text),
        None => String::from_utf8(bytes),
    }
}

#[cfg(test)]
mod tests {
    use super::{decode, from_utf16, from_utf16_lossy, is_utf16, text_of};

    fn encoded(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
        format!("\u{feff}{text}").encode_utf16().flat_map(unit).collect()
    }

    #[test]
    fn a_mark_tells_the_encoding() {
        let text = "name = \"größe 🦀\"\r\n";
        for unit in [u16::to_le_bytes, u16::to_be_bytes] {
            let bytes = encoded(text, unit);
            assert!(is_utf16(&bytes));
            assert_eq!(text_of(&bytes).as_deref(), Some(text));
            assert_eq!(decode(bytes).as_deref(), Ok(text));
        }
        assert_eq!(decode(text.into()).as_deref(), Ok(text));
        assert!(from_utf16(text.as_bytes()).is_none());
    }

    #[test]
    fn what_is_broken_is_shown_or_refused() {
        let alone = [0xFF, 0xFE, 0x00, 0xD8, b'a', 0];
        assert_eq!(from_utf16_lossy(&alone).as_deref(), Some("\u{fffd}a"));
        assert!(from_utf16(&alone).is_some_and(|text| text.is_err()));
        assert_eq!(from_utf16_lossy(&[0xFF, 0xFE, b'a', 0, b'b']).as_deref(), Some("a"));
        assert!(from_utf16(&[0xFF]).is_none());
        assert!(text_of(&[b'a', 0xE9]).is_none());
        let refused = decode(vec![b'a', 0xE9]).expect_err("Latin-1");
        assert_eq!(refused.as_bytes(), [b'a', 0xE9]);
    }
}
