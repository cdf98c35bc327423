//! What a change is done to: targets of a request, found in an estate.

use std::collections::BTreeSet;

use super::check::Judged;
use super::listed;
use super::request::{Request, Select};
use super::select::datasource_of;
use crate::access::who_can::suggestion;
use crate::inventory::{
    BackupPolicy, Estate, Fact, Kind, Protection, Reason, Resource, Vault, VirtualMachine, id,
};

/// What one review is about.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'e, 'a> {
    /// Its id, in the spelling of the estate.
    pub on: &'e str,
    /// Its type.
    pub kind: Kind,
    /// The vault.
    pub vault: Option<&'e Vault<'a>>,
    /// The id of the vault, whether it was read or not.
    pub vault_id: Option<&'e str>,
    /// The item or instance.
    pub item: Option<&'e Protection<'a>>,
    /// The instance that was deleted.
    pub deleted: Option<&'e Resource<'a>>,
    /// The backup policy.
    pub policy: Option<&'e BackupPolicy<'a>>,
    /// The machine that is, or is to be, backed up.
    pub machine: Option<&'e VirtualMachine<'a>>,
    /// Why it was not read, where it was not.
    pub unread: Option<Reason>,
}

impl Subject<'_, '_> {
    /// Whether it belongs to a Recovery Services vault, as its id or its vault tells.
    pub fn is_recovery_services(&self) -> bool {
        self.vault_id.is_none_or(|vault| {
            id::type_of(vault).is_none_or(|kind| Kind::of_type(&kind) != Kind::BackupVault)
        })
    }
}

/// There is nothing to review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoSubject {
    /// The estate has no such resource, though the list that would show it was read.
    NotThere {
        /// What was asked for.
        on: String,
        /// What may have been meant.
        near: Option<String>,
    },
    /// The operation is not done to such a resource.
    WrongKind {
        /// What was asked for.
        on: String,
        /// What the operation is done to.
        wants: &'static str,
    },
    /// Nothing in the estate is selected.
    NothingSelected,
}

/// What operations are done to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    Datasource,
    Protection,
    Vault,
    Policy,
    Container,
}

fn class_of(operation: &str) -> Class {
    match operation {
        "enable-protection" => Class::Datasource,
        "disable-soft-delete"
        | "reduce-immutability"
        | "change-redundancy"
        | "delete-vault"
        | "remove-mua" => Class::Vault,
        "modify-policy" => Class::Policy,
        "unregister-container" => Class::Container,
        _ => Class::Protection,
    }
}

impl Class {
    const fn wants(self) -> &'static str {
        match self {
            Self::Datasource => "a machine or another datasource",
            Self::Protection => {
                "a protected item, a backup instance, a machine or a vault with such"
            }
            Self::Vault => "a vault",
            Self::Policy => "a backup policy",
            Self::Container => "a container of a Recovery Services vault",
        }
    }
}

/// What a request is about.
pub struct Subjects<'e, 'a> {
    /// Everything that was found, in the order in which the request says so, each once.
    pub found: Vec<Subject<'e, 'a>>,
    /// What may be meant besides and was not read.
    pub unlisted: Vec<Judged>,
}

