//! Gives options their values.

use super::bind::{Binder, Sort};
use std::sync::Arc;

use super::{
    super::{
        model::WordKind,
        operation::{Given, ProblemKind},
        place::Place,
        value::{Content, Value},
    },
    table::{Arity, CommandSpec, OptionSpec},
};

impl Binder<'_> {
    /// An option that another version has: it is given as it is written.
    pub fn foreign(&mut self, spec: &'static CommandSpec, index: usize) {
        let argument = &self.arguments[index];
        let flag = argument.word.place;
        let text = argument.text.clone().unwrap_or_default();
        let (name, glued) =
            text.split_once('=').map_or((&*text, None), |(name, value)| (name, Some(value)));
        let given = match glued {
            Some(value) => Some(Value::text(value, flag)),
            None => self.next_value(spec),
        };
        let bare = given.is_none();
        let value = given.unwrap_or_else(|| Value::new(Content::Bool(true), flag));
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

    pub fn option(
        &mut self,
        command: &'static CommandSpec,
        option: &'static OptionSpec,
        written: usize,
        glued: Option<usize>,
    ) {
        let index = self.at;
        let word = self.arguments[index].word.clone();
        let whole = word.place;
        self.flag_via = word.value.via;
        let text = self.arguments[index].text.clone();
        let exact = self.stands(whole, &word.value);
        let flag_end = if glued.is_some() && exact {
            (whole.start + u32::try_from(written).unwrap_or(0)).min(whole.end)
        } else {
            whole.end
        };
        let flag = Place::new(whole.start, flag_end);
        self.at += 1;
        if let Some(offset) = glued {
            let value = glued_value(&word.value, offset, exact);
            if option.arity == Arity::None {
                self.give(option, Value::new(Content::Bool(true), flag), flag, flag, true);
                self.glued_flags(command, &value, written);
                return;
            }
            let place = value.place;
            self.check(option, &value);
            let value = if matches!(option.arity, Arity::Some | Arity::Many) {
                list(vec![value], place)
            } else {
                value
            };
            self.give(option, value, flag, place, false);
            return;
        }
        match option.arity {
            Arity::None => {
                self.give(option, Value::new(Content::Bool(true), flag), flag, flag, true);
            }
            Arity::One => {
                if let Some(value) = self.next_value(command) {
                    self.check(option, &value);
                    let place = value.place;
                    self.give(option, value, flag, place, false);
                } else {
                    let name = text.unwrap_or_default();
                    self.problem(ProblemKind::MissingValue, flag, &name, option.choices.clone());
                }
            }
            Arity::Optional => match self.next_value(command) {
                Some(value) => {
                    self.check(option, &value);
                    let place = value.place;
                    self.give(option, value, flag, place, false);
                }
                None => self.give(option, Value::new(Content::Bool(true), flag), flag, flag, true),
            },
            Arity::Some | Arity::Many => {
                let mut values = Vec::new();
                while let Some(value) = self.next_value(command) {
                    self.check(option, &value);
                    values.push(value);
                }
                if values.is_empty() && option.arity == Arity::Some {
                    let name = text.unwrap_or_default();
                    self.problem(ProblemKind::MissingValue, flag, &name, option.choices.clone());
                }
                let place = match (values.first(), values.last()) {
                    (Some(first), Some(last)) => first.place.to(last.place),
                    _ => flag,
                };
                self.give(option, list(values, place), flag, place, false);
            }
        }
    }

    /// `-yv x`: a flag and the next short option in one word; behind `=` a value that a flag does not take.
    pub fn glued_flags(&mut self, command: &'static CommandSpec, value: &Value, written: usize) {
        let rest = value.as_text().unwrap_or_default();
        let short = rest.chars().next().map(|letter| format!("-{letter}")).filter(|_| written == 2);
        match short.and_then(|short| self.exact(command, &short)) {
            Some(option) if rest.len() == 1 && option.arity != Arity::None => {
                let flag = value.place;
                match self.next_value(command) {
                    Some(value) => {
                        self.check(option, &value);
                        let place = value.place;
                        self.give(option, value, flag, place, false);
                    }
                    None => {
                        self.problem(ProblemKind::MissingValue, flag, rest, option.choices.clone());
                    }
                }
            }
            Some(option) if option.arity == Arity::None => {
                let flag = value.place;
                self.give(option, Value::new(Content::Bool(true), flag), flag, flag, true);
            }
            Some(option) => {
                let inner = glued_value(value, 1, self.stands(value.place, value));
                self.check(option, &inner);
                let place = inner.place;
                self.give(option, inner, value.place, place, false);
            }
            None => self.problem(ProblemKind::UnexpectedValue, value.place, rest, Vec::new()),
        }
    }

    /// The next argument, if it is a value: no option, and not the end.
    pub fn next_value(&mut self, command: &'static CommandSpec) -> Option<Value> {
        let argument = self.arguments.get(self.at)?;
        if argument.text.is_none() {
            // An unknown word behind an option is its value: scripts leave out the quotes of `$NAME` all the time.
            self.at += 1;
            if matches!(argument.word.kind, WordKind::Splat) {
                self.operation.complete = false;
            }
            return Some(argument.word.value.clone());
        }
        if argument.text.as_deref() == Some("--")
            || !matches!(self.sort(command, self.at), Sort::Positional)
        {
            return None;
        }
        let value = argument.word.value.clone();
        self.at += 1;
        Some(value)
    }

    pub fn check(&mut self, option: &'static OptionSpec, value: &Value) {
        let Some(text) = value.as_text() else { return };
        if option.choices.is_empty()
            || option.choices.iter().any(|choice| choice.eq_ignore_ascii_case(text))
        {
            return;
        }
        self.problem(ProblemKind::BadChoice, value.place, text, option.choices.clone());
    }

    pub fn give(
        &mut self,
        option: &'static OptionSpec,
        value: Value,
        flag: Place,
        place: Place,
        bare: bool,
    ) {
        let Some(name) = option.names.first() else { return };
        let flag_via = self.flag_via;
        self.operation.options.push(Given {
            name: Arc::clone(name),
            value,
            flag,
            flag_via,
            place,
            bare,
        });
    }
}

fn list(values: Vec<Value>, place: Place) -> Value {
    Value::new(Content::List(values.into()), place)
}

/// The value behind `--name=` or `-n`.
fn glued_value(value: &Value, offset: usize, exact: bool) -> Value {
    let start = value.place.start + u32::try_from(offset).unwrap_or(0);
    let place =
        if exact { Place::new(start.min(value.place.end), value.place.end) } else { value.place };
    value.without_start(offset, place)
}
