//! What answers on the disk say of the questions that follow: the places to ask at.
//!
//! A run that goes on reads the same files as an undisturbed one, so both ask the same.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::Value;

use super::plan::topic::Place;
use crate::inventory::{id, management_group_id};
use crate::snapshot::write::{SnapshotWriter, WriteError};

/// A subscription that was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subscription {
    /// Its GUID, in lower case.
    pub guid: String,
    /// The ids of the management groups above it.
    pub groups: Vec<String>,
}

/// Places to ask at, by the GUID of their subscription.
pub type Places = BTreeMap<String, Vec<String>>;

/// As much of a body as says which it is.
#[derive(Deserialize)]
struct Header<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
}

/// Reads answers back.
#[derive(Clone, Copy, Debug)]
pub struct Known<'w> {
    writer: &'w SnapshotWriter,
}

impl<'w> Known<'w> {
    /// Over the answers of a writer.
    pub fn new(writer: &'w SnapshotWriter) -> Self {
        Self { writer }
    }

    /// The subscriptions, sorted.
    ///
    /// # Errors
    /// When they cannot be read back, as all of these.
    pub fn subscriptions(&self) -> Result<Vec<Subscription>, WriteError> {
        let mut found = BTreeMap::new();
        for name in ["subscriptions", super::run::UNSEEN] {
            self.each(name, |body| {
                let guid = text(body, "/id").and_then(id_guid);
                let Some(guid) = guid else { return };
                let chain = body.pointer("/properties/managementGroupAncestorsChain");
                let chain = chain.and_then(Value::as_array).into_iter().flatten();
                let groups = chain.filter_map(|group| text(group, "/name"));
                let groups = groups.map(management_group_id).collect();
                found.entry(guid.clone()).or_insert(Subscription { guid, groups });
            })?;
        }
        Ok(found.into_values().collect())
    }

    /// Every place of a kind.
    ///
    /// # Errors
    /// When answers cannot be read back.
    pub fn places(&self, place: Place) -> Result<Places, WriteError> {
        let ids: BTreeSet<String> = match place {
            Place::Subscription => BTreeSet::new(),
            Place::RecoveryServicesVault => self.vaults("vaults")?,
            Place::BackupVault => self.vaults("backup-vaults")?,
            Place::AnyVault => {
                let mut all = self.vaults("vaults")?;
                all.append(&mut self.vaults("backup-vaults")?);
                all
            }
            Place::EmptyRecoveryServicesVault => self.empty("vaults", "protected-items")?,
            Place::EmptyBackupVault => self.empty("backup-vaults", "backup-instances")?,
            Place::InstanceWithoutBackup => self.without_backup()?,
            Place::ProtectedItem => self.ids("protected-items", |_| true)?,
            Place::BackupInstance => self.ids("backup-instances", |_| true)?,
            Place::FileAccount => self.accounts(&["BlobStorage", "BlockBlobStorage"])?,
            Place::BlobAccount => self.accounts(&["FileStorage"])?,
            Place::ManagedCluster => self.ids("aks-clusters", |_| true)?,
            Place::VaultEndpoint => self.ids("private-endpoints", leads_to_vault)?,
            Place::VaultKey => self.keys()?,
        };
        let mut places = Places::new();
        for place in ids {
            add_place(place, &mut places);
        }
        Ok(places)
    }

    /// Shows every answer of this name.
    ///
    /// # Errors
    /// When they cannot be read back.
    pub fn each(&self, name: &str, mut see: impl FnMut(&Value)) -> Result<(), WriteError> {
        // What cannot be parsed was not written by us, and the reader of the snapshot will say so.
        self.writer.read_back(name, |line| {
            if let Ok(body) = serde_json::from_slice(line) {
                see(&body);
            }
        })
    }

    fn ids(
        &self,
        name: &str,
        wants: impl Fn(&Value) -> bool,
    ) -> Result<BTreeSet<String>, WriteError> {
        let mut found = BTreeSet::new();
        self.each(name, |body| {
            if wants(body) {
                found.extend(text(body, "/id").map(str::to_owned));
            }
        })?;
        Ok(found)
    }

    /// Vaults, also those that were only listed.
    fn vaults(&self, name: &str) -> Result<BTreeSet<String>, WriteError> {
        let mut all = self.ids(name, |_| true)?;
        all.append(&mut self.ids(&super::run::listed_only(name), |_| true)?);
        Ok(all)
    }

    fn empty(&self, vaults: &str, items: &str) -> Result<BTreeSet<String>, WriteError> {
        // There may be millions of items, and nothing but their ids matters.
        let mut full = BTreeSet::new();
        self.writer.read_back(items, |line| {
            // Most lie in a vault that is known to be full.
            if begins_with_id(line).and_then(vault_of).is_some_and(|vault| full.contains(&vault)) {
                return;
            }
            let header = serde_json::from_slice::<Header<'_>>(line);
            let vault = header.ok().and_then(|header| vault_of(&header.id));
            full.extend(vault.filter(|vault| !full.contains(vault)));
        })?;
        let mut vaults = self.vaults(vaults)?;
        vaults.retain(|vault| !full.contains(&vault.to_ascii_lowercase()));
        Ok(vaults)
    }

