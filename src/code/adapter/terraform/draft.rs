//! A body in the making.

use std::sync::Arc;

use crate::code::names::shared;
use crate::code::value::{Content, Map, Member, Place, Value};
use crate::inventory::path::first_step;

/// A body in the making: objects that still take members.
#[derive(Debug, Default)]
pub struct Draft {
    members: Vec<(Arc<str>, Place, Node)>,
}

#[derive(Debug)]
enum Node {
    Value(Value),
    Object(Place, Draft),
}

impl Draft {
    /// Puts a value at a path. Objects on the way get this place. What stands there already gives way, unless it is an
    /// unknown object of which the path is a part.
    pub fn put(&mut self, path: &str, place: Place, value: Value) {
        let (key, rest) = first_step(path);
        match rest {
            None => self.set(shared(key), value),
            Some(rest) => {
                if let Some(object) = self.object(key, place) {
                    object.put(rest, place, value);
                }
            }
        }
    }

    /// Puts a value at a path below a prefix, which is empty or ends with a dot.
    pub fn put_below(&mut self, prefix: &str, path: &str, place: Place, value: Value) {
        if let Some(object) = self.below(prefix, place) {
            object.put(path, place, value);
        }
    }

    /// Puts everything of another draft below a prefix, which is empty or ends with a dot.
    pub fn graft(&mut self, prefix: &str, place: Place, other: Draft) {
        if other.members.is_empty() {
            return;
        }
        let Some(object) = self.below(prefix, place) else { return };
        for (key, _, node) in other.members {
            match node {
                Node::Value(value) => object.set(key, value),
                Node::Object(place, draft) if !draft.members.is_empty() => {
                    if let Some(inner) = object.object(&key, place) {
                        inner.graft("", place, draft);
                    }
                }
                Node::Object(..) => {}
            }
        }
    }

    fn position(&self, key: &str) -> Option<usize> {
        self.members.iter().position(|(known, ..)| &**known == key)
    }

    fn set(&mut self, key: Arc<str>, value: Value) {
        match self.position(&key) {
            Some(at) => self.members[at].2 = Node::Value(value),
            None => self.members.push((key, value.place, Node::Value(value))),
        }
    }

    /// The object of this name, made if there is none; nothing where something else stands.
    fn object(&mut self, key: &str, place: Place) -> Option<&mut Draft> {
        let at = self.position(key).unwrap_or_else(|| {
            let object = Node::Object(place, Draft::default());
            self.members.push((shared(key), place, object));
            self.members.len() - 1
        });
        match &mut self.members[at].2 {
            Node::Object(_, draft) => Some(draft),
            Node::Value(_) => None,
        }
    }

    /// The object that a prefix leads to.
    fn below(&mut self, prefix: &str, place: Place) -> Option<&mut Draft> {
        match first_step(prefix) {
            (key, Some(rest)) => self.object(key, place)?.below(rest, place),
            (_, None) => Some(self),
        }
    }

    /// The body.
    pub fn finish(self, place: Place) -> Value {
        // As long as it has to be: bodies are kept until the end.
        let mut members = Vec::with_capacity(self.members.len());
        for (key, key_place, node) in self.members {
            let value = match node {
                Node::Value(value) => value,
                Node::Object(place, draft) => draft.finish(place),
            };
            members.push(Member { key, key_place, value });
        }
        Value::map(Map::from_members(members), place)
    }
}

/// A body with the members of another one put over it, as a second request to the same resource does.
///
/// With `add`, items go to the end of lists instead of replacing them.
pub fn over(base: &Value, more: &Value, depth: usize, add: bool) -> Value {
    if let (true, Content::List(left), Content::List(right)) = (add, &base.content, &more.content) {
        let items: Vec<Value> = left.iter().chain(right.iter()).cloned().collect();
        return Value::list(items, base.place);
    }
    if let (true, Content::Unknown(_)) = (add, &base.content) {
        return base.clone();
    }
    let (Content::Map(left), Content::Map(right)) = (&base.content, &more.content) else {
        return more.clone();
    };
    if depth == 0 {
        return more.clone();
    }
    let mut map = (**left).clone();
    for member in right.members() {
        let value = match left.get_ignoring_case(&member.key) {
            Some(old) => over(old, &member.value, depth - 1, add),
            None => member.value.clone(),
        };
        let key = left
            .members()
            .iter()
            .find(|known| known.key.eq_ignore_ascii_case(&member.key))
            .map_or(&member.key, |known| &known.key);
        map.put(Member { key: Arc::clone(key), key_place: member.key_place, value });
    }
    let rest = right.rest().or(left.rest()).cloned();
    Value::map(map.open(rest), base.place).with_via(base.via.clone())
}
