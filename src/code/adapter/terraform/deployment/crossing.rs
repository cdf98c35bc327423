//! Values of Terraform in the evaluation of a template, and out of it again. Each side numbers its files from zero and gives
//! names of its own to what is unknown, so what comes from Terraform is marked while it is on the other side.

use std::sync::Arc;

use crate::code::adapter::terraform::context::Context;
use crate::code::value::{Cause, Content, Form, Map, Part, Place, Unknown, Value, Via};

/// Marks the numbers of Terraform's files; no project has as many.
const FILE: u32 = 1 << 31;

/// Marks Terraform's names.
const NAME: &str = "terraform:";

/// A value of Terraform, marked. What must not be shown is unknown: the functions of templates know nothing of secrets.
pub fn entered(context: &Context<'_>, value: &Value) -> Value {
    let place = outside(value.place);
    if value.is_sensitive() {
        let secret = Value::unknown_here(Cause::Secret, "it is marked as a secret", place);
        return secret.with_via(way(value.via.as_deref()));
    }
    let resolved = context.resolve(value);
    let marked = match &resolved.content {
        Content::Map(map) => {
            let mut all = Map::new();
            for member in map.members() {
                let key_place = outside(member.key_place);
                all.push(Arc::clone(&member.key), key_place, entered(context, &member.value));
            }
            Value::map(all.open(map.rest().map(unknown)), place)
        }
        Content::List(items) => {
            let items: Vec<Value> = items.iter().map(|item| entered(context, item)).collect();
            Value::list(items, place)
        }
        Content::Unknown(found) => Value::from_unknown(unknown(found), place),
        _ => resolved.clone().at(place),
    };
    marked.with_via(way(value.via.as_deref()))
}

/// The place in Terraform's files that a marked one is.
pub fn place_left(place: Place) -> Option<Place> {
    Some(Place { file: place.file.checked_sub(FILE)?, ..place })
}

/// Terraform's name that a marked one is.
pub fn name_left(name: &str) -> Option<&str> {
    name.strip_prefix(NAME)
}

fn outside(place: Place) -> Place {
    Place { file: place.file | FILE, ..place }
}

fn way(via: Option<&Via>) -> Option<Arc<Via>> {
    let via = via?;
    let next = way(via.next.as_deref());
    Some(Arc::new(Via { place: outside(via.place), next, ..via.clone() }))
}

fn unknown(unknown: &Arc<Unknown>) -> Arc<Unknown> {
    let part = |part: &Part| match part {
        Part::Hole(name) => Part::Hole(format!("{NAME}{name}").into()),
        other => other.clone(),
    };
    let form = unknown.form.as_ref().map(|form| form.iter().map(part).collect::<Form>());
    Arc::new(Unknown { place: outside(unknown.place), form, ..Unknown::clone(unknown) })
}
