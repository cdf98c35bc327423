//! Binds words to the parameters of a cmdlet: names and aliases in any case, unique prefixes, `-Name:value`,
//! switches, positions, splatting of known tables.

use std::sync::Arc;

use super::{
    super::{
        model::{Command, WordKind},
        nested::base_name,
        operation::{Given, Operation, Problem, ProblemKind, Tool},
        place::Place,
        value::{Content, Value},
    },
    table::{CmdletSpec, ParameterSpec, Table, table},
};

/// The operation, if the command is a cmdlet of Azure.
pub(in super::super) fn bind(command: &Command) -> Option<Operation> {
    let written = command.name()?;
    let name = canonical(base_name(written))?;
    let table = table();
    let spec = table.cmdlet(&name.to_lowercase());
    let mut operation = Operation {
        tool: Tool::PowerShell,
        name: spec.map_or_else(|| name.as_str().into(), |spec| Arc::clone(&spec.name)),
        known: spec.is_some(),
        place: command.words.first().map_or(command.place, |word| word.place),
        options: Vec::new(),
        problems: Vec::new(),
        complete: true,
        command: command.order,
        step: command.step,
        piped_from: command.piped_from,
    };
    let empty = CmdletSpec { name: "".into(), parameters: Vec::new(), whole: false };
    let spec = spec.unwrap_or(&empty);
    let mut binder = Binder { table, spec, operation: &mut operation, free: Vec::new() };
    binder.words(command);
    binder.positions();
    Some(operation)
}

/// `Verb-AzNoun`, also for the older `Verb-AzureRmNoun` and with the name of the module in front.
fn canonical(name: &str) -> Option<String> {
    let (verb, noun) = name.split_once('-')?;
    if verb.is_empty() || !verb.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        return None;
    }
    let lower = noun.to_ascii_lowercase();
    let rest = if lower.starts_with("azurerm") {
        &noun[7..]
    } else {
        noun.get(2..).filter(|_| lower.starts_with("az"))?
    };
    rest.starts_with(|first: char| first.is_ascii_alphabetic()).then(|| format!("{verb}-Az{rest}"))
}

struct Binder<'o> {
    table: &'static Table,
    spec: &'o CmdletSpec,
    operation: &'o mut Operation,
    /// Values without a name, and whether a switch stands before them.
    free: Vec<(Value, bool)>,
}

enum Found<'s> {
    One(&'s ParameterSpec),
    Many(Vec<Arc<str>>),
    None,
}

impl<'o> Binder<'o> {
    fn words(&mut self, command: &Command) {
        let words = command.words.get(1..).unwrap_or_default();
        let mut at = 0;
        let mut after_switch = false;
        while let Some(word) = words.get(at) {
            at += 1;
            match &word.kind {
                WordKind::Parameter { name, argument } => {
                    let next = words.get(at).filter(|next| {
                        !matches!(next.kind, WordKind::Parameter { .. } | WordKind::Splat)
                    });
                    let value = argument.as_ref().or_else(|| next.map(|next| &next.value));
                    let (takes, is_switch) =
                        self.parameter(name, word.place, argument.is_some(), value);
                    at += usize::from(takes && argument.is_none());
                    after_switch = is_switch;
                    continue;
                }
                WordKind::Splat => self.splat(&word.value),
                WordKind::Several => self.operation.complete = false,
                WordKind::One | WordKind::Quoted => {
                    self.free.push((word.value.clone(), after_switch));
                }
            }
            after_switch = false;
        }
    }

    /// Binds a named parameter; whether it takes the next word, and whether it is a switch.
    fn parameter(
        &mut self,
        name: &str,
        flag: Place,
        attached: bool,
        value: Option<&Value>,
    ) -> (bool, bool) {
        let parameter = match self.find(name) {
            Found::One(parameter) => parameter,
            Found::Many(candidates) => {
                self.problem(ProblemKind::AmbiguousOption, flag, &format!("-{name}"), candidates);
                self.operation.complete = false;
                return (value.is_some(), false);
            }
            Found::None => {
                if self.spec.whole {
                    let near = self.nearest(name);
                    self.problem(ProblemKind::UnknownOption, flag, &format!("-{name}"), near);
                } else {
                    // Nothing is known of it: what follows is taken for its value.
                    let bare = value.is_none();
                    let given =
                        value.cloned().unwrap_or_else(|| Value::new(Content::Bool(true), flag));
                    self.give(&format!("-{name}"), given, flag, bare);
                }
                return (value.is_some(), false);
            }
        };
        let canonical = Arc::clone(&parameter.name);
        if parameter.is_switch {
            let given = value.filter(|_| attached).cloned();
            let bare = given.is_none();
            let given = given.unwrap_or_else(|| Value::new(Content::Bool(true), flag));
            self.give(&canonical, given, flag, bare);
            return (false, true);
        }
        let choices = parameter.choices.clone();
        match value {
            Some(value) => {
                self.check(&choices, value);
                self.give(&canonical, value.clone(), flag, false);
            }
            None => self.problem(ProblemKind::MissingValue, flag, &canonical, choices),
        }
        (value.is_some(), false)
    }

