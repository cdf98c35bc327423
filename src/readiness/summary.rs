//! The numbers of a matrix: in all, by way, class, vault and region.

use std::collections::BTreeMap;

use super::{Basis, Item, Objective, Pick, Readiness, Ways};
use crate::inventory::{Reason, Restored, Span, Time, normalised_region};

/// How many items, or ways, came to what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// By [`Readiness`], in the order of [`Readiness::ALL`].
    by: [u64; Readiness::ALL.len()],
}

impl Count {
    /// Those that came to this.
    pub fn of(&self, readiness: Readiness) -> u64 {
        self.by[readiness as usize]
    }

    /// All of them that are judged: what is not offered is not.
    pub fn all(&self) -> u64 {
        self.by.iter().sum::<u64>() - self.of(Readiness::NotOffered)
    }

    fn add(&mut self, readiness: Readiness) {
        self.by[readiness as usize] += 1;
    }

    fn join(&mut self, more: &Self) {
        self.by.iter_mut().zip(more.by).for_each(|(sum, more)| *sum += more);
    }
}

/// Some items together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Group {
    /// What the items came to.
    pub items: Count,
    /// The ways, in the order of the matrix.
    pub ways: Vec<Count>,
    /// The most data that one of them would lose, of those of which that is known.
    pub most_lost: Option<Span>,
    /// Those of which it is not known how much would be lost.
    pub unknown_loss: u64,
    /// When one of them was restored last.
    pub last_restore: Option<Time>,
    /// How long that took.
    pub took: Option<Span>,
}

/// The items of a class.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OfClass {
    /// The numbers.
    pub group: Group,
    /// Items that would lose more than the class allows.
    pub beyond_rpo: u64,
    /// Items by [`Objective`]: met, missed, not measured, unknown.
    pub objectives: [u64; 4],
}

/// The numbers of a matrix.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// All items.
    pub all: Group,
    /// By class, in the order of the configuration. An item of two classes counts in both.
    pub classes: Vec<(String, OfClass)>,
    /// By vault id in lower case.
    pub vaults: BTreeMap<String, Group>,
    /// By region; empty text where it was not read.
    pub regions: BTreeMap<String, Group>,
    /// Items whose backups are not meant to run: they are not judged.
    pub inactive: u64,
    /// Vaults whose items were not read to the end, by id in lower case.
    pub unread: BTreeMap<String, Reason>,
    /// What was counted and is in none of the groups yet.
    runs: Vec<Run>,
}

/// Items of one vault that stand together, as they mostly do.
#[derive(Clone, Debug)]
struct Run {
    vault: String,
    region: String,
    group: Group,
}

impl Summary {
    pub(super) fn new(basis: &Basis<'_, '_, '_>, ways: &Ways<'_, '_, '_>, pick: &Pick) -> Self {
        let vaults = basis.estate.vaults.iter().filter_map(|vault| {
            let id = vault.resource.id.as_str();
            let reason = vault.items_read.err().filter(|_| pick.takes_vault(id))?;
            Some((id.to_ascii_lowercase(), reason))
        });
        let names = basis.declared.classes.iter().map(|class| class.name.clone());
        let group =
            Group { ways: vec![Count::default(); ways.operations().len()], ..Group::default() };
        let of_class = OfClass { group: group.clone(), ..OfClass::default() };
        Self {
            classes: names.map(|name| (name, of_class.clone())).collect(),
            all: group,
            unread: vaults.collect(),
            ..Self::default()
        }
    }

    /// The same without any item, to be counted on its own.
    pub(super) fn emptied(&self) -> Self {
        let classes = self.classes.iter().map(|(name, class)| {
            let group =
                Group { ways: vec![Count::default(); class.group.ways.len()], ..Group::default() };
            (name.clone(), OfClass { group, ..OfClass::default() })
        });
        let all = Group { ways: vec![Count::default(); self.all.ways.len()], ..Group::default() };
        Self { classes: classes.collect(), all, ..Self::default() }
    }

    pub(super) fn count(&mut self, basis: &Basis<'_, '_, '_>, item: &Item<'_, '_, '_>) {
        let vault = item.protection.vault_id().unwrap_or_default();
        if self.runs.last().is_none_or(|run| run.vault != vault) {
            let read = basis.estate.vault_holding(item.protection);
            let region = read.and_then(|vault| vault.region().known());
            let region = region.map(|region| normalised_region(&region)).unwrap_or_default();
            let (vault, group) = (vault.to_owned(), Group::like(&self.all));
            self.runs.push(Run { vault, region, group });
        }
        if let Some(run) = self.runs.last_mut() {
            run.group.count(item);
        }
        for class in &item.classes {
            let named = self.classes.iter_mut().find(|(name, _)| *name == class.name);
            if let Some((_, of_class)) = named {
                of_class.count(item, class.rpo);
            }
        }
    }

    pub(super) fn add(&mut self, more: Self) {
        for ((_, class), (_, more)) in self.classes.iter_mut().zip(&more.classes) {
            class.group.join(&more.group);
            class.beyond_rpo += more.beyond_rpo;
            class.objectives.iter_mut().zip(more.objectives).for_each(|(sum, more)| *sum += more);
        }
        for Run { vault, region, group } in more.runs {
            let empty = || Group::like(&group);
            self.all.join(&group);
            self.regions.entry(region).or_insert_with(empty).join(&group);
            self.vaults.entry(vault.to_ascii_lowercase()).or_insert_with(empty).join(&group);
        }
        self.inactive += more.inactive;
    }

    /// Whether the answer is open: of an item nobody can tell whether it can be restored, or there may be more items.
    pub fn is_incomplete(&self) -> bool {
        self.all.items.of(Readiness::Unknown) > 0 || !self.unread.is_empty()
    }
}

impl Group {
    fn like(other: &Self) -> Self {
        Self { ways: vec![Count::default(); other.ways.len()], ..Self::default() }
    }

    fn count(&mut self, item: &Item<'_, '_, '_>) {
        self.items.add(item.verdict);
        for (count, way) in self.ways.iter_mut().zip(&item.ways) {
            count.add(way.readiness);
        }
        self.most_lost = self.most_lost.max(item.lost);
        self.unknown_loss += u64::from(item.lost.is_none());
        if let Restored::At(job) = item.restored {
            self.restored(job.end, job.took);
        }
    }

    fn restored(&mut self, end: Time, took: Option<Span>) {
        if self.last_restore.is_none_or(|known| (known, self.took) < (end, took)) {
            (self.last_restore, self.took) = (Some(end), took);
        }
    }

    fn join(&mut self, more: &Self) {
        self.items.join(&more.items);
        self.ways.iter_mut().zip(&more.ways).for_each(|(sum, more)| sum.join(more));
        self.most_lost = self.most_lost.max(more.most_lost);
        self.unknown_loss += more.unknown_loss;
        if let Some(end) = more.last_restore {
            self.restored(end, more.took);
        }
    }
}

impl OfClass {
    fn count(&mut self, item: &Item<'_, '_, '_>, rpo: Option<Span>) {
        self.group.count(item);
        let is_beyond = item.lost.zip(rpo).is_some_and(|(lost, rpo)| lost > rpo);
        self.beyond_rpo += u64::from(is_beyond);
        let at = match item.objective {
            Objective::None => return,
            Objective::Met => 0,
            Objective::Missed => 1,
            Objective::NotMeasured => 2,
            Objective::Unknown(_) => 3,
        };
        self.objectives[at] += 1;
    }
}
