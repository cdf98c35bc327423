//! Infrastructure code as an estate that rules judge: which files there are, what they declare, and where.
//!
//! It starts no program, asks nobody and judges nothing. What code leaves open stays unknown: names get
//! placeholders that nothing else shares, and whatever may exist or not proves nothing.

mod convert;
mod declared;
mod discover;
mod link;
mod name;
mod template;
mod terraform;
mod text;
mod workspace;

pub use declared::{Declared, DeclaredResource};
pub use workspace::{LintError, Request, Workspace};
