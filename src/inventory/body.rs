//! The body of one resource, from either kind of source, behind one reading contract.

use std::fmt;

use serde::de::{
    self, Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde_json::value::RawValue;

use super::{Evaluated, EvaluatedValue, Reason, Via};

/// How much of a resource a body shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Completeness {
    /// A GET or a Resource Graph row: what is missing is not set.
    Complete,
    /// A LIST, or an export of unknown origin: what such a body may leave out is unknown.
    Partial,
    /// Declared in code: what is missing is left to Azure's default.
    Declared,
}

/// The body of one resource.
#[derive(Clone, Copy, Debug)]
pub enum Body<'a> {
    /// The bytes of one ARM JSON object, borrowed from the document.
    Json(&'a str),
    /// A value evaluated from code.
    Evaluated(Evaluated<'a>),
}

/// What stands at a path.
#[derive(Clone, Copy, Debug)]
pub enum Found<'a> {
    /// A value other than null, as a body of its own.
    Value(Body<'a>),
    /// An explicit null.
    Null,
    /// Nothing.
    Absent,
    /// It cannot be known.
    Unknown(Reason),
}

impl Found<'_> {
    /// Whether anything stands there, a null included.
    pub fn is_there(self) -> bool {
        !matches!(self, Self::Absent | Self::Unknown(_))
    }
}

/// A body that is not what its type promises.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Malformed(String);

impl Malformed {
    /// With a message for a person.
    pub fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

impl<'a> Body<'a> {
    /// Reads the whole body into a typed view.
    ///
    /// # Errors
    /// When the body is not an object, or repeats a key.
    pub fn read<T: Deserialize<'a>>(self) -> Result<T, Malformed> {
        self.read_seed(std::marker::PhantomData)
    }

    /// Reads the whole body through a seed, as the projection for Rego does.
    ///
    /// # Errors
    /// When the seed refuses what it finds.
    pub fn read_seed<S: DeserializeSeed<'a>>(self, seed: S) -> Result<S::Value, Malformed> {
        match self {
            Self::Json(text) => seed
                .deserialize(&mut serde_json::Deserializer::from_str(text))
                .map_err(|error| Malformed(error.to_string())),
            Self::Evaluated(node) => {
                seed.deserialize(node).map_err(|error| Malformed(error.to_string()))
            }
        }
    }

    /// Why it cannot be known what other members this object has, if that is so.
    pub fn rest(self) -> Option<Reason> {
        match self {
            Self::Evaluated(node) => match node.value() {
                EvaluatedValue::Open(_, reason) => Some(reason),
                _ => None,
            },
            Self::Json(_) => None,
        }
    }

    /// The name of a text at a path that cannot be known, if it has one.
    pub fn form(self, path: &str) -> Option<&'a str> {
        let Self::Evaluated(root) = self else { return None };
        let steps: Vec<Step<'_>> = steps(path).collect();
        match root.along(&steps).get(steps.len()).map(|node| node.value()) {
            Some(EvaluatedValue::Form(form, _)) => Some(form),
            _ => None,
        }
    }

    /// The text of the source that this body is.
    pub fn origin(self) -> &'a str {
        match self {
            Self::Json(text) => text,
            Self::Evaluated(node) => node.origin(),
        }
    }

    /// What stands at a dotted path such as `properties.storageSettings[0].type`.
    pub fn find(self, path: &str) -> Found<'a> {
        match self {
            Self::Json(text) => {
                let steps: Vec<Step<'_>> = steps(path).collect();
                match Seek::from_top(&steps)
                    .deserialize(&mut serde_json::Deserializer::from_str(text))
                {
                    Ok(Some(raw)) if raw.get() == "null" => Found::Null,
                    Ok(Some(raw)) => Found::Value(Self::Json(raw.get())),
                    Ok(None) => Found::Absent,
                    // What cannot be read is not missing.
                    Err(_) => Found::Unknown(Reason::UnrecognisedValue),
                }
            }
            Self::Evaluated(root) => {
                let mut node = root;
                for step in steps(path) {
                    if let Some(reason) = node.unknown() {
                        return Found::Unknown(reason);
                    }
                    let next = match step {
                        Step::Key(key) => node.member(key),
                        Step::Index(index) => node.element(index),
                    };
                    let Some(next) = next else { return node.lacks(step) };
                    node = next;
                }
                match (node.unknown(), node.value()) {
                    (Some(reason), _) => Found::Unknown(reason),
                    (None, EvaluatedValue::Null) => Found::Null,
                    _ => Found::Value(Self::Evaluated(node)),
                }
            }
        }
    }

    /// The place of a path. In JSON it is the value there, else the nearest parent that exists. In code it is
    /// the value, or the unknown one above it, else the list element that lacks it, else the header of the
    /// declaration: a stretch of several lines would be shown in no pull request that touches one of them.
    pub fn place(self, path: &str) -> &'a str {
        match self {
            Self::Json(text) => place_in_json(text, path),
            Self::Evaluated(root) => {
                let steps: Vec<Step<'_>> = steps(path).collect();
                let nodes = root.along(&steps);
                if let Some(last) = nodes.last()
                    && (nodes.len() > steps.len() || last.hides_members())
                {
                    // A part of a value that came from elsewhere is used where the whole of it is.
                    let used = nodes.iter().skip(1).find(|node| node.via().next().is_some());
                    return used.unwrap_or(last).origin();
                }
                let elements = nodes.iter().skip(1).zip(&steps);
                let mut elements = elements.filter(|(_, step)| matches!(step, Step::Index(_)));
                elements.next_back().map_or(root, |(node, _)| *node).origin()
            }
        }
    }

    /// How the value at a path came there, or its nearest parent; then how the whole declaration did.
    pub fn via(self, path: &str) -> Vec<Via<'a>> {
        let Self::Evaluated(root) = self else { return Vec::new() };
        let mut way: Vec<Via<'a>> = Vec::new();
        for node in root.along(&steps(path).collect::<Vec<_>>()).into_iter().skip(1) {
            if let Some(last) = way.last_mut() {
                last.origin = node.origin();
            }
            way.extend(node.via());
        }
        way.extend(root.via());
        way
    }

    /// Whether anything in it cannot be known.
    pub fn holds_unknown(self) -> bool {
        match self {
            Self::Json(_) => false,
            Self::Evaluated(node) => node.holds_unknown(),
        }
    }

    /// The value as plain JSON, for evidence. What is unknown becomes null.
    pub fn to_json(self) -> serde_json::Value {
        match self {
            Self::Json(text) => serde_json::from_str(text).unwrap_or_default(),
            Self::Evaluated(node) => node.to_json(),
        }
    }

    /// The value as text, if it is one.
    pub fn to_text(self) -> Option<String> {
        match self.to_json() {
            serde_json::Value::String(text) => Some(text),
            _ => None,
        }
    }
}

