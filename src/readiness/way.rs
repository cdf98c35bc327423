//! One way to restore one item, as it was judged.

use super::verdict::Readiness;
use crate::access::operation::{Operation, precondition};
use crate::inventory::{Protection, Reason, RecoveryPoint, Time};
use crate::review::{Answer, Check, Judged, Speed, Weight};

/// A way to restore one item, as it was judged.
#[derive(Debug)]
pub struct Way<'e, 'a> {
    /// The operation.
    pub operation: &'static Operation,
    /// What it comes to.
    pub readiness: Readiness,
    /// Its preconditions, but for what is chosen then.
    pub checks: Vec<Check>,
    /// The newest recovery point that it could use, if the points were read.
    pub point: Option<&'e RecoveryPoint<'a>>,
    /// When that was taken, which the item may say as well.
    pub taken: Option<Time>,
    /// How fast it can be restored from; by its tiers, or else as the backup policy promises.
    pub speed: Option<Speed>,
    /// Whether a Resource Guard holds it, or may.
    pub is_guarded: bool,
}

impl Way<'_, '_> {
    /// One of which nothing but this is known.
    pub(super) fn not_judged(
        operation: &'static Operation,
        readiness: Readiness,
        checks: Vec<Check>,
    ) -> Self {
        let (point, taken, speed) = (None, None, None);
        Self { operation, readiness, checks, point, taken, speed, is_guarded: false }
    }

    /// One of which nobody can tell whether there is such an operation.
    pub(super) fn unknown(
        operation: &'static Operation,
        item: &Protection<'_>,
        reason: Reason,
        path: &'static str,
        says: &'static str,
    ) -> Self {
        let judged = Judged::unknown(reason, says).at(item.resource.id.as_str(), path, "not read");
        let checks = precondition("P11").map(|precondition| Check { precondition, judged });
        Self::not_judged(operation, Readiness::Unknown, checks.into_iter().collect())
    }

    /// What whoever restores should know of a way that is ready: what somebody has to accept, and what is
    /// good to know.
    pub fn notes(&self) -> impl Iterator<Item = &Check> {
        let fails = |check: &&Check| {
            matches!(check.judged.answer, Answer::Fail(Weight::Decides | Weight::Informs))
        };
        self.checks.iter().filter(fails)
    }
}