/// Everything that a request is about.
///
/// # Errors
/// When a target does not exist, is of the wrong kind, or nothing is selected.
pub fn subjects<'e, 'a>(
    request: &'e Request,
    estate: &'e Estate<'a>,
) -> Result<Subjects<'e, 'a>, NoSubject> {
    let finder = Finder { request, estate, class: class_of(request.operation.id) };
    let (mut found, mut unlisted) = (Vec::new(), Vec::new());
    for target in &request.targets {
        let named = finder.named(target)?;
        // Of a vault of which nothing was read, that is said already.
        if finder.class == Class::Protection && named.iter().any(|subject| subject.item.is_some()) {
            unlisted.extend(estate.vault(target).and_then(listed::of_vault));
        }
        found.extend(named);
    }
    if let Some(select) = &request.select {
        let before = found.len();
        found.extend(finder.selected(select));
        let unread = listed::of_selection(select, finder.class, estate);
        let undecided = finder.undecided(select);
        if found.len() == before && unread.is_empty() && undecided.is_none() {
            return Err(NoSubject::NothingSelected);
        }
        unlisted.extend(unread.into_iter().chain(undecided));
    }
    let mut seen = BTreeSet::new();
    found.retain(|subject| seen.insert(subject.on.to_ascii_lowercase()));
    if found.is_empty() && unlisted.is_empty() {
        return Err(NoSubject::NothingSelected);
    }
    Ok(Subjects { found, unlisted })
}

struct Finder<'e, 'a> {
    request: &'e Request,
    estate: &'e Estate<'a>,
    class: Class,
}

impl<'e, 'a> Finder<'e, 'a> {
    fn named(&self, target: &'e str) -> Result<Vec<Subject<'e, 'a>>, NoSubject> {
        let kind = id::type_of(target).map_or(Kind::Other, |name| Kind::of_type(&name));
        let fits = match self.class {
            Class::Datasource => !is_of_backup(kind),
            Class::Protection => {
                kind.is_protection()
                    || kind.is_vault()
                    || kind == Kind::DeletedBackupInstance
                    || !is_of_backup(kind)
            }
            Class::Vault => kind.is_vault(),
            Class::Policy => is_policy(kind),
            Class::Container => kind == Kind::ProtectionContainer,
        };
        if !fits {
            return Err(NoSubject::WrongKind { on: target.to_owned(), wants: self.class.wants() });
        }
        let found = match self.class {
            Class::Datasource => self.datasource(target, kind).into_iter().collect(),
            Class::Protection if kind.is_vault() => self.in_vault(target),
            Class::Protection if !is_of_backup(kind) => self.of_datasource(target),
            _ => self.resource(target, kind).into_iter().collect(),
        };
        if !found.is_empty() {
            return Ok(found);
        }
        // What may be there and was not read is reviewed all the same: nothing of it is known.
        let unread = match self.class {
            Class::Protection if kind.is_vault() => {
                self.estate.vault(target).and_then(|vault| vault.items_read.err())
            }
            Class::Protection if !is_of_backup(kind) => self.items_unread(),
            _ => self.estate.exists(target).err(),
        };
        match unread {
            Some(reason) => Ok(vec![self.unread(target, kind, reason)]),
            None => Err(NoSubject::NotThere {
                on: target.to_owned(),
                near: suggestion(self.estate, target).map(str::to_owned),
            }),
        }
    }

    /// Whether an item of the subscription may not have been read.
    fn items_unread(&self) -> Option<Reason> {
        self.estate.vaults.iter().find_map(|vault| vault.items_read.err())
    }

    fn base(&self, on: &'e str, kind: Kind) -> Subject<'e, 'a> {
        let vault_id = id::vault_of(on);
        Subject {
            on,
            kind,
            vault: vault_id.and_then(|vault| self.estate.vault(vault)),
            vault_id,
            item: None,
            deleted: None,
            policy: None,
            machine: None,
            unread: None,
        }
    }

    fn unread(&self, on: &'e str, kind: Kind, reason: Reason) -> Subject<'e, 'a> {
        Subject { unread: Some(reason), ..self.base(on, kind) }
    }

    fn datasource(&self, on: &'e str, kind: Kind) -> Option<Subject<'e, 'a>> {
        let machine = self.estate.machine(on);
        if machine.is_none() && !self.estate.contains(on) {
            return None;
        }
        Some(self.to_enable(on, kind, machine))
    }

