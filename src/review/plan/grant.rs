//! A role that somebody gets by a plan, and what it allows of backups.

use super::super::check::Judged;
use crate::access::action::{ActionTable, Actions, sets};
use crate::access::built_in;
use crate::access::role::compile;
use crate::change::Beside;
use crate::inventory::{Estate, Reason, RoleDefinition, View as _, id, placeholder};

/// Rights over backups, each with what it is good for.
const POWERS: [(Actions, &str); 5] = [
    (sets::DESTROY, "stop backups and delete recovery points"),
    (sets::WEAKEN, "weaken vaults"),
    (sets::GUARD_CONTROL, "change a Resource Guard"),
    (sets::GRANT, "give roles, also to itself"),
    (sets::RESTORE, "restore, and so copy, what is backed up"),
];

/// What a role allows that somebody gets.
pub(super) fn judge(beside: &Beside<'_>, world: &Estate<'_>) -> Judged {
    const ROLE: &str = "properties.roleDefinitionId";
    let role = beside.after.as_ref().map(|after| after.text(ROLE));
    let role = role.map_or(Err(Reason::UnresolvedExpression), |role| {
        role.absent_is_unknown(Reason::UnresolvedExpression).optional()
    });
    let found = role.map(|role| {
        let role = role.unwrap_or_default();
        allowed(&role, world)
    });
    let place = beside.after.as_ref().and_then(|after| id::parent_of(after.id.as_str()));
    let place = place.map(|place| placeholder::readable(place).into_owned());
    let place = place.map_or_else(String::new, |place| format!(" on {place}"));
    match found {
        Ok(Some((name, able))) => {
            let powers = POWERS.iter().filter(|(set, _)| able.intersects(*set));
            let powers: Vec<&str> = powers.map(|(_, words)| *words).collect();
            if powers.is_empty() {
                Judged::pass(format!(
                    "somebody gets the role {name}{place}, which says nothing of backups"
                ))
            } else {
                let says = format!(
                    "somebody gets the role {name}{place}, which allows to {}",
                    powers.join(", to ")
                );
                Judged::decides(says)
            }
        }
        Ok(None) => {
            let says = format!("somebody gets a role{place}; what it allows is not known");
            Judged::unknown(Reason::NotCollected, says)
        }
        Err(reason) => {
            let says = format!("somebody gets a role{place}; which one is not known");
            Judged::unknown(reason, says)
        }
    }
}

/// The name of a role, and what it allows: one that Azure brings along, or one that the estate shows.
fn allowed(role: &str, world: &Estate<'_>) -> Option<(String, Actions)> {
    if let Some(known) = built_in::find(role) {
        return Some((known.name.to_owned(), known.allowed().any()));
    }
    let definition = RoleDefinition::read(world.other(role)?.clone()).ok()?;
    let name = definition
        .role_name
        .as_ref()
        .known()
        .map_or_else(|| id::name_of(role).to_owned(), ToString::to_string);
    Some((name, compile(&definition.permissions, &ActionTable::CLOSED).any()))
}
