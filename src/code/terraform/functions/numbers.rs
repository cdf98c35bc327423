//! Functions on numbers.

use super::super::failure::Outcome;
use super::super::limits;
use super::super::number;
use super::Call;
use crate::code::value::Value;

pub(super) fn abs(call: &Call<'_>) -> Outcome<Value> {
    call.answer_number(call.number(0)?.abs())
}

pub(super) fn ceil(call: &Call<'_>) -> Outcome<Value> {
    call.answer_number(call.number(0)?.ceil())
}

pub(super) fn floor(call: &Call<'_>) -> Outcome<Value> {
    call.answer_number(call.number(0)?.floor())
}

pub(super) fn log(call: &Call<'_>) -> Outcome<Value> {
    call.answer_number(call.number(0)?.ln() / call.number(1)?.ln())
}

pub(super) fn pow(call: &Call<'_>) -> Outcome<Value> {
    call.answer_number(call.number(0)?.powf(call.number(1)?))
}

pub(super) fn signum(call: &Call<'_>) -> Outcome<Value> {
    let number = call.number(0)?;
    call.answer_number(if number == 0.0 { 0.0 } else { number.signum() })
}

pub(super) fn max(call: &Call<'_>) -> Outcome<Value> {
    let numbers: Vec<f64> = all(call, call.arguments)?;
    call.answer_number(numbers.into_iter().fold(f64::NEG_INFINITY, f64::max))
}

pub(super) fn min(call: &Call<'_>) -> Outcome<Value> {
    let numbers: Vec<f64> = all(call, call.arguments)?;
    call.answer_number(numbers.into_iter().fold(f64::INFINITY, f64::min))
}

pub(super) fn sum(call: &Call<'_>) -> Outcome<Value> {
    let items = call.list(0)?;
    if items.is_empty() {
        return call.invalid("the list is empty");
    }
    call.answer_number(all(call, items)?.into_iter().sum())
}

fn all(call: &Call<'_>, values: &[Value]) -> Outcome<Vec<f64>> {
    values.iter().map(|value| call.number_of(value)).collect()
}

pub(super) fn parseint(call: &Call<'_>) -> Outcome<Value> {
    let text = call.text(0)?;
    let base = u32::try_from(call.whole(1)?).ok().filter(|base| (2..=62).contains(base));
    let Some(base) = base else { return call.invalid("the base must be between 2 and 62") };
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1.0, digits),
        None => (1.0, &*text),
    };
    let mut number = 0.0;
    for letter in digits.chars() {
        let Some(digit) = digit(letter, base) else {
            return call.invalid("this is no number in that base");
        };
        number = number * f64::from(base) + f64::from(digit);
    }
    if digits.is_empty() {
        return call.invalid("this is no number in that base");
    }
    call.answer_number(sign * number)
}

/// Above base 36 capital letters are digits of their own.
fn digit(letter: char, base: u32) -> Option<u32> {
    let value = if base > 36 && letter.is_ascii_uppercase() {
        letter.to_ascii_lowercase().to_digit(36)? + 26
    } else {
        letter.to_digit(36)?
    };
    (value < base).then_some(value)
}

pub(super) fn range(call: &Call<'_>) -> Outcome<Value> {
    let numbers = all(call, call.arguments)?;
    let (start, end, step) = match numbers.as_slice() {
        [end] => (0.0, *end, if *end < 0.0 { -1.0 } else { 1.0 }),
        [start, end] => (*start, *end, if end < start { -1.0 } else { 1.0 }),
        [start, end, step, ..] => (*start, *end, *step),
        [] => return call.invalid("an argument is missing"),
    };
    if step == 0.0 || (end > start) != (step > 0.0) {
        if numbers_meet(start, end) {
            return call.answer_list(Vec::new());
        }
        return call.invalid("the step leads away from the end");
    }
    let mut items = Vec::new();
    let mut position = 0;
    loop {
        let next = start + step * number::count(position);
        let over = if step > 0.0 { next >= end } else { next <= end };
        if over {
            return call.answer_list(items);
        }
        if items.len() >= limits::RANGE {
            return call.invalid(format!("more than {} elements", limits::RANGE));
        }
        items.push(Value::number(next, call.place));
        position += 1;
    }
}

fn numbers_meet(a: f64, b: f64) -> bool {
    (a - b).abs() < f64::EPSILON
}
