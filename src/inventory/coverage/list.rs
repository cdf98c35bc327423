//! Lists that were read to their end, by type: which scopes they cover.

use std::collections::{BTreeSet, HashSet};

use crate::inventory::IdKey;
use crate::inventory::id::ByKey;

/// The lists of one type.
#[derive(Clone, Debug, Default)]
pub(super) struct Lists {
    pub type_name: String,
    scopes: HashSet<IdKey, ByKey>,
    /// The lengths of these scopes: only so long a start of an id can be one of them.
    lengths: BTreeSet<usize>,
}

impl Lists {
    /// Notes that a list of this type was read.
    pub fn add_to(all: &mut Vec<Self>, scope: &str, type_name: &str) {
        let known = all.iter().position(|lists| lists.type_name.eq_ignore_ascii_case(type_name));
        let at = known.unwrap_or_else(|| {
            all.push(Self { type_name: type_name.to_owned(), ..Self::default() });
            all.len() - 1
        });
        all[at].add(scope);
    }

    /// Whether a scope is exactly that of one of the lists.
    pub fn names(&self, scope: &str) -> bool {
        self.scopes.contains(&IdKey::of(scope.strip_suffix('/').unwrap_or(scope)))
    }

    fn add(&mut self, scope: &str) {
        let scope = scope.strip_suffix('/').unwrap_or(scope);
        self.scopes.insert(IdKey::of(scope));
        self.lengths.insert(scope.len());
    }

    /// Whether a scope is in one of the lists, or is its whole.
    pub fn cover(&self, scope: &str) -> bool {
        let scope = scope.strip_suffix('/').unwrap_or(scope);
        let ends_there = |length: usize| length == scope.len() || scope.as_bytes()[length] == b'/';
        self.lengths.range(..=scope.len()).any(|length| {
            ends_there(*length) && self.scopes.contains(&IdKey::of(&scope[..*length]))
        })
    }
}
