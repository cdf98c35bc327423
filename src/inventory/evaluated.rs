//! Values that were evaluated from code: each with its own place, any of them perhaps unknown.
//!
//! Terraform, ARM templates and Bicep produce such trees; the typed views read them through serde,
//! exactly as they read ARM JSON.

use std::borrow::Cow;
use std::sync::LazyLock;

use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{self, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;

use super::{Fact, Reason};

/// One evaluated value and the slice of the source text it came from.
#[derive(Clone, Debug)]
pub struct Evaluated<'a> {
    /// The value, or why there is none.
    pub value: EvaluatedValue<'a>,
    /// Where it stands: a slice of the document, so that line and column follow from its address. Of a
    /// whole declaration it is the header, which is what a finding about something missing points at.
    pub origin: &'a str,
    /// How the value came there, nearest first; empty for one that is written where it stands.
    pub via: Vec<Via<'a>>,
}

/// One step of how a value came to where it is used: the default of a variable, the call of a module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Via<'a> {
    /// What sort of step it is, as a short phrase.
    pub what: Cow<'a, str>,
    /// The address in code of what the value came through, such as `var.days`.
    pub name: Cow<'a, str>,
    /// Where that stands: a slice of a document.
    pub origin: &'a str,
}

/// The value part of [`Evaluated`].
#[derive(Clone, Debug)]
pub enum EvaluatedValue<'a> {
    /// An explicit null.
    Null,
    /// A boolean.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A text.
    Text(Cow<'a, str>),
    /// A list.
    List(Vec<Evaluated<'a>>),
    /// An object, in the order of the source.
    Map(Vec<(Cow<'a, str>, Evaluated<'a>)>),
    /// An object whose other members cannot be known, and why: it never lacks one.
    Open(Vec<(Cow<'a, str>, Evaluated<'a>)>, Reason),
    /// Not to be known from this source, and why.
    Unknown(Reason),
    /// A text that cannot be known, and a name for it (see [`super::placeholder`]): it is the same as every other
    /// of that name. Only who asks for it learns the name; to all others the value is unknown.
    Form(String, Reason),
}

/// By this name a reader says that it knows what to do with a name instead of a text.
pub(super) const TAKES_FORMS: &str = "backuplint: a text or a name for it";
/// By this name a reader says that it wants a view of an object, which names its members.
pub(super) const TAKES_OBJECTS: &str = "backuplint: an object";
/// By this name a reader says that it takes what [`REST`] says.
pub(crate) const TAKES_REST: &str = "backuplint: members and their rest";
/// The last member of an open object: what its other members are. No name begins so.
pub(crate) const REST: &str = "\u{0}";

impl<'a> Evaluated<'a> {
    /// A value that is written where it stands.
    pub fn new(value: EvaluatedValue<'a>, origin: &'a str) -> Self {
        Self { value, origin, via: Vec::new() }
    }
}

impl<'a> Evaluated<'a> {
    /// The members, if this is an object; of an open one those that are known.
    pub fn members(&self) -> Option<&[(Cow<'a, str>, Self)]> {
        match &self.value {
            EvaluatedValue::Map(members) | EvaluatedValue::Open(members, _) => Some(members),
            _ => None,
        }
    }

    /// The members, for a change.
    pub fn members_mut(&mut self) -> Option<&mut Vec<(Cow<'a, str>, Self)>> {
        match &mut self.value {
            EvaluatedValue::Map(members) | EvaluatedValue::Open(members, _) => Some(members),
            _ => None,
        }
    }
}

impl Evaluated<'_> {
    /// The member with this key, if this is an object that has it. Names have no case: Azure takes them in any.
    pub fn member(&self, key: &str) -> Option<&Self> {
        let members = self.members()?;
        let exact = members.iter().find(|(name, _)| name == key);
        let found =
            exact.or_else(|| members.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)));
        found.map(|(_, value)| value)
    }

    /// Why the value is unknown, if it is.
    pub fn unknown(&self) -> Option<Reason> {
        match &self.value {
            EvaluatedValue::Unknown(reason) | EvaluatedValue::Form(_, reason) => Some(*reason),
            _ => None,
        }
    }

    /// The element at this index, if this is a list that has it.
    pub fn element(&self, index: usize) -> Option<&Self> {
        match &self.value {
            EvaluatedValue::List(elements) => elements.get(index),
            _ => None,
        }
    }

    /// One of these tags; their names have no case.
    pub(super) fn tag(&self, name: &str) -> Fact<String> {
        let tags = self.members().unwrap_or_default();
        let found = tags.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        match (found.map(|(_, value)| value), &self.value) {
            (Some(Self { value: EvaluatedValue::Text(text), .. }), _) => {
                Fact::Known(text.clone().into_owned())
            }
            (Some(value), _) => value.unknown().map_or(Fact::Absent, Fact::Unknown),
            (None, EvaluatedValue::Open(_, reason)) => Fact::Unknown(*reason),
            (None, _) => Fact::Absent,
        }
    }

    /// Whether anything in it cannot be known.
    pub fn holds_unknown(&self) -> bool {
        match &self.value {
            EvaluatedValue::Unknown(_) => true,
            EvaluatedValue::List(elements) => elements.iter().any(Self::holds_unknown),
            EvaluatedValue::Map(members) => members.iter().any(|(_, value)| value.holds_unknown()),
            _ => false,
        }
    }

    /// The value as plain JSON for evidence; what is unknown becomes null.
    pub fn to_json(&self) -> serde_json::Value {
        match &self.value {
            EvaluatedValue::Null | EvaluatedValue::Unknown(_) | EvaluatedValue::Form(..) => {
                serde_json::Value::Null
            }
            EvaluatedValue::Bool(value) => (*value).into(),
            EvaluatedValue::Number(value) => match whole(*value) {
                Some(whole) => whole.into(),
                None => (*value).into(),
            },
            EvaluatedValue::Text(text) => text.as_ref().into(),
            EvaluatedValue::List(elements) => elements.iter().map(Self::to_json).collect(),
            EvaluatedValue::Map(members) | EvaluatedValue::Open(members, _) => members
                .iter()
                .map(|(key, value)| (key.clone().into_owned(), value.to_json()))
                .collect::<serde_json::Map<_, _>>()
                .into(),
        }
    }
}

