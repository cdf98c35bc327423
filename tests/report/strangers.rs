//! Names, messages, values and files from strangers, in the log of a job, its summary and a JSON document: none
//! of them commands a runner, and none is markup.

use backuplint::finding::{Location, OutcomeKind};
use backuplint::report::{Format, Options};
use backuplint::result::{Gap, GapReason, NotTaken, Report};

use crate::tricks::TRICKS;
use crate::{options, render, sample};

fn hostile(trick: &str, command: &'static str) -> Report<'static> {
    let mut report = sample::report();
    let rules = report.rules.clone();
    let base = sample::vault("rg", trick);
    let mut finding = sample::finding(&rules, "soft-delete-disabled", base, trick, trick);
    finding.observed = serde_json::json!({ trick: [trick, trick] });
    finding.expected = serde_json::json!([trick, "x"]);
    finding.location = Some(Location {
        uri: format!("{trick}/{trick}.tf"),
        start_line: 3,
        start_column: 5,
        end_line: 3,
        end_column: 9,
    });
    finding.related.push(backuplint::finding::Related {
        resource: trick.to_owned(),
        message: trick.to_owned(),
        location: finding.location.clone(),
    });
    let mut unknown = finding.clone();
    unknown.outcome = OutcomeKind::Unknown;
    let mut notice = finding.clone();
    notice.rule = rules.iter().position(|rule| rule.notice).unwrap();
    let mut bare = finding.clone();
    trick.clone_into(&mut bare.resource);
    report.findings = vec![finding, bare, unknown, notice].into();
    report.command = command;
    report.inputs = vec![trick.to_owned()];
    report.notices = vec![trick.to_owned()];
    report.rule_errors = vec![trick.to_owned()];
    report.gaps = vec![Gap {
        scope: format!("{trick}.tf:7"),
        kind: trick.to_owned(),
        status: None,
        reason: GapReason::Malformed,
        permission: Some(trick.to_owned()),
        message: trick.to_owned(),
        rules: vec![trick.to_owned()],
    }];
    let not_taken = NotTaken { count: 1, examples: vec![trick.to_owned()] };
    report.reading.not_taken = [(trick.to_owned(), not_taken)].into();
    report
}

/// What a runner of GitHub would do for a line: both forms of a command, as it looks for them.
fn command(line: &str) -> Option<&str> {
    let trimmed = line.trim_start();
    if let Some(rest) = trimmed.strip_prefix("::")
        && let Some((command, _)) = rest.split_once("::")
    {
        return command.split(' ').next();
    }
    let (_, rest) = line.split_once("##[")?;
    rest.split_once(']').map(|(command, _)| command)
}

/// Lines as a runner reads them: a carriage return ends one too.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split(['\n', '\r'])
}

#[test]
fn nothing_commands_a_runner() {
    for (trick, format) in TRICKS.iter().flat_map(|trick| Format::ALL.map(|format| (trick, format)))
    {
        for command_of_run in ["audit", "lint"] {
            let text = render(&hostile(trick, command_of_run), format, &options());
            let commands: Vec<&str> = lines(&text).filter_map(command).collect();
            if format == Format::Github {
                // Two failures, one rule that failed to run, one gap: nothing else.
                assert_eq!(commands, ["error", "error", "error", "warning"], "{trick:?}: {text}");
            } else {
                assert!(commands.is_empty(), "{format} {trick:?}: {commands:?}");
            }
            assert!(!text.to_lowercase().contains("##vso["), "{format} {trick:?}");
        }
    }
}

/// A runner splits a command into properties and a message; both must come back as they were meant.
#[test]
fn an_annotation_keeps_to_its_place() {
    for trick in TRICKS {
        let text = render(&hostile(trick, "lint"), Format::Github, &options());
        for line in text.lines().filter(|line| line.starts_with("::")) {
            let (head, message) = line[2..].split_once("::").unwrap();
            let (_, properties) = head.split_once(' ').unwrap();
            let names: Vec<&str> =
                properties.split(',').map(|pair| pair.split_once('=').unwrap().0).collect();
            let known = [
                ["title"].as_slice(),
                &["file", "line", "title"],
                &["file", "line", "col", "endColumn", "title"],
            ];
            assert!(known.contains(&names.as_slice()), "{trick:?}: {line}");
            assert!(!message.is_empty());
        }
    }
}

/// The tags that the page is made of; what a stranger wrote adds none.
#[test]
fn nothing_is_markup() {
    for trick in TRICKS {
        let text = render(&hostile(trick, "lint"), Format::Markdown, &options());
        let tags: Vec<&str> = text
            .split('<')
            .skip(1)
            .map(|rest| rest.split_once('>').expect("every `<` opens a tag").0)
            .collect();
        for tag in tags {
            let name = tag.trim_start_matches('/').split(' ').next().unwrap();
            assert!(
                ["table", "tr", "th", "td", "code", "strong", "em", "br", "p"].contains(&name),
                "{trick:?}: <{tag}>"
            );
        }
        let mut open = false;
        for line in text.lines() {
            open |= line == "<table>";
            assert!(!open || !line.is_empty(), "{trick:?}: Markdown begins within a table");
            open &= line != "</table>";
        }
        let prose = without_code(&text);
        for mark in ["@", "://", "$", "`"] {
            assert!(!prose.contains(mark), "{trick:?}: {mark} in {prose}");
        }
        let first = text.lines().next().unwrap();
        assert_eq!(first, "# backuplint lint: 2 findings (2 high), incomplete");
    }
}

fn without_code(page: &str) -> String {
    let pieces = page
        .split("<code>")
        .map(|piece| piece.split_once("</code>").map_or(piece, |(_, rest)| rest));
    pieces.collect()
}

/// A document read by a program gives back what was written, commands and all.
#[test]
fn json_keeps_every_letter() {
    for trick in TRICKS {
        let text = render(&hostile(trick, "lint"), Format::Json, &Options::default());
        let json: serde_json::Value = serde_json::from_str(&text).unwrap();
        let messages = json["results"].as_array().unwrap().iter().map(|result| &result["message"]);
        assert!(messages.into_iter().any(|message| message == trick), "{trick:?}");
    }
}
