//! What it takes to apply a plan: actions, the roles that Azure brings along for them, and whether the caller holds
//! them.

use super::Asked;
use super::step::Reading;
use crate::access::action::{Action, ActionTable, Actions};
use crate::access::built_in::BUILT_IN_ROLES;
use crate::access::{Access, Strength};
use crate::change::Deed;
use crate::inventory::{id, placeholder};

/// An action that is needed at a scope.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Need {
    pub action: String,
    pub on: String,
}

/// What it takes to apply a plan, as far as backups go.
#[derive(Debug, Default)]
pub struct Apply {
    /// Each action and where, sorted.
    pub needs: Vec<Needed>,
    /// Roles that Azure brings along and that hold all of them that the shipped table knows, the narrowest first.
    pub roles: Vec<&'static str>,
    /// Actions that the shipped table does not know, so that these roles may lack them.
    pub unlisted: Vec<String>,
}

/// An action that is needed, and whether the caller holds it.
#[derive(Debug)]
pub struct Needed {
    /// The ARM action.
    pub action: String,
    /// Where.
    pub on: String,
    /// Whether the caller holds it; none where nobody is named.
    pub caller: Option<Held>,
}

/// Whether somebody holds an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// It does, so surely.
    Yes(Strength),
    /// It does not, as far as was read.
    No,
    /// It cannot be told.
    Unknown,
}

impl Held {
    /// The word of reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Yes(Strength::Allowed) => "yes",
            Self::Yes(Strength::Eligible) => "after-activation",
            Self::Yes(Strength::Conditional) => "under-a-condition",
            Self::Yes(Strength::Possible) | Self::Unknown => "unknown",
            Self::No => "no",
        }
    }
}

/// The actions that the changes take.
pub(super) fn needs(readings: &[Reading<'_, '_>]) -> Vec<Need> {
    let mut needs = Vec::new();
    for reading in readings {
        let verbs: &[&str] = match reading.change.deed {
            Deed::Kept | Deed::Released => continue,
            Deed::Created | Deed::Updated => &["write"],
            Deed::Destroyed => &["delete"],
            Deed::Replaced | Deed::Unknown(_) => &["delete", "write"],
        };
        let resource = reading.resource();
        let on = resource.id.vault().or_else(|| id::parent_of(resource.id.as_str()));
        let on = on.unwrap_or("/").to_owned();
        let type_name = resource.kind.type_name();
        needs.extend(
            verbs.iter().map(|verb| Need { action: format!("{type_name}/{verb}"), on: on.clone() }),
        );
    }
    needs.sort();
    needs.dedup_by(|one, two| one.action == two.action && id::same(&one.on, &two.on));
    needs
}

/// What the plan takes, and what the caller holds of it.
pub(super) fn apply(needs: &[Need], asked: &Asked, access: Access<'_, '_>) -> Apply {
    let table = ActionTable::CLOSED;
    let mut wanted = Actions::default();
    let mut unlisted: Vec<String> = Vec::new();
    for need in needs {
        match table.find(&need.action) {
            Some(action) => wanted.insert(action),
            None if unlisted.contains(&need.action) => {}
            None => unlisted.push(need.action.clone()),
        }
    }
    let mut roles: Vec<(u32, &'static str)> = BUILT_IN_ROLES
        .iter()
        .filter(|_| !wanted.is_empty())
        .filter_map(|role| {
            let allowed = role.allowed();
            allowed.always.includes(wanted).then(|| (allowed.any().len(), role.name))
        })
        .collect();
    roles.sort_unstable();
    let caller = asked.caller.as_deref();
    let held =
        |need: &Need| caller.map(|caller| held(need, table.find(&need.action), caller, access));
    Apply {
        needs: needs
            .iter()
            .map(|need| Needed {
                action: need.action.clone(),
                on: need.on.clone(),
                caller: held(need),
            })
            .collect(),
        roles: roles.into_iter().map(|(_, name)| name).collect(),
        unlisted,
    }
}

fn held(need: &Need, action: Option<Action>, caller: &str, access: Access<'_, '_>) -> Held {
    let Some(action) = action.filter(|_| !placeholder::has_placeholder(&need.on)) else {
        return Held::Unknown;
    };
    let Some(caller) = super::super::who::find(caller, access) else { return Held::Unknown };
    let party = access.party(&need.on, Actions::of(&[action]), &[]);
    match party.strength(caller) {
        Some(strength) => Held::Yes(strength),
        None if access.hidden(&party, true).is_some() => Held::Unknown,
        None => Held::No,
    }
}
