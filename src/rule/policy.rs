//! The backup policy of an item or instance, as rules that judge the item ask for it.

use std::borrow::Cow;

use super::{Context, Undecided};
use crate::inventory::{BackupPolicy, Fact, Protection, Reason};

impl<'e, 'a> Context<'e, 'a> {
    /// Whether backups of an item or instance are meant to run.
    ///
    /// # Errors
    /// [`Undecided`], if its state cannot be known.
    pub fn is_active(&self, item: &Protection<'a>) -> Result<bool, Undecided> {
        item.is_active().map_err(|reason| Undecided {
            reason,
            path: Cow::Borrowed(item.state_path()),
            message: String::new(),
        })
    }

    /// The backup policy of an item or instance.
    ///
    /// # Errors
    /// [`Undecided`], if the item names none or the policy was not read.
    pub fn policy_of(&self, item: &Protection<'a>) -> Result<&'e BackupPolicy<'a>, Undecided> {
        let undecided = |reason, message: &str| Undecided {
            reason,
            path: Cow::Borrowed(item.policy_path()),
            message: message.to_owned(),
        };
        let id = match &item.policy {
            Fact::Known(id) if !id.is_empty() => id,
            Fact::Known(_) | Fact::Absent => {
                return Err(undecided(Reason::NotCollected, "it names no backup policy"));
            }
            Fact::Unknown(reason) => return Err(undecided(*reason, "")),
        };
        self.estate.policy_of(item).ok_or_else(|| {
            undecided(self.estate.policy_unread(id), "its backup policy was not read")
        })
    }
}
