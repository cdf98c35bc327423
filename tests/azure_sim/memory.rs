//! Answers that were worked out before. Nothing changes in a world, and the time that Azure takes is its
//! latency, not the work of this simulation.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use hyper::body::Bytes;

use super::answer::Answer;
use super::request::Request;

/// Answers by what was asked.
#[derive(Default)]
pub struct Memory(Mutex<HashMap<Key, Answer>>);

/// All that an answer depends on, beside its world.
#[derive(PartialEq, Eq, Hash)]
struct Key {
    method: String,
    origin: String,
    target: String,
    body: Bytes,
}

impl Memory {
    /// The answer, worked out if it was not asked for before.
    pub fn recall(&self, request: &Request, answer: impl FnOnce() -> Answer) -> Answer {
        let key = Key {
            method: request.method.to_string(),
            origin: request.origin.clone(),
            target: request.target().to_owned(),
            body: request.body.clone(),
        };
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.entry(key).or_insert_with(answer).clone()
    }
}
