//! Values that were evaluated from code: each with its own place, any of them perhaps unknown.
//!
//! Terraform, ARM templates and Bicep produce such trees; the typed views read them through serde,
//! exactly as they read ARM JSON.

use std::borrow::Cow;

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
    /// Not to be known from this source, and why.
    Unknown(Reason),
}

impl<'a> Evaluated<'a> {
    /// A value that is written where it stands.
    pub fn new(value: EvaluatedValue<'a>, origin: &'a str) -> Self {
        Self { value, origin, via: Vec::new() }
    }
}

impl Evaluated<'_> {
    /// The member with this key, if this is an object that has it.
    pub fn member(&self, key: &str) -> Option<&Self> {
        match &self.value {
            EvaluatedValue::Map(members) => {
                members.iter().find(|(name, _)| name == key).map(|(_, value)| value)
            }
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
        let EvaluatedValue::Map(tags) = &self.value else { return Fact::Absent };
        let found = tags.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        match found.map(|(_, value)| &value.value) {
            Some(EvaluatedValue::Text(text)) => Fact::Known(text.clone().into_owned()),
            Some(EvaluatedValue::Unknown(reason)) => Fact::Unknown(*reason),
            _ => Fact::Absent,
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
            EvaluatedValue::Null | EvaluatedValue::Unknown(_) => serde_json::Value::Null,
            EvaluatedValue::Bool(value) => (*value).into(),
            EvaluatedValue::Number(value) => match whole(*value) {
                Some(whole) => whole.into(),
                None => (*value).into(),
            },
            EvaluatedValue::Text(text) => text.as_ref().into(),
            EvaluatedValue::List(elements) => elements.iter().map(Self::to_json).collect(),
            EvaluatedValue::Map(members) => members
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
            EvaluatedValue::Map(members) => visitor.visit_map(MapDeserializer::new(
                members
                    .iter()
                    .map(|(key, value)| (de::value::BorrowedStrDeserializer::new(key), value)),
            )),
            // The one call that ARM JSON never makes: see `fact`.
            EvaluatedValue::Unknown(reason) => visitor.visit_u8(*reason as u8),
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
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
        unit unit_struct seq tuple tuple_struct map struct enum identifier
    }
}

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
