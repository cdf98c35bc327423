//! When an item was restored last, and how long that took, as far as the jobs that were read show.

use super::{Estate, Fact, Job, JobStatus, Moment, Protection, Reason, Span, Time};

/// The last restore of an item.
#[derive(Clone, Copy, Debug)]
pub enum Restored<'e, 'a> {
    /// This one.
    At(RestoreJob<'e, 'a>),
    /// This one, unless it was that of another item of the same name.
    Perhaps(RestoreJob<'e, 'a>),
    /// None, in the time since when restores are known.
    NotSince(Time),
    /// Nobody can tell.
    Unknown(Reason),
}

/// A restore that has completed.
#[derive(Clone, Copy, Debug)]
pub struct RestoreJob<'e, 'a> {
    /// Its job.
    pub job: &'e Job<'a>,
    /// When it ended.
    pub end: Time,
    /// How long it took, if it says when it began and when it ended.
    pub took: Option<Span>,
}

impl<'e, 'a> RestoreJob<'e, 'a> {
    /// A job as a restore that has completed; none if it is no such thing.
    ///
    /// # Errors
    /// When nobody can tell whether it has.
    fn of(job: &'e Job<'a>, now: Time) -> Result<Option<Self>, Reason> {
        let status = match job.status {
            _ if !job.is_restore() => return Ok(None),
            Fact::Known(status) => status,
            Fact::Absent => return Err(Reason::NotCollected),
            Fact::Unknown(reason) => return Err(reason),
        };
        if !matches!(status, JobStatus::Completed | JobStatus::CompletedWithWarnings) {
            return Ok(None);
        }
        let ended = match job.end {
            Fact::Known(Moment::At(end)) => Some(end),
            _ => None,
        };
        let end = ended.or_else(|| job.started()).ok_or(Reason::NotCollected)?;
        let took = job.started().zip(ended).map(|(start, end)| end.since(start));
        let took = took.filter(|took| took.0 >= 0);
        Ok((end <= now).then_some(Self { job, end, took }))
    }
}

impl<'a> Estate<'a> {
    /// When an item or instance was restored last. Where several restores are its own, the newest counts.
    pub fn last_restore(&self, protection: &Protection<'_>, now: Time) -> Restored<'_, 'a> {
        let (mut own, mut other, mut unread): (Option<RestoreJob<'_, 'a>>, _, _) =
            (None, None, None);
        for found in self.jobs_of(protection) {
            match RestoreJob::of(found.job, now) {
                Ok(None) => {}
                Ok(Some(job)) if found.certain => newer(&mut own, job),
                Ok(Some(job)) => newer(&mut other, job),
                Err(reason) => {
                    unread.get_or_insert(reason);
                }
            }
        }
        match (own, other, unread, self.restore_window_of(protection)) {
            (Some(job), ..) => Restored::At(job),
            (None, Some(job), ..) => Restored::Perhaps(job),
            (None, None, Some(reason), _) | (None, None, None, Err(reason)) => {
                Restored::Unknown(reason)
            }
            (None, None, None, Ok(since)) => Restored::NotSince(since),
        }
    }
}

fn newer<'e, 'a>(known: &mut Option<RestoreJob<'e, 'a>>, job: RestoreJob<'e, 'a>) {
    if known.is_none_or(|known| job.end > known.end) {
        *known = Some(job);
    }
}
