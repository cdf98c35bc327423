//! The functions that need to know where they stand, or that do not evaluate all their arguments.

use std::rc::Rc;
use std::sync::Arc;

use crate::code::template::apply::{built_in, named};
use crate::code::template::deployment::{Context, Deployment, FrameKind};
use crate::code::template::evaluate::evaluate;
use crate::code::template::expression::{Call, Expression, Kind};
use crate::code::template::functions::{self, Special, kind_name};
use crate::code::template::ids;
use crate::code::template::model::{Language, Symbol};
use crate::code::template::slot::{parameter, variable};
use crate::code::template::{lambda, load};
use crate::code::value::{Cause, Content, Place, Unknown, Value};

/// Runs one of the special functions.
pub fn call(context: &Context<'_>, special: Special, call: &Call, place: Place) -> Value {
    let arguments = &call.arguments;
    match special {
        Special::Parameters => parameters(context, arguments, place),
        Special::Variables => variables(context, arguments, place),
        Special::CopyIndex => copy_index(context, arguments, place),
        Special::LambdaVariables => lambda_variables(context, arguments, place),
        Special::And => both(context, arguments, place),
        Special::Or => either(context, arguments, place),
        Special::Coalesce => coalesce(context, arguments, place),
        Special::If => match <[Expression; 3]>::try_from(arguments.to_vec()) {
            Ok(arms) => evaluate(context, &Expression::new(Kind::If(Box::new(arms)), place)),
            Err(_) => invalid("`if` takes three arguments", place),
        },
        Special::Map
        | Special::Filter
        | Special::Reduce
        | Special::Sort
        | Special::ToObject
        | Special::GroupBy
        | Special::MapValues => lambda::call(context, special, arguments, place),
        Special::LoadText | Special::LoadJson | Special::LoadYaml | Special::LoadBase64 => {
            load::call(context, special, arguments, place)
        }
        Special::NameOf => name_of(arguments, place),
        Special::Any => arguments
            .first()
            .map_or_else(|| invalid("any", place), |value| evaluate(context, value).at(place)),
        Special::Fail => fail(context, arguments, place),
        Special::Secret => Value::unknown_here(Cause::Secret, format!("{}()", call.name), place),
        _ => ids::call(context, special, call, place),
    }
}

fn invalid(why: impl Into<Box<str>>, place: Place) -> Value {
    Value::unknown_here(Cause::InvalidExpression, why, place)
}

/// The first argument as a text, or the unknown value that the call is instead.
///
/// # Errors
/// The value of the call, when there is no such text.
pub fn text_argument(
    context: &Context<'_>,
    arguments: &[Expression],
    place: Place,
) -> Result<Arc<str>, Value> {
    let Some(first) = arguments.first() else {
        return Err(invalid("an argument is missing", place));
    };
    let value = evaluate(context, first);
    match value.content {
        Content::Text(text) => Ok(text),
        Content::Unknown(unknown) => Err(Value::new(Content::Unknown(unknown), place)),
        _ => Err(invalid(format!("{} is not a text", kind_name(&value)), place)),
    }
}

fn parameters(context: &Context<'_>, arguments: &[Expression], place: Place) -> Value {
    let name = match text_argument(context, arguments, place) {
        Ok(name) => name,
        Err(value) => return value,
    };
    for frame in context.frames() {
        if let FrameKind::Arguments(values) = frame {
            let found = values.iter().find(|(bound, _)| bound.eq_ignore_ascii_case(&name));
            return match found {
                Some((_, value)) => value.clone().at(place),
                None => invalid(format!("the function has no parameter `{name}`"), place),
            };
        }
    }
    match context.deployment.template.parameter(&name) {
        Some(at) => parameter(context, at, place),
        None => invalid(format!("there is no parameter `{name}`"), place),
    }
}

fn variables(context: &Context<'_>, arguments: &[Expression], place: Place) -> Value {
    let name = match text_argument(context, arguments, place) {
        Ok(name) => name,
        Err(value) => return value,
    };
    match context.deployment.template.variable(&name) {
        Some(at) => variable(context, at, place),
        None => invalid(format!("there is no variable `{name}`"), place),
    }
}

fn copy_index(context: &Context<'_>, arguments: &[Expression], place: Place) -> Value {
    let mut name = None;
    let mut offset = 0.0;
    for argument in arguments {
        let value = evaluate(context, argument);
        match value.content {
            Content::Text(text) => name = Some(text),
            Content::Number(number) => offset = number,
            Content::Unknown(_) => return value.at(place),
            _ => return invalid("copyIndex takes a name and an offset", place),
        }
    }
    let found = context.frames().find_map(|frame| match frame {
        FrameKind::Copy(bound, index) => {
            name.as_ref().is_none_or(|name| bound.eq_ignore_ascii_case(name)).then_some(index)
        }
        _ => None,
    });
    match found.map(|index| &index.content) {
        Some(Content::Number(index)) => Value::new(Content::Number(index + offset), place),
        Some(content) => Value::new(content.clone(), place),
        None => invalid("copyIndex stands outside of its loop", place),
    }
}

