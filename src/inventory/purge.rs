//! How long deleted backup data is kept.

use super::{Estate, Fact, Found, Moment, Protection, Reason, Resource, Scalar, Span, Time};

const REMAINING: &str = "properties.deferredDeleteTimeRemaining";
const DELETED: &str = "properties.deferredDeleteTimeInUTC";
const RETENTION: &str = "properties.softDeleteRetentionPeriod";
const PURGE: &str = "properties.deletionInfo.scheduledPurgeTime";

/// The time that is left until deleted data is purged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeLeft {
    /// The property that says so.
    pub path: &'static str,
    /// How long; nothing or less where it is due.
    pub left: Span,
}

/// Why nobody can tell: the reason, and the property that would tell.
pub type NotTold = (Reason, &'static str);

impl Protection<'_> {
    /// How long the data of a soft-deleted item is kept.
    ///
    /// # Errors
    /// When neither the time that is left nor the time of deletion with the retention was read.
    pub fn time_left(&self, estate: &Estate<'_>, now: Time) -> Result<TimeLeft, NotTold> {
        let remaining = read::<Span>(&self.resource, REMAINING);
        if let Fact::Known(left) = remaining {
            return Ok(TimeLeft { path: REMAINING, left });
        }
        // The time of deletion, in spite of its name; only with the retention added it tells the purge.
        let deleted = read::<Moment>(&self.resource, DELETED);
        let (Fact::Known(Moment::At(deleted)), Some(days)) = (deleted, self.kept_for(estate))
        else {
            return Err(match remaining {
                Fact::Unknown(reason) => (reason, REMAINING),
                _ => (Reason::NotCollected, REMAINING),
            });
        };
        Ok(TimeLeft { path: DELETED, left: deleted.plus(days).since(now) })
    }

    /// How long deleted data is kept: the item's own period, else that of its vault.
    fn kept_for(&self, estate: &Estate<'_>) -> Option<Span> {
        const VAULTS: &str =
            "properties.securitySettings.softDeleteSettings.softDeleteRetentionPeriodInDays";
        let own = read::<f64>(&self.resource, RETENTION).known().filter(|days| *days > 0.0);
        let of_vault = || {
            let vault = estate.vault(self.resource.id.vault()?)?;
            read::<f64>(&vault.resource, VAULTS).known().filter(|days| *days > 0.0)
        };
        own.or_else(of_vault).and_then(|days| Span::parse(&format!("P{days:.0}D")))
    }
}

impl Resource<'_> {
    /// How long the data of a deleted backup instance is kept.
    ///
    /// # Errors
    /// When it does not say when it is purged.
    pub fn time_left(&self, now: Time) -> Result<TimeLeft, NotTold> {
        match read::<Moment>(self, PURGE) {
            Fact::Known(Moment::At(purge)) => Ok(TimeLeft { path: PURGE, left: purge.since(now) }),
            Fact::Unknown(reason) => Err((reason, PURGE)),
            Fact::Known(Moment::Never) | Fact::Absent => Err((Reason::NotCollected, PURGE)),
        }
    }
}

fn read<'a, T: Scalar<'a>>(resource: &Resource<'a>, path: &str) -> Fact<T> {
    match resource.find(path) {
        Found::Value(value) => value.read().unwrap_or(Fact::Unknown(Reason::UnrecognisedValue)),
        Found::Null | Found::Absent => Fact::Absent,
        Found::Unknown(reason) => Fact::Unknown(reason),
    }
}
