//! What was done lately: P7 to P10, P17 and P18.

use super::super::check::{Claims, Judged, REQUEST};
use super::super::point;
use super::Case;
use crate::inventory::{Fact, Job, JobStatus, Moment, Protection, Reason, Span, Time, Workload};

/// File shares have a limit of their own
/// (<https://learn.microsoft.com/azure/backup/azure-file-share-support-matrix>).
const FILE_SHARE: u32 = 10;
const DAY: i64 = 24 * 60 * 60;

/// P7: the item is protected actively and not soft-deleted.
pub(super) fn item_is_active(case: &Case<'_, '_, '_>) -> Judged {
    let item = match case.item() {
        Ok(item) => item,
        Err(judged) => return judged,
    };
    let at = item.resource.id.as_str();
    match item.is_soft_deleted() {
        Ok(true) => {
            return Judged::stops("the item is soft-deleted")
                .at(at, item.soft_deleted_path(), "true")
                .fix("undelete it first");
        }
        Err(reason) => {
            return Judged::unknown(reason, "whether the item is soft-deleted was not read").at(
                at,
                item.soft_deleted_path(),
                "not read",
            );
        }
        Ok(false) => {}
    }
    let state = match item.state {
        Fact::Known(state) => state.name(),
        Fact::Absent | Fact::Unknown(_) => "not read",
    };
    match item.is_active() {
        Ok(true) => Judged::pass("its backups are meant to run").at(at, item.state_path(), state),
        Ok(false) => Judged::stops("its backups are not meant to run")
            .at(at, item.state_path(), state)
            .fix("resume its protection first"),
        Err(reason) => Judged::unknown(reason, "the state of the item was not read").at(
            at,
            item.state_path(),
            "not read",
        ),
    }
}

/// P8: today's backups on demand are below the limit.
pub(super) fn on_demand_below_limit(case: &Case<'_, '_, '_>) -> Judged {
    let parameters = case.parameters;
    let claims = Claims {
        guide: "at most 9 a day",
        documentation: "3 a day are supported beside the scheduled one; 9 attempts are a hard cap",
        parameter: Some("on-demand-supported, on-demand-hard-cap"),
        value: format!("{}, {}", parameters.on_demand_supported, parameters.on_demand_hard_cap),
    };
    let item = match case.item() {
        Ok(item) => item,
        Err(judged) => return judged,
    };
    match item.workload {
        Fact::Known(Workload::VirtualMachine | Workload::FileShare) => {}
        Fact::Unknown(reason) => {
            return Judged::unknown(reason, "what kind of item it is was not read");
        }
        Fact::Known(_) | Fact::Absent => {
            return Judged::not_applicable("no limit is stated for such items");
        }
    }
    judge_number(case, item).claims(claims)
}

fn judge_number(case: &Case<'_, '_, '_>, item: &Protection<'_>) -> Judged {
    let is_share = item.workload == Fact::Known(Workload::FileShare);
    let (mut supported, mut cap) =
        (case.parameters.on_demand_supported, case.parameters.on_demand_hard_cap);
    if is_share {
        (supported, cap) = (supported.max(FILE_SHARE), u32::MAX);
    }
    let today = case.when.0.div_euclid(DAY);
    if today > case.now.0.div_euclid(DAY) {
        let says = "none yet: the window begins on a later day than the estate was read";
        return Judged::pass(says).at(REQUEST, "window", case.when.to_string());
    }
    let day = Day::of(case, item, today);
    let at = item.resource.id.as_str();
    let from = Time(today * DAY);
    if let Err(reason) = case.estate.job_window_of(item) {
        return Judged::unknown(reason, "its backup jobs were not read").at(
            at,
            "backupJobs",
            "not read",
        );
    }
    if case.estate.job_window_of(item).is_ok_and(|window| window > from) {
        let says = "its backup jobs were not read for the whole day";
        return Judged::unknown(Reason::WindowTooShort, says).at(at, "backupJobs", "not read");
    }
    let scheduled = case.estate.policy_of(item).map(|policy| policy.runs_a_day);
    let count = if day.silent == 0 && !is_share {
        Some(day.by_hand)
    } else {
        match scheduled {
            Some(Fact::Known(runs)) => Some(day.all.saturating_sub(runs).max(day.by_hand)),
            _ if day.all < supported => Some(day.all),
            _ => None,
        }
    };
    let Some(count) = count else {
        let says = "how many of today's backups were scheduled cannot be told";
        return Judged::unknown(Reason::NotCollected, says).at(
            at,
            "properties.policyId",
            "not read",
        );
    };
    let seen = format!("{count} on {}", from.date());
    if count >= cap {
        return Judged::stops(format!(
            "{count} were asked for today already: the service refuses more than {cap}"
        ))
        .at(at, "backupJobs", seen)
        .fix("wait until tomorrow, or for the scheduled run");
    }
    if count >= supported {
        return Judged::decides(format!(
            "{count} were asked for today already: no more than {supported} are supported"
        ))
        .at(at, "backupJobs", seen)
        .fix("wait until tomorrow, or for the scheduled run");
    }
    if count + day.doubtful >= supported {
        let says = "some of today's backups may be another item's: their jobs name both";
        return Judged::unknown(Reason::SourceCannotSay, says).at(at, "backupJobs", seen);
    }
    Judged::pass(format!("{count} were asked for today; {supported} are supported")).at(
        at,
        "backupJobs",
        seen,
    )
}

