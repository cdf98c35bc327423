//! Operators: what somebody lacks for an operation on a vault.
//!
//! The places of an operation that a vault does not tell (the machine, the target of a restore, the staging
//! account) count as covered where somebody holds the action anywhere: which of them is meant, nothing says.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use super::action::{ActionTable, Actions};
use super::built_in::BUILT_IN_ROLES;
use super::directory::{Expansion, PrincipalId};
use super::effective::{Held, Strength};
use super::index::Access;
use super::operation::{Enforced, Minimum, Place};
use super::scope::ROOT;
use crate::inventory::{Kind, Reason, ResourceId, id};

/// What one principal lacks.
#[derive(Debug, Default)]
pub struct Shortfall {
    /// Each need that it does not meet: any one of these would be enough.
    pub lacks: Vec<Vec<Enforced>>,
    /// Why it is not certain that it meets the others.
    pub doubt: Option<(Reason, String)>,
}

/// What somebody holds, and what it may hold as a member of groups that nobody can list.
#[derive(Clone, Copy, Debug, Default)]
struct Holding {
    own: Held,
    as_member: Held,
}

/// What principals hold at any scope at all, kept for a run.
#[derive(Debug, Default)]
pub(super) struct Anywhere(RwLock<HashMap<PrincipalId, Holding>>);

/// What the built-in roles of a minimum allow: of roles on a vault what means anything on its kind, of
/// others what is no backup action.
pub fn needs_of(minimum: &Minimum, is_recovery_services: bool) -> Vec<Vec<Enforced>> {
    let mut needs = Vec::new();
    for grant in minimum.grants {
        let role = BUILT_IN_ROLES.iter().find(|role| role.name == grant.role);
        let allowed = role.map_or(Actions::NONE, |role| role.allowed().always);
        let matters = |name: &str| {
            let vaults = name.starts_with("Microsoft.RecoveryServices/");
            let instances = name.starts_with("Microsoft.DataProtection/");
            match grant.on {
                Place::Vault | Place::VaultGroup | Place::Item | Place::Subscription => {
                    if is_recovery_services {
                        vaults
                    } else {
                        instances
                    }
                }
                Place::SourceMachine
                | Place::TargetGroup
                | Place::TargetSubnet
                | Place::StagingAccount
                | Place::Guard => !vaults && !instances,
            }
        };
        let actions = allowed.iter().filter(|action| matters(ActionTable::CLOSED.name(*action)));
        needs.extend(actions.map(|action| vec![Enforced { action, on: grant.on }]));
    }
    needs
}

