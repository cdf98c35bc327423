//! Declarations whose place, or existence, nobody knows.

use crate::inventory::{Reason, placeholder};

/// A declared resource of which nobody knows where it stands, or whether.
#[derive(Clone, Debug)]
pub(super) struct Unplaced {
    /// What it stands below, with placeholders.
    pub parent: String,
    pub type_name: String,
    pub reason: Reason,
    /// It stands there for sure, if it exists.
    pub is_placed: bool,
}

impl Unplaced {
    /// Whether it may be among the resources at, below or above a scope without having been found there.
    pub fn hides(&self, scope: &str, type_name: &str) -> bool {
        let touches = |answer: Option<bool>| match answer {
            Some(certain) => certain && self.is_placed,
            None => true,
        };
        self.type_name.eq_ignore_ascii_case(type_name)
            && !placeholder::are_of_two_projects(&self.parent, scope)
            && (touches(placeholder::within(scope, &self.parent))
                || touches(placeholder::within(&self.parent, scope)))
    }
}
