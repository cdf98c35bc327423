//! An answer, and how it gets to the client.

use std::time::Duration;

use serde_json::{Value, json};

/// An answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// How it is sent.
    pub delivery: Delivery,
}

/// How an answer is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// As it should be.
    Whole,
    /// The connection ends before anything was sent.
    Nothing,
    /// The connection ends after so many bytes of the body.
    CutAfter(usize),
    /// So many bytes at a time, with a pause before each.
    Slowly(usize, Duration),
}

impl Answer {
    /// JSON text.
    pub fn text(status: u16, body: impl Into<Vec<u8>>) -> Self {
        let kind = ("content-type".to_owned(), "application/json; charset=utf-8".to_owned());
        Self { status, headers: vec![kind], body: body.into(), delivery: Delivery::Whole }
    }

    /// A JSON value.
    pub fn json(body: &Value) -> Self {
        Self::text(200, body.to_string())
    }

    /// An error in the shape of ARM.
    pub fn error(status: u16, code: &str, message: &str) -> Self {
        let body = json!({"error": {"code": code, "message": message}});
        Self::text(status, body.to_string())
    }

    /// With a header.
    pub fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.headers.retain(|(known, _)| known != name);
        self.headers.push((name.to_owned(), value.to_string()));
        self
    }

    /// Sent in this way.
    pub fn sent(mut self, delivery: Delivery) -> Self {
        self.delivery = delivery;
        self
    }
}
