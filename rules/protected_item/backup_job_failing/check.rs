//! The newest backups of an item all failed.

use serde_json::Value;

use crate::inventory::{
    BackupStatus, Fact, FailureClass, Found, Job, JobStatus, Protection, ProtectionState, Reason,
    Streak,
};
use crate::rule::{Check, Context, Defect, Outcome, Undecided, Verdict, is_running};

/// Judges protected items and backup instances whose backups are meant to run.
pub const CHECK: Check = Check::Protection(check);

fn check(item: &Protection<'_>, context: &Context<'_, '_>) -> Verdict {
    if !is_running(item)? {
        return Ok(Outcome::NotApplicable);
    }
    let wanted = usize::try_from(context.parameters.integer("consecutive")).unwrap_or(1);
    let (reason, message, failed) = match context.estate.streak(item, JobStatus::Failed, wanted) {
        Streak::Broken => return Ok(Outcome::Pass),
        Streak::Whole(failed) => return Outcome::fail(defect(&failed)),
        Streak::Doubtful(reason) => {
            (reason, "how its newest backups ended is not known for certain", 1)
        }
        Streak::Short(failed) => {
            let reason = context.estate.job_window_of(item).err().unwrap_or(Reason::WindowTooShort);
            let message = match failed.len() {
                0 => "none of its backup jobs was read",
                _ => "its backup jobs that were read all failed, but they are too few to judge",
            };
            (reason, message, failed.len())
        }
    };
    // The item's own word on its last backup can still clear it.
    match item.last_backup_status {
        Fact::Known(status) if status.is_completed() => Ok(Outcome::Pass),
        // Nothing has run yet: that is for `first-backup-pending` to say.
        Fact::Known(BackupStatus::IRPending) if failed == 0 => Ok(Outcome::NotApplicable),
        _ if failed == 0 && item.state == Fact::Known(ProtectionState::IRPending) => {
            Ok(Outcome::NotApplicable)
        }
        _ => Err(Undecided::because(reason, message)),
    }
}

fn defect(failed: &[&Job<'_>]) -> Defect {
    let codes = failed.first().map(|job| codes(job)).unwrap_or_default();
    // The code that tells the class, which may be one that lies behind another.
    let known = codes.iter().find(|code| FailureClass::of(code) != FailureClass::Other);
    let code = known.or(codes.first()).map_or("", String::as_str);
    let cause = match FailureClass::of(code) {
        class if code.is_empty() => class.to_string(),
        class => format!("{class} ({code})"),
    };
    let what = match failed.len() {
        1 => "its last backup".to_owned(),
        count => format!("its last {count} backups"),
    };
    let times: Vec<String> =
        failed.iter().filter_map(|job| job.started()).map(|start| start.to_string()).collect();
    let defect = Defect::at("", format!("{what} failed; cause: {cause}"))
        .observed(times)
        .expected("a completed backup");
    match failed.first() {
        Some(job) => defect.related(job.resource.id.as_str(), "the newest failed backup job"),
        None => defect,
    }
}

/// The error codes of a job, in words before numbers: of a Recovery Services vault, of a Backup vault,
/// and of what lies behind the latter.
fn codes(job: &Job<'_>) -> Vec<String> {
    const MEMBERS: [&str; 4] = ["errorTitle", "code", "details[0].code", "errorCode"];
    let text = |path: String| match job.resource.find(&path) {
        Found::Value(code) => match code.to_json() {
            Value::String(code) => Some(code).filter(|code| !code.trim().is_empty()),
            Value::Number(code) => Some(code.to_string()),
            _ => None,
        },
        _ => None,
    };
    MEMBERS
        .iter()
        .filter_map(|member| text(format!("properties.errorDetails[0].{member}")))
        .collect()
}
