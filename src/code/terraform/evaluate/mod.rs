//! Evaluates one root on demand: every variable, local, resource and output at most once per module instance.

mod body;
mod conditional;
mod expand;
mod expression;
mod input;
mod names;
mod operator;
mod provider;
mod repeat;
mod script;
mod template;
mod traversal;
mod unknown;
mod whole;

use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;
use std::sync::Arc;

use super::diagnostic::{Diagnostic, DiagnosticKind};
use super::failure::{Failure, Outcome};
use super::limits;
use super::module::Module;
use super::project::{Options, Project};
use super::result::{FileText, ModuleStep, Root};
use super::syntax::{Expression, Node};
use super::types::Type;
use crate::code::value::{Cause, Map, Place, Unknown, Value, ViaKind};
use expand::{Children, Expansion};

pub(super) use expression::Members;
pub(super) use unknown::{formless, joined};

/// Evaluates a root module of a project.
pub(super) fn root(project: &Project, module: usize, options: &Options) -> Root {
    let mut evaluator = Evaluator::new(project, module, options);
    evaluator.assign(options);
    whole::everything(&mut evaluator)
}

/// Evaluates an expression of a root module, as `terraform console` does.
pub fn expression(project: &Project, source: &Expression, options: &Options) -> Outcome<Value> {
    let mut evaluator = Evaluator::new(project, 0, options);
    evaluator.assign(options);
    let scope = Scope::of(0);
    evaluator.evaluate(source, &scope)
}

/// The state of the evaluation of one root.
pub(super) struct Evaluator<'p> {
    pub(super) project: &'p Project,
    pub(super) instances: Vec<ModuleInstance<'p>>,
    /// The values that the root's variables are given, with how.
    inputs: HashMap<Arc<str>, (Value, ViaKind)>,
    workspace: Option<Arc<str>>,
    /// The texts that were taken from files.
    pub(super) texts: BTreeSet<FileText>,
    /// See [`Root::encoded`].
    encoded: HashMap<Arc<str>, Value>,
    pub(super) diagnostics: Vec<Diagnostic>,
    pub(super) steps: u64,
    depth: u32,
    limit_told: bool,
    out_of_steps: bool,
    rendering: bool,
}

/// A module as it is called at one place.
pub(super) struct ModuleInstance<'p> {
    pub(super) module: &'p Module,
    pub(super) number: usize,
    /// The instance and call that lead here; nothing at the root.
    parent: Option<(usize, usize)>,
    repeat: Repeat,
    /// `module.x[0].`, or nothing at the root.
    pub(super) prefix: Arc<str>,
    /// `x.y`, as `terraform init` writes the way of calls.
    way: String,
    pub(super) steps: Arc<[ModuleStep]>,
    pub(super) doubt: Option<Arc<Unknown>>,
    variables: Vec<Slot<Value>>,
    locals: Vec<Slot<Value>>,
    outputs: Vec<Slot<Value>>,
    resources: Vec<Slot<Rc<Expansion>>>,
    data: Vec<Slot<Rc<Expansion>>>,
    calls: Vec<Slot<Rc<Children>>>,
    types: HashMap<usize, Rc<Type>>,
}

/// A value that is computed once.
#[derive(Clone)]
pub(super) enum Slot<T> {
    Empty,
    Running,
    Done(T),
}

/// What `each` and `count` are.
#[derive(Clone, Default)]
pub(super) struct Repeat {
    pub(super) key: Option<Value>,
    pub(super) value: Option<Value>,
    pub(super) index: Option<Value>,
}

/// What names mean at an expression.
#[derive(Clone, Copy)]
pub(super) struct Scope<'s> {
    pub(super) module: usize,
    pub(super) repeat: Option<&'s Repeat>,
    pub(super) names: Option<&'s Binding<'s>>,
    /// The variables of a template that is rendered by a function.
    pub(super) variables: Option<&'s Map>,
}

/// A name that a `for` or `dynamic` gives.
pub(super) struct Binding<'s> {
    pub(super) name: &'s str,
    pub(super) value: Value,
    pub(super) outer: Option<&'s Binding<'s>>,
}

impl<'s> Scope<'s> {
    pub(super) fn of(module: usize) -> Scope<'s> {
        Scope { module, repeat: None, names: None, variables: None }
    }

    fn find(&self, name: &str) -> Option<&'s Value> {
        let mut binding = self.names;
        while let Some(found) = binding {
            if found.name == name {
                return Some(&found.value);
            }
            binding = found.outer;
        }
        self.variables.and_then(|variables| variables.get(name))
    }
}

