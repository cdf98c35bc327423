//! The evaluator: an expression in its context gives a value, and an unknown one says why.

use std::sync::Arc;

use crate::code::template::apply::named;
use crate::code::template::deployment::{Context, FrameKind};
use crate::code::template::expression::{
    Each, Expression, For, Item, Key, Kind, Property, PropertyCopy,
};
use crate::code::template::functions::{self, Failure, failed};
use crate::code::template::limit;
use crate::code::template::{access, apply, slot, symbol};
use crate::code::value::{Cause, Content, Map, Member, Place, Unknown, Value};

/// The value of an expression.
pub fn evaluate(context: &Context<'_>, expression: &Expression) -> Value {
    let place = expression.place;
    let content = match &expression.kind {
        Kind::Null => Content::Null,
        Kind::Bool(truth) => Content::Bool(*truth),
        Kind::Number(number) => Content::Number(*number),
        Kind::Text(text) => Content::Text(text.clone()),
        Kind::Invalid(why) => {
            return Value::unknown_here(Cause::InvalidExpression, why.clone(), place);
        }
        _ => return compound(context, expression),
    };
    Value::new(content, place)
}

fn compound(context: &Context<'_>, expression: &Expression) -> Value {
    let place = expression.place;
    let budget = &context.session.budget;
    if !budget.spend(1) {
        return limited(context, format!("more than {} steps of evaluation", limit::STEPS), place);
    }
    if !budget.enter() {
        let why = format!("evaluation goes deeper than {} levels", limit::EVALUATION_DEPTH);
        return limited(context, why, place);
    }
    let value = match &expression.kind {
        Kind::Interpolation(pieces) => interpolation(context, pieces, place),
        Kind::Object(items) => object(context, items, place),
        Kind::List(elements) => list(context, elements, place),
        Kind::Call(call) => apply::call(context, call, place),
        Kind::Member(member) => access::member(context, member, place),
        Kind::Index(index) => access::index(context, index, place),
        Kind::Name(name) => slot::name(context, name, place),
        Kind::Child(_) => symbol::symbol(context, expression),
        Kind::For(each) => self::each(context, each, place),
        Kind::If(arms) => conditional(context, arms, place),
        Kind::Binary(operator, operands) => apply::binary(context, *operator, operands, place),
        Kind::Not(operand) => apply::apply(context, "not", std::slice::from_ref(operand), place),
        Kind::Negate(operand) => apply::negate(context, operand, place),
        Kind::Lambda(_) => {
            Value::unknown_here(Cause::InvalidExpression, "a lambda is not a value", place)
        }
        Kind::Spread(_) => {
            Value::unknown_here(Cause::InvalidExpression, "a spread is not a value", place)
        }
        Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Text(_) | Kind::Invalid(_) => {
            Value::new(Content::Null, place)
        }
    };
    budget.leave();
    value
}

/// An unknown value because of a limit, which is also reported.
pub fn limited(context: &Context<'_>, why: String, place: Place) -> Value {
    // Once a limit is reached everything after it reaches it too: one report is enough.
    let first = context.session.problems.borrow().iter().all(|problem| problem.message != why);
    if first {
        context.session.report(why.clone(), place);
    }
    Value::unknown_here(Cause::Limit, why, place)
}

fn interpolation(context: &Context<'_>, pieces: &[Expression], place: Place) -> Value {
    let pieces = pieces.iter().map(|piece| evaluate(context, piece));
    interpolated(context, pieces, place)
}

/// A text of these pieces.
pub fn interpolated(
    context: &Context<'_>,
    pieces: impl IntoIterator<Item = Value>,
    place: Place,
) -> Value {
    let mut texts = vec![Value::text("", place)];
    texts.extend(pieces);
    match functions_joined(context, &texts, place) {
        Ok(content) => Value::new(content, place),
        Err(Failure::Limit(why)) => limited(context, why, place),
        Err(failure) => failed(failure, "a text", place),
    }
}

fn functions_joined(context: &Context<'_>, texts: &[Value], place: Place) -> functions::Outcome {
    functions::joined(&context.session.budget, texts, place)
}

