//! Values while a query is worked out, and how Kusto compares them.

use std::borrow::Cow;
use std::cmp::Ordering;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::query::{Comparison, Expression, Function};
use super::table::Row;

/// A value.
#[derive(Clone, Debug)]
pub enum Datum<'a> {
    /// JSON.
    Json(Cow<'a, Value>),
    /// A moment.
    Time(Timestamp),
    /// A length of time.
    Span(SignedDuration),
}

impl<'a> Datum<'a> {
    fn owned(value: impl Into<Value>) -> Self {
        Self::Json(Cow::Owned(value.into()))
    }

    /// As it is answered.
    pub fn into_value(self) -> Value {
        match self {
            Self::Json(value) => value.into_owned(),
            Self::Time(time) => time.to_string().into(),
            Self::Span(span) => span.as_secs().into(),
        }
    }

    /// As text; nothing is empty text.
    pub fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Json(value) => match value.as_ref() {
                Value::Null => Cow::Borrowed(""),
                Value::String(text) => Cow::Borrowed(text),
                other => Cow::Owned(other.to_string()),
            },
            Self::Time(time) => Cow::Owned(time.to_string()),
            Self::Span(span) => Cow::Owned(span.as_secs().to_string()),
        }
    }

    /// Whether it is true.
    pub fn is_true(&self) -> bool {
        matches!(self, Self::Json(value) if value.as_bool() == Some(true))
    }

    fn is_null(&self) -> bool {
        matches!(self, Self::Json(value) if value.is_null())
    }

    fn number(&self) -> Option<f64> {
        if let Self::Json(value) = self { value.as_f64() } else { None }
    }

    fn time(&self) -> Option<Timestamp> {
        match self {
            Self::Time(time) => Some(*time),
            Self::Json(value) => moment(value.as_str()?),
            Self::Span(_) => None,
        }
    }

    fn member(self, name: &str) -> Self {
        match self {
            Self::Json(Cow::Borrowed(value)) => {
                Self::Json(value.get(name).map_or(Cow::Owned(Value::Null), Cow::Borrowed))
            }
            Self::Json(Cow::Owned(mut value)) => {
                Self::owned(value.get_mut(name).map(Value::take).unwrap_or_default())
            }
            Self::Time(_) | Self::Span(_) => Self::owned(Value::Null),
        }
    }

    fn element(self, at: &Datum<'_>) -> Self {
        let Datum::Json(at) = at else { return Self::owned(Value::Null) };
        if let Some(name) = at.as_str() {
            return self.member(name);
        }
        let (Self::Json(value), Some(at)) = (self, at.as_i64()) else {
            return Self::owned(Value::Null);
        };
        let length = value.as_array().map_or(0, Vec::len);
        // A negative place counts from the end.
        let place =
            usize::try_from(at).ok().or_else(|| length.checked_sub(usize::try_from(-at).ok()?));
        let found = place.and_then(|place| value.get(place)).cloned();
        Self::owned(found.unwrap_or_default())
    }

    /// The order of sorting: nothing first, then numbers, moments and texts.
    pub fn order(&self, other: &Self) -> Ordering {
        if let (Some(left), Some(right)) = (self.number(), other.number()) {
            return left.total_cmp(&right);
        }
        match (self, other) {
            (Self::Time(left), Self::Time(right)) => left.cmp(right),
            _ => other.is_null().cmp(&self.is_null()).then_with(|| self.text().cmp(&other.text())),
        }
    }
}

/// Works out expressions for one row.
pub struct Evaluation<'a> {
    /// The row.
    pub row: &'a Row<'a>,
    /// What time it is.
    pub now: Timestamp,
}

