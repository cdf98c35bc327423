//! Values of words of scripts: known, unknown with the cause, or known in part.

use std::sync::Arc;

use super::place::Place;
use crate::inventory::Reason;

/// A value, where it is used, and where it was written.
#[derive(Clone, Debug)]
pub struct Value {
    /// What the value is.
    pub content: Content,
    /// Where the value is used.
    pub place: Place,
    /// Where the literal was written, when that is elsewhere: an assignment, a default.
    pub via: Option<Place>,
}

/// What a value is.
#[derive(Clone, Debug)]
pub enum Content {
    /// `$null`.
    Null,
    /// `$true`, `$false`, a switch.
    Bool(bool),
    /// A text; numbers too, as they are written.
    Text(Arc<str>),
    /// Values in order.
    List(Arc<[Value]>),
    /// Names and values in order, as a hashtable or a mapping of YAML has them.
    Map(Arc<[(Value, Value)]>),
    /// A point in time that depends on when the script runs.
    Moment(Moment),
    /// Cannot be known from the script.
    Unknown(Arc<Unknown>),
}

/// A point in time, counted from when the script runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Seconds after the run, before it when negative.
    pub seconds: i64,
    /// Whether the script asked for UTC.
    pub utc: bool,
}

/// Why a value cannot be known from the script.
#[derive(Clone, Debug)]
pub struct Unknown {
    /// The sort of cause.
    pub cause: Cause,
    /// What exactly: a name of a variable, an expression.
    pub detail: Box<str>,
    /// The place that is to blame.
    pub place: Place,
    /// The text as far as it is known; empty when nothing is.
    pub pieces: Box<[Piece]>,
    /// The command whose output this is: its `order` in the job.
    pub from: Option<u32>,
}

/// A part of a text that is not known as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// These characters.
    Known(Arc<str>),
    /// What stands here is unknown.
    Unknown(Box<str>),
}

/// The sorts of causes of the unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// A variable that the script reads and does not set.
    Environment,
    /// A parameter of the script or of a function.
    Parameter,
    /// The output of a command.
    CommandOutput,
    /// An expression of the pipeline, or of the infrastructure code, that the script stands in.
    PipelineExpression,
    /// A variable that has one value or another, by a condition.
    Conditional,
    /// A variable that changes in a loop.
    Loop,
    /// Set by a file that the script reads in, or by code built at run time.
    Sourced,
    /// An expression of the language that is not evaluated.
    NotEvaluated,
    /// Read from the input.
    Input,
    /// A limit of the reading was reached.
    Limit,
}

impl Cause {
    /// Why a fact is unknown, when this is why its value is.
    pub fn reason(self) -> Reason {
        match self {
            Self::Conditional => Reason::Conditional,
            _ => Reason::UnresolvedExpression,
        }
    }
}

impl Value {
    /// A known text.
    pub fn text(text: impl Into<Arc<str>>, place: Place) -> Value {
        Value::new(Content::Text(text.into()), place)
    }

    /// A value without history.
    pub fn new(content: Content, place: Place) -> Value {
        Value { content, place, via: None }
    }

    /// An unknown value.
    pub fn unknown(cause: Cause, detail: impl Into<Box<str>>, place: Place) -> Value {
        let unknown =
            Unknown { cause, detail: detail.into(), place, pieces: Box::default(), from: None };
        Value::new(Content::Unknown(Arc::new(unknown)), place)
    }

    /// The output of a command of the job.
    pub fn output(of: Option<u32>, detail: impl Into<Box<str>>, place: Place) -> Value {
        let unknown = Unknown {
            cause: Cause::CommandOutput,
            detail: detail.into(),
            place,
            pieces: Box::default(),
            from: of,
        };
        Value::new(Content::Unknown(Arc::new(unknown)), place)
    }

    /// The text, when it is known and a text.
    pub fn as_text(&self) -> Option<&str> {
        match &self.content {
            Content::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Why the value is unknown.
    pub fn as_unknown(&self) -> Option<&Unknown> {
        match &self.content {
            Content::Unknown(unknown) => Some(unknown),
            _ => None,
        }
    }

    /// The truth value, also of the texts `true` and `false` in any case.
    pub fn as_bool(&self) -> Option<bool> {
        match &self.content {
            Content::Bool(value) => Some(*value),
            Content::Text(text) if text.eq_ignore_ascii_case("true") => Some(true),
            Content::Text(text) if text.eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        }
    }

    /// The text that surely stands at the start, also of a value that is known in part.
    pub fn known_start(&self) -> &str {
        match &self.content {
            Content::Text(text) => text,
            Content::Unknown(unknown) => match unknown.pieces.first() {
                Some(Piece::Known(text)) => text,
                _ => "",
            },
            _ => "",
        }
    }

    /// The value without so many bytes of its known start.
    #[must_use]
    pub fn without_start(&self, length: usize, place: Place) -> Value {
        let content = match &self.content {
            Content::Text(text) => Content::Text(text.get(length..).unwrap_or_default().into()),
            Content::Unknown(unknown) => {
                let mut pieces = unknown.pieces.to_vec();
                if let Some(Piece::Known(first)) = pieces.first_mut() {
                    *first = first.get(length..).unwrap_or_default().into();
                    if first.is_empty() {
                        pieces.remove(0);
                    }
                }
                if pieces.len() == 1 {
                    pieces.clear();
                }
                Content::Unknown(Arc::new(Unknown { pieces: pieces.into(), ..(**unknown).clone() }))
            }
            other => other.clone(),
        };
        Value { content, place, via: self.via }
    }

    /// The same value, used at another place.
    #[must_use]
    pub fn used_at(&self, place: Place) -> Value {
        Value { content: self.content.clone(), place, via: self.via.or(Some(self.place)) }
    }

    /// Whether both surely are the same.
    pub fn same(&self, other: &Value) -> bool {
        match (&self.content, &other.content) {
            (Content::Null, Content::Null) => true,
            (Content::Bool(one), Content::Bool(other)) => one == other,
            (Content::Text(one), Content::Text(other)) => one == other,
            (Content::Moment(one), Content::Moment(other)) => one == other,
            (Content::List(one), Content::List(other)) => {
                one.len() == other.len()
                    && one.iter().zip(other.iter()).all(|(one, other)| one.same(other))
            }
            (Content::Map(one), Content::Map(other)) => Arc::ptr_eq(one, other),
            (Content::Unknown(one), Content::Unknown(other)) => Arc::ptr_eq(one, other),
            _ => false,
        }
    }
}
