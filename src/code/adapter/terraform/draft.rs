//! A body in the making.

use std::cell::RefCell;
use std::collections::HashSet;
use std::sync::Arc;

use foldhash::fast::RandomState;

use crate::code::value::{Content, Map, Member, Place, Value};

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

thread_local! {
    /// The names of ARM that the tables have: each of them stands in thousands of bodies.
    static NAMES: RefCell<HashSet<Arc<str>, RandomState>> = RefCell::default();
}

/// A name that all bodies share.
fn shared(name: &str) -> Arc<str> {
    NAMES.with_borrow_mut(|names| {
        if let Some(known) = names.get(name) {
            return Arc::clone(known);
        }
        let name: Arc<str> = name.into();
        names.insert(Arc::clone(&name));
        name
    })
}

impl Draft {
    /// Puts a value at a path. Objects on the way get this place. What stands there already gives way, unless it is an
    /// unknown object of which the path is a part.
    pub fn put(&mut self, path: &str, place: Place, value: Value) {
        let (key, rest) =
            path.split_once('.').map_or((path, None), |(key, rest)| (key, Some(rest)));
        let at = self.members.iter().position(|(known, ..)| &**known == key);
        let Some(rest) = rest else {
            let key_place = value.place;
            match at {
                Some(at) => self.members[at].2 = Node::Value(value),
                None => self.members.push((shared(key), key_place, Node::Value(value))),
            }
            return;
        };
        let at = at.unwrap_or_else(|| {
            let object = Node::Object(place, Draft::default());
            self.members.push((shared(key), place, object));
            self.members.len() - 1
        });
        match &mut self.members[at].2 {
            Node::Object(_, draft) => draft.put(rest, place, value),
            Node::Value(_) => {}
        }
    }

    /// Puts everything of another draft below a prefix, which is empty or ends with a dot.
    pub fn graft(&mut self, prefix: &str, place: Place, other: Draft) {
        for (key, _, node) in other.members {
            let path = format!("{prefix}{key}");
            match node {
                Node::Value(value) => self.put(&path, place, value),
                Node::Object(place, draft) => self.graft(&format!("{path}."), place, draft),
            }
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
