//! A reader of plain JSON: the form in which Azure writes a million bodies, and nothing else.
//!
//! It reads what `serde_json` reads in the same way, or not at all: an escape in a text, a number with a
//! fraction, deep nesting or any defect makes it give up, and whoever asked reads the body by `serde_json`
//! again. In return it finds the end of a text by `memchr`, where most bytes belong to long ids.

use std::fmt;

use memchr::memchr2;
use serde::de::{self, Deserialize, DeserializeSeed, MapAccess, SeqAccess, Visitor};

/// Reads a value that the whole text is, and gives up on everything that is not plain.
pub(super) fn read<'a, T: Deserialize<'a>>(text: &'a str) -> Option<T> {
    let mut reader = Reader { text, at: 0, depth: 0, controls: has_controls(text.as_bytes()) };
    let value = T::deserialize(&mut reader).ok()?;
    reader.skip_blanks();
    (reader.at == text.len()).then_some(value)
}

/// Objects and lists in each other; one bit for each in [`Reader::ignore`]. `serde_json` allows more.
const MAX_DEPTH: u32 = 60;

/// Why it gave up. Nobody asks.
#[derive(Debug)]
struct GaveUp;

impl fmt::Display for GaveUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not plain JSON")
    }
}

impl std::error::Error for GaveUp {}

impl de::Error for GaveUp {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: u32,
    /// Whether there is a control character anywhere. In JSON Lines there is none.
    controls: bool,
}

/// Whether there is a control character, which no text of JSON may hold.
fn has_controls(bytes: &[u8]) -> bool {
    // The least of all, without a way out on the first: the compiler makes wide instructions of it.
    bytes.iter().fold(u8::MAX, |least, byte| least.min(*byte)) < b' '
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Result<u8, GaveUp> {
        self.text.as_bytes().get(self.at).copied().ok_or(GaveUp)
    }

    fn skip_blanks(&mut self) {
        while let Some(b' ' | b'\n' | b'\t' | b'\r') = self.text.as_bytes().get(self.at) {
            self.at += 1;
        }
    }

    /// The next byte that is no blank.
    fn next(&mut self) -> Result<u8, GaveUp> {
        let byte = self.peek()?;
        if byte > b' ' {
            return Ok(byte);
        }
        self.skip_blanks();
        self.peek()
    }

    fn expect(&mut self, byte: u8) -> Result<(), GaveUp> {
        if self.next()? != byte {
            return Err(GaveUp);
        }
        self.at += 1;
        Ok(())
    }

    /// A text, from behind its first quote to behind its last one.
    fn rest_of_text(&mut self) -> Result<&'a str, GaveUp> {
        let start = self.at;
        let bytes = self.text.as_bytes().get(start..).ok_or(GaveUp)?;
        let end = memchr2(b'"', b'\\', bytes).ok_or(GaveUp)?;
        if bytes[end] != b'"' || self.controls && has_controls(&bytes[..end]) {
            return Err(GaveUp);
        }
        self.at = start + end + 1;
        self.text.get(start..start + end).ok_or(GaveUp)
    }

    fn literal(&mut self, literal: &str) -> Result<(), GaveUp> {
        if !self.text.as_bytes()[self.at..].starts_with(literal.as_bytes()) {
            return Err(GaveUp);
        }
        self.at += literal.len();
        Ok(())
    }

    fn digits(&mut self) -> Result<&'a str, GaveUp> {
        let rest = &self.text.as_bytes()[self.at..];
        let count = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let digits = self.text.get(self.at..self.at + count).ok_or(GaveUp)?;
        self.at += count;
        Ok(digits)
    }

    /// The digits of a whole number. `01` is none.
    fn whole(&mut self) -> Result<&'a str, GaveUp> {
        let digits = self.digits()?;
        let plain = !digits.is_empty() && (digits.len() == 1 || !digits.starts_with('0'));
        plain.then_some(digits).ok_or(GaveUp)
    }

    fn number<V: Visitor<'a>>(&mut self, visitor: V) -> Result<V::Value, GaveUp> {
        let negative = self.peek()? == b'-';
        self.at += usize::from(negative);
        let digits = self.whole()?;
        if matches!(self.text.as_bytes().get(self.at), Some(b'.' | b'e' | b'E')) {
            return Err(GaveUp);
        }
        let number: u64 = digits.parse().map_err(|_| GaveUp)?;
        if !negative {
            return visitor.visit_u64(number);
        }
        // `-0` is a number with a fraction to `serde_json`, which keeps its sign.
        match i64::try_from(number) {
            Ok(number) if number > 0 => visitor.visit_i64(-number),
            _ => Err(GaveUp),
        }
    }

    fn ignore_number(&mut self) -> Result<(), GaveUp> {
        self.at += usize::from(self.peek()? == b'-');
        self.whole()?;
        let bytes = self.text.as_bytes();
        if bytes.get(self.at) == Some(&b'.') {
            self.at += 1;
            if self.digits()?.is_empty() {
                return Err(GaveUp);
            }
        }
        if let Some(b'e' | b'E') = bytes.get(self.at) {
            self.at += 1;
            self.at += usize::from(matches!(bytes.get(self.at), Some(b'+' | b'-')));
            if self.digits()?.is_empty() {
                return Err(GaveUp);
            }
        }
        Ok(())
    }

    fn enter(&mut self) -> Result<(), GaveUp> {
        self.at += 1;
        self.depth += 1;
        if self.depth > MAX_DEPTH { Err(GaveUp) } else { Ok(()) }
    }

    fn leave(&mut self, end: u8) -> Result<(), GaveUp> {
        self.depth -= 1;
        self.expect(end)
    }

    /// Goes behind a value that nobody wants.
    fn ignore(&mut self) -> Result<(), GaveUp> {
        // One bit for each open object or list, the innermost lowest; objects are ones.
        let mut objects = 0u64;
        let mut open = 0;
        loop {
            // A value begins here.
            match self.next()? {
                b'"' => {
                    self.at += 1;
                    self.rest_of_text()?;
                }
                first @ (b'{' | b'[') => {
                    self.at += 1;
                    let is_object = first == b'{';
                    if self.next()? == if is_object { b'}' } else { b']' } {
                        self.at += 1;
                    } else {
                        open += 1;
                        if self.depth + open > MAX_DEPTH {
                            return Err(GaveUp);
                        }
                        objects = objects << 1 | u64::from(is_object);
                        if is_object {
                            self.key()?;
                        }
                        continue;
                    }
                }
                b't' => self.literal("true")?,
                b'f' => self.literal("false")?,
                b'n' => self.literal("null")?,
                _ => self.ignore_number()?,
            }
            // A value ended here, and perhaps what holds it.
            loop {
                if open == 0 {
                    return Ok(());
                }
                let is_object = objects & 1 == 1;
                match self.next()? {
                    b',' => {
                        self.at += 1;
                        if is_object {
                            self.key()?;
                        }
                        break;
                    }
                    b'}' if is_object => self.at += 1,
                    b']' if !is_object => self.at += 1,
                    _ => return Err(GaveUp),
                }
                objects >>= 1;
                open -= 1;
            }
        }
    }

    /// A key with its colon.
    fn key(&mut self) -> Result<&'a str, GaveUp> {
        self.expect(b'"')?;
        let key = self.rest_of_text()?;
        self.expect(b':')?;
        Ok(key)
    }
}

