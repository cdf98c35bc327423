//! What is in the way of an operation although a role allows it: deny assignments, Resource Guards,
//! locks, immutability.

use std::collections::{BTreeMap, BTreeSet};

use super::super::action::{Action, Actions, sets};
use super::super::directory::PrincipalId;
use super::super::effective::{Effective, Held as HeldActions};
use super::super::lock::{Hold, hold};
use super::super::operation::{Firmness, Held, OPERATIONS, Way};
use super::super::question::Question;
use super::inquiry::Inquiry;
use super::target::{Need, is_recovery_services, way_of};
use super::{Effect, Gap};
use crate::inventory::{Fact, GuardFlag, Kind, Reason, ResourceGuard, Vault, View as _, id};

/// Something in the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block<'e> {
    /// What.
    pub obstacle: Obstacle<'e>,
    /// Whether it surely is in the way.
    pub is_certain: bool,
}

/// What is in the way, and who could clear it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Obstacle<'e> {
    /// A deny assignment takes it from somebody who has a role for it.
    Deny {
        /// The deny assignment's id.
        assignment: &'e str,
        /// Its scope.
        scope: &'e str,
        /// From whom.
        principals: Vec<PrincipalId>,
    },
    /// A Resource Guard holds it until somebody approves.
    Mua {
        /// The guard's id; none where the vault only says that there is one.
        guard: Option<String>,
        /// The operations of the guard that it falls under.
        operations: Vec<&'static str>,
        /// Who could approve.
        approvers: Vec<(PrincipalId, Effect)>,
        /// Who could take the operation out of what the guard holds, or delete the guard.
        controllers: Vec<(PrincipalId, Effect)>,
    },
    /// A management lock.
    Lock {
        /// The lock's id.
        id: String,
        /// Its level.
        level: String,
        /// Who could remove it.
        removers: Vec<(PrincipalId, Effect)>,
    },
    /// The vault is immutable.
    Immutability {
        /// `Locked` or `Unlocked`.
        state: String,
    },
}

impl Obstacle<'_> {
    /// The word of reports.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Deny { .. } => "deny",
            Self::Mua { .. } => "mua",
            Self::Lock { .. } => "lock",
            Self::Immutability { .. } => "immutability",
        }
    }
}

impl Block<'_> {
    /// Whether it stands in the way of those only whom it names.
    pub fn is_denial(&self) -> bool {
        matches!(self.obstacle, Obstacle::Deny { .. })
    }

    /// Whether a principal could approve it itself.
    pub(super) fn is_approved_by(&self, principal: PrincipalId) -> bool {
        let Obstacle::Mua { approvers, .. } = &self.obstacle else { return false };
        approvers
            .iter()
            .any(|(approver, effect)| *approver == principal && *effect <= Effect::CanGrant)
    }
}

