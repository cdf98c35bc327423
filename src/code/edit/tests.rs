//! Edits as data: `fixtures/code/edit/*.case`. A case has a title (`## …`), files (`>>> NAME`), what is asked
//! (`@ PART-OF-ADDRESS PATH = VALUE`, or `@ PART-OF-ADDRESS remove PATH`), and either what becomes of the files (`<<< NAME`)
//! or why nothing does (`! …`).

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use serde_json::Value as Json;

use super::{Argument, Arguments, File, Language, Property, Site, check};
use crate::code::adapter;
use crate::code::declaration::{Call, Declaration};
use crate::code::stored::Stored;
use crate::code::template;
use crate::code::terraform::project::{Options, Project};
use crate::code::value::{Content, Map, Value};
use crate::inventory::WrittenContent;

type Row = (&'static str, &'static str, Option<(&'static str, &'static str)>);

/// A few arguments of azurerm, as its adapter has them all: argument, property, and the words for true and false.
const TABLE: [Row; 7] = [
    ("immutability", "properties.securitySettings.immutabilitySettings.state", None),
    (
        "soft_delete_enabled",
        "properties.securitySettings.softDeleteSettings.softDeleteState",
        Some(("Enabled", "Disabled")),
    ),
    (
        "public_network_access_enabled",
        "properties.publicNetworkAccess",
        Some(("Enabled", "Disabled")),
    ),
    ("identity.type", "identity.type", None),
    (
        "monitoring.alerts_for_all_job_failures_enabled",
        "properties.monitoringSettings.azureMonitorAlertSettings.alertsForAllJobFailures",
        Some(("Enabled", "Disabled")),
    ),
    (
        "vault_critical_operation_exclusion_list",
        "properties.vaultCriticalOperationExclusionList",
        None,
    ),
    (
        "retention_daily.count",
        "properties.retentionPolicy.dailySchedule.retentionDuration.count",
        None,
    ),
];

struct Table;

impl Arguments for Table {
    fn argument(&self, property: &Property<'_>, _: bool) -> Option<Argument> {
        let (argument, _, words) = TABLE.iter().find(|(_, path, _)| *path == property.path)?;
        let value = match words {
            Some((yes, _)) => Json::from(property.value == yes),
            None => property.value.clone(),
        };
        // Some arguments make a property together, and none stands for it.
        let is_one = !argument.starts_with("retention_daily");
        is_one.then(|| Argument { path: (*argument).to_owned(), value })
    }
}

#[derive(Debug, Default)]
struct Case {
    title: String,
    before: Vec<(String, String)>,
    asked: Vec<String>,
    after: Vec<(String, String)>,
    refused: Option<String>,
}

fn read(text: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let mut after = false;
    for line in text.split_inclusive('\n') {
        let plain = line.trim_end();
        if let Some(title) = plain.strip_prefix("## ") {
            cases.push(Case { title: title.to_owned(), ..Case::default() });
            continue;
        }
        let case = cases.last_mut().expect("a title comes first");
        if let Some(name) = plain.strip_prefix(">>> ") {
            after = false;
            case.before.push((name.to_owned(), String::new()));
        } else if let Some(name) = plain.strip_prefix("<<< ") {
            after = true;
            case.after.push((name.to_owned(), String::new()));
        } else if let Some(asked) = plain.strip_prefix("@ ") {
            case.asked.push(asked.to_owned());
        } else if let Some(reason) = plain.strip_prefix("! ") {
            case.refused = Some(reason.to_owned());
        } else {
            let files = if after { &mut case.after } else { &mut case.before };
            files.last_mut().expect("a file comes first").1.push_str(line);
        }
    }
    for case in &mut cases {
        let is_crlf = case.title.contains("CRLF");
        for (_, text) in case.before.iter_mut().chain(&mut case.after) {
            // The blank line before the next title is no part of the file.
            while text.ends_with("\n\n") {
                text.pop();
            }
            if is_crlf {
                *text = text.replace('\n', "\r\n");
            }
            if case.title.contains("byte order mark") {
                text.insert(0, '\u{feff}');
            }
            if case.title.contains("no end of line") {
                text.truncate(text.trim_end().len());
            }
        }
    }
    cases
}

