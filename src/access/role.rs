//! What a role definition allows, of the actions in a table.
//!
//! Data actions are another plane and never count here. A condition is not evaluated: what a role
//! allows only under one is kept apart.

use super::action::{ActionTable, Actions};
use crate::inventory::Permission;

/// The actions that a role allows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Allowed {
    /// Without a condition of the role.
    pub always: Actions,
    /// Only under a condition that the role itself carries.
    pub conditional: Actions,
}

impl Allowed {
    /// With or without a condition.
    pub fn any(self) -> Actions {
        self.always.union(self.conditional)
    }
}

/// What a role's permission blocks allow together: of each block what its `actions` match and its own
/// `notActions` do not, which take nothing from another block
/// (<https://learn.microsoft.com/azure/role-based-access-control/role-definitions>).
pub fn compile(permissions: &[Permission<'_>], table: &ActionTable) -> Allowed {
    union(permissions.iter().map(|block| {
        let granted = table.matching(&block.actions).minus(table.matching(&block.not_actions));
        (granted, block.has_condition())
    }))
}

/// Blocks together: what each grants, and whether only under a condition.
pub(super) fn union(blocks: impl Iterator<Item = (Actions, bool)>) -> Allowed {
    let mut allowed = Allowed::default();
    for (granted, has_condition) in blocks {
        let into = if has_condition { &mut allowed.conditional } else { &mut allowed.always };
        *into = into.union(granted);
    }
    allowed.conditional = allowed.conditional.minus(allowed.always);
    allowed
}

#[cfg(test)]
mod tests {
    use super::{ActionTable, Actions, compile};
    use crate::access::action::{Action, sets};
    use crate::inventory::Permission;

    fn allowed(permissions: &str) -> super::Allowed {
        let permissions: Vec<Permission<'_>> = serde_json::from_str(permissions).expect("JSON");
        compile(&permissions, &ActionTable::CLOSED)
    }

    #[test]
    fn contributor_may_everything_but_grant() {
        let found = allowed(
            r#"[{"actions":["*"],"notActions":["Microsoft.Authorization/*/Delete","Microsoft.Authorization/*/Write",
                "Microsoft.Authorization/elevateAccess/Action"]}]"#,
        );
        assert!(found.always.includes(sets::DESTROY.union(sets::WEAKEN)));
        assert!(!found.always.intersects(sets::GRANT));
        assert!(
            !found.always.contains(Action::ELEVATE) && !found.always.contains(Action::LOCK_DELETE)
        );
        assert!(found.conditional.is_empty());
    }

    #[test]
    fn a_block_takes_nothing_from_another() {
        let found = allowed(
            r#"[{"actions":["Microsoft.RecoveryServices/*"],"notActions":["*/delete"]},
                {"actions":["microsoft.recoveryservices/VAULTS/delete"],"notActions":["*/write"]}]"#,
        );
        assert!(found.always.contains(Action::VAULT_DELETE));
        assert!(found.always.contains(Action::VAULT_WRITE));
        assert!(!found.always.contains(Action::ITEM_DELETE));
    }

    #[test]
    fn a_condition_holds_for_its_own_block() {
        let found = allowed(
            r#"[{"actions":["Microsoft.Authorization/*","Microsoft.RecoveryServices/vaults/write"],"condition":"(x)"},
                {"actions":["Microsoft.RecoveryServices/vaults/write"],"condition":" "}]"#,
        );
        assert_eq!(found.always, Actions::of(&[Action::VAULT_WRITE]));
        assert!(found.conditional.contains(Action::ASSIGNMENT_WRITE));
        assert!(!found.conditional.contains(Action::VAULT_WRITE));
        assert!(found.any().includes(sets::GRANT));
    }

    #[test]
    fn data_actions_are_another_plane() {
        let found = allowed(r#"[{"dataActions":["*"]}]"#);
        assert!(found.any().is_empty());
    }
}
