//! What the preconditions of a way come to: ready, blocked or unknown, and which of them decides.

use crate::review::{Answer, Check, Demand, Parameters, Weight};

/// Whether a way to restore is open now, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Readiness {
    /// Everything that was to be judged holds.
    Ready,
    /// Something that decides was not read.
    Unknown,
    /// Something that must hold does not.
    Blocked,
    /// There is no such operation for this kind of data.
    NotOffered,
}

impl Readiness {
    /// Every one, best first.
    pub const ALL: [Self; 4] = [Self::Ready, Self::Unknown, Self::Blocked, Self::NotOffered];

    /// The word of reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Unknown => "unknown",
            Self::Blocked => "blocked",
            Self::NotOffered => "not-offered",
        }
    }

    /// What preconditions come to: one that does not hold blocks, and what is unknown never counts as held.
    pub(super) fn of(checks: &[Check], parameters: &Parameters) -> Self {
        if checks.iter().any(stops) {
            return Self::Blocked;
        }
        if checks.iter().any(|check| is_open(check, parameters)) {
            return Self::Unknown;
        }
        Self::Ready
    }

    /// What decides it, and comes first.
    pub(super) fn decisive<'c>(
        self,
        checks: &'c [Check],
        parameters: &Parameters,
    ) -> Option<&'c Check> {
        let decides = |check: &&Check| match self {
            Self::Blocked => stops(check),
            Self::Unknown => is_open(check, parameters),
            Self::Ready | Self::NotOffered => false,
        };
        let place = |check: &&Check| {
            TOLD_FIRST.iter().position(|id| *id == check.precondition.id).unwrap_or(usize::MAX)
        };
        checks.iter().filter(decides).min_by_key(place)
    }
}

/// Which of several that stand in the way is told first: what says most about the item.
const TOLD_FIRST: [&str; 12] =
    ["P11", "P31", "P6", "P19", "P20", "P15", "P12", "P30", "P18", "P16", "P17", "P10"];

/// Whether it is unknown and decides. Where a machine has to run by the guide alone and nobody made that
/// count, its power state does not, whatever it is.
pub(super) fn is_open(check: &Check, parameters: &Parameters) -> bool {
    let only_informs = check.precondition.id == "P16"
        && parameters.replace_existing_requires_running == Demand::Inform;
    matches!(check.judged.answer, Answer::Unknown(_)) && !only_informs
}

/// Whether it blocks.
pub(super) fn stops(check: &Check) -> bool {
    check.judged.answer == Answer::Fail(Weight::Stops)
}

/// Which of several answers is better.
pub(super) fn rank(answer: Answer) -> u8 {
    match answer {
        Answer::Pass | Answer::NotApplicable => 0,
        Answer::Fail(Weight::Informs) => 1,
        Answer::Fail(Weight::Decides) => 2,
        Answer::Unknown(_) => rank_of_doubt(),
        Answer::Fail(Weight::Stops) => rank_of_stop(),
    }
}

/// The rank of what cannot be told.
pub(super) const fn rank_of_doubt() -> u8 {
    3
}

/// The rank of what blocks.
pub(super) const fn rank_of_stop() -> u8 {
    4
}