impl<'de> de::Deserializer<'de> for &'de Evaluated<'de> {
    type Error = de::value::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        match &self.value {
            EvaluatedValue::Null => visitor.visit_unit(),
            EvaluatedValue::Bool(value) => visitor.visit_bool(*value),
            EvaluatedValue::Number(value) => match whole(*value) {
                Some(whole) => visitor.visit_i64(whole),
                None => visitor.visit_f64(*value),
            },
            EvaluatedValue::Text(text) => visitor.visit_borrowed_str(text),
            EvaluatedValue::List(elements) => {
                visitor.visit_seq(SeqDeserializer::new(elements.iter()))
            }
            EvaluatedValue::Map(members) => visitor.visit_map(entries(members)),
            // The one call that ARM JSON never makes: see `fact`. Who cannot tell what is missing of an object from
            // what is unknown of it sees nothing of it.
            EvaluatedValue::Unknown(reason)
            | EvaluatedValue::Open(_, reason)
            | EvaluatedValue::Form(_, reason) => visitor.visit_u8(*reason as u8),
        }
    }

    /// A view names all members that it reads: those of an open object that are not listed are unknown, and those that are
    /// written in another case get the names that it knows.
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        match &self.value {
            EvaluatedValue::Map(members) => visitor.visit_map(fields_of(members, fields, None)),
            EvaluatedValue::Open(members, reason) => {
                visitor.visit_map(fields_of(members, fields, Some(*reason)))
            }
            _ => self.deserialize_any(visitor),
        }
    }

    /// Serde asks for an option by name, and a value that is there must say so.
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        match &self.value {
            EvaluatedValue::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        match &self.value {
            EvaluatedValue::Form(text, _) if name == TAKES_FORMS => {
                visitor.visit_borrowed_str(text)
            }
            EvaluatedValue::Map(_) | EvaluatedValue::Open(..) if name == TAKES_OBJECTS => {
                visitor.visit_some(self)
            }
            EvaluatedValue::Open(members, reason) if name == TAKES_REST => {
                visitor.visit_map(fields_of(members, &[REST], Some(*reason)))
            }
            _ => visitor.visit_newtype_struct(self),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
        unit unit_struct seq tuple tuple_struct map enum identifier
    }
}

/// The members of an object as they are written.
fn entries<'de>(
    members: &'de [(Cow<'de, str>, Evaluated<'de>)],
) -> MapDeserializer<'de, impl Iterator<Item = Entry<'de>>, de::value::Error> {
    let entry = |(name, value): &'de (Cow<'de, str>, Evaluated<'de>)| {
        (de::value::BorrowedStrDeserializer::new(name), value)
    };
    MapDeserializer::new(members.iter().map(entry))
}

/// The name of a view's own for a member.
fn field<'de>(name: &'de str, fields: &'static [&'static str]) -> &'de str {
    if fields.contains(&name) {
        return name;
    }
    fields.iter().find(|field| field.eq_ignore_ascii_case(name)).copied().unwrap_or(name)
}

/// The members of an object under the names that a view knows, and those of its names that are not among them as unknown. Some
/// views know two spellings of a member, which differ in case.
fn fields_of<'de>(
    members: &'de [(Cow<'de, str>, Evaluated<'de>)],
    fields: &'static [&'static str],
    reason: Option<Reason>,
) -> MapDeserializer<'de, impl Iterator<Item = Entry<'de>>, de::value::Error> {
    let is_listed = |other: &str| members.iter().any(|(name, _)| name.eq_ignore_ascii_case(other));
    let is_repeated =
        |at: usize| fields[..at].iter().any(|before| before.eq_ignore_ascii_case(fields[at]));
    let unknown = reason.map(|reason| &UNKNOWN[reason as usize]);
    // Without a reason nothing is added.
    let others = reason.map_or(&[][..], |_| fields).iter();
    let others = others
        .enumerate()
        .filter(move |(at, other)| !is_listed(other) && !is_repeated(*at))
        .filter_map(move |(_, other)| Some((*other, unknown?)));
    let members = members.iter().map(move |(name, value)| (field(name, fields), value));
    let entry = |(name, value)| (de::value::BorrowedStrDeserializer::new(name), value);
    MapDeserializer::new(members.chain(others).map(entry))
}

type Entry<'de> = (de::value::BorrowedStrDeserializer<'de, de::value::Error>, &'de Evaluated<'de>);

/// What is unknown, by the reason.
static UNKNOWN: LazyLock<[Evaluated<'static>; Reason::ALL.len()]> =
    LazyLock::new(|| Reason::ALL.map(|reason| Evaluated::new(EvaluatedValue::Unknown(reason), "")));

/// The whole number that this is: languages write `14` and evaluate it to a float, ARM JSON keeps it.
#[expect(clippy::cast_possible_truncation, reason = "the range is checked first")]
fn whole(number: f64) -> Option<i64> {
    (number.fract() == 0.0 && number.abs() < 9e15).then_some(number as i64)
}

impl<'de> IntoDeserializer<'de, de::value::Error> for &'de Evaluated<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}
