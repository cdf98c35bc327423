//! What cannot be known of real code, by cause: `cargo test --lib what_cannot_be_known -- --nocapture` prints it as a table, if
//! `BACKUPLINT_CORPUS` names the directory of real code.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "the table is for people to read")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::{Adapted, LeftOut, template, terraform};
use crate::code::template::{Arguments, Project, evaluate};
use crate::code::terraform::project::{Options, Project as Terraform};
use crate::code::value::{Cause, Content, Place, Unknown, Value};

/// How often something is unknown, and where for example.
#[derive(Default)]
struct Row {
    count: usize,
    example: String,
}

#[derive(Default)]
struct Table {
    rows: BTreeMap<(&'static str, Cause, String), Row>,
    declarations: usize,
    known: usize,
    left_out: Vec<String>,
}

impl Table {
    fn add(&mut self, language: &'static str, adapted: &Adapted, at: &dyn Fn(Place) -> String) {
        for declaration in adapted.declarations.iter().filter(|it| !it.only_referred_to) {
            self.declarations += 1;
            if declaration.id.form().is_none()
                && let Some(unknown) = declaration.id.first_unknown()
            {
                self.note(language, unknown, "id", at);
            }
            if let Some(doubt) = &declaration.doubt {
                self.note(language, doubt, "whether it exists", at);
            }
            self.value(language, &declaration.body, "", at);
        }
        let left = adapted.unmapped.iter().filter(|left| left.why != LeftOut::OnPurpose);
        self.left_out.extend(left.map(|left| format!("{language}: {} {:?}", left.kind, left.why)));
    }

    fn value(
        &mut self,
        language: &'static str,
        value: &Value,
        path: &str,
        at: &dyn Fn(Place) -> String,
    ) {
        match &value.content {
            Content::Unknown(unknown) => self.note(language, unknown, path, at),
            Content::List(items) => {
                items.iter().for_each(|item| self.value(language, item, path, at));
            }
            Content::Map(map) => {
                for member in map.members() {
                    let dot = if path.is_empty() { "" } else { "." };
                    let path = format!("{path}{dot}{}", member.key);
                    self.value(language, &member.value, &path, at);
                }
                if let Some(rest) = map.rest() {
                    self.note(language, rest, &format!("{path} (further members)"), at);
                }
            }
            _ => self.known += 1,
        }
    }

    fn note(
        &mut self,
        language: &'static str,
        unknown: &Unknown,
        path: &str,
        at: &dyn Fn(Place) -> String,
    ) {
        let what = match unknown.cause {
            Cause::NoDefault if language != "Terraform" => "a parameter".to_owned(),
            Cause::NotInThisLanguage => "the provider has no argument for it".to_owned(),
            _ => general(&unknown.detail),
        };
        let row = self.rows.entry((language, unknown.cause, what)).or_default();
        row.count += 1;
        if row.example.is_empty() {
            row.example = format!("{path}, {}", at(unknown.place));
        }
    }

    fn print(&self) {
        println!("{} declarations, {} known values", self.declarations, self.known);
        println!("| language | cause | what | count | example |\n| --- | --- | --- | ---: | --- |");
        let mut rows: Vec<_> = self.rows.iter().collect();
        rows.sort_by_key(|((language, ..), row)| (*language, std::cmp::Reverse(row.count)));
        for ((language, cause, what), row) in rows {
            println!("| {language} | {cause:?} | {what} | {} | {} |", row.count, row.example);
        }
        for left in &self.left_out {
            println!("left out: {left}");
        }
    }
}

/// A detail without the names that its author chose.
fn general(detail: &str) -> String {
    let mut out = String::new();
    for (at, piece) in detail.split('`').enumerate() {
        out.push_str(if at % 2 == 0 { piece } else { "…" });
    }
    // The file, where a name stands in several.
    let words = out.split(' ').filter(|word| !word.starts_with('(')).map(|word| {
        let mut parts: Vec<&str> = word.split('.').collect();
        let kept = match parts.first() {
            Some(&"module") => 1,
            Some(&("var" | "local")) => return "var.…".to_owned(),
            Some(&"data") => 2,
            Some(first) if first.contains('_') && parts.len() > 1 => 1,
            _ => return word.to_owned(),
        };
        if let Some(name) = parts.get_mut(kept) {
            *name = "…";
        }
        parts.join(".")
    });
    words.collect::<Vec<_>>().join(" ").chars().take(120).collect()
}

fn line(path: &Path, text: &str, place: Place, root: &Path) -> String {
    let before = text.get(..place.start as usize).unwrap_or_default();
    let path = path.strip_prefix(root).unwrap_or(path).display();
    format!("{path}:{}", before.matches('\n').count() + 1)
}

fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let walk = walkdir::WalkDir::new(folder).sort_by_file_name();
    let paths = walk.into_iter().map(|entry| entry.unwrap().into_path());
    paths.filter(|path| path.extension().is_some_and(|found| found == ending)).collect()
}

#[test]
fn what_cannot_be_known_of_real_code_is_for_the_cloud_to_say() {
    let Some(corpus) = std::env::var_os("BACKUPLINT_CORPUS").map(PathBuf::from) else {
        eprintln!("SKIPPED: BACKUPLINT_CORPUS does not name the directory of real code");
        return;
    };
    let corpus = corpus.join("iac").canonicalize().unwrap();
    let mut table = Table::default();
    let project = Terraform::read(&corpus.join("terraform"), Options::default());
    for root in project.evaluate() {
        let adapted = terraform::declarations(&root, &|name| {
            Some(format!("/providers/Microsoft.Authorization/roleDefinitions/{name}"))
        });
        table.add("Terraform", &adapted, &|place| {
            let Some(file) = project.sources().file(place.file) else { return String::new() };
            line(&file.path, &file.text, place, &corpus)
        });
    }
    let project = Project::new(&corpus).unwrap();
    for (language, folder, ending) in [("ARM", "arm", "json"), ("Bicep", "bicep", "bicep")] {
        for path in files(&corpus.join(folder), ending) {
            let loaded = project.load(project.open(&path).unwrap());
            for template in &loaded.templates {
                let evaluation = evaluate(&project, template, &Arguments::default());
                table.add(language, &template::declarations(&evaluation), &|place| {
                    let Some(file) = project.file(place.file) else { return String::new() };
                    line(&file.path, &file.text, place, &corpus)
                });
            }
        }
    }
    table.print();
    // Each of these would be ours to mend.
    let ours = [Cause::UnknownFunction, Cause::Limit];
    let failed: Vec<_> = table.rows.keys().filter(|(_, cause, _)| ours.contains(cause)).collect();
    assert!(failed.is_empty(), "{failed:?}");
    // Databases that Azure protects by itself once it finds them: no rule speaks of these.
    let intent = "Bicep: Microsoft.RecoveryServices/vaults/backupFabrics/backupProtectionIntent";
    assert_eq!(table.left_out, [format!("{intent} NotKnown")]);
}
