//! What somebody must be able to do for one step towards losing a vault's recovery points.

/// The steps, in the order in which they are taken. To take one is a power that somebody holds or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Power {
    /// Remove the locks on the vault itself.
    UnlockVault,
    /// Remove the locks on the vault's resource group.
    UnlockVaultGroup,
    /// Remove the locks on the vault's subscription.
    UnlockVaultSubscription,
    /// Remove the locks on the Resource Guard itself.
    UnlockGuard,
    /// Remove the locks on the guard's resource group.
    UnlockGuardGroup,
    /// Remove the locks on the guard's subscription.
    UnlockGuardSubscription,
    /// Delete the Resource Guard.
    DeleteGuard,
    /// Write the guard's list of operations that it leaves out.
    ExcludeOperations,
    /// Approve, on the guard, that a vault is unlinked from it.
    ApproveUnlink,
    /// Unlink the vault from its guard.
    UnlinkGuard,
    /// Approve that immutability is reduced.
    ApproveReduceImmutability,
    /// Turn immutability off while it is not locked.
    ReduceImmutability,
    /// Approve that soft delete is weakened.
    ApproveWeakenSoftDelete,
    /// Turn soft delete off, or shorten the time for which it keeps what is deleted.
    WeakenSoftDelete,
    /// Approve that backup data is deleted.
    ApproveDeleteData,
    /// Stop the protection of items and delete their recovery points.
    DeleteData,
    /// Approve that a container is unregistered.
    ApproveUnregister,
    /// Unregister containers: with a server on premises go its points, any other must be empty.
    UnregisterContainer,
    /// Approve that a policy is shortened.
    ApproveShortenPolicy,
    /// Shorten the retention of the backup policies.
    ShortenPolicy,
    /// Remove the locks on what holds the snapshots.
    UnlockSnapshots,
    /// Remove the locks on the subscription of the snapshots.
    UnlockSnapshotSubscription,
    /// Delete restore point collections, snapshots or storage accounts beside the datasource.
    DeleteSnapshots,
    /// Delete the vault, once it is empty.
    DeleteVault,
}

impl Power {
    /// All, in order.
    pub const ALL: [Self; 24] = [
        Self::UnlockVault,
        Self::UnlockVaultGroup,
        Self::UnlockVaultSubscription,
        Self::UnlockGuard,
        Self::UnlockGuardGroup,
        Self::UnlockGuardSubscription,
        Self::DeleteGuard,
        Self::ExcludeOperations,
        Self::ApproveUnlink,
        Self::UnlinkGuard,
        Self::ApproveReduceImmutability,
        Self::ReduceImmutability,
        Self::ApproveWeakenSoftDelete,
        Self::WeakenSoftDelete,
        Self::ApproveDeleteData,
        Self::DeleteData,
        Self::ApproveUnregister,
        Self::UnregisterContainer,
        Self::ApproveShortenPolicy,
        Self::ShortenPolicy,
        Self::UnlockSnapshots,
        Self::UnlockSnapshotSubscription,
        Self::DeleteSnapshots,
        Self::DeleteVault,
    ];

