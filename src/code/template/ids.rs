//! The functions of ids and scopes: `resourceId()` and its kin, `resourceGroup()`, `subscription()`.

use std::sync::Arc;

use crate::code::template::apply::{cloud, named, with_values};
use crate::code::template::deployment::Context;
use crate::code::template::evaluate::{evaluate, interpolated};
use crate::code::template::expression::{Call, Expression, Kind};
use crate::code::template::functions::Special;
use crate::code::template::identity::{id_of, joined};
use crate::code::template::model::Level;
use crate::code::template::scope::{Scope, segments};
use crate::code::template::symbol;
use crate::code::value::{Cause, Content, Map, Member, Part, Place, Unknown, Value, form_text};

/// The functions of ids and scopes.
pub fn call(context: &Context<'_>, special: Special, call: &Call, place: Place) -> Value {
    let mut values: Vec<Value> =
        call.arguments.iter().map(|argument| evaluate(context, argument)).collect();
    whole_name(context, &call.arguments, &mut values);
    let scope = &context.deployment.scope;
    let first = values.first().cloned();
    match special {
        Special::ResourceId => resource_id(scope, &values, place),
        Special::SubscriptionResourceId => {
            one_scope(&values, place, "subscriptionresourceid", |name| {
                scope.of_subscription(name).id(place)
            })
        }
        Special::TenantResourceId => {
            one_scope(&values, place, "tenantresourceid", |_| scope.of_tenant().id(place))
        }
        Special::ManagementGroupResourceId => {
            one_scope(&values, place, "managementgroupresourceid", |name| {
                scope.of_management_group(name).id(place)
            })
        }
        Special::ExtensionResourceId => match values.split_first() {
            Some((base, rest)) => typed_id(base, rest, place)
                .unwrap_or_else(|| cloud("extensionresourceid", &values, place)),
            None => Value::unknown_here(
                Cause::InvalidExpression,
                "extensionResourceId needs an id",
                place,
            ),
        },
        Special::ResourceGroup => {
            let scope = match &*values {
                [] if scope.level == Level::ResourceGroup => scope.clone(),
                [] => scope.of_group(None, None),
                [group] => scope.of_group(None, Some(group.clone())),
                [subscription, group, ..] => {
                    scope.of_group(Some(subscription.clone()), Some(group.clone()))
                }
            };
            resource_group(&scope, place)
        }
        Special::Subscription => subscription(&scope.of_subscription(first), place),
        Special::ManagementGroup => management_group(&scope.of_management_group(first), place),
        Special::Tenant => {
            ambient_object("tenant()", &[], &["tenantId", "displayName", "countryCode"], place)
        }
        Special::Deployment => deployment(context, place),
        Special::Reference => symbol::reference(context, &values, place),
        Special::ResourceInfo => symbol::resource_info(context, &values, place),
        _ => cloud(&call.name, &values, place),
    }
}

/// The compiler writes the id of a child as `resourceId(type, split(name, '/')[0], split(name, '/')[1])`.
/// The name of such a child has as many parts as its type, so even the parts of an unknown one are told.
fn whole_name(context: &Context<'_>, arguments: &[Expression], values: &mut [Value]) {
    let count =
        arguments.iter().rev().take_while(|argument| part_of_name(argument).is_some()).count();
    let first = arguments.len() - count;
    let kind = first.checked_sub(1).and_then(|at| values.get(at)).and_then(names_of);
    if count < 2 || kind != Some(count) {
        return;
    }
    let arguments: Vec<&Expression> = arguments.iter().skip(first).collect();
    let Some(segments) = parts_of_name(context, &arguments) else { return };
    for (value, segment) in values.iter_mut().skip(first).zip(segments) {
        *value = segment;
    }
}

