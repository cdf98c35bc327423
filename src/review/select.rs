//! What `[select]` takes: all that is given must hold.

use super::request::Select;
use super::subject::name_of_item;
use crate::inventory::{Fact, Protection, Resource, id, matches_pattern};

impl Select {
    /// Whether a resource lies where the selector says, in such a vault and under such a backup policy.
    pub fn takes(
        &self,
        resource: &Resource<'_>,
        vault: Option<&str>,
        policy: Option<&str>,
    ) -> bool {
        self.takes_place(resource.id.as_str(), vault) && self.takes_policy(policy)
    }

    /// Whether a backup policy is one of those.
    pub fn takes_policy(&self, policy: Option<&str>) -> bool {
        is_one(&self.policy, policy)
    }

    fn takes_place(&self, on: &str, vault: Option<&str>) -> bool {
        let scope = self.scope.is_empty()
            || self.scope.iter().any(|scope| {
                id::is_within(on, scope)
                    || matches_pattern(scope, on)
                    || matches_pattern(&format!("{scope}/*"), on)
            });
        scope && is_one(&self.vault, vault)
    }

    /// Whether what is known of an item fits, its backup policy and its tags aside.
    pub fn may_take(&self, item: &Protection<'_>) -> bool {
        let datasource = datasource_of(item);
        let in_scope = self.takes_place(item.resource.id.as_str(), item.vault_id())
            || self.takes_place(datasource, item.vault_id());
        in_scope && (self.has_name(name_of_item(item)) || self.has_name(id::name_of(datasource)))
    }

    /// Whether a name is one of those.
    pub fn has_name(&self, name: &str) -> bool {
        self.name.is_empty() || self.name.iter().any(|pattern| matches_pattern(pattern, name))
    }

    /// Whether one of several resources has each of the tags.
    pub fn has_tags(&self, tagged: &[&Resource<'_>]) -> bool {
        self.tag.iter().all(|(tag, values)| {
            tagged.iter().any(|resource| {
                let Fact::Known(value) = resource.tag(tag) else { return false };
                values.iter().any(|pattern| matches_pattern(pattern, &value))
            })
        })
    }
}

/// Whether an id or its name matches one of these patterns, if there are any.
pub(super) fn is_one(patterns: &[String], found: Option<&str>) -> bool {
    patterns.is_empty()
        || found.is_some_and(|found| {
            patterns.iter().any(|pattern| {
                matches_pattern(pattern, found) || matches_pattern(pattern, id::name_of(found))
            })
        })
}

/// What an item protects; empty where that is not known.
pub(super) fn datasource_of<'i>(item: &'i Protection<'_>) -> &'i str {
    match &item.datasource {
        Fact::Known(datasource) => datasource.as_ref(),
        Fact::Absent | Fact::Unknown(_) => "",
    }
}