    fn to_enable(
        &self,
        on: &'e str,
        kind: Kind,
        machine: Option<&'e VirtualMachine<'a>>,
    ) -> Subject<'e, 'a> {
        let vault_id = self.request.arguments.vault.as_deref();
        let vault = vault_id.and_then(|vault| self.estate.vault(vault));
        let policy = self.policy_named(vault_id);
        Subject { vault, vault_id, policy, machine, ..self.base(on, kind) }
    }

    /// The policy that the request names, by its id or by its name in a vault.
    fn policy_named(&self, vault: Option<&str>) -> Option<&'e BackupPolicy<'a>> {
        let named = self.request.arguments.backup_policy.as_deref()?;
        if named.starts_with('/') {
            return self.estate.policy(named);
        }
        self.estate.policy(&format!("{}/backupPolicies/{named}", vault?))
    }

    fn of_item(&self, item: &'e Protection<'a>) -> Subject<'e, 'a> {
        Subject {
            item: Some(item),
            machine: self.estate.machine_of(item),
            policy: self.estate.policy_of(item),
            ..self.base(item.resource.id.as_str(), item.resource.kind)
        }
    }

    fn in_vault(&self, vault: &str) -> Vec<Subject<'e, 'a>> {
        let items = self.estate.protections_in(vault);
        items.filter(|item| self.is_meant(item)).map(|item| self.of_item(item)).collect()
    }

    fn of_datasource(&self, on: &str) -> Vec<Subject<'e, 'a>> {
        let id = crate::inventory::ResourceId::new(on);
        let items: Vec<_> =
            self.estate.protections_of(&id).map(|item| item.resource.id.as_str()).collect();
        let all = self.estate.protections.iter();
        all.filter(|item| items.iter().any(|known| id::same(known, item.resource.id.as_str())))
            .filter(|item| self.is_meant(item))
            .map(|item| self.of_item(item))
            .collect()
    }

    /// Of the items of a vault or machine: to undelete, the deleted ones; else those that are not.
    fn is_meant(&self, item: &Protection<'_>) -> bool {
        let undelete = self.request.operation.id == "undelete";
        item.is_soft_deleted().map_or(true, |deleted| deleted == undelete)
    }

    fn resource(&self, on: &str, kind: Kind) -> Option<Subject<'e, 'a>> {
        if kind.is_protection() {
            let found =
                self.estate.protections.iter().find(|item| id::same(item.resource.id.as_str(), on));
            return found.map(|item| self.of_item(item));
        }
        if kind.is_vault() {
            return self.estate.vault(on).map(|vault| self.of_vault(vault));
        }
        if is_policy(kind) {
            return self.estate.policy(on).map(|policy| self.of_policy(policy));
        }
        let found = self.estate.other(on)?;
        let deleted = (kind == Kind::DeletedBackupInstance).then_some(found);
        Some(Subject { deleted, ..self.base(found.id.as_str(), kind) })
    }

    fn of_vault(&self, vault: &'e Vault<'a>) -> Subject<'e, 'a> {
        self.base(vault.resource.id.as_str(), vault.resource.kind)
    }

    fn of_policy(&self, policy: &'e BackupPolicy<'a>) -> Subject<'e, 'a> {
        let base = self.base(policy.resource.id.as_str(), policy.resource.kind);
        Subject { policy: Some(policy), ..base }
    }