impl<'p> Evaluator<'p> {
    fn new(project: &'p Project, module: usize, options: &Options) -> Evaluator<'p> {
        let mut evaluator = Evaluator {
            project,
            instances: Vec::new(),
            inputs: HashMap::new(),
            workspace: options.workspace.as_deref().map(Arc::from),
            texts: BTreeSet::new(),
            encoded: HashMap::new(),
            diagnostics: Vec::new(),
            steps: 0,
            depth: 0,
            limit_told: false,
            out_of_steps: false,
            rendering: false,
        };
        if let Some(declared) = project.modules.get(module) {
            let instance = ModuleInstance::new(declared, module);
            evaluator.instances.push(instance);
        }
        evaluator
    }

    /// Evaluates an expression; what Terraform refuses is a failure.
    pub(super) fn evaluate(&mut self, source: &'p Expression, scope: &Scope<'_>) -> Outcome<Value> {
        // Literals are most of all code and need no account.
        if let Node::Literal(value) = &source.node {
            return Ok(value.clone());
        }
        self.step(1, source.place)?;
        if self.depth >= limits::EVALUATION_DEPTH {
            return Ok(self.limit(source.place, "values depend on each other too deeply"));
        }
        self.depth += 1;
        let result = self.evaluate_node(source, scope);
        self.depth -= 1;
        match result {
            Ok(value) => self.bounded(value, source.place),
            Err(Failure::Unknown(unknown)) => {
                if unknown.cause == Cause::Limit && !self.limit_told && !self.out_of_steps {
                    return Ok(self.limit(unknown.place, &unknown.detail));
                }
                Ok(Value::from_unknown(unknown, source.place))
            }
            Err(invalid) => Err(invalid),
        }
    }

    /// Evaluates an expression to a value in any case: what Terraform refuses is unknown.
    pub(super) fn value(&mut self, source: &'p Expression, scope: &Scope<'_>) -> Value {
        match self.evaluate(source, scope) {
            Ok(value) => value,
            Err(failure) => failure.into_value(source.place),
        }
    }

    /// Accounts for work; fails once the root has used up what it may.
    pub(super) fn step(&mut self, count: u64, place: Place) -> Outcome<()> {
        self.steps = self.steps.saturating_add(count);
        if self.steps <= limits::STEPS {
            return Ok(());
        }
        if !self.out_of_steps {
            self.out_of_steps = true;
            self.tell(DiagnosticKind::Limit, "evaluating this root takes too many steps", place);
        }
        Err(Failure::limit("evaluating this root takes too many steps", place))
    }

    pub(super) fn limit(&mut self, place: Place, message: &str) -> Value {
        if !self.limit_told {
            self.limit_told = true;
            self.tell(DiagnosticKind::Limit, message, place);
        }
        Value::unknown(Cause::Limit, message, place, place)
    }

    pub(super) fn tell(&mut self, kind: DiagnosticKind, message: &str, place: Place) {
        let help = match kind {
            DiagnosticKind::Limit => {
                "What depends on it is unknown. Simplify the code, or split the root."
            }
            DiagnosticKind::Cycle => "Remove one of the references that lead back.",
            DiagnosticKind::RemoteModule => {
                "Run `terraform init` first: modules in .terraform/modules are read."
            }
            _ => "Correct the code; what depends on it is unknown.",
        };
        let file = self.project.sources.file(place.file);
        self.diagnostics.push(Diagnostic {
            kind,
            message: message.to_owned(),
            help: help.to_owned(),
            place: Some(place),
            path: file.map_or_else(String::new, |file| file.path.display().to_string()),
        });
    }

    fn bounded(&mut self, value: Value, place: Place) -> Outcome<Value> {
        let long = value.as_text().is_some_and(|text| text.len() > limits::TEXT_BYTES);
        if long || value.size() > limits::VALUES || value.depth() > limits::VALUE_DEPTH {
            return Ok(self.limit(place, "a value grows too large"));
        }
        Ok(value)
    }

    /// The directory of the root.
    pub(super) fn root_directory(&self) -> &std::path::Path {
        &self.instance(0).module.directory
    }

    pub(super) fn instance(&self, number: usize) -> &ModuleInstance<'p> {
        // Scopes are made with the numbers of instances that exist, and none is ever removed.
        &self.instances[number]
    }

    fn instance_mut(&mut self, number: usize) -> &mut ModuleInstance<'p> {
        &mut self.instances[number]
    }
}

impl<'p> ModuleInstance<'p> {
    fn new(module: &'p Module, number: usize) -> ModuleInstance<'p> {
        ModuleInstance {
            module,
            number,
            parent: None,
            repeat: Repeat::default(),
            prefix: Arc::from(""),
            way: String::new(),
            steps: Arc::from([]),
            doubt: None,
            variables: vec![Slot::Empty; module.variables.items().len()],
            locals: vec![Slot::Empty; module.locals.items().len()],
            outputs: vec![Slot::Empty; module.outputs.items().len()],
            resources: vec![Slot::Empty; module.resources.items().len()],
            data: vec![Slot::Empty; module.data.items().len()],
            calls: vec![Slot::Empty; module.calls.items().len()],
            types: HashMap::new(),
        }
    }
}
