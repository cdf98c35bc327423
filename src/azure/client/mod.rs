//! The one place that asks Azure: pages, retries, pacing.

mod call;
mod error_body;
mod failure;
mod page;
mod pages;
#[cfg(test)]
mod tests;
mod transport;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use serde::de::IgnoredAny;

use call::Call;
pub use call::{Get, GraphQuery, Lane, RESOURCE_GRAPH, Service};
use error_body::ErrorBody;
pub use failure::{Failure, FailureKind, NetworkFault};
pub use page::{Page, Row};
pub use pages::Pages;
use transport::{Broken, Online, Reply, Transport};

use super::cancellation::Cancellation;
use super::cloud::Cloud;
use super::http::Http;
use super::token::TokenSource;

/// How a client behaves.
#[derive(Clone, Debug)]
pub struct Options {
    /// Ends everything.
    pub cancellation: Cancellation,
    /// The largest body that is taken, unpacked.
    pub max_body_bytes: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { cancellation: Cancellation::default(), max_body_bytes: 64 << 20 }
    }
}

/// Asks Azure.
#[derive(Debug)]
pub struct Client {
    cloud: Cloud,
    transport: Box<dyn Transport>,
    tokens: Arc<dyn TokenSource>,
    options: Options,
}

/// An answer that is one JSON value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// As Azure sent it.
    pub body: Bytes,
    /// How many requests it took, with the retries.
    pub requests: u32,
}

impl Client {
    /// A client for a cloud.
    pub fn new(http: &Http, cloud: Cloud, tokens: Arc<dyn TokenSource>, options: Options) -> Self {
        let resource_graph = call::resource_graph(&cloud);
        let transport = Box::new(Online { http: http.clone(), resource_graph });
        Self { cloud, transport, tokens, options }
    }

    /// The cloud that is asked.
    pub fn cloud(&self) -> &Cloud {
        &self.cloud
    }

    /// Reads one thing.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn get(&self, get: &Get) -> Result<Answer, Failure> {
        let call = Call::Read(get.service, get.url(&self.cloud));
        let is_json = |body: &Bytes| serde_json::from_slice::<IgnoredAny>(body);
        let (answer, _) = self.ask(&call, &get.lane, is_json).await?;
        Ok(answer)
    }

    /// Reads a list, page by page.
    pub fn pages(&self, get: &Get) -> Pages<'_> {
        Pages::of_list(self, get)
    }

    /// Asks Resource Graph, page by page.
    pub fn query(&self, query: &GraphQuery) -> Pages<'_> {
        Pages::of_query(self, query)
    }

    /// Asks until there is an answer that can be read, or no hope of one.
    async fn ask<P>(
        &self,
        call: &Call,
        _lane: &Lane,
        read: impl Fn(&Bytes) -> Result<P, serde_json::Error> + Sync,
    ) -> Result<(Answer, P), Failure> {
        let mut requests = 0;
        loop {
            let failure = |kind, message: String| Failure {
                kind,
                status: None,
                code: None,
                message,
                missing_action: None,
                requests,
                path: call.path().to_owned(),
            };
            let token = self.tokens.token(call.audience()).await;
            let token = token.map_err(|error| failure(FailureKind::SignIn, error.message))?;
            let reply = self.transport.exchange(call, &token, self.options.max_body_bytes);
            let reply = tokio::select! {
                biased;
                () = self.options.cancellation.cancelled() => {
                    return Err(failure(FailureKind::Cancelled, "the run was ended".to_owned()));
                }
                reply = reply => reply,
            };
            requests += 1;
            let wait = reply.as_ref().ok().and_then(seconds_to_wait).unwrap_or(1);
            let mut failure = match self.judge(reply, &read) {
                Ok((body, page)) => return Ok((Answer { body, requests }, page)),
                Err(failure) => failure,
            };
            let may_help = matches!(
                failure.kind,
                FailureKind::Throttled | FailureKind::Server | FailureKind::Network(_)
            );
            if !may_help || requests >= 4 {
                failure.requests = requests;
                call.path().clone_into(&mut failure.path);
                return Err(failure);
            }
            tokio::time::sleep(Duration::from_secs(wait)).await;
        }
    }

    fn judge<P>(
        &self,
        reply: Result<Reply, Broken>,
        read: impl Fn(&Bytes) -> Result<P, serde_json::Error>,
    ) -> Result<(Bytes, P), Failure> {
        let failure = |kind, status, message: String| Failure {
            kind,
            status,
            code: None,
            message,
            missing_action: None,
            requests: 0,
            path: String::new(),
        };
        let reply = reply.map_err(|broken| match broken {
            Broken::Network(fault, text) => failure(FailureKind::Network(fault), None, text),
            Broken::TooLarge => {
                let most = self.options.max_body_bytes;
                failure(
                    FailureKind::TooLarge,
                    None,
                    format!("the answer has more than {most} bytes"),
                )
            }
            Broken::Undecodable => {
                failure(FailureKind::Malformed, None, "the answer cannot be unpacked".to_owned())
            }
        })?;
        if reply.status == 200 {
            return match read(&reply.body) {
                Ok(page) => Ok((reply.body, page)),
                Err(error) => {
                    let text = format!("the answer is not the JSON it should be: {error}");
                    Err(failure(FailureKind::Malformed, Some(200), text))
                }
            };
        }
        let body = ErrorBody::read(&reply.body);
        let kind = match reply.status {
            401 => FailureKind::Unauthorized,
            403 => FailureKind::Forbidden,
            404 => FailureKind::NotFound,
            429 => FailureKind::Throttled,
            408 | 500..=599 => FailureKind::Server,
            400..=499 => FailureKind::Rejected,
            _ => FailureKind::Malformed,
        };
        let message = body.message.unwrap_or_else(|| format!("status {}", reply.status));
        Err(Failure {
            code: body.code,
            missing_action: body.missing_action,
            ..failure(kind, Some(reply.status), message)
        })
    }
}

fn seconds_to_wait(reply: &Reply) -> Option<u64> {
    reply.headers.get(reqwest::header::RETRY_AFTER)?.to_str().ok()?.parse().ok()
}
