//! How an evaluation ends without a value.

use std::sync::Arc;

use crate::code::value::{Cause, Place, Unknown, Value};

/// Why an expression has no value.
#[derive(Clone, Debug)]
pub enum Failure {
    /// Terraform refuses it; `try` and `can` catch this.
    Invalid(Box<(String, Place)>),
    /// The value is unknown.
    Unknown(Arc<Unknown>),
}

/// A value, or why there is none.
pub type Outcome<T> = Result<T, Failure>;

impl Failure {
    /// Terraform refuses the expression.
    pub fn invalid(message: impl Into<String>, place: Place) -> Failure {
        Failure::Invalid(Box::new((message.into(), place)))
    }

    /// The value cannot be known.
    pub fn unknown(cause: Cause, detail: impl Into<Box<str>>, place: Place) -> Failure {
        Failure::Unknown(Arc::new(Unknown { cause, detail: detail.into(), place, form: None }))
    }

    /// One of our limits is reached.
    pub fn limit(detail: impl Into<Box<str>>, place: Place) -> Failure {
        Failure::unknown(Cause::Limit, detail, place)
    }

    /// The unknown value that stands for the failure.
    pub fn into_value(self, place: Place) -> Value {
        Value::from_unknown(self.into_unknown(), place)
    }

    /// The unknown that stands for the failure.
    pub fn into_unknown(self) -> Arc<Unknown> {
        match self {
            Failure::Unknown(unknown) => unknown,
            Failure::Invalid(invalid) => {
                let (message, place) = *invalid;
                let cause = Cause::InvalidExpression;
                Arc::new(Unknown { cause, detail: message.into(), place, form: None })
            }
        }
    }
}
