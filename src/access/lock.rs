//! What a management lock holds, and how surely.

use super::action::Action;
use crate::inventory::Lock;

/// How surely a lock holds something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hold {
    /// As Microsoft documents it.
    Surely,
    /// Nobody says whether it does, or the level of the lock is not known.
    Perhaps,
}

/// Whether a lock holds an action on what it lies over, and how surely; `None` if it does not.
///
/// `CanNotDelete` holds requests of the control plane that delete the resource or anything below it, and
/// `ReadOnly` all that change it; both are inherited
/// (<https://learn.microsoft.com/azure/azure-resource-manager/management/lock-resources>). A lock never holds
/// its own removal. Protected items and backup instances are deleted below the vault by requests of the control
/// plane (<https://learn.microsoft.com/rest/api/backup/protected-items/delete>), but the page on locks does not
/// name backup data, and the pages on the deletion of backup data do not name locks.
pub fn hold(lock: &Lock<'_>, action: Action, name: &str) -> Option<Hold> {
    if is_verb(name, "read") || action == Action::LOCK_DELETE {
        return None;
    }
    let is_read_only =
        lock.level.as_ref().known().is_some_and(|level| level.eq_ignore_ascii_case("ReadOnly"));
    match lock.forbids_deletion() {
        Ok(false) => None,
        Ok(true) if !is_read_only && !is_verb(name, "delete") => None,
        Ok(true) if matches!(action, Action::ITEM_DELETE | Action::INSTANCE_DELETE) => {
            Some(Hold::Perhaps)
        }
        Ok(true) => Some(Hold::Surely),
        Err(_) => Some(Hold::Perhaps),
    }
}

fn is_verb(name: &str, verb: &str) -> bool {
    name.rsplit('/').next().is_some_and(|last| last.eq_ignore_ascii_case(verb))
}