impl<'a> Evaluation<'a> {
    /// The value of an expression.
    pub fn value(&self, expression: &Expression) -> Datum<'a> {
        match expression {
            Expression::Literal(value) => Datum::owned(value.clone()),
            Expression::Span(seconds) => Datum::Span(SignedDuration::from_secs(*seconds)),
            Expression::Column(name) => Datum::Json(self.row.column(name)),
            Expression::Member(inner, name) => self.value(inner).member(name),
            Expression::Element(inner, at) => self.value(inner).element(&self.value(at)),
            Expression::Call(function, arguments) => self.call(*function, arguments),
            Expression::And(all) => Datum::owned(all.iter().all(|part| self.value(part).is_true())),
            Expression::Or(all) => Datum::owned(all.iter().any(|part| self.value(part).is_true())),
            Expression::Compare(comparison, left, right) => {
                Datum::owned(compare(*comparison, &self.value(left), &self.value(right)))
            }
            Expression::In(inner, list, alike, negated) => {
                let inner = self.value(inner);
                let comparison = if *alike { Comparison::Alike } else { Comparison::Equal };
                let is_in = list.iter().any(|item| compare(comparison, &inner, &self.value(item)));
                Datum::owned(is_in != *negated)
            }
        }
    }

    fn call(&self, function: Function, arguments: &[Expression]) -> Datum<'a> {
        let mut values = arguments.iter().map(|argument| self.value(argument));
        if function == Function::Now {
            return Datum::Time(self.now);
        }
        let Some(first) = values.next() else { return Datum::owned(Value::Null) };
        match function {
            Function::Ago => match first {
                Datum::Span(span) => {
                    Datum::Time(self.now.checked_sub(span).unwrap_or(Timestamp::MIN))
                }
                _ => Datum::owned(Value::Null),
            },
            Function::ArrayLength => match first {
                Datum::Json(value) => Datum::owned(value.as_array().map(Vec::len)),
                _ => Datum::owned(Value::Null),
            },
            Function::Coalesce => {
                let mut all = [first].into_iter().chain(values);
                all.find(|value| !value.is_null()).unwrap_or(Datum::owned(Value::Null))
            }
            Function::DateTime => first.time().map_or(Datum::owned(Value::Null), Datum::Time),
            Function::IsEmpty => Datum::owned(first.text().is_empty()),
            Function::IsNotEmpty => Datum::owned(!first.text().is_empty()),
            Function::IsNull => Datum::owned(first.is_null()),
            Function::IsNotNull => Datum::owned(!first.is_null()),
            Function::Not => Datum::owned(!first.is_true()),
            Function::Now => Datum::Time(self.now),
            Function::Split => {
                let by = values.next().map(|by| by.text().into_owned()).unwrap_or_default();
                let parts: Vec<Value> = first.text().split(by.as_str()).map(Value::from).collect();
                Datum::owned(parts)
            }
            Function::Concatenate => {
                let all = [first].into_iter().chain(values);
                Datum::owned(all.map(|value| value.text().into_owned()).collect::<String>())
            }
            Function::ToBool => match first.text().to_ascii_lowercase().as_str() {
                "true" | "1" => Datum::owned(true),
                "false" | "0" => Datum::owned(false),
                _ => Datum::owned(Value::Null),
            },
            Function::ToLower => Datum::owned(first.text().to_lowercase()),
            Function::ToText => Datum::owned(first.text().into_owned()),
            Function::ToUpper => Datum::owned(first.text().to_uppercase()),
        }
    }
}

/// Operators of text take nothing for empty text, as Kusto's strings are never null.
fn compare(comparison: Comparison, left: &Datum<'_>, right: &Datum<'_>) -> bool {
    let (one, two) = (left.text(), right.text());
    let lower = || (one.to_lowercase(), two.to_lowercase());
    match comparison {
        Comparison::Equal => is_equal(left, right),
        Comparison::NotEqual => !is_equal(left, right),
        Comparison::Alike => is_alike(&one, &two),
        Comparison::NotAlike => !is_alike(&one, &two),
        Comparison::Contains => {
            let (one, two) = lower();
            one.contains(&two)
        }
        Comparison::NotContains => {
            let (one, two) = lower();
            !one.contains(&two)
        }
        Comparison::Has => has(&one, &two),
        Comparison::NotHas => !has(&one, &two),
        Comparison::StartsWith => {
            let (one, two) = lower();
            one.starts_with(&two)
        }
        Comparison::NotStartsWith => {
            let (one, two) = lower();
            !one.starts_with(&two)
        }
        Comparison::EndsWith => {
            let (one, two) = lower();
            one.ends_with(&two)
        }
        Comparison::Less => ordered(left, right) == Some(Ordering::Less),
        Comparison::Greater => ordered(left, right) == Some(Ordering::Greater),
        Comparison::LessOrEqual => {
            matches!(ordered(left, right), Some(Ordering::Less | Ordering::Equal))
        }
        Comparison::GreaterOrEqual => {
            matches!(ordered(left, right), Some(Ordering::Greater | Ordering::Equal))
        }
    }
}

fn is_alike(one: &str, two: &str) -> bool {
    one.eq_ignore_ascii_case(two)
        || !(one.is_ascii() && two.is_ascii()) && one.to_lowercase() == two.to_lowercase()
}

fn is_equal(left: &Datum<'_>, right: &Datum<'_>) -> bool {
    match (left.number(), right.number()) {
        (Some(left), Some(right)) => left.total_cmp(&right) == Ordering::Equal,
        _ => left.text() == right.text(),
    }
}

/// The order of two numbers or two moments; nothing else has one.
fn ordered(left: &Datum<'_>, right: &Datum<'_>) -> Option<Ordering> {
    if let (Some(left), Some(right)) = (left.number(), right.number()) {
        return left.partial_cmp(&right);
    }
    match (left, right) {
        (Datum::Time(_), _) | (_, Datum::Time(_)) => Some(left.time()?.cmp(&right.time()?)),
        _ => None,
    }
}

/// Whether a text stands in another as whole words.
fn has(text: &str, part: &str) -> bool {
    let (text, part) = (text.to_lowercase(), part.to_lowercase());
    let is_word = |letter: Option<char>| letter.is_some_and(char::is_alphanumeric);
    !part.is_empty()
        && text.match_indices(&part).any(|(at, _)| {
            !is_word(text[..at].chars().next_back())
                && !is_word(text[at + part.len()..].chars().next())
        })
}

fn moment(text: &str) -> Option<Timestamp> {
    let day = || text.parse::<jiff::civil::Date>().ok();
    let of_day =
        |day: jiff::civil::Date| jiff::tz::Offset::UTC.to_timestamp(day.at(0, 0, 0, 0)).ok();
    text.parse().ok().or_else(|| day().and_then(of_day))
}
