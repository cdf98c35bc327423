//! Whom a change hits: the items whose backups depend on a resource.

use super::{Changes, ResourceChange};
use crate::inventory::{Estate, Kind, Protection, Reason, Resource, id};

/// What depended on a resource before the change.
#[derive(Clone, Debug)]
pub struct Radius<'c, 'a> {
    /// Items and instances.
    pub items: Vec<&'c Protection<'a>>,
    /// Vaults, of a resource guard.
    pub vaults: Vec<&'c Resource<'a>>,
    /// Whether these are all.
    pub is_whole: Result<(), Reason>,
}

/// What depends on a resource, as it was before the change.
pub fn radius<'c, 'a>(change: &ResourceChange<'a>, changes: &Changes<'c, 'a>) -> Radius<'c, 'a> {
    dependants(change.before().unwrap_or(change.resource()), changes.before)
}

/// What depends on a resource in an estate; of an item nothing does.
pub fn dependants<'c, 'a>(resource: &Resource<'_>, before: &'c Estate<'a>) -> Radius<'c, 'a> {
    let id = resource.id.as_str();
    let mut radius = Radius { items: Vec::new(), vaults: Vec::new(), is_whole: Ok(()) };
    match resource.kind {
        Kind::RecoveryServicesPolicy | Kind::BackupVaultPolicy => {
            let vault = resource.id.vault().unwrap_or(id);
            radius.items = before
                .protections_in(vault)
                .filter(|item| item.policy.as_ref().known().is_some_and(|of| id::same(of, id)))
                .collect();
            radius.is_whole = items_read(before, vault);
        }
        Kind::ResourceGuard => radius.vaults = before.vaults_guarded_by(id),
        Kind::Lock => {
            let scope = id::parent_of(id).unwrap_or("/");
            let vaults = before.vaults.iter().map(|vault| &vault.resource);
            radius.vaults = vaults.filter(|vault| vault.id.is_within(scope)).collect();
        }
        kind if kind.is_protection() => {}
        _ => {
            let vault = resource.id.vault().unwrap_or(id);
            radius.items = before.protections_in(vault).collect();
            radius.is_whole = items_read(before, vault);
        }
    }
    radius
}

fn items_read(estate: &Estate<'_>, vault: &str) -> Result<(), Reason> {
    match estate.vault(vault) {
        Some(vault) => vault.items_read,
        None => estate
            .coverage
            .list_of(vault, Kind::ProtectedItem)
            .and_then(|()| estate.coverage.list_of(vault, Kind::BackupInstance)),
    }
}

impl Radius<'_, '_> {
    /// How many there are, as a clause: `, on which 3 items depend`; empty where none is known.
    pub fn clause(&self) -> String {
        let more = if self.is_whole.is_ok() { "" } else { "at least " };
        match (self.items.len(), self.vaults.len()) {
            (0, 0) => String::new(),
            (0, 1) => format!(", on which {more}1 vault depends"),
            (0, vaults) => format!(", on which {more}{vaults} vaults depend"),
            (1, _) => format!(", on which {more}1 item depends"),
            (items, _) => format!(", on which {more}{items} items depend"),
        }
    }

    /// Who is hit, by id, with the number of recovery points where it is known; so many at most.
    pub fn names(&self, before: &Estate<'_>, most: usize) -> Vec<(String, String)> {
        let items = self.items.iter().map(|item| {
            let points = match before.points_read(&item.resource) {
                0 => String::new(),
                1 => ", with 1 recovery point".to_owned(),
                points => format!(", with {points} recovery points"),
            };
            (
                item.resource.id.as_str().to_owned(),
                format!("a {} that depends on it{points}", item.noun()),
            )
        });
        let vaults = self.vaults.iter();
        let vaults = vaults
            .map(|vault| (vault.id.as_str().to_owned(), "a vault that depends on it".to_owned()));
        items.chain(vaults).take(most).collect()
    }
}