/// Everything that the files declare, and the files.
fn load(folder: &Path, files: &[(String, String)]) -> (Vec<File>, Stored) {
    for (name, text) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, text).expect("written");
    }
    let first = &files.first().expect("a file").0;
    let language = Language::of(Path::new(first));
    let is_terraform = matches!(language, Some(Language::Terraform | Language::TerraformJson));
    let (files, declarations) =
        if is_terraform { terraform(folder) } else { templates(folder, first) };
    (files, Stored::of(&declarations, "case", if is_terraform { u32::MAX } else { 0 }))
}

fn templates(folder: &Path, name: &str) -> (Vec<File>, Vec<Declaration>) {
    let project = template::Project::new(folder).expect("a project");
    let file = project.open(Path::new(name)).expect("opens");
    let loaded = project.load(file);
    assert!(loaded.problems.is_empty(), "{:?}", loaded.problems);
    let evaluation =
        template::evaluate(&project, &loaded.templates[0], &template::Arguments::default());
    let declarations = adapter::template::declarations(&evaluation).declarations;
    let files = (0..)
        .map_while(|number| project.file(number))
        .map(|file| File { path: file.path.clone(), text: Arc::clone(&file.text) });
    (files.collect(), declarations)
}

fn terraform(folder: &Path) -> (Vec<File>, Vec<Declaration>) {
    let project = Project::read(folder, Options::default());
    let mut declarations = Vec::new();
    for root in project.evaluate() {
        for instance in root.instances {
            let calls = instance
                .modules
                .iter()
                .map(|step| Call { name: Arc::clone(&step.name), place: step.call });
            declarations.push(Declaration {
                kind: Arc::clone(&instance.kind),
                id: Value::null(instance.header),
                address: Arc::clone(&instance.address),
                body: body(&instance.body, instance.header),
                header: instance.header,
                place: instance.place,
                calls: calls.collect(),
                doubt: None,
                only_referred_to: instance.is_data,
            });
        }
    }
    let files = project.sources().files().iter();
    let files = files.map(|file| File { path: file.path.clone(), text: Arc::clone(&file.text) });
    (files.collect(), declarations)
}

/// The body of ARM that a few arguments, or the body of azapi, make.
fn body(written: &Value, header: crate::code::value::Place) -> Value {
    let empty = || Value::map(Map::new(), header);
    let map = written.as_map().expect("a body");
    if let Some(body) = map.get("body").and_then(Value::as_map) {
        return Value::map(body.clone(), header);
    }
    TABLE.iter().fold(empty(), |body, (argument, path, words)| {
        let found = argument.split('.').try_fold(written.clone(), |at, name| {
            let at = at.as_list().and_then(<[Value]>::first).cloned().unwrap_or(at);
            at.as_map().and_then(|map| map.get(name)).cloned()
        });
        let Some(mut found) = found else { return body };
        if let (Some((yes, no)), Some(truth)) = (words, found.as_bool()) {
            found.content = Content::Text((if truth { *yes } else { *no }).into());
        }
        put(&body, &path.split('.').collect::<Vec<_>>(), found)
    })
}

fn put(body: &Value, path: &[&str], value: Value) -> Value {
    let Some((name, rest)) = path.split_first() else { return value };
    let mut map = body.as_map().cloned().unwrap_or_default();
    let below = map.get(name).cloned().unwrap_or_else(|| Value::map(Map::new(), body.place));
    let member = crate::code::value::Member {
        key: (*name).into(),
        key_place: body.place,
        value: put(&below, rest, value),
    };
    map.put(member);
    Value::map(map, body.place)
}

/// Carries out one request on the files, or says why not.
fn carry_out(files: &[(String, String)], asked: &str) -> Result<Vec<(String, String)>, String> {
    let folder = tempfile::tempdir().expect("a folder");
    let (sources, stored) = load(folder.path(), files);
    let (address, rest) = asked.split_once(' ').expect("an address");
    let at =
        stored.declarations.iter().position(|one| one.address.contains(address)).unwrap_or_else(
            || {
                panic!(
                    "no {address} in {:?}",
                    stored.declarations.iter().map(|one| &one.address).collect::<Vec<_>>()
                )
            },
        );
    let (path, value) = if let Some(path) = rest.strip_prefix("remove ") {
        (path, None)
    } else {
        let (path, value) = rest.split_once(" = ").expect("a value");
        (path, Some(serde_json::from_str::<Json>(value).expect("JSON")))
    };
    let site = Site { files: &sources, stored: &stored, at, arguments: &Table };
    let edits = site.edits(path, value.as_ref()).map_err(|refusal| refusal.to_string())?;
    let mut after = Vec::new();
    for (name, text) in files {
        let is_it = |file: &File| file.path.ends_with(name);
        let number = sources.iter().position(is_it).map(|at| u32::try_from(at).expect("few"));
        let own: Vec<_> = edits.iter().filter(|edit| Some(edit.file) == number).collect();
        after.push((name.clone(), check::apply(text, 0..text.len(), own).expect("no overlap")));
    }
    Ok(after)
}

