//! Whether the newest backups of an item all ended in one way.

use super::{BackupStatus, Estate, Fact, Job, JobStatus, Moment, OwnJob, Protection, Reason};

/// The newest backups of an item or instance, asked whether all of them ended in one way.
#[derive(Debug)]
pub enum Streak<'e, 'a> {
    /// All of them did; newest first.
    Whole(Vec<&'e Job<'a>>),
    /// One of them did not.
    Broken,
    /// Fewer ended that way than asked for, and nobody knows how those before them ended.
    Short(Vec<&'e Job<'a>>),
    /// It cannot be told.
    Doubtful(Reason),
}

impl<'a> Estate<'a> {
    /// Whether the newest `length` backups of an item or instance all ended as `status`. Those that
    /// still run do not count.
    pub fn streak<'e>(
        &'e self,
        item: &Protection<'_>,
        status: JobStatus,
        length: usize,
    ) -> Streak<'e, 'a> {
        let mut own: Vec<&'e Job<'a>> = Vec::new();
        let mut doubt = None;
        let mut shared = false;
        let mut broken = false;
        for OwnJob { job, certain } in self.jobs_of(item).filter(|own| own.job.is_backup()) {
            match job.status {
                Fact::Known(JobStatus::Running) => {}
                Fact::Known(found) if found == status && certain => own.push(job),
                // Whose ever it is, it breaks nothing.
                Fact::Known(found) if found == status => shared = true,
                Fact::Known(_) if certain => {
                    broken = true;
                    break;
                }
                // The names in it fit another item as well.
                Fact::Known(_) => doubt = Some(Reason::SourceCannotSay),
                Fact::Absent => doubt = Some(Reason::NotCollected),
                Fact::Unknown(reason) => doubt = Some(reason),
            }
            if own.len() == length {
                break;
            }
        }
        // A list with a hole may lack the newest of all.
        if (broken || !own.is_empty())
            && let Err(reason) = self.job_window_of(item)
        {
            return Streak::Doubtful(reason);
        }
        if broken || own.first().is_some_and(|newest| has_since_worked(item, newest)) {
            return Streak::Broken;
        }
        match doubt {
            Some(reason) => Streak::Doubtful(reason),
            None if own.len() < length && shared => Streak::Doubtful(Reason::SourceCannotSay),
            None if own.len() < length || own.is_empty() => Streak::Short(own),
            None => Streak::Whole(own),
        }
    }
}

/// Whether the item speaks of a later backup that worked. Scheduled backups of databases and of logs
/// leave no job where others do
/// (<https://learn.microsoft.com/azure/backup/sap-hana-faq-backup-azure-vm>).
fn has_since_worked(item: &Protection<'_>, job: &Job<'_>) -> bool {
    let later = matches!(
        (item.last_backup, job.started()),
        (Fact::Known(Moment::At(last)), Some(start)) if last > start
    );
    later && item.last_backup_status == Fact::Known(BackupStatus::Completed)
}