impl<'e> Inquiry<'_, 'e, '_> {
    /// Everything that is in the way, in this order: denied, held, locked, immutable.
    pub(super) fn blocks(&mut self) -> Vec<Block<'e>> {
        let mut blocks = self.denied();
        let estate = self.estate;
        let vault = is_recovery_services(self.target.kind)
            .and_then(|_| estate.vault(id::vault_of(&self.target.on)?));
        if let Some(vault) = vault {
            self.add_guards(vault, &mut blocks);
        }
        self.add_locks(&mut blocks);
        if let Some(vault) = vault {
            self.add_immutability(vault, &mut blocks);
        }
        blocks
    }

    /// Deny assignments that take it from those who have a role for it.
    fn denied(&self) -> Vec<Block<'e>> {
        let index = self.access.index();
        if index.denials.is_empty() {
            return Vec::new();
        }
        let mut found: BTreeMap<(&str, &str), (BTreeSet<PrincipalId>, bool)> = BTreeMap::new();
        for (action, scope) in self.target.ways.iter().flatten().flat_map(|need: &Need| &need.any) {
            let wanted = Actions::of(&[*action]);
            let lineage = self.access.lineage(scope);
            let denials = index.denials_over(&lineage);
            if !denials.iter().any(|(denial, _)| denial.about().intersects(wanted)) {
                continue;
            }
            let mut assigned = BTreeSet::new();
            for (grant, _) in index.grants_over(&lineage) {
                if !index.grants.held(grant).all().intersects(wanted) {
                    continue;
                }
                if index.directory.is_leaf(grant.principal) {
                    assigned.insert(grant.principal);
                } else {
                    let leaves = &index.directory.expand(grant.principal).leaves;
                    assigned.extend(leaves.iter().map(|(leaf, _)| *leaf));
                }
            }
            for principal in assigned {
                for taken in self.access.denials(scope, principal, wanted) {
                    let entry = found.entry((taken.assignment, taken.scope));
                    let (principals, is_certain) = entry.or_insert((BTreeSet::new(), true));
                    principals.insert(principal);
                    *is_certain &= taken.surely.includes(wanted);
                }
            }
        }
        let block =
            |((assignment, scope), (principals, is_certain)): ((_, _), (BTreeSet<_>, _))| {
                let principals = principals.into_iter().collect();
                Block { obstacle: Obstacle::Deny { assignment, scope, principals }, is_certain }
            };
        found.into_iter().map(block).collect()
    }

    /// The operations of a guard that the question falls under.
    fn held_operations(&self, is_recovery_services: bool) -> Vec<Held> {
        match self.question {
            Question::Operation(operation) => way_of(operation, is_recovery_services)
                .map(|way| way.guard.held().to_vec())
                .unwrap_or_default(),
            Question::Action(_, name) => {
                let ways =
                    OPERATIONS.iter().filter_map(|found| way_of(found, is_recovery_services));
                let mut held: Vec<Held> = Vec::new();
                for known in ways.flat_map(|way: &Way| way.guard.held()) {
                    if known.key.eq_ignore_ascii_case(name) && !held.contains(known) {
                        held.push(*known);
                    }
                }
                held
            }
        }
    }

    fn add_guards(&mut self, vault: &Vault<'_>, blocks: &mut Vec<Block<'e>>) {
        let held = self.held_operations(vault.is_recovery_services());
        if held.is_empty() {
            return;
        }
        let mut guards: Vec<String> = vault.guards().map(std::borrow::Cow::into_owned).collect();
        guards.sort();
        guards.dedup();
        let vault_id = vault.resource.id.as_str();
        if guards.is_empty() {
            let links_read = matches!(vault.guard_links, Fact::Known(_));
            match vault.guard_flag() {
                Fact::Known(GuardFlag::On) => {
                    let operations = held.iter().map(|held| held.key).collect();
                    let (approvers, controllers) = (Vec::new(), Vec::new());
                    let obstacle =
                        Obstacle::Mua { guard: None, operations, approvers, controllers };
                    blocks.push(Block { obstacle, is_certain: !links_read });
                    let message = "the vault says that a Resource Guard holds it, but not which: who \
                                   could approve is not known";
                    self.add_gap(vault_id, guard_link(vault), Reason::NotCollected, message);
                }
                Fact::Unknown(reason) if !links_read => {
                    let message = "whether a Resource Guard holds it was not read";
                    self.add_gap(vault_id, guard_link(vault), reason, message);
                }
                _ => {}
            }
        }
        for guard in guards {
            self.add_guard(&guard, &held, blocks);
        }
    }

    fn add_guard(&mut self, guard: &str, held: &[Held], blocks: &mut Vec<Block<'e>>) {
        let read = self.estate.other(guard).map(|resource| ResourceGuard::read(resource.clone()));
        let excluded = if let Some(Ok(read)) = &read {
            read.excluded_operations.as_slice()
        } else {
            let message = "the Resource Guard was not read: it may leave the operation out";
            let kind = Kind::ResourceGuard.type_name();
            self.add_gap(guard, kind, Reason::NotCollected, message);
            &[]
        };
        let is_left_out = |held: &Held| {
            held.firmness != Firmness::Mandatory
                && excluded.iter().any(|key| key.eq_ignore_ascii_case(held.key))
        };
        let holding: Vec<&Held> = held.iter().filter(|held| !is_left_out(held)).collect();
        if holding.is_empty() {
            return;
        }
        let is_certain = matches!(read, Some(Ok(_)))
            || holding.iter().any(|held| held.firmness == Firmness::Mandatory);
        let is_selected = holding.iter().all(|held| held.firmness != Firmness::WhenSelected);
        self.look_at(guard);
        let approvals =
            holding.iter().map(|held| held.approvals()).fold(Actions::NONE, Actions::union);
        let obstacle = Obstacle::Mua {
            guard: Some(guard.to_owned()),
            operations: holding.iter().map(|held| held.key).collect(),
            approvers: self.who(guard, approvals),
            controllers: self.who(guard, sets::GUARD_CONTROL),
        };
        blocks.push(Block { obstacle, is_certain: is_certain && is_selected });
    }

    /// Whoever holds one of these actions at a scope, or could give it to itself.
    fn who(&self, scope: &str, wanted: Actions) -> Vec<(PrincipalId, Effect)> {
        let at = self.access.at(scope);
        let effect = |held: HeldActions| {
            let direct = held.strength_of_any(wanted).map(Effect::of);
            let grant = held.strength_of_any(sets::GRANT).map(Effect::of_grant);
            direct.into_iter().chain(grant).min()
        };
        let holders = Effective::holders(&at).iter();
        let mut found: Vec<(PrincipalId, Effect)> =
            holders.filter_map(|holder| Some((holder.principal, effect(holder.held)?))).collect();
        found.sort_by_key(|(principal, effect)| (*effect, *principal));
        found
    }

    fn add_locks(&mut self, blocks: &mut Vec<Block<'e>>) {
        let actions: Vec<(Action, String)> = self
            .question
            .actions()
            .into_iter()
            .map(|(action, name)| (action, name.to_owned()))
            .collect();
        let locks = self.estate.locks_over(&self.target.on);
        let mut is_asked = false;
        for lock in &locks.found {
            let holds = |(action, name): &(Action, String)| hold(lock, *action, name);
            let held: Vec<Hold> = actions.iter().filter_map(holds).collect();
            if held.is_empty() {
                continue;
            }
            is_asked = true;
            let id = lock.resource.id.as_str();
            let scope = id::parent_of(id).unwrap_or(id).to_owned();
            let obstacle = Obstacle::Lock {
                id: id.to_owned(),
                level: lock.level.as_ref().known().map(ToString::to_string).unwrap_or_default(),
                removers: self.who(&scope, Actions::of(&[Action::LOCK_DELETE])),
            };
            blocks.push(Block {
                obstacle,
                is_certain: held.into_iter().all(|hold| hold == Hold::Surely),
            });
        }
        if let Some(reason) = locks.unread.filter(|_| !is_asked)
            && actions.iter().any(|(_, name)| !is_verb(name, "read"))
        {
            let message = "not every list of locks was read: one may be in the way";
            let on = self.target.on.clone();
            self.add_gap(&on, Kind::Lock.type_name(), reason, message);
        }
    }

    fn add_immutability(&mut self, vault: &Vault<'_>, blocks: &mut Vec<Block<'e>>) {
        let (is_asked, is_certain, only_locked) = match self.question {
            Question::Operation(operation) => match operation.id {
                "stop-delete-data" => (true, true, false),
                "reduce-immutability" => (true, true, true),
                // Only while there are points, or when it shortens what they are kept for.
                "delete-vault" | "modify-policy" => (true, false, false),
                _ => (false, false, false),
            },
            Question::Action(action, _) => match *action {
                Action::ITEM_DELETE | Action::INSTANCE_DELETE => (true, true, false),
                Action::VAULT_DELETE | Action::BACKUP_VAULT_DELETE => (true, false, false),
                _ => (false, false, false),
            },
        };
        if !is_asked {
            return;
        }
        match vault.resource.text("properties.securitySettings.immutabilitySettings.state") {
            Fact::Known(state) => {
                let is = |name: &str| state.eq_ignore_ascii_case(name);
                if is("Locked") || is("Unlocked") && !only_locked {
                    blocks.push(Block { obstacle: Obstacle::Immutability { state }, is_certain });
                } else if !is("Unlocked") && !is("Disabled") {
                    let message =
                        "the vault's immutability has a value that this version does not know";
                    self.add_gap(
                        vault.resource.id.as_str(),
                        vault.resource.kind.type_name(),
                        Reason::UnrecognisedValue,
                        message,
                    );
                }
            }
            Fact::Absent => {}
            Fact::Unknown(reason) => {
                let message = "the vault's immutability was not read: it may be in the way";
                let (vault, kind) = (vault.resource.id.as_str(), vault.resource.kind.type_name());
                self.add_gap(vault, kind, reason, message);
            }
        }
    }

    fn add_gap(&mut self, scope: &str, kind: &'static str, reason: Reason, message: &str) {
        self.may_be_blocked = true;
        let (scope, message) = (scope.to_owned(), message.to_owned());
        self.gaps.insert(Gap { scope, kind, reason, message });
    }
}

fn guard_link(vault: &Vault<'_>) -> &'static str {
    if vault.is_recovery_services() {
        Kind::RecoveryServicesGuardLink.type_name()
    } else {
        Kind::BackupVaultGuardLink.type_name()
    }
}

fn is_verb(name: &str, verb: &str) -> bool {
    name.rsplit('/').next().is_some_and(|last| last.eq_ignore_ascii_case(verb))
}
