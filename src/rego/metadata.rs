//! Reads the `# METADATA` block above the package of a module, in the shape that OPA gives it.
//!
//! It reads YAML event by event into JSON: aliases are refused, since they can be expanded without end.

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError, Span};
use serde_json::{Map, Value};

use super::Source;
use super::diagnostic::{Diagnostic, Text};

const MAX_DEPTH: usize = 16;
const MAX_BYTES: usize = 64 * 1024;

/// What a module says about itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Metadata {
    /// The block as JSON: an object.
    pub value: Value,
    /// The line of `# METADATA`, from 1.
    pub line: usize,
}

/// Reads the metadata of a module, if it has a block directly above its package.
///
/// # Errors
///
/// A block that is not a YAML mapping, with the place in the module.
pub fn metadata(source: &Source) -> Result<Option<Metadata>, Diagnostic> {
    let text = Text::new(source);
    let Some(block) = Block::find(text.text()) else { return Ok(None) };
    let defect = |line: usize, column: usize, message: String| {
        let indent = block.indents.get(line).copied().unwrap_or(0);
        text.line(
            block.line + 1 + line,
            column + indent + 1,
            format!("the metadata cannot be read: {message}"),
        )
        .with_help("write YAML below `# METADATA`, each line after `# `")
    };
    if block.yaml.len() > MAX_BYTES {
        return Err(defect(0, 0, format!("it has more than {MAX_BYTES} bytes")));
    }
    let mut reader = Reader { parser: Parser::new_from_str(&block.yaml) };
    let value = reader.document().map_err(|error| {
        defect(
            error.marker().line().saturating_sub(1),
            error.marker().col(),
            error.info().to_owned(),
        )
    })?;
    match value {
        Value::Object(_) => Ok(Some(Metadata { value, line: block.line })),
        _ => Err(defect(0, 0, "it is not a mapping".to_owned())),
    }
}

struct Block {
    /// The line of `# METADATA`, from 1.
    line: usize,
    yaml: String,
    /// For each line, what stands before the YAML.
    indents: Vec<usize>,
}

impl Block {
    fn find(text: &str) -> Option<Self> {
        let lines = text.lines().map(str::trim_end).collect::<Vec<_>>();
        let package = lines.iter().position(|line| {
            let line = line.trim_start();
            !line.is_empty() && !line.starts_with('#')
        })?;
        if !lines[package].trim_start().starts_with("package") {
            return None;
        }
        let above = lines[..package]
            .iter()
            .rev()
            .take_while(|line| line.trim_start().starts_with('#'))
            .count();
        let comments = &lines[package - above..package];
        let start = comments
            .iter()
            .rposition(|line| line.trim_start_matches([' ', '\t', '#']) == "METADATA")?;
        let mut block =
            Self { line: package - above + start + 1, yaml: String::new(), indents: Vec::new() };
        for line in &comments[start + 1..] {
            let rest = line.trim_start().strip_prefix('#').unwrap_or_default();
            let rest = rest.strip_prefix(' ').unwrap_or(rest);
            block.indents.push(line.chars().count() - rest.chars().count());
            block.yaml.push_str(rest);
            block.yaml.push('\n');
        }
        Some(block)
    }
}

struct Reader<'a> {
    parser: Parser<'a, saphyr_parser::StrInput<'a>>,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Result<(Event<'a>, Span), ScanError> {
        match self.parser.next_event() {
            Some(event) => event,
            None => Err(ScanError::new_str(Marker::new(0, 1, 0), "it ends too early")),
        }
    }

    fn document(&mut self) -> Result<Value, ScanError> {
        let mut value = Value::Null;
        let mut documents = 0;
        loop {
            let (event, span) = self.next()?;
            match event {
                Event::StreamEnd => return Ok(value),
                Event::StreamStart | Event::DocumentEnd | Event::Nothing => {}
                Event::DocumentStart(_) => {
                    documents += 1;
                    if documents > 1 {
                        return Err(refuse(span, "it has more than one document"));
                    }
                }
                event => value = self.value(event, span, 0)?,
            }
        }
    }

    fn value(&mut self, event: Event<'a>, span: Span, depth: usize) -> Result<Value, ScanError> {
        if depth > MAX_DEPTH {
            return Err(refuse(span, "it is nested too deeply"));
        }
        match event {
            Event::Scalar(.., Some(_))
            | Event::SequenceStart(_, Some(_))
            | Event::MappingStart(_, Some(_)) => Err(refuse(span, "tags are not allowed")),
            Event::Scalar(text, style, 0, None) => Ok(scalar(&text, style)),
            Event::SequenceStart(0, None) => {
                let mut items = Vec::new();
                loop {
                    match self.next()? {
                        (Event::SequenceEnd, _) => return Ok(Value::Array(items)),
                        (event, span) => items.push(self.value(event, span, depth + 1)?),
                    }
                }
            }
            Event::MappingStart(0, None) => {
                let mut map = Map::new();
                loop {
                    let (event, span) = self.next()?;
                    let key = match event {
                        Event::MappingEnd => return Ok(Value::Object(map)),
                        Event::Scalar(text, _, 0, None) => text.into_owned(),
                        _ => return Err(refuse(span, "a key is not a plain text")),
                    };
                    let (event, value_span) = self.next()?;
                    let value = self.value(event, value_span, depth + 1)?;
                    if map.contains_key(&key) {
                        return Err(refuse(span, &format!("the key `{key}` is given twice")));
                    }
                    map.insert(key, value);
                }
            }
            _ => Err(refuse(span, "anchors and aliases are not allowed")),
        }
    }
}

fn refuse(span: Span, message: &str) -> ScanError {
    ScanError::new_str(span.start, message)
}

/// A scalar by the core schema of YAML 1.2.
fn scalar(text: &str, style: ScalarStyle) -> Value {
    if style != ScalarStyle::Plain {
        return Value::from(text);
    }
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
        "true" | "True" | "TRUE" => return Value::Bool(true),
        "false" | "False" | "FALSE" => return Value::Bool(false),
        _ => {}
    }
    let digits = text.trim_start_matches(['+', '-']);
    if !digits.starts_with(|char: char| char.is_ascii_digit() || char == '.') {
        return Value::from(text);
    }
    let whole = text.strip_prefix('+').unwrap_or(text).parse::<i64>().map(Value::from);
    let float =
        || text.parse::<f64>().ok().and_then(serde_json::Number::from_f64).map(Value::Number);
    whole.ok().or_else(float).unwrap_or_else(|| Value::from(text))
}
