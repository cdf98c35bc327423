//! Which ARM types are of the subject of this tool and have no place in the inventory.

use super::LeftOut;
use crate::inventory::Kind;

/// The providers whose every type is of our subject.
const OURS: [&str; 2] = ["microsoft.recoveryservices/", "microsoft.dataprotection/"];

/// Types of these providers that are left out: Site Recovery, which replicates and keeps no backups, and parts of a
/// vault that hold no settings of backup.
const LEFT_OUT: [&str; 8] = [
    "microsoft.recoveryservices/vaults/backupfabrics",
    "microsoft.recoveryservices/vaults/certificates",
    "microsoft.recoveryservices/vaults/extendedinformation",
    "microsoft.recoveryservices/vaults/privateendpointconnections",
    "microsoft.recoveryservices/vaults/registeredidentities",
    "microsoft.recoveryservices/vaults/tokens",
    "microsoft.recoveryservices/replicationeligibilityresults",
    "microsoft.dataprotection/backupvaults/privateendpointconnections",
];
const SITE_RECOVERY: &str = "microsoft.recoveryservices/vaults/replication";

/// Whether an ARM type is of our subject.
pub fn is_ours(kind: &str) -> bool {
    let kind = kind.to_ascii_lowercase();
    OURS.iter().any(|provider| kind.starts_with(provider))
}

/// Why a type that the inventory does not know is left out, if it is of our subject.
pub fn left_out(kind: &str) -> Option<LeftOut> {
    if !is_ours(kind) || Kind::of_type(kind) != Kind::Other {
        return None;
    }
    let kind = kind.to_ascii_lowercase();
    let on_purpose = kind.starts_with(SITE_RECOVERY) || LEFT_OUT.contains(&kind.as_str());
    Some(if on_purpose { LeftOut::OnPurpose } else { LeftOut::NotKnown })
}
