//! What stands between a vault's recovery points and whoever would destroy them.

use super::power::{Power, Powers};

/// The days that soft delete can be cut to
/// (<https://learn.microsoft.com/azure/backup/secure-by-default#soft-delete-retention-period>).
pub const LEAST_SOFT_DELETE_DAYS: u32 = 14;

/// The days that a daily point of a Recovery Services vault is kept at least, whatever its policy is cut to
/// (<https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/backup_policy_vm>).
pub const LEAST_RETENTION_DAYS: u32 = 7;

/// The settings of one vault, without a doubt: where one is unknown there are two of these, the weakest
/// and the strongest that it may be.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Settings {
    /// Whether deleted points are kept.
    pub soft_delete: SoftDelete,
    /// Whether points can be deleted before they expire.
    pub immutability: Immutability,
    /// Where the points are.
    pub copies: Copies,
    /// Whether existing points are pruned when their policy is shortened, as in Recovery Services vaults.
    pub prunes: bool,
    /// Whether all items are of servers on premises, whose points go when the server is unregistered
    /// (<https://learn.microsoft.com/azure/backup/secure-by-default#whats-soft-delete>).
    pub on_premises: bool,
    /// The guard of multi-user authorization, if the vault is linked to one.
    pub guard: Option<Guard>,
    /// What lifts the locks over the vault.
    pub locks: Locks,
    /// What lifts the locks over the snapshots; all of it is needed.
    pub snapshot_locks: Powers,
}

/// What lifts the locks over a vault that hold a step; all of it is needed for the step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Locks {
    /// Those that hold a change of settings or policies.
    pub write: Powers,
    /// Those that hold the deletion of what lies in the vault, such as the link to its guard.
    pub delete: Powers,
    /// Those that hold the deletion of backup data.
    pub data: Powers,
}

impl Locks {
    /// No lock.
    pub const NONE: Self = Self { write: Powers::NONE, delete: Powers::NONE, data: Powers::NONE };

    /// What a step takes.
    pub const fn over(&self, step: Power) -> Powers {
        match step {
            Power::DeleteData => self.data,
            Power::UnlinkGuard | Power::UnregisterContainer => self.delete,
            _ => self.write,
        }
    }

    /// These, with locks that may hold anything.
    #[must_use]
    pub const fn and(self, any: Powers) -> Self {
        Self {
            write: self.write.union(any),
            delete: self.delete.union(any),
            data: self.data.union(any),
        }
    }

    /// What lifts all of them.
    pub const fn all(&self) -> Powers {
        self.write.union(self.delete).union(self.data)
    }
}

/// What becomes of deleted points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SoftDelete {
    /// They are gone.
    Off,
    /// They are kept for so many days, unless somebody turns it off.
    On(u32),
    /// They are kept for so many days, which somebody may cut to the least.
    AlwaysOn(u32),
}

/// Whether points can be deleted before they expire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Immutability {
    /// They can.
    Off,
    /// Not until somebody turns it off.
    Unlocked,
    /// They cannot.
    Locked,
}

/// Where the recovery points are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Copies {
    /// In the vault.
    Vault,
    /// In the vault, with snapshots beside the datasource for fast restores.
    Both,
    /// Only beside the datasource: no setting of the vault holds them.
    Snapshots,
}

/// A Resource Guard that a vault is linked to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Guard {
    /// Steps that it holds until somebody approves them.
    pub held: Powers,
    /// Those of them that its owner can leave out.
    pub excludable: Powers,
    /// What lifts the locks that forbid to write it.
    pub write_locks: Powers,
    /// What lifts the locks that forbid to delete it.
    pub delete_locks: Powers,
}

impl Guard {
    /// Steps that a guard of a Recovery Services vault can hold.
    pub const RECOVERY_SERVICES: Powers = Powers::of(&[
        Power::UnlinkGuard,
        Power::WeakenSoftDelete,
        Power::ReduceImmutability,
        Power::DeleteData,
        Power::UnregisterContainer,
        Power::ShortenPolicy,
    ]);
    /// Steps that a guard of a Backup vault can hold.
    pub const BACKUP_VAULT: Powers = Powers::of(&[
        Power::UnlinkGuard,
        Power::WeakenSoftDelete,
        Power::ReduceImmutability,
        Power::DeleteData,
    ]);

    /// The power that approves a step which a guard can hold.
    pub const fn approval(step: Power) -> Option<Power> {
        Some(match step {
            Power::UnlinkGuard => Power::ApproveUnlink,
            Power::WeakenSoftDelete => Power::ApproveWeakenSoftDelete,
            Power::ReduceImmutability => Power::ApproveReduceImmutability,
            Power::DeleteData => Power::ApproveDeleteData,
            Power::UnregisterContainer => Power::ApproveUnregister,
            Power::ShortenPolicy => Power::ApproveShortenPolicy,
            _ => return None,
        })
    }
}

impl Settings {
    /// A guard that holds everything a guard of such a vault can hold, without a lock.
    pub fn whole_guard(&self) -> Guard {
        let (held, mandatory) = if self.prunes {
            let mandatory = Powers::of(&[Power::UnlinkGuard, Power::WeakenSoftDelete]);
            (Guard::RECOVERY_SERVICES, mandatory)
        } else {
            (Guard::BACKUP_VAULT, Powers::of(&[Power::UnlinkGuard]))
        };
        Guard {
            held,
            excludable: held.minus(mandatory),
            write_locks: Powers::NONE,
            delete_locks: Powers::NONE,
        }
    }
}
