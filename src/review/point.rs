//! The recovery points of what is reviewed, and which of them a request means.

use std::borrow::Cow;
use std::collections::BTreeSet;

use rayon::prelude::*;

use super::lasting::Copies;
use super::request::Arguments;
use crate::inventory::{
    Estate, Fact, IdKey, Moment, Protection, Reason, RecoveryPoint, Resource, Time, id,
};

/// The points of items: of each, newest first, those without a time last.
#[derive(Debug, Default)]
pub(crate) struct Points<'e, 'a> {
    /// Sorted; as long as the next.
    owners: Vec<IdKey>,
    points: Vec<&'e RecoveryPoint<'a>>,
}

/// How fast a point can be restored from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Speed {
    /// A snapshot beside the data.
    Snapshot,
    /// A copy in the vault.
    Vault,
    /// A copy in the archive, to be rehydrated first.
    Archive,
}

impl Speed {
    /// Every class, fastest first.
    pub const ALL: [Self; 3] = [Self::Snapshot, Self::Vault, Self::Archive];

    /// The word of reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Snapshot => "snapshot",
            Self::Vault => "vault",
            Self::Archive => "archive",
        }
    }

    /// What it means.
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::Snapshot => "a snapshot beside the data: restored fast",
            Self::Vault => "in the vault: a restore takes hours",
            Self::Archive => {
                "in the archive: it has to be rehydrated first, which takes hours or days"
            }
        }
    }
}

/// The point that a request means.
#[derive(Clone)]
pub(crate) enum Meant<'e, 'a> {
    /// This one.
    Point(&'e RecoveryPoint<'a>),
    /// The item says when its newest one was taken, but the points themselves were not read.
    Told(Time),
    /// There is none.
    None,
    /// Nobody can tell.
    Unknown(Reason, Cow<'static, str>),
}

impl<'e, 'a> Points<'e, 'a> {
    /// Those of some items.
    pub fn of(estate: &'e Estate<'a>, items: &[&Protection<'a>]) -> Self {
        let wanted: BTreeSet<IdKey> = items.iter().map(|item| item.resource.id.key()).collect();
        if wanted.is_empty() {
            return Self::default();
        }
        Self::where_owner(estate, |owner| wanted.contains(&owner))
    }

    /// Those of every item.
    pub fn of_all(estate: &'e Estate<'a>) -> Self {
        Self::where_owner(estate, |_| true)
    }

    fn where_owner(estate: &'e Estate<'a>, is_wanted: impl Fn(IdKey) -> bool) -> Self {
        let owned = |point: &'e RecoveryPoint<'a>| {
            let owner = point.owner().map(|owner| owner.key())?;
            is_wanted(owner).then_some((owner, point))
        };
        let mut found: Vec<(IdKey, &RecoveryPoint<'a>)> =
            estate.points.iter().filter_map(owned).collect();
        found.par_sort_unstable_by(|(one, left), (other, right)| {
            let names = |point: &RecoveryPoint<'_>| point.resource.id.as_str().to_ascii_lowercase();
            one.cmp(other)
                .then_with(|| time_of(right).cmp(&time_of(left)))
                .then_with(|| names(left).cmp(&names(right)))
        });
        let (owners, points) = found.into_iter().unzip();
        Self { owners, points }
    }

    /// The points of an item, newest first.
    pub fn of_item(&self, item: &Protection<'_>) -> &[&'e RecoveryPoint<'a>] {
        if self.owners.is_empty() {
            return &[];
        }
        let key = item.resource.id.key();
        let from = self.owners.partition_point(|owner| *owner < key);
        let more = self.owners[from..].partition_point(|owner| *owner == key);
        &self.points[from..from + more]
    }

    /// The point that the arguments mean.
    pub fn meant(
        &self,
        item: &Protection<'_>,
        arguments: &Arguments,
        estate: &Estate<'_>,
    ) -> Meant<'e, 'a> {
        if let Some(unbound) = arguments.unbound(&["recovery-point", "point-in-time"]) {
            return Meant::Unknown(Reason::UnresolvedExpression, unbound.says.clone().into());
        }
        let points = self.of_item(item);
        let (_, whole) = estate.points_of(&item.resource);
        let named = arguments.recovery_point.as_deref().filter(|name| !is_latest(name));
        let found = match (named, arguments.point_in_time) {
            (Some(name), _) => points.iter().find(|point| is_named(point, name)),
            (None, Some(until)) => {
                points.iter().find(|point| time_of(point).is_some_and(|time| time <= until))
            }
            (None, None) => points.iter().find(|point| time_of(point).is_some()),
        };
        if let Some(point) = found {
            // Of an unfinished list, a newer point may be missing; the one that is named is there.
            return match whole {
                Err(reason) if named.is_none() && points.len() < 2 => {
                    self::told(item, reason, Some(point))
                }
                _ => Meant::Point(point),
            };
        }
        if let Some(reason) = points.iter().find_map(|point| untimed(point)) {
            return Meant::Unknown(
                reason,
                "when its recovery points were taken was not read".into(),
            );
        }
        match whole {
            Ok(()) => Meant::None,
            Err(reason) if named.is_none() && arguments.point_in_time.is_none() => {
                told(item, reason, None)
            }
            Err(reason) => Meant::Unknown(reason, "its recovery points were not all read".into()),
        }
    }
}

/// What an item says of its newest point, where the list of points was not read.
fn told<'e, 'a>(
    item: &Protection<'_>,
    reason: Reason,
    seen: Option<&'e RecoveryPoint<'a>>,
) -> Meant<'e, 'a> {
    match (item.last_recovery_point, seen) {
        (Fact::Known(Moment::At(told)), Some(point)) if time_of(point) >= Some(told) => {
            Meant::Point(point)
        }
        (Fact::Known(Moment::At(told)), _) => Meant::Told(told),
        (Fact::Known(Moment::Never), None) => Meant::None,
        (_, Some(point)) => Meant::Point(point),
        _ => Meant::Unknown(reason, "its recovery points were not read".into()),
    }
}

fn is_latest(name: &str) -> bool {
    name.eq_ignore_ascii_case("latest")
}

fn is_named(point: &RecoveryPoint<'_>, name: &str) -> bool {
    let id = point.resource.id.as_str();
    if name.starts_with('/') {
        id::same(id, name)
    } else {
        id::name_of(id).eq_ignore_ascii_case(name)
    }
}

/// Why nobody can tell when it was taken.
fn untimed(point: &RecoveryPoint<'_>) -> Option<Reason> {
    match point.time {
        Fact::Unknown(reason) => Some(reason),
        Fact::Known(_) | Fact::Absent => None,
    }
}

/// When it was taken.
pub(crate) fn time_of(point: &RecoveryPoint<'_>) -> Option<Time> {
    match point.time {
        Fact::Known(Moment::At(time)) => Some(time),
        _ => None,
    }
}

/// Where a point is kept, fastest first; empty if it does not say.
pub(super) fn tiers(point: &Resource<'_>) -> Result<Vec<Speed>, Reason> {
    Copies::of(point).all()
}
