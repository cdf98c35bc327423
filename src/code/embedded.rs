//! Scripts that stand in infrastructure code: what runs them, and the pieces that they are made of. Nobody reads them here.

use std::ops::Range;
use std::sync::Arc;

use super::declaration::Declaration;
use super::value::{Cause, Place, Value};

/// A script that something declared runs.
#[derive(Clone, Debug)]
pub struct EmbeddedScript {
    /// What runs it, as the code calls it.
    pub address: Arc<str>,
    /// The header of the resource that it belongs to.
    pub header: Place,
    /// The header of what runs it: the resource, or a provisioner in it.
    pub place: Place,
    /// Whether it runs when its resource is destroyed, not when it is created.
    pub on_destroy: bool,
    /// What it is written for.
    pub interpreter: Interpreter,
    /// Its text: pieces that are known, and others.
    pub pieces: Vec<Piece>,
    /// What it finds in its environment.
    pub environment: Vec<(Arc<str>, Value)>,
}

/// The program that gets a script.
#[derive(Clone, Debug)]
pub enum Interpreter {
    /// A POSIX shell.
    Shell,
    /// PowerShell.
    PowerShell,
    /// The command line in front of the script.
    Given(Value),
}

/// A stretch of a script.
#[derive(Clone, Debug)]
pub struct Piece {
    /// What it is, and where it stands.
    pub value: Value,
    /// The literal or expression that it belongs to.
    pub whole: Place,
}

/// A stretch of a text, and where the source has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// In the text.
    pub text: Range<usize>,
    /// In the source.
    pub source: Range<usize>,
}

impl Piece {
    /// Where a known text stands in its file, stretch by stretch: the source has it in quotes, with escapes, or as a heredoc
    /// with an indent. Nothing where it is not written there as it is.
    pub fn runs(&self, text: &str, file: &str) -> Option<Vec<Run>> {
        let source = |place: Place| file.get(place.start as usize..place.end as usize);
        let whole = source(self.whole)?;
        let is_escaped = whole.starts_with('"') || is_quoted(whole);
        let own = self.value.place;
        if source(own)? == text {
            let source = own.start as usize..own.end as usize;
            return Some(vec![Run { text: 0..text.len(), source }]);
        }
        let skipped = if own == self.whole { opening(whole) } else { 0 };
        aligned(text, source(own)?.get(skipped..)?, own.start as usize + skipped, is_escaped)
    }
}

/// The deployment scripts among declarations
/// (<https://learn.microsoft.com/azure/templates/microsoft.resources/deploymentscripts>).
pub fn deployment_scripts(
    declarations: &[Declaration],
) -> impl Iterator<Item = EmbeddedScript> + use<'_> {
    let is_one = |declared: &&Declaration| {
        !declared.only_referred_to
            && declared.kind.eq_ignore_ascii_case("Microsoft.Resources/deploymentScripts")
    };
    declarations.iter().filter(is_one).filter_map(deployment_script)
}

fn deployment_script(declared: &Declaration) -> Option<EmbeddedScript> {
    let properties = member(&declared.body, "properties")?;
    let content = match member(&properties, "scriptContent") {
        Some(content) if !content.is_null() => content,
        // What stands at an address is not known from here.
        _ => Value::unknown_here(
            Cause::MissingFile,
            "",
            member(&properties, "primaryScriptUri")?.place,
        ),
    };
    let kind = member(&declared.body, "kind");
    let interpreter = match kind.as_ref().and_then(Value::as_text) {
        Some(kind) if kind.eq_ignore_ascii_case("AzurePowerShell") => Interpreter::PowerShell,
        Some(kind) if kind.eq_ignore_ascii_case("AzureCLI") => Interpreter::Shell,
        _ => Interpreter::Given(kind.unwrap_or_else(|| Value::null(declared.header))),
    };
    let variables = member(&properties, "environmentVariables");
    let variables = variables.as_ref().and_then(Value::as_list).unwrap_or_default();
    let variable = |variable: &Value| {
        let name = member(variable, "name")?;
        let value = member(variable, "value").or_else(|| member(variable, "secureValue"))?;
        Some((Arc::from(name.as_text()?), value))
    };
    let whole = content.place;
    Some(EmbeddedScript {
        address: Arc::clone(&declared.address),
        header: declared.header,
        place: declared.header,
        on_destroy: false,
        interpreter,
        pieces: vec![Piece { value: content, whole }],
        environment: variables.iter().filter_map(variable).collect(),
    })
}

/// A member of an object, also of one that is not known as a whole.
fn member(value: &Value, name: &str) -> Option<Value> {
    let map = value.as_map()?;
    let found = map.members().iter().find(|member| member.key.eq_ignore_ascii_case(name));
    found.map(|member| member.value.clone())
}

/// Whether it is a text of Bicep with escapes.
fn is_quoted(source: &str) -> bool {
    source.starts_with('\'') && !source.starts_with("'''")
}

/// How long what opens a literal is.
fn opening(source: &str) -> usize {
    if source.starts_with("<<") {
        return source.find('\n').map_or(source.len(), |at| at + 1);
    }
    if let Some(rest) = source.strip_prefix("'''") {
        let line = ["\r\n", "\n"].iter().find(|line| rest.starts_with(**line));
        return 3 + line.map_or(0, |line| line.len());
    }
    usize::from(source.starts_with(['"', '\'']))
}

