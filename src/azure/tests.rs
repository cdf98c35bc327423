//! What the tests of this module share, and what holds for all of it.

pub mod server;
mod verbs;
