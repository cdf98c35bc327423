//! Reading Azure: clouds, signing in, and the one HTTP client that asks.
//!
//! It knows nothing of backups, and it cannot change anything: a request is a GET, or a POST that hands a
//! query to Resource Graph. No other is expressible ([`client`]). Tokens and secrets never reach a log, an
//! error or a file.

pub mod cancellation;
pub mod client;
pub mod cloud;
mod environment;
mod error_body;
pub mod http;
pub mod sign_in;
#[cfg(test)]
mod tests;
mod text;
pub mod token;

pub use cancellation::Cancellation;
pub use client::{
    Answer, Client, Exchange, Failure, FailureKind, Get, GraphQuery, Lane, NetworkFault, Observer,
    Options, Page, Pages, Patience, Pause, PauseReason, RESOURCE_GRAPH, Row, Service,
};
pub use cloud::{Cloud, CloudChoice, CloudError};
pub use environment::Environment;
pub use http::Http;
pub use sign_in::{AuthChoice, Identity, Session, SignIn, SignInError};
pub use token::{Audience, Token, TokenError, TokenSource};
