//! Facts: what is known of one property, and how a reader says so.
//!
//! A fact never turns "could not be read" into a default. Serde is the reading contract of both
//! kinds of source: ARM JSON never calls `visit_u8`, so a source of evaluated values uses exactly
//! that call to say "this value is unknown, and why" (see [`crate::inventory::Evaluated`]).

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::Serialize;
use serde::de::{self, Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::evaluated::{TAKES_FORMS, TAKES_OBJECTS};

/// Why something is unknown. The names are those of the report format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[repr(u8)]
pub enum Reason {
    /// Azure answered 401 or 403.
    Forbidden,
    /// Azure answered 429 until the retries ran out.
    Throttled,
    /// Nobody asked for it, or the body at hand is of a kind that leaves it out.
    NotCollected,
    /// An expression in code that could not be evaluated.
    UnresolvedExpression,
    /// The value is not one that this version knows.
    UnrecognisedValue,
    /// This kind of source can never carry it.
    SourceCannotSay,
    /// It may be declared elsewhere, outside the project that was read.
    OutsideThisSource,
    /// It depends on a condition that could not be evaluated.
    Conditional,
    /// The time window that was read is shorter than the question asks for.
    WindowTooShort,
}

impl Reason {
    pub(crate) const ALL: [Self; 9] = [
        Self::Forbidden,
        Self::Throttled,
        Self::NotCollected,
        Self::UnresolvedExpression,
        Self::UnrecognisedValue,
        Self::SourceCannotSay,
        Self::OutsideThisSource,
        Self::Conditional,
        Self::WindowTooShort,
    ];

    /// The reason with this code, which is what [`super::Evaluated`] passes through serde.
    pub fn from_code(code: u8) -> Self {
        Self::ALL.get(usize::from(code)).copied().unwrap_or(Self::SourceCannotSay)
    }

    /// The kebab-case name used in every report.
    pub fn name(self) -> &'static str {
        match self {
            Self::Forbidden => "forbidden",
            Self::Throttled => "throttled",
            Self::NotCollected => "not-collected",
            Self::UnresolvedExpression => "unresolved-expression",
            Self::UnrecognisedValue => "unrecognised-value",
            Self::SourceCannotSay => "source-cannot-say",
            Self::OutsideThisSource => "outside-this-source",
            Self::Conditional => "conditional",
            Self::WindowTooShort => "window-too-short",
        }
    }

    /// The reason with this name, as rules written in Rego and manifests spell it.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.name() == name)
    }

    /// Whether nobody read the place. Else something stands there, and nobody can tell what it means.
    pub fn is_unread(self) -> bool {
        !matches!(self, Self::UnrecognisedValue | Self::UnresolvedExpression | Self::Conditional)
    }

    /// Whether this should have been readable, so that the run counts as incomplete.
    pub fn is_gap(self) -> bool {
        matches!(self, Self::Forbidden | Self::Throttled)
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What is known of one property.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Fact<T> {
    /// The value was read.
    Known(T),
    /// The owner was read in full and the property is missing or null.
    #[default]
    Absent,
    /// It could not be read.
    Unknown(Reason),
}

impl<T> Fact<T> {
    /// Applies `f` to a known value.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Fact<U> {
        match self {
            Self::Known(value) => Fact::Known(f(value)),
            Self::Absent => Fact::Absent,
            Self::Unknown(reason) => Fact::Unknown(reason),
        }
    }

    /// Applies `f` to a known value and keeps what it answers.
    pub fn and_then<U>(self, f: impl FnOnce(T) -> Fact<U>) -> Fact<U> {
        match self {
            Self::Known(value) => f(value),
            Self::Absent => Fact::Absent,
            Self::Unknown(reason) => Fact::Unknown(reason),
        }
    }

    /// Whether the owner was read and has no such property.
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// A fact that borrows this one's value.
    pub fn as_ref(&self) -> Fact<&T> {
        match self {
            Self::Known(value) => Fact::Known(value),
            Self::Absent => Fact::Absent,
            Self::Unknown(reason) => Fact::Unknown(*reason),
        }
    }

    /// The value, if it is known. Only for evidence: a verdict must look at all three cases.
    pub fn known(self) -> Option<T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Absent | Self::Unknown(_) => None,
        }
    }

    /// The value if known, `None` if absent.
    ///
    /// # Errors
    /// The reason, if the fact is unknown.
    pub fn optional(self) -> Result<Option<T>, Reason> {
        match self {
            Self::Known(value) => Ok(Some(value)),
            Self::Absent => Ok(None),
            Self::Unknown(reason) => Err(reason),
        }
    }

    /// The value if known, Azure's own default if absent.
    ///
    /// # Errors
    /// The reason, if the fact is unknown.
    pub fn or_default(self, default: T) -> Result<T, Reason> {
        self.optional().map(|value| value.unwrap_or(default))
    }

    /// Reads an absence as unknown, for bodies that may leave the property out.
    #[must_use]
    pub fn absent_is_unknown(self, reason: Reason) -> Self {
        match self {
            Self::Absent => Self::Unknown(reason),
            other => other,
        }
    }
}