/// What is at the path afterwards.
fn has(files: &[(String, String)], asked: &str) -> bool {
    let folder = tempfile::tempdir().expect("a folder");
    let (_, stored) = load(folder.path(), files);
    let (address, rest) = asked.split_once(' ').expect("an address");
    let mut declarations = stored.declarations.iter();
    let found = declarations.find(|one| one.address.contains(address)).expect("is there");
    let Some((path, value)) = rest.split_once(" = ") else { return true };
    let value: Json = serde_json::from_str(value).expect("JSON");
    match super::walk::find(stored.tree.written(found.body), path) {
        super::walk::Found::Value(found) => match found.content() {
            WrittenContent::Text(text) => value == *text,
            WrittenContent::Bool(truth) => value == truth,
            WrittenContent::Number(number) => value.as_f64() == Some(number),
            WrittenContent::List => {
                value.as_array().is_some_and(|list| list.len() == found.parts().count())
            }
            _ => false,
        },
        _ => false,
    }
}

#[test]
fn cases_become_what_is_expected() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/code/edit");
    let mut wrong = String::new();
    let mut count = 0;
    let mut names: Vec<_> =
        fs::read_dir(folder).expect("there").map(|entry| entry.expect("an entry").path()).collect();
    names.sort();
    for name in names {
        for case in read(&fs::read_to_string(&name).expect("text")) {
            count += 1;
            let mut result = Ok(case.before.clone());
            for asked in &case.asked {
                result = result.and_then(|files| carry_out(&files, asked));
            }
            let title = format!("{}: {}", name.file_name().expect("a name").display(), case.title);
            match (&result, &case.refused) {
                (Err(reason), Some(expected)) if reason == expected => {}
                (Err(reason), _) => writeln!(wrong, "== {title}: refused: {reason}").expect("fits"),
                (Ok(files), _) => {
                    for (name, expected) in &case.after {
                        let found = files.iter().find(|(own, _)| own == name).map(|(_, text)| text);
                        if found != Some(expected) {
                            writeln!(
                                wrong,
                                "== {title}: {name}\n{}\n-- expected\n{expected}",
                                found.expect("there")
                            )
                            .expect("fits");
                        }
                    }
                    if case.after.is_empty() {
                        writeln!(wrong, "== {title}: not refused: {files:?}").expect("fits");
                    }
                    if case.asked.len() == 1 && !has(files, &case.asked[0]) {
                        writeln!(wrong, "== {title}: the value is not there afterwards")
                            .expect("fits");
                    }
                }
            }
        }
    }
    assert!(count > 40, "only {count} cases");
    assert!(wrong.is_empty(), "{wrong}");
}

/// Where `terraform` is at hand: what it would lay out is laid out so.
#[test]
fn terraform_would_format_it_so() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/code/edit");
    let text = fs::read_to_string(folder.join("terraform.case")).expect("text");
    for case in read(&text).iter().filter(|case| !case.title.contains("not formatted")) {
        for (name, text) in &case.after {
            let child = Command::new("terraform")
                .args(["fmt", "-"])
                .stderr(Stdio::null())
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .spawn();
            let Ok(mut child) = child else { return };
            std::io::Write::write_all(child.stdin.as_mut().expect("open"), text.as_bytes())
                .expect("written");
            let output = child.wait_with_output().expect("ends");
            let formatted = String::from_utf8_lossy(&output.stdout);
            assert_eq!(
                formatted.replace("\r\n", "\n"),
                text.replace("\r\n", "\n"),
                "{}: {name}",
                case.title
            );
        }
    }
}
