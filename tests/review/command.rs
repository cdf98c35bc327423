//! Changes as commands: each is reviewed as its request is, and what is no single operation is refused with the place.

use std::collections::BTreeSet;
use std::fs;

use backuplint::access::action::ActionTable;
use backuplint::access::operation::OPERATIONS;
use backuplint::access::{Access, AccessIndex};
use backuplint::inventory::script::Language;
use backuplint::inventory::{Estate, Time};
use backuplint::review::{
    Answer, CommandLine, Parameters, Request, RequestError, Review, Told, language, review,
};
use backuplint::script::{self, Kind};
use backuplint::snapshot::Inputs;
use miette::Diagnostic;
use serde::Deserialize;

use crate::case::{Base, Case, NOW};
use crate::{base, here, said};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Commands {
    twin: Vec<Twin>,
    refused: Vec<Refused>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Twin {
    commands: Vec<String>,
    #[serde(default)]
    unbound: BTreeSet<String>,
    request: Wanted,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    operation: String,
    on: Vec<String>,
    #[serde(default)]
    arguments: toml::Table,
    /// How the estate differs from the base, as in a case.
    #[serde(default)]
    world: toml::Table,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Refused {
    command: String,
    /// The words that are pointed at.
    at: Option<String>,
    says: Vec<String>,
}

fn commands() -> Commands {
    let text = fs::read_to_string(here().join("commands.toml")).expect("readable");
    toml::from_str(&text).unwrap_or_else(|error| panic!("{error}"))
}

fn case(wanted: &Wanted) -> Case {
    let mut table = toml::Table::new();
    table.insert("name".to_owned(), "twin".into());
    table.insert("verdict".to_owned(), "go".into());
    table.insert("operation".to_owned(), wanted.operation.clone().into());
    table.insert("on".to_owned(), wanted.on.clone().into());
    table.insert("arguments".to_owned(), wanted.arguments.clone().into());
    table.extend(wanted.world.clone());
    table.try_into().unwrap_or_else(|error| panic!("{error}"))
}

fn request(text: &str, base: &Base, estate: &Estate<'_>) -> Result<Request, RequestError> {
    let reading = script::read(text, Kind::Script(language(text)));
    let line = CommandLine::new(text, reading)?;
    let told = Told {
        ticket: Some("CHG-1".to_owned()),
        caller: Some(base.expand("$admin")),
        approved_by: None,
    };
    let now = Time::parse(NOW).expect("a time");
    line.request(estate, now, told, &|name| fs::read_to_string(here().join(name)).ok())
}

fn judged<T>(request: &Request, estate: &Estate<'_>, see: impl FnOnce(&Review<'_, '_>) -> T) -> T {
    let now = Time::parse(NOW).expect("a time");
    let index = AccessIndex::new(estate, now, &ActionTable::CLOSED);
    let access = Access::new(&index, estate);
    let review = review(request, estate, access, &Parameters::default(), now);
    see(&review.unwrap_or_else(|error| panic!("{:?}: {error:?}", request.targets)))
}

/// What a review says, but for these preconditions and what follows from them, and which preconditions are unknown.
fn told(review: &Review<'_, '_>, besides: &BTreeSet<String>) -> (String, BTreeSet<String>) {
    let mut unknown = BTreeSet::new();
    for check in review.targets.iter().flat_map(|target| &target.checks) {
        if matches!(check.judged.answer, Answer::Unknown(_)) {
            unknown.insert(check.precondition.id.to_owned());
        }
    }
    let is_beside = |line: &str| {
        let id = line.split(':').next().unwrap_or_default();
        besides.contains(id) || !besides.is_empty() && !line.starts_with('P')
    };
    let text = said(review);
    let lines: Vec<&str> = text.lines().filter(|line| !is_beside(line)).collect();
    let targets: Vec<&str> = review.targets.iter().map(|target| target.on.as_str()).collect();
    (format!("{:?} {targets:?}\n{}", review.verdict, lines.join("\n")), unknown)
}

/// A command with the ids that `<name>` stands for.
fn written(command: &str, base: &Base) -> String {
    let mut text = String::new();
    let mut rest = command;
    while let Some((before, after)) = rest.split_once('<') {
        let (name, behind) = after.split_once('>').expect("the end of a name");
        text += before;
        text += &base.expand(&format!("${name}"));
        rest = behind;
    }
    text + rest
}

#[test]
fn a_command_is_reviewed_as_its_request() {
    let base = base();
    let mut wrong = Vec::new();
    let mut covered = BTreeSet::new();
    for twin in commands().twin {
        let case = case(&twin.request);
        let inputs = Inputs::of_text("estate.json", case.estate(&base));
        let estate = inputs.read();
        let wanted = Request::parse("change.json", &case.request(&base)).expect("a request");
        let (expected, _) = judged(&wanted, &estate, |review| told(review, &twin.unbound));
        for command in &twin.commands {
            let text = written(command, &base);
            let found = match request(&text, &base, &estate) {
                Ok(request) => request,
                Err(error) => {
                    wrong.push(format!("{text}\n{:?}", miette::Report::new(error)));
                    continue;
                }
            };
            assert_eq!(found.operation.id, wanted.operation.id, "{text}");
            let (said, unknown) = judged(&found, &estate, |review| told(review, &twin.unbound));
            if said != expected {
                wrong.push(format!("{text}\n-- as a command\n{said}\n-- as a request\n{expected}"));
            }
            if !twin.unbound.is_subset(&unknown) {
                wrong.push(format!("{text}\nunknown is {unknown:?}"));
            }
            let is_cmdlet = language(&text) == Language::PowerShell && !text.starts_with("az ");
            covered.insert((found.operation.id, is_cmdlet));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    for operation in OPERATIONS {
        for is_cmdlet in [false, true] {
            let is_there = covered.contains(&(operation.id, is_cmdlet));
            assert!(is_there, "{}, as a cmdlet: {is_cmdlet}", operation.id);
        }
    }
}

#[test]
fn what_is_no_single_operation_is_refused_where_it_stands() {
    let base = base();
    let on = vec!["$item".to_owned()];
    let operation = "stop-retain-data".to_owned();
    let (arguments, world) = Default::default();
    let any = case(&Wanted { operation, on, arguments, world });
    let inputs = Inputs::of_text("estate.json", any.estate(&base));
    let estate = inputs.read();
    let mut wrong = Vec::new();
    for refused in commands().refused {
        let error = match request(&refused.command, &base, &estate) {
            Ok(request) => {
                wrong.push(format!("{}\nis {}", refused.command, request.operation.id));
                continue;
            }
            Err(error) => error,
        };
        let (mut places, mut texts) = (Vec::new(), Vec::new());
        let all: Vec<&dyn Diagnostic> = error.related().map_or_else(Vec::new, Iterator::collect);
        for one in all.into_iter().chain([&error as &dyn Diagnostic]) {
            texts.push(one.to_string());
            texts.extend(one.help().map(|help| help.to_string()));
            for label in one.labels().into_iter().flatten() {
                let end = label.offset() + label.len();
                places.push(refused.command[label.offset()..end].to_owned());
            }
        }
        let text = texts.join("\n");
        let lacks = refused.says.iter().find(|says| !text.contains(says.as_str()));
        let is_there = refused.at.as_ref().is_none_or(|at| places.contains(at));
        if lacks.is_some() || !is_there {
            wrong.push(format!("{}\n{text}\nat {places:?}", refused.command));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
