//! The roles that Azure brings along, for role definitions that an input lacks: of each only the
//! patterns that can match an action of the closed list.
//!
//! It cannot answer for any other action. The table is regenerated from an export of role definitions:
//! `cargo run --example built_in_roles -- EXPORT`.

#[rustfmt::skip]
mod table;

pub use table::BUILT_IN_ROLES;

use super::action::ActionTable;
use super::role::{Allowed, union};

/// A built-in role.
#[derive(Debug, PartialEq, Eq)]
pub struct BuiltInRole {
    /// The last part of its definition's id, in lower case: the same in every tenant.
    pub id: &'static str,
    /// Its name.
    pub name: &'static str,
    /// Its permission blocks, without those that cannot match.
    pub blocks: &'static [Block],
}

/// A permission block of a built-in role.
#[derive(Debug, PartialEq, Eq)]
pub struct Block {
    /// Whether it grants only under a condition.
    pub has_condition: bool,
    /// Granted patterns.
    pub actions: &'static [&'static str],
    /// Patterns taken out of this block again.
    pub not_actions: &'static [&'static str],
}

const fn role(id: &'static str, name: &'static str, blocks: &'static [Block]) -> BuiltInRole {
    BuiltInRole { id, name, blocks }
}

const fn block(actions: &'static [&'static str], not_actions: &'static [&'static str]) -> Block {
    Block { has_condition: false, actions, not_actions }
}

const fn conditional(
    actions: &'static [&'static str],
    not_actions: &'static [&'static str],
) -> Block {
    Block { has_condition: true, actions, not_actions }
}

impl BuiltInRole {
    /// What it allows of the closed list.
    pub fn allowed(&self) -> Allowed {
        let table = ActionTable::CLOSED;
        union(self.blocks.iter().map(|block| {
            let granted = table.matching(block.actions).minus(table.matching(block.not_actions));
            (granted, block.has_condition)
        }))
    }
}

/// The built-in role of a role definition's id, whole or only its last part, in whatever case.
pub fn find(id: &str) -> Option<&'static BuiltInRole> {
    let name = id.rsplit('/').next()?.to_ascii_lowercase();
    let at = BUILT_IN_ROLES.binary_search_by(|role| role.id.cmp(&name)).ok()?;
    BUILT_IN_ROLES.get(at)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{BUILT_IN_ROLES, find};
    use crate::access::action::{Action, GuardRequest, sets};
    use crate::access::operation::OPERATIONS;

    #[test]
    fn the_table_is_sorted_and_names_are_single() {
        assert!(BUILT_IN_ROLES.is_sorted_by(|one, two| one.id < two.id));
        let names: BTreeSet<&str> = BUILT_IN_ROLES.iter().map(|role| role.name).collect();
        assert_eq!(names.len(), BUILT_IN_ROLES.len());
        for role in BUILT_IN_ROLES {
            assert_eq!(role.id.len(), 36, "{}", role.id);
            assert!(!role.id.contains(|letter: char| letter.is_ascii_uppercase()));
            // A block that matches nothing is left out.
            assert_eq!(role.blocks.is_empty(), role.allowed().any().is_empty(), "{}", role.name);
        }
    }

    #[test]
    fn roles_are_found_by_any_spelling_of_their_id() {
        let owner = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635";
        for id in [
            owner.to_owned(),
            owner.to_uppercase(),
            format!("/providers/Microsoft.Authorization/roleDefinitions/{owner}"),
            format!("/subscriptions/x/providers/Microsoft.Authorization/roleDefinitions/{owner}"),
        ] {
            assert_eq!(find(&id).map(|role| role.name), Some("Owner"), "{id}");
        }
        assert_eq!(find("00000000-0000-0000-0000-000000000000"), None);
        assert_eq!(find(""), None);
    }

    #[test]
    fn the_well_known_roles_allow_what_microsoft_says() {
        let role = |name: &str| {
            let found = BUILT_IN_ROLES.iter().find(|role| role.name == name);
            found.map(super::BuiltInRole::allowed).expect("a built-in role")
        };
        let (owner, contributor) = (role("Owner"), role("Contributor"));
        assert!(owner.always.includes(sets::GRANT.union(sets::DESTROY)));
        assert!(contributor.always.includes(sets::DESTROY.union(sets::WEAKEN)));
        assert!(!contributor.any().intersects(sets::GRANT));
        let operator = role("Backup Operator").always;
        assert!(operator.contains(Action::STORAGE_CONFIG_WRITE));
        assert!(operator.contains(Action::PROXY_DELETE) && !operator.contains(Action::ITEM_DELETE));
        let machines = role("Virtual Machine Contributor").always;
        assert!(machines.contains(Action::ITEM_WRITE) && machines.contains(Action::POLICY_WRITE));
        assert!(role("Azure Migrate Owner").always.contains(Action::ITEM_DELETE));
        for reader in ["Reader", "Backup Reader"] {
            let reader = role(reader).any();
            let weight = sets::DESTROY.union(sets::WEAKEN).union(GuardRequest::all_approvals());
            assert!(!reader.intersects(weight));
        }
        for request in GuardRequest::all() {
            assert!(role("Backup MUA Operator").always.intersects(request.approvals()));
        }
        let administrator = role("Backup MUA Admin").always;
        assert!(administrator.intersects(sets::GUARD_CONTROL));
        // Few roles may give any role away without a condition.
        let free =
            BUILT_IN_ROLES.iter().filter(|role| role.allowed().always.intersects(sets::GRANT));
        assert_eq!(
            free.map(|role| role.name).collect::<BTreeSet<_>>(),
            BTreeSet::from([
                "Owner",
                "Role Based Access Control Administrator",
                "User Access Administrator"
            ])
        );
    }

    #[test]
    fn minima_are_built_in_roles_and_hold_an_action_of_theirs() {
        for operation in OPERATIONS {
            for grant in
                operation.guide_minimum.grants.iter().chain(operation.documented_minimum.grants)
            {
                let role = BUILT_IN_ROLES.iter().find(|role| role.name == grant.role);
                assert!(role.is_some_and(|role| !role.blocks.is_empty()), "{}", grant.role);
            }
        }
    }
}
