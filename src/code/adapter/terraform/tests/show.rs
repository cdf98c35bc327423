//! Declarations as text, one line a value, with the line where it is used and those it came by.

use std::fmt::Write as _;
use std::sync::Arc;

use crate::code::adapter::{Adapted, LeftOut};
use crate::code::declaration::Declaration;
use crate::code::terraform::source::Sources;
use crate::code::value::{Content, Part, Place, Value};

/// Everything that an adapter answered.
pub fn adapted(adapted: &Adapted, project: &Sources) -> String {
    let mut out = String::new();
    let mut sources = Sources::default();
    for file in project.files() {
        sources.add(file.path.clone(), Arc::clone(&file.text));
    }
    for (path, text) in &adapted.texts {
        sources.add(path.clone(), Arc::clone(text));
    }
    let sources = &sources;
    for declaration in &adapted.declarations {
        show(declaration, sources, &mut out);
    }
    for unmapped in &adapted.unmapped {
        let why = match &unmapped.why {
            LeftOut::OnPurpose => "left out on purpose",
            LeftOut::NotKnown => "not known",
            LeftOut::NotRead(why) => why,
        };
        let line = line(unmapped.place, sources);
        let _ = writeln!(out, "{} ({}) {why} @{line}", unmapped.address, unmapped.kind);
    }
    out
}

fn show(declaration: &Declaration, sources: &Sources, out: &mut String) {
    let place = line(declaration.header, sources);
    let _ = write!(out, "{} @{place}", declaration.address);
    for call in declaration.calls.iter() {
        let _ = write!(out, " in {}@{}", call.name, line(call.place, sources));
    }
    if declaration.only_referred_to {
        out.push_str(" only referred to");
    }
    if let Some(doubt) = &declaration.doubt {
        let _ = write!(out, " in doubt: {:?}@{}", doubt.cause, line(doubt.place, sources));
    }
    let _ = writeln!(out, "\n  {}", text(&declaration.id));
    lines("", &declaration.body, sources, out);
    out.push('\n');
}

fn lines(path: &str, value: &Value, sources: &Sources, out: &mut String) {
    let below = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    match &value.content {
        Content::Map(map) if !map.is_empty() || map.rest().is_some() => {
            for member in map.members() {
                lines(&below(&member.key), &member.value, sources, out);
            }
            if let Some(rest) = map.rest() {
                let _ = writeln!(out, "  {} = ?{:?}", below("…"), rest.cause);
            }
        }
        Content::List(items) if items.iter().any(|item| item.as_map().is_some()) => {
            for (at, item) in items.iter().enumerate() {
                lines(&format!("{path}[{at}]"), item, sources, out);
            }
        }
        _ => {
            let _ = write!(out, "  {path} = {} @{}", text(value), line(value.place, sources));
            let mut via = value.via.as_deref();
            while let Some(step) = via {
                let _ = write!(out, " <- {} {}", step.name, line(step.place, sources));
                via = step.next.as_deref();
            }
            out.push('\n');
        }
    }
}

fn text(value: &Value) -> String {
    match &value.content {
        Content::Null => "null".to_owned(),
        Content::Bool(truth) => truth.to_string(),
        Content::Number(number) => number.to_string(),
        Content::Text(text) => format!("{text:?}"),
        Content::Map(_) => "{}".to_owned(),
        Content::List(items) => {
            format!("[{}]", items.iter().map(text).collect::<Vec<_>>().join(", "))
        }
        Content::Unknown(unknown) => {
            let form = unknown.form.iter().flat_map(|form| form.iter()).map(|part| match part {
                Part::Known(text) => text.to_string(),
                Part::Hole(name) => format!("{{{name}}}"),
                Part::Reference(reference) => {
                    format!("{{{}#{}}}", reference.address, reference.attribute)
                }
            });
            let form: String = form.collect();
            format!("?{:?} {form}", unknown.cause).trim_end().to_owned()
        }
    }
}

fn line(place: Place, sources: &Sources) -> String {
    let Some(file) = sources.file(place.file) else { return "?".to_owned() };
    let before = file.text.get(..place.start as usize).unwrap_or("");
    let line = before.matches('\n').count() + 1;
    match file.path.file_name() {
        Some(name) if name != "main.tf" => format!("{}:{line}", name.to_string_lossy()),
        _ => line.to_string(),
    }
}
