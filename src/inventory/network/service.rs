//! What the private endpoints of a vault serve.

/// What a vault's endpoints serve
/// (<https://learn.microsoft.com/azure/backup/private-endpoints-overview>).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VaultService {
    /// Backups and restores.
    Backup,
    /// Replication and failover.
    SiteRecovery,
}

/// Every group of a Recovery Services vault. The secondary one serves restores from the paired region.
pub(super) const GROUPS: [&str; 3] = ["AzureBackup", "AzureBackup_secondary", "AzureSiteRecovery"];

impl VaultService {
    /// The group that an endpoint names.
    pub fn group(self) -> &'static str {
        match self {
            Self::Backup => GROUPS[0],
            Self::SiteRecovery => GROUPS[2],
        }
    }

    /// What the vault itself says when its list of connections is not at hand.
    pub fn state_path(self) -> &'static str {
        match self {
            Self::Backup => "properties.privateEndpointStateForBackup",
            Self::SiteRecovery => "properties.privateEndpointStateForSiteRecovery",
        }
    }

    /// The part of a connection's id that tells the group where API 2020-02-02 names none:
    /// `ENDPOINT.NUMBER.backup.GUID`.
    pub(super) fn mark(self) -> &'static str {
        match self {
            Self::Backup => "backup",
            Self::SiteRecovery => "siterecovery",
        }
    }
}
