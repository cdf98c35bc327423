//! The one stack below everything that is sent: TLS, time-outs, no redirects.

use std::time::Duration;

use thiserror::Error;

use super::text::chain;

/// A connection is there within seconds or not at all.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(15);

/// Between two pieces of an answer; Azure itself gives a call up after a minute
/// (<https://learn.microsoft.com/azure/azure-resource-manager/management/async-operations>).
const READ_TIMEOUT: Duration = Duration::from_secs(65);

/// From the first byte to the last: a page of Resource Graph over a slow line.
const WHOLE_TIMEOUT: Duration = Duration::from_mins(3);

/// Sends requests. Cheap to copy; copies share their connections.
#[derive(Clone, Debug)]
pub struct Http {
    inner: reqwest::Client,
}

/// Why nothing can be sent at all.
#[derive(Debug, Error)]
#[error("cannot set up TLS: {message}")]
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
    /// Sets up TLS with the certificates that the system trusts, and the proxy of the environment.
    ///
    /// # Errors
    /// When the system trusts no certificate at all.
    pub fn new(timeouts: Timeouts) -> Result<Self, HttpError> {
        // Somebody else in this process may have chosen already; that is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .user_agent(concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .connect_timeout(timeouts.connect)
            .read_timeout(timeouts.read)
            .timeout(timeouts.whole)
            .build();
        client.map(|inner| Self { inner }).map_err(|error| HttpError { message: chain(&error) })
    }

    pub(super) fn inner(&self) -> &reqwest::Client {
        &self.inner
    }
}
