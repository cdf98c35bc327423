//! Backup operations as data: what each takes, what can hold it, and whether it can be undone.
//!
//! One table for everybody who asks (`explain`, and whoever judges access, changes or restores). It
//! knows roles by name only: what a role allows is read from role definitions.

mod page;
mod precondition;
mod table;

pub use page::page;
pub use precondition::{PRECONDITIONS, Precondition};
pub use table::OPERATIONS;

use super::action::{Action, Actions, GuardRequest};

/// One backup operation.
#[derive(Debug)]
pub struct Operation {
    /// What it is called on the command line; never the id of a rule.
    pub id: &'static str,
    /// What is done, in words that read well after "to".
    pub title: &'static str,
    /// How it is done with a Recovery Services vault, if it is.
    pub recovery_services: Option<Way>,
    /// How it is done with a Backup vault, if it is.
    pub backup_vault: Option<Way>,
    /// The roles that the guide asks for.
    pub guide_minimum: Minimum,
    /// The roles that Microsoft documents as the least.
    pub documented_minimum: Minimum,
    /// Ids of what must hold before, in the order of [`PRECONDITIONS`].
    pub preconditions: &'static [&'static str],
    /// Whether it can be undone.
    pub reversal: Reversal,
    /// What whoever does it should know.
    pub notes: &'static [&'static str],
    /// Pages that it was taken from.
    pub sources: &'static [&'static str],
}

impl Operation {
    /// How it is done with a vault of a kind, if it is.
    pub fn way(&self, is_recovery_services: bool) -> Option<&Way> {
        let way = if is_recovery_services { &self.recovery_services } else { &self.backup_vault };
        way.as_ref()
    }
}

/// How an operation is done with one kind of vault.
#[derive(Debug)]
pub struct Way {
    /// All of these are needed, and of each any one is enough.
    pub needs: &'static [&'static [Enforced]],
    /// Whether a Resource Guard can hold it.
    pub guard: Guard,
}

impl Way {
    /// Every action it mentions.
    pub fn actions(&self) -> impl Iterator<Item = &'static Enforced> {
        self.needs.iter().flat_map(|any| any.iter())
    }
}

/// An action that Azure enforces, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Enforced {
    /// The ARM action.
    pub action: Action,
    /// The scope that is asked for it.
    pub on: Place,
}

impl Enforced {
    /// What the action is called.
    pub const fn name(self) -> &'static str {
        self.action.known_name()
    }
}

/// The part that a scope plays in an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// The vault.
    Vault,
    /// The vault's resource group.
    VaultGroup,
    /// The protected item or backup instance, or the vault while there is none.
    Item,
    /// The machine that is, or was, backed up.
    SourceMachine,
    /// The resource group that is restored to.
    TargetGroup,
    /// The subnet that a restored machine joins.
    TargetSubnet,
    /// The storage account that a restore is staged in.
    StagingAccount,
    /// The vault's subscription.
    Subscription,
    /// The Resource Guard.
    Guard,
}

impl Place {
    /// Where that is, after "on".
    pub const fn name(self) -> &'static str {
        match self {
            Self::Vault => "the vault",
            Self::VaultGroup => "the vault's resource group",
            Self::Item => "the item",
            Self::SourceMachine => "the source machine",
            Self::TargetGroup => "the target resource group",
            Self::TargetSubnet => "the target subnet",
            Self::StagingAccount => "the staging account",
            Self::Subscription => "the vault's subscription",
            Self::Guard => "the Resource Guard",
        }
    }
}

/// Roles that somebody calls the least for an operation.
#[derive(Debug)]
pub struct Minimum {
    /// Built-in roles; none where none is named.
    pub grants: &'static [Grant],
    /// What role names do not say, or an empty text.
    pub says: &'static str,
}

impl Minimum {
    /// In words: each role and where, then what roles do not say.
    pub fn words(&self, none: &str) -> String {
        let grants =
            self.grants.iter().map(|grant| format!("{} on {}", grant.role, grant.on.name()));
        let grants: Vec<String> = grants.collect();
        let text = if grants.is_empty() { none.to_owned() } else { grants.join(", ") };
        if self.says.is_empty() { text } else { format!("{text}; {}", self.says) }
    }

    /// Nobody states one.
    pub const NONE: Self = Self { grants: &[], says: "" };
}

/// A built-in role on a scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The role's name, as Azure lists it.
    pub role: &'static str,
    /// Where.
    pub on: Place,
}

/// Whether a Resource Guard can hold an operation back until its owner agrees.
#[derive(Clone, Copy, Debug)]
pub enum Guard {
    /// No operation of a guard stands for it.
    No,
    /// Microsoft's list of guarded operations does not name it.
    NotStated,
    /// It can.
    Held(&'static [Held]),
}

impl Guard {
    /// The operations of a guard that stand for it.
    pub const fn held(self) -> &'static [Held] {
        match self {
            Self::Held(held) => held,
            Self::No | Self::NotStated => &[],
        }
    }
}

/// An operation as a Resource Guard knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    /// The key: `vaultCriticalOperation`, and what an exclusion list names.
    pub key: &'static str,
    /// What an approver needs rights on: `requestResourceType`. None where no guard that we have seen
    /// lists the key.
    pub request: Option<&'static str>,
    /// The request that is sent to the guard for it; none where none is known.
    pub asks: Option<GuardRequest>,
    /// How firmly.
    pub firmness: Firmness,
}

impl Held {
    /// Any one of these on the guard approves it. Where its request is not known, approving any will do.
    pub fn approvals(&self) -> Actions {
        self.asks.map_or_else(GuardRequest::all_approvals, GuardRequest::approvals)
    }
}

