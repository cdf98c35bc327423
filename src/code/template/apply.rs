//! Calls and operators, and the names of what they give when that is unknown.

use std::sync::Arc;

use crate::code::template::deployment::Context;
use crate::code::template::evaluate::{evaluate, limited, unformed};
use crate::code::template::expression::{Call, Expression, Operator};
use crate::code::template::functions::{self, Definition, Failure, Run, failed, kind_name};
use crate::code::template::special;
use crate::code::value::{
    Cause, Content, Form, LONGEST_FORM, Part, Place, Unknown, Value, form_text,
};

/// A call, of a built-in function or of one of the template's own.
pub fn call(context: &Context<'_>, call: &Call, place: Place) -> Value {
    if let Some(namespace) = &call.namespace {
        return special::in_namespace(context, namespace, call, place);
    }
    match call.definition {
        // A template may have a function of its own with the name of a built-in one only in Bicep.
        Some(definition) => built_in(context, definition, call, place),
        None => special::own_function(context, &call.name, &call.arguments, place),
    }
}

/// A built-in function.
pub fn built_in(
    context: &Context<'_>,
    definition: &'static Definition,
    call: &Call,
    place: Place,
) -> Value {
    let count = call.arguments.len();
    if count < definition.fewest.into() || (definition.most < 255 && count > definition.most.into())
    {
        let why = format!("{} does not take {count} arguments", call.name);
        return Value::unknown_here(Cause::InvalidExpression, why, place);
    }
    match definition.run {
        Run::Special(special) => special::call(context, special, call, place),
        _ => pure(context, definition, &call.arguments, place),
    }
}

/// `-a`
pub fn negate(context: &Context<'_>, operand: &Expression, place: Place) -> Value {
    let value = evaluate(context, operand);
    match &value.content {
        Content::Number(number) => Value::new(Content::Number(-number), place),
        Content::Unknown(unknown) => unformed(unknown, place),
        _ => Value::unknown_here(
            Cause::InvalidExpression,
            format!("{} has no sign", kind_name(&value)),
            place,
        ),
    }
}

/// `a == b` and its kin, each by the function of the same meaning.
pub fn binary(
    context: &Context<'_>,
    operator: Operator,
    operands: &[Expression; 2],
    place: Place,
) -> Value {
    let function = match operator {
        Operator::And => return special::both(context, operands, place),
        Operator::Or => return special::either(context, operands, place),
        Operator::Coalesce => return special::coalesce(context, operands, place),
        Operator::EqualIgnoringCase => return caseless(context, operands, place, true),
        Operator::UnequalIgnoringCase => return caseless(context, operands, place, false),
        Operator::Unequal => {
            let equal = apply(context, "equals", operands, place);
            return match equal.content {
                Content::Bool(truth) => Value::new(Content::Bool(!truth), place),
                _ => equal,
            };
        }
        Operator::Equal => "equals",
        Operator::Less => "less",
        Operator::LessOrEqual => "lessorequals",
        Operator::Greater => "greater",
        Operator::GreaterOrEqual => "greaterorequals",
        Operator::Add => "add",
        Operator::Subtract => "sub",
        Operator::Multiply => "mul",
        Operator::Divide => "div",
        Operator::Remainder => "mod",
    };
    apply(context, function, operands, place)
}

fn caseless(
    context: &Context<'_>,
    operands: &[Expression; 2],
    place: Place,
    wanted: bool,
) -> Value {
    let [left, right] = operands
        .each_ref()
        .map(|operand| apply(context, "tolower", std::slice::from_ref(operand), place));
    match functions::equal(&context.session.budget, &left, &right) {
        Ok(equal) => Value::new(Content::Bool(equal == wanted), place),
        Err(Failure::Limit(why)) => limited(context, why, place),
        Err(failure) => failed(failure, "=~", place),
    }
}

