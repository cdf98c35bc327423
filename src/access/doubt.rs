//! What was not read, and what that means for the answer to "who".

use super::assignment::scope_of;
use crate::inventory::{IdKey, Reason, Resource};

/// Something that was not read, and may add or take away holders.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Doubt {
    /// What.
    pub missing: Missing,
    /// Where: a scope, the id of a role definition, or the object id of a group.
    pub scope: String,
    /// Why.
    pub reason: Reason,
}

/// What may be missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Missing {
    /// Role assignments at a scope.
    RoleAssignments,
    /// Roles that somebody can activate at a scope.
    EligibleAssignments,
    /// Deny assignments at a scope.
    DenyAssignments,
    /// The management groups above a scope.
    ManagementGroups,
    /// What a role allows.
    RoleDefinition,
    /// Who is in a group.
    GroupMembers,
}

impl Missing {
    /// What it is, in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::RoleAssignments => "role assignments",
            Self::EligibleAssignments => "roles that somebody can activate",
            Self::DenyAssignments => "deny assignments",
            Self::ManagementGroups => "the management groups above",
            Self::RoleDefinition => "what the role allows",
            Self::GroupMembers => "who is in the group",
        }
    }

    /// Whether there may be more holders than those found.
    pub fn may_add(self) -> bool {
        self != Self::DenyAssignments
    }

    /// Whether there may be fewer. Nobody can create deny assignments by hand, so what was found
    /// still counts as held
    /// (<https://learn.microsoft.com/azure/role-based-access-control/deny-assignments>).
    pub fn may_remove(self) -> bool {
        matches!(self, Self::DenyAssignments | Self::RoleDefinition)
    }
}

/// A body that was there and could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Unread {
    pub missing: Missing,
    pub scope: IdKey,
}

impl Unread {
    pub fn new(missing: Missing, resource: &Resource<'_>) -> Self {
        Self { missing, scope: IdKey::of(scope_of(resource)) }
    }
}
