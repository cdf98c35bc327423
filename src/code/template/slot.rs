//! What names stand for: parameters and variables, each evaluated once, when somebody needs it.

use std::cell::RefCell;
use std::sync::Arc;

use crate::code::template::budget::Budget;
use crate::code::template::deployment::{Context, Slot};
use crate::code::template::evaluate::{copied, evaluate, limited};
use crate::code::template::expression::{Expression, Kind};
use crate::code::template::limit;
use crate::code::template::model::Symbol;
use crate::code::template::special;
use crate::code::template::symbol;
use crate::code::value::{Cause, Content, LONGEST_FORM, Part, Place, Unknown, Value, Via, ViaKind};

/// What a name stands for, the innermost first.
pub fn name(context: &Context<'_>, name: &Arc<str>, place: Place) -> Value {
    if let Some(value) = context.bound(name) {
        return value.clone().through(ViaKind::Element, name, place);
    }
    match context.deployment.template.names.get(name) {
        Some(Symbol::Parameter(at)) => parameter(context, *at, place),
        Some(Symbol::Variable(at)) => variable(context, *at, place),
        Some(Symbol::Resource(_)) => {
            symbol::symbol(context, &Expression::new(Kind::Name(name.clone()), place))
        }
        Some(Symbol::Import(at)) => special::imported(context, *at, place),
        Some(Symbol::Function(_)) => {
            Value::unknown_here(Cause::InvalidExpression, format!("`{name}` is a function"), place)
        }
        None => Value::unknown_here(
            Cause::InvalidExpression,
            format!("there is nothing named `{name}`"),
            place,
        ),
    }
}

/// The value of a parameter.
pub fn parameter(context: &Context<'_>, at: usize, place: Place) -> Value {
    let deployment = &context.deployment;
    let (Some(slot), Some(parameter)) =
        (deployment.parameters.get(at), deployment.template.parameters.get(at))
    else {
        return Value::unknown_here(Cause::InvalidExpression, "there is no such parameter", place);
    };
    let hole = format!("parameters('{}'){}", parameter.name, deployment.mark);
    once(context, slot, parameter.place, &parameter.name, &hole, || {
        let given = deployment.arguments.get(&at);
        let unknown =
            |cause: Cause| Value::hole(cause, parameter.name.as_ref(), parameter.place, &hole);
        let value = match (given, &parameter.default) {
            // Null for a parameter with a default means the default.
            (Some(given), default) if !(given.is_null() && default.is_some()) => given.clone(),
            (_, Some(default)) => {
                let value = evaluate(&context.bare(), default);
                {
                    let via = Some(step(ViaKind::VariableDefault, &parameter.name, &value));
                    value.with_via(via)
                }
            }
            _ if parameter.nullable => Value::new(Content::Null, parameter.place),
            _ => return unknown(if parameter.secure { Cause::Secret } else { Cause::NoDefault }),
        };
        if parameter.secure && value.as_unknown().is_none() && !value.is_null() {
            unknown(Cause::Secret)
        } else {
            value
        }
    })
    .at(place)
}

/// The value of a variable.
pub fn variable(context: &Context<'_>, at: usize, place: Place) -> Value {
    let deployment = &context.deployment;
    let (Some(slot), Some(variable)) =
        (deployment.variables.get(at), deployment.template.variables.get(at))
    else {
        return Value::unknown_here(Cause::InvalidExpression, "there is no such variable", place);
    };
    let hole = format!("variables('{}'){}", variable.name, deployment.mark);
    once(context, slot, variable.place, &variable.name, &hole, || {
        let bare = context.bare();
        let value = match &variable.count {
            None => evaluate(&bare, &variable.value),
            Some(count) => copied(&bare, &variable.name, count, &variable.value),
        };
        {
            let via = Some(step(ViaKind::Local, &variable.name, &value));
            value.with_via(via)
        }
    })
    .at(place)
}

/// One more step on the way of a value.
pub fn step(what: ViaKind, name: &Arc<str>, value: &Value) -> Arc<Via> {
    Arc::new(Via { what, name: name.clone(), place: value.place, next: value.via.clone() })
}

/// Evaluates what a slot holds, if that was not done before.
pub fn once(
    context: &Context<'_>,
    slot: &RefCell<Slot>,
    place: Place,
    name: &str,
    hole: &str,
    make: impl FnOnce() -> Value,
) -> Value {
    match &*slot.borrow() {
        Slot::Done(value) => return value.clone(),
        Slot::Running => {
            let why = format!("`{name}` needs its own value");
            context.session.report(why.clone(), place);
            return Value::unknown_here(Cause::Cycle, why, place);
        }
        Slot::Empty => {}
    }
    *slot.borrow_mut() = Slot::Running;
    let mut value = make();
    if !Budget::holds(&value) {
        value =
            limited(context, format!("a value of more than {} parts", limit::VALUE_NODES), place);
    }
    if let Content::Unknown(unknown) = &value.content {
        let named = unknown.form.is_none()
            && !matches!(unknown.cause, Cause::Secret)
            && hole.len() < LONGEST_FORM;
        if named {
            let form = Some([Part::Hole(hole.into())].into());
            value.content = Content::Unknown(Arc::new(Unknown { form, ..(**unknown).clone() }));
        }
    }
    *slot.borrow_mut() = Slot::Done(value.clone());
    value
}
