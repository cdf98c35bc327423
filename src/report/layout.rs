//! How JSON is laid out: one line for each item of the outer lists, and nothing that a terminal obeys.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::Formatter;

use super::escape::{begins_command, is_hidden};

/// Serialises a value with the containers down to `depth` broken into lines, and a line break at the end.
///
/// One result a line keeps a large report small, and lets `grep` and `diff` work on it.
pub fn write<T: Serialize>(value: &T, out: &mut dyn Write, depth: usize) -> io::Result<()> {
    let layout = Layout { limit: depth, depth: 0, filled: false };
    value.serialize(&mut serde_json::Serializer::with_formatter(&mut *out, layout))?;
    out.write_all(b"\n")
}

struct Layout {
    limit: usize,
    depth: usize,
    filled: bool,
}

impl Layout {
    fn open<W: ?Sized + Write>(&mut self, out: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.depth += 1;
        self.filled = false;
        out.write_all(bracket)
    }

    fn item<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        if !first {
            out.write_all(b",")?;
        }
        if self.depth <= self.limit { line(out, self.depth) } else { Ok(()) }
    }

    fn close<W: ?Sized + Write>(&mut self, out: &mut W, bracket: &[u8]) -> io::Result<()> {
        if self.filled && self.depth <= self.limit {
            line(out, self.depth - 1)?;
        }
        self.depth -= 1;
        self.filled = true;
        out.write_all(bracket)
    }
}

fn line<W: ?Sized + Write>(out: &mut W, indent: usize) -> io::Result<()> {
    out.write_all(b"\n")?;
    (0..indent).try_for_each(|_| out.write_all(b"  "))
}

impl Formatter for Layout {
    fn begin_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.open(out, b"[")
    }
    fn end_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.close(out, b"]")
    }
    fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.item(out, first)
    }
    fn end_array_value<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.filled = true;
        Ok(())
    }
    fn begin_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.open(out, b"{")
    }
    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.close(out, b"}")
    }
    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.item(out, first)
    }
    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        out.write_all(if self.depth <= self.limit { b": " } else { b":" })
    }
    fn end_object_value<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.filled = true;
        Ok(())
    }

    /// JSON itself escapes only what lies below U+0020; C1 and bidirectional controls pass raw and
    /// would reach the terminal of whoever prints the file, and commands the runner of whoever prints it there.
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        out: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let acts = fragment.contains("##") && (0..fragment.len()).any(|at| commands(fragment, at));
        let is_plain = fragment.bytes().all(|byte| byte < 0x7f) || !fragment.contains(is_hidden);
        if is_plain && !acts {
            return out.write_all(fragment.as_bytes());
        }
        for (at, c) in fragment.char_indices() {
            let mut units = [0; 2];
            if is_hidden(c) || (acts && commands(fragment, at)) {
                for unit in c.encode_utf16(&mut units) {
                    write!(out, "\\u{unit:04x}")?;
                }
            } else {
                write!(out, "{c}")?;
            }
        }
        Ok(())
    }
}

fn commands(fragment: &str, at: usize) -> bool {
    fragment.get(at..).is_some_and(begins_command)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    #[test]
    fn breaks_lines_down_to_the_depth_and_stays_json() {
        let value = json!({"a": [], "b": [{"c": [1, 2]}, {}], "d": "\u{9b}\u{202e}\u{e0041}é\u{1b}", "e": "a ##[b]"});
        let mut out = Vec::new();
        super::write(&value, &mut out, 2).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(
            text,
            "{\n  \"a\": [],\n  \"b\": [\n    {\"c\":[1,2]},\n    {}\n  ],\n  \"d\": \"\\u009b\\u202e\\udb40\\udc41é\\u001b\",\n  \"e\": \"a \\u0023#[b]\"\n}\n"
        );
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
    }
}