/// How every source says that there is no value: with a reason, or because nothing is set.
macro_rules! no_value {
    () => {
        fn visit_u8<E: de::Error>(self, code: u8) -> Result<Self::Value, E> {
            Ok(Fact::Unknown(Reason::from_code(code)))
        }
        fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
            Ok(Fact::Absent)
        }
        fn visit_none<E: de::Error>(self) -> Result<Self::Value, E> {
            Ok(Fact::Absent)
        }
    };
}

/// What a fact says to a value of another form than its own.
macro_rules! unrecognised {
    (scalar) => {
        fn visit_bool<E: de::Error>(self, _: bool) -> Result<Self::Value, E> {
            Ok(Fact::Unknown(Reason::UnrecognisedValue))
        }
        fn visit_u64<E: de::Error>(self, _: u64) -> Result<Self::Value, E> {
            Ok(Fact::Unknown(Reason::UnrecognisedValue))
        }
        fn visit_i64<E: de::Error>(self, _: i64) -> Result<Self::Value, E> {
            Ok(Fact::Unknown(Reason::UnrecognisedValue))
        }
        fn visit_f64<E: de::Error>(self, _: f64) -> Result<Self::Value, E> {
            Ok(Fact::Unknown(Reason::UnrecognisedValue))
        }
        fn visit_str<E: de::Error>(self, _: &str) -> Result<Self::Value, E> {
            Ok(Fact::Unknown(Reason::UnrecognisedValue))
        }
    };
    (list, $de:lifetime) => {
        fn visit_seq<A: SeqAccess<$de>>(self, mut sequence: A) -> Result<Self::Value, A::Error> {
            while sequence.next_element::<IgnoredAny>()?.is_some() {}
            Ok(Fact::Unknown(Reason::UnrecognisedValue))
        }
    };
    (object, $de:lifetime) => {
        fn visit_map<A: MapAccess<$de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            Ok(Fact::Unknown(Reason::UnrecognisedValue))
        }
    };
}

/// Whether a text is a word of Azure's, in whatever case; nearly always it is Azure's own, which is seen at once.
pub(super) fn is_word(text: &str, word: &str) -> bool {
    text.len() == word.len() && (text == word || text.eq_ignore_ascii_case(word))
}

/// A type that can be read from one scalar of a body.
pub trait Scalar<'a>: Sized {
    /// From text that the source can lend (`Cow::Borrowed`) or that had to be unescaped.
    fn from_text(text: Cow<'a, str>) -> Option<Self>;
    /// From a number.
    fn from_number(_: f64) -> Option<Self> {
        None
    }
    /// From a boolean.
    fn from_bool(_: bool) -> Option<Self> {
        None
    }
}

impl<'de: 'a, 'a> Scalar<'de> for Cow<'a, str> {
    fn from_text(text: Cow<'de, str>) -> Option<Self> {
        Some(text)
    }
}

impl Scalar<'_> for bool {
    fn from_text(text: Cow<'_, str>) -> Option<Self> {
        // `az` and PowerShell write booleans as text in some outputs.
        if text.eq_ignore_ascii_case("true") {
            Some(true)
        } else if text.eq_ignore_ascii_case("false") {
            Some(false)
        } else {
            None
        }
    }
    fn from_bool(value: bool) -> Option<Self> {
        Some(value)
    }
}

impl Scalar<'_> for f64 {
    fn from_text(text: Cow<'_, str>) -> Option<Self> {
        text.trim().parse().ok().filter(|number: &f64| number.is_finite())
    }
    fn from_number(number: f64) -> Option<Self> {
        Some(number)
    }
}

impl Scalar<'_> for u32 {
    fn from_text(text: Cow<'_, str>) -> Option<Self> {
        text.trim().parse().ok()
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the range is checked first"
    )]
    fn from_number(number: f64) -> Option<Self> {
        (0.0..=f64::from(Self::MAX)).contains(&number).then_some(number as Self)
    }
}

impl<'de, T: Scalar<'de>> Deserialize<'de> for Fact<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(FactVisitor(PhantomData))
    }
}

struct FactVisitor<T>(PhantomData<T>);

impl<T> FactVisitor<T> {
    fn recognised(value: Option<T>) -> Fact<T> {
        value.map_or(Fact::Unknown(Reason::UnrecognisedValue), Fact::Known)
    }
}

