//! What can be said of a resource or module by its symbol: id, name, outputs.

use std::rc::Rc;
use std::sync::Arc;

use crate::code::template::access::element;
use crate::code::template::apply::cloud;
use crate::code::template::deployment::{Context, Deployment, FrameKind};
use crate::code::template::evaluate::{copied, evaluate, inside, whole};
use crate::code::template::expression::{Expression, Index, Kind, Member as Access};
use crate::code::template::identity::{Identity, identity};
use crate::code::template::ids::ambient_object;
use crate::code::template::model::{Language, Loop, Resource, Symbol};
use crate::code::template::nested;
use crate::code::template::scope::segments;
use crate::code::template::slot::{once, step};
use crate::code::value::{Cause, Content, Map, Member, Place, Value, ViaKind, form_text};

/// What a symbol stands for: one resource or module, or all turns of a loop.
pub struct Target<'s> {
    context: Context<'s>,
    at: usize,
    /// Which turn of the loop, if it has one.
    turn: Turn,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Turn {
    Only,
    All,
    Number(usize),
    Some,
}

impl Target<'_> {
    fn resource(&self) -> Option<&Resource> {
        self.context.deployment.template.resources.get(self.at)
    }

    /// Who it is.
    pub fn identity(&self) -> Identity {
        identity(&self.context, &self.context.deployment, self.at)
    }

    fn child(&self) -> Option<Rc<Deployment>> {
        let turn = match self.turn {
            Turn::Only => None,
            Turn::Number(number) => Some(number),
            Turn::All | Turn::Some => Some(usize::MAX),
        };
        nested::child(&self.context, &self.context.deployment, self.at, turn)
    }
}

/// What an expression stands for, if it is the symbol of a resource or module.
pub fn target<'s>(context: &Context<'s>, expression: &Expression) -> Option<Target<'s>> {
    match &expression.kind {
        Kind::Name(name) => {
            if context.bound(name).is_some() {
                return None;
            }
            let Symbol::Resource(at) = *context.deployment.template.names.get(name)? else {
                return None;
            };
            let turn = if context.deployment.template.resources.get(at)?.repeat.is_some() {
                Turn::All
            } else {
                Turn::Only
            };
            Some(Target { context: context.clone(), at, turn })
        }
        Kind::Child(child) => {
            let parent = target(context, &child.0)?;
            let resources = &parent.context.deployment.template.resources;
            let named = |resource: &Resource| {
                resource.within == Some(parent.at) && resource.symbol.as_ref() == Some(&child.1)
            };
            let at = resources.iter().position(named)?;
            Some(Target { context: parent.context, at, turn: parent.turn })
        }
        Kind::Index(index) if !index.from_end => {
            if !matches!(index.base.kind, Kind::Name(_) | Kind::Child(_)) {
                return None;
            }
            let all = target(context, &index.base)?;
            if all.turn != Turn::All {
                return None;
            }
            let position = evaluate(context, &index.index);
            turn(&all, position)
        }
        _ => None,
    }
}

/// The context of one turn of the loop of a resource.
fn turn<'s>(all: &Target<'s>, position: Value) -> Option<Target<'s>> {
    let resource = all.resource()?;
    let number = position.as_number();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a float cast saturates"
    )]
    let turn = number.map_or(Turn::Some, |number| Turn::Number(number.max(0.0) as usize));
    let context = match resource.repeat.as_ref()? {
        Loop::Copy { name, .. } => all.context.with(FrameKind::Copy(name.clone(), position)),
        Loop::Each(each) => {
            let list = evaluate(&all.context.bare(), &each.list);
            let place = each.list.place;
            let value = element(&list, &position, false, place);
            inside(&all.context.bare(), each, value, position)
        }
    };
    Some(Target { context, at: all.at, turn })
}

/// The value of the symbol of a resource or module by itself.
pub fn symbol(context: &Context<'_>, expression: &Expression) -> Value {
    let place = expression.place;
    let Some(target) = target(context, expression) else {
        return Value::unknown_here(Cause::InvalidExpression, "this is not a resource", place);
    };
    if target.turn == Turn::All {
        return Value::unknown_here(Cause::FunctionOfTheCloud, "all resources of a loop", place);
    }
    let identity = target.identity();
    let put = |key: &str, value: Value| Member { key: key.into(), key_place: place, value };
    let members = vec![
        put("id", identity.id),
        put("name", identity.name),
        put("type", Value::text(identity.kind, place)),
    ];
    Value::new(Content::Map(Arc::new(Map::from_members(members))), place)
}

