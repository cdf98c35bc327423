//! How fast an item can be restored from a recovery point.

use crate::access::operation::Operation;
use crate::inventory::{
    BackupPolicy, Estate, Fact, Found, Protection, RecoveryPoint, Span, Time, Workload,
};
use crate::review::Speed;
use crate::review::unasked::{Copies, read};

/// By the copies of the point, or else as the backup policy promises.
pub(super) fn of<'a>(
    operation: &Operation,
    (estate, now): (&Estate<'a>, Time),
    item: &Protection<'a>,
    point: Option<&RecoveryPoint<'_>>,
    taken: Option<Time>,
) -> Option<Speed> {
    let age = now.since(taken?);
    if operation.id == "cross-region-restore" {
        return Some(Speed::Vault);
    }
    if let Some(copies) = point.map(|point| Copies::of(&point.resource)) {
        if let Some(fastest) = copies.kept.first() {
            return Some(*fastest);
        }
        // What it says is not what a policy promises.
        if copies.gone.is_some() || copies.doubt.is_some() {
            return None;
        }
    }
    promised(estate.policy_of(item)?, item, age)
}

/// How fast a point of this age can be restored from, by what a policy keeps where.
fn promised(policy: &BackupPolicy<'_>, item: &Protection<'_>, age: Span) -> Option<Speed> {
    let within = |days: i64| if age < Span::days(days) { Speed::Snapshot } else { Speed::Vault };
    match item.workload {
        Fact::Known(Workload::VirtualMachine) => policy.instant_restore_days.known().map(within),
        Fact::Known(Workload::VirtualMachineWorkload) => Some(Speed::Vault),
        // Without a retention in the vault, a share is backed up by snapshots of the share.
        Fact::Known(Workload::FileShare) => {
            const VAULT: &str = "properties.vaultRetentionPolicy";
            match policy.resource.find(VAULT) {
                Found::Null | Found::Absent => Some(Speed::Snapshot),
                Found::Value(_) | Found::Unknown(_) => {
                    let days = format!("{VAULT}.snapshotRetentionInDays");
                    let days: Fact<u32> = read(&policy.resource, &days);
                    days.known().map(|days| within(days.into()))
                }
            }
        }
        _ => None,
    }
}
