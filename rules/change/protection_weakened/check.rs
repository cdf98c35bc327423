//! A change leaves backups less protected than they were.

use crate::change::{Changes, Deed, Direction, ResourceChange, Shift, compare, radius};
use crate::rule::{Check, Context, Defect, Outcome, Undecided, Verdict};

/// Judges what becomes of each resource of backup.
pub const CHECK: Check = Check::Change(check);

/// More names than these help nobody.
const LISTED: usize = 10;

fn check<'a>(
    change: &ResourceChange<'a>,
    changes: &Changes<'_, 'a>,
    context: &Context<'_, 'a>,
) -> Verdict {
    match change.deed {
        // What is gone, another rule reports; what is new was no weaker before.
        Deed::Created | Deed::Destroyed | Deed::Released => return Ok(Outcome::NotApplicable),
        Deed::Unknown(reason) if change.after().is_none() => {
            let message = format!("whether the {} is still there is unknown", change.noun());
            return Err(Undecided::because(reason, message));
        }
        Deed::Kept | Deed::Updated | Deed::Replaced | Deed::Unknown(_) => {}
    }
    let ignored = context.parameters.list("ignore");
    let comparison = compare(change, changes);
    let weaker = comparison
        .shifts
        .iter()
        .filter(|shift| shift.direction == Direction::Weaker && !ignored.contains(&shift.setting));
    let defects: Vec<Defect> = weaker.map(|shift| defect(shift, change, changes)).collect();
    if !defects.is_empty() {
        return Ok(Outcome::Fail(defects));
    }
    match comparison.doubts.into_iter().find(|doubt| !ignored.contains(&doubt.setting)) {
        Some(doubt) => {
            let message = doubt.described();
            Err(Undecided { reason: doubt.reason, path: doubt.path, message })
        }
        None => Ok(Outcome::Pass),
    }
}

fn defect<'a>(shift: &Shift, change: &ResourceChange<'a>, changes: &Changes<'_, 'a>) -> Defect {
    let hit = radius(change, changes);
    let message = format!("{}{}", shift.described(), hit.clause());
    let defect = Defect::at(shift.path.clone(), message)
        .observed(shift.after.clone())
        .expected(shift.before.clone());
    let causes = shift.causes.iter().map(|cause| {
        (cause.on.clone(), format!("needs it, for {} is {}", cause.path, cause.observed))
    });
    let names = causes.chain(hit.names(changes.before, LISTED));
    names.fold(defect, |defect, (id, what)| defect.related(id, what))
}