/// The backups that began on one day, UTC.
#[derive(Default)]
struct Day {
    all: u32,
    /// Those that say that somebody asked for them.
    by_hand: u32,
    /// Those that do not say whether somebody did.
    silent: u32,
    /// Those that may be another item's.
    doubtful: u32,
}

impl Day {
    fn of(case: &Case<'_, '_, '_>, item: &Protection<'_>, number: i64) -> Self {
        let mut day = Self::default();
        for own in case.estate.jobs_of(item).filter(|own| own.job.is_backup()) {
            let Some(start) = own.job.started() else { continue };
            let is_log = matches!(&own.job.operation, Fact::Known(name) if name.to_ascii_lowercase().contains("log"));
            if start.0.div_euclid(DAY) != number || is_log {
                continue;
            }
            if !own.certain {
                day.doubtful += 1;
                continue;
            }
            day.all += 1;
            day.by_hand += u32::from(own.job.user_triggered == Fact::Known(true));
            day.silent += u32::from(!matches!(own.job.user_triggered, Fact::Known(_)));
        }
        day
    }
}

/// P9: the point is kept for at least a day, and not until a time that is past.
pub(super) fn retain_until(case: &Case<'_, '_, '_>) -> Judged {
    if !case.subject.is_recovery_services() {
        return Judged::not_applicable(
            "a rule of the backup policy says how long an instance's point is kept",
        );
    }
    let least = case.parameters.on_demand_min_days;
    let claims = Claims {
        guide: "at least 1 day",
        documentation: "no least time is stated",
        parameter: Some("on-demand-min-days"),
        value: format!("{least} (not confirmed)"),
    };
    let Some(until) = case.request.arguments.retain_until else {
        let says = "the request does not say how long the point is kept";
        return Judged::unsaid("retain-until", says).claims(claims);
    };
    let kept = until.since(case.when);
    let judged = if kept <= Span(0) {
        Judged::stops("the point would be kept until a time that is past")
            .fix("choose a later date")
    } else if kept < Span::days(i64::from(least)) {
        Judged::stops(format!("the point would be kept for {kept} only")).fix("choose a later date")
    } else if kept > Span::days(MOST_DAYS) {
        Judged::stops("the point would be kept for more than 99 years, which Azure refuses")
            .fix("choose an earlier date")
    } else {
        Judged::pass(format!("the point is kept for {kept}"))
    };
    judged.at(REQUEST, "arguments.retain-until", until.to_string()).claims(claims)
}

/// The longest retention that the yearly tier of a backup policy takes; a single point is kept for as long as it is told
/// (<https://learn.microsoft.com/azure/backup/manage-recovery-points>).
const MOST_DAYS: i64 = 99 * 366;

/// P10: no backup or restore of the item is in progress.
pub(super) fn nothing_in_progress(case: &Case<'_, '_, '_>) -> Judged {
    let item = match case.item() {
        Ok(item) => item,
        Err(judged) => return judged,
    };
    let at = item.resource.id.as_str();
    let is_work = |job: &Job<'_>| job.is_backup() || job.is_restore();
    let mut doubt = None;
    for own in case.estate.jobs_of(item).filter(|own| is_work(own.job)) {
        let job = own.job.resource.id.as_str();
        match (own.job.status, own.certain) {
            (Fact::Known(JobStatus::Running), true) => {
                let started =
                    own.job.started().map_or_else(String::new, |time| format!(" since {time}"));
                return Judged::stops(format!("a job of the item is running{started}"))
                    .at(job, "properties.status", "InProgress")
                    .fix("wait until it has ended");
            }
            (Fact::Known(JobStatus::Running), false) => {
                let says = "a job that may be the item's is running: it names another one as well";
                doubt.get_or_insert(Judged::unknown(Reason::SourceCannotSay, says).at(
                    job,
                    "properties.status",
                    "InProgress",
                ));
            }
            (Fact::Unknown(reason), _) => {
                doubt.get_or_insert(
                    Judged::unknown(reason, "how a job of the item goes was not read").at(
                        job,
                        "properties.status",
                        "not read",
                    ),
                );
            }
            _ => {}
        }
    }
    if let Some(doubt) = doubt {
        return doubt;
    }
    match case.estate.job_window_of(item) {
        Ok(_) => Judged::pass("no backup or restore of it was running when the estate was read")
            .at(at, "backupJobs", "none in progress"),
        Err(reason) => {
            Judged::unknown(reason, "its jobs were not read").at(at, "backupJobs", "not read")
        }
    }
}

