//! The body of a resource as Azure would show it: with type and name, without what is null.

use std::sync::Arc;

use crate::code::template::Instance;
use crate::code::template::scope::segments;
use crate::code::value::{Content, Map, Member, Place, Value};
use crate::inventory::Kind;

/// The body of a resource.
pub fn of(instance: &Instance, kind: Kind, canonical: &Arc<str>) -> Value {
    let header = instance.header;
    let body = without_nulls(&instance.body).unwrap_or_else(|| instance.body.clone());
    let Content::Map(written) = &body.content else { return body };
    let mut members = Vec::with_capacity(written.len() + 2);
    members.push(member("type", Value::text(canonical.clone(), header), header));
    let name = segments(&instance.name).and_then(|mut names| names.pop());
    members.push(member("name", name.unwrap_or_else(|| instance.name.clone()), header));
    let own = |name: &str| ["type", "name", "id"].iter().any(|own| name.eq_ignore_ascii_case(own));
    members.extend(written.members().iter().filter(|member| !own(&member.key)).cloned());
    if kind == Kind::RoleAssignment {
        put_scope(&mut members, instance);
    }
    Value::map(Map::from_members(members).open(written.rest().cloned()), body.place)
        .with_via(body.via.clone())
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

/// The value without members that are null, which Azure takes as not written; `None` when there are none
/// (<https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-object#null>).
fn without_nulls(value: &Value) -> Option<Value> {
    let content = match &value.content {
        Content::Map(map) => {
            let members = map.members();
            let (changed, some) = mend(members.iter().map(|member| &member.value));
            if !some && !members.iter().any(|member| member.value.is_null()) {
                return None;
            }
            let kept = members.iter().zip(changed).filter(|(member, _)| !member.value.is_null());
            let members = kept.map(|(member, changed)| match changed {
                Some(value) => Member { value, ..member.clone() },
                None => member.clone(),
            });
            let map = Map::from_members(members.collect()).open(map.rest().cloned());
            Content::Map(Arc::new(map))
        }
        Content::List(items) => {
            let (changed, some) = mend(items.iter());
            if !some {
                return None;
            }
            let items = items.iter().zip(changed);
            Content::List(
                items.map(|(item, changed)| changed.unwrap_or_else(|| item.clone())).collect(),
            )
        }
        _ => return None,
    };
    Some(Value::new(content, value.place).with_via(value.via.clone()).marked(value.marks()))
}

/// Each value mended if it has to be, and whether any has.
fn mend<'v>(values: impl Iterator<Item = &'v Value>) -> (Vec<Option<Value>>, bool) {
    let mut some = false;
    let changed: Vec<Option<Value>> = values
        .map(|value| {
            let changed = match value.content {
                Content::Map(_) | Content::List(_) => without_nulls(value),
                _ => None,
            };
            some |= changed.is_some();
            changed
        })
        .collect();
    (changed, some)
}
