//! Lists, and what lists and texts have in common.

use super::{
    Budget, Content, Failure, Outcome, Value, argument, index, integer, invalid, list, map, number,
};
use crate::code::template::limit;
use crate::code::value::{Map, Part, Place};
use std::sync::Arc;

use super::compare::{among, equal};
use super::object::union_of_maps;

pub fn array(_: &Budget, arguments: &[Value]) -> Outcome {
    let value = argument(arguments, 0)?;
    Ok(match &value.content {
        Content::List(list) => Content::List(list.clone()),
        _ => Content::List([value.clone()].into()),
    })
}

pub fn create_array(_: &Budget, arguments: &[Value]) -> Outcome {
    Ok(Content::List(arguments.into()))
}

pub fn concat(budget: &Budget, arguments: &[Value]) -> Outcome {
    let lists = arguments.iter().any(|value| matches!(value.content, Content::List(_)));
    if !lists {
        // One unknown thing alone may as well be a list.
        if let [only] = arguments {
            argument(arguments, 0)?;
            return Ok(only.content.clone());
        }
        let place = arguments.first().map_or_else(Place::default, |value| value.place);
        if !arguments.iter().any(|value| {
            matches!(value.content, Content::Text(_) | Content::Number(_) | Content::Bool(_))
        }) {
            (0..arguments.len()).try_for_each(|at| argument(arguments, at).map(|_| ()))?;
        }
        return super::text::joined(budget, arguments, place);
    }
    let mut all = Vec::new();
    for at in 0..arguments.len() {
        let list = list(arguments, at)?;
        budget.steps(list.len())?;
        all.extend(list.iter().cloned());
    }
    Ok(Content::List(all.into()))
}

pub fn empty(_: &Budget, arguments: &[Value]) -> Outcome {
    let Some(value) = arguments.first() else { return invalid("argument 1 is missing") };
    Ok(Content::Bool(match &value.content {
        Content::Null => true,
        Content::Text(text) => text.is_empty(),
        Content::List(list) => list.is_empty(),
        Content::Map(map) => match map.rest() {
            Some(rest) if map.is_empty() => return Err(rest.into()),
            _ => map.is_empty(),
        },
        Content::Unknown(unknown) => match unknown.form.as_deref() {
            // A text with a known piece has at least that piece.
            Some(form) if form.iter().any(|part| matches!(part, Part::Known(_))) => false,
            _ => return Err(unknown.into()),
        },
        _ => return invalid("a number or truth value is never empty"),
    }))
}

pub fn length(budget: &Budget, arguments: &[Value]) -> Outcome {
    let value = argument(arguments, 0)?;
    let length = match &value.content {
        Content::Text(text) => {
            budget.steps(1 + text.len() / 64)?;
            text.encode_utf16().count()
        }
        Content::List(list) => list.len(),
        Content::Map(_) => map(arguments, 0)?.len(),
        _ => return invalid(format!("{} has no length", super::kind_name(value))),
    };
    #[expect(clippy::cast_precision_loss, reason = "lengths are far below 2^53")]
    Ok(Content::Number(length as f64))
}

pub fn first(_: &Budget, arguments: &[Value]) -> Outcome {
    Ok(match &argument(arguments, 0)?.content {
        Content::Text(text) => {
            Content::Text(text.chars().next().map(String::from).unwrap_or_default().into())
        }
        Content::List(list) => element(list.first())?,
        _ => return invalid("only texts and lists have a first element"),
    })
}

pub fn last(_: &Budget, arguments: &[Value]) -> Outcome {
    Ok(match &argument(arguments, 0)?.content {
        Content::Text(text) => {
            Content::Text(text.chars().next_back().map(String::from).unwrap_or_default().into())
        }
        Content::List(list) => element(list.last())?,
        _ => return invalid("only texts and lists have a last element"),
    })
}

/// An element that is unknown keeps what is known of it.
pub fn element(value: Option<&Value>) -> Outcome {
    match value.map(|value| &value.content) {
        None => Ok(Content::Null),
        Some(Content::Unknown(unknown)) => Err(Failure::Partly(unknown.clone())),
        Some(content) => Ok(content.clone()),
    }
}