/// See [`Body::place`].
fn place_in_json<'a>(text: &'a str, path: &str) -> &'a str {
    let mut path = path;
    while !path.is_empty() {
        let wanted: Vec<Step<'_>> = steps(path).collect();
        let sought = Seek::from_top(&wanted);
        if let Ok(Some(raw)) = sought.deserialize(&mut serde_json::Deserializer::from_str(text)) {
            return raw.get();
        }
        path = path.rfind(['.', '[']).map_or("", |at| &path[..at]);
    }
    text
}

#[derive(Clone, Copy, Debug)]
enum Step<'p> {
    Key(&'p str),
    Index(usize),
}

/// The steps of a path; what no step can be is left out.
fn steps(path: &str) -> impl Iterator<Item = Step<'_>> {
    let mut rest = path;
    std::iter::from_fn(move || {
        loop {
            if let Some(indexed) = rest.strip_prefix('[') {
                let (index, after) = indexed.split_once(']').unwrap_or((indexed, ""));
                rest = after;
                if let Ok(index) = index.parse() {
                    return Some(Step::Index(index));
                }
            } else if let Some(after) = rest.strip_prefix('.') {
                rest = after;
            } else if rest.is_empty() {
                return None;
            } else {
                let end = rest.bytes().position(|byte| matches!(byte, b'.' | b'['));
                let (key, after) = rest.split_at(end.unwrap_or(rest.len()));
                rest = after;
                return Some(Step::Key(key));
            }
        }
    })
}

/// A text where an object should be, as PowerShell writes what lies too deep for it, is no absence.
const MISPLACED: &str = "something else stands where an object or a list was expected";

/// Walks JSON text along a path and lends the raw value at its end.
struct Seek<'p> {
    steps: &'p [Step<'p>],
    /// Names at the top of a body compare without case: PowerShell writes them in its own.
    top: bool,
}

impl Evaluated<'_> {
    /// The values along a path, this one first, as far as they exist.
    fn along(self, steps: &[Step<'_>]) -> Vec<Self> {
        let mut nodes = vec![self];
        let mut node = self;
        for step in steps {
            let next = match step {
                Step::Key(key) => node.member(key),
                Step::Index(index) => node.element(*index),
            };
            let Some(next) = next else { break };
            nodes.push(next);
            node = next;
        }
        nodes
    }
}

