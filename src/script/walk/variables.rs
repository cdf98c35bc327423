//! Variables along a walk through branches and loops: what is set on one way only becomes unknown.

use std::{collections::HashMap, fmt::Debug, rc::Rc, sync::Arc};

use super::super::{
    place::Place,
    value::{Cause, Value},
};

/// What a script finds when it starts.
pub(in super::super) trait Environment: Debug {
    /// The value of a variable, by the name that the language uses.
    fn value(&self, name: &str) -> Option<Value>;
}

/// The variables of a script.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct Variables {
    /// Asked for what the script did not set.
    environment: Option<Rc<dyn Environment>>,
    values: HashMap<Arc<str>, Entry>,
    /// What stood there before each change, as long as a branch is open.
    journal: Vec<(Arc<str>, Option<Entry>)>,
    open: usize,
    /// Values of an earlier epoch may have been overwritten unseen.
    epoch: u32,
}

#[derive(Clone, Debug)]
struct Entry {
    value: Value,
    epoch: u32,
}

/// The start of a branch.
#[derive(Debug)]
pub(in super::super) struct Mark(usize);

/// What a branch changed: name, and the value at its end.
type Changes = Vec<(Arc<str>, Option<Entry>)>;

impl Variables {
    /// Variables of a process that finds these.
    pub fn within(environment: Rc<dyn Environment>) -> Variables {
        Variables { environment: Some(environment), ..Variables::default() }
    }

    /// The value, if the script or its environment sets it.
    pub fn get(&self, name: &str) -> Option<Value> {
        let Some(entry) = self.values.get(name) else {
            return self.environment.as_ref()?.value(name);
        };
        if entry.epoch < self.epoch {
            return Some(Value::unknown(Cause::Sourced, name, entry.value.place));
        }
        Some(entry.value.clone())
    }

    /// Sets a variable.
    pub fn set(&mut self, name: &str, value: Value) {
        let name: Arc<str> = match self.values.get_key_value(name) {
            Some((name, _)) => Arc::clone(name),
            None => name.into(),
        };
        let epoch = self.epoch;
        self.put(name, Some(Entry { value, epoch }));
    }

    /// Forgets a variable.
    pub fn unset(&mut self, name: &str) {
        self.put(name.into(), None);
    }

    fn put(&mut self, name: Arc<str>, entry: Option<Entry>) {
        let before = match entry {
            Some(entry) => self.values.insert(Arc::clone(&name), entry),
            None => self.values.remove(&name),
        };
        if self.open > 0 {
            self.journal.push((name, before));
        }
    }

    /// Unseen code may have set anything.
    pub fn distrust(&mut self) {
        self.epoch += 1;
    }

    /// Begins a branch.
    pub fn begin(&mut self) -> Mark {
        self.open += 1;
        Mark(self.journal.len())
    }

    /// Ends a branch and goes back to where it began.
    pub fn undo(&mut self, mark: &Mark) -> usize {
        self.take_back(mark).len()
    }

    fn take_back(&mut self, mark: &Mark) -> Changes {
        self.open = self.open.saturating_sub(1);
        let mut first: HashMap<Arc<str>, Option<Entry>> = HashMap::new();
        let mut names: Vec<Arc<str>> = Vec::new();
        for (name, before) in self.journal.drain(mark.0.min(self.journal.len())..) {
            first.entry(name).or_insert_with_key(|name| {
                names.push(Arc::clone(name));
                before
            });
        }
        let mut changes = Vec::with_capacity(names.len());
        for name in names {
            let before = first.remove(&name).flatten();
            let after = match before {
                Some(entry) => self.values.insert(Arc::clone(&name), entry),
                None => self.values.remove(&name),
            };
            changes.push((name, after));
        }
        changes
    }

    /// Ends the last of some branches.
    pub fn end(&mut self, mark: &Mark) -> Branch {
        Branch(self.take_back(mark))
    }

    /// Joins branches of which one was taken, or, unless they are exhaustive, none.
    pub fn join(&mut self, branches: Vec<Branch>, exhaustive: bool, place: Place) {
        let total = branches.len();
        if total == 1 && exhaustive {
            for (name, entry) in branches.into_iter().flat_map(|branch| branch.0) {
                self.put(name, entry);
            }
            return;
        }
        let mut order: Vec<Arc<str>> = Vec::new();
        let mut after: HashMap<Arc<str>, Vec<Option<Entry>>> = HashMap::new();
        for (name, entry) in branches.into_iter().flat_map(|branch| branch.0) {
            let values = after.entry(Arc::clone(&name)).or_insert_with(|| {
                order.push(name);
                Vec::new()
            });
            values.push(entry);
        }
        for name in order {
            let mut ends = after.remove(&name).unwrap_or_default();
            if ends.len() < total || !exhaustive {
                ends.push(self.values.get(&name).cloned());
            }
            let agreed = agreed(&ends, self.epoch);
            let entry = agreed.unwrap_or_else(|| Entry {
                value: Value::unknown(Cause::Conditional, &*name, place),
                epoch: self.epoch,
            });
            self.put(name, Some(entry));
        }
    }
}

/// What one branch changed.
#[derive(Debug)]
pub(in super::super) struct Branch(Changes);

fn agreed(ends: &[Option<Entry>], epoch: u32) -> Option<Entry> {
    let (first, rest) = ends.split_first()?;
    let first = first.as_ref()?;
    let same = |other: &Option<Entry>| {
        other.as_ref().is_some_and(|other| other.epoch >= epoch && other.value.same(&first.value))
    };
    (first.epoch >= epoch && rest.iter().all(same)).then(|| first.clone())
}
