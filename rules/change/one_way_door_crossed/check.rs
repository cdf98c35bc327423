//! A change takes a step that cannot be taken back.

use crate::change::{Changes, Deed, Direction, ResourceChange, Shift, compare};
use crate::rule::{Check, Context, Defect, Outcome, Undecided, Verdict};

/// Judges what becomes of each vault.
pub const CHECK: Check = Check::Change(check);

fn check<'a>(
    change: &ResourceChange<'a>,
    changes: &Changes<'_, 'a>,
    _: &Context<'_, 'a>,
) -> Verdict {
    match change.deed {
        Deed::Destroyed | Deed::Released => return Ok(Outcome::NotApplicable),
        Deed::Unknown(reason) if change.after().is_none() => {
            let message = format!("whether the {} is still there is unknown", change.noun());
            return Err(Undecided::because(reason, message));
        }
        _ => {}
    }
    let comparison = compare(change, changes);
    let crossed = comparison
        .shifts
        .iter()
        .filter(|shift| shift.is_final && shift.direction == Direction::Stronger);
    let defects: Vec<Defect> = crossed.map(|shift| defect(shift, change)).collect();
    if !defects.is_empty() {
        return Ok(Outcome::Fail(defects));
    }
    match comparison.doubts.into_iter().find(|doubt| doubt.may_be_final) {
        Some(doubt) => {
            let message = format!("whether {} is set for good is unknown", doubt.setting);
            Err(Undecided { reason: doubt.reason, path: doubt.path, message })
        }
        None => Ok(Outcome::Pass),
    }
}

fn defect(shift: &Shift, change: &ResourceChange<'_>) -> Defect {
    let message = match change.before() {
        Some(_) => format!("{}, and there is no way back", shift.described()),
        None => format!(
            "the {} is made with a setting that cannot be taken back: {}",
            change.noun(),
            shift.described()
        ),
    };
    Defect::at(shift.path.clone(), message)
        .observed(shift.after.clone())
        .expected("a waiver that says who decided it")
}
