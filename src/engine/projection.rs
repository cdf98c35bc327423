//! Turning a resource into Rego's `input`: only the declared facts, in one pass over the body,
//! noting on the way which of them are unknown.
//!
//! Converting a whole resource costs as much as ten rules, so what no rule reads is skipped.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::veil::Veil;
use crate::inventory::{
    Body, Completeness, Fact, Kind, Property, REST, Reason, Resource, TAKES_REST, spelled,
};
use crate::rego::Value;

/// Which members of a body become input.
#[derive(Clone, Default)]
pub(super) struct Projection {
    root: Node,
    leaves: Vec<Leaf>,
}

/// One declared path.
#[derive(Clone)]
struct Leaf {
    path: String,
    property: Option<&'static Property>,
}

#[derive(Default)]
struct Node {
    /// The top of a body, where names compare without case: PowerShell writes them in its own.
    top: bool,
    /// Everything below is wanted.
    whole: bool,
    /// The names of its members are free, as those of tags are.
    free: bool,
    /// The declared path that ends here.
    leaf: Option<usize>,
    members: Vec<(String, Value, Node)>,
    /// What is wanted of each element of a list.
    each: Option<Box<Node>>,
}

/// What one pass found at a declared path.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Missing,
    Null,
    Known,
    Unknown(Reason),
}

/// The projected body and its unknown facts.
pub(super) struct Projected {
    /// The members that were wanted.
    pub members: BTreeMap<Value, Value>,
    /// Per declared path: why it is unknown, if it is.
    pub unknown: Vec<Option<Reason>>,
    /// Per declared path: whether a value was read.
    pub known: Vec<bool>,
    /// Every place whose value is unknown, to the element of a list.
    found: Vec<(String, Reason)>,
}

impl Projected {
    /// Whether nothing in it is unknown.
    pub fn is_known(&self) -> bool {
        self.found.is_empty() && self.unknown.iter().all(Option::is_none)
    }

    /// The paths that cannot be known, and why.
    pub fn unknown_paths(&self, projection: &Projection) -> Vec<(String, Reason)> {
        let mut paths = self.found.clone();
        let unknown = self.unknown.iter().enumerate();
        for (path, reason) in
            unknown.filter_map(|(leaf, reason)| Some((projection.path(leaf), (*reason)?)))
        {
            // Where an element is to blame, the rest of the list is known.
            if !self.found.iter().any(|(found, _)| is_below(found, path)) {
                paths.push((path.to_owned(), reason));
            }
        }
        paths
    }
}

/// Whether `path` is `ancestor` or lies below it.
pub(super) fn is_below(path: &str, ancestor: &str) -> bool {
    path.strip_prefix(ancestor).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

impl Projection {
    /// A projection to these paths of a type; `whole` keeps everything.
    pub fn new<'p>(kind: Kind, paths: impl Iterator<Item = &'p str>, whole: bool) -> Self {
        let root = Node { top: true, ..Node::default() };
        let mut projection = Self { root, leaves: Vec::new() };
        for always in ["location", "tags"] {
            projection.root.at(always).whole = true;
        }
        projection.root.at("tags").free = true;
        for path in paths.filter(|path| !path.is_empty()) {
            if projection.position(path).is_some() {
                continue;
            }
            let leaf = projection.leaves.len();
            let node = projection.root.at(path);
            node.whole = true;
            node.leaf = Some(leaf);
            projection
                .leaves
                .push(Leaf { path: path.to_owned(), property: Property::of(kind, path) });
        }
        projection.root.whole = whole;
        projection
    }

    /// The index of a declared path.
    pub fn position(&self, path: &str) -> Option<usize> {
        self.leaves.iter().position(|leaf| leaf.path == path)
    }

    /// The path of a declared fact, up to the first list.
    pub fn path(&self, leaf: usize) -> &str {
        let path = &self.leaves[leaf].path;
        path.split("[]").next().unwrap_or(path)
    }

    /// Projects a resource.
    pub fn apply(&self, resource: &Resource<'_>, veil: &Veil<'_>) -> Projected {
        let mut pass = Pass {
            any_case: matches!(resource.body, Body::Evaluated(_))
                && !matches!(resource.kind, Kind::ScriptJob | Kind::ScriptOperation),
            veil,
            leaves: &self.leaves,
            states: vec![State::Missing; self.leaves.len()],
            found: Vec::new(),
        };
        let mut members = BTreeMap::new();
        take_members(pass.read(resource, &self.root), &mut members);
        let wanted = self.root.members.iter().find(|(name, ..)| name == "properties");
        if let Some((_, key, node)) = wanted.filter(|_| resource.flat) {
            let from = pass.found.len();
            if let Some(properties) =
                pass.read(resource, node).filter(|read| *read != Value::Undefined)
            {
                members.insert(key.clone(), properties);
            }
            pass.lies_below("properties", from);
        }
        let Pass { states, mut found, .. } = pass;
        found.retain(|(path, _)| !path.is_empty());
        let unknown = self.leaves.iter().zip(&states).map(|(leaf, state)| match state {
            State::Known => None,
            State::Unknown(reason) => Some(*reason),
            // A complete body that says null has answered: nothing is set.
            State::Null if resource.completeness == Completeness::Complete => None,
            State::Missing | State::Null => match resource.absence_at(&leaf.path, leaf.property) {
                Fact::Unknown(reason) => Some(reason),
                Fact::Known(_) | Fact::Absent => None,
            },
        });
        Projected {
            members,
            unknown: unknown.collect(),
            known: states.iter().map(|state| *state == State::Known).collect(),
            found,
        }
    }
}

