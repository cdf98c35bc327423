//! Access tokens, and who gives them.

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use async_trait::async_trait;
use thiserror::Error;

/// What a token is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Audience {
    /// Azure Resource Manager, with Resource Graph.
    ResourceManager,
    /// Microsoft Graph.
    Directory,
}

/// An access token. It shows itself to nobody: neither `Debug` nor `Display` prints it.
#[derive(Clone)]
pub struct Token {
    secret: Arc<str>,
    expires_at: SystemTime,
}

impl Token {
    /// A token and the time from which on nobody accepts it.
    pub fn new(secret: impl Into<Arc<str>>, expires_at: SystemTime) -> Self {
        Self { secret: secret.into(), expires_at }
    }

    /// When it expires.
    pub fn expires_at(&self) -> SystemTime {
        self.expires_at
    }

    /// The token itself, for the header `Authorization` alone.
    pub(super) fn secret(&self) -> &str {
        &self.secret
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Token")
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

/// Why there is no token.
#[derive(Clone, Debug, Error)]
#[error("{message}")]
pub struct TokenError {
    /// What the sign-in service, or the tool that was asked, says: short, printable, without secrets.
    pub message: String,
}

/// Gives tokens, and keeps them as long as they can be used.
#[async_trait]
pub trait TokenSource: fmt::Debug + Send + Sync {
    /// A token that can be used now.
    ///
    /// # Errors
    /// When there is none to be had.
    async fn token(&self, audience: Audience) -> Result<Token, TokenError>;

    /// A token that is not `refused`, which Azure took no longer though it has not expired.
    ///
    /// # Errors
    /// When there is none to be had.
    async fn replace(&self, audience: Audience, refused: &Token) -> Result<Token, TokenError>;
}
