//! One item of the matrix: its ways, the data that would be lost, its last restore, and its objective.

use super::{Basis, Readiness, Way, Ways};
use crate::inventory::{Protection, Reason, Restored, Span, Time};
use crate::review::Speed;
use crate::rule::{Class, Undecided, classes_of_datasource};

/// An item and the ways to restore it.
pub struct Item<'w, 'e, 'a> {
    /// The item or instance.
    pub protection: &'e Protection<'a>,
    /// The best of its ways: whether it can be restored at all.
    pub verdict: Readiness,
    /// Each way, in the order of the matrix.
    pub ways: Vec<Way<'e, 'a>>,
    /// When the newest point was taken that a way could use.
    pub usable: Option<Time>,
    /// The time since then: the data that would be lost now.
    pub lost: Option<Span>,
    /// How fast that point can be restored from.
    pub speed: Option<Speed>,
    /// The classes of its data.
    pub classes: Vec<&'w Class>,
    /// Why it may have others.
    pub undecided: Option<Undecided>,
    /// Its last restore.
    pub restored: Restored<'e, 'a>,
    /// What that says of the time that a restore may take.
    pub objective: Objective,
}

/// The measured time of a restore beside the time that it may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Objective {
    /// No class of the data says how long a restore may take.
    None,
    /// The last restore was fast enough.
    Met,
    /// It was not.
    Missed,
    /// No restore of it was measured.
    NotMeasured,
    /// Nobody can tell.
    Unknown(Reason),
}

impl Objective {
    /// The word of reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Met => "met",
            Self::Missed => "missed",
            Self::NotMeasured => "not-measured",
            Self::Unknown(_) => "unknown",
        }
    }
}

impl<'w, 'e, 'a> Item<'w, 'e, 'a> {
    pub(super) fn new(
        basis: &Basis<'w, 'e, 'a>,
        ways: &Ways<'w, 'e, 'a>,
        protection: &'e Protection<'a>,
    ) -> Self {
        let ways = ways.of(protection);
        let verdict = ways.iter().map(|way| way.readiness).min().unwrap_or(Readiness::Unknown);
        let best = best(&ways, verdict);
        let usable = best.and_then(|way| way.taken);
        let speed = best.and_then(|way| way.speed);
        let matched = classes_of_datasource(basis.estate, &basis.declared.classes, protection);
        let restored = basis.estate.last_restore(protection, basis.now);
        let mut item = Self {
            protection,
            verdict,
            ways,
            usable,
            lost: usable.map(|time| basis.now.since(time).max(Span(0))),
            speed,
            classes: matched.known,
            undecided: matched.undecided,
            restored,
            objective: Objective::None,
        };
        item.objective = item.judge_objective();
        item
    }

    /// The shortest time that a restore may take, by its classes.
    pub fn rto(&self) -> Option<Span> {
        self.classes.iter().filter_map(|class| class.rto).min()
    }

    /// The shortest time between two backups, by its classes.
    pub fn rpo(&self) -> Option<Span> {
        self.classes.iter().filter_map(|class| class.rpo).min()
    }

    /// How long its last restore took.
    pub fn took(&self) -> Option<Span> {
        match self.restored {
            Restored::At(job) => job.took,
            Restored::Perhaps(_) | Restored::NotSince(_) | Restored::Unknown(_) => None,
        }
    }

    fn judge_objective(&self) -> Objective {
        let Some(rto) = self.rto() else {
            return self
                .undecided
                .as_ref()
                .map_or(Objective::None, |undecided| Objective::Unknown(undecided.reason));
        };
        match self.restored {
            Restored::At(job) => match job.took {
                Some(took) if took > rto => Objective::Missed,
                // Another class may allow less.
                Some(_) => self
                    .undecided
                    .as_ref()
                    .map_or(Objective::Met, |undecided| Objective::Unknown(undecided.reason)),
                None => Objective::Unknown(Reason::NotCollected),
            },
            Restored::Perhaps(_) => Objective::Unknown(Reason::SourceCannotSay),
            Restored::NotSince(_) => Objective::NotMeasured,
            Restored::Unknown(reason) => Objective::Unknown(reason),
        }
    }
}

/// The way that loses the least data: of those that are open, or else of those of which that is not known.
fn best<'v, 'e, 'a>(ways: &'v [Way<'e, 'a>], verdict: Readiness) -> Option<&'v Way<'e, 'a>> {
    if verdict > Readiness::Unknown {
        return None;
    }
    let candidates = ways.iter().filter(|way| way.readiness == verdict && way.taken.is_some());
    // Of equals the first.
    candidates.rev().max_by_key(|way| way.taken)
}
