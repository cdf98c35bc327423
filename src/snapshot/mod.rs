//! Inputs of an audit: snapshots and the JSON that people already have, turned into an estate; and
//! writing a snapshot.
//!
//! What cannot be read becomes a gap, what is no ARM resource is counted and named; neither is
//! dropped in silence, and neither stops the rest from being read.

mod document;
mod json;
mod manifest;
mod open;
mod read;
mod take;
pub mod write;

pub use document::{Document, Documents};
pub use open::{InputError, Inputs};
pub use read::MAX_BODY_BYTES;
