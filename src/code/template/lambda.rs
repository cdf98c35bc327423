//! The functions that take a lambda
//! (<https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-lambda>).

use std::cmp::Ordering;
use std::sync::Arc;

use crate::code::template::budget::Budget;
use crate::code::template::deployment::{Context, FrameKind};
use crate::code::template::evaluate::{evaluate, gathered, limited, whole};
use crate::code::template::expression::{Expression, Kind, Lambda};
use crate::code::template::functions::{self, Special, kind_name};
use crate::code::template::limit;
use crate::code::value::{Cause, Content, Map, Member, Place, Unknown, Value};

type Step<T> = Result<T, Value>;

/// Runs a function that takes a lambda.
pub fn call(
    context: &Context<'_>,
    special: Special,
    arguments: &[Expression],
    place: Place,
) -> Value {
    let result = match special {
        Special::Map => map(context, arguments, place),
        Special::Filter => filter(context, arguments, place),
        Special::Reduce => reduce(context, arguments, place),
        Special::Sort => sort(context, arguments, place),
        Special::ToObject => to_object(context, arguments, place),
        Special::GroupBy => group_by(context, arguments, place),
        _ => map_values(context, arguments, place),
    };
    result.unwrap_or_else(|value| value)
}

fn invalid<T>(why: impl Into<Box<str>>, place: Place) -> Step<T> {
    Err(Value::unknown_here(Cause::InvalidExpression, why, place))
}

fn because(unknown: &Arc<Unknown>, place: Place) -> Value {
    Value::new(Content::Unknown(Arc::new(Unknown { form: None, ..(**unknown).clone() })), place)
}

fn elements(context: &Context<'_>, arguments: &[Expression], place: Place) -> Step<Arc<[Value]>> {
    let Some(first) = arguments.first() else { return invalid("the list is missing", place) };
    let value = evaluate(context, first);
    match &value.content {
        Content::List(list) => Ok(list.clone()),
        Content::Unknown(unknown) => Err(because(unknown, place)),
        _ => invalid(format!("{} is not a list", kind_name(&value)), place),
    }
}

fn lambda(arguments: &[Expression], at: usize, place: Place) -> Step<&Lambda> {
    match arguments.get(at).map(|argument| &argument.kind) {
        Some(Kind::Lambda(lambda)) => Ok(lambda),
        _ => invalid(format!("argument {} is not a lambda", at + 1), place),
    }
}

fn apply(context: &Context<'_>, lambda: &Lambda, values: &[Value]) -> Value {
    let mut inner = context.clone();
    for (name, value) in lambda.parameters.iter().zip(values) {
        inner = inner.with(FrameKind::Variable(name.clone(), value.clone()));
    }
    evaluate(&inner, &lambda.body)
}

fn position(at: usize, place: Place) -> Value {
    Value::new(whole(at), place)
}

fn map(context: &Context<'_>, arguments: &[Expression], place: Place) -> Step<Value> {
    let (list, lambda) = (elements(context, arguments, place)?, lambda(arguments, 1, place)?);
    let values = list
        .iter()
        .enumerate()
        .map(|(at, value)| apply(context, lambda, &[value.clone(), position(at, place)]));
    Ok(gathered(context, values, place))
}

fn filter(context: &Context<'_>, arguments: &[Expression], place: Place) -> Step<Value> {
    let (list, lambda) = (elements(context, arguments, place)?, lambda(arguments, 1, place)?);
    let mut kept = Vec::new();
    for (at, value) in list.iter().enumerate() {
        let answer = apply(context, lambda, &[value.clone(), position(at, place)]);
        match &answer.content {
            Content::Bool(true) => kept.push(value.clone()),
            Content::Bool(false) => {}
            // Whether it is in the list is unknown, so the list is.
            Content::Unknown(unknown) => return Err(because(unknown, place)),
            _ => return invalid("the lambda of a filter gives a truth value", place),
        }
    }
    Ok(Value::new(Content::List(kept.into()), place))
}

fn reduce(context: &Context<'_>, arguments: &[Expression], place: Place) -> Step<Value> {
    let (list, lambda) = (elements(context, arguments, place)?, lambda(arguments, 2, place)?);
    let Some(start) = arguments.get(1) else { return invalid("the start is missing", place) };
    let mut sum = evaluate(context, start);
    for (at, value) in list.iter().enumerate() {
        sum = apply(context, lambda, &[sum, value.clone(), position(at, place)]);
        // Each round may nest the value one deeper; dropping it must not overflow the stack.
        if !Budget::holds(&sum) {
            return Err(limited(
                context,
                format!("a value of more than {} parts", limit::VALUE_NODES),
                place,
            ));
        }
    }
    Ok(sum.at(place))
}

