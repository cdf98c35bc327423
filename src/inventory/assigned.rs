//! Where a role is assigned, as far as that was read.

use std::collections::HashMap;

use super::{Estate, Fact, Kind, Reason, Resource, id};

const ROLE: &str = "properties.roleDefinitionId";
const ASSIGNABLE: &str = "properties.assignableScopes[]";

/// Positions of role assignments by the last segment of the role's id, which is the same in every scope.
#[derive(Debug, Default)]
pub(super) struct Assigned {
    by_role: HashMap<String, Vec<u32>>,
    /// Of which the role is unknown.
    unclear: Option<Reason>,
}

impl Assigned {
    fn new(estate: &Estate<'_>) -> Self {
        let mut assigned = Self::default();
        for at in estate.neighbours.of_kind(Kind::RoleAssignment) {
            let Some(assignment) = estate.others.get(*at as usize) else { continue };
            match assignment.text(ROLE) {
                Fact::Known(role) => {
                    let role = id::name_of(&role).to_ascii_lowercase();
                    assigned.by_role.entry(role).or_default().push(*at);
                }
                Fact::Absent => assigned.unclear = Some(Reason::NotCollected),
                Fact::Unknown(reason) => assigned.unclear = Some(reason),
            }
        }
        assigned
    }
}

impl<'a> Estate<'a> {
    /// The assignments of a role, and why there may be more. A role can be assigned at its assignable
    /// scopes and below them, and nowhere else
    /// (<https://learn.microsoft.com/azure/role-based-access-control/role-definitions#assignablescopes>).
    pub fn assignments_of(&self, role: &Resource<'a>) -> (Vec<&Resource<'a>>, Option<Reason>) {
        let assigned = self.assigned.get_or_init(|| Assigned::new(self));
        let name = role.id.name().to_ascii_lowercase();
        let positions = assigned.by_role.get(&name).map_or(&[][..], Vec::as_slice);
        let found = positions.iter().filter_map(|at| self.others.get(*at as usize)).collect();
        (found, assigned.unclear.or_else(|| self.unlisted_assignments(role)))
    }

    fn unlisted_assignments(&self, role: &Resource<'_>) -> Option<Reason> {
        let mut scopes: Vec<String> = (role.paths(ASSIGNABLE).iter())
            .filter_map(|path| role.text(path).known())
            .filter(|scope| !scope.is_empty())
            .collect();
        if scopes.is_empty() {
            let subscription = id::subscription_of(role.id.as_str());
            scopes
                .push(subscription.map_or("/".to_owned(), |name| format!("/subscriptions/{name}")));
        }
        scopes.iter().find_map(|scope| self.coverage.list_of(scope, Kind::RoleAssignment).err())
    }
}
