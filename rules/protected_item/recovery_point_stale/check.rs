//! The newest recovery point is older than the backup policy promises.

use crate::inventory::{
    BackupStatus, Fact, Moment, Protection, ProtectionState, Reason, Span, Time, Workload,
};
use crate::rule::{Check, Context, Decide, Defect, Outcome, Undecided, Verdict};

/// Judges protected items and backup instances whose backups are meant to run.
pub const CHECK: Check = Check::Protection(check);

fn check(item: &Protection<'_>, context: &Context<'_, '_>) -> Verdict {
    let active = item.is_active().map_err(|reason| Undecided {
        reason,
        path: item.state_path().into(),
        message: String::new(),
    })?;
    if !active || awaits_first_backup(item) {
        return Ok(Outcome::NotApplicable);
    }
    if item.is_declared() {
        let message = "code does not show when a backup ran";
        return Err(Undecided::because(Reason::SourceCannotSay, message));
    }
    let Some(gap) = policy_gap(item, context)? else {
        // Continuous backup has no schedule that a point could miss.
        return Ok(Outcome::NotApplicable);
    };
    let Some((path, last)) = newest_point(item, context)? else {
        // Never backed up yet: that is for `first-backup-pending` to say.
        return Ok(Outcome::NotApplicable);
    };
    let hours = context.parameters.number("tolerance") * hours_of(gap)
        + context.parameters.number("grace-hours");
    let age = context.now.since(last);
    if hours_of(age) <= hours {
        return Ok(Outcome::Pass);
    }
    Outcome::fail(
        Defect::at(
            path,
            format!("the newest recovery point is {age} old; its backup policy runs every {gap}"),
        )
        .observed(last.to_string())
        .expected(format!("a recovery point from the last {}", Span::minutes(minutes(hours)))),
    )
}

fn awaits_first_backup(item: &Protection<'_>) -> bool {
    matches!(
        item.state,
        Fact::Known(ProtectionState::IRPending | ProtectionState::ConfiguringProtection)
    ) || matches!(item.last_backup_status, Fact::Known(BackupStatus::IRPending))
}

/// The time between two scheduled runs; `None` for a policy without a schedule.
fn policy_gap(item: &Protection<'_>, context: &Context<'_, '_>) -> Result<Option<Span>, Undecided> {
    let path = item.policy_path();
    let unread = |message: &str| Undecided {
        reason: Reason::NotCollected,
        path: path.into(),
        message: message.to_owned(),
    };
    let policy = item.policy.as_ref().decide(path)?.filter(|id| !id.is_empty());
    policy.ok_or_else(|| unread("it names no backup policy"))?;
    let policy =
        context.estate.policy_of(item).ok_or_else(|| unread("its backup policy was not read"))?;
    policy.gap.optional().map_err(|reason| Undecided {
        reason,
        path: path.into(),
        message: format!(
            "the schedule of backup policy {} cannot be read",
            policy.resource.id.name()
        ),
    })
}

/// Where the time of the newest recovery point stands, and the time; `None` if there is no point yet.
fn newest_point(
    item: &Protection<'_>,
    context: &Context<'_, '_>,
) -> Result<Option<(&'static str, Time)>, Undecided> {
    let (path, moment) = if item.workload == Fact::Known(Workload::BackupVaultDatasource) {
        ("", context.estate.newest_point(&item.resource))
    } else if item.workload == Fact::Known(Workload::FileShare)
        && matches!(item.last_backup_status, Fact::Known(status) if status.is_completed())
    {
        // File shares leave the point's time out and give the run's.
        ("properties.lastBackupTime", item.last_backup)
    } else {
        ("properties.lastRecoveryPoint", item.last_recovery_point)
    };
    let undecided = |reason, message: &str| Undecided {
        reason,
        path: path.into(),
        message: message.to_owned(),
    };
    match moment {
        Fact::Known(Moment::At(time)) => Ok(Some((path, time))),
        Fact::Known(Moment::Never) => Ok(None),
        // The lists that would show a point of an instance were read and show none.
        Fact::Absent if path.is_empty() => Ok(None),
        Fact::Absent => Err(undecided(
            Reason::NotCollected,
            "it is protected, but no time of a recovery point is known",
        )),
        Fact::Unknown(reason) => {
            Err(undecided(reason, "its recovery points and backup jobs were not read"))
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "spans are far below 2^53 seconds")]
fn hours_of(span: Span) -> f64 {
    span.0 as f64 / 3600.0
}

#[expect(clippy::cast_possible_truncation, reason = "parameters are bounded")]
fn minutes(hours: f64) -> i64 {
    (hours * 60.0) as i64
}
