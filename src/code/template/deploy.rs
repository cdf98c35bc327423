//! Unfolding: from a template and its arguments to the resources that would be deployed.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;

use crate::code::template::access::element;
use crate::code::template::arguments::Arguments;
use crate::code::template::budget::Budget;
use crate::code::template::deployment::{Context, Deployment, FrameKind, Session};
use crate::code::template::evaluate::{copies, evaluate as value_of, inside, limited, whole};
use crate::code::template::identity::identity;
use crate::code::template::json::Problem;
use crate::code::template::limit;
use crate::code::template::model::{Language, Loop, Resource, Template};
use crate::code::template::nested::child;
use crate::code::template::project::Project;
use crate::code::template::scope::Scope;
use crate::code::template::symbol::output_at;
use crate::code::value::{Cause, Content, Place, Unknown, Value};

/// What a template would deploy.
#[derive(Debug, Default)]
pub struct Evaluation {
    /// The resources, in the order of the source; those of a module where the module stands.
    pub resources: Vec<Instance>,
    /// The outputs of the root.
    pub outputs: Vec<(Arc<str>, Value)>,
    /// Modules and linked templates that were not read, each once.
    pub unread: Vec<Unread>,
    /// The other files that it deploys.
    pub deployed: Vec<PathBuf>,
    /// What is wrong, each place once.
    pub problems: Vec<Problem>,
}

/// A module or linked template that was not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// Its path or address.
    pub source: Box<str>,
    /// Why.
    pub cause: Cause,
    /// In words.
    pub why: Box<str>,
    /// Where it is named first.
    pub place: Place,
}

/// A resource that would be deployed, or that is only referred to.
#[derive(Debug, Clone)]
pub struct Instance {
    /// The symbolic name, `parent::child` for one that stands in another one in Bicep.
    pub symbol: Option<Arc<str>>,
    /// Which turn of its loop it is.
    pub position: Position,
    /// The full type, as written.
    pub kind: Arc<str>,
    /// The version of the API.
    pub api_version: Option<Value>,
    /// The full name, `parent/child`.
    pub name: Value,
    /// The id.
    pub id: Value,
    /// The id of what it extends or is deployed to; empty for the tenant.
    pub scope: Value,
    /// Whether it is deployed for sure.
    pub condition: Condition,
    /// All its members but type, name, version and the like.
    pub body: Value,
    /// What a finding about something missing points at.
    pub header: Place,
    /// All of it.
    pub place: Place,
    /// The deployments and modules around it, nearest first.
    pub chain: Option<Arc<Link>>,
    /// Whether it is only referred to.
    pub is_existing: bool,
}

/// Which turn of a loop a resource is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Position {
    /// It has no loop.
    Only,
    /// This turn.
    Turn(usize),
    /// Any turn of a loop of unknown length; there may be none.
    Any,
}

/// Whether a resource is deployed.
#[derive(Debug, Clone)]
pub enum Condition {
    /// Always.
    Always,
    /// Only if something unknown is so.
    Perhaps(Arc<Unknown>),
}

/// A deployment or module around a resource.
#[derive(Debug, Clone)]
pub struct Link {
    /// Its symbolic name, or its name.
    pub name: Arc<str>,
    /// Which turn of its loop.
    pub position: Position,
    /// The call: the header of the module or deployment.
    pub place: Place,
    /// The file of what is deployed.
    pub file: u32,
    /// The one around it.
    pub next: Option<Arc<Link>>,
}

/// Evaluates a template as the root of a deployment.
pub fn evaluate(project: &Project, template: &Arc<Template>, arguments: &Arguments) -> Evaluation {
    let session = Session::new(project);
    let scope = Scope::ambient(template.level, template.place);
    let name = Value::hole(
        Cause::FunctionOfTheCloud,
        "deployment().name",
        template.place,
        "deployment().name",
    );
    let mut root = Deployment::new(template.clone(), scope, name);
    root.arguments = arguments.by_position(template);
    let root = Rc::new(root);
    let mut unfolding = Unfolding {
        session: &session,
        evaluation: Evaluation::default(),
        deployed: BTreeSet::new(),
        doubt: None,
    };
    unfolding.deployment(&root);
    let Unfolding { mut evaluation, mut deployed, .. } = unfolding;
    deployed.remove(&template.file);
    let files = deployed.into_iter().filter_map(|number| project.file(number));
    evaluation.deployed = files.map(|file| file.path.clone()).collect();
    for (at, output) in template.outputs.iter().enumerate() {
        evaluation.outputs.push((output.name.clone(), output_at(&session, &root, at)));
    }
    evaluation.unread = session.unread.take();
    evaluation.problems = session.problems.take();
    evaluation
}

struct Unfolding<'s> {
    session: &'s Session<'s>,
    evaluation: Evaluation,
    /// The files of all that is deployed.
    deployed: BTreeSet<u32>,
    /// Why it is not sure that the deployment at hand is made at all.
    doubt: Option<Arc<Unknown>>,
}

impl<'s> Unfolding<'s> {
    fn deployment(&mut self, deployment: &Rc<Deployment>) {
        let context = Context::of(self.session, deployment);
        let doubt = self.doubt.clone();
        for (at, resource) in deployment.template.resources.iter().enumerate() {
            if resource.within.is_none() {
                self.turns(&context, deployment, at, Position::Only, doubt.as_ref());
            }
        }
    }

