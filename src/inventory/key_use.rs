//! What keeps a vault from using the key that encrypts it: then neither backups nor restores run
//! (<https://learn.microsoft.com/azure/backup/encryption-at-rest-with-cmk>).

use std::borrow::Cow;

use super::{Estate, Fact, KeyReference, KeyUse, KeyVault, Kind, Reason, Time, Vault, VaultKey};

/// Something that keeps a vault from using its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyFault {
    /// The firewall of the key vault lets Azure Backup not in.
    ShutOut,
    /// The keys were listed, and it is not among them.
    Gone {
        /// The name of the key.
        name: String,
    },
    /// The key is switched off.
    Disabled,
    /// The key has expired.
    Expired(Time),
    /// The identity that the encryption names is not assigned to the vault.
    NoIdentity,
    /// The identity may not do what it takes.
    Lacks {
        /// The identity.
        principal: String,
        /// What it may not do.
        uses: Vec<KeyUse>,
    },
}

/// Whose body says that a key cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyPlace {
    /// That of the vault.
    Vault,
    /// That of the key vault.
    KeyVault,
    /// That of the key.
    Key,
    /// Role assignments on the key vault.
    Roles,
}

/// What cannot be told of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyDoubt {
    /// Why.
    pub reason: Reason,
    /// Whose property would tell, and which; none where no single one would.
    pub at: Option<(KeyPlace, &'static str)>,
    /// What that is.
    pub says: Cow<'static, str>,
}

/// One look at the key: a fault, or none.
pub type KeyLook = Result<Option<KeyFault>, KeyDoubt>;

impl KeyFault {
    /// What it is, of the key vault or of the vault.
    pub fn says(&self) -> Cow<'static, str> {
        match self {
            Self::ShutOut => {
                "its firewall denies, and lets no trusted service in: Azure Backup cannot reach the key".into()
            }
            Self::Gone { .. } => "it has no such key any more".into(),
            Self::Disabled => "the key is disabled: backups and restores fail".into(),
            Self::Expired(time) => format!("the key expired on {time}").into(),
            Self::NoIdentity => {
                "the identity that its encryption uses is no longer assigned to it".into()
            }
            Self::Lacks { principal, uses } => {
                let lacks: Vec<&str> = uses.iter().map(|lacking| lacking.name()).collect();
                format!("its identity {principal} lacks {} on the key", lacks.join(", ")).into()
            }
        }
    }

    /// What stands there.
    pub fn observed(&self) -> Cow<'static, str> {
        match self {
            Self::ShutOut => "None".into(),
            Self::Gone { .. } => "missing".into(),
            Self::Disabled => "false".into(),
            Self::Expired(time) => time.to_string().into(),
            Self::NoIdentity => "not assigned".into(),
            Self::Lacks { .. } => "not granted".into(),
        }
    }

    /// Where that stands.
    pub fn place(&self, store: KeyVault<'_, '_>) -> (KeyPlace, &'static str) {
        match self {
            Self::ShutOut => (KeyPlace::KeyVault, "properties.networkAcls.bypass"),
            Self::Gone { .. } => (KeyPlace::Key, ""),
            Self::Disabled => (KeyPlace::Key, ENABLED),
            Self::Expired(_) => (KeyPlace::Key, EXPIRES),
            Self::NoIdentity => (KeyPlace::Vault, "identity"),
            Self::Lacks { .. } if store.goes_by_roles() == Fact::Known(true) => {
                (KeyPlace::Roles, "")
            }
            Self::Lacks { .. } => (KeyPlace::KeyVault, "properties.accessPolicies"),
        }
    }
}

const ENABLED: &str = "properties.attributes.enabled";
const EXPIRES: &str = "properties.attributes.exp";

fn doubt(reason: Reason, says: impl Into<Cow<'static, str>>) -> KeyDoubt {
    KeyDoubt { reason, at: None, says: says.into() }
}

impl KeyVault<'_, '_> {
    /// Whether its firewall keeps Azure Backup out.
    ///
    /// # Errors
    /// What cannot be told.
    pub fn firewall(self) -> KeyLook {
        match self.shuts_out_backup() {
            Ok(shut) => Ok(shut.then_some(KeyFault::ShutOut)),
            Err((reason, path)) => {
                let at = Some((KeyPlace::KeyVault, path));
                Err(KeyDoubt {
                    reason,
                    at,
                    says: "what the firewall of its key vault lets in is unknown".into(),
                })
            }
        }
    }
}

impl VaultKey<'_, '_> {
    fn switch(self) -> KeyLook {
        match self.enabled().or_default(true) {
            Ok(is_on) => Ok((!is_on).then_some(KeyFault::Disabled)),
            Err(reason) => Err(KeyDoubt {
                reason,
                at: Some((KeyPlace::Key, ENABLED)),
                says: "whether the key is enabled is unknown".into(),
            }),
        }
    }

    fn expiry(self, now: Time) -> KeyLook {
        match self.expires().optional() {
            Ok(expires) => Ok(expires.filter(|time| *time <= now).map(KeyFault::Expired)),
            Err(reason) => Err(KeyDoubt {
                reason,
                at: Some((KeyPlace::Key, EXPIRES)),
                says: "when the key expires is unknown".into(),
            }),
        }
    }
}

impl<'a> Estate<'a> {
    /// Why the key vault that holds a vault's key was not read.
    pub fn key_vault_unread(&self, vault: &Vault<'_>) -> Reason {
        if self.coverage.is_declared() {
            return Reason::OutsideThisSource;
        }
        let subscription = vault.resource.id.subscription().unwrap_or_default();
        let scope = format!("/subscriptions/{subscription}");
        self.coverage.list_of(&scope, Kind::KeyVault).err().unwrap_or(Reason::NotCollected)
    }

    /// The key itself: whether it is there, enabled, and has not expired.
    pub fn key_works(
        &self,
        store: KeyVault<'_, 'a>,
        key: &KeyReference,
        now: Time,
    ) -> [KeyLook; 2] {
        match self.key_in(store, key) {
            Ok(Some(found)) => [found.switch(), found.expiry(now)],
            Ok(None) => [Ok(Some(KeyFault::Gone { name: key.name.clone() })), Ok(None)],
            Err(reason) => [Err(doubt(reason, "the key that encrypts it was not read")), Ok(None)],
        }
    }

    /// Whether the identity of a vault may use its key.
    ///
    /// # Errors
    /// What cannot be told.
    pub fn may_use_key(
        &self,
        vault: &Vault<'a>,
        store: KeyVault<'_, 'a>,
        key: &KeyReference,
    ) -> KeyLook {
        let principal = vault.key_principal().map_err(|(reason, path)| KeyDoubt {
            reason,
            at: Some((KeyPlace::Vault, path)),
            says: "the identity that uses its key is unknown".into(),
        })?;
        let Some(principal) = principal else { return Ok(Some(KeyFault::NoIdentity)) };
        let uses = self.lacks_on_key(store, key, &principal).map_err(|reason| {
            doubt(reason, format!("what identity {principal} may do with the key is unknown"))
        })?;
        Ok((!uses.is_empty()).then_some(KeyFault::Lacks { principal, uses }))
    }
}
