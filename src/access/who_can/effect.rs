//! What somebody can do, and what was not read.

use super::super::doubt::{Doubt, Missing};
use super::super::effective::Strength;
use super::Gap;
use crate::inventory::Kind;

/// How surely somebody can do it, strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// Now.
    Allowed,
    /// After activating a role.
    Eligible,
    /// After giving itself a role.
    CanGrant,
    /// If a condition says so, which nobody here evaluates.
    Conditional,
    /// Something that was not read decides.
    Unknown,
}

impl Effect {
    /// Every effect, strongest first.
    pub const ALL: [Self; 5] =
        [Self::Allowed, Self::Eligible, Self::CanGrant, Self::Conditional, Self::Unknown];

    /// The word of reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::Eligible => "eligible",
            Self::CanGrant => "can-grant",
            Self::Conditional => "conditional",
            Self::Unknown => "unknown",
        }
    }

    /// What it means, in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Allowed => "now",
            Self::Eligible => "after activating a role",
            Self::CanGrant => "after giving itself a role",
            Self::Conditional => "if a condition says so, which is not evaluated here",
            Self::Unknown => "perhaps: something that was not read decides",
        }
    }

    /// Of an action that is held.
    pub(super) fn of(strength: Strength) -> Self {
        match strength {
            Strength::Allowed => Self::Allowed,
            Strength::Eligible => Self::Eligible,
            Strength::Conditional => Self::Conditional,
            Strength::Possible => Self::Unknown,
        }
    }

    /// Of an action that could be granted.
    pub(super) fn of_grant(strength: Strength) -> Self {
        match strength {
            Strength::Allowed | Strength::Eligible => Self::CanGrant,
            Strength::Conditional => Self::Conditional,
            Strength::Possible => Self::Unknown,
        }
    }
}

impl Gap {
    pub(super) fn of_doubt(doubt: &Doubt) -> Self {
        let (kind, part) = match doubt.missing {
            Missing::RoleAssignments => {
                (Kind::RoleAssignment.type_name(), "somebody more may be able")
            }
            Missing::EligibleAssignments => {
                (Kind::RoleEligibilityInstance.type_name(), "somebody more may be eligible")
            }
            Missing::DenyAssignments => {
                (Kind::DenyAssignment.type_name(), "somebody named here may be denied")
            }
            Missing::ManagementGroups => {
                (Kind::ManagementGroup.type_name(), "somebody more may be able from there")
            }
            Missing::RoleDefinition => {
                (Kind::RoleDefinition.type_name(), "whoever has the role may be able")
            }
            Missing::GroupMembers => {
                ("microsoft.graph.group", "it stands for members that nobody could list")
            }
        };
        let message = format!("{}: not read, so {part}", doubt.missing.words());
        Self { scope: doubt.scope.clone(), kind, reason: doubt.reason, message }
    }
}
