//! Actions of Azure's management plane, as positions in a table, so that a role is a set of bits.
//!
//! The list is closed: what it does not have, nobody is asked about, except by a query that adds it.

mod known;
mod request;
mod set;
pub mod sets;

pub use request::GuardRequest;
pub use set::Actions;

use crate::inventory::matches_pattern;

const CLOSED: usize = known::NAMED.len() + known::APPROVALS.len();

/// An action, as its position in an [`ActionTable`]. Those of the closed list are constants, and have
/// the same position in every table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Action(u8);

impl Action {
    /// The name of an action that is a constant.
    pub(super) const fn known_name(self) -> &'static str {
        known::NAMED[self.0 as usize]
    }
}

/// The closed list, and what a query adds to it.
#[derive(Clone, Debug, Default)]
pub struct ActionTable {
    added: Vec<Box<str>>,
}

impl ActionTable {
    /// The closed list alone.
    pub const CLOSED: Self = Self { added: Vec::new() };

    /// The position of an action, in whatever case; it is added where the table lacks it. None when the
    /// table is full.
    pub fn add(&mut self, name: &str) -> Option<Action> {
        if let Some(known) = self.find(name) {
            return Some(known);
        }
        let action = u8::try_from(CLOSED + self.added.len()).ok().map(Action)?;
        self.added.push(name.into());
        Some(action)
    }

    /// The action of this name, in whatever case.
    pub fn find(&self, name: &str) -> Option<Action> {
        self.iter().find_map(|(action, known)| known.eq_ignore_ascii_case(name).then_some(action))
    }

    /// What it is called; empty for an action of another table.
    pub fn name(&self, action: Action) -> &str {
        let at = usize::from(action.0);
        let closed = known::NAMED.iter().chain(known::APPROVALS).copied();
        closed.chain(self.added.iter().map(AsRef::as_ref)).nth(at).unwrap_or_default()
    }

    /// Every action with its name, in the order of positions.
    pub fn iter(&self) -> impl Iterator<Item = (Action, &str)> {
        let closed = known::NAMED.iter().chain(known::APPROVALS).copied();
        let names = closed.chain(self.added.iter().map(AsRef::as_ref));
        (0..=u8::MAX).map(Action).zip(names)
    }

    /// Every action that one of these patterns matches.
    pub fn matching<P: AsRef<str>>(&self, patterns: &[P]) -> Actions {
        self.iter()
            .filter(|(_, name)| {
                patterns.iter().any(|pattern| matches_pattern(pattern.as_ref(), name))
            })
            .map(|(action, _)| action)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Action, ActionTable, CLOSED, GuardRequest, known};

    /// Positions are bytes.
    const MOST: usize = 256;

    #[test]
    fn the_closed_list_is_whole() {
        let table = ActionTable::CLOSED;
        let names: BTreeSet<String> = table.iter().map(|(_, name)| name.to_lowercase()).collect();
        assert_eq!(names.len(), CLOSED, "two constants for one action");
        const { assert!(CLOSED + 32 < MOST, "no room for queries") };
        for (action, name) in table.iter() {
            assert_eq!(table.name(action), name);
            assert_eq!(table.find(&name.to_uppercase()), Some(action));
            let verb = name.rsplit('/').next();
            assert!(matches!(verb, Some("read" | "write" | "delete" | "action")), "{name}");
        }
        assert_eq!(Action::ITEM_DELETE.known_name(), table.name(Action::ITEM_DELETE));
    }

    #[test]
    fn a_query_adds_what_is_missing() {
        let mut table = ActionTable::CLOSED;
        let known = table.add("microsoft.recoveryservices/VAULTS/delete");
        assert_eq!(known, Some(Action::VAULT_DELETE));
        let added = table.add("Contoso.Backup/x/write").expect("room");
        assert_eq!(table.name(added), "Contoso.Backup/x/write");
        assert_eq!(table.add("contoso.backup/X/write"), Some(added));
        assert_eq!(ActionTable::CLOSED.name(added), "");
        while table.add(&format!("Contoso.Backup/{}/read", table.iter().count())).is_some() {}
        assert_eq!(table.iter().count(), MOST);
    }

    #[test]
    fn approvals_are_of_their_request() {
        assert_eq!(GuardRequest::all().count(), known::REQUESTS.len());
        for request in GuardRequest::all() {
            assert_eq!(GuardRequest::find(&request.name().to_lowercase()), Some(request));
            let approvals = request.approvals();
            assert_eq!(approvals.len(), 4);
            for action in approvals.iter() {
                let name = ActionTable::CLOSED.name(action).to_owned();
                assert!(name.contains(&format!("resourceGuards/{}/", request.name())), "{name}");
                assert!(!name.ends_with("read"), "{name}");
            }
        }
        assert_eq!(
            GuardRequest::all_approvals().len() as usize,
            known::APPROVALS.len(),
            "an approval of no request"
        );
    }
}
