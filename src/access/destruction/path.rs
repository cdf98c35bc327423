//! The steps of the cheapest way, in order: who takes each, and what that person has to do first.

use super::analysis::{Holder, Input, Range, SOMEBODY, anybodys};
use super::plan::plans;
use super::power::{Power, Powers};
use super::search::Offer;

/// One way to lose the points, step by step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// The steps, in order.
    pub steps: Vec<Step>,
    /// Days after the last step, in which it can be undone.
    pub delay: u32,
    /// Whether every step is proven.
    pub proven: bool,
    /// What the same people can do besides: containers, snapshots, the vault itself.
    pub also: Vec<Step>,
}

/// What is left of a vault whose points are gone.
const REST: Powers =
    Powers::of(&[Power::UnregisterContainer, Power::DeleteSnapshots, Power::DeleteVault]);

/// One step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Step {
    /// What is done.
    pub power: Power,
    /// Who does it: a position in the list of holders, or [`SOMEBODY`].
    pub holder: u32,
    /// Which of those who hold the same.
    pub member: u32,
    /// By what.
    pub how: How,
    /// Whether it lifts a lock of which nobody knows whether it is there.
    pub if_any: bool,
}

/// How somebody comes to hold a power, cheapest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    /// A role allows it now.
    Holds,
    /// After activating an eligible role.
    Activates,
    /// After writing a role assignment for itself.
    Grants,
    /// After activating an eligible role that lets it write one.
    ActivatesAndGrants,
    /// Only if something unread, or a condition, allows it.
    MayHold,
}

impl How {
    /// The word of reports for scripts.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::Activates => "activates",
            Self::Grants => "grants-itself",
            Self::ActivatesAndGrants => "activates-and-grants-itself",
            Self::MayHold => "may-hold",
        }
    }
}

/// The way with the fewest steps for the fewest people.
pub fn cheapest(input: &Input, range: &Range) -> Option<Path> {
    let (choice, settings, proven) = match (range.proven.first(), range.possible.first()) {
        (Some(choice), _) => (choice, &input.strongest, true),
        (None, Some(choice)) => (choice, &input.weakest, false),
        (None, None) => return None,
    };
    let plans = plans(settings);
    let within = plans.iter().filter(|plan| plan.delay <= choice.delay).map(|plan| plan.powers);
    let somebody = [Offer::of(SOMEBODY, 1, anybodys(input), 1)];
    let set = if proven {
        choice.named.first()?.as_slice()
    } else {
        let able = choice.named.iter().find(|set| covers(own(input, set), within.clone()));
        let is_somebodys = choice.people == 1
            && !input.unread.is_empty()
            && covers(somebody[0].powers, within.clone());
        match able {
            Some(set) => set.as_slice(),
            // It is no fault of anybody who is known.
            None if is_somebodys => &somebody[..],
            None => choice.named.first()?,
        }
    };
    let steps = shortest(input, set, within)?;
    let done: Powers = steps.iter().map(|step| step.power).collect();
    let also = REST.minus(done).iter().filter_map(|power| step(input, set, power)).collect();
    Some(Path { steps, delay: choice.delay, proven, also })
}

/// What these hold or may hold by what was read of them.
fn own(input: &Input, set: &[Offer]) -> Powers {
    let holders = set.iter().filter_map(|offer| input.holders.get(offer.holder as usize));
    holders.fold(Powers::NONE, |all, holder| all.union(holder.all()))
}

fn covers(held: Powers, mut plans: impl Iterator<Item = Powers>) -> bool {
    plans.any(|plan| held.includes(plan))
}

fn shortest(
    input: &Input,
    set: &[Offer],
    plans: impl Iterator<Item = Powers> + Clone,
) -> Option<Vec<Step>> {
    let held = set.iter().fold(Powers::NONE, |all, offer| all.union(offer.powers));
    let ways = plans.filter(|plan| held.includes(*plan));
    ways.map(|plan| plan.iter().filter_map(|power| step(input, set, power)).collect())
        .min_by_key(|steps: &Vec<Step>| (steps.iter().map(Step::cost).sum::<u32>(), steps.clone()))
}

fn step(input: &Input, set: &[Offer], power: Power) -> Option<Step> {
    let offers = set.iter().filter(|offer| offer.powers.contains(power));
    let ways = offers.map(|offer| {
        let holder = input.holders.get(offer.holder as usize);
        (holder.map_or(How::MayHold, |holder| how(holder, power)), offer.holder, offer.member)
    });
    let if_any = input.unread_locks.contains(power);
    ways.min().map(|(how, holder, member)| Step { power, holder, member, how, if_any })
}

fn how(holder: &Holder, power: Power) -> How {
    let ways = [
        (holder.own.now, How::Holds),
        (holder.own.eligible, How::Activates),
        (holder.granted.now, How::Grants),
        (holder.granted.eligible, How::ActivatesAndGrants),
    ];
    let found = ways.into_iter().find(|(powers, _)| powers.contains(power));
    found.map_or(How::MayHold, |(_, how)| how)
}

impl Step {
    /// Whoever has to get a right first takes longer. What every vault on the guard would show comes after
    /// what one shows; nobody documents what becomes of a vault whose guard is gone, so that comes last.
    fn cost(&self) -> u32 {
        let aid = u32::from(self.how != How::Holds);
        let seen = match self.power {
            Power::DeleteGuard => 5,
            Power::ExcludeOperations => 1,
            _ => 0,
        };
        1 + aid + seen
    }

    /// Whether nobody known takes it.
    pub const fn is_somebodys(&self) -> bool {
        self.holder == SOMEBODY
    }
}