fn lambda_variables(context: &Context<'_>, arguments: &[Expression], place: Place) -> Value {
    match text_argument(context, arguments, place) {
        Ok(name) => match context.bound(&name) {
            Some(value) => value.clone().at(place),
            None => invalid(format!("no lambda around has a parameter `{name}`"), place),
        },
        Err(value) => value,
    }
}

/// `and`: false as soon as one operand is, unknown if an unknown one decides.
pub fn both(context: &Context<'_>, operands: &[Expression], place: Place) -> Value {
    truth(context, operands, place, false, "and")
}

/// `or`: true as soon as one operand is, unknown if an unknown one decides.
pub fn either(context: &Context<'_>, operands: &[Expression], place: Place) -> Value {
    truth(context, operands, place, true, "or")
}

fn truth(
    context: &Context<'_>,
    operands: &[Expression],
    place: Place,
    decides: bool,
    name: &str,
) -> Value {
    let mut doubt: Option<Arc<Unknown>> = None;
    let mut seen = Vec::with_capacity(operands.len());
    for operand in operands {
        let value = evaluate(context, operand);
        match &value.content {
            Content::Bool(truth) if *truth == decides => {
                return Value::new(Content::Bool(decides), place);
            }
            Content::Bool(_) => {}
            Content::Unknown(unknown) => doubt = doubt.or_else(|| Some(unknown.clone())),
            _ => return invalid(format!("{} is not a truth value", kind_name(&value)), place),
        }
        seen.push(value);
    }
    match doubt {
        None => Value::new(Content::Bool(!decides), place),
        Some(unknown) => {
            let unknown = Unknown { form: named(name, &seen), ..(*unknown).clone() };
            Value::new(Content::Unknown(Arc::new(unknown)), place)
        }
    }
}

/// The first operand that is not null; unknown if one before it may be.
pub fn coalesce(context: &Context<'_>, operands: &[Expression], place: Place) -> Value {
    let mut doubt: Option<Arc<Unknown>> = None;
    let mut seen = Vec::with_capacity(operands.len());
    for operand in operands {
        let value = evaluate(context, operand);
        match &value.content {
            Content::Null => {}
            Content::Unknown(unknown) => {
                seen.push(value.clone());
                // A text of which a piece is known is not null.
                let certain = unknown.form.as_ref().is_some_and(|form| form.len() > 1);
                if certain && doubt.is_none() {
                    return value.at(place);
                }
                doubt = doubt.or_else(|| Some(unknown.clone()));
            }
            _ => {
                if doubt.is_none() {
                    return value.at(place);
                }
                seen.push(value);
                break;
            }
        }
    }
    match doubt {
        None => Value::new(Content::Null, place),
        Some(unknown) => {
            let form = match &*seen {
                // Nothing but nulls besides it: the same value, or null.
                [only] => only.form(),
                _ => named("coalesce", &seen),
            };
            Value::new(Content::Unknown(Arc::new(Unknown { form, ..(*unknown).clone() })), place)
        }
    }
}

fn name_of(arguments: &[Expression], place: Place) -> Value {
    match arguments.first().map(|argument| &argument.kind) {
        Some(Kind::Name(name)) => Value::text(name.clone(), place),
        Some(Kind::Member(member)) => Value::text(member.name.clone(), place),
        Some(Kind::Child(child)) => Value::text(child.1.clone(), place),
        _ => invalid("nameof takes a name", place),
    }
}

fn fail(context: &Context<'_>, arguments: &[Expression], place: Place) -> Value {
    match text_argument(context, arguments, place) {
        Ok(why) => invalid(format!("the template fails on purpose: {why}"), place),
        Err(value) => value,
    }
}

/// A call with a namespace: `sys.concat()`, a function of an ARM template, of an import or of a resource.
pub fn in_namespace(context: &Context<'_>, namespace: &str, call: &Call, place: Place) -> Value {
    let template = &context.deployment.template;
    if template.language == Language::Arm {
        return own_function(
            context,
            &format!("{namespace}.{}", call.name),
            &call.arguments,
            place,
        );
    }
    match template.names.get(namespace) {
        Some(Symbol::Import(at)) => match import(context, *at) {
            Ok((deployment, _)) => {
                function_of(context, &deployment, &call.name, &call.arguments, place)
            }
            Err(value) => value.at(place),
        },
        // `vault.getSecret()`, `account.listKeys()`: what a resource answers is a secret.
        Some(Symbol::Resource(_)) => {
            Value::unknown_here(Cause::Secret, format!("{}()", call.name), place)
        }
        _ => match functions::find(&call.name) {
            Some(definition) => built_in(context, definition, call, place),
            None => unknown_function(&call.name, place),
        },
    }
}

