//! What is asked about: the targets, and which action is needed at which scope.

use std::collections::BTreeSet;

use super::super::action::Action;
use super::super::operation::{Enforced, Operation, Place, Way};
use super::super::question::Question;
use super::super::scope::{ROOT, is_management_group};
use crate::inventory::{Estate, Kind, ResourceId, id};

/// One target.
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub on: String,
    pub kind: Kind,
    /// Any one of these ways will do, and each takes all its needs.
    pub ways: Vec<Vec<Need>>,
    /// Items of it that have assignments of their own.
    pub parts: Vec<String>,
    pub elsewhere: Vec<Enforced>,
    /// Whether anything of it was read.
    pub is_read: bool,
}

/// Any one of these actions is needed, each at its scope.
#[derive(Clone, Debug)]
pub(super) struct Need {
    pub any: Vec<(Action, String)>,
    /// Whether it is needed on the item.
    is_of_item: bool,
}

impl Need {
    /// The same for one item of the target.
    pub fn of_item(&self, item: &str) -> Self {
        if !self.is_of_item {
            return self.clone();
        }
        let any = self.any.iter().map(|(action, _)| (*action, item.to_owned())).collect();
        Self { any, is_of_item: true }
    }
}

/// There is nothing to ask about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoTarget {
    /// The text is no id.
    NoId(String),
    /// Nothing of the estate is there.
    Foreign(String),
    /// The operation is not described for this kind of vault.
    OtherKind(String),
    /// The estate has nothing of what the question is about.
    None,
}

/// The targets of these ids, or every one that the question is about.
pub(super) fn targets(
    estate: &Estate<'_>,
    question: &Question,
    on: &[String],
) -> Result<Vec<Target>, NoTarget> {
    let is_all = on.is_empty();
    let ids = if is_all { all(estate, question) } else { named(estate, on)? };
    if ids.is_empty() {
        return Err(NoTarget::None);
    }
    let target = |(on, kind): (String, Kind)| {
        let is_read = is_all || is_read(estate, &on);
        Ok(Target { is_read, ..Target::new(estate, question, on, kind, &Named::default())? })
    };
    ids.into_iter().map(target).collect()
}

/// One target with the scopes that somebody says of it.
pub(super) fn named_target(
    estate: &Estate<'_>,
    question: &Question,
    on: &str,
    named: &Named,
) -> Result<Target, NoTarget> {
    let kind = id::type_of(on).map_or(Kind::Other, |name| Kind::of_type(&name));
    Target::new(estate, question, on.to_owned(), kind, named)
}

/// Whether a scope holds other resources and is none itself: a subscription, a resource group, a
/// management group, the root.
pub(super) fn is_bare(scope: &str) -> bool {
    let parts = || scope.split('/').filter(|part| !part.is_empty());
    !parts().any(|part| part.eq_ignore_ascii_case("providers")) || is_management_group(scope)
}

/// Whether the resource was read, or anything below the scope.
fn is_read(estate: &Estate<'_>, scope: &str) -> bool {
    let is_bare = is_bare(scope);
    let is_it = |id: &str| if is_bare { id::is_within(id, scope) } else { id::same(id, scope) };
    scope == ROOT || estate.resources().any(|known| is_it(known.id.as_str()))
}

/// What to ask for instead of an id that was not read: the name of what is most like it and of its type, or
/// its id where it stands elsewhere. None if nothing is like it.
pub fn suggestion<'e>(estate: &'e Estate<'_>, wrong: &str) -> Option<&'e str> {
    let kind = id::type_of(wrong).map_or(Kind::Other, |name| Kind::of_type(&name));
    let name = id::name_of(wrong).to_ascii_lowercase();
    let likeness =
        |known: &str| strsim::jaro_winkler(&id::name_of(known).to_ascii_lowercase(), &name);
    let known = estate.resources().filter(|known| known.kind == kind && kind != Kind::Other);
    let nearest = known
        .map(|known| known.id.as_str())
        .map(|known| (likeness(known), is_beside(known, wrong), known))
        .filter(|(likeness, ..)| *likeness > 0.8)
        .max_by(|left, right| {
            let (likeness, place) = (left.0.total_cmp(&right.0), left.1.cmp(&right.1));
            likeness.then(place).then_with(|| right.2.cmp(left.2))
        });
    nearest.map(|(_, is_beside, known)| if is_beside { id::name_of(known) } else { known })
}