fn object(context: &Context<'_>, items: &[Item], place: Place) -> Value {
    let mut members = Vec::with_capacity(items.len());
    let mut doubled = false;
    let mut rest = None;
    for item in items {
        match item {
            Item::Member(property) => match key(context, property) {
                Ok(key) => {
                    doubled |= matches!(property.key, Key::Computed(_));
                    let value = evaluate(context, &property.value);
                    members.push(Member { key, key_place: property.key_place, value });
                }
                // Which member it is nobody knows. It is none of the others: Azure refuses a key twice.
                Err(unknown) => rest = Some(Arc::new(Unknown { form: None, ..(*unknown).clone() })),
            },
            Item::Spread(spread) => {
                let value = evaluate(context, spread);
                match &value.content {
                    Content::Map(map) => {
                        if let Some(unknown) = map.rest() {
                            rest = Some(unknown.clone());
                            members.clear();
                        }
                        members.extend(map.members().iter().cloned());
                    }
                    Content::Null => {}
                    // What stands before it may be replaced by it, what follows is known.
                    Content::Unknown(unknown) => {
                        rest = Some(unknown.clone());
                        members.clear();
                    }
                    _ => {
                        return Value::unknown_here(
                            Cause::InvalidExpression,
                            "only objects spread into objects",
                            place,
                        );
                    }
                }
                doubled = true;
            }
            Item::Copy(copy) => {
                let value = property_copy(context, copy);
                members.push(Member { key: copy.name.clone(), key_place: copy.name_place, value });
            }
        }
    }
    let map = if doubled { functions::keyed(members) } else { Map::from_members(members) };
    Value::map(map.open(rest), place)
}

fn key(context: &Context<'_>, property: &Property) -> Result<Arc<str>, Arc<Unknown>> {
    match &property.key {
        Key::Known(key) => Ok(key.clone()),
        Key::Computed(expression) => match evaluate(context, expression).content {
            Content::Text(text) => Ok(text),
            Content::Number(number) => Ok(number.to_string().into()),
            Content::Unknown(unknown) => Err(unknown),
            _ => Err(Arc::new(Unknown {
                cause: Cause::InvalidExpression,
                detail: "the name of a member is not a text".into(),
                place: expression.place,
                form: None,
            })),
        },
    }
}

/// The same cause, without what is known of the text.
pub fn unformed(unknown: &Arc<Unknown>, place: Place) -> Value {
    Value::new(Content::Unknown(Arc::new(Unknown { form: None, ..(**unknown).clone() })), place)
}

fn property_copy(context: &Context<'_>, copy: &PropertyCopy) -> Value {
    copied(context, &copy.name, &copy.count, &copy.input)
}

/// The list of a copy loop: `input` for each index.
pub fn copied(
    context: &Context<'_>,
    name: &Arc<str>,
    count: &Expression,
    input: &Expression,
) -> Value {
    let place = input.place;
    let number = evaluate(context, count);
    let Some(count) = copies(context, &number, count.place) else {
        return match number.content {
            Content::Unknown(unknown) => unformed(&unknown, place),
            _ => Value::unknown_here(
                Cause::InvalidExpression,
                "the count of a copy is not a number",
                place,
            ),
        };
    };
    let elements = (0..count).map(|at| {
        let index = Value::new(whole(at), place);
        evaluate(&context.with(FrameKind::Copy(name.clone(), index)), input)
    });
    gathered(context, elements, place)
}

/// The list of what a loop makes. It ends as soon as it is too large: loops in loops multiply.
pub fn gathered(context: &Context<'_>, values: impl Iterator<Item = Value>, place: Place) -> Value {
    let mut all = Vec::new();
    let mut size = 0_u32;
    for value in values {
        size = size.saturating_add(value.size()).saturating_add(1);
        if size > limit::VALUE_NODES || !context.session.budget.spend(1) {
            let why = format!("a value of more than {} parts", limit::VALUE_NODES);
            return limited(context, why, place);
        }
        all.push(value);
    }
    Value::new(Content::List(all.into()), place)
}

/// A count as a number of iterations.
pub fn copies(context: &Context<'_>, count: &Value, place: Place) -> Option<usize> {
    let number = count.as_number()?;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a float cast saturates"
    )]
    let count = number.max(0.0) as usize;
    if count > limit::COPIES {
        limited(context, format!("a loop of more than {} elements", limit::COPIES), place);
        return None;
    }
    Some(count)
}

/// A whole number as a value.
pub fn whole(number: usize) -> Content {
    #[expect(clippy::cast_precision_loss, reason = "positions in lists are far below 2^53")]
    Content::Number(number as f64)
}

