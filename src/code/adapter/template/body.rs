//! The body of a resource as Azure would show it: with type and name, without what is null.

use std::sync::Arc;

use super::answers;
use crate::code::template::Instance;
use crate::code::template::scope::last_segment;
use crate::code::value::{Content, Map, Member, Place, Value};
use crate::inventory::Kind;

/// The body of a resource.
pub fn of(instance: &Instance, kind: Kind, canonical: &Arc<str>) -> Value {
    let header = instance.header;
    let body = without_nulls(&instance.body).unwrap_or_else(|| instance.body.clone());
    let Content::Map(written) = &body.content else { return body };
    let mut members = Vec::with_capacity(written.len() + 2);
    members.push(member("type", Value::text(canonical.clone(), header), header));
    members.push(member("name", own_name(&instance.name), header));
    let own = |name: &str| ["type", "name", "id"].iter().any(|own| name.eq_ignore_ascii_case(own));
    members.extend(written.members().iter().filter(|member| !own(&member.key)).cloned());
    match kind {
        Kind::RoleAssignment => put_scope(&mut members, instance),
        Kind::KeyVault => answers::put_address(&mut members, instance),
        _ => {}
    }
    Value::map(Map::from_members(members).open(written.rest().cloned()), body.place)
        .with_via(body.via.clone())
}

/// The last part of a name such as `vault/policy`.
fn own_name(name: &Value) -> Value {
    match name.as_text().map(|text| text.rsplit_once('/')) {
        Some(None) => name.clone(),
        Some(Some((_, own))) => Value::text(own, name.place).with_via(name.via.clone()),
        None => last_segment(name).unwrap_or_else(|| name.clone()),
    }
}

fn member(name: &str, value: Value, key_place: Place) -> Member {
    Member { key: name.into(), key_place, value }
}

/// Azure answers the scope of an assignment among its properties; code says it by where the assignment stands.
fn put_scope(members: &mut [Member], instance: &Instance) {
    let properties =
        members.iter_mut().find(|member| member.key.eq_ignore_ascii_case("properties"));
    let Some(properties) = properties else { return };
    let Content::Map(map) = &properties.value.content else { return };
    let mut map = (**map).clone();
    map.put(member("scope", instance.scope.clone().at(instance.header), instance.header));
    let whole = &properties.value;
    properties.value = Value::map(map, whole.place).with_via(whole.via.clone());
}

/// The value without members that are null, which Azure takes as not written; `None` if there are none
/// (<https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-object#null>).
fn without_nulls(value: &Value) -> Option<Value> {
    let content = match &value.content {
        Content::Map(map) => {
            let members = changed(map.members(), |member| match &member.value {
                value if value.is_null() => Change::Gone,
                value => match without_nulls(value) {
                    Some(value) => Change::To(Member { value, ..member.clone() }),
                    None => Change::No,
                },
            })?;
            Content::Map(Arc::new(Map::from_members(members).open(map.rest().cloned())))
        }
        Content::List(items) => {
            let items = changed(items, |item| without_nulls(item).map_or(Change::No, Change::To))?;
            Content::List(items.into())
        }
        _ => return None,
    };
    Some(Value::new(content, value.place).with_via(value.via.clone()).marked(value.marks()))
}

/// What becomes of one of many.
pub(super) enum Change<T> {
    No,
    To(T),
    Gone,
}

/// What becomes of all of these; `None`, and nothing is copied, if nothing changes.
pub(super) fn changed<T: Clone>(all: &[T], change: impl Fn(&T) -> Change<T>) -> Option<Vec<T>> {
    let mut made: Option<Vec<T>> = None;
    for (at, one) in all.iter().enumerate() {
        let change = change(one);
        if let (None, Change::No) = (&made, &change) {
            continue;
        }
        let made = made.get_or_insert_with(|| all.get(..at).unwrap_or_default().to_vec());
        match change {
            Change::No => made.push(one.clone()),
            Change::To(new) => made.push(new),
            Change::Gone => {}
        }
    }
    made
}