impl Evaluated<'_> {
    /// Whether what stands below cannot be known.
    fn hides_members(self) -> bool {
        self.unknown().is_some() || matches!(self.value(), EvaluatedValue::Open(..))
    }

    /// What it means that a step leads nowhere.
    fn lacks<'f>(self, step: Step<'_>) -> Found<'f> {
        match (self.value(), step) {
            (EvaluatedValue::Open(_, reason), Step::Key(_)) => Found::Unknown(reason),
            (EvaluatedValue::Map(_), Step::Key(_))
            | (EvaluatedValue::List(_), Step::Index(_))
            | (EvaluatedValue::Null, _) => Found::Absent,
            _ => Found::Unknown(Reason::UnrecognisedValue),
        }
    }
}

impl<'p> Seek<'p> {
    fn from_top(steps: &'p [Step<'p>]) -> Self {
        Self { steps, top: true }
    }

    fn below(&self) -> Self {
        Self { steps: &self.steps[1..], top: false }
    }

    fn is_wanted(&self, key: &str) -> bool {
        match self.steps.first() {
            Some(Step::Key(wanted)) if self.top => wanted.eq_ignore_ascii_case(key),
            Some(Step::Key(wanted)) => *wanted == key,
            _ => false,
        }
    }
}

impl<'de> DeserializeSeed<'de> for Seek<'_> {
    type Value = Option<&'de RawValue>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        if self.steps.is_empty() {
            return <&RawValue>::deserialize(deserializer).map(Some);
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seek<'_> {
    type Value = Option<&'de RawValue>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        if matches!(self.steps.first(), Some(Step::Index(_))) {
            return Err(de::Error::custom(MISPLACED));
        }
        let mut found = None;
        while let Some(key) = map.next_key::<std::borrow::Cow<'de, str>>()? {
            if found.is_none() && self.is_wanted(&key) {
                found = map.next_value_seed(self.below())?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(found)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Self::Value, A::Error> {
        if matches!(self.steps.first(), Some(Step::Key(_))) {
            return Err(de::Error::custom(MISPLACED));
        }
        let mut found = None;
        let mut index = 0;
        loop {
            let more = match self.steps.first() {
                Some(Step::Index(wanted)) if *wanted == index => {
                    let element = sequence.next_element_seed(self.below())?;
                    let more = element.is_some();
                    found = element.flatten();
                    more
                }
                _ => sequence.next_element::<IgnoredAny>()?.is_some(),
            };
            if !more {
                return Ok(found);
            }
            index += 1;
        }
    }
    fn visit_bool<E: de::Error>(self, _: bool) -> Result<Self::Value, E> {
        Err(E::custom(MISPLACED))
    }
    fn visit_u64<E: de::Error>(self, _: u64) -> Result<Self::Value, E> {
        Err(E::custom(MISPLACED))
    }
    fn visit_i64<E: de::Error>(self, _: i64) -> Result<Self::Value, E> {
        Err(E::custom(MISPLACED))
    }
    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Self::Value, E> {
        Err(E::custom(MISPLACED))
    }
    fn visit_str<E: de::Error>(self, _: &str) -> Result<Self::Value, E> {
        Err(E::custom(MISPLACED))
    }
    fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_values_nulls_and_absences() {
        let body = Body::Json(r#"{"a":{"b":[{"c":1},{"c":"two"}],"d":null},"e":"f"}"#);
        let value = |path| match body.find(path) {
            Found::Value(value) => value.to_json().to_string(),
            Found::Null => "null".to_owned(),
            Found::Absent => "absent".to_owned(),
            Found::Unknown(reason) => reason.to_string(),
        };
        assert_eq!(value("a.b[1].c"), "\"two\"");
        assert_eq!(value("a.d"), "null");
        assert_eq!(value("a.d.x"), "absent");
        assert_eq!(value("a.b[7].c"), "absent");
        assert_eq!(value("e.f"), "unrecognised-value");
        assert_eq!(value("e"), "\"f\"");
    }

    #[test]
    fn places_fall_back_to_the_nearest_parent() {
        let body = Body::Json(r#"{"a":{"b":1}}"#);
        assert_eq!(body.place("a.b"), "1");
        assert_eq!(body.place("a.missing.too"), r#"{"b":1}"#);
        assert_eq!(body.place("nothing"), body.origin());
    }
}
