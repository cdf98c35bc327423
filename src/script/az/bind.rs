//! Binds words to the options of a command: exact names, unique prefixes, `--name=value`, glued short options,
//! options with one, no, an optional or many values. Checked against the CLI's own parser.

use std::{borrow::Cow, sync::Arc};

use super::{
    super::{
        model::{Command, Word, WordKind},
        nested::base_name,
        operation::{Operation, Problem, ProblemKind, Tool},
        place::Place,
        value::{Content, Value},
    },
    table::{CommandSpec, OptionSpec, Table, table},
};

/// The operation, if the command is `az …`.
/// `source` is the file, to tell words that stand there as they are from those with quotes or escapes.
pub(in super::super) fn bind(command: &Command, source: &str) -> Option<Operation> {
    let name = base_name(command.name()?);
    if !name.eq_ignore_ascii_case("az") {
        return None;
    }
    let arguments: Vec<Argument<'_>> = command.words[1..].iter().flat_map(Argument::of).collect();
    let table = table();
    let mut binder = Binder {
        table,
        source,
        operation: start(command),
        arguments,
        at: 0,
        free_from: None,
        after_unknown: false,
        flag_via: None,
    };
    binder.find_command();
    let Some(spec) = table.command(&binder.operation.name) else {
        binder.name_unknown();
        return Some(binder.operation);
    };
    binder.operation.known = true;
    binder.options(spec);
    Some(binder.operation)
}

fn start(command: &Command) -> Operation {
    Operation {
        tool: Tool::Az,
        name: "".into(),
        known: false,
        place: command.words.first().map_or(command.place, |word| word.place),
        options: Vec::new(),
        problems: Vec::new(),
        complete: true,
        command: command.order,
        step: command.step,
        piped_from: command.piped_from,
    }
}

/// A word as the CLI sees it.
pub(super) struct Argument<'w> {
    pub word: Cow<'w, Word>,
    /// The text where it is known.
    pub text: Option<Arc<str>>,
}

impl<'w> Argument<'w> {
    /// PowerShell gives each element of a list as an argument, and glues what stands behind a colon.
    pub fn of(word: &'w Word) -> Vec<Argument<'w>> {
        if let WordKind::Parameter { argument: Some(argument), .. } = &word.kind {
            let glued =
                Word { value: argument.clone(), place: argument.place, kind: WordKind::One };
            return vec![Argument::new(Cow::Borrowed(word)), Argument::new(Cow::Owned(glued))];
        }
        match &word.value.content {
            Content::List(list) => list
                .iter()
                .map(|value| Word {
                    value: value.used_at(word.place),
                    place: word.place,
                    kind: WordKind::One,
                })
                .map(|word| Argument::new(Cow::Owned(word)))
                .collect(),
            _ => vec![Argument::new(Cow::Borrowed(word))],
        }
    }

    pub fn new(word: Cow<'w, Word>) -> Argument<'w> {
        let text = match (&word.kind, &word.value.content) {
            (_, Content::Text(text)) => Some(Arc::clone(text)),
            (WordKind::One | WordKind::Quoted, Content::Bool(value)) => {
                Some(if *value { "True".into() } else { "False".into() })
            }
            _ => None,
        };
        Argument { word, text }
    }

    pub fn is_several(&self) -> bool {
        matches!(self.word.kind, WordKind::Several | WordKind::Splat)
    }
}

pub(super) struct Binder<'w> {
    pub table: &'static Table,
    pub source: &'w str,
    pub operation: Operation,
    pub arguments: Vec<Argument<'w>>,
    pub at: usize,
    /// Where `--` stands: behind it nothing is an option.
    pub free_from: Option<usize>,
    /// The word before may be an option with values.
    pub after_unknown: bool,
    /// Where the option that is being read was written.
    pub flag_via: Option<Place>,
}

/// What an argument is to the parser.
pub(super) enum Sort<'s> {
    Positional,
    /// An option, the length of its written name, and what stands glued to it.
    Option {
        spec: &'s OptionSpec,
        written: usize,
        glued: Option<usize>,
    },
    /// Looks like an option and is none.
    Stranger,
    Ambiguous(Vec<Arc<str>>),
    /// It may be an option, a value, or any number of them.
    Unknown,
}