/// `x[i]` where `x` is a loop over resources.
pub fn resource_index(context: &Context<'_>, index: &Index, place: Place) -> Option<Value> {
    if context.deployment.template.language == Language::Arm
        || !matches!(index.base.kind, Kind::Name(_) | Kind::Child(_))
    {
        return None;
    }
    let all = target(context, &index.base)?;
    let position = evaluate(context, &index.index);
    let one = turn(&all, position)?;
    let identity = one.identity();
    let id = Member { key: "id".into(), key_place: place, value: identity.id };
    let name = Member { key: "name".into(), key_place: place, value: identity.name };
    Some(Value::new(Content::Map(Arc::new(Map::from_members(vec![id, name]))), place))
}

/// `x.id`, `x.name`, `x.properties`, `module.outputs.y`, where `x` is the symbol of a resource.
pub fn resource_member(context: &Context<'_>, access: &Access, place: Place) -> Option<Value> {
    if context.deployment.template.language == Language::Arm {
        return None;
    }
    if let Kind::Member(base) = &access.base.kind {
        if &*base.name == "outputs" {
            let target = target(context, &base.base)?;
            target.resource()?.deployment.as_ref()?;
            return Some(output(&target, &access.name, access.safe, place));
        }
        return None;
    }
    let target = target(context, &access.base)?;
    let resource = target.resource()?;
    let identity = target.identity();
    if target.turn == Turn::All {
        return Some(Value::unknown_here(
            Cause::InvalidExpression,
            "a loop over resources has no members",
            place,
        ));
    }
    Some(match &*access.name {
        "id" => identity.id.at(place),
        "name" => match &resource.name {
            Some(name) => evaluate(&target.context, name).at(place),
            None => identity.name.at(place),
        },
        "type" => Value::text(identity.kind, place),
        "apiVersion" => match &resource.api_version {
            Some(version) => evaluate(&target.context, version).at(place),
            None => Value::new(Content::Null, place),
        },
        "outputs" if resource.deployment.is_some() => outputs(&target, place),
        other => runtime(&identity.id, other, place),
    })
}

/// What only the deployed resource can say.
fn runtime(id: &Value, member: &str, place: Place) -> Value {
    let base = cloud("reference", std::slice::from_ref(id), place);
    element(&base, &Value::text(member, place), false, place)
}

fn output(target: &Target<'_>, name: &str, safe: bool, place: Place) -> Value {
    let Some(child) = target.child() else { return unread(target, name, place) };
    let found =
        child.template.outputs.iter().position(|output| output.name.eq_ignore_ascii_case(name));
    match found {
        Some(at) => output_at(target.context.session, &child, at).at(place),
        None if safe => Value::new(Content::Null, place),
        None => Value::unknown_here(
            Cause::InvalidExpression,
            format!("the module has no output `{name}`"),
            place,
        ),
    }
}

fn unread(target: &Target<'_>, name: &str, place: Place) -> Value {
    let resource = target.resource();
    let symbol = resource.and_then(|resource| resource.symbol.clone()).unwrap_or_default();
    let header = resource.map_or(place, |resource| resource.header);
    let turn = match target.turn {
        Turn::Number(number) => format!("[{number}]"),
        Turn::Only => String::new(),
        Turn::All | Turn::Some => "[*]".into(),
    };
    let hole = format!("{symbol}{turn}{}.outputs.{name}", target.context.deployment.mark);
    Value::hole(Cause::RemoteModule, format!("output `{name}` of `{symbol}`"), header, &hole)
        .at(place)
}

/// The value of an output of a deployment.
pub fn output_at(
    session: &crate::code::template::deployment::Session<'_>,
    child: &Rc<Deployment>,
    at: usize,
) -> Value {
    let inner = Context::of(session, child);
    let (Some(slot), Some(output)) = (child.outputs.get(at), child.template.outputs.get(at)) else {
        return Value::unknown_here(
            Cause::InvalidExpression,
            "there is no such output",
            child.template.place,
        );
    };
    let hole = format!("outputs('{}'){}", output.name, child.mark);
    once(&inner, slot, output.place, &output.name, &hole, || {
        let value = match &output.count {
            None => evaluate(&inner, &output.value),
            Some(count) => copied(&inner, &output.name, count, &output.value),
        };
        {
            let via = Some(step(ViaKind::Output, &output.name, &value));
            value.with_via(via)
        }
    })
}

fn outputs(target: &Target<'_>, place: Place) -> Value {
    match target.child() {
        Some(child) => outputs_of(&target.context, &child, place, false),
        None => unread(target, "*", place),
    }
}

