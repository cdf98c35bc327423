//! The tables: each row says what one argument of the provider is in ARM.

mod access;
mod backup_vault;
mod backup_vault_policy;
mod compute;
mod item;
mod key_vault;
mod monitor;
mod policy;
mod storage;
mod vault;

pub use policy::TIERS;

use super::row::{Absent, How, Mapping, Row, row, same};

/// The identity of a resource, the same in every type that has one.
pub const IDENTITY: &[Row] = &[
    same("identity.type", "identity.type"),
    row("identity.identity_ids", "identity.userAssignedIdentities", How::Keys, Absent::Same),
];

/// Every table.
const ALL: &[&[Mapping]] = &[
    vault::MAPPINGS,
    policy::MAPPINGS,
    item::MAPPINGS,
    backup_vault::MAPPINGS,
    backup_vault_policy::MAPPINGS,
    access::MAPPINGS,
    compute::MAPPINGS,
    storage::MAPPINGS,
    key_vault::MAPPINGS,
    monitor::MAPPINGS,
];

/// The mappings of a type, by any of its names: what it is, and which settings of others it is.
pub fn of(kind: &str) -> impl Iterator<Item = &'static Mapping> {
    ALL.iter().copied().flatten().filter(move |mapping| mapping.names.contains(&kind))
}
