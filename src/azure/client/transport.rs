//! From a request to its whole answer, over one connection, once.

use async_trait::async_trait;
use bytes::Bytes;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap};
use reqwest::{RequestBuilder, Url};
use tokio::task::JoinHandle;

use super::call::Call;
use super::failure::NetworkFault;
use crate::azure::http::{Http, Unread, body};
use crate::azure::text::chain;
use crate::azure::token::Token;

/// An answer, whatever its status.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

/// Why there is no whole answer.
#[derive(Debug)]
pub(super) enum Broken {
    /// The connection.
    Network(NetworkFault, String),
    /// The body has more bytes than may be.
    TooLarge,
    /// The body cannot be unpacked.
    Undecodable,
}

/// Sends one request and waits for its answer.
#[async_trait]
pub(super) trait Transport: std::fmt::Debug + Send + Sync {
    async fn exchange(&self, call: &Call, token: &Token, max_bytes: usize)
    -> Result<Reply, Broken>;
}

/// The one that is used: this is the only place where anything leaves for Azure.
#[derive(Debug)]
pub(super) struct Online {
    pub(super) http: Http,
    pub(super) resource_graph: Url,
}

#[async_trait]
impl Transport for Online {
    async fn exchange(
        &self,
        call: &Call,
        token: &Token,
        max_bytes: usize,
    ) -> Result<Reply, Broken> {
        let request = match call {
            Call::Read(_, url) => {
                let client = self.http.client(url).map_err(broken)?;
                client.get(url.clone())
            }
            Call::Query(body) => {
                let client = self.http.client(&self.resource_graph).map_err(broken)?;
                let request = client.post(self.resource_graph.clone());
                request.header(CONTENT_TYPE, "application/json").body(body.clone())
            }
        };
        let request = request.header(ACCEPT, "application/json").bearer_auth(token.secret());
        Errand(tokio::spawn(run(request, max_bytes))).done().await
    }
}

/// An exchange that goes on whatever this thread does meanwhile; it ends when nobody waits for it any more.
struct Errand(JoinHandle<Result<Reply, Broken>>);

impl Errand {
    async fn done(mut self) -> Result<Reply, Broken> {
        let lost = |_| Broken::Network(NetworkFault::Cut, "the exchange was given up".to_owned());
        (&mut self.0).await.map_err(lost)?
    }
}

impl Drop for Errand {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn run(request: RequestBuilder, max_bytes: usize) -> Result<Reply, Broken> {
    let response = request.send().await.map_err(broken)?;
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let body = body(response, max_bytes).await.map_err(|unread| match unread {
        Unread::TooLarge => Broken::TooLarge,
        Unread::Broken(error) => broken(error),
    })?;
    Ok(Reply { status, headers, body })
}

fn broken(error: reqwest::Error) -> Broken {
    // The address may hold what is nobody's business, such as a `$skipToken`.
    let error = error.without_url();
    let fault = fault(&error);
    if error.is_decode() && fault == NetworkFault::Cut && !is_io(&error) {
        return Broken::Undecodable;
    }
    Broken::Network(fault, chain(&error))
}

fn fault(error: &reqwest::Error) -> NetworkFault {
    if error.is_timeout() {
        NetworkFault::Timeout
    } else if error.is_dns() {
        NetworkFault::Dns
    } else if causes(error).any(<dyn std::error::Error>::is::<rustls::Error>) {
        NetworkFault::Tls
    } else if error.is_connect() {
        NetworkFault::Connect
    } else {
        NetworkFault::Cut
    }
}

/// Whether the connection broke while the body was unpacked, rather than the packing being wrong.
fn is_io(error: &reqwest::Error) -> bool {
    let is_broken = |cause: &std::io::Error| {
        !matches!(cause.kind(), std::io::ErrorKind::InvalidData | std::io::ErrorKind::InvalidInput)
    };
    causes(error).any(|cause| cause.downcast_ref::<std::io::Error>().is_some_and(is_broken))
}

/// The causes of an error, also those that [`std::io::Error`] wraps.
fn causes<'e>(
    error: &'e reqwest::Error,
) -> impl Iterator<Item = &'e (dyn std::error::Error + 'static)> {
    let next = |error: &&'e (dyn std::error::Error + 'static)| match error
        .downcast_ref::<std::io::Error>()
    {
        Some(wrapping) => {
            wrapping.get_ref().map(|inner| inner as &(dyn std::error::Error + 'static))
        }
        None => error.source(),
    };
    std::iter::successors(std::error::Error::source(error), next)
}
