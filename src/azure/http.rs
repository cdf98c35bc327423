//! The one stack below everything that is sent: TLS, time-outs, no redirects.

use std::time::Duration;

use thiserror::Error;

/// A connection is there within seconds or not at all.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(15);

/// Between two pieces of an answer; Azure itself gives a call up after a minute
/// (<https://learn.microsoft.com/azure/azure-resource-manager/management/async-operations>).
const READ_TIMEOUT: Duration = Duration::from_secs(65);

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
}

impl Default for Timeouts {
    fn default() -> Self {
        Self { connect: CONNECT_TIMEOUT, read: READ_TIMEOUT }
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
            .build();
        client.map(|inner| Self { inner }).map_err(|error| HttpError { message: chain(&error) })
    }

    pub(super) fn inner(&self) -> &reqwest::Client {
        &self.inner
    }
}

/// An error with all of its causes.
pub(super) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        let cause = error.to_string();
        if !text.contains(&cause) {
            text = format!("{text}: {cause}");
        }
        source = error.source();
    }
    text
}
