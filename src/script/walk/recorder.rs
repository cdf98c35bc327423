//! Records commands in order, with the conditions that are open.

use std::{rc::Rc, sync::Arc};

use super::super::{
    diagnostic::{Diagnostics, Trouble},
    limit::{Budget, MOST_COMMANDS},
    model::{Command, Condition, ConditionKind, Language, Redirection, Word},
    place::Place,
    value::Value,
};

/// Conditions within each other that are kept; a long chain of `elif` has as many.
const MOST_CONDITIONS: usize = 100;
/// Code in code in code …
const DEEPEST_CODE: u8 = 4;

/// Records the commands of one job.
#[derive(Debug)]
pub(in super::super) struct Recorder {
    /// The file, to see whether code in a text stands there as it is.
    pub source: Rc<str>,
    pub commands: Vec<Command>,
    pub diagnostics: Diagnostics,
    pub budget: Budget,
    /// The step that runs.
    pub step: u32,
    conditions: Vec<Condition>,
    shared_conditions: Option<Arc<[Condition]>>,
    more_conditions: usize,
    calls: Vec<Place>,
    shared_calls: Option<Arc<[Place]>>,
    nesting: u8,
}

/// A command about to be recorded.
#[derive(Debug)]
pub(in super::super) struct Draft {
    pub words: Vec<Word>,
    pub language: Language,
    pub place: Place,
    pub redirections: Vec<Redirection>,
    pub input: Option<Value>,
    pub piped_from: Option<u32>,
    pub wrappers: Vec<Arc<str>>,
}

impl Recorder {
    /// For a file.
    pub fn new(source: &str) -> Recorder {
        Recorder {
            source: source.into(),
            commands: Vec::new(),
            diagnostics: Diagnostics::default(),
            budget: Budget::of(source.len()),
            step: 0,
            conditions: Vec::new(),
            shared_conditions: None,
            more_conditions: 0,
            calls: Vec::new(),
            shared_calls: None,
            nesting: 0,
        }
    }

    /// What is recorded from here on depends on this.
    pub fn enter(&mut self, kind: ConditionKind, place: Place, detail: impl Into<Arc<str>>) {
        if self.conditions.len() >= MOST_CONDITIONS {
            self.more_conditions += 1;
            return;
        }
        self.conditions.push(Condition { kind, place, detail: detail.into() });
        self.shared_conditions = None;
    }

    /// The condition entered last is over.
    pub fn leave(&mut self) {
        if self.more_conditions > 0 {
            self.more_conditions -= 1;
            return;
        }
        self.conditions.pop();
        self.shared_conditions = None;
    }

    /// What is recorded from here on runs because of this call.
    pub fn call(&mut self, place: Place) {
        self.calls.push(place);
        self.shared_calls = None;
    }

    /// The call is over.
    pub fn return_from_call(&mut self) {
        self.calls.pop();
        self.shared_calls = None;
    }

    /// Goes into code that stands in a text; false where that is too deep.
    pub fn nest(&mut self) -> bool {
        let fits = self.nesting < DEEPEST_CODE;
        self.nesting += u8::from(fits);
        fits
    }

    /// Leaves code that stands in a text.
    pub fn unnest(&mut self) {
        self.nesting -= 1;
    }

    /// Records a command; its order, unless there are too many.
    pub fn record(&mut self, draft: Draft) -> Option<u32> {
        let order = u32::try_from(self.commands.len()).ok()?;
        if self.commands.len() >= MOST_COMMANDS || !self.budget.take(draft.words.len() + 1) {
            self.exhaust(draft.place);
            return None;
        }
        let conditions =
            self.shared_conditions.get_or_insert_with(|| self.conditions.as_slice().into()).clone();
        let calls = self.shared_calls.get_or_insert_with(|| self.calls.as_slice().into()).clone();
        self.commands.push(Command {
            words: draft.words,
            language: draft.language,
            place: draft.place,
            order,
            step: self.step,
            conditions,
            redirections: draft.redirections,
            input: draft.input,
            piped_from: draft.piped_from,
            calls,
            wrappers: draft.wrappers,
            captured: None,
        });
        Some(order)
    }

    /// Whether the walk must end; says so once.
    pub fn exhausted(&mut self, place: Place) -> bool {
        let spent = self.budget.spent();
        if spent {
            self.exhaust(place);
        }
        spent
    }

    fn exhaust(&mut self, place: Place) {
        let said = self.diagnostics.list.last().is_some_and(|last| last.kind == Trouble::Limit);
        if !said {
            self.diagnostics.note(
                Trouble::Limit,
                place,
                "the code does more than is followed; what comes after this is not read",
            );
        }
        while self.budget.take(1 << 40) {}
    }
}