fn take_members(body: Option<Value>, members: &mut BTreeMap<Value, Value>) {
    if let Some(Value::Object(object)) = body {
        members.extend(object.iter().map(|(key, value)| (key.clone(), value.clone())));
    }
}

/// A copy has names of its own, so that two threads do not count the references of one.
impl Clone for Node {
    fn clone(&self) -> Self {
        let members = self
            .members
            .iter()
            .map(|(name, _, node)| (name.clone(), Value::from(name.as_str()), node.clone()));
        Self {
            top: self.top,
            whole: self.whole,
            free: self.free,
            leaf: self.leaf,
            members: members.collect(),
            each: self.each.clone(),
        }
    }
}

impl Node {
    /// The node of a dotted path, made on the way; `[]` stands for each element.
    fn at(&mut self, path: &str) -> &mut Self {
        let mut node = self;
        for part in path.split('.') {
            let (name, each) = part.strip_suffix("[]").map_or((part, false), |name| (name, true));
            let position =
                node.members.iter().position(|(known, ..)| known == name).unwrap_or_else(|| {
                    node.members.push((name.to_owned(), Value::from(name), Self::default()));
                    node.members.len() - 1
                });
            node = &mut node.members[position].2;
            if each {
                node = node.each.get_or_insert_default();
            }
        }
        node
    }

    fn mark(&self, pass: &mut Pass<'_>, state: State) {
        if let Some(leaf) = self.leaf {
            pass.states[leaf] = state;
        }
        for (_, _, member) in &self.members {
            member.mark(pass, state);
        }
        if let Some(each) = &self.each {
            each.mark(pass, state);
        }
    }
}

/// What one pass keeps in mind.
struct Pass<'p> {
    /// The names of code have no case: Azure takes them in any.
    any_case: bool,
    veil: &'p Veil<'p>,
    leaves: &'p [Leaf],
    states: Vec<State>,
    /// Unknown values, by the path from where the pass stands.
    found: Vec<(String, Reason)>,
}

impl<'p> Pass<'p> {
    /// Reads a body. Of one that cannot be read nothing is known: to go on as if it were empty would
    /// take every setting in it for Azure's default.
    fn read(&mut self, resource: &Resource<'_>, node: &'p Node) -> Option<Value> {
        let read = resource.body.read_seed(Seed { node, pass: self, within: None });
        if read.is_err() {
            node.mark(self, State::Unknown(Reason::UnrecognisedValue));
            self.found.clear();
        }
        read.ok()
    }

    /// What was found since `from` lies below this member or element.
    fn lies_below(&mut self, name: &str, from: usize) {
        for (path, _) in &mut self.found[from..] {
            let dot = if path.is_empty() || path.starts_with('[') { "" } else { "." };
            *path = format!("{name}{dot}{path}");
        }
    }
}

struct Seed<'p, 's> {
    node: &'p Node,
    pass: &'s mut Pass<'p>,
    /// The declared path around this value.
    within: Option<usize>,
}

/// What everything below a path that is wanted as a whole is read with.
const WHOLE: &Node =
    &Node { whole: true, free: false, leaf: None, members: Vec::new(), each: None, top: false };

impl<'p> Seed<'p, '_> {
    /// The seed of a member or an element.
    fn inner<'i>(&'i mut self, node: &'p Node) -> Seed<'p, 'i> {
        Seed { node, pass: &mut *self.pass, within: self.node.leaf.or(self.within) }
    }

    fn unknown(&mut self, reason: Reason) {
        self.node.mark(self.pass, State::Unknown(reason));
        if let Some(leaf) = self.within {
            self.pass.states[leaf] = State::Unknown(reason);
        }
        self.pass.found.push((String::new(), reason));
    }

    /// Members other than those that were seen cannot be known.
    fn rest(&mut self, seen: &[&str], reason: Reason) {
        if self.node.whole {
            self.unknown(reason);
        }
        for (name, _, member) in &self.node.members {
            if !seen.contains(&name.as_str()) {
                member.mark(self.pass, State::Unknown(reason));
                self.pass.found.push((name.clone(), reason));
            }
        }
    }

    /// A single value: where members or elements were expected, nothing is known of those.
    fn scalar(&mut self, text: Option<&str>) {
        if !self.node.members.is_empty() || self.node.each.is_some() {
            self.unknown(Reason::UnrecognisedValue);
        } else {
            self.read(text);
        }
    }

    /// Notes that a declared value was read, and whether it is one we know.
    fn read(&mut self, text: Option<&str>) {
        let Some(leaf) = self.node.leaf else { return };
        let recognised = match (self.pass.leaves[leaf].property, text) {
            (Some(property), Some(text)) => property.recognises(text),
            (Some(property), None) => property.values.is_empty(),
            (None, _) => true,
        };
        if !recognised {
            return self.unknown(Reason::UnrecognisedValue);
        }
        // One unknown element makes the whole list unknown.
        let state = &mut self.pass.states[leaf];
        if !matches!(*state, State::Unknown(_)) {
            *state = State::Known;
        }
    }
}

