//! What could not be read, and why.

use std::fmt;

use thiserror::Error;

/// A question that Azure did not answer, or not to the end.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{path}: {message}")]
pub struct Failure {
    /// What went wrong.
    pub kind: FailureKind,
    /// The status of the last answer, if there was one.
    pub status: Option<u16>,
    /// Azure's code of the error: `AuthorizationFailed`.
    pub code: Option<String>,
    /// What went wrong, for people: short, printable, without tokens and secrets.
    pub message: String,
    /// The action that the identity lacks, if Azure says which:
    /// `Microsoft.RecoveryServices/vaults/read`.
    pub missing_action: Option<String>,
    /// How many requests it took to find out.
    pub requests: u32,
    /// What was asked for, without parameters.
    pub path: String,
}

/// What went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FailureKind {
    /// Azure does not take the token, not even a new one.
    Unauthorized,
    /// The identity may not read this.
    Forbidden,
    /// It is not there, or not any more.
    NotFound,
    /// The subscription does not use the resource provider, so that there is nothing of it.
    NotRegistered,
    /// Azure does not take the request as it is.
    Rejected,
    /// Too many requests; Azure wants more patience than there is.
    Throttled,
    /// Azure has a problem of its own.
    Server,
    /// The answer did not make it here.
    Network(NetworkFault),
    /// The answer is not what such an answer looks like.
    Malformed,
    /// The answer is too large to be one.
    TooLarge,
    /// The pages go round in a circle.
    PageLoop,
    /// The next page is said to be where no token may be sent.
    ForeignLink,
    /// Azure says that there is more than it gave.
    CountMismatch,
    /// Somebody asked to stop.
    Cancelled,
    /// There is no token to ask with.
    SignIn,
}

/// Where a connection went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NetworkFault {
    /// The name of the host is not known.
    Dns,
    /// There is no connection to be had.
    Connect,
    /// The two ends do not agree on who they are.
    Tls,
    /// It took too long.
    Timeout,
    /// The connection broke.
    Cut,
}

impl FailureKind {
    /// The word for it, as logs and reports spell it: `not-found`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Unauthorized => "unauthorized",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not-found",
            Self::NotRegistered => "not-registered",
            Self::Rejected => "rejected",
            Self::Throttled => "throttled",
            Self::Server => "server-error",
            Self::Network(NetworkFault::Dns) => "dns",
            Self::Network(NetworkFault::Connect) => "connect",
            Self::Network(NetworkFault::Tls) => "tls",
            Self::Network(NetworkFault::Timeout) => "timeout",
            Self::Network(NetworkFault::Cut) => "connection-cut",
            Self::Malformed => "malformed",
            Self::TooLarge => "too-large",
            Self::PageLoop => "page-loop",
            Self::ForeignLink => "foreign-link",
            Self::CountMismatch => "count-mismatch",
            Self::Cancelled => "cancelled",
            Self::SignIn => "sign-in",
        }
    }
}

impl fmt::Display for FailureKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.word())
    }
}
