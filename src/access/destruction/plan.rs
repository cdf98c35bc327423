//! From a vault's settings to every way of losing its recovery points that has no step to spare.

use super::power::{Power, Powers};
use super::settings::{
    Copies, Guard, Immutability, LEAST_RETENTION_DAYS, LEAST_SOFT_DELETE_DAYS, Settings, SoftDelete,
};

/// One way: the steps that it takes, and the days after the last of them until the points are gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Plan {
    /// Days that can be used to undo it.
    pub delay: u32,
    /// The steps, which are the powers that are needed.
    pub powers: Powers,
}

/// Every way to lose all points. None: not before they expire.
pub fn plans(settings: &Settings) -> Vec<Plan> {
    let mut plans = through_the_vault(settings);
    if settings.copies == Copies::Snapshots {
        plans.extend(at_the_datasource(settings));
    }
    minimal(plans)
}

/// Every way to lose the snapshots beside the datasource, whatever becomes of the vault's points.
pub fn at_the_datasource(settings: &Settings) -> Vec<Plan> {
    match settings.copies {
        Copies::Vault => Vec::new(),
        Copies::Both | Copies::Snapshots => {
            let powers = settings.snapshot_locks.with(Power::DeleteSnapshots);
            vec![Plan { delay: 0, powers }]
        }
    }
}

fn through_the_vault(settings: &Settings) -> Vec<Plan> {
    let mutable = match settings.immutability {
        // Immutability does not hold snapshots beside the datasource.
        _ if settings.copies == Copies::Snapshots => vec![Powers::NONE],
        Immutability::Off => vec![Powers::NONE],
        Immutability::Unlocked => ways(settings, Power::ReduceImmutability),
        Immutability::Locked => return Vec::new(),
    };
    let mut ends: Vec<(u32, Vec<Powers>)> = vec![(0, ways(settings, Power::DeleteData))];
    if settings.on_premises {
        ends.push((0, ways(settings, Power::UnregisterContainer)));
    }
    if settings.prunes {
        ends.push((LEAST_RETENTION_DAYS, ways(settings, Power::ShortenPolicy)));
    }
    let mut plans = Vec::new();
    for (kept, softness) in soft_delete(settings) {
        for (aged, end) in &ends {
            for powers in both(&both(&mutable, &softness), end) {
                plans.push(Plan { delay: kept + aged, powers });
            }
        }
    }
    plans
}

/// What soft delete can be made into: the days that it then keeps what is deleted, and the ways to that.
fn soft_delete(settings: &Settings) -> Vec<(u32, Vec<Powers>)> {
    let untouched = vec![Powers::NONE];
    match settings.soft_delete {
        SoftDelete::Off => vec![(0, untouched)],
        SoftDelete::On(days) => {
            vec![(days, untouched), (0, ways(settings, Power::WeakenSoftDelete))]
        }
        SoftDelete::AlwaysOn(days) => {
            let least = days.min(LEAST_SOFT_DELETE_DAYS);
            vec![(days, untouched), (least, ways(settings, Power::WeakenSoftDelete))]
        }
    }
}

/// The ways to take one step on the vault: past the locks, and past the guard if it holds the step.
fn ways(settings: &Settings, step: Power) -> Vec<Powers> {
    let locked = settings.locks.over(step).with(step);
    past_guard(settings, step).into_iter().map(|past| past.union(locked)).collect()
}

fn past_guard(settings: &Settings, step: Power) -> Vec<Powers> {
    let Some(guard) = settings.guard.filter(|guard| guard.held.contains(step)) else {
        return vec![Powers::NONE];
    };
    let mut ways = vec![guard.delete_locks.with(Power::DeleteGuard)];
    ways.extend(Guard::approval(step).map(|approval| Powers::NONE.with(approval)));
    if guard.excludable.contains(step) {
        ways.push(guard.write_locks.with(Power::ExcludeOperations));
    }
    // No guard can leave out unlinking, and it frees every step.
    let locks = settings.locks.over(Power::UnlinkGuard);
    ways.push(locks.with(Power::UnlinkGuard).with(Power::ApproveUnlink));
    ways
}

fn both(left: &[Powers], right: &[Powers]) -> Vec<Powers> {
    let pairs = left.iter().flat_map(|left| right.iter().map(|right| left.union(*right)));
    let mut pairs: Vec<Powers> = pairs.collect();
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

/// Leaves out what needs no less and takes no less than another.
fn minimal(mut plans: Vec<Plan>) -> Vec<Plan> {
    plans.sort_by_key(|plan| (plan.powers.len(), plan.delay, plan.powers));
    plans.dedup();
    let mut kept: Vec<Plan> = Vec::new();
    for plan in plans {
        let spare =
            kept.iter().any(|less| less.delay <= plan.delay && plan.powers.includes(less.powers));
        if !spare {
            kept.push(plan);
        }
    }
    kept.sort_unstable();
    kept
}