    fn without_backup(&self) -> Result<BTreeSet<String>, WriteError> {
        let mut backed_up = BTreeSet::new();
        self.each("backup-vault-jobs", |body| {
            let says = |path: &str, word: &str| {
                text(body, path).is_some_and(|text| text.to_ascii_lowercase().starts_with(word))
            };
            let is_backup = says("/properties/operationCategory", "backup")
                || says("/properties/operation", "backup");
            if is_backup && says("/properties/status", "completed") {
                let instance = text(body, "/properties/backupInstanceId");
                backed_up.extend(instance.map(str::to_ascii_lowercase));
            }
        })?;
        let is_new = |body: &Value| {
            text(body, "/id").is_some_and(|id| !backed_up.contains(&id.to_ascii_lowercase()))
        };
        self.ids("backup-instances", is_new)
    }

    fn accounts(&self, others: &[&str]) -> Result<BTreeSet<String>, WriteError> {
        self.ids("storage-accounts", |body| {
            let kind = text(body, "/kind").unwrap_or_default();
            !others.iter().any(|other| other.eq_ignore_ascii_case(kind))
        })
    }

    /// The ids of the keys that vaults name, in key vaults that were read.
    fn keys(&self) -> Result<BTreeSet<String>, WriteError> {
        let mut stores = BTreeMap::new();
        self.each("key-vaults", |body| {
            if let (Some(id), Some(host)) =
                (text(body, "/id"), text(body, "/properties/vaultUri").and_then(host))
            {
                stores.insert(host, id.to_owned());
            }
        })?;
        let mut keys = BTreeSet::new();
        for name in ["vaults", "backup-vaults"] {
            self.each(name, |body| {
                let uri = [
                    "/properties/encryption/keyVaultProperties/keyUri",
                    "/properties/securitySettings/encryptionSettings/keyVaultProperties/keyUri",
                ]
                .into_iter()
                .find_map(|path| text(body, path));
                let Some(uri) = uri else { return };
                let store = host(uri).and_then(|host| stores.get(&host));
                let mut segments =
                    uri.split('/').skip_while(|segment| !segment.eq_ignore_ascii_case("keys"));
                let name = segments.nth(1).filter(|name| is_key_name(name));
                if let (Some(store), Some(name)) = (store, name) {
                    keys.insert(format!("{store}/keys/{name}"));
                }
            })?;
        }
        Ok(keys)
    }
}

/// The id of a body that begins with it, as it does as a rule.
fn begins_with_id(line: &[u8]) -> Option<&str> {
    let rest = line.strip_prefix(br#"{"id":""#)?;
    let end = memchr::memchr2(b'"', b'\\', rest)?;
    std::str::from_utf8(rest.get(..end)?).ok()
}

fn text<'b>(body: &'b Value, path: &str) -> Option<&'b str> {
    body.pointer(path).and_then(Value::as_str)
}

/// Adds a place that lies in a subscription.
pub fn add_place(id: String, places: &mut Places) {
    if let Some(guid) = id_guid(&id) {
        places.entry(guid).or_default().push(id);
    }
}

/// The GUID of the subscription that an id lies in.
fn id_guid(text: &str) -> Option<String> {
    let mut segments = text.split('/').skip(1);
    let first = segments.next()?;
    if !first.eq_ignore_ascii_case("subscriptions") {
        return None;
    }
    segments.next().and_then(id::guid)
}

/// The vault that an id lies in, in lower case.
fn vault_of(id: &str) -> Option<String> {
    crate::inventory::ResourceId::new(id).vault().map(str::to_ascii_lowercase)
}

/// The host of an address, in lower case.
fn host(uri: &str) -> Option<String> {
    let rest = uri.split_once("://")?.1;
    rest.split(['/', ':']).next().filter(|host| !host.is_empty()).map(str::to_ascii_lowercase)
}

/// What a key may be called
/// (<https://learn.microsoft.com/azure/key-vault/general/about-keys-secrets-certificates>).
fn is_key_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// Whether a private endpoint leads to a vault.
fn leads_to_vault(body: &Value) -> bool {
    let lists = ["privateLinkServiceConnections", "manualPrivateLinkServiceConnections"];
    lists.iter().any(|list| {
        let list = body.pointer(&format!("/properties/{list}")).and_then(Value::as_array);
        list.into_iter().flatten().any(|connection| {
            let service = text(connection, "/properties/privateLinkServiceId");
            service.and_then(vault_of).is_some()
        })
    })
}
