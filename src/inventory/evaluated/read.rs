//! Reading what was evaluated through serde.

use std::sync::LazyLock;

use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{self, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;

use super::{
    Content, Evaluated, EvaluatedValue, Members, NONE, Node, REST, Slot, TAKES_FORMS,
    TAKES_OBJECTS, TAKES_REST, Tree, whole,
};
use crate::inventory::Reason;

impl<'de> de::Deserializer<'de> for Evaluated<'de> {
    type Error = de::value::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        match self.value() {
            EvaluatedValue::Null => visitor.visit_unit(),
            EvaluatedValue::Bool(value) => visitor.visit_bool(value),
            EvaluatedValue::Number(value) => match whole(value) {
                Some(whole) => visitor.visit_i64(whole),
                None => visitor.visit_f64(value),
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
            | EvaluatedValue::Form(_, reason) => visitor.visit_u8(reason as u8),
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
        match self.value() {
            EvaluatedValue::Map(members) => visitor.visit_map(fields_of(members, fields, None)),
            EvaluatedValue::Open(members, reason) => {
                visitor.visit_map(fields_of(members, fields, Some(reason)))
            }
            _ => self.deserialize_any(visitor),
        }
    }

    /// Serde asks for an option by name, and a value that is there must say so.
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        match self.value() {
            EvaluatedValue::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        match self.value() {
            EvaluatedValue::Form(text, _) if name == TAKES_FORMS => {
                visitor.visit_borrowed_str(text)
            }
            EvaluatedValue::Map(_) | EvaluatedValue::Open(..) if name == TAKES_OBJECTS => {
                visitor.visit_some(self)
            }
            EvaluatedValue::Open(members, reason) if name == TAKES_REST => {
                visitor.visit_map(fields_of(members, &[REST], Some(reason)))
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
fn entries(
    members: Members<'_>,
) -> MapDeserializer<'_, impl Iterator<Item = Entry<'_>>, de::value::Error> {
    let entry = |(name, value)| (de::value::BorrowedStrDeserializer::new(name), value);
    MapDeserializer::new(members.named().map(entry))
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
    members: Members<'de>,
    fields: &'static [&'static str],
    reason: Option<Reason>,
) -> MapDeserializer<'de, impl Iterator<Item = Entry<'de>>, de::value::Error> {
    let is_listed =
        move |other: &str| members.named().any(|(name, _)| name.eq_ignore_ascii_case(other));
    let is_repeated =
        |at: usize| fields[..at].iter().any(|before| before.eq_ignore_ascii_case(fields[at]));
    let unknown = reason.map(|reason| UNKNOWN.at(Slot(reason as u32)));
    // Without a reason nothing is added.
    let others = reason.map_or(&[][..], |_| fields).iter();
    let others = others
        .enumerate()
        .filter(move |(at, other)| !is_listed(other) && !is_repeated(*at))
        .filter_map(move |(_, other)| Some((*other, unknown?)));
    let own = members.named().map(move |(name, value)| (field(name, fields), value));
    let entry = |(name, value)| (de::value::BorrowedStrDeserializer::new(name), value);
    MapDeserializer::new(own.chain(others).map(entry))
}

type Entry<'de> = (de::value::BorrowedStrDeserializer<'de, de::value::Error>, Evaluated<'de>);

/// What is unknown, by the number of the reason.
static UNKNOWN: LazyLock<Tree> = LazyLock::new(|| {
    let unknown = |reason| Node { content: Content::Unknown, reason, ..Node::empty(NONE) };
    Tree { nodes: Reason::ALL.map(unknown).to_vec(), ..Tree::default() }
});

impl<'de> IntoDeserializer<'de, de::value::Error> for Evaluated<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}
