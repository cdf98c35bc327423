//! The answer for one vault: how few people it takes, how long, in which order, and what would stop it.

use super::change::{self, Change};
use super::path::{self, Path};
use super::plan::{Plan, at_the_datasource, plans};
use super::power::Powers;
use super::search::{Choice, Offer, frontier};
use super::settings::Settings;

/// The holder of what nobody is known to hold, because it was not read who does.
pub const SOMEBODY: u32 = u32::MAX;

/// What is known of one vault.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Input {
    /// The settings, each unknown one as weak as it may be.
    pub weakest: Settings,
    /// The settings, each unknown one as strong as it may be.
    pub strongest: Settings,
    /// Everybody who holds any of the powers; those who hold the same are one.
    pub holders: Vec<Holder>,
    /// What others may hold, because not everything was read that grants it.
    pub unread: Powers,
    /// The same on a guard in another subscription.
    pub unread_elsewhere: Powers,
    /// What lifts locks of which nobody knows whether they are there: the strongest settings have them.
    pub unread_locks: Powers,
    /// Whether an eligible role takes a second person to activate.
    pub approval: Approval,
}

/// Somebody who holds some of the powers, or several who hold the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Holder {
    /// What its own roles allow.
    pub own: Held,
    /// What it can give itself, by writing role assignments.
    pub granted: Held,
    /// A group whose members nobody could list: there is at least one, and anybody may be one.
    pub members_unread: bool,
    /// What it would hold on a guard in another subscription of the tenant, by roles at the root or a
    /// management group.
    pub elsewhere: Held,
    /// How many they are.
    pub count: u32,
}

impl Default for Holder {
    fn default() -> Self {
        let (own, granted, elsewhere) = (Held::default(), Held::default(), Held::default());
        Self { own, granted, members_unread: false, elsewhere, count: 1 }
    }
}

/// Powers by how firmly they are held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Held {
    /// Now, and proven.
    pub now: Powers,
    /// After activating an eligible role.
    pub eligible: Powers,
    /// If a condition holds, or something unread says so.
    pub doubtful: Powers,
}

impl Held {
    /// Both together.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self {
            now: self.now.union(other.now),
            eligible: self.eligible.union(other.eligible),
            doubtful: self.doubtful.union(other.doubtful),
        }
    }

    /// It without these.
    #[must_use]
    pub const fn less(self, powers: Powers) -> Self {
        Self {
            now: self.now.minus(powers),
            eligible: self.eligible.minus(powers),
            doubtful: self.doubtful.minus(powers),
        }
    }

    /// All of it.
    pub const fn all(&self) -> Powers {
        self.now.union(self.eligible).union(self.doubtful)
    }
}

impl Holder {
    const fn now(&self) -> Powers {
        self.own.now.union(self.granted.now)
    }

    const fn activated(&self) -> Powers {
        self.now().union(self.own.eligible).union(self.granted.eligible)
    }

    /// All of it, however surely.
    pub(super) const fn all(&self) -> Powers {
        self.own.all().union(self.granted.all())
    }
}

/// Whether activating an eligible role takes somebody who approves it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Approval {
    /// It does not.
    NotNeeded,
    /// It does.
    Needed,
    /// The rules of activation were not read.
    Unread,
}

/// What it takes to lose something.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bound {
    /// For each number of people that shortens the delay, what they can do; fewest people first.
    pub choices: Vec<Choice>,
    /// Whether there is no way at all, whoever helps: not before the points expire.
    pub never: bool,
}

impl Bound {
    fn of(plans: &[Plan], offers: &[Offer]) -> Self {
        Self { choices: frontier(plans, offers), never: plans.is_empty() }
    }

    /// The fewest people, with the least delay that these can reach.
    pub fn first(&self) -> Option<&Choice> {
        self.choices.first()
    }

    /// The least delay that so many people can reach.
    pub fn delay_of(&self, people: u32) -> Option<u32> {
        let reached = self.choices.iter().filter(|choice| choice.people <= people);
        reached.map(|choice| choice.delay).min()
    }