/// A function of its arguments alone.
pub fn apply(context: &Context<'_>, name: &str, arguments: &[Expression], place: Place) -> Value {
    match functions::find(name) {
        Some(definition) => pure(context, definition, arguments, place),
        None => Value::unknown_here(Cause::UnknownFunction, name, place),
    }
}

fn pure(
    context: &Context<'_>,
    definition: &'static Definition,
    arguments: &[Expression],
    place: Place,
) -> Value {
    let arguments: Vec<Value> =
        arguments.iter().map(|argument| evaluate(context, argument)).collect();
    with_values(context, definition, &arguments, place)
}

/// A function of its arguments alone, of these values.
pub fn with_values(
    context: &Context<'_>,
    definition: &'static Definition,
    arguments: &[Value],
    place: Place,
) -> Value {
    let (run, tolerant) = match definition.run {
        Run::Pure(run) => (run, false),
        Run::Tolerant(run) => (run, true),
        Run::Cloud => return cloud(definition.name, arguments, place),
        Run::Fresh => {
            return Value::unknown_here(Cause::FunctionOfTheCloud, definition.name, place);
        }
        Run::Special(_) => {
            return Value::unknown_here(Cause::UnknownFunction, definition.name, place);
        }
    };
    let blame = arguments.iter().find_map(Value::as_unknown).filter(|_| !tolerant);
    let failure = match blame {
        Some(unknown) => Failure::Because(unknown.clone()),
        None => match run(&context.session.budget, arguments) {
            Ok(content) => return Value::new(content, place),
            Err(failure) => failure,
        },
    };
    match failure {
        Failure::Because(unknown) => {
            let form = named(definition.name, arguments);
            let unknown = Unknown { form, ..(*unknown).clone() };
            Value::new(Content::Unknown(Arc::new(unknown)), place)
        }
        Failure::Limit(why) => limited(context, format!("{}: {why}", definition.name), place),
        failure => failed(failure, definition.name, place),
    }
}

/// The unknown result of a function that only the cloud can answer.
pub fn cloud(name: &str, arguments: &[Value], place: Place) -> Value {
    let form = named(name, arguments);
    let detail = format!("{name}()").into();
    let unknown = Unknown { cause: Cause::FunctionOfTheCloud, detail, place, form };
    Value::new(Content::Unknown(Arc::new(unknown)), place)
}

/// The name of the unknown result of a function of these arguments.
pub fn named(name: &str, arguments: &[Value]) -> Option<Form> {
    let mut text = format!("{}(", name.to_ascii_lowercase());
    for (at, argument) in arguments.iter().enumerate() {
        if at > 0 {
            text.push(',');
        }
        canonical(argument, &mut text, 4)?;
        if text.len() > LONGEST_FORM {
            return None;
        }
    }
    text.push(')');
    Some([Part::Hole(text.into())].into())
}

fn canonical(value: &Value, out: &mut String, depth: u32) -> Option<()> {
    if depth == 0 || out.len() > LONGEST_FORM {
        return None;
    }
    match &value.content {
        Content::Null => out.push_str("null"),
        Content::Bool(truth) => out.push_str(if *truth { "true" } else { "false" }),
        Content::Number(number) => out.push_str(&number.to_string()),
        Content::Text(text) if text.len() < LONGEST_FORM => {
            out.push('\'');
            out.push_str(text);
            out.push('\'');
        }
        Content::Text(_) => return None,
        Content::Unknown(unknown) => out.push_str(&form_text(unknown.form.as_ref()?)),
        Content::List(list) => {
            out.push('[');
            for value in list.iter() {
                canonical(value, out, depth - 1)?;
                out.push(',');
            }
            out.push(']');
        }
        Content::Map(map) if map.rest().is_some() => return None,
        Content::Map(map) => {
            out.push('{');
            for member in map.members() {
                out.push_str(&member.key);
                out.push(':');
                canonical(&member.value, out, depth - 1)?;
                out.push(',');
            }
            out.push('}');
        }
    }
    Some(())
}