/// The name of a child as the compiler writes it, `format('{0}/{1}/child', split(name, '/')[0], split(name, '/')[1])`,
/// or as people do, `'${split(name, '/')[0]}/${split(name, '/')[1]}/child'`. There `name` is that of its parent: it has
/// as many parts as are taken from it, so even those of an unknown one are told.
pub fn name_of_child(context: &Context<'_>, name: &Expression) -> Option<Value> {
    match &name.kind {
        Kind::Call(call) => {
            let definition = call.definition.filter(|definition| definition.name == "format")?;
            let (text, arguments) = call.arguments.split_first()?;
            let mut values = vec![evaluate(context, text)];
            values.extend(with_parts_of_name(context, arguments, arguments.iter())?);
            Some(with_values(context, definition, &values, name.place))
        }
        Kind::Interpolation(pieces) => {
            // A text stands before each part: nothing before the first, a slash before the others.
            let parts = pieces.iter().skip(1).step_by(2);
            let count = parts.clone().take_while(|piece| part_of_name(piece).is_some()).count();
            let texts = pieces.iter().step_by(2).take(count).map(Expression::as_text);
            let is_name = texts.enumerate().all(|(at, text)| {
                text.is_some_and(|text| &**text == if at == 0 { "" } else { "/" })
            });
            let values = with_parts_of_name(context, pieces, parts)?;
            is_name.then(|| interpolated(context, values, name.place))
        }
        _ => None,
    }
}

/// The values of expressions, of which those that `candidates` begins with are parts of a name.
fn with_parts_of_name<'e>(
    context: &Context<'_>,
    expressions: &'e [Expression],
    candidates: impl Iterator<Item = &'e Expression>,
) -> Option<Vec<Value>> {
    let taken: Vec<&Expression> =
        candidates.take_while(|candidate| part_of_name(candidate).is_some()).collect();
    let mut parts = parts_of_name(context, &taken)?.into_iter();
    let mut values = Vec::with_capacity(expressions.len());
    for expression in expressions {
        let is_part = taken.iter().any(|part| std::ptr::eq(*part, expression));
        let part = if is_part { parts.next() } else { None };
        values.push(part.unwrap_or_else(|| evaluate(context, expression)));
    }
    Some(values)
}

/// The parts of a name, when these are all of them, in order.
fn parts_of_name(context: &Context<'_>, expressions: &[&Expression]) -> Option<Vec<Value>> {
    let names: Vec<Value> = expressions
        .iter()
        .enumerate()
        .filter_map(|(at, part)| part_of_name(part).filter(|(number, _)| *number == at))
        .map(|(_, name)| evaluate(context, name))
        .collect();
    let (name, others) = names.split_first()?;
    let all = names.len() == expressions.len() && names.len() > 1;
    if !all || others.iter().any(|other| name.same(other) != Some(true)) {
        return None;
    }
    segments(name).filter(|segments| segments.len() == names.len())
}

/// `split(name, '/')[number]`
fn part_of_name(expression: &Expression) -> Option<(usize, &Expression)> {
    let Kind::Index(index) = &expression.kind else { return None };
    let (Kind::Call(call), Kind::Number(number)) = (&index.base.kind, &index.index.kind) else {
        return None;
    };
    let split = call.definition.is_some_and(|definition| definition.name == "split");
    let [name, delimiter] = &*call.arguments else { return None };
    let slash = delimiter.as_text().is_some_and(|text| &**text == "/");
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a float cast saturates"
    )]
    (split && slash && *number >= 0.0).then_some((*number as usize, name))
}

/// How many names a type needs, if the value is a type.
fn names_of(kind: &Value) -> Option<usize> {
    let parts = kind.as_text()?.trim_end_matches('/').split('/').count();
    parts.checked_sub(1).filter(|names| *names > 0)
}

/// The id of a type and its names under something; none when the type is not known.
fn typed_id(prefix: &Value, values: &[Value], place: Place) -> Option<Value> {
    let (kind, names) = values.split_first()?;
    (names_of(kind)? == names.len())
        .then(|| id_of(prefix, kind.as_text().unwrap_or_default(), &joined(names, place), place))
}

