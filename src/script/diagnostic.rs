//! Collects what could not be read.

pub use crate::inventory::script::diagnostic::{Diagnostic, Trouble};

use super::{limit::MOST_DIAGNOSTICS, place::Place};

/// Collects diagnostics, boundedly.
#[derive(Debug, Default)]
pub(super) struct Diagnostics {
    pub list: Vec<Diagnostic>,
}

impl Diagnostics {
    /// Notes trouble; more of it than people read is dropped.
    pub fn note(&mut self, kind: Trouble, place: Place, message: impl Into<Box<str>>) {
        if self.list.len() < MOST_DIAGNOSTICS {
            self.list.push(Diagnostic { place, kind, message: message.into() });
        }
    }
}
