//! What each vault holds, counted once for every rule that asks.

use std::collections::HashMap;

use super::id::{self, ByKey};
use super::{Fact, IdKey, Protection, Workload};

/// What a vault holds, as far as it was read. Whether the list is whole is for
/// [`super::Vault::items_read`] to say.
#[derive(Clone, Debug, Default)]
pub struct Held {
    /// Items or instances, soft-deleted ones too.
    pub total: u32,
    /// Those whose backups are meant to run.
    pub active: u32,
    /// Those that are soft-deleted.
    pub soft_deleted: u32,
    /// Those of which nobody can tell whether their backups are meant to run.
    pub undecided: u32,
    /// Those that do not say what kind of thing they protect.
    pub kindless: u32,
    /// The active ones by [`Workload`].
    active_by: [u32; Workload::ALL.len()],
    /// All of them by [`Workload`].
    total_by: [u32; Workload::ALL.len()],
    /// Where they stand in the estate: first position and length of each run.
    runs: Vec<(u32, u32)>,
    /// The vault's id as the first of them spells it.
    vault: String,
}

impl Held {
    /// The active ones of one workload.
    pub fn active_of(&self, workload: Workload) -> u32 {
        self.active_by[workload as usize]
    }

    /// Those of one workload, in whatever state.
    pub fn total_of(&self, workload: Workload) -> u32 {
        self.total_by[workload as usize]
    }

    fn add(&mut self, protection: &Protection<'_>, at: u32) {
        self.total += 1;
        let soft_deleted = protection.is_soft_deleted() == Ok(true);
        self.soft_deleted += u32::from(soft_deleted);
        let workload = match protection.workload {
            Fact::Known(workload) => workload,
            Fact::Absent | Fact::Unknown(_) => Workload::Other,
        };
        self.total_by[workload as usize] += 1;
        self.kindless += u32::from(!matches!(protection.workload, Fact::Known(_)));
        match protection.is_active() {
            Ok(true) => {
                self.active += 1;
                self.active_by[workload as usize] += 1;
            }
            Ok(false) => {}
            Err(_) => self.undecided += 1,
        }
        match self.runs.last_mut() {
            Some((first, length)) if *first + *length == at => *length += 1,
            _ => self.runs.push((at, 1)),
        }
    }

    fn merge(&mut self, more: Self) {
        self.total += more.total;
        self.active += more.active;
        self.soft_deleted += more.soft_deleted;
        self.undecided += more.undecided;
        self.kindless += more.kindless;
        let sum = |sums: &mut [u32], more: &[u32]| {
            sums.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
        };
        sum(&mut self.active_by, &more.active_by);
        sum(&mut self.total_by, &more.total_by);
        self.runs.extend(more.runs);
    }
}

/// Every vault that holds something, by id.
#[derive(Debug, Default)]
pub(super) struct Holdings {
    by_vault: HashMap<IdKey, Held, ByKey>,
    nothing: Held,
}

impl Holdings {
    /// Puts together what was counted in the segments of a list, in their order.
    pub fn new(parts: impl Iterator<Item = Vec<Held>>) -> Self {
        let mut holdings = Self::default();
        for held in parts.flatten() {
            match holdings.by_vault.entry(IdKey::of(&held.vault)) {
                std::collections::hash_map::Entry::Occupied(mut known) => {
                    known.get_mut().merge(held);
                }
                std::collections::hash_map::Entry::Vacant(vacant) => {
                    vacant.insert(held);
                }
            }
        }
        holdings
    }
}

/// Counts in one segment. Items of one vault stand together as a rule, so only a change of vault costs a
/// look-up.
pub(super) fn of_segment(segment: &[Protection<'_>], start: u32) -> Vec<Held> {
    let mut held: Vec<Held> = Vec::new();
    let mut by_vault: HashMap<IdKey, usize, ByKey> = HashMap::default();
    let mut current: Option<(&str, usize)> = None;
    for (at, protection) in (start..).zip(segment) {
        let known = protection.vault.zip(current);
        let found = match known {
            // One text, not two that are the same: no look at the texts themselves.
            Some((vault, (last, found))) if std::ptr::eq(vault, last) => Some(found),
            _ => {
                let vault = protection.vault.or_else(|| protection.resource.id.vault());
                vault.map(|vault| {
                    let found = *by_vault.entry(IdKey::of(vault)).or_insert_with(|| {
                        held.push(Held { vault: vault.to_owned(), ..Held::default() });
                        held.len() - 1
                    });
                    current = Some((vault, found));
                    found
                })
            }
        };
        if let Some(found) = found {
            held[found].add(protection, at);
        }
    }
    held
}

impl<'a> super::Estate<'a> {
    /// What a vault holds, as far as it was read.
    pub fn held_by(&self, vault: &str) -> &Held {
        let held = self.holdings.by_vault.get(&IdKey::of(vault));
        held.filter(|held| id::same(&held.vault, vault)).unwrap_or(&self.holdings.nothing)
    }

    /// The items or instances of a vault, in the order of the input.
    pub fn protections_in(&self, vault: &str) -> impl Iterator<Item = &Protection<'a>> {
        let runs = self.held_by(vault).runs.iter();
        runs.flat_map(|(first, length)| *first..*first + *length)
            .filter_map(|at| self.protections.get(at))
    }
}
