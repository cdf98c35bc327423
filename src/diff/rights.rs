//! Who gained rights over backups.

use std::collections::{BTreeMap, HashMap};

use crate::access::action::{Actions, sets};
use crate::access::{Access, Strength};
use crate::inventory::{Estate, Kind, id};

/// What somebody can do to the backups of a vault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Right {
    /// Stop backups, or delete recovery points or what holds them.
    Destroy,
    /// Take their protection away.
    Weaken,
    /// Give roles, and so any of these rights.
    Grant,
}

impl Right {
    const ALL: [Self; 3] = [Self::Destroy, Self::Weaken, Self::Grant];

    /// The word of reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Destroy => "destroy",
            Self::Weaken => "weaken",
            Self::Grant => "grant",
        }
    }

    /// What whoever has it can do.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Destroy => "delete or stop backups",
            Self::Weaken => "weaken the protection of backups",
            Self::Grant => "give roles, and so any right over backups",
        }
    }

    fn actions(self, is_recovery_services: bool) -> Actions {
        match self {
            Self::Destroy => sets::on_vault(sets::DESTROY, is_recovery_services),
            Self::Weaken => sets::on_vault(sets::WEAKEN, is_recovery_services),
            Self::Grant => sets::GRANT,
        }
    }
}

/// Somebody who has a right now and had it not, or less surely, before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gained {
    /// The object id.
    pub principal: String,
    /// What reports call it.
    pub label: String,
    /// Which right.
    pub right: Right,
    /// How surely it has it now.
    pub strength: Strength,
    /// Whether it is known not to have had it.
    pub is_certain: bool,
    /// On which vaults that were there before, by id.
    pub vaults: Vec<String>,
}

/// Who holds rights over backups now and did not before.
#[derive(Clone, Debug, Default)]
pub struct Rights {
    /// Those who gained a right.
    pub gained: Vec<Gained>,
    /// Groups that had it before, whose members are no longer read: whether anybody gained it nobody can tell.
    pub hidden: Vec<Gained>,
}

/// Compares who holds what on each vault that is on both sides.
pub fn gained<'e, 'a>(
    (old, before): (&Estate<'_>, Access<'_, '_>),
    (new, after): (&'e Estate<'a>, Access<'e, 'a>),
) -> Rights {
    let mut found: BTreeMap<(bool, String, Right, Strength, bool), Gained> = BTreeMap::new();
    for vault in &new.vaults {
        let on = vault.resource.id.as_str();
        if old.vault(on).is_none() {
            continue;
        }
        let is_recovery_services = vault.resource.kind == Kind::RecoveryServicesVault;
        for right in Right::ALL {
            let wanted = right.actions(is_recovery_services);
            let was = before.party(on, wanted, &[]);
            let had: HashMap<String, Strength> = was
                .members
                .iter()
                .map(|(who, strength)| (before.principal(*who).id.to_lowercase(), *strength))
                .collect();
            let is_certain = before.hidden(&was, true).is_none();
            for (who, strength) in after.party(on, wanted, &[]).members {
                let principal = after.principal(who);
                let known = had.get(&principal.id.to_lowercase());
                // A right that was as sure before, or surer, is not gained.
                if known.is_some_and(|known| *known <= strength) {
                    continue;
                }
                // Its members held it for it.
                let group = before.find(&principal.id);
                let group = group.filter(|group| before.principal(*group).is_group());
                let is_hidden = group
                    .and_then(|group| before.given(group, on, wanted))
                    .is_some_and(|known| known <= strength);
                let is_certain =
                    (is_certain || known.is_some()) && strength != Strength::Possible && !is_hidden;
                let id = principal.id.to_lowercase();
                let key = (is_hidden, id, right, strength, is_certain);
                let entry = found.entry(key).or_insert_with(|| Gained {
                    principal: principal.id.clone(),
                    label: principal.label(),
                    right,
                    strength,
                    is_certain,
                    vaults: Vec::new(),
                });
                if !entry.vaults.iter().any(|known| id::same(known, on)) {
                    entry.vaults.push(on.to_owned());
                }
            }
        }
    }
    let mut rights = Rights::default();
    for ((is_hidden, ..), gained) in found {
        if is_hidden { &mut rights.hidden } else { &mut rights.gained }.push(gained);
    }
    rights
}