/// All outputs of a deployment, as Bicep (`{name: …}`) or `reference()` (`{name: {value: …}}`) shows them.
fn outputs_of(context: &Context<'_>, child: &Rc<Deployment>, place: Place, wrapped: bool) -> Value {
    let members = child.template.outputs.iter().enumerate().map(|(at, output)| {
        let mut value = output_at(context.session, child, at);
        if wrapped {
            let inner = Member { key: "value".into(), key_place: output.place, value };
            value = Value::new(Content::Map(Arc::new(Map::from_members(vec![inner]))), place);
        }
        Member { key: output.name.clone(), key_place: output.place, value }
    });
    Value::new(Content::Map(Arc::new(Map::from_members(members.collect()))), place)
}

/// `reference()`: the outputs of a deployment of this template, else what only the cloud can answer.
pub fn reference(context: &Context<'_>, values: &[Value], place: Place) -> Value {
    let Some(wanted) = values.first() else { return cloud("reference", values, place) };
    let Some((at, turn)) = deployment_named(context, wanted) else {
        return answered(context, values, wanted, place);
    };
    let deployment = context.deployment.clone();
    let bare = context.bare();
    let context = match (
        turn,
        deployment.template.resources.get(at).and_then(|resource| resource.repeat.as_ref()),
    ) {
        (Some(number), Some(Loop::Copy { name, .. })) => {
            bare.with(FrameKind::Copy(name.clone(), Value::new(whole(number), place)))
        }
        _ => bare,
    };
    match nested::child(&context, &deployment, at, turn) {
        Some(child) => {
            let outputs = outputs_of(&context, &child, place, true);
            let member = Member { key: "outputs".into(), key_place: place, value: outputs };
            Value::new(Content::Map(Arc::new(Map::from_members(vec![member]))), place)
        }
        None => cloud("reference", values, place),
    }
}

/// What only the deployed resource can say, by its id, so that it is the same however the resource is named:
/// all of it where it is asked for in full, else its properties.
fn answered(context: &Context<'_>, values: &[Value], wanted: &Value, place: Place) -> Value {
    let deployment = &context.deployment;
    let named = wanted.as_text().and_then(|symbol| deployment.template.resource(symbol));
    let single = |at: &usize| {
        deployment.template.resources.get(*at).is_some_and(|found| found.repeat.is_none())
    };
    let id = match named.filter(single) {
        Some(at) => identity(&context.bare(), deployment, at).id,
        None => wanted.clone(),
    };
    let whole = cloud("reference", &[id], place);
    let full = values.get(2).and_then(Value::as_text);
    if full.is_some_and(|full| full.eq_ignore_ascii_case("full")) {
        return whole;
    }
    element(&whole, &Value::text("properties", place), false, place)
}

/// The deployment that a symbolic name (`module`, `module[2]`), a name or an id means.
fn deployment_named(context: &Context<'_>, wanted: &Value) -> Option<(usize, Option<usize>)> {
    let template = &context.deployment.template;
    if let Some(text) = wanted.as_text() {
        let (symbol, turn) = match text.strip_suffix(']').and_then(|text| text.rsplit_once('[')) {
            Some((symbol, number)) => (symbol, number.parse().ok()),
            None => (text, None),
        };
        if let Some(at) = template.resource(symbol) {
            return template.resources.get(at)?.deployment.is_some().then_some((at, turn));
        }
    }
    template.resources.iter().enumerate().find_map(|(at, resource)| {
        resource.deployment.as_ref()?;
        if resource.repeat.is_some() {
            return None;
        }
        context.session.budget.spend(1).then_some(())?;
        let name = evaluate(&context.bare(), resource.name.as_ref()?);
        if name.same(wanted) == Some(true) {
            return Some((at, None));
        }
        let last = segments(wanted)?.pop()?;
        let of_deployments = form_text(&wanted.form()?)
            .to_ascii_lowercase()
            .contains("microsoft.resources/deployments/");
        (of_deployments && name.same(&last) == Some(true)).then_some((at, None))
    })
}

/// `resourceInfo('symbol')`, which the compiler of Bicep writes for `symbol.id` and `symbol.name`.
pub fn resource_info(context: &Context<'_>, values: &[Value], place: Place) -> Value {
    let deployment = &context.deployment;
    let at = values
        .first()
        .and_then(Value::as_text)
        .and_then(|symbol| deployment.template.resource(symbol));
    let Some(at) = at else { return cloud("resourceinfo", values, place) };
    let identity = identity(&context.bare(), deployment, at);
    let known =
        [("id", identity.id), ("name", identity.name), ("type", Value::text(identity.kind, place))];
    ambient_object("resourceInfo()", &known, &[], place)
}