/// How firmly a guard holds an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Firmness {
    /// It cannot be excluded.
    Mandatory,
    /// Unless the guard excludes it.
    Excludable,
    /// Only if it was selected.
    WhenSelected,
}

impl Firmness {
    /// In words, after the key.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mandatory => "always",
            Self::Excludable => "unless the guard excludes it",
            Self::WhenSelected => "only if the guard selects it",
        }
    }
}

/// Whether an operation can be undone.
#[derive(Clone, Copy, Debug)]
pub struct Reversal {
    /// The short answer.
    pub verdict: Reversible,
    /// How, or how long.
    pub how: &'static str,
}

/// Whether an operation can be undone, in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reversible {
    /// Yes.
    Yes,
    /// For a time, in part, or under a condition.
    Limited,
    /// No.
    No,
}

impl Reversible {
    /// The word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::Limited => "in part",
            Self::No => "no",
        }
    }
}

/// The operation of this id, in whatever case.
pub fn find(id: &str) -> Option<&'static Operation> {
    OPERATIONS.iter().find(|operation| operation.id.eq_ignore_ascii_case(id))
}

/// The precondition of this id.
pub fn precondition(id: &str) -> Option<&'static Precondition> {
    PRECONDITIONS.iter().find(|precondition| precondition.id == id)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Firmness, Guard, OPERATIONS, PRECONDITIONS, find, page, precondition};

    #[test]
    fn the_table_is_whole() {
        assert_eq!(OPERATIONS.len(), 17);
        assert_eq!(PRECONDITIONS.len(), 31);
        let ids: BTreeSet<_> = OPERATIONS.iter().map(|operation| operation.id).collect();
        assert_eq!(ids.len(), OPERATIONS.len());
        for (at, precondition) in PRECONDITIONS.iter().enumerate() {
            assert_eq!(precondition.id, format!("P{}", at + 1));
        }
        let mut used: BTreeSet<&str> = BTreeSet::new();
        for operation in OPERATIONS {
            assert!(find(&operation.id.to_uppercase()).is_some());
            assert!(operation.recovery_services.is_some(), "{}", operation.id);
            assert!(!operation.sources.is_empty(), "{}", operation.id);
            assert!(operation.preconditions.contains(&"P30"), "{}", operation.id);
            let order: Vec<usize> = operation
                .preconditions
                .iter()
                .map(|id| PRECONDITIONS.iter().position(|known| known.id == *id).expect("known"))
                .collect();
            assert!(order.is_sorted(), "{}", operation.id);
            used.extend(operation.preconditions);
        }
        assert_eq!(used.len(), PRECONDITIONS.len(), "a precondition that no operation has");
        assert!(precondition("P32").is_none());
    }

    #[test]
    fn actions_and_keys_are_of_their_kind_of_vault() {
        for operation in OPERATIONS {
            let ways = [
                (&operation.recovery_services, "Microsoft.DataProtection/", "recovery services"),
                (&operation.backup_vault, "Microsoft.RecoveryServices/", "backup vault"),
            ];
            for (way, foreign, kind) in ways {
                let Some(way) = way else { continue };
                assert!(way.needs.iter().all(|any| !any.is_empty()));
                for enforced in way.actions() {
                    assert!(!enforced.name().starts_with(foreign), "{} {kind}", operation.id);
                    assert!(!enforced.name().contains('*'), "{}", enforced.name());
                    let verb = enforced.name().rsplit('/').next();
                    assert!(matches!(verb, Some("read" | "write" | "delete" | "action")));
                }
                for held in way.guard.held() {
                    assert!(!held.key.starts_with(foreign), "{} {kind}", operation.id);
                }
            }
        }
    }

    /// A guard that holds `…/write#something` holds a use of that action: the action is needed then.
    #[test]
    fn what_a_guard_holds_is_an_action_of_the_operation() {
        for operation in OPERATIONS {
            for way in [&operation.recovery_services, &operation.backup_vault].into_iter().flatten()
            {
                for held in way.guard.held() {
                    let action = held.key.split('#').next().expect("a first part");
                    assert!(
                        way.actions().any(|enforced| enforced.name() == action),
                        "{}: {}",
                        operation.id,
                        held.key
                    );
                }
            }
        }
    }

    #[test]
    fn what_no_guard_may_leave_out() {
        let always = |id: &str| -> Vec<&str> {
            let operation = find(id).expect("known");
            [&operation.recovery_services, &operation.backup_vault]
                .into_iter()
                .flatten()
                .flat_map(|way| way.guard.held())
                .filter(|held| held.firmness == Firmness::Mandatory)
                .map(|held| held.key)
                .collect()
        };
        assert_eq!(always("remove-mua").len(), 2);
        assert_eq!(
            always("disable-soft-delete"),
            ["Microsoft.RecoveryServices/vaults/backupconfig/write"]
        );
        let others = OPERATIONS
            .iter()
            .filter(|operation| !matches!(operation.id, "remove-mua" | "disable-soft-delete"));
        assert!(others.map(|operation| operation.id).all(|id| always(id).is_empty()));
        let undelete = find("undelete").and_then(|found| found.recovery_services.as_ref());
        assert!(undelete.is_some_and(|way| matches!(way.guard, Guard::No)));
    }

    #[test]
    fn every_page_shows_both_minima_and_both_kinds() {
        for operation in OPERATIONS {
            let page = page(operation);
            for part in [
                "Guide's minimum",
                "Microsoft's minimum",
                "Recovery Services vault",
                "Backup vault",
            ] {
                assert!(page.contains(part), "{}: {part}\n{page}", operation.id);
            }
        }
    }
}
