//! How an estate is served.

use std::path::PathBuf;
use std::time::Duration;

use super::fault::Fault;
use super::world::Refusal;

/// How an estate is served.
pub struct Options {
    /// The port on loopback; any free one if zero.
    pub port: u16,
    /// How many rows of a list an answer holds.
    pub page_size: usize,
    /// How many rows of Resource Graph an answer holds at most; Azure itself gives fewer than were asked for
    /// where rows are large.
    pub graph_page_size: usize,
    /// How long every answer takes from the arrival of its question.
    pub latency: Duration,
    /// Whether Azure's quotas count.
    pub throttle: bool,
    /// What goes wrong; the first fault that fires counts.
    pub faults: Vec<Fault>,
    /// The only secret that is accepted; any if none.
    pub secret: Option<String>,
    /// How long a token is good for.
    pub token_lifetime: Duration,
    /// Tokens that are accepted everywhere, for clients that bring their own.
    pub known_tokens: Vec<String>,
    /// Providers that no subscription uses.
    pub unregistered: Vec<String>,
    /// What the caller may not read, beyond what the estate says.
    pub refusals: Vec<Refusal>,
    /// Where the certificate goes that clients must trust.
    pub certificate: Option<PathBuf>,
    /// Where every request is noted.
    pub log: Option<PathBuf>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            port: 0,
            page_size: 100,
            graph_page_size: 1_000,
            latency: Duration::ZERO,
            throttle: false,
            faults: Vec::new(),
            secret: None,
            token_lifetime: Duration::from_secs(3599),
            known_tokens: Vec::new(),
            unregistered: Vec::new(),
            refusals: Vec::new(),
            certificate: None,
            log: None,
        }
    }
}
