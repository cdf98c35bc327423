//! YAML for `loadYamlContent`: the values of JSON and nothing more; aliases are refused, not expanded.

use std::sync::Arc;

use saphyr_parser::{Event, Parser, ScalarStyle, Span};

use crate::code::template::limit::{JSON_DEPTH, VALUE_NODES};
use crate::code::value::{Content, Map, Member, Place, Value};

/// Reads a file of YAML as a value; all of it stands at the start of its line.
///
/// # Errors
/// When it is not YAML, or has aliases, or is too deep or too large.
pub fn value_of_file(text: &str, file: u32) -> Result<Value, String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut builder = Builder { file, open: Vec::new(), done: None };
    let mut nodes = 0;
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| format!("the file is not YAML: {error}"))?;
        nodes += 1;
        if nodes > VALUE_NODES {
            return Err(format!("the YAML has more than {VALUE_NODES} parts"));
        }
        builder.take(event, span)?;
    }
    builder.done.ok_or_else(|| "the file is empty".into())
}

struct Builder {
    file: u32,
    open: Vec<Open>,
    done: Option<Value>,
}

enum Open {
    List(Vec<Value>, Place),
    Map(Vec<Member>, Option<(Arc<str>, Place)>, Place),
}

impl Builder {
    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), String> {
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let place = Place {
            file: self.file,
            start: offset(span.start.index()),
            end: offset(span.end.index()),
        };
        match event {
            Event::Alias(_) => return Err("the YAML has an alias, which is not read".into()),
            Event::SequenceStart(..) => self.open(Open::List(Vec::new(), place))?,
            Event::MappingStart(..) => self.open(Open::Map(Vec::new(), None, place))?,
            Event::SequenceEnd | Event::MappingEnd => match self.open.pop() {
                Some(Open::List(values, place)) => {
                    self.put(Value::new(Content::List(values.into()), place));
                }
                Some(Open::Map(members, _, place)) => {
                    self.put(Value::new(Content::Map(Arc::new(Map::from_members(members))), place));
                }
                None => {}
            },
            Event::Scalar(text, style, ..) => {
                let content = if style == ScalarStyle::Plain {
                    plain(&text)
                } else {
                    Content::Text(text.as_ref().into())
                };
                let value = Value::new(content, place);
                if let Some(Open::Map(_, key @ None, _)) = self.open.last_mut() {
                    *key = Some((text.as_ref().into(), place));
                } else {
                    self.put(value);
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn open(&mut self, open: Open) -> Result<(), String> {
        if self.open.len() >= JSON_DEPTH as usize {
            return Err(format!("the YAML nests deeper than {JSON_DEPTH} levels"));
        }
        self.open.push(open);
        Ok(())
    }

    fn put(&mut self, value: Value) {
        match self.open.last_mut() {
            Some(Open::List(values, _)) => values.push(value),
            Some(Open::Map(members, key, _)) => {
                if let Some((key, key_place)) = key.take() {
                    members.push(Member { key, key_place, value });
                }
            }
            None => {
                if self.done.is_none() {
                    self.done = Some(value);
                }
            }
        }
    }
}

/// The values of the JSON schema of YAML 1.2.
fn plain(text: &str) -> Content {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Content::Null,
        "true" | "True" | "TRUE" => Content::Bool(true),
        "false" | "False" | "FALSE" => Content::Bool(false),
        _ => match text.parse::<f64>() {
            Ok(number) if number.is_finite() => Content::Number(number),
            _ => Content::Text(text.into()),
        },
    }
}
