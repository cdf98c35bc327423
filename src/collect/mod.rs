//! Reading a tenant into a snapshot: what is asked ([`plan`]), and what is done with the answers.
//!
//! It decides nothing about backups, and it never takes a missing answer for an empty one: what could not be
//! read is a gap.

mod error;
mod gap;
mod known;
pub mod plan;
pub mod preflight;
pub mod progress;
mod run;
mod scope;

pub use error::CollectError;
pub use run::Run;
pub use scope::{ScopeError, Scopes};