    /// All turns of the loop of a resource, or the resource itself.
    fn turns(
        &mut self,
        context: &Context<'s>,
        deployment: &Rc<Deployment>,
        at: usize,
        around: Position,
        doubt: Option<&Arc<Unknown>>,
    ) {
        let Some(resource) = deployment.template.resources.get(at) else { return };
        let place = resource.header;
        let Some(repeat) = &resource.repeat else {
            self.one(context, deployment, at, around, doubt);
            return;
        };
        let (list, count) = match repeat {
            Loop::Copy { count, .. } => {
                let count = value_of(context, count);
                let number = copies(context, &count, place);
                (count, number)
            }
            Loop::Each(each) => {
                let list = value_of(context, &each.list);
                let length = list
                    .as_list()
                    .map(<[Value]>::len)
                    .map(|length| Value::new(whole(length), place));
                let number = length.and_then(|length| copies(context, &length, place));
                (list, number)
            }
        };
        let turn = |index: Value| match repeat {
            Loop::Copy { name, .. } => context.with(FrameKind::Copy(name.clone(), index)),
            Loop::Each(each) => {
                let element = element(&list, &index, false, each.list.place);
                inside(context, each, element, index)
            }
        };
        if let Some(count) = count {
            for number in 0..count {
                let context = turn(Value::new(whole(number), place));
                self.one(&context, deployment, at, Position::Turn(number), doubt);
            }
        } else {
            // Two loops must not share a name: their elements would count as the same text.
            let symbol = match (&resource.symbol, repeat) {
                (Some(symbol), _) => symbol.to_string(),
                (None, Loop::Copy { name, .. }) => name.to_string(),
                (None, Loop::Each(_)) => format!("#{at}"),
            };
            let reason = match list.as_unknown() {
                Some(unknown) => unknown.clone(),
                None => Arc::new(Unknown {
                    cause: Cause::Limit,
                    detail: "the loop is too long".into(),
                    place,
                    form: None,
                }),
            };
            let hole = format!("copyIndex('{symbol}'){}", deployment.mark);
            let index = Value::hole(reason.cause, reason.detail.clone(), reason.place, &hole);
            self.one(&turn(index), deployment, at, Position::Any, doubt.or(Some(&reason)));
        }
    }

    fn one(
        &mut self,
        context: &Context<'s>,
        deployment: &Rc<Deployment>,
        at: usize,
        position: Position,
        doubt: Option<&Arc<Unknown>>,
    ) {
        let template = &deployment.template;
        let Some(resource) = template.resources.get(at) else { return };
        if !self.session.budget.instance() {
            limited(context, format!("more than {} resources", limit::INSTANCES), resource.header);
            return;
        }
        let decided = resource.condition.as_ref().map(|condition| value_of(context, condition));
        let (deployed, own) = match decided.as_ref().map(|value| &value.content) {
            Some(Content::Bool(false)) => (false, None),
            Some(Content::Text(text)) => (!text.eq_ignore_ascii_case("false"), None),
            Some(Content::Unknown(unknown)) => (true, Some(unknown)),
            // What is not a truth value fails the deployment: it is judged as if it were made.
            None | Some(_) => (true, None),
        };
        let doubt = doubt.or(own);
        if deployed {
            self.deployed(context, deployment, resource, at, position, doubt);
        }
        // A condition of ARM is not that of the children
        // (https://learn.microsoft.com/azure/azure-resource-manager/templates/conditional-resource-deployment);
        // Bicep writes it into them.
        let around = self.doubt.clone();
        let (below, doubt) = match template.language {
            Language::Bicep => (deployed, doubt),
            Language::Arm => (true, around.as_ref()),
        };
        if below {
            for child in at + 1..template.resources.len() {
                match template.resources.get(child).and_then(|resource| resource.within) {
                    Some(within) if within == at => {
                        self.turns(context, deployment, child, position, doubt);
                    }
                    Some(_) => {}
                    None => break,
                }
            }
        }
    }

    fn deployed(
        &mut self,
        context: &Context<'s>,
        deployment: &Rc<Deployment>,
        resource: &Resource,
        at: usize,
        position: Position,
        doubt: Option<&Arc<Unknown>>,
    ) {
        if resource.deployment.is_some() && !resource.existing {
            let turn = match position {
                Position::Only => None,
                Position::Turn(number) => Some(number),
                Position::Any => Some(usize::MAX),
            };
            if let Some(child) = child(context, deployment, at, turn) {
                self.deployed.insert(child.template.file);
                let around = std::mem::replace(&mut self.doubt, doubt.cloned());
                self.deployment(&child);
                self.doubt = around;
            }
            return;
        }
        let identity = identity(context, deployment, at);
        let mut body = value_of(context, &resource.body);
        if !Budget::holds(&body) {
            let why = format!("a resource of more than {} parts", limit::VALUE_NODES);
            body = limited(context, why, resource.header);
        } else if !self.session.budget.body(&body) {
            let why = format!("resources of more than {} parts", limit::BODY_NODES_ALTOGETHER);
            body = limited(context, why, resource.header);
        }
        self.evaluation.resources.push(Instance {
            symbol: path_of(&deployment.template, resource),
            position,
            kind: identity.kind,
            api_version: resource.api_version.as_ref().map(|version| value_of(context, version)),
            name: identity.name,
            id: identity.id,
            scope: identity.scope,
            condition: doubt
                .map_or(Condition::Always, |unknown| Condition::Perhaps(unknown.clone())),
            body,
            header: resource.header,
            place: resource.place,
            chain: deployment.chain.clone(),
            is_existing: resource.existing,
        });
    }
}

/// The symbolic name of a resource, after those of the resources in which it stands.
fn path_of(template: &Template, resource: &Resource) -> Option<Arc<str>> {
    let own = resource.symbol.as_ref()?;
    let around = resource.within.filter(|_| template.language == Language::Bicep);
    match around.and_then(|at| template.resources.get(at)) {
        None => Some(own.clone()),
        Some(parent) => Some(format!("{}::{own}", path_of(template, parent)?).into()),
    }
}
