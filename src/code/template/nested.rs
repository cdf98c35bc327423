//! Deployments in deployments: modules, nested and linked templates, and the values that they are given.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use crate::code::template::deploy::{Link, Position};
use crate::code::template::deployment::{Context, Deployment};
use crate::code::template::evaluate::{evaluate, limited};
use crate::code::template::expression::Expression;
use crate::code::template::identity::identity;
use crate::code::template::limit;
use crate::code::template::load;
use crate::code::template::model::{Language, Nested, Resource, Source, Template};
use crate::code::template::slot::step;
use crate::code::value::{Cause, Content, Map, Value, ViaKind};

/// The deployment that a resource of a deployment makes, in the context of one turn of its loop; made
/// once. None when its template is not at hand.
pub fn child(
    context: &Context<'_>,
    owner: &Rc<Deployment>,
    at: usize,
    turn: Option<usize>,
) -> Option<Rc<Deployment>> {
    let known = owner.children.borrow().get(&(at, turn)).cloned();
    if let Some(known) = known {
        return known;
    }
    let resource = owner.template.resources.get(at)?;
    let nested = resource.deployment.as_ref()?;
    owner.children.borrow_mut().insert((at, turn), None);
    let made = make(context, owner, at, resource, nested, turn).map(Rc::new);
    owner.children.borrow_mut().insert((at, turn), made.clone());
    made
}

fn make(
    context: &Context<'_>,
    owner: &Rc<Deployment>,
    at: usize,
    resource: &Resource,
    nested: &Nested,
    turn: Option<usize>,
) -> Option<Deployment> {
    if owner.depth >= limit::DEPLOYMENT_DEPTH {
        limited(
            context,
            format!("deployments nest deeper than {} levels", limit::DEPLOYMENT_DEPTH),
            resource.header,
        );
        return None;
    }
    let template = template_of(context, owner, resource, nested)?;
    let identity = identity(context, owner, at);
    let name = identity.name.clone();
    let shown =
        resource.symbol.clone().unwrap_or_else(|| name.as_text().unwrap_or("deployment").into());
    let position = match turn {
        None => Position::Only,
        Some(usize::MAX) => Position::Any,
        Some(number) => Position::Turn(number),
    };
    let mut made = Deployment::new(template, identity.place, name);
    made.mark = match position {
        Position::Turn(number) => format!("{}@{shown}[{number}]", owner.mark),
        Position::Any => format!("{}@{shown}[*]", owner.mark),
        // The position tells two deployments of the same name apart.
        Position::Only if resource.symbol.is_none() => format!("{}@{shown}#{at}", owner.mark),
        Position::Only => format!("{}@{shown}", owner.mark),
    }
    .into();
    made.depth = owner.depth + 1;
    let file = made.template.file;
    made.chain = Some(Arc::new(Link {
        name: shown,
        position,
        place: resource.header,
        file,
        next: owner.chain.clone(),
    }));
    if nested.outer {
        made.outer = Some((context.deployment.clone(), context.frames.clone()));
    } else if let Some(arguments) = &nested.arguments {
        made.arguments = arguments_of(context, arguments, &made.template, owner.template.language);
    }
    Some(made)
}

fn template_of(
    context: &Context<'_>,
    owner: &Rc<Deployment>,
    resource: &Resource,
    nested: &Nested,
) -> Option<Arc<Template>> {
    let (source, place) = match &nested.source {
        Source::Inline(template) => return Some(template.clone()),
        Source::Path(path, place) => (path.to_string(), *place),
        Source::Address(address) => {
            let value = evaluate(context, address);
            if let Some(path) = load::linked_path(&value) {
                (path, address.place)
            } else {
                let why = "the address of the template is not in this project";
                context.session.not_read("", Cause::RemoteModule, why, address.place);
                return None;
            }
        }
        Source::Missing(place) => {
            context.session.not_read(
                "",
                Cause::InvalidExpression,
                "the deployment has no template",
                *place,
            );
            return None;
        }
    };
    match load::module(context, owner.template.file, &source, place) {
        Ok(file) if file == owner.template.file || around(owner.chain.as_ref(), file) => {
            let why = format!("`{source}` deploys itself");
            context.session.report(why.clone(), resource.header);
            context.session.not_read(&source, Cause::Cycle, &why, place);
            None
        }
        Ok(file) => {
            let found = context.session.project.load(file).templates.first().cloned();
            if found.is_none() {
                context.session.not_read(
                    &source,
                    Cause::InvalidExpression,
                    "the file holds no template",
                    place,
                );
            }
            found
        }
        Err((cause, why)) => {
            context.session.not_read(&source, cause, &why, place);
            None
        }
    }
}

fn around(chain: Option<&Arc<Link>>, file: u32) -> bool {
    // An inline template has the file of what it stands in, which is no cycle by itself; the same
    // file again by its path is one.
    std::iter::successors(chain, |link| link.next.as_ref()).any(|link| link.file == file)
}

fn arguments_of(
    context: &Context<'_>,
    arguments: &Expression,
    template: &Arc<Template>,
    language: Language,
) -> HashMap<usize, Value> {
    let value = evaluate(context, arguments);
    match &value.content {
        Content::Map(map) => match language {
            Language::Arm => positions(template, map, unwrapped),
            Language::Bicep => positions(template, map, Value::clone),
        },
        Content::Unknown(_) => {
            (0..template.parameters.len()).map(|at| (at, value.clone())).collect()
        }
        _ => HashMap::new(),
    }
}

fn positions(
    template: &Template,
    map: &Map,
    value: impl Fn(&Value) -> Value,
) -> HashMap<usize, Value> {
    let mut found = HashMap::with_capacity(map.len());
    for member in map.members() {
        if let Some(at) = template.parameter(&member.key) {
            let value = value(&member.value);
            let via = Some(step(ViaKind::ModuleArgument, &member.key, &value));
            found.insert(at, value.with_via(via));
        }
    }
    found
}

/// `{"value": x}` or `{"reference": {…}}`, which is a secret in a key vault.
pub fn unwrapped(given: &Value) -> Value {
    let Some(map) = given.as_map() else { return given.clone() };
    match map.get_ignoring_case("value") {
        Some(value) => value.clone(),
        None if map.get_ignoring_case("reference").is_some() => {
            Value::unknown_here(Cause::Secret, "a secret of a key vault", given.place)
        }
        None => given.clone(),
    }
}