/// `resourceId([subscription], [group], type, name…)`: the type is the one whose names follow.
fn resource_id(scope: &Scope, values: &[Value], place: Place) -> Value {
    for skipped in 0..values.len().min(3) {
        let (given, rest) = values.split_at(skipped);
        let scope = match given {
            [] => scope.clone(),
            [group] if scope.level == Level::ResourceGroup => {
                scope.of_group(None, Some(group.clone()))
            }
            [subscription] => scope.of_subscription(Some(subscription.clone())),
            [subscription, group, ..] => {
                scope.of_group(Some(subscription.clone()), Some(group.clone()))
            }
        };
        let is_type = rest.first().and_then(Value::as_text).is_some_and(|text| text.contains('/'));
        if let (true, Some(id)) = (is_type, typed_id(&scope.id(place), rest, place)) {
            return id;
        }
    }
    if values.iter().all(|value| value.as_unknown().is_none()) {
        let why = "resourceId: the names do not fit the type";
        return Value::unknown_here(Cause::InvalidExpression, why, place);
    }
    because("resourceid", values, place)
}

fn because(name: &str, values: &[Value], place: Place) -> Value {
    let Some(unknown) = values.iter().find_map(Value::as_unknown) else {
        return cloud(name, values, place);
    };
    let form = named(name, values);
    Value::new(Content::Unknown(Arc::new(Unknown { form, ..(**unknown).clone() })), place)
}

fn one_scope(
    values: &[Value],
    place: Place,
    name: &str,
    prefix: impl Fn(Option<Value>) -> Value,
) -> Value {
    for skipped in 0..values.len().min(2) {
        let (given, rest) = values.split_at(skipped);
        let is_type = rest.first().and_then(Value::as_text).is_some_and(|text| text.contains('/'));
        if let (true, Some(id)) = (is_type, typed_id(&prefix(given.first().cloned()), rest, place))
        {
            return id;
        }
    }
    because(name, values, place)
}

/// An object such as `resourceGroup()`: some members are known, of the others only what they are called.
pub fn ambient_object(
    name: &str,
    known: &[(&str, Value)],
    unknown: &[&str],
    place: Place,
) -> Value {
    let mut members: Vec<Member> = known
        .iter()
        .map(|(key, value)| Member { key: (*key).into(), key_place: place, value: value.clone() })
        .collect();
    for key in unknown {
        let hole = format!("{name}.{key}");
        let value = Value::hole(Cause::FunctionOfTheCloud, hole.as_str(), place, &hole);
        members.push(Member { key: (*key).into(), key_place: place, value });
    }
    Value::new(Content::Map(Arc::new(Map::from_members(members))), place)
}

/// The call that names a scope in the names of unknown values: the same scope, the same name.
fn scope_name(function: &str, value: &Value, ambient: &str) -> String {
    match value.form().as_deref() {
        Some([Part::Hole(name)]) if &**name == ambient => format!("{function}()"),
        Some(form) => format!("{function}({})", form_text(form)),
        None => format!("{function}(?)"),
    }
}

fn resource_group(scope: &Scope, place: Place) -> Value {
    let name = scope_name("resourceGroup", &scope.group, "resourceGroup().name");
    let known = [
        ("id", scope.id(place)),
        ("name", scope.group.clone()),
        ("type", Value::text("Microsoft.Resources/resourceGroups", place)),
    ];
    ambient_object(&name, &known, &["location", "tags", "managedBy", "properties"], place)
}

fn subscription(scope: &Scope, place: Place) -> Value {
    let name = scope_name("subscription", &scope.subscription, "subscription().subscriptionId");
    let known = [("id", scope.id(place)), ("subscriptionId", scope.subscription.clone())];
    ambient_object(&name, &known, &["tenantId", "displayName"], place)
}

fn management_group(scope: &Scope, place: Place) -> Value {
    let name = scope_name("managementGroup", &scope.management_group, "managementGroup().name");
    let known = [("id", scope.id(place)), ("name", scope.management_group.clone())];
    ambient_object(&name, &known, &["properties"], place)
}

fn deployment(context: &Context<'_>, place: Place) -> Value {
    let known = [("name", context.deployment.name.clone())];
    let name = format!("deployment(){}", context.deployment.mark);
    ambient_object(&name, &known, &["location", "id", "type", "properties"], place)
}
