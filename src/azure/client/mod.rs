//! The one place that asks Azure: pages, retries, pacing.
//!
//! A question is asked until there is an answer that can be read or no hope of one; what goes wrong is a
//! [`Failure`], never an empty answer.

mod ask;
mod call;
mod failure;
mod judge;
mod observe;
mod pace;
mod page;
mod pages;
mod patience;
#[cfg(test)]
mod tests;
mod transport;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use bytes::Bytes;
use serde::de::IgnoredAny;

use call::Call;
pub use call::{Get, GraphQuery, Lane, RESOURCE_GRAPH, Service};
pub use failure::{Failure, FailureKind, NetworkFault};
pub use observe::{Exchange, Observer, Pause, PauseReason};
use pace::Pace;
pub use page::{Page, Row};
pub use pages::Pages;
pub use patience::Patience;
use transport::{Online, Reply, Transport};

use super::cancellation::Cancellation;
use super::cloud::Cloud;
use super::http::Http;
use super::text::{json_fault, printable};
use super::token::TokenSource;

/// The largest body that is taken, unpacked: several times what a page of Azure has.
const MAX_BODY_BYTES: usize = 64 << 20;

/// How a client behaves.
#[derive(Clone, Debug)]
pub struct Options {
    /// Ends everything.
    pub cancellation: Cancellation,
    /// Is told of every request and every wait.
    pub observer: Option<Arc<dyn Observer>>,
    /// When to ask again.
    pub patience: Patience,
    /// The largest body that is taken, unpacked.
    pub max_body_bytes: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            cancellation: Cancellation::default(),
            observer: None,
            patience: Patience::default(),
            max_body_bytes: MAX_BODY_BYTES,
        }
    }
}

/// Asks Azure.
#[derive(Debug)]
pub struct Client {
    cloud: Cloud,
    transport: Box<dyn Transport>,
    tokens: Arc<dyn TokenSource>,
    options: Options,
    pace: Pace,
    /// Nothing at all was reached when it was tried last, for as long as it is sensible.
    is_down: AtomicBool,
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
        Self::over(transport, cloud, tokens, options)
    }

    fn over(
        transport: Box<dyn Transport>,
        cloud: Cloud,
        tokens: Arc<dyn TokenSource>,
        options: Options,
    ) -> Self {
        let (pace, is_down) = (Pace::default(), AtomicBool::new(false));
        Self { cloud, transport, tokens, options, pace, is_down }
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
        let asked = self.ask(&call, &get.lane, &is_object).await;
        // As it was asked for, not as it lies below the address of the service.
        let as_asked = |failure| Failure { path: printable(&get.path), ..failure };
        asked.map(|(answer, ())| answer).map_err(as_asked)
    }

    /// Reads a list, page by page.
    pub fn pages(&self, get: &Get) -> Pages<'_> {
        Pages::of_list(self, get)
    }

    /// Asks Resource Graph, page by page.
    pub fn query(&self, query: &GraphQuery) -> Pages<'_> {
        Pages::of_query(self, query)
    }
}

fn is_object(reply: &Reply) -> Result<(), String> {
    serde_json::from_slice::<IgnoredAny>(&reply.body).map_err(|error| json_fault(&error))?;
    page::object(&reply.body)
}