impl<'a> de::Deserializer<'a> for &mut Reader<'a> {
    type Error = GaveUp;

    fn deserialize_any<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, GaveUp> {
        match self.next()? {
            b'"' => {
                self.at += 1;
                visitor.visit_borrowed_str(self.rest_of_text()?)
            }
            b'{' => {
                self.enter()?;
                let value = visitor.visit_map(Members { reader: self, first: true })?;
                self.leave(b'}')?;
                Ok(value)
            }
            b'[' => {
                self.enter()?;
                let value = visitor.visit_seq(Elements { reader: self, first: true })?;
                self.leave(b']')?;
                Ok(value)
            }
            b't' => {
                self.literal("true")?;
                visitor.visit_bool(true)
            }
            b'f' => {
                self.literal("false")?;
                visitor.visit_bool(false)
            }
            b'n' => {
                self.literal("null")?;
                visitor.visit_unit()
            }
            _ => self.number(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, GaveUp> {
        if self.next()? == b'n' {
            self.literal("null")?;
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'a>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, GaveUp> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_ignored_any<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, GaveUp> {
        self.ignore()?;
        visitor.visit_unit()
    }

    /// Nothing that is read here has variants.
    fn deserialize_enum<V: Visitor<'a>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, GaveUp> {
        Err(GaveUp)
    }

    serde::forward_to_deserialize_any! {
        <V: Visitor<'a>>
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct map struct identifier
    }
}

struct Members<'r, 'a> {
    reader: &'r mut Reader<'a>,
    first: bool,
}

impl<'a> MapAccess<'a> for Members<'_, 'a> {
    type Error = GaveUp;

    fn next_key_seed<K: DeserializeSeed<'a>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, GaveUp> {
        let next = self.reader.next()?;
        if next == b'}' {
            return Ok(None);
        }
        if !std::mem::take(&mut self.first) {
            self.reader.expect(b',')?;
        }
        let key = self.reader.key()?;
        seed.deserialize(de::value::BorrowedStrDeserializer::new(key)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'a>>(&mut self, seed: V) -> Result<V::Value, GaveUp> {
        seed.deserialize(&mut *self.reader)
    }
}

struct Elements<'r, 'a> {
    reader: &'r mut Reader<'a>,
    first: bool,
}

impl<'a> SeqAccess<'a> for Elements<'_, 'a> {
    type Error = GaveUp;

    fn next_element_seed<T: DeserializeSeed<'a>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, GaveUp> {
        if self.reader.next()? == b']' {
            return Ok(None);
        }
        if !std::mem::take(&mut self.first) {
            self.reader.expect(b',')?;
        }
        seed.deserialize(&mut *self.reader).map(Some)
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::Value;

    use super::*;

    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(default)]
    struct Few<'a> {
        #[serde(borrow)]
        id: Option<std::borrow::Cow<'a, str>>,
        list: Vec<Option<i64>>,
        inner: Option<Box<Few<'a>>>,
        any: Value,
    }

    const PLAIN: &str = r#" { "id" : "/a/ä🦀 much longer than one block of thirty-two bytes, and than two of them, as ids are" ,"skip":{"a":[1,-2.5e+3,{"b":null,"c":[]},{}],"d":"x"},
        "list":[0, 7,-12,null] , "inner":{"id":null,"list":[],"any":[true,false,"text",{"k":18446744073709551615}]}, "any": "" } "#;

    /// What it reads, `serde_json` reads alike; what that refuses, it refuses.
    fn agrees(text: &str) -> bool {
        let (own, known) = (read::<Few<'_>>(text), serde_json::from_str::<Few<'_>>(text).ok());
        assert!(own.is_none() || own == known, "{text}: {own:?} {known:?}");
        let (own, known) = (read::<Value>(text), serde_json::from_str::<Value>(text).ok());
        assert!(own.is_none() || own == known, "{text}: {own:?} {known:?}");
        let ignored = read::<de::IgnoredAny>(text).is_some();
        assert!(!ignored || serde_json::from_str::<de::IgnoredAny>(text).is_ok(), "{text}");
        own.is_some()
    }

    #[test]
    fn reads_plain_json_as_serde_json_does() {
        assert!(agrees("[{\"a\":[]},1,[[{}]]]"));
        assert!(read::<Few<'_>>(PLAIN).is_some() && !agrees(PLAIN), "a fraction is only skipped");
        for text in [
            "",
            " ",
            "{",
            "[1,]",
            "{\"a\":1,}",
            "{,}",
            "[,]",
            "01",
            "-",
            "1 2",
            "nul",
            "\"\\u0041\"",
        ] {
            assert!(!agrees(text), "{text}");
        }
        for number in [
            "0",
            "-0",
            "1",
            "-1",
            "18446744073709551616",
            "-9223372036854775809",
            "1.",
            ".5",
            "1e",
            "+1",
            "1e5",
        ] {
            agrees(number);
            agrees(&format!("{{\"skip\":{number},\"any\":[{number}]}}"));
        }
        for depth in [59, 60, 61, 130] {
            agrees(&("[".repeat(depth) + &"]".repeat(depth)));
            agrees(&format!("{{\"skip\":{}{}}}", "[".repeat(depth), "]".repeat(depth)));
        }
    }

    #[test]
    fn a_control_character_is_for_serde_json_to_judge() {
        for control in (0..0x20u8).map(char::from) {
            for length in [0, 1, 15, 16, 31, 32, 33, 70] {
                let text = format!("{{\"id\":\"{}{control}/b\"}}", "a".repeat(length));
                assert!(read::<Few<'_>>(&text).is_none(), "{control:?} {length}");
                let between = format!("{{\"id\":{control}\"{}\"}}", "a".repeat(length));
                assert_eq!(agrees(&between), matches!(control, '\t' | '\n' | '\r'), "{control:?}");
            }
        }
    }

    #[test]
    fn a_changed_byte_never_makes_a_difference() {
        // Every place of a plain body with every kind of byte in it, put in, or cut out.
        for at in (0..PLAIN.len()).filter(|at| PLAIN.is_char_boundary(*at)) {
            let (before, after) = PLAIN.split_at(at);
            let rest = &after[after.chars().next().map_or(0, char::len_utf8)..];
            agrees(before);
            agrees(&format!("{before}{rest}"));
            for byte in "\"\\{}[]:,0-.e tn\u{1}\u{1f}\n\u{7f}é".chars() {
                agrees(&format!("{before}{byte}{rest}"));
                agrees(&format!("{before}{byte}{after}"));
            }
        }
    }
}
