//! Infrastructure code and scripts as an estate that rules judge: which files there are, what they declare and do, and where.
//!
//! It starts no program, asks nobody and judges nothing. What code leaves open stays unknown: names get
//! placeholders that nothing else shares, and whatever may exist or not proves nothing.

mod apply;
mod attach;
mod declared;
mod deployed;
mod diff;
mod discover;
mod embedded;
mod link;
mod operation;
mod planned;
mod repair;
mod script;
mod template;
mod terraform;
mod text;
mod workspace;

pub use apply::{FixError, Fixes};
pub use declared::{Declared, DeclaredResource};
pub use repair::Repairs;
pub use workspace::{LintError, Request, Workspace};
