//! An Azure without a network, for tests in which time passes at once.

use std::collections::VecDeque;
use std::fmt;
use std::sync::Mutex;

use async_trait::async_trait;
use bytes::Bytes;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use tokio::time::Instant;

use super::script_client;
use crate::azure::client::call::Call;
use crate::azure::client::transport::{Broken, Reply, Transport};
use crate::azure::client::{Client, Options};
use crate::azure::token::Token;

type Answer = Box<dyn FnOnce() -> Result<Reply, Broken> + Send>;

/// Answers in the given order, at once, and notes when and with which token it was asked.
pub struct Script {
    answers: Mutex<VecDeque<Answer>>,
    pub asked: std::sync::Arc<Mutex<Vec<(Instant, String)>>>,
}

impl fmt::Debug for Script {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Script")
    }
}

impl Script {
    pub fn new(answers: Vec<Answer>) -> Self {
        Self { answers: Mutex::new(answers.into()), asked: std::sync::Arc::default() }
    }

    pub fn client(self, options: Options) -> Client {
        script_client(Box::new(self), options)
    }
}

#[async_trait]
impl Transport for Script {
    async fn exchange(&self, _: &Call, token: &Token, _: usize) -> Result<Reply, Broken> {
        let secret = token.secret().to_owned();
        self.asked.lock().expect("a lock").push((Instant::now(), secret));
        let answer = self.answers.lock().expect("a lock").pop_front();
        answer.expect("no more requests than answers")()
    }
}

pub fn reply(status: u16, headers: &[(&'static str, &str)], body: &str) -> Reply {
    let headers = headers.iter().map(|(name, value)| {
        (HeaderName::from_static(name), HeaderValue::from_str(value).expect("a header"))
    });
    let headers: HeaderMap = headers.collect();
    Reply { status, headers, body: Bytes::copy_from_slice(body.as_bytes()) }
}

pub fn answer(status: u16, headers: &[(&'static str, &str)], body: &str) -> Answer {
    let reply = reply(status, headers, body);
    Box::new(move || Ok(reply))
}

pub fn broken(broken: Broken) -> Answer {
    Box::new(move || Err(broken))
}
