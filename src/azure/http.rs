//! The one stack below everything that is sent: TLS, time-outs, no redirects.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::Url;
use thiserror::Error;

use super::text::chain;

/// A connection is there within seconds or not at all.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(15);

/// Between two pieces of an answer; Azure itself gives a call up after a minute
/// (<https://learn.microsoft.com/azure/azure-resource-manager/management/async-operations>).
const READ_TIMEOUT: Duration = Duration::from_secs(65);

/// From the first byte to the last: a page of Resource Graph over a slow line.
const WHOLE_TIMEOUT: Duration = Duration::from_mins(3);

/// What is reserved for a body because of what its header says.
const MAX_RESERVED: usize = 4 << 20;

/// Sends requests. Cheap to copy; copies share their connections.
#[derive(Clone, Debug)]
pub struct Http {
    timeouts: Timeouts,
    /// Made when it is first needed: to read the certificates that the system trusts takes its time.
    encrypted: Arc<OnceLock<reqwest::Client>>,
    /// For this machine and the one beneath it, where no proxy leads.
    plain: reqwest::Client,
}

/// Why nothing can be sent at all.
#[derive(Debug, Error)]
#[error("cannot send anything: {message}")]
pub struct HttpError {
    message: String,
}

/// How long to wait.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// For a connection, with its handshake.
    pub connect: Duration,
    /// For the beginning of an answer, and between two pieces of it.
    pub read: Duration,
    /// For a whole answer.
    pub whole: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self { connect: CONNECT_TIMEOUT, read: READ_TIMEOUT, whole: WHOLE_TIMEOUT }
    }
}

impl Http {
    /// One that has sent nothing yet.
    ///
    /// # Errors
    /// When nothing can be sent at all.
    pub fn new(timeouts: Timeouts) -> Result<Self, HttpError> {
        // Somebody else in this process may have chosen already; that is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let plain = builder(timeouts).no_proxy().tls_certs_only([]).build();
        let plain = plain.map_err(|error| HttpError { message: chain(&error) })?;
        Ok(Self { timeouts, encrypted: Arc::default(), plain })
    }

    /// Sends everything that is not encrypted by way of a server, so that a test can stand for any address.
    #[cfg(test)]
    pub(super) fn by_way_of(server: &str) -> Self {
        let usual = Self::new(Timeouts::default()).expect("TLS");
        let proxy = reqwest::Proxy::http(server).expect("an address");
        let plain = builder(Timeouts::default()).proxy(proxy).tls_certs_only([]).build();
        Self { plain: plain.expect("a client"), ..usual }
    }

    /// The one to send to an address with. The first that is encrypted sets up TLS, with the certificates that
    /// the system trusts, and the proxy of the environment.
    ///
    /// # Errors
    /// When the system trusts no certificate at all.
    pub(super) fn client(&self, url: &Url) -> reqwest::Result<&reqwest::Client> {
        if url.scheme() != "https" {
            return Ok(&self.plain);
        }
        if let Some(known) = self.encrypted.get() {
            return Ok(known);
        }
        let new = builder(self.timeouts).build()?;
        Ok(self.encrypted.get_or_init(|| new))
    }
}

fn builder(timeouts: Timeouts) -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .user_agent(concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")))
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .connect_timeout(timeouts.connect)
        .read_timeout(timeouts.read)
        .timeout(timeouts.whole)
}

/// Why a body was not read to its end.
#[derive(Debug)]
pub(super) enum Unread {
    /// It has more bytes than may be.
    TooLarge,
    /// The connection, or the packing.
    Broken(reqwest::Error),
}

/// The whole body of an answer, unpacked, if it is not too large.
pub(super) async fn body(mut response: reqwest::Response, max: usize) -> Result<Bytes, Unread> {
    let announced = usize::try_from(response.content_length().unwrap_or(0)).unwrap_or(usize::MAX);
    if announced > max {
        return Err(Unread::TooLarge);
    }
    let mut body = BytesMut::with_capacity(announced.min(MAX_RESERVED));
    while let Some(piece) = response.chunk().await.map_err(Unread::Broken)? {
        if body.len() + piece.len() > max {
            return Err(Unread::TooLarge);
        }
        body.extend_from_slice(&piece);
    }
    Ok(body.freeze())
}
