//! The Resource Guards that multi-user authorization asks before a vault is weakened.

use super::{Fact, GuardFlag, GuardLink, Reason, Vault, View as _, id};

/// The guards of a vault, as far as that was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LinkedGuards {
    /// Their ids, each once. None, and nothing unread: multi-user authorization is off.
    pub ids: Vec<String>,
    /// Why there may be others, or may be none, and what was not read.
    pub unread: Option<(Reason, &'static str)>,
}

impl Vault<'_> {
    /// The guards that the vault is linked to.
    pub fn linked_guards(&self) -> LinkedGuards {
        let mut found = LinkedGuards::default();
        let links = match &self.guard_links {
            Fact::Known(links) => links.as_slice(),
            Fact::Absent | Fact::Unknown(_) => &[],
        };
        for link in links {
            let guard = GuardLink::read(link.clone())
                .map_or(Fact::Unknown(Reason::UnrecognisedValue), |link| link.guard);
            match guard.absent_is_unknown(Reason::NotCollected) {
                Fact::Known(guard) if id::type_of(&guard).is_some() => {
                    if !found.ids.iter().any(|known| id::same(known, &guard)) {
                        found.ids.push(guard.into_owned());
                    }
                }
                Fact::Known(_) | Fact::Absent => {
                    found.unread = Some((Reason::UnrecognisedValue, NO_GUARD));
                }
                Fact::Unknown(reason) => found.unread = Some((reason, NO_GUARD)),
            }
        }
        if links.is_empty() {
            found.unread = self.without_links();
        }
        found
    }

    fn without_links(&self) -> Option<(Reason, &'static str)> {
        let nothing_set = !self.is_recovery_services() && self.guard_flag().is_absent();
        match (&self.guard_links, self.guard_flag()) {
            (Fact::Known(_) | Fact::Absent, Fact::Known(GuardFlag::On)) => Some((
                Reason::Conditional,
                "multi-user authorization is on, but no link to a resource guard was read",
            )),
            (Fact::Known(_) | Fact::Absent, _) | (_, Fact::Known(GuardFlag::Off)) => None,
            (Fact::Unknown(_), Fact::Absent) if nothing_set => None,
            (Fact::Unknown(reason), Fact::Known(GuardFlag::On)) => Some((
                *reason,
                "multi-user authorization is on, but the links to resource guards were not read",
            )),
            (Fact::Unknown(reason), _) => {
                Some((*reason, "whether multi-user authorization is on was not read"))
            }
        }
    }
}

const NO_GUARD: &str =
    "multi-user authorization is on, but its link does not say which resource guard it leads to";