pub fn index_from_end(_: &Budget, arguments: &[Value]) -> Outcome {
    let (list, back) = (list(arguments, 0)?, index(integer(arguments, 1)?)?);
    match list.len().checked_sub(back).filter(|_| back > 0).and_then(|at| list.get(at)) {
        Some(value) => element(Some(value)),
        None => invalid(format!("a list of {} has no element {back} from its end", list.len())),
    }
}

pub fn try_index_from_end(_: &Budget, arguments: &[Value]) -> Outcome {
    if argument(arguments, 0)?.is_null() {
        return Ok(Content::Null);
    }
    let (list, back) = (list(arguments, 0)?, index(integer(arguments, 1)?)?);
    element(list.len().checked_sub(back).filter(|_| back > 0).and_then(|at| list.get(at)))
}

pub fn skip(_: &Budget, arguments: &[Value]) -> Outcome {
    let count = usize::try_from(integer(arguments, 1)?).unwrap_or(0);
    Ok(match &argument(arguments, 0)?.content {
        Content::Text(text) => Content::Text(text.chars().skip(count).collect::<String>().into()),
        Content::List(list) => Content::List(list.iter().skip(count).cloned().collect()),
        _ => return invalid("only texts and lists have elements to skip"),
    })
}

pub fn take(_: &Budget, arguments: &[Value]) -> Outcome {
    let count = usize::try_from(integer(arguments, 1)?).unwrap_or(0);
    Ok(match &argument(arguments, 0)?.content {
        Content::Text(text) => Content::Text(text.chars().take(count).collect::<String>().into()),
        Content::List(list) => Content::List(list.iter().take(count).cloned().collect()),
        _ => return invalid("only texts and lists have elements to take"),
    })
}

pub fn flatten(budget: &Budget, arguments: &[Value]) -> Outcome {
    let outer = list(arguments, 0)?;
    let mut all = Vec::new();
    for at in 0..outer.len() {
        let inner = list(outer, at)?;
        budget.steps(inner.len())?;
        all.extend(inner.iter().cloned());
    }
    Ok(Content::List(all.into()))
}

pub fn range(budget: &Budget, arguments: &[Value]) -> Outcome {
    let (start, count) = (integer(arguments, 0)?, index(integer(arguments, 1)?)?);
    if count > limit::RANGE {
        return Err(Failure::Limit(format!("more than {} numbers", limit::RANGE)));
    }
    budget.steps(count)?;
    let place = arguments.first().map_or_else(Place::default, |value| value.place);
    let numbers = (start..).take(count).map(|at| Value::new(number(at), place));
    Ok(Content::List(numbers.collect()))
}

pub fn union(budget: &Budget, arguments: &[Value]) -> Outcome {
    if arguments.is_empty() {
        return invalid("argument 1 is missing");
    }
    if arguments.iter().any(|value| matches!(value.content, Content::Map(_))) {
        return union_of_maps(budget, arguments);
    }
    let mut all: Vec<Value> = Vec::new();
    for at in 0..arguments.len() {
        for value in list(arguments, at)?.iter() {
            budget.steps(1 + all.len())?;
            if !among(budget, &all, value)? {
                all.push(value.clone());
            }
        }
    }
    Ok(Content::List(all.into()))
}

pub fn intersection(budget: &Budget, arguments: &[Value]) -> Outcome {
    if let Content::List(first) = &argument(arguments, 0)?.content {
        let mut common: Vec<Value> = first.to_vec();
        for at in 1..arguments.len() {
            let other = list(arguments, at)?;
            let mut kept = Vec::new();
            for value in common {
                budget.steps(1 + other.len())?;
                if among(budget, other, &value)? {
                    kept.push(value);
                }
            }
            common = kept;
        }
        Ok(Content::List(common.into()))
    } else {
        let mut common = map(arguments, 0)?.members().to_vec();
        for at in 1..arguments.len() {
            let other = map(arguments, at)?;
            let mut kept = Vec::new();
            for member in common {
                budget.steps(1 + other.len())?;
                if let Some(value) = other.get_ignoring_case(&member.key)
                    && equal(budget, value, &member.value)?
                {
                    kept.push(member);
                }
            }
            common = kept;
        }
        Ok(Content::Map(Arc::new(Map::from_members(common))))
    }
}
