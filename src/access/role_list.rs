//! Which roles allow what a question is about.

use std::collections::{BTreeMap, BTreeSet};

use super::action::ActionTable;
use super::built_in::BUILT_IN_ROLES;
use super::export::Role;
use super::question::Question;
use super::role::{Allowed, compile};

/// The answer for role definitions.
#[derive(Debug)]
pub struct RoleList {
    /// What was asked.
    pub question: Question,
    /// Where the role definitions come from; none for the shipped table.
    pub source: Option<String>,
    /// How many role definitions were asked.
    pub asked: usize,
    /// By action, the names of the roles that allow it.
    pub by_action: BTreeMap<String, Roles>,
}

/// Names of roles.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Roles {
    /// Those that allow it, under a condition or not.
    pub all: BTreeSet<String>,
    /// Those of them that allow it only under a condition of their own.
    pub conditional: BTreeSet<String>,
}

impl RoleList {
    /// Asks the shipped table; none when the question is about an action that it cannot answer for.
    pub fn of_built_in(question: Question) -> Option<Self> {
        let closed = ActionTable::CLOSED;
        if question.actions().iter().any(|(action, _)| closed.name(*action).is_empty()) {
            return None;
        }
        let roles = BUILT_IN_ROLES.iter().map(|role| (role.name, role.allowed()));
        Some(Self::of(question, None, roles))
    }

    /// Asks the role definitions of an export.
    pub fn of_export(
        question: Question,
        table: &ActionTable,
        source: String,
        roles: &[Role<'_>],
    ) -> Self {
        let roles = roles.iter().map(|role| (&*role.name, compile(&role.permissions, table)));
        Self::of(question, Some(source), roles)
    }

    fn of<'r>(
        question: Question,
        source: Option<String>,
        roles: impl Iterator<Item = (&'r str, Allowed)>,
    ) -> Self {
        let actions = question.actions();
        let mut found: Vec<Roles> = actions.iter().map(|_| Roles::default()).collect();
        let mut always: Vec<BTreeSet<&str>> = vec![BTreeSet::new(); actions.len()];
        let mut asked = 0;
        for (name, allowed) in roles {
            asked += 1;
            for (at, (action, _)) in actions.iter().enumerate() {
                if allowed.any().contains(*action) {
                    found[at].all.insert(name.to_owned());
                }
                if allowed.always.contains(*action) {
                    always[at].insert(name);
                }
            }
        }
        // Two roles can have one name, where they come from two tenants.
        for (roles, always) in found.iter_mut().zip(&always) {
            let only = roles.all.iter().filter(|name| !always.contains(name.as_str()));
            roles.conditional = only.cloned().collect();
        }
        let by_action = actions.iter().map(|(_, name)| (*name).to_owned()).zip(found).collect();
        Self { question, source, asked, by_action }
    }
}
