//! Deleted backup data is about to be gone for good.

use crate::finding::Level;
use crate::inventory::{Fact, Found, Moment, Protection, Reason, Resource, Scalar, Span, Time};
use crate::rule::{Check, Context, Decide, Defect, Outcome, Target, Undecided, Verdict};

/// Judges protected items and deleted backup instances.
pub const CHECK: Check = Check::Target(check);

const REMAINING: &str = "properties.deferredDeleteTimeRemaining";
const DELETED: &str = "properties.deferredDeleteTimeInUTC";
const RETENTION: &str = "properties.softDeleteRetentionPeriod";
const PURGE: &str = "properties.deletionInfo.scheduledPurgeTime";

fn check(target: &Target<'_, '_>, context: &Context<'_, '_>) -> Verdict {
    let (path, left) = match target {
        Target::Protection(item) => {
            if !item
                .is_soft_deleted()
                .map_err(|reason| unknown(reason, item.soft_deleted_path()))?
            {
                return Ok(Outcome::NotApplicable);
            }
            left_of_item(item, context)?
        }
        other => {
            let purge = read::<Moment>(other.resource(), PURGE).decide(PURGE)?;
            let Some(Moment::At(purge)) = purge else {
                return Err(unknown(Reason::NotCollected, PURGE));
            };
            (PURGE, purge.since(context.now))
        }
    };
    let warn = context.parameters.integer("warn-days");
    if left > Span::days(warn) {
        return Ok(Outcome::Pass);
    }
    let message = if left <= Span(0) {
        "its deleted backup data is due to be purged now: after that nothing can be restored"
            .to_owned()
    } else {
        format!("its deleted backup data is purged in {left}: after that nothing can be restored")
    };
    let level = if left <= Span::days(7) { Level::Error } else { Level::Warning };
    let observed = target.resource().text(path).known().unwrap_or_default();
    Outcome::fail(
        Defect::at(path, message)
            .observed(observed)
            .expected(format!("a decision to undelete it or to let it go, {warn} days before"))
            .level(level),
    )
}

/// What says how long an item is kept, and how long that is.
fn left_of_item(
    item: &Protection<'_>,
    context: &Context<'_, '_>,
) -> Result<(&'static str, Span), Undecided> {
    let remaining = read::<Span>(&item.resource, REMAINING);
    if let Fact::Known(left) = remaining {
        return Ok((REMAINING, left));
    }
    // The time of deletion, in spite of its name; only with the retention added it tells the purge.
    let deleted = read::<Moment>(&item.resource, DELETED);
    let (Fact::Known(Moment::At(deleted)), Some(days)) = (deleted, retention(item, context)) else {
        return Err(match remaining {
            Fact::Unknown(reason) => unknown(reason, REMAINING),
            _ => unknown(Reason::NotCollected, REMAINING),
        });
    };
    let purge: Time = deleted.plus(days);
    Ok((DELETED, purge.since(context.now)))
}

/// How long deleted data is kept: the item's own period, else that of its vault.
fn retention(item: &Protection<'_>, context: &Context<'_, '_>) -> Option<Span> {
    const VAULTS: &str =
        "properties.securitySettings.softDeleteSettings.softDeleteRetentionPeriodInDays";
    let own = read::<f64>(&item.resource, RETENTION).known().filter(|days| *days > 0.0);
    let of_vault = || {
        let vault = context.estate.vault(item.resource.id.vault()?)?;
        read::<f64>(&vault.resource, VAULTS).known().filter(|days| *days > 0.0)
    };
    own.or_else(of_vault).and_then(|days| Span::parse(&format!("P{days:.0}D")))
}

fn read<'a, T: Scalar<'a>>(resource: &Resource<'a>, path: &str) -> Fact<T> {
    match resource.find(path) {
        Found::Value(value) => value.read().unwrap_or(Fact::Unknown(Reason::UnrecognisedValue)),
        Found::Null | Found::Absent => Fact::Absent,
        Found::Unknown(reason) => Fact::Unknown(reason),
    }
}

fn unknown(reason: Reason, path: &'static str) -> Undecided {
    Undecided { reason, path: path.into(), message: String::new() }
}
