//! What `who-can` is asked: a backup operation, or an action by its name.

use super::action::{Action, ActionTable};
use super::operation::{self, Operation};

/// An operation of the table, or one action.
#[derive(Clone, Debug)]
pub enum Question {
    /// All that the operation takes.
    Operation(&'static Operation),
    /// One action, with its name.
    Action(Action, String),
}

impl Question {
    /// Reads a question. An action that the table lacks is added to it.
    ///
    /// # Errors
    /// When it is neither an operation's id nor shaped as an action.
    pub fn read(text: &str, table: &mut ActionTable) -> Result<Self, NoQuestion> {
        if let Some(operation) = operation::find(text) {
            return Ok(Self::Operation(operation));
        }
        if text.contains(['*', '?']) {
            return Err(NoQuestion::Pattern);
        }
        let action = is_action(text).then(|| table.add(text)).flatten();
        let action = action.ok_or(NoQuestion::Neither)?;
        Ok(Self::Action(action, table.name(action).to_owned()))
    }

    /// The operation's id or the action's name.
    pub fn text(&self) -> &str {
        match self {
            Self::Operation(operation) => operation.id,
            Self::Action(_, name) => name,
        }
    }

    /// Every action that it is about, with its name, in the order in which the table mentions them.
    pub fn actions(&self) -> Vec<(Action, &str)> {
        match self {
            Self::Action(action, name) => vec![(*action, name)],
            Self::Operation(operation) => {
                let mut actions = Vec::new();
                let ways = [&operation.recovery_services, &operation.backup_vault];
                for enforced in ways.into_iter().flatten().flat_map(operation::Way::actions) {
                    let named = (enforced.action, enforced.name());
                    if !actions.contains(&named) {
                        actions.push(named);
                    }
                }
                actions
            }
        }
    }
}

/// A text that asks nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoQuestion {
    /// It has a wildcard.
    Pattern,
    /// It is neither an operation nor an action.
    Neither,
}

/// Whether a text is shaped as `Provider.Name/type/verb`
/// (<https://learn.microsoft.com/azure/role-based-access-control/role-definitions>).
fn is_action(text: &str) -> bool {
    let parts: Vec<&str> = text.split('/').collect();
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-{}$".contains(c);
    parts.len() >= 3
        && parts.iter().all(|part| !part.is_empty() && part.chars().all(plain))
        && parts[0].contains('.')
        && ["read", "write", "delete", "action"]
            .iter()
            .any(|verb| parts[parts.len() - 1].eq_ignore_ascii_case(verb))
}

#[cfg(test)]
mod tests {
    use super::{ActionTable, NoQuestion, Question};
    use crate::access::action::Action;

    #[test]
    fn operations_and_actions_are_questions() {
        let mut table = ActionTable::CLOSED;
        let asked = Question::read("Stop-Delete-Data", &mut table).expect("an operation");
        assert_eq!(asked.text(), "stop-delete-data");
        let actions: Vec<Action> = asked.actions().into_iter().map(|(action, _)| action).collect();
        assert_eq!(actions, [Action::ITEM_DELETE, Action::INSTANCE_DELETE]);
        let known = "microsoft.recoveryservices/VAULTS/delete";
        let asked = Question::read(known, &mut table).expect("an action");
        assert_eq!(asked.text(), "Microsoft.RecoveryServices/vaults/delete");
        let other = Question::read("Contoso.Backup/vaults/secrets/delete", &mut table);
        assert_eq!(other.expect("an action").text(), "Contoso.Backup/vaults/secrets/delete");
    }

    #[test]
    fn anything_else_is_refused() {
        for (text, why) in [
            ("", NoQuestion::Neither),
            ("stop-delete", NoQuestion::Neither),
            ("roles.json", NoQuestion::Neither),
            ("../data/roles.json", NoQuestion::Neither),
            ("Microsoft.RecoveryServices/delete", NoQuestion::Neither),
            ("Microsoft.RecoveryServices//delete", NoQuestion::Neither),
            ("Microsoft.RecoveryServices/vaults/deleted", NoQuestion::Neither),
            ("Microsoft.RecoveryServices/vaults\u{1b}/delete", NoQuestion::Neither),
            ("Microsoft.RecoveryServices/*/delete", NoQuestion::Pattern),
            ("*", NoQuestion::Pattern),
        ] {
            let mut table = ActionTable::CLOSED;
            let found = Question::read(text, &mut table).expect_err(text);
            assert_eq!(found, why, "{text}");
        }
    }
}