    fn selected(&self, select: &Select) -> Vec<Subject<'e, 'a>> {
        let estate = self.estate;
        match self.class {
            Class::Datasource => {
                let machines = estate.machines.iter();
                let wanted = machines.filter(|machine| {
                    select.takes(&machine.resource, None, None)
                        && select.has_name(machine.resource.id.name())
                        && select.has_tags(&[&machine.resource])
                });
                wanted
                    .map(|machine| {
                        let on = machine.resource.id.as_str();
                        self.to_enable(on, machine.resource.kind, Some(machine))
                    })
                    .collect()
            }
            Class::Protection => {
                let wanted = estate
                    .protections
                    .iter()
                    .filter(|item| self.is_meant(item) && self.item_is_selected(item, select));
                wanted.map(|item| self.of_item(item)).collect()
            }
            Class::Vault => {
                let wanted = estate.vaults.iter().filter(|vault| {
                    let id = vault.resource.id.as_str();
                    select.takes(&vault.resource, Some(id), None)
                        && select.has_name(vault.resource.id.name())
                        && select.has_tags(&[&vault.resource])
                });
                wanted.map(|vault| self.of_vault(vault)).collect()
            }
            Class::Policy => {
                let wanted = estate.policies.iter().filter(|policy| {
                    let id = policy.resource.id.as_str();
                    select.takes(&policy.resource, policy.resource.id.vault(), Some(id))
                        && select.has_name(policy.resource.id.name())
                        && select.tag.is_empty()
                });
                wanted.map(|policy| self.of_policy(policy)).collect()
            }
            Class::Container => {
                let all = estate.of_kind(Kind::ProtectionContainer);
                let wanted = all.filter(|container| {
                    select.takes(container, container.id.vault(), None)
                        && select.has_name(container.id.name())
                        && select.tag.is_empty()
                });
                wanted.map(|found| self.base(found.id.as_str(), found.kind)).collect()
            }
        }
    }

    fn item_is_selected(&self, item: &Protection<'_>, select: &Select) -> bool {
        let tagged = self.tagged(item);
        select.may_take(item) && select.takes_policy(policy_of(item)) && select.has_tags(&tagged)
    }

    /// An item, and what it protects: both have tags.
    fn tagged<'t>(&'t self, item: &'t Protection<'a>) -> Vec<&'t Resource<'a>> {
        let mut tagged: Vec<&Resource<'_>> = vec![&item.resource];
        tagged.extend(self.estate.machine_of(item).map(|machine| &machine.resource));
        tagged.extend(self.estate.other(datasource_of(item)));
        tagged
    }

    /// The items that would be selected if their backup policy or the tags of what they protect were those, and of
    /// which these were not read.
    fn undecided(&self, select: &Select) -> Option<Judged> {
        if self.class != Class::Protection {
            return None;
        }
        let mut reason = Reason::NotCollected;
        let mut names = Vec::new();
        for item in self.estate.protections.iter().filter(|item| self.is_meant(item)) {
            if !select.may_take(item) || self.item_is_selected(item, select) {
                continue;
            }
            let policy = match &item.policy {
                Fact::Unknown(why) if !select.policy.is_empty() => Some(*why),
                _ => None,
            };
            let tags = !select.tag.is_empty() && self.tagged(item).len() < 2;
            if policy.is_none() && !tags
                || policy.is_none() && !select.takes_policy(policy_of(item))
            {
                continue;
            }
            reason = policy.unwrap_or(reason);
            names.push(name_of_item(item));
        }
        listed::undecided(&names, reason)
    }
}

fn policy_of<'i>(item: &'i Protection<'_>) -> Option<&'i str> {
    match &item.policy {
        Fact::Known(policy) => Some(policy.as_ref()),
        Fact::Absent | Fact::Unknown(_) => None,
    }
}

/// What people call an item: its name behind the last semicolon.
pub(super) fn name_of_item<'i>(item: &'i Protection<'_>) -> &'i str {
    let name = item.resource.id.name();
    name.rsplit(';').next().unwrap_or(name)
}

fn is_policy(kind: Kind) -> bool {
    matches!(kind, Kind::RecoveryServicesPolicy | Kind::BackupVaultPolicy)
}

fn is_of_backup(kind: Kind) -> bool {
    kind.is_vault()
        || kind.is_protection()
        || is_policy(kind)
        || matches!(
            kind,
            Kind::DeletedBackupInstance
                | Kind::ProtectionContainer
                | Kind::RecoveryServicesPoint
                | Kind::BackupVaultPoint
                | Kind::ResourceGuard
        )
}