    /// Whether it says the same as another: numbers, delays, and whether it can be at all.
    pub fn agrees(&self, other: &Self) -> bool {
        let numbers = |bound: &Self| -> Vec<(u32, u32)> {
            bound.choices.iter().map(|choice| (choice.people, choice.delay)).collect()
        };
        self.never == other.never && numbers(self) == numbers(other)
    }
}

/// A range: what can be proven, and what the unknown may add to it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Range {
    /// What it takes at most: by what is proven alone.
    pub proven: Bound,
    /// What it takes at least: if all that is unknown helps.
    pub possible: Bound,
}

impl Range {
    fn of(input: &Input, plans: fn(&Settings) -> Vec<Plan>) -> Self {
        let proven = Bound::of(&plans(&input.strongest), &proven_offers(input));
        let possible = Bound::of(&plans(&input.weakest), &possible_offers(input));
        Self { proven, possible }
    }

    /// Whether nothing unknown matters.
    pub fn is_settled(&self) -> bool {
        self.proven.agrees(&self.possible)
    }

    /// Whether so many people can lose it within fewer days: `None` if that cannot be told.
    pub fn within(&self, people: u32, days: u32) -> Option<bool> {
        let can = |bound: &Bound| bound.delay_of(people).is_some_and(|delay| delay < days);
        let (proven, possible) = (can(&self.proven), can(&self.possible));
        (proven == possible).then_some(proven)
    }
}

/// The answer for one vault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Analysis {
    /// What it takes to lose every recovery point of the vault.
    pub vault: Range,
    /// What it takes to lose the snapshots beside the datasources; `None` if there are none.
    pub snapshots: Option<Range>,
    /// The cheapest way for the fewest people: a proven one, else one that may be.
    pub path: Option<Path>,
    /// The one change that raises the number of people or the delay most, and the others, best first.
    pub changes: Vec<Change>,
}

/// Analyses one vault.
pub fn analyse(input: &Input) -> Analysis {
    let vault = vault(input);
    let has_snapshots = !at_the_datasource(&input.weakest).is_empty();
    Analysis {
        path: path::cheapest(input, &vault),
        changes: change::best(input, &vault),
        snapshots: has_snapshots.then(|| Range::of(input, at_the_datasource)),
        vault,
    }
}

/// What it takes to lose every recovery point of the vault.
pub(super) fn vault(input: &Input) -> Range {
    Range::of(input, plans)
}

fn proven_offers(input: &Input) -> Vec<Offer> {
    let mut offers = Vec::with_capacity(input.holders.len());
    for (holder, held) in (0u32..).zip(&input.holders) {
        let (now, activated) = (held.now(), held.activated());
        if input.approval == Approval::NotNeeded {
            offers.push(Offer::of(holder, held.count, activated, 1));
            continue;
        }
        offers.push(Offer::of(holder, held.count, now, 1));
        if activated != now {
            offers.push(Offer::of(holder, held.count, activated, 2));
        }
    }
    offers
}

/// What anybody may hold: what was not read, and what a group gives that could not be listed.
pub(super) fn anybodys(input: &Input) -> Powers {
    let is_unread = |holder: &&Holder| holder.members_unread && holder.count > 0;
    let groups = input.holders.iter().filter(is_unread);
    groups.fold(input.unread, |all, group| all.union(group.all()))
}

fn possible_offers(input: &Input) -> Vec<Offer> {
    let anybodys = anybodys(input);
    let mut offers = Vec::with_capacity(input.holders.len() + 1);
    for (holder, held) in (0u32..).zip(&input.holders) {
        let all = held.all().union(anybodys);
        let doubtful = held.own.doubtful.union(held.granted.doubtful).union(anybodys);
        let unaided = held.now().union(doubtful);
        if input.approval == Approval::Needed && unaided != all {
            offers.push(Offer::of(holder, held.count, unaided, 1));
            offers.push(Offer::of(holder, held.count, all, 2));
        } else {
            offers.push(Offer::of(holder, held.count, all, 1));
        }
    }
    if !input.unread.is_empty() {
        offers.push(Offer::of(SOMEBODY, 1, anybodys, 1));
    }
    offers
}