impl<'de, T: Scalar<'de>> Visitor<'de> for FactVisitor<T> {
    type Value = Fact<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }
    no_value!();
    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Self::recognised(T::from_bool(value)))
    }
    #[expect(clippy::cast_precision_loss, reason = "settings are far below 2^53")]
    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Self::recognised(T::from_number(value as f64)))
    }
    #[expect(clippy::cast_precision_loss, reason = "settings are far below 2^53")]
    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Self::recognised(T::from_number(value as f64)))
    }
    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Self::recognised(T::from_number(value)))
    }
    fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Self::recognised(T::from_text(Cow::Borrowed(text))))
    }
    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Self::recognised(T::from_text(Cow::Owned(text.to_owned()))))
    }
    unrecognised!(list, 'de);
    unrecognised!(object, 'de);
}

/// An object inside a body. Unknown as a whole makes each of its properties unknown.
#[derive(Clone, Copy, Debug, Default)]
pub struct Section<T>(pub Fact<T>);

impl<T> Section<T> {
    /// The fact of one property inside.
    pub fn get<U>(self, f: impl FnOnce(T) -> Fact<U>) -> Fact<U> {
        self.0.and_then(f)
    }
}

impl<T> Section<T> {
    /// The object if it is there, `None` if it is absent.
    ///
    /// # Errors
    /// The reason, if it is unknown.
    pub fn optional(&self) -> Result<Option<&T>, Reason> {
        self.0.as_ref().optional()
    }
}

/// Reads a text, or the name of one that cannot be known: of two such names equal ones are the same text
/// (see [`super::placeholder`]), and no others say anything.
pub(super) fn text_or_form<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Fact<Cow<'de, str>>, D::Error> {
    deserializer.deserialize_newtype_struct(TAKES_FORMS, FormVisitor)
}

struct FormVisitor;

impl<'de> Visitor<'de> for FormVisitor {
    type Value = Fact<Cow<'de, str>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }
    fn visit_newtype_struct<D: Deserializer<'de>>(self, inner: D) -> Result<Self::Value, D::Error> {
        Fact::deserialize(inner)
    }
    fn visit_borrowed_str<E: de::Error>(self, name: &'de str) -> Result<Self::Value, E> {
        Ok(Fact::Known(Cow::Borrowed(name)))
    }
}

/// A list inside a body. It may be unknown as a whole; `T` says whether an element may be.
#[derive(Clone, Debug)]
pub struct List<T>(pub Fact<Vec<T>>);

impl<T> List<T> {
    /// The elements; none if the list is absent.
    ///
    /// # Errors
    /// The reason, if it is unknown.
    pub fn optional(&self) -> Result<&[T], Reason> {
        Ok(self.0.as_ref().optional()?.map_or(&[], Vec::as_slice))
    }
}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self(Fact::Absent)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        gather::<D, T, Vec<T>>(deserializer).map(List)
    }
}

/// Reads a list into whatever takes its elements one by one, so that a sum needs no list in memory.
///
/// # Errors
/// When an element cannot be read as `T`.
pub(super) fn gather<'de, D, T, C>(deserializer: D) -> Result<Fact<C>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
    C: Default + Extend<T>,
{
    deserializer.deserialize_any(ListVisitor::<T, C>(PhantomData))
}

struct ListVisitor<T, C>(PhantomData<(T, C)>);

impl<'de, T: Deserialize<'de>, C: Default + Extend<T>> Visitor<'de> for ListVisitor<T, C> {
    type Value = Fact<C>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Self::Value, A::Error> {
        let mut elements = C::default();
        while let Some(element) = sequence.next_element()? {
            elements.extend(std::iter::once(element));
        }
        Ok(Fact::Known(elements))
    }
    no_value!();
    unrecognised!(scalar);
    unrecognised!(object, 'de);
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Section<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer
            .deserialize_newtype_struct(TAKES_OBJECTS, SectionVisitor(PhantomData))
            .map(Section)
    }
}

struct SectionVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for SectionVisitor<T> {
    type Value = Fact<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }
    fn visit_newtype_struct<D: Deserializer<'de>>(self, inner: D) -> Result<Self::Value, D::Error> {
        inner.deserialize_any(self)
    }
    /// In code names have any case, and of some members it cannot be known whether they are there.
    fn visit_some<D: Deserializer<'de>>(self, open: D) -> Result<Self::Value, D::Error> {
        T::deserialize(open).map(Fact::Known)
    }
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        T::deserialize(de::value::MapAccessDeserializer::new(map)).map(Fact::Known)
    }
    no_value!();
    unrecognised!(scalar);
    unrecognised!(list, 'de);
}
