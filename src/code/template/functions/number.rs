//! Arithmetic, comparison, truth.

use std::cmp::Ordering;

use super::{
    Budget, Content, Failure, Outcome, Value, integer, invalid, kind_name, list, number, truth,
};

pub fn add(_: &Budget, arguments: &[Value]) -> Outcome {
    checked(arguments, i64::checked_add)
}

pub fn sub(_: &Budget, arguments: &[Value]) -> Outcome {
    checked(arguments, i64::checked_sub)
}

pub fn mul(_: &Budget, arguments: &[Value]) -> Outcome {
    checked(arguments, i64::checked_mul)
}

pub fn div(_: &Budget, arguments: &[Value]) -> Outcome {
    checked(arguments, i64::checked_div)
}

pub fn remainder(_: &Budget, arguments: &[Value]) -> Outcome {
    checked(arguments, i64::checked_rem)
}

fn checked(arguments: &[Value], operation: fn(i64, i64) -> Option<i64>) -> Outcome {
    let (left, right) = (integer(arguments, 0)?, integer(arguments, 1)?);
    match operation(left, right) {
        Some(result) => Ok(number(result)),
        None => invalid(format!("{left} and {right} have no result")),
    }
}

pub fn not(_: &Budget, arguments: &[Value]) -> Outcome {
    Ok(Content::Bool(!truth(arguments, 0)?))
}

pub fn less(_: &Budget, arguments: &[Value]) -> Outcome {
    Ok(Content::Bool(order(arguments)? == Ordering::Less))
}

pub fn less_or_equals(_: &Budget, arguments: &[Value]) -> Outcome {
    Ok(Content::Bool(order(arguments)? != Ordering::Greater))
}

pub fn greater(_: &Budget, arguments: &[Value]) -> Outcome {
    Ok(Content::Bool(order(arguments)? == Ordering::Greater))
}

pub fn greater_or_equals(_: &Budget, arguments: &[Value]) -> Outcome {
    Ok(Content::Bool(order(arguments)? != Ordering::Less))
}

fn order(arguments: &[Value]) -> Result<Ordering, Failure> {
    let [left, right] = arguments else { return invalid("two values are compared") };
    match (&left.content, &right.content) {
        (Content::Number(left), Content::Number(right)) => Ok(left.total_cmp(right)),
        (Content::Text(left), Content::Text(right)) => Ok(left.cmp(right)),
        (Content::Unknown(unknown), _) | (_, Content::Unknown(unknown)) => Err(unknown.into()),
        _ => invalid(format!("{} and {} have no order", kind_name(left), kind_name(right))),
    }
}

pub fn minimum(budget: &Budget, arguments: &[Value]) -> Outcome {
    Ok(number(numbers(budget, arguments)?.into_iter().min().unwrap_or_default()))
}

pub fn maximum(budget: &Budget, arguments: &[Value]) -> Outcome {
    Ok(number(numbers(budget, arguments)?.into_iter().max().unwrap_or_default()))
}

/// The numbers, given one by one or as a list.
fn numbers(budget: &Budget, arguments: &[Value]) -> Result<Vec<i64>, Failure> {
    let values: &[Value] = match arguments {
        [Value { content: Content::List(_), .. }] => list(arguments, 0)?,
        _ => arguments,
    };
    if values.is_empty() {
        return invalid("there is no number among none");
    }
    budget.steps(values.len())?;
    (0..values.len()).map(|at| integer(values, at)).collect()
}
