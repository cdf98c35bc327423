//! The newest backups of an item completed with warnings.

use crate::inventory::{
    BackupStatus, Fact, Job, JobStatus, Protection, ProtectionState, Reason, Streak,
};
use crate::rule::{Check, Context, Defect, Outcome, Undecided, Verdict, is_running};

/// Judges protected items and backup instances whose backups are meant to run.
pub const CHECK: Check = Check::Protection(check);

fn check(item: &Protection<'_>, context: &Context<'_, '_>) -> Verdict {
    if !is_running(item)? {
        return Ok(Outcome::NotApplicable);
    }
    let wanted = usize::try_from(context.parameters.integer("consecutive")).unwrap_or(1);
    let status = JobStatus::CompletedWithWarnings;
    let (reason, message, found) = match context.estate.streak(item, status, wanted) {
        Streak::Broken => return Ok(Outcome::Pass),
        Streak::Whole(jobs) => return Outcome::fail(defect(&jobs)),
        Streak::Doubtful(reason) => {
            (reason, "how its newest backups ended is not known for certain", 1)
        }
        Streak::Short(jobs) => {
            let reason = context.estate.job_window_of(item).err().unwrap_or(Reason::WindowTooShort);
            (reason, "too few of its backup jobs were read", jobs.len())
        }
    };
    // The item's own word on its last backup can still decide.
    match item.last_backup_status {
        Fact::Known(BackupStatus::Completed) => Ok(Outcome::Pass),
        Fact::Known(BackupStatus::CompletedWithWarnings) if wanted == 1 => Outcome::fail(
            Defect::at("properties.lastBackupStatus", "its last backup completed with warnings")
                .observed("CompletedWithWarnings")
                .expected("Completed"),
        ),
        // Nothing has run yet: that is for `first-backup-pending` to say.
        Fact::Known(BackupStatus::IRPending) if found == 0 => Ok(Outcome::NotApplicable),
        _ if found == 0 && item.state == Fact::Known(ProtectionState::IRPending) => {
            Ok(Outcome::NotApplicable)
        }
        _ => Err(Undecided::because(reason, message)),
    }
}

fn defect(jobs: &[&Job<'_>]) -> Defect {
    let what = match jobs.len() {
        1 => "its last backup".to_owned(),
        count => format!("its last {count} backups"),
    };
    let times: Vec<String> =
        jobs.iter().filter_map(|job| job.started()).map(|start| start.to_string()).collect();
    let defect = Defect::at("", format!("{what} completed with warnings"))
        .observed(times)
        .expected("a backup without warnings");
    match jobs.first() {
        Some(job) => defect.related(job.resource.id.as_str(), "the newest job with warnings"),
        None => defect,
    }
}
