//! Templates and the declarations that are expected of them: `fixtures/code/adapter/template/NAME.{bicep,json}` with
//! `….expected` beside it. `BACKUPLINT_UPDATE=1` writes what is expected anew, for a person to read.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use super::declarations;
use crate::code::adapter::{Adapted, LeftOut};
use crate::code::declaration::Declaration;
use crate::code::template::{Arguments, Project, evaluate, parameter_file};
use crate::code::value::{Content, Place, Value, form_text};

/// The declarations of the first template of a file.
fn adapted(project: &Project, path: &Path) -> Adapted {
    let file = project.open(path).unwrap();
    let loaded = project.load(file);
    assert!(loaded.problems.is_empty(), "{}: {:?}", path.display(), loaded.problems);
    let evaluation = evaluate(project, &loaded.templates[0], &arguments(project, path));
    assert!(evaluation.problems.is_empty(), "{}: {:?}", path.display(), evaluation.problems);
    declarations(&evaluation)
}

/// The values of `NAME.bicepparam` or `NAME.parameters.json` beside a template.
fn arguments(project: &Project, template: &Path) -> Arguments {
    let beside = ["bicepparam", "parameters.json"].map(|end| template.with_extension(end));
    let Some(path) = beside.iter().find(|path| path.is_file()) else { return Arguments::default() };
    let number = project.open(path).unwrap();
    let file = parameter_file(project, number);
    assert!(file.problems.is_empty(), "{}: {:?}", path.display(), file.problems);
    let named = file.template.map(|number| project.file(number).unwrap().path.clone());
    assert!(named.is_none_or(|named| named.ends_with(template.file_name().unwrap())));
    file.arguments
}

struct Shown<'p> {
    project: &'p Project,
    /// Without it, what two languages give can be compared.
    places: bool,
    out: String,
}

impl Shown<'_> {
    fn all(&mut self, adapted: &Adapted) {
        for declaration in &adapted.declarations {
            self.declaration(declaration);
        }
        for left in &adapted.unmapped {
            let why = match &left.why {
                LeftOut::OnPurpose => "on purpose",
                LeftOut::NotKnown => "not known",
                LeftOut::NotRead(why) => why,
            };
            writeln!(self.out, "left out, {why}: {}", left.kind).unwrap();
        }
    }

    fn declaration(&mut self, declaration: &Declaration) {
        let existing = if declaration.only_referred_to { " (only referred to)" } else { "" };
        writeln!(self.out, "{}{existing}", declaration.kind).unwrap();
        writeln!(self.out, "  id {}", plain(&declaration.id)).unwrap();
        if let Some(doubt) = &declaration.doubt {
            writeln!(self.out, "  in doubt: {:?}, {}", doubt.cause, doubt.detail).unwrap();
        }
        if self.places {
            let header = self.at(declaration.header);
            writeln!(self.out, "  address {}, header {header}", declaration.address).unwrap();
            for call in declaration.calls.iter() {
                let place = self.at(call.place);
                writeln!(self.out, "  call {} {place}", call.name).unwrap();
            }
        }
        let mut lines = Vec::new();
        self.leaves(&declaration.body, "", &mut lines);
        if !self.places {
            lines.sort();
        }
        for line in lines {
            writeln!(self.out, "  {line}").unwrap();
        }
    }

    /// Each plain value with its path, its place and the way that it came.
    fn leaves(&self, value: &Value, path: &str, lines: &mut Vec<String>) {
        match &value.content {
            Content::Map(map) if !map.is_empty() || map.rest().is_some() => {
                for member in map.members() {
                    let dot = if path.is_empty() { "" } else { "." };
                    self.leaves(&member.value, &format!("{path}{dot}{}", member.key), lines);
                }
                lines.extend(map.rest().map(|rest| format!("{path} and more: {:?}", rest.cause)));
            }
            Content::List(items) if !items.is_empty() => {
                for (at, item) in items.iter().enumerate() {
                    self.leaves(item, &format!("{path}[{at}]"), lines);
                }
            }
            _ => lines.push(format!("{path} = {}{}", plain(value), self.way(value))),
        }
    }

    fn way(&self, value: &Value) -> String {
        if !self.places {
            return String::new();
        }
        let mut way = format!("  at {}", self.at(value.place));
        let mut via = value.via.as_deref();
        while let Some(step) = via {
            write!(way, ", {:?} {} {}", step.what, step.name, self.at(step.place)).unwrap();
            via = step.next.as_deref();
        }
        way
    }

    /// Line, column and the start of what stands there.
    fn at(&self, place: Place) -> String {
        let file = self.project.file(place.file).unwrap();
        let before = &file.text[..place.start as usize];
        let line = before.matches('\n').count() + 1;
        let column = before.len() - before.rfind('\n').map_or(0, |at| at + 1) + 1;
        let text = &file.text[place.start as usize..place.end as usize];
        let first: String = text.lines().next().unwrap_or_default().chars().take(30).collect();
        let name = file.path.file_name().unwrap().to_string_lossy();
        format!("{name}:{line}:{column} `{first}`")
    }
}

fn plain(value: &Value) -> String {
    match &value.content {
        Content::Null => "null".into(),
        Content::Bool(truth) => truth.to_string(),
        Content::Number(number) => number.to_string(),
        Content::Text(text) => format!("{text:?}"),
        Content::List(_) => "[]".into(),
        Content::Map(_) => "{}".into(),
        Content::Unknown(unknown) => {
            let form = unknown.form.as_ref().map(|form| form_text(form)).unwrap_or_default();
            format!("?{:?} {form}", unknown.cause).trim_end().to_owned()
        }
    }
}

fn shown(project: &Project, path: &Path, places: bool) -> String {
    let mut shown = Shown { project, places, out: String::new() };
    shown.all(&adapted(project, path));
    shown.out
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/code/adapter/template")
}

fn cases() -> Vec<PathBuf> {
    let mut cases: Vec<PathBuf> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|name| name == "bicep" || name == "json"))
        .filter(|path| !path.to_string_lossy().ends_with(".parameters.json"))
        .collect();
    cases.sort();
    cases
}

#[test]
fn templates_declare_what_is_expected() {
    let project = Project::new(&folder()).unwrap();
    let mut stale = Vec::new();
    let cases = cases();
    for case in &cases {
        let found = shown(&project, case, true);
        let mut name = case.file_name().unwrap().to_owned();
        name.push(".expected");
        let expected = case.with_file_name(name);
        if std::env::var_os("BACKUPLINT_UPDATE").is_some() {
            fs::write(&expected, &found).unwrap();
        }
        let known = fs::read_to_string(&expected).unwrap_or_default();
        if known != found {
            stale.push(format!("{} should be\n{found}", expected.display()));
        }
    }
    assert!(cases.len() >= 10, "{}", cases.len());
    assert!(stale.is_empty(), "{}", stale.join("\n"));
}

#[test]
fn twins_declare_the_same() {
    let project = Project::new(&folder()).unwrap();
    let mut twins = 0;
    for case in cases().iter().filter(|case| case.extension().is_some_and(|name| name == "bicep")) {
        let other = case.with_extension("json");
        if other.is_file() {
            // Types, and with them ids, compare without case.
            let [left, right] =
                [case, &other].map(|path| shown(&project, path, false).to_ascii_lowercase());
            assert_eq!(left, right, "{}", case.display());
            twins += 1;
        }
    }
    assert!(twins >= 2, "{twins}");
}