/// Where each stretch of a text stands in its source, whose first byte is the given one of the file. White space that the
/// language takes away may stand between.
fn aligned(text: &str, source: &str, first: usize, is_escaped: bool) -> Option<Vec<Run>> {
    let (text, source) = (text.as_bytes(), source.as_bytes());
    let (mut at, mut from) = (0, 0);
    let mut runs: Vec<Run> = Vec::new();
    while at < text.len() {
        let (rest, written) = (&text[at..], source.get(from..)?);
        let (length, width) = match same(rest, written, is_escaped) {
            0 if is_escaped && written.first() == Some(&b'\\') => {
                let (letter, width) = escape(written)?;
                let mut buffer = [0; 4];
                let letter = letter.encode_utf8(&mut buffer);
                (rest.starts_with(letter.as_bytes()).then_some(letter.len())?, width)
            }
            0 if is_doubled(rest, written) => (2, 3),
            0 => {
                written.first().filter(|byte| byte.is_ascii_whitespace())?;
                (0, 1)
            }
            length => (length, length),
        };
        if length > 0 {
            let source = first + from..first + from + width;
            runs.push(Run { text: at..at + length, source });
        }
        (at, from) = (at + length, from + width);
    }
    Some(runs)
}

/// How many bytes the source has as they are.
fn same(text: &[u8], source: &[u8], is_escaped: bool) -> usize {
    let mut length = 0;
    while let (Some(byte), Some(written)) = (text.get(length), source.get(length)) {
        let is_special = match byte {
            b'\\' => is_escaped,
            b'$' | b'%' => is_doubled(&text[length..], &source[length..]),
            _ => false,
        };
        if byte != written || is_special {
            break;
        }
        length += 1;
    }
    length
}

/// Whether the source has `$${` or `%%{` for `${` or `%{`.
fn is_doubled(text: &[u8], source: &[u8]) -> bool {
    [(b"${", b"$${"), (b"%{", b"%%{")]
        .iter()
        .any(|(plain, doubled)| text.starts_with(*plain) && source.starts_with(*doubled))
}

/// The character that an escape means in Terraform, JSON or Bicep, and how long it is.
fn escape(source: &[u8]) -> Option<(char, usize)> {
    let plain = |letter| Some((letter, 2));
    match source.get(1)? {
        b'n' => plain('\n'),
        b'r' => plain('\r'),
        b't' => plain('\t'),
        b'b' => plain('\u{8}'),
        b'f' => plain('\u{c}'),
        b'u' if source.get(2) == Some(&b'{') => {
            let end = source.iter().take(12).position(|byte| *byte == b'}')?;
            number(source.get(3..end)?, end + 1)
        }
        b'u' => number(source.get(2..6)?, 6),
        b'U' => number(source.get(2..10)?, 10),
        other => plain(char::from(*other)),
    }
}

fn number(digits: &[u8], width: usize) -> Option<(char, usize)> {
    let code = u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    Some((char::from_u32(code)?, width))
}

#[cfg(test)]
mod tests {
    use super::{Piece, Place, Value};

    /// What the source has for each stretch of a text that is a literal as a whole.
    fn stretches(text: &str, source: &str) -> Option<Vec<(String, String)>> {
        let end = u32::try_from(source.len()).unwrap();
        let whole = Place { file: 0, start: 0, end };
        let runs = Piece { value: Value::text(text, whole), whole }.runs(text, source)?;
        let slices =
            runs.into_iter().map(|run| (text[run.text].to_owned(), source[run.source].to_owned()));
        Some(slices.collect())
    }

    #[test]
    fn a_text_is_found_where_it_is_written() {
        type Expected<'e> = Option<&'e [(&'e str, &'e str)]>;
        let cases: &[(&str, &str, Expected<'_>)] = &[
            ("az x", "\"az x\"", Some(&[("az x", "az x")])),
            ("a\"b", r#""a\"b""#, Some(&[("a", "a"), ("\"", "\\\""), ("b", "b")])),
            ("a\nb", r#""a\nb""#, Some(&[("a", "a"), ("\n", "\\n"), ("b", "b")])),
            ("\u{e9}", r#""\u00e9""#, Some(&[("\u{e9}", r"\u00e9")])),
            ("\u{e9}'", r"'\u{e9}\''", Some(&[("\u{e9}", r"\u{e9}"), ("'", r"\'")])),
            ("${a}", "\"$${a}\"", Some(&[("${", "$${"), ("a}", "a}")])),
            ("a\n  b\n", "<<-E\n  a\n    b\n  E", Some(&[("a\n  ", ""), ("b\n", "b\n")])),
            ("a\\\nb\n", "<<E\na\\\nb\nE", Some(&[("a\\\nb\n", "a\\\nb\n")])),
            ("a\n", "'''\na\n'''", Some(&[("a\n", "a\n")])),
            ("value", "var.x", None),
            ("longer", "\"long\"", None),
            ("", "\"\"", Some(&[])),
        ];
        for (text, source, expected) in cases {
            let found = stretches(text, source);
            let joined = |all: &[(String, String)]| -> String {
                all.iter().map(|(text, _)| text.as_str()).collect()
            };
            assert_eq!(found.is_some(), expected.is_some(), "{source}");
            let (Some(found), Some(expected)) = (found, expected) else { continue };
            assert_eq!(joined(&found), *text, "{source}");
            // How an indent is shared out does not matter.
            if !source.starts_with("<<-") {
                let found: Vec<(&str, &str)> =
                    found.iter().map(|(text, source)| (&**text, &**source)).collect();
                assert_eq!(found, *expected, "{source}");
            }
        }
    }
}
