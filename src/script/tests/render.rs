//! A reading as text: names, values, and the text that stands at each place.

use std::fmt::Write;

use crate::inventory::script::{
    Command, ConditionKind, Content, Operation, Piece, Place, Reading, Step, Tool, Value,
};

pub(super) fn reading(source: &str, reading: &Reading, commands: bool) -> String {
    let mut out = String::new();
    for trigger in &reading.triggers {
        let manual = if trigger.manual { " manual" } else { "" };
        writeln!(out, "on {}{manual} {}", trigger.name, at(source, trigger.place)).unwrap();
    }
    for job in &reading.jobs {
        if !job.name.is_empty() {
            write!(out, "job {}", job.name).unwrap();
            if let Some(stage) = &job.stage {
                write!(out, " stage={stage}").unwrap();
            }
            if let Some(environment) = &job.environment {
                write!(out, " environment={}", value(environment)).unwrap();
            }
            if job.approval.is_some() {
                write!(out, " approval").unwrap();
            }
            if !job.needs.is_empty() {
                let names: Vec<&str> =
                    job.needs.iter().map(|&index| &*reading.jobs[index].name).collect();
                write!(out, " needs={}", names.join(",")).unwrap();
            }
            for condition in &job.conditions {
                write!(out, " if={}", value(condition)).unwrap();
            }
            out.push('\n');
        }
        for (index, step) in job.steps.iter().enumerate() {
            let Some(uses) = &step.uses else { continue };
            write!(out, "step {index} {}", value(uses)).unwrap();
            for (name, input) in &step.inputs {
                write!(out, " {name}={}", value(input)).unwrap();
            }
            for condition in &step.conditions {
                write!(out, " if={}", value(condition)).unwrap();
            }
            out.push('\n');
        }
        if commands {
            for command in &job.commands {
                write!(out, "{}", at(source, command.place)).unwrap();
                words(&mut out, command);
                around(&mut out, command);
                out.push('\n');
            }
            continue;
        }
        for found in job.operations.iter().filter(|found| found.tool != Tool::Task) {
            let command = &job.commands[found.command as usize];
            operation(&mut out, source, found, command, &job.steps[command.step as usize]);
        }
    }
    for diagnostic in &reading.diagnostics {
        writeln!(
            out,
            "! {:?} {} {}",
            diagnostic.kind,
            at(source, diagnostic.place),
            diagnostic.message
        )
        .unwrap();
    }
    out
}

fn words(out: &mut String, command: &Command) {
    for wrapper in &command.wrappers {
        write!(out, " ({wrapper})").unwrap();
    }
    for word in &command.words {
        write!(out, " {}", value(&word.value)).unwrap();
        if matches!(word.kind, crate::inventory::script::WordKind::Several) {
            out.push('*');
        }
    }
    if let Some(input) = &command.input {
        write!(out, " <{}", value(input)).unwrap();
    }
    if let Some(captured) = &command.captured {
        write!(out, " ->{captured}").unwrap();
    }
}

fn around(out: &mut String, command: &Command) {
    for condition in command.conditions.iter() {
        let kind = match condition.kind {
            ConditionKind::AfterSuccess => "&&".to_owned(),
            ConditionKind::AfterFailure => "||".to_owned(),
            other => format!("{other:?}").to_lowercase(),
        };
        write!(out, " [{kind}").unwrap();
        if !condition.detail.is_empty() {
            write!(out, " {}", shown(&condition.detail)).unwrap();
        }
        out.push(']');
    }
    if !command.calls.is_empty() {
        write!(out, " calls={}", command.calls.len()).unwrap();
    }
}

fn operation(
    out: &mut String,
    source: &str,
    operation: &Operation,
    command: &Command,
    step: &Step,
) {
    write!(out, "{} {}", at(source, operation.place), operation.name).unwrap();
    if !operation.known {
        out.push_str(" not-in-table");
    }
    if !operation.complete {
        out.push_str(" incomplete");
    }
    if operation.piped_from.is_some() {
        out.push_str(" piped");
    }
    for wrapper in &command.wrappers {
        write!(out, " ({wrapper})").unwrap();
    }
    if let Some(captured) = &command.captured {
        write!(out, " ->{captured}").unwrap();
    }
    if let Some(input) = &command.input {
        write!(out, " <{}", value(input)).unwrap();
    }
    around(out, command);
    if step.uses.is_none() {
        for condition in &step.conditions {
            write!(out, " step-if={}", value(condition)).unwrap();
        }
    }
    out.push('\n');
    for given in &operation.options {
        write!(out, "  {} {} {}", given.name, value(&given.value), at(source, given.flag)).unwrap();
        if let Some(via) = given.flag_via {
            write!(out, " from {}", at(source, via)).unwrap();
        }
        if given.place != given.flag {
            write!(out, " {}", at(source, given.place)).unwrap();
        }
        if let Some(via) = given.value.via {
            write!(out, " via {}", at(source, via)).unwrap();
        }
        out.push('\n');
    }
    for problem in &operation.problems {
        write!(out, "  ? {:?} {} {}", problem.kind, problem.given, at(source, problem.place))
            .unwrap();
        if !problem.expected.is_empty() {
            write!(out, " -> {}", problem.expected.join(" ")).unwrap();
        }
        out.push('\n');
    }
}

pub(super) fn value(value: &Value) -> String {
    match &value.content {
        Content::Null => "null".to_owned(),
        Content::Bool(value) => value.to_string(),
        Content::Text(text) => format!("\"{}\"", shown(text)),
        Content::List(list) => {
            format!("[{}]", list.iter().map(self::value).collect::<Vec<_>>().join(" "))
        }
        Content::Map(map) => {
            let members = map
                .iter()
                .map(|(name, value)| format!("{}={}", self::value(name), self::value(value)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(" "))
        }
        Content::Moment(moment) => {
            format!("now{:+}s{}", moment.seconds, if moment.utc { " utc" } else { "" })
        }
        Content::Unknown(unknown) if unknown.pieces.is_empty() => {
            let from = unknown.from.map_or_else(String::new, |from| format!(" of #{from}"));
            format!("?{:?}({}{from})", unknown.cause, shown(&unknown.detail))
        }
        Content::Unknown(unknown) => {
            let pieces = unknown.pieces.iter().map(|piece| match piece {
                Piece::Known(text) => format!("\"{}\"", shown(text)),
                Piece::Unknown(detail) => format!("?{}", shown(detail)),
            });
            format!("{:?}{{{}}}", unknown.cause, pieces.collect::<Vec<_>>().join(" "))
        }
    }
}

fn shown(text: &str) -> String {
    let text =
        text.replace('\n', "\\n").replace('\r', "\\r").replace('\t', "\\t").replace('\u{1a}', "␚");
    if text.chars().count() > 60 { text.chars().take(57).collect::<String>() + "…" } else { text }
}

/// `@line:column text`.
fn at(source: &str, place: Place) -> String {
    let start = (place.start as usize).min(source.len());
    let before = source
        .get(..start)
        .unwrap_or_else(|| panic!("{place:?} is not on a character of {source:?}"));
    assert!(
        source.get(start..place.end as usize).is_some(),
        "{place:?} is not a stretch of {source:?}"
    );
    let line = before.matches('\n').count() + 1;
    let column = start - before.rfind('\n').map_or(0, |at| at + 1) + 1;
    format!("@{line}:{column} {}", shown(place.of(source)))
}
