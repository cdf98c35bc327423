//! Which items and ways somebody wants to see.

use std::collections::BTreeSet;

use super::{Basis, WAYS};
use crate::inventory::{Estate, Protection, id, matches_pattern};
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

    /// The vaults that were read, and those that items name, by name.
    pub fn vault_names<'e>(estate: &'e Estate<'_>) -> BTreeSet<&'e str> {
        let read = estate.vaults.iter().map(|vault| vault.resource.id.as_str());
        let named = estate.protections.iter().filter_map(Protection::vault_id);
        read.chain(named).map(id::name_of).collect()
    }

    /// The first pattern that no vault has: none that was read, and none that an item names.
    pub fn unmatched(&self, estate: &Estate<'_>) -> Option<&str> {
        let is_unmatched = |pattern: &&String| {
            let only = Self { vaults: vec![(*pattern).clone()], ..Self::default() };
            let mut read = estate.vaults.iter().map(|vault| vault.resource.id.as_str());
            let mut named = estate.protections.iter().filter_map(Protection::vault_id);
            !read.any(|vault| only.takes_vault(vault))
                && !named.any(|vault| only.takes_vault(vault))
        };
        self.vaults.iter().find(is_unmatched).map(String::as_str)
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