impl<'de> DeserializeSeed<'de> for Seed<'_, '_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_newtype_struct(TAKES_REST, self)
    }
}

impl<'de> Visitor<'de> for Seed<'_, '_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }
    fn visit_newtype_struct<D: Deserializer<'de>>(self, inner: D) -> Result<Value, D::Error> {
        inner.deserialize_any(self)
    }
    fn visit_u8<E: de::Error>(mut self, code: u8) -> Result<Value, E> {
        self.unknown(Reason::from_code(code));
        // Left out of the input: a null would be a value, and one that no rule expects of a list.
        Ok(Value::Undefined)
    }
    fn visit_unit<E: de::Error>(self) -> Result<Value, E> {
        if let Some(leaf) = self.node.leaf
            && self.pass.states[leaf] == State::Missing
        {
            self.pass.states[leaf] = State::Null;
        }
        Ok(Value::Null)
    }
    fn visit_none<E: de::Error>(self) -> Result<Value, E> {
        self.visit_unit()
    }
    fn visit_bool<E: de::Error>(mut self, value: bool) -> Result<Value, E> {
        self.scalar(None);
        Ok(Value::from(value))
    }
    fn visit_i64<E: de::Error>(mut self, value: i64) -> Result<Value, E> {
        self.scalar(None);
        Ok(Value::from(value))
    }
    fn visit_u64<E: de::Error>(mut self, value: u64) -> Result<Value, E> {
        self.scalar(None);
        Ok(Value::from(value))
    }
    fn visit_f64<E: de::Error>(mut self, value: f64) -> Result<Value, E> {
        self.scalar(None);
        Ok(Value::from(value))
    }
    fn visit_str<E: de::Error>(mut self, text: &str) -> Result<Value, E> {
        self.scalar(Some(text));
        Ok(Value::from(self.pass.veil.hide(text).as_ref()))
    }
    fn visit_seq<A: SeqAccess<'de>>(mut self, mut sequence: A) -> Result<Value, A::Error> {
        if self.node.members.is_empty() {
            self.read(None);
        } else {
            self.unknown(Reason::UnrecognisedValue);
        }
        let mut elements = Vec::new();
        let node = self.node.each.as_deref().unwrap_or(WHOLE);
        loop {
            let from = self.pass.found.len();
            let Some(element) = sequence.next_element_seed(self.inner(node))? else {
                return Ok(Value::from(elements));
            };
            if self.pass.found.len() > from {
                self.pass.lies_below(&format!("[{}]", elements.len()), from);
            }
            // An element that is left out would move those after it.
            elements.push(if element == Value::Undefined { Value::Null } else { element });
        }
    }
    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<Value, A::Error> {
        if self.node.each.is_none() {
            self.read(None);
        } else {
            self.unknown(Reason::UnrecognisedValue);
        }
        let mut members = BTreeMap::new();
        let mut seen = Vec::new();
        while let Some(name) = map.next_key::<Cow<'de, str>>()? {
            if name == REST {
                if let Fact::Unknown(reason) = map.next_value::<Fact<bool>>()? {
                    self.rest(&seen, reason);
                }
                continue;
            }
            let any_case = self.node.top || self.pass.any_case;
            let mut wanted = self.node.members.iter();
            let exact = wanted.clone().find(|(wanted, ..)| *wanted == name);
            let found = exact.or_else(|| {
                wanted.find(|(wanted, ..)| any_case && wanted.eq_ignore_ascii_case(&name))
            });
            let from = self.pass.found.len();
            let written;
            let (name, key, node) = match found {
                Some((wanted, key, node)) => {
                    seen.push(wanted.as_str());
                    (wanted.as_str(), key.clone(), node)
                }
                None if self.node.whole => {
                    written = if self.pass.any_case && !self.node.free {
                        spelled(&name)
                    } else {
                        Cow::Borrowed(name.as_ref())
                    };
                    let shown = self.pass.veil.hide(&written);
                    (written.as_ref(), Value::from(shown.as_ref()), WHOLE)
                }
                None => {
                    map.next_value::<IgnoredAny>()?;
                    continue;
                }
            };
            let value = map.next_value_seed(self.inner(node))?;
            if self.pass.found.len() > from {
                self.pass.lies_below(name, from);
            }
            if value == Value::Undefined {
                continue;
            }
            if members.insert(key, value).is_some() {
                // Which of the two counts is anybody's guess.
                return Err(de::Error::custom(format_args!("`{name}` stands twice")));
            }
        }
        Ok(Value::from(members))
    }
}
