//! Actions by what whoever holds one of them can do to backups.

use super::{Action, Actions};

/// What a set has of the actions that mean anything on a vault of one kind: a role that stops instances of
/// Backup vaults does nothing to a Recovery Services vault, wherever it is assigned.
pub fn on_vault(set: Actions, is_recovery_services: bool) -> Actions {
    let provider = if is_recovery_services {
        "Microsoft.RecoveryServices/"
    } else {
        "Microsoft.DataProtection/"
    };
    set.iter().filter(|action| action.known_name().starts_with(provider)).collect()
}

/// Stops backups, or deletes recovery points or what holds them.
pub const DESTROY: Actions = Actions::of(&[
    Action::ITEM_DELETE,
    Action::VAULT_DELETE,
    Action::POLICY_WRITE,
    Action::POLICY_DELETE,
    Action::CONTAINER_DELETE,
    Action::BACKUP_VAULT_DELETE,
    Action::INSTANCE_DELETE,
    Action::INSTANCE_STOP,
    Action::INSTANCE_SUSPEND,
]);

/// Takes the protection of backups away.
pub const WEAKEN: Actions = Actions::of(&[
    Action::VAULT_WRITE,
    Action::CONFIG_WRITE,
    Action::STORAGE_CONFIG_WRITE,
    Action::SECURITY_PIN,
    Action::BACKUP_VAULT_WRITE,
    Action::PROXY_DELETE,
    Action::BACKUP_VAULT_PROXY_DELETE,
]);

/// Brings data back, and so copies it elsewhere.
pub const RESTORE: Actions = Actions::of(&[
    Action::POINT_RESTORE,
    Action::POINT_MOUNT,
    Action::CROSS_RESTORE,
    Action::INSTANCE_RESTORE,
]);

/// Changes or deletes a Resource Guard.
pub const GUARD_CONTROL: Actions = Actions::of(&[
    Action::GUARD_WRITE,
    Action::GUARD_DELETE,
    Action::REGISTERED_GUARD_WRITE,
    Action::REGISTERED_GUARD_DELETE,
]);

/// Gives roles.
pub const GRANT: Actions = Actions::of(&[Action::ASSIGNMENT_WRITE]);

#[cfg(test)]
mod tests {
    use super::{DESTROY, RESTORE, WEAKEN, on_vault};

    #[test]
    fn each_action_means_something_on_one_kind_of_vault() {
        for set in [DESTROY, WEAKEN, RESTORE] {
            let [one, other] = [true, false].map(|kind| on_vault(set, kind));
            assert_eq!(one.union(other), set);
            assert!(!one.intersects(other) && !one.is_empty() && !other.is_empty());
        }
    }
}
