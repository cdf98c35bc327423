//! What a step costs an item in recovery points.

use super::super::point;
use super::step::Reading;
use crate::change::{Direction, Shift};
use crate::inventory::{
    BackupPolicy, Estate, Fact, Kind, Protection, Resource, Span, Tiers, Time, View as _,
};

/// What becomes of the recovery points of items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Loss {
    /// They stay.
    None,
    /// They go with the item.
    All,
    /// A shorter retention prunes them: surely those older than the longest tier afterwards, and perhaps those that
    /// are older than the shortest tier that is cut.
    Older { surely: Option<Span>, perhaps: Span },
}

/// What an item loses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Toll {
    /// How many recovery points it has; at least so many where they were not all read, none where nothing tells.
    pub points: Option<u64>,
    /// Whether these are all.
    pub is_whole: bool,
    /// How many go for certain.
    pub surely: u64,
    /// How many may go; none where nobody can tell.
    pub perhaps: Option<u64>,
}

/// The recovery points of all items that a plan hits.
pub(super) struct Points<'e, 'a> {
    estate: &'e Estate<'a>,
    points: point::Points<'e, 'a>,
    now: Time,
}

impl<'e, 'a> Points<'e, 'a> {
    pub fn of(
        estate: &'e Estate<'a>,
        readings: &[Reading<'e, 'a>],
        beside: Vec<&'e Protection<'a>>,
        now: Time,
    ) -> Self {
        let mut items = beside;
        items.extend(readings.iter().flat_map(|reading| reading.items.iter().copied()));
        Self { estate, points: point::Points::of(estate, &items), now }
    }

    /// What an item loses.
    pub fn toll(&self, item: &Protection<'a>, loss: Loss) -> Toll {
        let points = self.points.of_item(item);
        let read = self.estate.points_of(&item.resource).1;
        let told = item.recovery_points.known().map(u64::from);
        let number = told.unwrap_or(0).max(points.len() as u64);
        let is_whole = read.is_ok() || (told.is_some() && told == Some(points.len() as u64));
        let is_known = is_whole || number > 0;
        let older = |span: Span| {
            let limit = self.now.plus(Span(-span.0));
            let old = points
                .iter()
                .filter(|point| point::time_of(point).is_some_and(|time| time < limit));
            old.count() as u64
        };
        let (surely, perhaps) = match loss {
            Loss::None => (0, Some(0)),
            Loss::All => (number, is_known.then_some(number)),
            Loss::Older { surely, perhaps } => {
                (surely.map_or(0, older), is_whole.then(|| older(perhaps)))
            }
        };
        Toll { points: is_known.then_some(number), is_whole, surely, perhaps }
    }
}

impl Toll {
    /// As a clause: `loses 12 to 20 of 24 recovery points`; empty where it loses nothing.
    pub fn words(&self) -> String {
        let all = match self.points {
            Some(1) if self.is_whole => "its only recovery point".to_owned(),
            Some(points) if self.is_whole => format!("its {points} recovery points"),
            Some(points) => format!("its recovery points, of which at least {points} exist"),
            None => "its recovery points, which were not read".to_owned(),
        };
        match (self.surely, self.perhaps) {
            (0, Some(0)) => String::new(),
            (0, None) => format!("may lose some of {all}"),
            (surely, Some(perhaps)) if Some(surely) == self.points && surely == perhaps => {
                if self.is_whole && surely > 1 {
                    format!("loses all {surely} recovery points")
                } else {
                    format!("loses {all}")
                }
            }
            (surely, Some(perhaps)) if surely == perhaps => format!("loses {surely} of {all}"),
            (0, Some(perhaps)) => format!("may lose up to {perhaps} of {all}"),
            (surely, Some(perhaps)) => format!("loses {surely} to {perhaps} of {all}"),
            (surely, None) => format!("loses at least {surely} of {all}"),
        }
    }
}

/// What shorter tiers of a policy do to points. A Backup vault may keep points for as long as was promised when they
/// were made, which Microsoft does not say for every workload.
pub(super) fn of_policy(before: &Resource<'_>, after: &Resource<'_>) -> Loss {
    let was = BackupPolicy::read(before.clone());
    let (Ok(was), Ok(now)) = (was, BackupPolicy::read(after.clone())) else { return UNKNOWN };
    of_tiers(&was, &now)
}

/// Where nothing is known of the tiers, any point may go.
const UNKNOWN: Loss = Loss::Older { surely: None, perhaps: Span(0) };

/// The same for an item that moves from one policy to another.
pub(super) fn of_tiers(was: &BackupPolicy<'_>, now: &BackupPolicy<'_>) -> Loss {
    let tiers = |policy: &BackupPolicy<'_>| match policy.retention {
        Fact::Known(tiers) => Some(tiers),
        Fact::Absent => Some(Tiers::default()),
        Fact::Unknown(_) => None,
    };
    let (Some(was), Some(after)) = (tiers(was), tiers(now)) else { return UNKNOWN };
    let mut longest = Span(0);
    let mut perhaps = None;
    for (before, after) in was.all().into_iter().zip(after.all()) {
        let (Ok(before), Ok(after)) = (before.optional(), after.optional()) else { return UNKNOWN };
        let after = after.unwrap_or(Span(0));
        longest = longest.max(after);
        if before.is_some_and(|before| before > after) {
            perhaps = Some(perhaps.map_or(after, |span: Span| span.min(after)));
        }
    }
    let is_recovery_services = now.resource.kind == Kind::RecoveryServicesPolicy;
    match perhaps {
        None => Loss::None,
        Some(perhaps) => Loss::Older { surely: is_recovery_services.then_some(longest), perhaps },
    }
}

/// Whether a move makes points go.
pub(super) fn is_weaker_retention(shift: &Shift) -> bool {
    shift.direction == Direction::Weaker && matches!(shift.setting, "retention" | "policy")
}
