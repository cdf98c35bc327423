//! Why backups fail: Azure's error codes, sorted by what has to be done about them.
//!
//! Codes come and go, and nobody publishes a list of them all. So a code is known by a part of it.
//! Sources: <https://learn.microsoft.com/azure/backup/backup-azure-vms-troubleshoot>,
//! <https://learn.microsoft.com/azure/backup/backup-azure-troubleshoot-vm-backup-fails-snapshot-timeout>,
//! <https://learn.microsoft.com/azure/backup/backup-sql-server-azure-troubleshoot>.

use std::fmt;

/// What has to be looked at when a backup failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureClass {
    /// The way from the machine to the service.
    Connectivity,
    /// The number or size of disks, or of snapshots of them.
    DiskLimit,
    /// Access that the service or the vault's identity lacks.
    Permission,
    /// The storage account that takes the data on its way.
    StagingAccount,
    /// The agent in the machine or the snapshot extension.
    Agent,
    /// Something else.
    Other,
}

/// Parts of codes, in lower case. The first class that has one counts.
const CLASSES: &[(FailureClass, &[&str])] = &[
    (
        FailureClass::Connectivity,
        &[
            "nonetwork",
            "connectivity",
            "notreachable",
            "unreachable",
            "unabletoconnect",
            "connectionfailed",
            "privateendpoint",
            "nameresolution",
        ],
    ),
    (
        FailureClass::DiskLimit,
        &[
            "disksize",
            "diskcount",
            "diskconfiguration",
            "disklimit",
            "toomanydisks",
            "snapshotlimitreached",
            "largedisk",
        ],
    ),
    (
        FailureClass::Permission,
        &[
            "permission",
            "forbidden",
            "unauthorized",
            "notauthorized",
            "authorizationfailed",
            "accessdenied",
            "disallowedbypolicy",
            "403",
        ],
    ),
    (FailureClass::StagingAccount, &["storageaccount", "stagingaccount"]),
    (
        FailureClass::Agent,
        &[
            "guestagent",
            "vmagent",
            "400196",
            "extension",
            "vmsnapshot",
            "vsswriter",
            "vssservice",
            "fsfreeze",
            "snapshottaskstatus",
        ],
    ),
];

/// Titles of health conditions of a virtual machine whose cause is its agent or the snapshot
/// extension; the default of `vm-backup-agent-unhealthy`.
pub const AGENT_CODES: &[&str] = &[
    "UserErrorGuestAgentStatusUnavailable",
    "GuestAgentSnapshotTaskStatusError",
    "VMAgentStatusCommunicationError",
    "ExtensionSnapshotFailedNoNetwork",
    "ExtensionOperationFailedForManagedDisks",
    "ExtensionStuckInDeletionState",
    "ExtensionInstallationFailedCOM",
    "ExtensionSnapshotFailedCOM",
    "ExtensionFailedVssWriterInBadState",
    "ExtensionFailedVssServiceInBadState",
];

impl FailureClass {
    /// The class of an error code.
    pub fn of(code: &str) -> Self {
        let code = code.to_ascii_lowercase();
        CLASSES
            .iter()
            .find(|(_, parts)| parts.iter().any(|part| code.contains(part)))
            .map_or(Self::Other, |(class, _)| *class)
    }
}

impl fmt::Display for FailureClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connectivity => "connectivity",
            Self::DiskLimit => "disk limit",
            Self::Permission => "permission",
            Self::StagingAccount => "staging account",
            Self::Agent => "agent or extension",
            Self::Other => "other",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_have_a_class() {
        for (code, class) in [
            ("UserErrorGuestAgentStatusUnavailable", FailureClass::Agent),
            ("ExtensionFailedVssWriterInBadState", FailureClass::Agent),
            ("UserErrorFsFreezeFailed", FailureClass::Agent),
            ("ExtensionSnapshotFailedNoNetwork", FailureClass::Connectivity),
            ("WorkloadExtensionNotReachable", FailureClass::Connectivity),
            ("ExtensionFailedSnapshotLimitReachedError", FailureClass::DiskLimit),
            ("UserErrorUnsupportedDiskSize", FailureClass::DiskLimit),
            ("UserErrorKeyvaultPermissionsNotConfigured", FailureClass::Permission),
            ("LinkedAuthorizationFailed", FailureClass::Permission),
            ("UserErrorStorageAccountNotFound", FailureClass::StagingAccount),
            ("InternalServerError", FailureClass::Other),
            ("", FailureClass::Other),
        ] {
            assert_eq!(FailureClass::of(code), class, "{code}");
        }
    }

    #[test]
    fn the_rule_about_agents_knows_the_same_codes() {
        let rule = include_str!("../../rules/protected_item/vm_backup_agent_unhealthy/rule.toml");
        for code in AGENT_CODES {
            assert!(rule.contains(&format!("\"{code}\"")), "{code}");
        }
    }
}
