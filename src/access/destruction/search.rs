//! The exact search: how few people hold, together, everything that one of the plans takes.
//!
//! People who hold the same powers are one class, so that a thousand contributors cost as much as one.
//! Of each number of people that the search answers, no smaller number suffices at that delay: it looks
//! at every union of classes, not at a greedy choice.

use std::collections::BTreeMap;

use super::plan::Plan;
use super::power::Powers;

/// Sets that an answer names.
pub const NAMED_SETS: u32 = 10;

/// Unions that are looked at to count the sets; beyond it the count is "at least".
const UNIONS: u32 = 100_000;

/// What somebody, or each of several, can bring along, and how many people that takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Who: a position in the list of holders.
    pub holder: u32,
    /// Which of those who hold the same; only where one person is named.
    pub member: u32,
    /// How many they are.
    pub count: u32,
    /// The powers.
    pub powers: Powers,
    /// One, and one more for whoever has to approve an activation.
    pub people: u32,
}

impl Offer {
    /// What each of some people can bring along.
    pub const fn of(holder: u32, count: u32, powers: Powers, people: u32) -> Self {
        Self { holder, member: 0, count, powers, people }
    }

    /// Each of them, as far as they can be named.
    fn each(self) -> impl Iterator<Item = Self> {
        let named = self.count.min(NAMED_SETS);
        (0..named).map(move |member| Self { member, count: 1, ..self })
    }
}

/// What the least number of people can do that suffices for one delay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// How many people.
    pub people: u32,
    /// Days from the last step until the points are gone.
    pub delay: u32,
    /// How many sets of so many people there are.
    pub sets: u64,
    /// Whether there may be more sets than were counted.
    pub at_least: bool,
    /// The first of the sets.
    pub named: Vec<Vec<Offer>>,
}

/// For each number of people that shortens the delay, the shortest delay; fewest people first.
pub fn frontier(plans: &[Plan], offers: &[Offer]) -> Vec<Choice> {
    let wanted = plans.iter().fold(Powers::NONE, |all, plan| all.union(plan.powers));
    let classes = classes(offers, wanted);
    let mut delays: Vec<u32> = plans.iter().map(|plan| plan.delay).collect();
    delays.sort_unstable();
    delays.dedup();
    let mut frontier: Vec<Choice> = Vec::new();
    for delay in delays {
        let within: Vec<Powers> =
            plans.iter().filter(|plan| plan.delay <= delay).map(|plan| plan.powers).collect();
        let Some(people) = fewest(&within, &classes) else { continue };
        if frontier.last().is_none_or(|faster| people < faster.people) {
            frontier.push(Sets::of(people, &within, &classes).choice(people, delay));
        }
    }
    frontier.reverse();
    frontier
}

/// People with the same powers, as far as these matter.
struct Class {
    powers: Powers,
    people: u32,
    members: Vec<Offer>,
}

fn classes(offers: &[Offer], wanted: Powers) -> Vec<Class> {
    let mut classes: BTreeMap<(u32, Powers), Vec<Offer>> = BTreeMap::new();
    for offer in offers {
        let powers = offer.powers.intersection(wanted);
        if !powers.is_empty() && offer.count > 0 {
            classes.entry((offer.people, powers)).or_default().push(*offer);
        }
    }
    let class = |((people, powers), members)| Class { powers, people, members };
    classes.into_iter().map(class).collect()
}

fn fewest(plans: &[Powers], classes: &[Class]) -> Option<u32> {
    plans.iter().filter_map(|plan| fewest_for(*plan, classes)).min()
}

/// Covers one plan: over the sets of its powers, the least number of people that hold them.
fn fewest_for(plan: Powers, classes: &[Class]) -> Option<u32> {
    let mut reached: BTreeMap<Powers, u32> = BTreeMap::from([(Powers::NONE, 0)]);
    for class in classes {
        let brought = class.powers.intersection(plan);
        if brought.is_empty() {
            continue;
        }
        for (held, people) in reached.clone() {
            let people = people + class.people;
            let best = reached.entry(held.union(brought)).or_insert(people);
            *best = people.min(*best);
        }
    }
    reached.get(&plan).copied()
}

/// The sets of a given number of people that suffice, where no smaller number does: then no two of one
/// class are in a set, since the second would bring nothing.
struct Sets<'c> {
    plans: &'c [Powers],
    classes: &'c [Class],
    left: u32,
    sets: u64,
    named: Vec<Vec<Offer>>,
}

impl<'c> Sets<'c> {
    fn of(people: u32, plans: &'c [Powers], classes: &'c [Class]) -> Self {
        let mut sets = Self { plans, classes, left: UNIONS, sets: 0, named: Vec::new() };
        sets.extend(0, people, Powers::NONE, &mut Vec::new());
        sets
    }

    fn extend(&mut self, from: usize, people: u32, held: Powers, chosen: &mut Vec<usize>) {
        if people == 0 {
            if self.plans.iter().any(|plan| held.includes(*plan)) {
                self.note(chosen);
            }
            return;
        }
        for at in from..self.classes.len() {
            let class = &self.classes[at];
            let Some(rest) = people.checked_sub(class.people) else { continue };
            if self.left == 0 {
                return;
            }
            self.left -= 1;
            chosen.push(at);
            self.extend(at + 1, rest, held.union(class.powers), chosen);
            chosen.pop();
        }
    }

    fn note(&mut self, chosen: &[usize]) {
        let classes = chosen.iter().map(|at| &self.classes[*at].members);
        let count = classes
            .clone()
            .map(|members| members.iter().map(|offer| u64::from(offer.count)).sum())
            .fold(1_u64, u64::saturating_mul);
        self.sets = self.sets.saturating_add(count);
        let mut named: Vec<Vec<Offer>> = vec![Vec::new()];
        for members in classes {
            let room = (NAMED_SETS as usize).saturating_sub(self.named.len());
            let longer = named.iter().flat_map(|set| {
                members.iter().flat_map(|offer| offer.each()).map(|member| {
                    let mut set = set.clone();
                    set.push(member);
                    set
                })
            });
            named = longer.take(room).collect();
        }
        for mut set in named {
            set.sort_by_key(|offer| (offer.holder, offer.member));
            self.named.push(set);
        }
    }

    fn choice(mut self, people: u32, delay: u32) -> Choice {
        let key = |offer: &Offer| (offer.holder, offer.member);
        self.named.sort_by_key(|set| set.iter().map(key).collect::<Vec<_>>());
        let at_least = self.left == 0;
        Choice { people, delay, sets: self.sets.max(1), at_least, named: self.named }
    }
}
