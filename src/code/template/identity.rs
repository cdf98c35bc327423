//! Who a resource is: type, name, id, scope.

use std::rc::Rc;
use std::sync::Arc;

use crate::code::template::deployment::{Context, Deployment};
use crate::code::template::evaluate::{evaluate, limited};
use crate::code::template::expression::Kind;
use crate::code::template::ids::name_of_child;
use crate::code::template::limit;
use crate::code::template::model::Resource;
use crate::code::template::scope::{Scope, segments};
use crate::code::template::symbol::target;
use crate::code::value::{Cause, Content, Joined, Part, Place, Unknown, Value, form_text};

/// Who a resource is.
#[derive(Debug, Clone)]
pub struct Identity {
    /// The full type.
    pub kind: Arc<str>,
    /// The full name, `parent/child`.
    pub name: Value,
    /// The id.
    pub id: Value,
    /// The id of what it extends or is deployed to; empty for the tenant.
    pub scope: Value,
    /// The same as parts.
    pub place: Scope,
}

/// The resource at a position of a deployment, in the context of one turn of its loop.
pub fn identity(context: &Context<'_>, deployment: &Rc<Deployment>, at: usize) -> Identity {
    let template = &deployment.template;
    let nobody = || Identity {
        kind: "".into(),
        name: Value::unknown_here(
            Cause::InvalidExpression,
            "there is no such resource",
            template.place,
        ),
        id: Value::unknown_here(
            Cause::InvalidExpression,
            "there is no such resource",
            template.place,
        ),
        scope: deployment.scope.id(template.place),
        place: deployment.scope.clone(),
    };
    let Some(resource) = template.resources.get(at) else { return nobody() };
    if !context.session.budget.enter() {
        limited(
            context,
            format!("parents nest deeper than {} levels", limit::EVALUATION_DEPTH),
            resource.header,
        );
        return nobody();
    }
    let found = identify(context, deployment, resource);
    context.session.budget.leave();
    found
}

fn identify(context: &Context<'_>, deployment: &Rc<Deployment>, resource: &Resource) -> Identity {
    let place = resource.name.as_ref().map_or(resource.header, |name| name.place);
    let own = match &resource.name {
        Some(name) => name_of_child(context, name).unwrap_or_else(|| evaluate(context, name)),
        None => Value::unknown_here(
            Cause::InvalidExpression,
            "the resource has no name",
            resource.header,
        ),
    };
    let parent = match (&resource.parent, resource.within) {
        (Some(parent), _) => target(context, parent).map(|target| target.identity()),
        (None, Some(within)) => Some(identity(context, deployment, within)),
        (None, None) => None,
    };
    if let Some(parent) = parent {
        return child(resource, own, &parent, place);
    }
    if resource.parent.is_some() {
        let name =
            Value::unknown_here(Cause::InvalidExpression, "the parent is not a resource", place);
        let scope = deployment.scope.clone();
        let kind = resource.kind.clone();
        return Identity { kind, id: name.clone(), name, scope: scope.id(place), place: scope };
    }
    let (scope, extended) = scope_of(context, deployment, resource, place);
    if let Some((base, extension)) = split_extension(&resource.kind) {
        return old_extension(&base, &extension, &own, scope, place);
    }
    let prefix = extended.unwrap_or_else(|| scope.id(place));
    let id = id_of(&prefix, &resource.kind, &own, place);
    Identity { kind: resource.kind.clone(), name: own, id, scope: prefix, place: scope }
}

/// A resource that stands in another one or names it as its parent.
fn child(resource: &Resource, own: Value, parent: &Identity, place: Place) -> Identity {
    let written = resource.kind.as_ref();
    if let Some(extension) = strip_prefix_ignoring_case(written, "providers/") {
        // `"type": "providers/locks", "name": "Microsoft.Authorization/…"` in the list of its target.
        let names = segments(&own).unwrap_or_default();
        if let Some((provider, rest)) = names.split_first() {
            let kind: Arc<str> =
                format!("{}/{extension}", provider.as_text().unwrap_or_default()).into();
            let name = joined(rest, place);
            let id = id_of(&parent.id, &kind, &name, place);
            return Identity {
                kind,
                name,
                id,
                scope: parent.id.clone(),
                place: parent.place.clone(),
            };
        }
    }
    let full = written.split('/').next().is_some_and(|first| first.contains('.'));
    let kind: Arc<str> =
        if full { written.into() } else { format!("{}/{written}", parent.kind).into() };
    let below =
        kind.len() > parent.kind.len() && strip_prefix_ignoring_case(&kind, &parent.kind).is_some();
    if !below {
        // Another provider's type in the list of a resource extends it.
        let id = id_of(&parent.id, &kind, &own, place);
        return Identity {
            kind,
            name: own,
            id,
            scope: parent.id.clone(),
            place: parent.place.clone(),
        };
    }
    let whole_name = full
        && resource.parent.is_none()
        && segments(&own).is_some_and(|names| names.len() == kind.split('/').count() - 1);
    let name = if whole_name {
        own
    } else {
        Value::join(&[parent.name.clone(), Value::text("/", place), own], place)
    };
    let id = id_of(&parent.scope, &kind, &name, place);
    Identity { kind, name, id, scope: parent.scope.clone(), place: parent.place.clone() }
}

