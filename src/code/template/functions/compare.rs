//! Whether values are the same, and where one is in another.

use super::{Budget, Content, Failure, Outcome, Value, argument, invalid, number, text};
use crate::code::value::{Map, Part, Unknown};
use std::sync::Arc;

pub fn contains(budget: &Budget, arguments: &[Value]) -> Outcome {
    let Some(wanted) = arguments.get(1) else { return invalid("argument 2 is missing") };
    Ok(Content::Bool(match &argument(arguments, 0)?.content {
        Content::Text(whole) => {
            budget.steps(1 + whole.len() / 64)?;
            let part = match &argument(arguments, 1)?.content {
                Content::Number(_) => super::text_of(budget, wanted)?,
                _ => text(arguments, 1)?.clone(),
            };
            whole.contains(&*part)
        }
        Content::List(list) => {
            budget.steps(1 + list.len())?;
            among(budget, list, wanted)?
        }
        Content::Map(map) => {
            budget.steps(1 + map.len())?;
            match (map.get_ignoring_case(text(arguments, 1)?), map.rest()) {
                (None, Some(rest)) => return Err(rest.into()),
                (found, _) => found.is_some(),
            }
        }
        _ => return invalid("only texts, lists and objects contain anything"),
    }))
}

pub fn among(budget: &Budget, list: &[Value], wanted: &Value) -> Result<bool, Failure> {
    let mut doubt = None;
    for value in list {
        match equal(budget, value, wanted) {
            Ok(true) => return Ok(true),
            Ok(false) => {}
            Err(Failure::Because(unknown)) => doubt = Some(unknown),
            Err(failure) => return Err(failure),
        }
    }
    doubt.map_or(Ok(false), |unknown| Err(Failure::Because(unknown)))
}

/// Texts without regard to letter case, as documented; elements of lists with regard to it.
pub fn index_of(budget: &Budget, arguments: &[Value]) -> Outcome {
    place_of(budget, arguments, |whole, part| whole.find(part), |found| found.position(|same| same))
}

/// See [`index_of`].
pub fn last_index_of(budget: &Budget, arguments: &[Value]) -> Outcome {
    place_of(
        budget,
        arguments,
        |whole, part| whole.rfind(part),
        |found| found.rposition(|same| same),
    )
}

fn place_of(
    budget: &Budget,
    arguments: &[Value],
    in_text: fn(&str, &str) -> Option<usize>,
    in_list: fn(&mut std::vec::IntoIter<bool>) -> Option<usize>,
) -> Outcome {
    let at = if let Content::List(list) = &argument(arguments, 0)?.content {
        let wanted = argument(arguments, 1)?;
        budget.steps(list.len())?;
        let same: Result<Vec<bool>, Failure> =
            list.iter().map(|value| equal(budget, value, wanted)).collect();
        in_list(&mut same?.into_iter())
    } else {
        let (whole, part) =
            (text(arguments, 0)?.to_lowercase(), text(arguments, 1)?.to_lowercase());
        budget.steps(1 + whole.len() / 16)?;
        in_text(&whole, &part)
            .map(|at| whole.get(..at).map_or(0, |before| before.encode_utf16().count()))
    };
    Ok(number(at.map_or(-1, |at| i64::try_from(at).unwrap_or(-1))))
}

pub fn equals(budget: &Budget, arguments: &[Value]) -> Outcome {
    let [left, right] = arguments else { return invalid("two values are compared") };
    Ok(Content::Bool(equal(budget, left, right)?))
}

/// Whether two values are the same; an error when an unknown one decides.
///
/// # Errors
/// When that cannot be told, or the budget is used up.
pub fn equal(budget: &Budget, left: &Value, right: &Value) -> Result<bool, Failure> {
    budget.steps(1)?;
    match (&left.content, &right.content) {
        (Content::Unknown(unknown), _) => equal_unknown(unknown, right),
        (_, Content::Unknown(unknown)) => equal_unknown(unknown, left),
        (Content::Null, Content::Null) => Ok(true),
        (Content::Bool(left), Content::Bool(right)) => Ok(left == right),
        (Content::Number(left), Content::Number(right)) => Ok(left.total_cmp(right).is_eq()),
        (Content::Text(left), Content::Text(right)) => Ok(left == right),
        (Content::List(left), Content::List(right)) => equal_lists(budget, left, right),
        (Content::Map(left), Content::Map(right)) => equal_maps(budget, left, right),
        _ => Ok(false),
    }
}

fn equal_unknown(unknown: &Arc<Unknown>, other: &Value) -> Result<bool, Failure> {
    let Some(form) = unknown.form.as_deref() else { return Err(unknown.into()) };
    match &other.content {
        Content::Unknown(other) if other.form.as_deref() == Some(form) => Ok(true),
        // Known pieces at either end can tell that two texts differ, not that they are the same.
        Content::Text(text) => match (form.first(), form.last()) {
            (Some(Part::Known(start)), _) if !text.starts_with(&**start) => Ok(false),
            (_, Some(Part::Known(end))) if !text.ends_with(&**end) => Ok(false),
            _ => Err(unknown.into()),
        },
        Content::Null | Content::List(_) | Content::Map(_) if form.len() > 1 => Ok(false),
        _ => Err(unknown.into()),
    }
}

fn equal_lists(budget: &Budget, left: &[Value], right: &[Value]) -> Result<bool, Failure> {
    if left.len() != right.len() {
        return Ok(false);
    }
    all_equal(budget, left.iter().zip(right))
}

fn equal_maps(budget: &Budget, left: &Map, right: &Map) -> Result<bool, Failure> {
    if let Some(rest) = left.rest().or(right.rest()) {
        return Err(rest.into());
    }
    if left.len() != right.len() {
        return Ok(false);
    }
    let pairs: Option<Vec<(&Value, &Value)>> = left
        .members()
        .iter()
        .map(|member| right.get_ignoring_case(&member.key).map(|value| (&member.value, value)))
        .collect();
    pairs.map_or(Ok(false), |pairs| all_equal(budget, pairs.into_iter()))
}

fn all_equal<'v>(
    budget: &Budget,
    pairs: impl Iterator<Item = (&'v Value, &'v Value)>,
) -> Result<bool, Failure> {
    if !budget.enter() {
        return Err(Failure::Limit("values nest too deep".into()));
    }
    let mut doubt = None;
    let mut answer = Ok(true);
    for (left, right) in pairs {
        match equal(budget, left, right) {
            Ok(true) => {}
            Err(Failure::Because(unknown)) => doubt = Some(unknown),
            decided => {
                answer = decided;
                doubt = None;
                break;
            }
        }
    }
    budget.leave();
    doubt.map_or(answer, |unknown| Err(Failure::Because(unknown)))
}
