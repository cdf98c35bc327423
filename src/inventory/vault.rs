//! Vaults of both kinds, with the children that hold some of their settings.

use std::borrow::Cow;

use super::{Fact, GuardLink, Kind, Reason, Resource, View as _};

/// A Recovery Services vault or a Backup vault.
#[derive(Clone, Debug)]
pub struct Vault<'a> {
    /// Who it is.
    pub resource: Resource<'a>,
    /// `backupconfig/vaultconfig`, the second source of soft delete.
    pub backup_config: Fact<Resource<'a>>,
    /// `backupstorageconfig/vaultstorageconfig`, the second source of redundancy.
    pub storage_config: Fact<Resource<'a>>,
    /// Links to resource guards; known and empty only when the list was read.
    pub guard_links: Fact<Vec<Resource<'a>>>,
    /// Whether the list of its protected items or backup instances was read to the end.
    pub items_read: Result<(), Reason>,
}

/// State of multi-user authorization, as the vault's own flag tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GuardFlag {
    /// On.
    On,
    /// Off. Fresh Recovery Services vaults say `Invalid`, which means the same.
    Off,
}

impl Vault<'_> {
    /// Whether this is a Recovery Services vault.
    pub fn is_recovery_services(&self) -> bool {
        self.resource.kind == Kind::RecoveryServicesVault
    }

    /// The region, normalised.
    pub fn region(&self) -> Fact<String> {
        self.resource.location()
    }

    /// The ids of the resource guards that its links name, as far as both were read.
    pub fn guards(&self) -> impl Iterator<Item = Cow<'_, str>> {
        let links = match &self.guard_links {
            Fact::Known(links) => links.as_slice(),
            Fact::Absent | Fact::Unknown(_) => &[],
        };
        links.iter().filter_map(|link| GuardLink::read(link.clone()).ok()?.guard.known())
    }

    /// The path of the multi-user authorization flag.
    pub fn guard_flag_path(&self) -> &'static str {
        if self.is_recovery_services() {
            "properties.securitySettings.multiUserAuthorization"
        } else {
            "properties.isVaultProtectedByResourceGuard"
        }
    }

    /// The vault's own flag for multi-user authorization
    /// (<https://learn.microsoft.com/azure/backup/multi-user-authorization-concept>).
    pub fn guard_flag(&self) -> Fact<GuardFlag> {
        let on_if = |on: bool| Fact::Known(if on { GuardFlag::On } else { GuardFlag::Off });
        self.resource.fact(self.guard_flag_path()).and_then(|value| match value.to_json() {
            serde_json::Value::Bool(on) => on_if(on),
            serde_json::Value::String(text) if self.is_recovery_services() => {
                on_if(text.eq_ignore_ascii_case("Enabled"))
            }
            serde_json::Value::String(text) if text.eq_ignore_ascii_case("true") => on_if(true),
            serde_json::Value::String(text) if text.eq_ignore_ascii_case("false") => on_if(false),
            _ => Fact::Unknown(Reason::UnrecognisedValue),
        })
    }
}