    /// `@name`: a table gives names and values, a list gives values.
    fn splat(&mut self, value: &Value) {
        match &value.content {
            Content::Map(map) => {
                for (name, value) in map.iter() {
                    let Some(text) = name.as_text() else {
                        self.operation.complete = false;
                        continue;
                    };
                    self.parameter(text, name.place, true, Some(value));
                }
            }
            Content::List(list) => {
                self.free.extend(list.iter().map(|value| (value.clone(), false)));
            }
            _ => self.operation.complete = false,
        }
    }

    /// Gives the values without a name to the parameters with a position.
    fn positions(&mut self) {
        let mut slots: Vec<&ParameterSpec> =
            self.spec.parameters.iter().filter(|it| it.position.is_some()).collect();
        slots.sort_by_key(|parameter| parameter.position);
        let given: Vec<Arc<str>> =
            self.operation.options.iter().map(|given| Arc::clone(&given.name)).collect();
        let mut slots = slots.into_iter().filter(|parameter| !given.contains(&parameter.name));
        for (value, after_switch) in std::mem::take(&mut self.free) {
            let place = value.place;
            // A truth value behind a switch is meant for the switch, and lands elsewhere.
            let misplaced = after_switch && matches!(value.content, Content::Bool(_));
            if let Some(parameter) = slots.next().filter(|_| !misplaced) {
                let choices = parameter.choices.clone();
                self.check(&choices, &value);
                let name = Arc::clone(&parameter.name);
                self.operation.options.push(Given {
                    name,
                    value,
                    flag: place,
                    flag_via: None,
                    place,
                    bare: false,
                });
                continue;
            }
            if !self.spec.whole && !misplaced {
                continue;
            }
            let text = shown(&value);
            let kind = if after_switch {
                ProblemKind::UnexpectedValue
            } else {
                ProblemKind::UnexpectedWord
            };
            self.problem(kind, place, &text, Vec::new());
        }
        self.operation.options.sort_by_key(|given| given.flag);
    }

    fn find(&self, name: &str) -> Found<'o> {
        let all = || self.spec.parameters.iter().chain(&self.table.common);
        let is = |parameter: &&ParameterSpec| {
            parameter.name[1..].eq_ignore_ascii_case(name)
                || parameter.aliases.iter().any(|alias| alias.eq_ignore_ascii_case(name))
        };
        if let Some(exact) = all().find(is) {
            return Found::One(exact);
        }
        if !self.spec.whole && self.spec.parameters.is_empty() {
            return Found::None;
        }
        let lower = name.to_ascii_lowercase();
        let starts = |text: &str| text.to_ascii_lowercase().starts_with(&lower);
        let fitting: Vec<&ParameterSpec> = all()
            .filter(|parameter| {
                starts(&parameter.name[1..]) || parameter.aliases.iter().any(|alias| starts(alias))
            })
            .collect();
        match fitting.as_slice() {
            [] => Found::None,
            [only] => Found::One(only),
            many => Found::Many(many.iter().map(|parameter| Arc::clone(&parameter.name)).collect()),
        }
    }

    fn nearest(&self, name: &str) -> Vec<Arc<str>> {
        let lower = name.to_ascii_lowercase();
        let common = |known: &str| {
            let known = known[1..].to_ascii_lowercase();
            let front =
                known.bytes().zip(lower.bytes()).take_while(|(one, other)| one == other).count();
            let back = known
                .bytes()
                .rev()
                .zip(lower.bytes().rev())
                .take_while(|(one, other)| one == other)
                .count();
            front.max(back)
        };
        let mut scored: Vec<(usize, Arc<str>)> = self
            .spec
            .parameters
            .iter()
            .map(|parameter| (common(&parameter.name), Arc::clone(&parameter.name)))
            .filter(|(score, _)| *score >= 4)
            .collect();
        scored.sort_by(|one, other| other.0.cmp(&one.0).then_with(|| one.1.cmp(&other.1)));
        scored.into_iter().take(3).map(|(_, name)| name).collect()
    }

    fn check(&mut self, choices: &[Arc<str>], value: &Value) {
        let Some(text) = value.as_text() else { return };
        let fits =
            |choice: &Arc<str>| choice.to_ascii_lowercase().starts_with(&text.to_ascii_lowercase());
        if choices.is_empty() || (!text.is_empty() && choices.iter().any(fits)) {
            return;
        }
        self.problem(ProblemKind::BadChoice, value.place, text, choices.to_vec());
    }

    fn give(&mut self, name: &str, value: Value, flag: Place, bare: bool) {
        let place = if bare { flag } else { value.place };
        self.operation.options.push(Given {
            name: name.into(),
            value,
            flag,
            flag_via: None,
            place,
            bare,
        });
    }

    fn problem(&mut self, kind: ProblemKind, place: Place, given: &str, expected: Vec<Arc<str>>) {
        self.operation.problems.push(Problem { kind, place, given: given.into(), expected });
    }
}

fn shown(value: &Value) -> String {
    match &value.content {
        Content::Text(text) => text.to_string(),
        Content::Bool(value) => format!("${value}"),
        Content::Null => "$null".to_owned(),
        _ => String::new(),
    }
}
