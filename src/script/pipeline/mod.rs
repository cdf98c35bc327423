//! Pipelines: jobs and steps in order, the scripts in them, and what starts, holds and surrounds them.
//! Reads the given file only; templates and reusable workflows elsewhere stay unread and are named as steps.

mod azure;
mod expression;
mod github;
mod job;

use std::{collections::HashMap, rc::Rc};

pub(super) use azure::read as azure;
pub(super) use expression::replace_tokens;
pub(super) use github::{read_action as github_action, read_workflow as github_workflow};

use super::{value::Value, walk::Environment};

/// Which pipeline it is, and with it the syntax of expressions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Host {
    GitHub,
    Azure,
}

/// The variables that are known where a script stands: those of a step within those of its job, and so on.
#[derive(Clone, Debug)]
pub(super) struct Scope {
    host: Host,
    /// By name; Azure Pipelines ignores case, so names are in lower case there.
    values: HashMap<Box<str>, Value>,
    /// By the name in the environment of a process, as it is and in lower case.
    exact: HashMap<Box<str>, Value>,
    lower: HashMap<Box<str>, Value>,
    outer: Option<Rc<Scope>>,
}

impl Scope {
    /// The outermost.
    pub fn new(host: Host) -> Scope {
        Scope {
            host,
            values: HashMap::new(),
            exact: HashMap::new(),
            lower: HashMap::new(),
            outer: None,
        }
    }

    /// A scope in this one.
    pub fn within(outer: &Rc<Scope>) -> Scope {
        Scope { outer: Some(Rc::clone(outer)), ..Scope::new(outer.host) }
    }

    pub fn set(&mut self, name: &str, value: Value) {
        let environment = match self.host {
            Host::GitHub => name.to_owned(),
            Host::Azure => name.to_uppercase().replace(['.', ' ', '-'], "_"),
        };
        self.lower.insert(environment.to_lowercase().into(), value.clone());
        self.exact.insert(environment.into(), value.clone());
        let key = match self.host {
            Host::GitHub => name.into(),
            Host::Azure => name.to_lowercase().into(),
        };
        self.values.insert(key, value);
    }

    /// The value of an expression's variable.
    pub fn get(&self, name: &str) -> Option<&Value> {
        match self.host {
            Host::GitHub => self.find(|scope| &scope.values, name),
            Host::Azure => self.find(|scope| &scope.values, &name.to_lowercase()),
        }
    }

    fn find(&self, map: fn(&Scope) -> &HashMap<Box<str>, Value>, name: &str) -> Option<&Value> {
        let mut scope = self;
        loop {
            if let Some(value) = map(scope).get(name) {
                return Some(value);
            }
            scope = scope.outer.as_deref()?;
        }
    }
}

impl Environment for Scope {
    fn value(&self, name: &str) -> Option<Value> {
        // PowerShell asks for `env:name` and ignores case.
        match name.strip_prefix("env:") {
            Some(name) => self.find(|scope| &scope.lower, name).cloned(),
            None => self.find(|scope| &scope.exact, name).cloned(),
        }
    }
}