fn list(context: &Context<'_>, elements: &[Expression], place: Place) -> Value {
    let mut all = Vec::with_capacity(elements.len());
    for element in elements {
        let Kind::Spread(spread) = &element.kind else {
            all.push(evaluate(context, element));
            continue;
        };
        let value = evaluate(context, spread);
        match &value.content {
            Content::List(list) => all.extend(list.iter().cloned()),
            Content::Null => {}
            Content::Unknown(unknown) => return unformed(unknown, place),
            _ => {
                return Value::unknown_here(
                    Cause::InvalidExpression,
                    "only lists spread into lists",
                    place,
                );
            }
        }
    }
    Value::new(Content::List(all.into()), place)
}

/// `[for x in list: body]`
fn each(context: &Context<'_>, each: &For, place: Place) -> Value {
    let list = evaluate(context, &each.each.list);
    match &list.content {
        Content::List(elements) => {
            let values = elements.iter().enumerate().map(|(at, element)| {
                let index = Value::new(whole(at), place);
                evaluate(&inside(context, &each.each, element.clone(), index), &each.body)
            });
            gathered(context, values, place)
        }
        Content::Unknown(unknown) => unformed(unknown, place),
        Content::Null => Value::unknown_here(Cause::InvalidExpression, "null is not a list", place),
        _ => Value::unknown_here(Cause::InvalidExpression, "a loop goes over a list", place),
    }
}

/// The context of one element of a loop.
pub fn inside<'s>(context: &Context<'s>, each: &Each, element: Value, index: Value) -> Context<'s> {
    let mut inner = context.clone();
    if !each.item.is_empty() {
        inner = inner.with(FrameKind::Variable(each.item.clone(), element));
    }
    if let Some(name) = &each.index {
        inner = inner.with(FrameKind::Variable(name.clone(), index));
    }
    inner
}

fn conditional(context: &Context<'_>, arms: &[Expression; 3], place: Place) -> Value {
    let [condition, yes, no] = arms;
    let decided = evaluate(context, condition);
    match &decided.content {
        Content::Bool(true) => evaluate(context, yes).at(place),
        Content::Bool(false) => evaluate(context, no).at(place),
        Content::Unknown(unknown) => {
            let (yes, no) = (evaluate(context, yes), evaluate(context, no));
            either(context, (&decided, unknown), &yes, &no).at(place)
        }
        _ => Value::unknown_here(
            Cause::InvalidExpression,
            "a condition is not a truth value",
            condition.place,
        ),
    }
}

/// One of two values, nobody knows which: what is the same in both is known.
fn either(
    context: &Context<'_>,
    (condition, reason): (&Value, &Arc<Unknown>),
    yes: &Value,
    no: &Value,
) -> Value {
    if matches!(functions::equal(&context.session.budget, yes, no), Ok(true)) {
        return yes.clone();
    }
    let place = yes.place;
    let undecided = |yes: &Value, no: &Value, place| {
        let detail = format!("the condition depends on {}", reason.detail).into();
        let form = named("if", &[condition.clone(), yes.clone(), no.clone()]);
        let cause = Cause::UnknownCondition;
        let unknown = Unknown { cause, detail, place: reason.place, form };
        Value::new(Content::Unknown(Arc::new(unknown)), place)
    };
    let (Content::Map(left), Content::Map(right)) = (&yes.content, &no.content) else {
        return undecided(yes, no, place);
    };
    let nothing = Value::null(place);
    let mut members = Vec::with_capacity(left.len());
    for member in left.members() {
        let other = right.get_ignoring_case(&member.key);
        let value = match other {
            Some(other) if context.session.budget.enter() => {
                let value = either(context, (condition, reason), &member.value, other);
                context.session.budget.leave();
                value
            }
            other => undecided(&member.value, other.unwrap_or(&nothing), member.value.place),
        };
        members.push(Member { value, ..member.clone() });
    }
    for member in right.members() {
        if left.get_ignoring_case(&member.key).is_none() {
            let value = undecided(&nothing, &member.value, member.value.place);
            members.push(Member { value, ..member.clone() });
        }
    }
    let rest = left.rest().or(right.rest()).cloned();
    Value::map(Map::from_members(members).open(rest), place)
}
