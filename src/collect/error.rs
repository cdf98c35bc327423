//! Why a run ends early.

use miette::Diagnostic;
use thiserror::Error;

use crate::azure::Failure;
use crate::snapshot::write::WriteError;

/// A run that ended before everything was asked. What is finished stays on the disk.
#[derive(Debug, Error, Diagnostic)]
pub enum CollectError {
    /// The disk refuses, or the folder is of another run.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Write(#[from] WriteError),
    /// Somebody asked to stop.
    #[error("stopped before everything was read")]
    #[diagnostic(code(backuplint::collect::stopped))]
    Stopped,
    /// There is no token any more.
    #[error("the sign-in ended before everything was read: {}", .0.message)]
    #[diagnostic(code(backuplint::collect::sign_in), help("sign in again"))]
    SignIn(Failure),
    /// Not even the subscriptions could be read.
    #[error("cannot read which subscriptions there are: {}", .0.message)]
    #[diagnostic(
        code(backuplint::collect::unreadable),
        help("the identity needs the role Reader on the subscriptions or the management group")
    )]
    Unreadable(Failure),
    /// There are none.
    #[error("no subscription is visible in {scopes}")]
    #[diagnostic(
        code(backuplint::collect::nothing),
        help("give the identity the role Reader there, or sign in to another tenant (--tenant)")
    )]
    Nothing {
        /// What was asked for.
        scopes: String,
    },
}
