//! Which recovery point a way would use: the newest that does.

use super::verdict::{rank, rank_of_doubt, stops};
use crate::inventory::Protection;
use crate::review::unasked::{Case, Meant, Points, judge, time_of};
use crate::review::{Answer, Check};

/// What another recovery point may change.
pub(super) const OF_POINT: [&str; 3] = ["P11", "P15", "P19"];

/// Judges what depends on the recovery point, of the newest one that is sure to do, or else of the newest one
/// that does not stand in the way.
pub(super) fn choose<'e, 'a>(
    case: &mut Case<'_, 'e, 'a>,
    item: &Protection<'a>,
    newest: Meant<'e, 'a>,
    points: &Points<'e, 'a>,
) -> Vec<Check> {
    let wanted = case.request.operation.preconditions;
    let all = |case: &Case<'_, '_, '_>| -> Vec<Check> {
        let ids = OF_POINT.iter().filter(|id| wanted.contains(id));
        ids.filter_map(|id| judge(case, id)).collect()
    };
    case.chosen = Some(newest.clone());
    let first = all(case);
    if !first.iter().any(is_about_point) {
        return first;
    }
    let worst = |checks: &[Check]| checks.iter().map(|check| rank(check.judged.answer)).max();
    let mut best = (worst(&first), newest, first);
    let timed = points.of_item(item).iter();
    for point in timed.filter(|point| time_of(point).is_some()) {
        case.chosen = Some(Meant::Point(point));
        let next = all(case);
        let rank = worst(&next);
        if rank < best.0 {
            best = (rank, Meant::Point(point), next);
        }
        if rank < Some(rank_of_doubt()) {
            break;
        }
    }
    case.chosen = Some(best.1);
    best.2
}

/// Whether the recovery point is what stands in the way, or may, so that another one may do.
fn is_about_point(check: &Check) -> bool {
    let is_point = |resource: &str| {
        resource.rsplit('/').nth(1).is_some_and(|list| list.eq_ignore_ascii_case("recoveryPoints"))
    };
    let is_against = stops(check) || matches!(check.judged.answer, Answer::Unknown(_));
    is_against && check.judged.evidence.first().is_some_and(|seen| is_point(&seen.resource))
}
