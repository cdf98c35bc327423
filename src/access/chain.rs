//! Chains: how a principal comes to hold an action, from the assignment down to the group it is in.

use std::borrow::Cow;

use super::action::Actions;
use super::assignment::{Grant, Tenure, scope_of};
use super::directory::PrincipalId;
use super::doubt::{Doubt, Missing};
use super::effective::Held;
use super::index::Access;
use super::scope::Lineage;
use crate::inventory::{Fact, Kind, RoleAssignment, RoleScheduleInstance, View as _};

/// One way in which a principal holds actions at a scope.
#[derive(Clone, Debug)]
pub struct Chain<'e, 'a> {
    /// The id of the role assignment, or of the schedule instance that stands for it.
    pub assignment: &'e str,
    /// The id of the role definition.
    pub role: Cow<'a, str>,
    /// The name of the role, if its definition was read.
    pub role_name: Option<&'e str>,
    /// Where the role is assigned.
    pub scope: Cow<'a, str>,
    /// From the group that is assigned down to the one that the principal is in; empty if it is assigned
    /// itself.
    pub groups: Vec<PrincipalId>,
    /// What this way gives of the wanted actions, less what is denied.
    pub held: Held,
    /// Whether it takes an activation.
    pub is_eligible: bool,
    /// The condition of the assignment.
    pub condition: Option<Cow<'a, str>>,
    /// For how long.
    pub tenure: Tenure,
    /// Why this way may not hold.
    pub doubt: Option<Doubt>,
}

impl Chain<'_, '_> {
    /// What it gives somebody, in words after the id of the assignment: the role, its scope, the way through
    /// groups and for how long.
    pub fn says(&self, principal: PrincipalId, access: Access<'_, '_>) -> String {
        let who = access.principal(principal).label();
        let role = self.role_name.unwrap_or(&self.role);
        let groups: Vec<String> =
            self.groups.iter().map(|group| access.principal(*group).label()).collect();
        let through = match groups.as_slice() {
            [] => String::new(),
            [group] => format!(" through the group {group}"),
            groups => format!(" through the groups {}", groups.join(" and ")),
        };
        let activation = if self.is_eligible { " after an activation" } else { "" };
        let tenure = match self.tenure {
            Tenure::Until(time) => format!(" until {time}"),
            Tenure::Activated(Some(time)) => format!(", activated until {time}"),
            Tenure::Activated(None) => ", activated".to_owned(),
            Tenure::Permanent | Tenure::Unknown(_) => String::new(),
        };
        let condition = if self.condition.is_some() { " under a condition" } else { "" };
        let scope = &self.scope;
        format!("gives {who} {role} at {scope}{through}{activation}{tenure}{condition}")
    }
}

/// What the body of an assignment or a schedule instance says.
struct Said<'a> {
    role: Fact<Cow<'a, str>>,
    scope: Fact<Cow<'a, str>>,
    condition: Fact<Cow<'a, str>>,
}

impl<'e, 'a> Access<'e, 'a> {
    /// How a principal holds some of these actions at a scope; sorted by the id of the assignment.
    pub fn chains(
        &self,
        scope: &str,
        principal: PrincipalId,
        wanted: Actions,
    ) -> Vec<Chain<'e, 'a>> {
        let lineage = self.lineage(scope);
        let denied = self.denied(&lineage, scope, principal);
        let index = self.index();
        let mut chains = Vec::new();
        for (grant, is_certain) in index.grants_over(&lineage) {
            let given = index.grants.held(grant);
            let given = if is_certain { given } else { given.in_doubt() };
            let held = given.less(&denied).only(wanted);
            if held.is_empty() {
                continue;
            }
            let Some(groups) = index.directory.path(grant.principal, principal) else { continue };
            let Some(assigned) = self.assigned(grant, is_certain, &lineage) else { continue };
            chains.push(Chain { groups, held, ..assigned });
        }
        chains.sort_by_key(|chain| chain.assignment.to_ascii_lowercase());
        chains
    }

    /// What a grant says of itself, before anybody is found behind it.
    pub(super) fn assigned(
        &self,
        grant: &Grant,
        is_certain: bool,
        lineage: &Lineage<'_>,
    ) -> Option<Chain<'e, 'a>> {
        let index = self.index();
        let resource = self.estate().others.get(grant.source as usize)?;
        let said = said_by(resource)?;
        let place = match said.scope {
            Fact::Known(scope) if !scope.is_empty() => scope,
            _ => Cow::Owned(scope_of(resource).to_owned()),
        };
        let role = said.role.known().unwrap_or_default();
        let definition = index.grants.role(grant);
        let unread = definition.unread.map(|reason| Doubt {
            missing: Missing::RoleDefinition,
            scope: role.to_string(),
            reason,
        });
        let elsewhere = lineage.unknown.filter(|_| !is_certain).map(|reason| Doubt {
            missing: Missing::ManagementGroups,
            scope: place.to_string(),
            reason,
        });
        Some(Chain {
            assignment: resource.id.as_str(),
            role,
            role_name: definition.name.as_deref(),
            tenure: self.tenure(grant, &place),
            scope: place,
            groups: Vec::new(),
            held: Held::NOTHING,
            is_eligible: grant.is_eligible,
            condition: said.condition.known().filter(|text| !text.trim().is_empty()),
            doubt: unread.or(elsewhere),
        })
    }
}

fn said_by<'a>(resource: &crate::inventory::Resource<'a>) -> Option<Said<'a>> {
    if resource.kind == Kind::RoleAssignment {
        let read = RoleAssignment::read(resource.clone()).ok()?;
        return Some(Said { role: read.role, scope: read.scope, condition: read.condition });
    }
    let read = RoleScheduleInstance::read(resource.clone()).ok()?;
    Some(Said { role: read.role, scope: read.scope, condition: read.condition })
}