/// P17: the same item was restored in parallel not long ago.
pub(super) fn restored_in_parallel(case: &Case<'_, '_, '_>) -> Judged {
    let item = match case.item() {
        Ok(item) => item,
        Err(judged) => return judged,
    };
    let at = item.resource.id.as_str();
    let days = case.parameters.parallel_restore_days;
    let from = case.when.plus(Span::days(-i64::from(days)));
    let mut doubt = None;
    for own in case.estate.jobs_of(item).filter(|own| own.job.is_restore()) {
        let end = match own.job.end {
            Fact::Known(Moment::At(end)) => Some(end),
            _ => own.job.started(),
        };
        let completed = matches!(
            own.job.status,
            Fact::Known(JobStatus::Completed | JobStatus::CompletedWithWarnings)
        );
        let Some(end) = end.filter(|end| completed && *end >= from) else { continue };
        let job = own.job.resource.id.as_str();
        if own.certain {
            return Judged::pass(format!("it was restored on {}", end.date())).at(
                job,
                "properties.endTime",
                end.to_string(),
            );
        }
        let says =
            "a restore that may be the item's has completed: its job names another one as well";
        doubt.get_or_insert(Judged::unknown(Reason::SourceCannotSay, says).at(
            job,
            "properties.endTime",
            end.to_string(),
        ));
    }
    if let Some(doubt) = doubt {
        return doubt;
    }
    match case.estate.restore_window_of(item) {
        Ok(window) if window <= from => {
            Judged::decides(format!("nothing of it was restored beside production in the last {days} days"))
                .at(at, "backupJobs", format!("no restore since {}", from.date()))
                .fix("restore the point to a new machine first, and check that it boots and its data is right")
        }
        Ok(window) => Judged::unknown(
            Reason::WindowTooShort,
            format!("no restore of it is known, but restores are known only since {window}"),
        )
        .at(at, "backupJobs", format!("known since {window}")),
        Err(reason) => Judged::unknown(reason, "its restore jobs were not read").at(at, "backupJobs", "not read"),
    }
}

/// P18: a fresh point of today's state exists before it is overwritten.
pub(super) fn fresh_point(case: &Case<'_, '_, '_>) -> Judged {
    let item = match case.item() {
        Ok(item) => item,
        Err(judged) => return judged,
    };
    let at = item.resource.id.as_str();
    let hours = i64::from(case.parameters.fresh_point_hours);
    let newest = match newest(case, item) {
        Ok(newest) => newest,
        Err(reason) => {
            return Judged::unknown(reason, "when it was backed up last was not read").at(
                at,
                "properties.lastRecoveryPoint",
                "not read",
            );
        }
    };
    let fix = "back up on demand first: what is overwritten cannot be brought back otherwise";
    let Some(newest) = newest else {
        return Judged::stops("it has no recovery point of today's state")
            .at(at, "properties.lastRecoveryPoint", "none")
            .fix(fix);
    };
    let age = case.when.since(newest);
    let judged = if age <= Span::hours(hours) {
        Judged::pass(format!("the newest point is {age} old"))
    } else {
        Judged::stops(format!("the newest point is {age} old: what was written since is lost"))
            .fix(fix)
    };
    judged.at(at, "properties.lastRecoveryPoint", newest.to_string())
}

/// When the newest point was taken, `None` if there is none.
pub(super) fn newest(
    case: &Case<'_, '_, '_>,
    item: &Protection<'_>,
) -> Result<Option<Time>, Reason> {
    let of_points = case.points.of_item(item).iter().find_map(|point| point::time_of(point));
    let told = match item.last_recovery_point {
        Fact::Known(Moment::At(time)) => Some(time),
        _ => None,
    };
    if let Some(newest) = of_points.max(told) {
        return Ok(Some(newest));
    }
    if item.last_recovery_point == Fact::Known(Moment::Never) {
        return Ok(None);
    }
    match case.estate.newest_point(&item.resource) {
        Fact::Known(Moment::At(time)) => Ok(Some(time)),
        Fact::Known(Moment::Never) | Fact::Absent => Ok(None),
        Fact::Unknown(reason) => Err(reason),
    }
}
