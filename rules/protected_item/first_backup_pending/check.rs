//! The first backup has been awaited for too long: there is nothing to restore yet.

use crate::inventory::{
    BackupStatus, Fact, Found, Kind, Moment, OwnJob, Protection, ProtectionState, Reason, Span,
    Time, Workload,
};
use crate::rule::{Check, Context, Decide, Defect, Outcome, Undecided, Verdict, is_running};

/// Judges protected items and backup instances whose backups are meant to run.
pub const CHECK: Check = Check::Protection(check);

fn check(item: &Protection<'_>, context: &Context<'_, '_>) -> Verdict {
    if !is_running(item)? {
        return Ok(Outcome::NotApplicable);
    }
    let Some((path, observed)) = pending(item, context)? else { return Ok(Outcome::Pass) };
    let hours = context.parameters.integer("hours");
    let limit = context.now.plus(Span::hours(-hours));
    let defect = |since: &str| {
        Defect::at(
            path,
            format!("its first backup is still awaited {since}: nothing can be restored"),
        )
        .observed(observed)
        .expected(format!("a recovery point within {hours} hours"))
    };
    match configured(item, context) {
        Some((start, true)) if start > limit => return Ok(Outcome::Pass),
        Some((start, true)) => {
            let since = format!("{} after protection was set up", context.now.since(start));
            return Outcome::fail(defect(&since));
        }
        Some((start, false)) if start > limit => {
            let message = "when its protection was set up is unknown: the job that did it may be another item's";
            return Err(Undecided::because(Reason::SourceCannotSay, message));
        }
        Some(_) | None => {}
    }
    // No job set it up lately, so it was set up before the jobs begin.
    let unknown = |reason| {
        Undecided::because(reason, "its first backup is awaited, and since when was not read")
    };
    if item.resource.kind == Kind::BackupInstance {
        // The jobs of a Backup vault are backups and restores only.
        return Err(unknown(Reason::NotCollected));
    }
    let window = context.estate.job_window_of(item).map_err(unknown)?;
    if window > limit {
        return Err(unknown(Reason::WindowTooShort));
    }
    Outcome::fail(defect(&format!("more than {hours} hours after protection was set up")))
}

/// Where it shows that the first backup is still to come; `None` if it is not.
fn pending(
    item: &Protection<'_>,
    context: &Context<'_, '_>,
) -> Result<Option<(&'static str, &'static str)>, Undecided> {
    if let Fact::Known(
        state @ (ProtectionState::IRPending | ProtectionState::ConfiguringProtection),
    ) = item.state
    {
        return Ok(Some((item.state_path(), state.name())));
    }
    if item.last_backup_status == Fact::Known(BackupStatus::IRPending) {
        return Ok(Some(("properties.lastBackupStatus", "IRPending")));
    }
    match (item.last_recovery_point, item.last_backup) {
        (Fact::Known(Moment::Never), _) => Ok(Some(("properties.lastRecoveryPoint", "never"))),
        (Fact::Absent, Fact::Known(Moment::Never)) => {
            Ok(Some(("properties.lastBackupTime", "never")))
        }
        _ if item.workload == Fact::Known(Workload::BackupVaultDatasource) => {
            match context.estate.newest_point(&item.resource) {
                Fact::Known(_) => Ok(None),
                _ if !is_scheduled(item, context)? => Ok(None),
                Fact::Absent => Ok(Some(("", "no recovery point"))),
                Fact::Unknown(reason) => {
                    let message = "whether it has a recovery point yet was not read";
                    Err(Undecided::because(reason, message))
                }
            }
        }
        (Fact::Unknown(reason), _) => {
            let path = "properties.lastRecoveryPoint".into();
            Err(Undecided { reason, path, message: String::new() })
        }
        _ => Ok(None),
    }
}

/// Whether the policy makes recovery points; continuous backup of blobs makes none.
fn is_scheduled(item: &Protection<'_>, context: &Context<'_, '_>) -> Result<bool, Undecided> {
    let policy = item.policy.as_ref().decide(item.policy_path())?;
    let unread = || {
        Undecided::because(
            Reason::NotCollected,
            "no recovery point of it was seen, and its backup policy was not read",
        )
    };
    let policy = policy.and_then(|id| context.estate.policy(id)).ok_or_else(unread)?;
    Ok(policy.gap.decide(item.policy_path())?.is_some())
}

/// When its protection was set up, and whether that is beyond doubt.
fn configured(item: &Protection<'_>, context: &Context<'_, '_>) -> Option<(Time, bool)> {
    let created = match item.resource.find("systemData.createdAt") {
        Found::Value(time) => time.to_text().and_then(|text| Time::parse(&text)),
        _ => None,
    };
    let is_setup = |own: &OwnJob<'_, '_>| matches!(&own.job.operation, Fact::Known(name) if name.eq_ignore_ascii_case("ConfigureBackup"));
    let job = context.estate.jobs_of(item).find(is_setup).and_then(|own| {
        let end = match own.job.end {
            Fact::Known(Moment::At(end)) => Some(end),
            _ => own.job.started(),
        };
        Some((end?, own.certain))
    });
    job.or_else(|| created.map(|created| (created, true)))
}