fn is_beside(one: &str, other: &str) -> bool {
    match (id::parent_of(one), id::parent_of(other)) {
        (Some(one), Some(other)) => id::same(one, other),
        (one, other) => one.is_none() && other.is_none(),
    }
}

fn named(estate: &Estate<'_>, on: &[String]) -> Result<Vec<(String, Kind)>, NoTarget> {
    let mut ids: Vec<(String, Kind)> = Vec::new();
    for text in on {
        let scope = if text.len() > 1 { text.strip_suffix('/').unwrap_or(text) } else { text };
        if !scope.starts_with('/') || scope.contains("//") {
            return Err(NoTarget::NoId(text.clone()));
        }
        if ids.iter().any(|(known, _)| id::same(known, scope)) {
            continue;
        }
        let read = estate.resources().find(|known| id::same(known.id.as_str(), scope));
        let found = match (read, id::subscription_of(scope)) {
            (Some(resource), _) => (resource.id.as_str().to_owned(), resource.kind),
            (None, Some(subscription)) => {
                let subscription = format!("/subscriptions/{subscription}");
                let mut there = estate.resources();
                if !there.any(|known| id::is_within(known.id.as_str(), &subscription)) {
                    return Err(NoTarget::Foreign(text.clone()));
                }
                let kind = id::type_of(scope).map_or(Kind::Other, |name| Kind::of_type(&name));
                (scope.to_owned(), kind)
            }
            (None, None) => (scope.to_owned(), Kind::Other),
        };
        ids.push(found);
    }
    Ok(ids)
}

/// Every vault or guard that the question is about, by id; for actions on neither, the subscriptions
/// that vaults are in.
fn all(estate: &Estate<'_>, question: &Question) -> Vec<(String, Kind)> {
    let vaults = |is_asked: &dyn Fn(bool) -> bool| -> Vec<(String, Kind)> {
        let vaults = estate.vaults.iter().filter(|vault| is_asked(vault.is_recovery_services()));
        vaults.map(|vault| (vault.resource.id.as_str().to_owned(), vault.resource.kind)).collect()
    };
    let guards = || {
        let guards = estate.of_kind(Kind::ResourceGuard);
        guards.map(|guard| (guard.id.as_str().to_owned(), guard.kind))
    };
    let mut found = match question {
        Question::Operation(operation) => {
            vaults(&|is_recovery_services| way_of(operation, is_recovery_services).is_some())
        }
        Question::Action(_, name) => {
            let name = name.to_ascii_lowercase();
            if name.starts_with("microsoft.recoveryservices/") {
                vaults(&|is_recovery_services| is_recovery_services)
            } else if name.starts_with("microsoft.dataprotection/backupvaults/") {
                vaults(&|is_recovery_services| !is_recovery_services)
            } else if name.starts_with("microsoft.dataprotection/") {
                guards().collect()
            } else if name.starts_with("microsoft.authorization/") {
                vaults(&|_| true).into_iter().chain(guards()).collect()
            } else {
                let every = vaults(&|_| true);
                let of = |(vault, _): &(String, Kind)| {
                    id::subscription_of(vault).map(|found| format!("/subscriptions/{found}"))
                };
                let subscriptions: BTreeSet<String> = every.iter().filter_map(of).collect();
                subscriptions.into_iter().map(|found| (found, Kind::Subscription)).collect()
            }
        }
    };
    found.sort_by_cached_key(|(id, _)| id.to_ascii_lowercase());
    found
}

/// How an operation is done with one kind of vault.
pub(super) fn way_of(operation: &Operation, is_recovery_services: bool) -> Option<&Way> {
    operation.way(is_recovery_services)
}

/// Whether a type belongs to Recovery Services vaults, or else to Backup vaults.
pub(super) fn is_recovery_services(kind: Kind) -> Option<bool> {
    match kind {
        Kind::RecoveryServicesVault | Kind::ProtectedItem => Some(true),
        Kind::BackupVault | Kind::BackupInstance => Some(false),
        _ => None,
    }
}