fn unknown_function(name: &str, place: Place) -> Value {
    Value::unknown_here(Cause::UnknownFunction, format!("{name}()"), place)
}

/// A function that the template declares or imports.
pub fn own_function(
    context: &Context<'_>,
    name: &str,
    arguments: &[Expression],
    place: Place,
) -> Value {
    let template = &context.deployment.template;
    if template.function(name).is_some() {
        return function_of(context, &context.deployment.clone(), name, arguments, place);
    }
    if let (Language::Bicep, Some(Symbol::Import(at))) =
        (template.language, template.names.get(name))
    {
        return match import(context, *at) {
            Ok((deployment, name)) => function_of(context, &deployment, &name, arguments, place),
            Err(value) => value.at(place),
        };
    }
    let values: Vec<Value> = arguments.iter().map(|argument| evaluate(context, argument)).collect();
    let mut value = unknown_function(name, place);
    if let Content::Unknown(unknown) = &value.content {
        let unknown = Unknown { form: named(name, &values), ..(**unknown).clone() };
        value.content = Content::Unknown(Arc::new(unknown));
    }
    value
}

fn function_of(
    context: &Context<'_>,
    owner: &Rc<Deployment>,
    name: &str,
    arguments: &[Expression],
    place: Place,
) -> Value {
    let template = owner.template.clone();
    let Some(function) = template.function(name).and_then(|at| template.functions.get(at)) else {
        return unknown_function(name, place);
    };
    let values: Vec<Value> = arguments.iter().map(|argument| evaluate(context, argument)).collect();
    if values.len() > function.parameters.len() {
        return invalid(format!("{name} does not take {} arguments", values.len()), place);
    }
    let mut inner = Context { session: context.session, deployment: owner.clone(), frames: None };
    let missing = || Value::new(Content::Null, place);
    let values = values.into_iter().chain(std::iter::repeat_with(missing));
    let bound = function.parameters.iter().cloned().zip(values);
    match template.language {
        Language::Arm => inner = inner.with(FrameKind::Arguments(bound.collect())),
        Language::Bicep => {
            for (name, value) in bound {
                inner = inner.with(FrameKind::Variable(name, value));
            }
        }
    }
    evaluate(&inner, &function.body).at(place)
}

/// The file of an import, as a deployment of nothing, and the name in it.
fn import(context: &Context<'_>, at: usize) -> Result<(Rc<Deployment>, Arc<str>), Value> {
    let template = context.deployment.template.clone();
    let Some(import) = template.imports.get(at) else {
        return Err(invalid("there is no such import", template.place));
    };
    let file = match load::module(context, template.file, &import.from, import.place) {
        Ok(file) => file,
        Err((cause, why)) => {
            let hole = format!("import('{}').{}", import.from, import.name);
            return Err(Value::hole(cause, why, import.place, &hole));
        }
    };
    if let Some(known) = context.session.imported.borrow().get(&file) {
        return Ok((known.clone(), import.name.clone()));
    }
    let loaded = context.session.project.load(file);
    let Some(imported) = loaded.templates.first() else {
        return Err(Value::unknown_here(
            Cause::MissingFile,
            "the imported file holds no template",
            import.place,
        ));
    };
    let scope = context.deployment.scope.clone();
    let mut deployment = Deployment::new(imported.clone(), scope, context.deployment.name.clone());
    deployment.mark = format!("@import/{file}").into();
    let deployment = Rc::new(deployment);
    context.session.imported.borrow_mut().insert(file, deployment.clone());
    Ok((deployment, import.name.clone()))
}

/// The value of an imported variable, or of everything under one name.
pub fn imported(context: &Context<'_>, at: usize, place: Place) -> Value {
    let (deployment, name) = match import(context, at) {
        Ok(found) => found,
        Err(value) => return value.at(place),
    };
    if name.is_empty() {
        return everything(context, &deployment, place);
    }
    let inner = Context { session: context.session, deployment: deployment.clone(), frames: None };
    match deployment.template.variable(&name) {
        Some(at) => variable(&inner, at, place),
        None => invalid(format!("the imported file has no variable `{name}`"), place),
    }
}

fn everything(context: &Context<'_>, deployment: &Rc<Deployment>, place: Place) -> Value {
    let inner = Context { session: context.session, deployment: deployment.clone(), frames: None };
    let members = deployment.template.variables.iter().enumerate().map(|(at, one)| {
        crate::code::value::Member {
            key: one.name.clone(),
            key_place: one.place,
            value: variable(&inner, at, place),
        }
    });
    Value::new(
        Content::Map(Arc::new(crate::code::value::Map::from_members(members.collect()))),
        place,
    )
}