fn strip_prefix_ignoring_case<'t>(text: &'t str, prefix: &str) -> Option<&'t str> {
    let head = text.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then(|| text.get(prefix.len()..)).flatten()
}

/// `Microsoft.X/vaults/providers/locks` is a lock on a vault.
fn split_extension(kind: &str) -> Option<(String, String)> {
    let lower = kind.to_ascii_lowercase();
    let at = lower.find("/providers/")?;
    Some((kind.get(..at)?.to_owned(), kind.get(at + "/providers/".len()..)?.to_owned()))
}

fn old_extension(
    base: &str,
    extension: &str,
    name: &Value,
    scope: Scope,
    place: Place,
) -> Identity {
    let names = segments(name).unwrap_or_default();
    let own = base.split('/').count().saturating_sub(1);
    let (target, rest) = names.split_at(own.min(names.len()));
    let (provider, rest) =
        rest.split_first().map_or((None, rest), |(first, rest)| (first.as_text(), rest));
    let kind: Arc<str> =
        format!("{}/{extension}", provider.unwrap_or("Microsoft.Authorization")).into();
    let prefix = id_of(&scope.id(place), base, &joined(target, place), place);
    let name = joined(rest, place);
    let id = id_of(&prefix, &kind, &name, place);
    Identity { kind, name, id, scope: prefix, place: scope }
}

/// Names with slashes between them.
pub fn joined(names: &[Value], place: Place) -> Value {
    let mut pieces = Vec::with_capacity(names.len() * 2);
    for (at, name) in names.iter().enumerate() {
        if at > 0 {
            pieces.push(Value::text("/", place));
        }
        pieces.push(name.clone());
    }
    Value::join(&pieces, place)
}

/// Where a resource goes, and the id of the resource that it extends, if it does.
fn scope_of(
    context: &Context<'_>,
    deployment: &Rc<Deployment>,
    resource: &Resource,
    place: Place,
) -> (Scope, Option<Value>) {
    let mut scope = deployment.scope.clone();
    if resource.subscription.is_some() || resource.group.is_some() {
        let subscription = resource.subscription.as_ref().map(|given| evaluate(context, given));
        scope = match &resource.group {
            Some(group) => scope.of_group(subscription, Some(evaluate(context, group))),
            None => scope.of_subscription(subscription),
        };
    }
    let Some(written) = &resource.scope else { return (scope, None) };
    if let Kind::Call(call) = &written.kind
        && matches!(call.definition, Some(definition) if definition.name == "tenant")
    {
        return (scope.of_tenant(), None);
    }
    let value = evaluate(context, written);
    let id = match &value.content {
        Content::Map(map) => match map.get("id") {
            Some(id) => id.clone(),
            None => return (scope, None),
        },
        Content::Null => return (scope, None),
        _ => value,
    };
    let absolute = match id.form().as_deref().and_then(|form| form.first()) {
        Some(Part::Known(start)) => start.starts_with('/'),
        _ => true,
    };
    let id = if absolute {
        id
    } else {
        // `Microsoft.X/vaults/name` or `Microsoft.X/vaults/v/policies/p`, relative to the deployment.
        Value::join(&[scope.id(place), Value::text("/providers/", place), id], place)
    };
    let (scope, further) = scope.from_id(&id);
    (scope, further.then_some(id))
}

/// The id of a resource of this type and full name under a scope or another resource.
pub fn id_of(prefix: &Value, kind: &str, name: &Value, place: Place) -> Value {
    let kind_of = || kind.trim_end_matches('/').split('/');
    let types = kind_of().count() - 1;
    let names = match types {
        1 => vec![name.clone()],
        _ => segments(name).unwrap_or_default(),
    };
    if names.len() != types || types == 0 {
        let (cause, detail) = match name.as_unknown() {
            Some(unknown) => (unknown.cause, unknown.detail.clone()),
            None => (
                Cause::InvalidExpression,
                format!("the name does not have as many parts as {kind}").into(),
            ),
        };
        let blame = name.as_unknown().map_or(place, |unknown| unknown.place);
        let mut value = Value::unknown_here(cause, detail, blame).at(place);
        if let (Content::Unknown(unknown), Some(form)) = (&value.content, name.form()) {
            let hole = format!("id of {kind} {}", form_text(&form));
            let form = (hole.len() < crate::code::value::LONGEST_FORM)
                .then(|| [Part::Hole(hole.into())].into());
            value.content = Content::Unknown(Arc::new(Unknown { form, ..(**unknown).clone() }));
        }
        return value;
    }
    let mut id = Joined::default();
    id.push(prefix);
    let mut types = kind_of();
    let provider = types.next().unwrap_or_default();
    if !kind.eq_ignore_ascii_case("Microsoft.Resources/resourceGroups") {
        id.text("/providers/");
        id.text(provider);
    }
    for (kind, name) in types.zip(&names) {
        id.text("/");
        id.text(kind);
        id.text("/");
        id.push(name);
    }
    id.end(place)
}