impl Target {
    fn new(
        estate: &Estate<'_>,
        question: &Question,
        on: String,
        kind: Kind,
        named: &Named,
    ) -> Result<Self, NoTarget> {
        let operation = match question {
            Question::Operation(operation) => operation,
            Question::Action(action, _) => {
                let is_of_item = is_on_item(*action) && kind.is_vault();
                let need = Need { any: vec![(*action, on.clone())], is_of_item };
                let parts = if is_of_item { parts(estate, &on) } else { Vec::new() };
                let ways = vec![vec![need]];
                return Ok(Self { on, kind, ways, parts, elsewhere: Vec::new(), is_read: true });
            }
        };
        let ways: Vec<&Way> = if let Some(is_recovery_services) = is_recovery_services(kind) {
            let way = way_of(operation, is_recovery_services);
            vec![way.ok_or_else(|| NoTarget::OtherKind(on.clone()))?]
        } else {
            let ways = [&operation.recovery_services, &operation.backup_vault];
            ways.into_iter().flatten().collect()
        };
        let places = Places::new(estate, &on, kind, named);
        let mut elsewhere = Vec::new();
        let mut all = Vec::new();
        for way in ways {
            let mut needs = Vec::new();
            for any in way.needs {
                let known: Vec<(Action, String)> = any
                    .iter()
                    .filter_map(|enforced| Some((enforced.action, places.of(enforced.on)?)))
                    .collect();
                if known.is_empty() {
                    elsewhere.extend(any.iter().copied());
                } else {
                    let is_of_item = any.iter().any(|enforced| enforced.on == Place::Item);
                    needs.push(Need { any: known, is_of_item });
                }
            }
            if !needs.is_empty() {
                all.push(needs);
            }
        }
        let is_of_item = all.iter().flatten().any(|need| need.is_of_item);
        let parts = if kind.is_vault() && is_of_item { parts(estate, &on) } else { Vec::new() };
        Ok(Self { on, kind, ways: all, parts, elsewhere, is_read: true })
    }
}

fn is_on_item(action: Action) -> bool {
    super::super::operation::OPERATIONS
        .iter()
        .flat_map(|operation| [&operation.recovery_services, &operation.backup_vault])
        .flatten()
        .flat_map(Way::actions)
        .any(|enforced| enforced.action == action && enforced.on == Place::Item)
}

/// Scopes below a vault that have assignments of their own.
fn parts(estate: &Estate<'_>, vault: &str) -> Vec<String> {
    let kinds = [Kind::RoleAssignment, Kind::RoleEligibilityInstance, Kind::RoleAssignmentInstance];
    let assigned = kinds.into_iter().flat_map(|kind| estate.below(vault, kind));
    let scopes = assigned.filter_map(|resource| id::parent_of(resource.id.as_str()));
    let mut found: Vec<String> =
        scopes.filter(|scope| !id::same(scope, vault)).map(str::to_owned).collect();
    found.sort_by_cached_key(|scope| scope.to_ascii_lowercase());
    found.dedup_by(|one, other| id::same(one, other));
    found
}

/// Scopes that a target does not tell, where somebody says them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Named {
    /// The machine that is, or is to be, backed up.
    pub source_machine: Option<String>,
    /// The resource group that is restored to.
    pub target_group: Option<String>,
    /// The subnet that a restored machine joins.
    pub target_subnet: Option<String>,
    /// The storage account that a restore is staged in.
    pub staging_account: Option<String>,
}

/// The scopes that play the parts of an operation.
struct Places<'t> {
    on: &'t str,
    vault: Option<&'t str>,
    machine: Option<String>,
    named: &'t Named,
    is_general: bool,
}

impl<'t> Places<'t> {
    fn new(estate: &Estate<'_>, on: &'t str, kind: Kind, named: &'t Named) -> Self {
        let is_general = is_recovery_services(kind).is_none();
        let item = estate
            .protections
            .iter()
            .find(|item| kind.is_protection() && id::same(item.resource.id.as_str(), on));
        let machine = item.and_then(|item| estate.machine_of(item));
        let machine = machine.map(|machine| machine.resource.id.as_str().to_owned());
        let machine = named.source_machine.clone().or(machine);
        Self { on, vault: id::vault_of(on), machine, named, is_general }
    }

    /// Where a part is played; none where the target does not tell.
    fn of(&self, place: Place) -> Option<String> {
        if self.is_general {
            return Some(self.on.to_owned());
        }
        match place {
            Place::Item => Some(self.on.to_owned()),
            Place::Vault => self.vault.map(str::to_owned),
            Place::VaultGroup => ResourceId::new(self.on).resource_group_id().map(str::to_owned),
            Place::Subscription => {
                id::subscription_of(self.on).map(|found| format!("/subscriptions/{found}"))
            }
            Place::SourceMachine => self.machine.clone(),
            Place::TargetGroup => self.named.target_group.clone(),
            Place::TargetSubnet => self.named.target_subnet.clone(),
            Place::StagingAccount => self.named.staging_account.clone(),
            Place::Guard => None,
        }
    }
}
