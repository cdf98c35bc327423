//! One deployment while it is evaluated: its values so far, and where it goes.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use crate::code::template::budget::Budget;
use crate::code::template::deploy::{Link, Unread};
use crate::code::template::json::Problem;
use crate::code::template::limit;
use crate::code::template::model::Template;
use crate::code::template::project::Project;
use crate::code::template::scope::Scope;
use crate::code::value::{Cause, Place, Value};

/// The evaluation of one root: what all its deployments share.
pub struct Session<'p> {
    /// The files.
    pub project: &'p Project,
    /// What it may still cost.
    pub budget: Budget,
    /// What went wrong, each place once.
    pub problems: RefCell<Vec<Problem>>,
    /// Files that are imported, each evaluated once.
    pub imported: RefCell<HashMap<u32, Rc<Deployment>>>,
    /// Modules and linked templates that were not read.
    pub unread: RefCell<Vec<Unread>>,
}

impl<'p> Session<'p> {
    /// A new evaluation.
    pub fn new(project: &'p Project) -> Self {
        Self {
            project,
            budget: Budget::default(),
            problems: RefCell::default(),
            imported: RefCell::default(),
            unread: RefCell::default(),
        }
    }

    /// Says something, once a place.
    pub fn report(&self, message: String, place: Place) {
        let mut problems = self.problems.borrow_mut();
        let known = problems.iter().any(|old| old.place == place && old.message == message);
        if !known && problems.len() < limit::DIAGNOSTICS {
            problems.push(Problem { message, place });
        }
    }
}

impl Session<'_> {
    /// Notes a module or linked template that is not read, once a source.
    pub fn not_read(&self, source: &str, cause: Cause, why: &str, place: Place) {
        let mut unread = self.unread.borrow_mut();
        let known = unread
            .iter()
            .any(|old| if source.is_empty() { old.place == place } else { &*old.source == source });
        if !known && unread.len() < limit::DIAGNOSTICS {
            unread.push(Unread { source: source.into(), cause, why: why.into(), place });
        }
    }
}

/// A value that is evaluated once, when it is needed.
#[derive(Debug, Clone, Default)]
pub enum Slot {
    /// Not yet.
    #[default]
    Empty,
    /// Right now: who asks again goes round in a circle.
    Running,
    /// Done.
    Done(Value),
}

/// The deployments in a deployment by the position of the resource and the turn of its loop; none for one
/// whose template is not at hand.
pub type Children = HashMap<(usize, Option<usize>), Option<Rc<Deployment>>>;

/// One deployment of a template.
pub struct Deployment {
    /// What is deployed.
    pub template: Arc<Template>,
    /// Where to.
    pub scope: Scope,
    /// Its name.
    pub name: Value,
    /// The deployments and modules around it, nearest first.
    pub chain: Option<Arc<Link>>,
    /// How many of them there are.
    pub depth: u32,
    /// What tells its parameters from those of other deployments in the names of unknown values.
    pub mark: Box<str>,
    /// The values that were given, by the position of the parameter.
    pub arguments: HashMap<usize, Value>,
    /// Where expressions in it are evaluated, if not in itself.
    pub outer: Option<(Rc<Deployment>, Option<Rc<Frame>>)>,
    /// The values of its parameters.
    pub parameters: Vec<RefCell<Slot>>,
    /// The values of its variables.
    pub variables: Vec<RefCell<Slot>>,
    /// The values of its outputs.
    pub outputs: Vec<RefCell<Slot>>,
    /// The deployments in it, by position and index.
    pub children: RefCell<Children>,
}

impl Deployment {
    /// A deployment of a template that nothing is known about but this.
    pub fn new(template: Arc<Template>, scope: Scope, name: Value) -> Self {
        let slots = |count: usize| (0..count).map(|_| RefCell::default()).collect();
        Self {
            parameters: slots(template.parameters.len()),
            variables: slots(template.variables.len()),
            outputs: slots(template.outputs.len()),
            template,
            scope,
            name,
            chain: None,
            depth: 0,
            mark: Box::default(),
            arguments: HashMap::new(),
            outer: None,
            children: RefCell::default(),
        }
    }
}

/// Names that hold only inside an expression, innermost first.
#[derive(Debug)]
pub struct Frame {
    /// What it holds.
    pub kind: FrameKind,
    /// The frame around it.
    pub next: Option<Rc<Frame>>,
}

/// What a frame holds.
#[derive(Debug)]
pub enum FrameKind {
    /// The index of a copy loop.
    Copy(Arc<str>, Value),
    /// A variable of a lambda, a loop or a function.
    Variable(Arc<str>, Value),
    /// The arguments of a function of an ARM template.
    Arguments(Box<[(Arc<str>, Value)]>),
}

/// Where an expression is evaluated.
#[derive(Clone)]
pub struct Context<'s> {
    /// The evaluation.
    pub session: &'s Session<'s>,
    /// The deployment whose parameters and variables count.
    pub deployment: Rc<Deployment>,
    /// Names that hold only here.
    pub frames: Option<Rc<Frame>>,
}

impl<'s> Context<'s> {
    /// The context of the expressions of a deployment.
    pub fn of(session: &'s Session<'s>, deployment: &Rc<Deployment>) -> Self {
        match &deployment.outer {
            Some((outer, frames)) => {
                Self { session, deployment: outer.clone(), frames: frames.clone() }
            }
            None => Self { session, deployment: deployment.clone(), frames: None },
        }
    }

    /// The same with one more name.
    #[must_use]
    pub fn with(&self, kind: FrameKind) -> Self {
        let frame = Frame { kind, next: self.frames.clone() };
        Self { frames: Some(Rc::new(frame)), ..self.clone() }
    }

    /// The same without any names of its own.
    #[must_use]
    pub fn bare(&self) -> Self {
        Self { frames: None, ..self.clone() }
    }

    /// The frames, innermost first.
    pub fn frames(&self) -> impl Iterator<Item = &FrameKind> {
        std::iter::successors(self.frames.as_deref(), |frame| frame.next.as_deref())
            .map(|frame| &frame.kind)
    }

    /// The value of a variable of a lambda, a loop or a function.
    pub fn bound(&self, name: &str) -> Option<&Value> {
        self.frames().find_map(|frame| match frame {
            FrameKind::Variable(bound, value) if &**bound == name => Some(value),
            _ => None,
        })
    }
}
