//! Points beside the datasource: which vaults have them, or nothing else, and where they lie.

use super::settings::Copies;
use super::vault::Missing;
use crate::access::action::{Action, Actions};
use crate::inventory::{Estate, Fact, Found, Kind, Protection, Reason, Resource, Vault, Workload};

/// Items and instances that are looked at one by one: a vault with more of one kind has no other.
const LOOKED_AT: usize = 1_000;

/// Who deletes a resource group deletes all in it.
const WITH_GROUP: Actions = Actions::of(&[Action::GROUP_DELETE]);
const MACHINES: Actions = Actions::of(&[Action::POINT_COLLECTION_DELETE, Action::GROUP_DELETE]);
const DISKS: Actions = Actions::of(&[Action::SNAPSHOT_DELETE, Action::GROUP_DELETE]);
const ACCOUNTS: Actions = Actions::of(&[Action::ACCOUNT_DELETE, Action::GROUP_DELETE]);

/// The snapshots of a vault.
#[derive(Clone, Debug)]
pub(super) struct Snapshots {
    /// As little and as much as the vault may hold of its own.
    pub copies: (Copies, Copies),
    /// Where they lie, and what deletes them there: all of it takes rights at each.
    pub places: Vec<(String, Actions)>,
    pub missing: Vec<Missing>,
}

impl Snapshots {
    const NONE: Self =
        Self { copies: (Copies::Vault, Copies::Vault), places: Vec::new(), missing: Vec::new() };

    /// Reads what a vault keeps beside the datasources of its items.
    pub fn read(vault: &Vault<'_>, estate: &Estate<'_>) -> Self {
        if vault.is_recovery_services() {
            Self::of_recovery_services(vault, estate)
        } else {
            Self::of_backup_vault(vault, estate)
        }
    }

    /// Azure Backup puts restore points of machines into resource groups of its own in the subscription
    /// of the vault, and moves each point to the vault
    /// (<https://learn.microsoft.com/azure/backup/backup-instant-restore-capability>). Shares have
    /// snapshots only, unless their policy keeps copies in the vault.
    fn of_recovery_services(vault: &Vault<'_>, estate: &Estate<'_>) -> Self {
        let id = vault.resource.id.as_str();
        let held = estate.held_by(id);
        let shares = held.total_of(Workload::FileShare);
        if held.total_of(Workload::VirtualMachine) > 0 {
            let subscription =
                vault.resource.id.subscription().map(|it| format!("/subscriptions/{it}"));
            let places = subscription.into_iter().map(|place| (place, MACHINES)).collect();
            let copies = (Copies::Both, Copies::Both);
            return Self { copies, places, missing: Vec::new() };
        }
        if shares == 0 || shares < held.total {
            return Self::NONE;
        }
        Self::of_each(vault, estate, |item| Ok((has_vault_retention(item, estate)?, ACCOUNTS)))
    }

    /// Snapshots of disks and of blobs lie with the datasource unless the policy names a store in the vault
    /// (<https://learn.microsoft.com/azure/backup/disk-backup-overview>).
    fn of_backup_vault(vault: &Vault<'_>, estate: &Estate<'_>) -> Self {
        Self::of_each(vault, estate, |instance| {
            let Fact::Known(datasource) = &instance.datasource else {
                return Err(instance
                    .datasource
                    .as_ref()
                    .optional()
                    .err()
                    .unwrap_or(Reason::NotCollected));
            };
            let has = |name: &str| datasource.to_ascii_lowercase().contains(name);
            let actions = if has("/microsoft.storage/") {
                ACCOUNTS
            } else if has("/microsoft.compute/disks/") || has("/managedclusters/") {
                DISKS
            } else {
                // Databases have no snapshots.
                return Ok((true, WITH_GROUP));
            };
            Ok((has_vault_store(instance, estate)?, actions))
        })
    }

    /// Looks at each item: whether the vault holds its points, and what deletes its snapshots.
    fn of_each<'a>(
        vault: &Vault<'a>,
        estate: &Estate<'a>,
        look: impl Fn(&Protection<'a>) -> Result<(bool, Actions), Reason>,
    ) -> Self {
        let mut found = Self::NONE;
        let (mut inside, mut beside, mut unknown) = (false, false, None);
        for item in estate.protections_in(vault.resource.id.as_str()).take(LOOKED_AT) {
            match look(item) {
                Ok((true, _)) => inside = true,
                Ok((false, actions)) => {
                    beside = true;
                    found.places.extend(place_of(item).map(|place| (place, actions)));
                }
                Err(reason) => unknown = Some(reason),
            }
        }
        found.places.sort_by(|left, right| left.0.cmp(&right.0));
        found.places.dedup();
        let sure = match (inside, beside) {
            (true, true) => Copies::Both,
            (false, true) => Copies::Snapshots,
            (_, false) => Copies::Vault,
        };
        found.copies = (sure, sure);
        if let Some(reason) = unknown.filter(|_| sure == Copies::Snapshots) {
            found.copies.1 = Copies::Both;
            let what = "whether the vault holds points of its own".to_owned();
            found.missing.push(Missing { what, reason });
        }
        found
    }
}

/// Where the snapshots of an item lie: the group that it names for them, else with the datasource.
fn place_of(item: &Protection<'_>) -> Option<String> {
    const GROUP: &str =
        "properties.policyInfo.policyParameters.dataStoreParametersList[0].resourceGroupId";
    let named = match item.resource.kind {
        Kind::BackupInstance => text_at(&item.resource, GROUP),
        _ => None,
    };
    let datasource = match &item.datasource {
        Fact::Known(datasource) => Some(datasource.to_ascii_lowercase()),
        Fact::Absent | Fact::Unknown(_) => None,
    };
    named.map(|group| group.to_ascii_lowercase()).or(datasource)
}

fn text_at(resource: &Resource<'_>, path: &str) -> Option<String> {
    match resource.find(path) {
        Found::Value(value) => value.to_text(),
        Found::Null | Found::Absent | Found::Unknown(_) => None,
    }
}

fn has_vault_retention(item: &Protection<'_>, estate: &Estate<'_>) -> Result<bool, Reason> {
    let policy = estate.policy_of(item).ok_or(Reason::NotCollected)?;
    Ok(policy.resource.shows("properties.vaultRetentionPolicy"))
}

fn has_vault_store(instance: &Protection<'_>, estate: &Estate<'_>) -> Result<bool, Reason> {
    const STORES: &str = "properties.policyRules[].lifecycles";
    let policy = estate.policy_of(instance).ok_or(Reason::NotCollected)?;
    let lists = policy.resource.paths(STORES);
    let mut any = false;
    for list in lists {
        for path in policy.resource.paths(&format!("{list}[].sourceDataStore.dataStoreType")) {
            let Some(store) = text_at(&policy.resource, &path) else { continue };
            any = true;
            if !store.eq_ignore_ascii_case("OperationalStore") {
                return Ok(true);
            }
        }
    }
    if any { Ok(false) } else { Err(Reason::NotCollected) }
}