fn sort(context: &Context<'_>, arguments: &[Expression], place: Place) -> Step<Value> {
    let (list, lambda) = (elements(context, arguments, place)?, lambda(arguments, 1, place)?);
    let sorted = merge_sort(context, lambda, list.to_vec(), place)?;
    Ok(Value::new(Content::List(sorted.into()), place))
}

/// A stable sort that stops at the first unknown answer, and that takes any answers at all: those of
/// a template need not be an order.
fn merge_sort(
    context: &Context<'_>,
    lambda: &Lambda,
    mut list: Vec<Value>,
    place: Place,
) -> Step<Vec<Value>> {
    if list.len() < 2 {
        return Ok(list);
    }
    let right = list.split_off(list.len() / 2);
    let (left, right) =
        (merge_sort(context, lambda, list, place)?, merge_sort(context, lambda, right, place)?);
    let mut merged = Vec::with_capacity(left.len() + right.len());
    let (mut left, mut right) = (left.into_iter().peekable(), right.into_iter().peekable());
    while let (Some(first), Some(second)) = (left.peek(), right.peek()) {
        let next = match order(context, lambda, second, first, place)? {
            Ordering::Less => right.next(),
            _ => left.next(),
        };
        merged.extend(next);
    }
    merged.extend(left);
    merged.extend(right);
    Ok(merged)
}

/// Whether the first of two comes before the second.
fn order(
    context: &Context<'_>,
    lambda: &Lambda,
    first: &Value,
    second: &Value,
    place: Place,
) -> Step<Ordering> {
    let answer = apply(context, lambda, &[first.clone(), second.clone()]);
    match &answer.content {
        Content::Bool(true) => Ok(Ordering::Less),
        Content::Bool(false) => Ok(Ordering::Greater),
        Content::Unknown(unknown) => Err(because(unknown, place)),
        _ => invalid("the lambda of a sort gives a truth value", place),
    }
}

fn text_key(key: &Value, place: Place) -> Step<Arc<str>> {
    match &key.content {
        Content::Text(text) => Ok(text.clone()),
        Content::Number(number) => Ok(number.to_string().into()),
        Content::Unknown(unknown) => Err(because(unknown, place)),
        _ => invalid(format!("{} is not a name", kind_name(key)), place),
    }
}

fn to_object(context: &Context<'_>, arguments: &[Expression], place: Place) -> Step<Value> {
    let (list, key) = (elements(context, arguments, place)?, lambda(arguments, 1, place)?);
    let each = if arguments.len() > 2 { Some(lambda(arguments, 2, place)?) } else { None };
    let mut members = Vec::with_capacity(list.len());
    for value in list.iter() {
        let name = text_key(&apply(context, key, std::slice::from_ref(value)), place)?;
        let value = each.map_or_else(
            || value.clone(),
            |each| apply(context, each, std::slice::from_ref(value)),
        );
        members.push(Member { key: name, key_place: place, value });
    }
    Ok(Value::new(Content::Map(Arc::new(functions::keyed(members))), place))
}

fn group_by(context: &Context<'_>, arguments: &[Expression], place: Place) -> Step<Value> {
    let (list, key) = (elements(context, arguments, place)?, lambda(arguments, 1, place)?);
    let mut groups: Vec<(Arc<str>, Vec<Value>)> = Vec::new();
    for value in list.iter() {
        let name = text_key(&apply(context, key, std::slice::from_ref(value)), place)?;
        context.session.budget.spend(groups.len());
        match groups.iter_mut().find(|(known, _)| *known == name) {
            Some((_, group)) => group.push(value.clone()),
            None => groups.push((name, vec![value.clone()])),
        }
    }
    let members = groups.into_iter().map(|(key, group)| {
        let value = Value::new(Content::List(group.into()), place);
        Member { key, key_place: place, value }
    });
    Ok(Value::new(Content::Map(Arc::new(Map::from_members(members.collect()))), place))
}

fn map_values(context: &Context<'_>, arguments: &[Expression], place: Place) -> Step<Value> {
    let Some(first) = arguments.first() else { return invalid("the object is missing", place) };
    let object = evaluate(context, first);
    let lambda = lambda(arguments, 1, place)?;
    let members = match &object.content {
        Content::Map(map) if map.rest().is_some() => {
            return Err(map.rest().map_or_else(|| object.clone(), |rest| because(rest, place)));
        }
        Content::Map(map) => map.members().iter().map(|member| Member {
            value: apply(context, lambda, std::slice::from_ref(&member.value)),
            ..member.clone()
        }),
        Content::Unknown(unknown) => return Err(because(unknown, place)),
        _ => return invalid(format!("{} is not an object", kind_name(&object)), place),
    };
    Ok(Value::new(Content::Map(Arc::new(Map::from_members(members.collect()))), place))
}
