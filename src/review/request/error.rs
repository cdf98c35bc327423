//! What can be wrong with a change request, said where it stands.

use std::ops::Range;
use std::sync::Arc;

use miette::{Diagnostic, NamedSource};
use thiserror::Error;

/// A change request that cannot be reviewed.
#[derive(Debug, Error, Diagnostic)]
pub enum RequestError {
    /// One thing is wrong.
    #[error("{message}")]
    #[diagnostic(code(backuplint::review::request), help("{help}"))]
    Wrong {
        /// What is wrong.
        message: String,
        /// The same at the place.
        label: String,
        /// What to do.
        help: String,
        /// The request.
        #[source_code]
        text: Arc<NamedSource<String>>,
        /// Where.
        #[label("{label}")]
        at: Range<usize>,
    },
    /// Several things are wrong.
    #[error("the change request has {} errors", .all.len())]
    #[diagnostic(code(backuplint::review::request))]
    Several {
        /// In the order of the file.
        #[related]
        all: Vec<RequestError>,
    },
}

/// Notes what is wrong, so that one run reports everything.
#[derive(Debug)]
pub(in crate::review) struct Problems {
    text: Arc<NamedSource<String>>,
    all: Vec<(Range<usize>, RequestError)>,
}

impl Problems {
    pub fn new(name: &str, text: &str) -> Self {
        Self { text: Arc::new(NamedSource::new(name, text.to_owned())), all: Vec::new() }
    }

    pub fn add(
        &mut self,
        at: Range<usize>,
        message: impl Into<String>,
        label: impl Into<String>,
        help: impl Into<String>,
    ) {
        let error = RequestError::Wrong {
            message: message.into(),
            label: label.into(),
            help: help.into(),
            text: Arc::clone(&self.text),
            at: at.clone(),
        };
        self.all.push((at, error));
    }

    pub fn into_result<T>(mut self, value: Option<T>) -> Result<T, RequestError> {
        if let (true, Some(value)) = (self.all.is_empty(), value) {
            return Ok(value);
        }
        self.all.sort_by_key(|(at, _)| at.start);
        let mut all: Vec<RequestError> = self.all.into_iter().map(|(_, error)| error).collect();
        if all.len() == 1
            && let Some(only) = all.pop()
        {
            return Err(only);
        }
        Err(RequestError::Several { all })
    }
}
