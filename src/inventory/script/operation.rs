//! Operations: commands bound to the tables of what tools accept.

use std::sync::Arc;

use super::{
    place::Place,
    value::{Content, Value},
};
use crate::inventory::{Fact, Reason};

/// A command that a table knows, with its options by name.
#[derive(Clone, Debug)]
pub struct Operation {
    /// Whose command it is.
    pub tool: Tool,
    /// The canonical name: `backup protection disable`, `Disable-AzRecoveryServicesBackupProtection`.
    pub name: Arc<str>,
    /// Whether the table has this very command; else only the tool or the start of the name is known.
    pub known: bool,
    /// The words that name it.
    pub place: Place,
    /// The options in the order in which they are given; of one that is given twice, the last counts.
    pub options: Vec<Given>,
    /// What the tool would refuse, in order of place.
    pub problems: Vec<Problem>,
    /// Whether all options are known: no splatting, no word that may stand for any number of arguments.
    /// What is missing from `options` is surely not given only if this holds.
    pub complete: bool,
    /// The `order` of its command in the job; of a task, which has none, the greatest number.
    pub command: u32,
    /// The index of the step.
    pub step: u32,
    /// The `order` of the command that pipes objects into it.
    pub piped_from: Option<u32>,
}

/// Whose command it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tool {
    /// The Azure CLI.
    Az,
    /// Cmdlets of Azure PowerShell and AzureRM.
    PowerShell,
    /// An action of GitHub or a task of Azure Pipelines, by its name without the version; its inputs are the options.
    Task,
}

/// An option that is given.
#[derive(Clone, Debug)]
pub struct Given {
    /// The canonical name: `--delete-backup-data`, `-RemoveRecoveryPoints`.
    pub name: Arc<str>,
    /// The value; true for a flag that stands alone; a list where the option takes many.
    pub value: Value,
    /// Where the name of the option stands; for a positional argument, its own place.
    pub flag: Place,
    /// Where the name of the option was written, when that is elsewhere: in a list, a variable, a call.
    pub flag_via: Option<Place>,
    /// Where the value stands; the flag, where it stands alone.
    pub place: Place,
    /// It stands alone and means true.
    pub bare: bool,
}

/// Something that the tool would refuse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The sort.
    pub kind: ProblemKind,
    /// Where.
    pub place: Place,
    /// The option or value as it is written.
    pub given: Arc<str>,
    /// What would be accepted: the right spelling, the accepted values, the candidates.
    pub expected: Vec<Arc<str>>,
}

/// The sorts of problems.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProblemKind {
    /// The command has no such option.
    UnknownOption,
    /// The option exists in another case.
    WrongCase,
    /// The prefix fits more than one option.
    AmbiguousOption,
    /// The value is none of the accepted ones.
    BadChoice,
    /// The option needs a value.
    MissingValue,
    /// The option takes no value: `--yes=true`, a word behind a PowerShell switch.
    UnexpectedValue,
    /// A word that belongs to no option.
    UnexpectedWord,
    /// There is no such command.
    UnknownCommand,
    /// A flag before the last word of the command: this CLI refuses it.
    OptionInsideCommand,
}

impl ProblemKind {
    /// The name that rules in Rego see.
    pub fn name(self) -> &'static str {
        match self {
            Self::UnknownOption => "unknown-option",
            Self::WrongCase => "wrong-case",
            Self::AmbiguousOption => "ambiguous-option",
            Self::BadChoice => "bad-choice",
            Self::MissingValue => "missing-value",
            Self::UnexpectedValue => "unexpected-value",
            Self::UnexpectedWord => "unexpected-word",
            Self::UnknownCommand => "unknown-command",
            Self::OptionInsideCommand => "option-inside-command",
        }
    }
}

impl Operation {
    /// The option of this canonical name that counts.
    pub fn option(&self, name: &str) -> Option<&Given> {
        self.options.iter().rev().find(|given| given.name.eq_ignore_ascii_case(name))
    }

    /// The first of these options that is given.
    pub fn given(&self, names: &[&str]) -> Option<&Given> {
        names.iter().find_map(|name| self.option(name))
    }

    /// Whether the option is surely not given.
    pub fn lacks(&self, name: &str) -> bool {
        self.complete && self.option(name).is_none()
    }

    /// Whether its canonical name is one of these.
    pub fn is(&self, names: &[&str]) -> bool {
        names.contains(&&*self.name)
    }

    /// The value of the first of these options that is given; absent if surely none is.
    pub fn value(&self, names: &[&str]) -> Fact<&Value> {
        match self.given(names) {
            Some(given) => match given.value.as_unknown() {
                Some(unknown) => Fact::Unknown(unknown.cause.reason()),
                None => Fact::Known(&given.value),
            },
            None if self.complete => Fact::Absent,
            None => Fact::Unknown(Reason::UnresolvedExpression),
        }
    }

    /// The same as a text; a value of another shape is one that nobody knows.
    pub fn text(&self, names: &[&str]) -> Fact<&str> {
        self.value(names).and_then(|value| {
            value.as_text().map_or(Fact::Unknown(Reason::UnrecognisedValue), Fact::Known)
        })
    }

    /// The same as true or false.
    pub fn truth(&self, names: &[&str]) -> Fact<bool> {
        self.value(names).and_then(|value| {
            value.as_bool().map_or(Fact::Unknown(Reason::UnrecognisedValue), Fact::Known)
        })
    }

    /// The texts of an option that takes several.
    pub fn texts(&self, names: &[&str]) -> Fact<Vec<&str>> {
        self.value(names).and_then(|value| match &value.content {
            Content::List(list) => {
                let texts: Option<Vec<&str>> = list.iter().map(Value::as_text).collect();
                texts.map_or(Fact::Unknown(Reason::UnresolvedExpression), Fact::Known)
            }
            _ => value
                .as_text()
                .map_or(Fact::Unknown(Reason::UnrecognisedValue), |text| Fact::Known(vec![text])),
        })
    }
}
