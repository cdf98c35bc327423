//! Tests of the front-ends of ARM templates and Bicep: data behind a few runners.

mod catalogue;
mod corpus;
mod hostile;
mod places;
mod recovery;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::code::template::{Arguments, Condition, Evaluation, Instance, Project, evaluate};
use crate::code::value::{Content, Value, form_text};

static SKIPPED: AtomicUsize = AtomicUsize::new(0);

/// The real code that is not part of the project, if it is at hand.
pub fn corpus() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/azure-data");
    let folder = std::env::var_os("BACKUPLINT_CORPUS").map_or(beside, PathBuf::from).join("iac");
    if folder.is_dir() {
        return Some(folder);
    }
    let skipped = SKIPPED.fetch_add(1, Ordering::Relaxed) + 1;
    eprintln!("SKIPPED ({skipped}): this test checked nothing, there is no {}", folder.display());
    None
}

/// Evaluates the first template of a file; its problems come first.
pub fn evaluate_file(project: &Project, file: u32, arguments: &Arguments) -> Evaluation {
    let loaded = project.load(file);
    let mut evaluation = match loaded.templates.first() {
        Some(template) => evaluate(project, template, arguments),
        None => Evaluation::default(),
    };
    evaluation.problems.splice(0..0, loaded.problems.iter().cloned());
    evaluation
}

/// How an unknown value is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Unknowns {
    /// With its cause and form.
    Told,
    /// With what is known of the text, unless only the deployed resource knows it.
    Form,
}

/// A value as JSON, unknown ones as `?…`.
pub fn shown(value: &Value, how: Unknowns) -> String {
    match &value.content {
        Content::Null => "null".into(),
        Content::Bool(truth) => truth.to_string(),
        Content::Number(number) => number.to_string(),
        Content::Text(text) => format!("{text:?}"),
        Content::List(list) => {
            format!(
                "[{}]",
                list.iter().map(|value| shown(value, how)).collect::<Vec<_>>().join(", ")
            )
        }
        Content::Map(map) => {
            let mut members: Vec<String> = map
                .members()
                .iter()
                // ARM leaves a member out that is null; Bicep writes the null.
                .filter(|member| how == Unknowns::Told || !member.value.is_null())
                .map(|member| format!("{}: {}", member.key, shown(&member.value, how)))
                .collect();
            members.extend(map.rest().map(|_| "...".into()));
            format!("{{{}}}", members.join(", "))
        }
        Content::Unknown(unknown) => {
            let form = unknown.form.as_ref().map(|form| form_text(form)).unwrap_or_default();
            match how {
                Unknowns::Told => format!("?{:?} {form}", unknown.cause),
                Unknowns::Form if form.contains("reference(") => "?".into(),
                Unknowns::Form => format!("?{form}"),
            }
        }
    }
}

/// A resource in a few lines.
pub fn described(resource: &Instance, how: Unknowns) -> String {
    // ARM compares types without case, and real pairs differ in it.
    let mut head = format!("{} {}", resource.kind.to_ascii_lowercase(), shown(&resource.name, how));
    if resource.is_existing {
        head.push_str(" existing");
    }
    if let Condition::Perhaps(unknown) = &resource.condition {
        head = format!("{head} perhaps {:?}", unknown.cause);
    }
    format!(
        "{head}\n  scope {}\n  body {}\n",
        shown(&resource.scope, how),
        shown(&resource.body, how)
    )
}