    /// Its name in reports for scripts.
    pub const fn id(self) -> &'static str {
        match self {
            Self::UnlockVault => "remove-vault-lock",
            Self::UnlockVaultGroup => "remove-vault-group-lock",
            Self::UnlockVaultSubscription => "remove-vault-subscription-lock",
            Self::UnlockGuard => "remove-guard-lock",
            Self::UnlockGuardGroup => "remove-guard-group-lock",
            Self::UnlockGuardSubscription => "remove-guard-subscription-lock",
            Self::DeleteGuard => "delete-guard",
            Self::ExcludeOperations => "exclude-guard-operations",
            Self::ApproveUnlink => "approve-remove-mua",
            Self::UnlinkGuard => "remove-mua",
            Self::ApproveReduceImmutability => "approve-reduce-immutability",
            Self::ReduceImmutability => "reduce-immutability",
            Self::ApproveWeakenSoftDelete => "approve-weaken-soft-delete",
            Self::WeakenSoftDelete => "weaken-soft-delete",
            Self::ApproveDeleteData => "approve-delete-data",
            Self::DeleteData => "stop-delete-data",
            Self::ApproveUnregister => "approve-unregister-container",
            Self::UnregisterContainer => "unregister-container",
            Self::ApproveShortenPolicy => "approve-shorten-policy",
            Self::ShortenPolicy => "shorten-policy",
            Self::UnlockSnapshots => "remove-snapshot-lock",
            Self::UnlockSnapshotSubscription => "remove-snapshot-subscription-lock",
            Self::DeleteSnapshots => "delete-snapshots",
            Self::DeleteVault => "delete-vault",
        }
    }

    /// What is done, in words that follow a name: "… deletes the Resource Guard".
    pub const fn says(self) -> &'static str {
        match self {
            Self::UnlockVault => "removes the lock on the vault",
            Self::UnlockVaultGroup => "removes the lock on the vault's resource group",
            Self::UnlockVaultSubscription => "removes the lock on the vault's subscription",
            Self::UnlockGuard => "removes the lock on the Resource Guard",
            Self::UnlockGuardGroup => "removes the lock on the guard's resource group",
            Self::UnlockGuardSubscription => "removes the lock on the guard's subscription",
            Self::DeleteGuard => "deletes the Resource Guard",
            Self::ExcludeOperations => "takes the operations out of what the guard holds",
            Self::ApproveUnlink => "approves on the guard that the vault is unlinked",
            Self::UnlinkGuard => "unlinks the vault from its guard",
            Self::ApproveReduceImmutability => "approves that immutability is reduced",
            Self::ReduceImmutability => "turns immutability off",
            Self::ApproveWeakenSoftDelete => "approves that soft delete is weakened",
            Self::WeakenSoftDelete => "turns soft delete off, or cuts its days to the least",
            Self::ApproveDeleteData => "approves that backup data is deleted",
            Self::DeleteData => "stops protection and deletes the backup data",
            Self::ApproveUnregister => "approves that containers are unregistered",
            Self::UnregisterContainer => "unregisters the containers",
            Self::ApproveShortenPolicy => "approves that backup policies are shortened",
            Self::ShortenPolicy => "cuts the retention of the backup policies to the least",
            Self::UnlockSnapshots => "removes the lock on the resource group of the snapshots",
            Self::UnlockSnapshotSubscription => {
                "removes the lock on the subscription of the snapshots"
            }
            Self::DeleteSnapshots => "deletes the snapshots where they lie",
            Self::DeleteVault => "deletes the vault",
        }
    }

    /// The same of locks of which nobody knows whether they are there.
    pub const fn says_if_any(self) -> &'static str {
        match self {
            Self::UnlockVault | Self::UnlockVaultGroup | Self::UnlockVaultSubscription => {
                "removes the locks over the vault, should there be any"
            }
            Self::UnlockGuard | Self::UnlockGuardGroup | Self::UnlockGuardSubscription => {
                "removes the locks over the Resource Guard, should there be any"
            }
            Self::UnlockSnapshots | Self::UnlockSnapshotSubscription => {
                "removes the locks over the snapshots, should there be any"
            }
            _ => self.says(),
        }
    }

    const fn bit(self) -> u32 {
        1 << self as u8
    }
}

/// A set of powers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Powers(u32);

impl Powers {
    /// None.
    pub const NONE: Self = Self(0);

    /// What is done to a guard: all of it takes rights on the guard, not on the vault.
    pub const ON_GUARD: Self = Self::of(&[
        Power::UnlockGuard,
        Power::DeleteGuard,
        Power::ExcludeOperations,
        Power::ApproveUnlink,
        Power::ApproveReduceImmutability,
        Power::ApproveWeakenSoftDelete,
        Power::ApproveDeleteData,
        Power::ApproveUnregister,
        Power::ApproveShortenPolicy,
    ]);

    /// These.
    pub const fn of(powers: &[Power]) -> Self {
        let mut set = Self::NONE;
        let mut at = 0;
        while at < powers.len() {
            set = set.with(powers[at]);
            at += 1;
        }
        set
    }

    /// These and one more.
    #[must_use]
    pub const fn with(self, power: Power) -> Self {
        Self(self.0 | power.bit())
    }

    /// These and those.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// These that are also among those.
    #[must_use]
    pub const fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// These without those.
    #[must_use]
    pub const fn minus(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether one is among them.
    pub const fn contains(self, power: Power) -> bool {
        self.0 & power.bit() != 0
    }

    /// Whether all of those are among them.
    pub const fn includes(self, other: Self) -> bool {
        other.0 & !self.0 == 0
    }

    /// Whether there are none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// How many.
    pub const fn len(self) -> u32 {
        self.0.count_ones()
    }

    /// Each, in the order of steps.
    pub fn iter(self) -> impl Iterator<Item = Power> {
        Power::ALL.into_iter().filter(move |power| self.contains(*power))
    }
}

impl FromIterator<Power> for Powers {
    fn from_iter<I: IntoIterator<Item = Power>>(powers: I) -> Self {
        powers.into_iter().fold(Self::NONE, Self::with)
    }
}
