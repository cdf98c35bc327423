//! Which items and ways somebody wants to see.

use super::Basis;
use crate::inventory::{Protection, id, matches_pattern};
use crate::review::WAYS;
use crate::rule::classes_of_datasource;

/// What a matrix is about.
#[derive(Clone, Debug)]
pub struct Pick {
    /// Operations of [`WAYS`].
    pub ways: Vec<&'static str>,
    /// Patterns of ids or names of vaults; all where there is none.
    pub vaults: Vec<String>,
    /// Names of classes; all data where there is none.
    pub classes: Vec<String>,
}

impl Default for Pick {
    fn default() -> Self {
        Self { ways: WAYS.to_vec(), vaults: Vec::new(), classes: Vec::new() }
    }
}

impl Pick {
    /// Whether a vault is meant.
    pub(super) fn takes_vault(&self, vault: &str) -> bool {
        let is_it = |pattern: &String| {
            matches_pattern(pattern, vault) || matches_pattern(pattern, id::name_of(vault))
        };
        self.vaults.is_empty() || self.vaults.iter().any(is_it)
    }

    /// Whether an item is meant. One that may be of a class is.
    pub(super) fn takes(&self, basis: &Basis<'_, '_, '_>, item: &Protection<'_>) -> bool {
        if !self.vaults.is_empty() && !self.takes_vault(item.vault_id().unwrap_or_default()) {
            return false;
        }
        if self.classes.is_empty() {
            return true;
        }
        let matched = classes_of_datasource(basis.estate, &basis.declared.classes, item);
        matched.undecided.is_some()
            || matched.known.iter().any(|class| self.classes.contains(&class.name))
    }
}
