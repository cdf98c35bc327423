//! Resources of a provider that are settings of another resource: they are put over its body, as their requests are.

use std::sync::Arc;

use super::draft::over;
use crate::code::declaration::Declaration;
use crate::code::value::{Cause, Content, Map, Member, Unknown, Value};

/// Deeper objects are replaced whole.
const DEPTH: usize = 32;

/// Settings of another resource.
pub struct Settings {
    /// The id of that resource.
    pub target: Value,
    /// What they say, in its shape.
    pub declaration: Declaration,
    /// Whether lists are added to instead of replaced.
    pub adds: bool,
}

/// Puts settings over the resources that they are of. Of which resource they are cannot always be known: then each that
/// it may be has unknown values where they would change it.
pub fn apply(all: Vec<Settings>, declarations: &mut Vec<Declaration>) {
    for Settings { target, declaration, adds } in all {
        let is_of_kind = |other: &Declaration| other.kind.eq_ignore_ascii_case(&declaration.kind);
        let sure = declarations
            .iter_mut()
            .filter(|other| is_of_kind(other))
            .find(|other| other.id.same(&target) == Some(true));
        if let Some(found) = sure {
            let body = match &declaration.doubt {
                None => declaration.body.clone(),
                Some(doubt) => unknown_like(&declaration.body, doubt, DEPTH),
            };
            found.body = over(&found.body, &body, DEPTH, adds);
            continue;
        }
        if let Some(unknown) = target.as_unknown() {
            let doubt = Arc::new(Unknown {
                cause: Cause::UnknownCondition,
                form: None,
                ..Unknown::clone(unknown)
            });
            let body = unknown_like(&declaration.body, &doubt, DEPTH);
            let perhaps = declarations
                .iter_mut()
                .filter(|other| is_of_kind(other) && !other.only_referred_to)
                .filter(|other| other.id.same(&target).is_none());
            for other in perhaps {
                other.body = over(&other.body, &body, DEPTH, false);
            }
        }
        declarations.push(Declaration { id: target, only_referred_to: true, ..declaration });
    }
}

/// The same object with every value in it unknown.
fn unknown_like(value: &Value, doubt: &Arc<Unknown>, depth: usize) -> Value {
    match &value.content {
        Content::Map(map) if depth > 0 => {
            let members = map.members().iter().map(|member| Member {
                value: unknown_like(&member.value, doubt, depth - 1),
                ..member.clone()
            });
            Value::map(Map::from_members(members.collect()), value.place)
        }
        _ => Value::from_unknown(Arc::clone(doubt), value.place),
    }
}