impl Binder<'_> {
    pub fn options(&mut self, spec: &'static CommandSpec) {
        let mut free = spec.positional;
        while self.at < self.arguments.len() {
            let index = self.at;
            let place = self.arguments[index].word.place;
            match self.sort(spec, index) {
                Sort::Option { spec: option, written, glued } => {
                    self.option(spec, option, written, glued);
                }
                Sort::Positional => {
                    self.at += 1;
                    let text = self.arguments[index].text.clone().unwrap_or_default();
                    if &*text == "--" && self.free_from.is_none() {
                        self.free_from = Some(index);
                    } else if self.after_unknown {
                        self.operation.complete = false;
                    } else if free == 0 {
                        self.problem(ProblemKind::UnexpectedWord, place, &text, Vec::new());
                    } else {
                        free -= 1;
                    }
                }
                Sort::Stranger => {
                    self.at += 1;
                    self.stranger(spec, index);
                }
                Sort::Ambiguous(candidates) => {
                    self.at += 1;
                    let text = self.arguments[index].text.clone().unwrap_or_default();
                    self.problem(ProblemKind::AmbiguousOption, place, &text, candidates);
                    self.skip_values(spec);
                }
                Sort::Unknown => {
                    self.at += 1;
                    self.operation.complete = false;
                    self.after_unknown = true;
                    continue;
                }
            }
            if self.at > index + 1
                || self.arguments[index].text.as_ref().is_some_and(|text| text.starts_with('-'))
            {
                self.after_unknown = false;
            }
        }
    }

    /// An option that the command does not have: says so once, and leaves out the value that follows.
    pub fn stranger(&mut self, spec: &'static CommandSpec, index: usize) {
        let argument = &self.arguments[index];
        let place = argument.word.place;
        if spec.open {
            self.foreign(spec, index);
            return;
        }
        let text = argument.text.clone().unwrap_or_default();
        let name = text.split('=').next().unwrap_or_default().to_owned();
        let lower = name.to_lowercase();
        let fitting = |known: &&Arc<str>| {
            if name.starts_with("--") { known.starts_with(&lower) } else { ***known == lower }
        };
        let same: Vec<Arc<str>> = names(self.table, spec).filter(fitting).cloned().collect();
        let exact: Vec<Arc<str>> = same.iter().filter(|known| ***known == lower).cloned().collect();
        let same = if exact.is_empty() { same } else { exact };
        let flag =
            Place::new(place.start, place.end.min(place.start.saturating_add(length(&name))));
        let place = if place.of(self.source) == &*text { flag } else { place };
        if same.is_empty() || lower == name {
            let near = nearest(&lower, names(self.table, spec));
            self.problem(ProblemKind::UnknownOption, place, &name, near);
        } else {
            self.problem(ProblemKind::WrongCase, place, &name, same);
        }
        self.skip_values(spec);
    }

    pub fn skip_values(&mut self, spec: &'static CommandSpec) {
        while self.at < self.arguments.len() && matches!(self.sort(spec, self.at), Sort::Positional)
        {
            self.at += 1;
        }
    }

    /// What an argument is, by the rules of `argparse._parse_optional`.
    pub fn sort(&self, spec: &'static CommandSpec, index: usize) -> Sort<'static> {
        let argument = &self.arguments[index];
        if self.free_from.is_some_and(|from| index > from) {
            return Sort::Positional;
        }
        let Some(text) = &argument.text else {
            let start = argument.word.value.known_start();
            if argument.is_several() || start.is_empty() {
                return Sort::Unknown;
            }
            if let Some((name, _)) =
                start.split_once('=').filter(|(name, _)| name.starts_with("--"))
            {
                return match self.find(spec, name) {
                    Found::One(spec) => {
                        Sort::Option { spec, written: name.len(), glued: Some(name.len() + 1) }
                    }
                    Found::None => Sort::Stranger,
                    Found::Many(candidates) => Sort::Ambiguous(candidates),
                };
            }
            return if start.starts_with('-') { Sort::Unknown } else { Sort::Positional };
        };
        if !text.starts_with('-') || text.len() == 1 || &**text == "--" {
            return Sort::Positional;
        }
        if let Some(spec) = self.exact(spec, text) {
            return Sort::Option { spec, written: text.len(), glued: None };
        }
        if let Some((name, _)) = text.split_once('=')
            && let Some(spec) = self.exact(spec, name)
        {
            return Sort::Option { spec, written: name.len(), glued: Some(name.len() + 1) };
        }
        if text.starts_with("--") {
            let name = text.split('=').next().unwrap_or_default();
            let glued = (name.len() < text.len()).then_some(name.len() + 1);
            match self.find(spec, name) {
                Found::One(spec) => return Sort::Option { spec, written: name.len(), glued },
                Found::Many(candidates) => return Sort::Ambiguous(candidates),
                Found::None => {}
            }
        } else if let Some(short) = text.get(..2)
            && let Some(spec) = self.exact(spec, short)
        {
            return Sort::Option { spec, written: 2, glued: Some(2) };
        }
        let negative = text[1..].parse::<f64>().is_ok()
            && text[1..].starts_with(|c: char| c.is_ascii_digit() || c == '.');
        if negative || text.contains(' ') { Sort::Positional } else { Sort::Stranger }
    }

    /// Whether the file has the value there as it is, as far as it is known.
    pub fn stands(&self, place: Place, value: &Value) -> bool {
        let written = place.of(self.source);
        match value.as_text() {
            Some(text) => written == text,
            None => written.starts_with(value.known_start()),
        }
    }

    pub fn exact(&self, spec: &'static CommandSpec, name: &str) -> Option<&'static OptionSpec> {
        specs(self.table, spec).find(|option| option.names.iter().any(|known| &**known == name))
    }

    pub fn find(&self, spec: &'static CommandSpec, name: &str) -> Found {
        if let Some(option) = self.exact(spec, name) {
            return Found::One(option);
        }
        // Two names of one option are ambiguous too: argparse counts names.
        let mut found: Vec<(&'static OptionSpec, Arc<str>)> = Vec::new();
        for option in specs(self.table, spec) {
            for known in option.names.iter().filter(|known| known.starts_with(name)) {
                found.push((option, Arc::clone(known)));
            }
        }
        match found.as_slice() {
            [] => Found::None,
            [(option, _)] => Found::One(option),
            _ => Found::Many(found.into_iter().map(|(_, name)| name).collect()),
        }
    }

    pub fn problem(
        &mut self,
        kind: ProblemKind,
        place: Place,
        given: &str,
        expected: Vec<Arc<str>>,
    ) {
        self.operation.problems.push(Problem { kind, place, given: given.into(), expected });
    }
}

pub(super) enum Found {
    None,
    One(&'static OptionSpec),
    Many(Vec<Arc<str>>),
}

fn specs(
    table: &'static Table,
    spec: &'static CommandSpec,
) -> impl Iterator<Item = &'static OptionSpec> {
    spec.options.iter().chain(&table.global)
}

fn names(
    table: &'static Table,
    spec: &'static CommandSpec,
) -> impl Iterator<Item = &'static Arc<str>> {
    specs(table, spec).flat_map(|option| &option.names)
}

pub(super) fn length(text: &str) -> u32 {
    u32::try_from(text.len()).unwrap_or(u32::MAX)
}

/// The known names that begin alike, for a hint.
fn nearest<'n>(name: &str, names: impl Iterator<Item = &'n Arc<str>>) -> Vec<Arc<str>> {
    let mut scored: Vec<(usize, Arc<str>)> = names
        .filter(|known| known.starts_with("--"))
        .map(|known| (common_start(name, known), Arc::clone(known)))
        .filter(|(common, _)| *common >= 5)
        .collect();
    scored.sort_by(|one, other| other.0.cmp(&one.0).then_with(|| one.1.cmp(&other.1)));
    scored.into_iter().take(3).map(|(_, name)| name).collect()
}

fn common_start(one: &str, other: &str) -> usize {
    one.bytes().zip(other.bytes()).take_while(|(one, other)| one == other).count()
}