impl Access<'_, '_> {
    /// What a principal lacks of some needs on a vault; of each need any one action is enough.
    pub fn shortfall<'n>(
        &self,
        object: &str,
        vault: &str,
        needs: impl IntoIterator<Item = &'n [Enforced]>,
    ) -> Shortfall {
        let principal = self.find(object);
        let mut shortfall = Shortfall::default();
        for need in needs {
            let ways = need.iter().map(|enforced| self.holding(principal, vault, *enforced));
            let ways: Vec<(Option<Strength>, bool)> = ways.collect();
            let strongest = ways.iter().filter_map(|(strength, _)| *strength).min();
            let doubt = match (strongest, principal) {
                (Some(Strength::Allowed | Strength::Eligible), _) => continue,
                (Some(strength), Some(principal)) => Some(self.in_doubt(principal, strength)),
                _ if ways.iter().any(|(_, as_member)| *as_member) => Some((
                    Reason::NotCollected,
                    "a group that holds the role was read without its members".to_owned(),
                )),
                _ => self.unread_of(need, vault).or_else(|| self.in_part(principal, vault, need)),
            };
            match doubt {
                None => shortfall.lacks.push(need.to_vec()),
                Some(doubt) => {
                    shortfall.doubt.get_or_insert(doubt);
                }
            }
        }
        shortfall
    }

    /// How surely somebody holds an action where it is needed, and whether as a member of a group that
    /// nobody can list.
    fn holding(
        &self,
        principal: Option<PrincipalId>,
        vault: &str,
        enforced: Enforced,
    ) -> (Option<Strength>, bool) {
        let holding = match scope_of(enforced.on, vault) {
            Some(scope) => self.holding_at(&scope, principal),
            None => self.anywhere(principal),
        };
        let as_member = holding.as_member.strength(enforced.action).is_some();
        (holding.own.strength(enforced.action), as_member)
    }

    fn holding_at(&self, scope: &str, principal: Option<PrincipalId>) -> Holding {
        let lineage = self.lineage(scope);
        let index = self.index();
        let mut holding = Holding::default();
        for (grant, is_certain) in index.grants_over(&lineage) {
            let held = index.grants.held(grant);
            let held = if is_certain { held } else { held.in_doubt() };
            holding.add(self.membership(grant.principal, principal), held);
        }
        if let Some(principal) = principal {
            let denied = self.denied(&lineage, scope, principal);
            holding.own = holding.own.less(&denied);
            holding.as_member = holding.as_member.less(&denied);
        }
        holding
    }

    /// What somebody holds at any scope at all; denials, which nobody can create by hand, aside.
    fn anywhere(&self, principal: Option<PrincipalId>) -> Holding {
        let known = &self.index().anywhere.0;
        let Some(principal) = principal else { return self.search_everywhere(None) };
        let found = known.read().unwrap_or_else(PoisonError::into_inner).get(&principal).copied();
        found.unwrap_or_else(|| {
            let holding = self.search_everywhere(Some(principal));
            known.write().unwrap_or_else(PoisonError::into_inner).insert(principal, holding);
            holding
        })
    }

    fn search_everywhere(&self, principal: Option<PrincipalId>) -> Holding {
        let grants = &self.index().grants;
        let mut holding = Holding::default();
        for grant in &grants.list {
            holding.add(self.membership(grant.principal, principal), grants.held(grant));
        }
        holding
    }

    /// Whether a principal is the one that is assigned or behind it: `None` if nobody can tell.
    fn membership(&self, assigned: PrincipalId, principal: Option<PrincipalId>) -> Option<bool> {
        if principal == Some(assigned) {
            return Some(true);
        }
        let directory = &self.index().directory;
        if directory.is_leaf(assigned) {
            return Some(false);
        }
        let Expansion { leaves, groups } = directory.expand(assigned);
        let is_in = |list: &[(PrincipalId, PrincipalId)]| {
            principal.is_some_and(|it| list.binary_search_by_key(&it, |(known, _)| *known).is_ok())
        };
        if is_in(leaves) || is_in(groups) {
            return Some(true);
        }
        let is_open = leaves.iter().any(|(leaf, _)| self.principal(*leaf).is_group());
        (!is_open).then_some(false)
    }

    /// What was not read of the places where a need is asked for.
    fn unread_of(&self, need: &[Enforced], vault: &str) -> Option<(Reason, String)> {
        need.iter().find_map(|enforced| {
            let scope = scope_of(enforced.on, vault);
            let list = self.unread_list(scope.as_deref().unwrap_or(vault), true);
            if let Some(doubt) = list {
                return Some((doubt.reason, self.say(&doubt)));
            }
            let reason = self.estate().coverage.gap_of(ROOT, Kind::RoleAssignment)?;
            let says = "role assignments at some scopes were not read".to_owned();
            scope.is_none().then_some((reason, says))
        })
    }

    /// Whether somebody holds it on parts of the vault only.
    fn in_part(
        &self,
        principal: Option<PrincipalId>,
        vault: &str,
        need: &[Enforced],
    ) -> Option<(Reason, String)> {
        let estate = self.estate();
        let kinds = [Kind::RoleAssignment, Kind::RoleEligibilityInstance];
        let assigned = kinds.into_iter().flat_map(|kind| estate.below(vault, kind));
        let scopes = assigned.filter_map(|resource| id::parent_of(resource.id.as_str()));
        let mut below = scopes.filter(|scope| !id::same(scope, vault));
        let holds = |scope: &str| {
            let held = self.holding_at(scope, principal).own;
            need.iter().any(|it| it.on == Place::Item && held.strength(it.action).is_some())
        };
        let part = below.find(|scope| holds(scope))?;
        Some((
            Reason::Conditional,
            format!("it holds the role on parts of the vault, such as {part}"),
        ))
    }
}

impl Holding {
    fn add(&mut self, is_member: Option<bool>, held: Held) {
        match is_member {
            Some(true) => self.own = self.own.and(held),
            Some(false) => {}
            None => self.as_member = self.as_member.and(held),
        }
    }
}

/// The scope of a place that a vault tells.
fn scope_of(place: Place, vault: &str) -> Option<String> {
    match place {
        Place::Vault | Place::Item => Some(vault.to_owned()),
        Place::VaultGroup => ResourceId::new(vault).resource_group_id().map(str::to_owned),
        Place::Subscription => {
            id::subscription_of(vault).map(|found| format!("/subscriptions/{found}"))
        }
        Place::SourceMachine
        | Place::TargetGroup
        | Place::TargetSubnet
        | Place::StagingAccount
        | Place::Guard => None,
    }
}
