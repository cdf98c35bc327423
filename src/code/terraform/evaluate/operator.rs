//! Operators, three-valued: `false && unknown` is false.

use super::super::failure::{Failure, Outcome};
use super::super::syntax::{Expression, Operator};
use super::super::types;
use super::{Evaluator, Scope, unknown};
use crate::code::value::{Content, Marks, Place, Value};

impl<'p> Evaluator<'p> {
    pub(super) fn binary(
        &mut self,
        operator: Operator,
        operands: &'p [Expression; 2],
        scope: &Scope<'_>,
        place: Place,
    ) -> Outcome<Value> {
        let [left, right] = operands;
        match operator {
            Operator::And => return self.logic(false, left, right, scope, place),
            Operator::Or => return self.logic(true, left, right, scope, place),
            _ => {}
        }
        let left = self.evaluate(left, scope)?;
        let right = self.evaluate(right, scope)?;
        let marks = secret(&left, &right);
        if matches!(operator, Operator::Equal | Operator::NotEqual) {
            self.step(u64::from(left.size().min(right.size())), place)?;
            let wanted = operator == Operator::Equal;
            if let Some(equal) = types::same(&left, &right) {
                return Ok(Value::bool(equal == wanted, place).marked(marks));
            }
            let blame = left.first_unknown().or_else(|| right.first_unknown());
            return Err(blame.map_or_else(
                || Failure::invalid("these values cannot be compared", place),
                |blame| Failure::Unknown(unknown::formless(blame)),
            ));
        }
        let (a, b) = (number(&left)?, number(&right)?);
        let content = match operator {
            Operator::Greater => Content::Bool(a > b),
            Operator::GreaterOrEqual => Content::Bool(a >= b),
            Operator::Less => Content::Bool(a < b),
            Operator::LessOrEqual => Content::Bool(a <= b),
            Operator::Add => Content::Number(a + b),
            Operator::Subtract => Content::Number(a - b),
            Operator::Multiply => Content::Number(a * b),
            Operator::Divide | Operator::Remainder if b == 0.0 => {
                return Err(Failure::invalid("division by zero", place));
            }
            Operator::Divide => Content::Number(a / b),
            _ => Content::Number(a % b),
        };
        if let Content::Number(result) = content
            && !result.is_finite()
        {
            return Err(Failure::limit("a number grows too large", place));
        }
        Ok(Value::new(content, place).marked(marks))
    }

    /// `&&` and `||`: one operand may decide alone, whatever the other one is.
    fn logic(
        &mut self,
        decisive: bool,
        left: &'p Expression,
        right: &'p Expression,
        scope: &Scope<'_>,
        place: Place,
    ) -> Outcome<Value> {
        let first = self.evaluate(left, scope)?;
        let left = boolean(&first);
        if matches!(left, Ok(value) if value == decisive) {
            return Ok(Value::bool(decisive, place).marked(secret(&first, &first)));
        }
        if let Err(Failure::Invalid(_)) = left {
            return left.map(|_| first);
        }
        let second = self.evaluate(right, scope)?;
        let right = boolean(&second)?;
        if right == decisive {
            return Ok(Value::bool(decisive, place).marked(secret(&first, &second)));
        }
        left?;
        Ok(Value::bool(!decisive, place).marked(secret(&first, &second)))
    }
}

pub(super) fn not(value: &Value, place: Place) -> Outcome<Value> {
    let operand = boolean(value)?;
    Ok(Value::bool(!operand, place).marked(secret(value, value)))
}

pub(super) fn negate(value: &Value, place: Place) -> Outcome<Value> {
    let operand = number(value)?;
    Ok(Value::number(-operand, place).marked(secret(value, value)))
}

fn secret(a: &Value, b: &Value) -> Marks {
    if a.holds_sensitive() || b.holds_sensitive() { Marks::SENSITIVE } else { Marks::NONE }
}

fn boolean(value: &Value) -> Outcome<bool> {
    match &value.content {
        Content::Unknown(unknown) => Err(Failure::Unknown(unknown::formless(unknown))),
        _ => types::boolean(value).map_err(|message| Failure::invalid(message, value.place)),
    }
}

fn number(value: &Value) -> Outcome<f64> {
    match &value.content {
        Content::Unknown(unknown) => Err(Failure::Unknown(unknown::formless(unknown))),
        _ => types::number(value).map_err(|message| Failure::invalid(message, value.place)),
    }
}
