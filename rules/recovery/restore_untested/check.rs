//! Nobody has restored from the vault for a long time.

use std::collections::{BTreeMap, BTreeSet};

use crate::inventory::{Fact, Job, JobStatus, Moment, Reason, Span, Time, Vault, Workload, id};
use crate::rule::{Check, Context, Defect, Outcome, Undecided, Verdict};

/// Judges vaults of both kinds.
pub const CHECK: Check = Check::Vault(check);

/// What is to be tested where one restore speaks for all workloads.
const THE_VAULT: &str = "the vault";

fn check(vault: &Vault<'_>, context: &Context<'_, '_>) -> Verdict {
    let id = vault.resource.id.as_str();
    let held = context.estate.held_by(id);
    if held.active == 0 {
        let unread = || vault.items_read.err();
        return match (held.undecided > 0).then_some(Reason::NotCollected).or_else(unread) {
            Some(reason) => Err(Undecided::because(
                reason,
                "it is not known whether the vault protects anything",
            )),
            None => Ok(Outcome::NotApplicable),
        };
    }
    let from = context.now.plus(Span::minutes(-24 * 60 * context.parameters.integer("max-days")));
    let is_recent = |time: Time| from <= time && time <= context.now;
    let evidence = context.declarations.restore_evidence.iter();
    if evidence.filter(|test| is_recent(test.date)).any(|test| (test.vault.matches)(id)) {
        return Ok(Outcome::Pass);
    }
    let per_workload = context.parameters.text("per") == "workload";
    let mut untested: BTreeMap<String, Option<Time>> =
        workloads(vault, context, per_workload).into_iter().map(|name| (name, None)).collect();
    let files_count = context.parameters.boolean("count-file-recovery");
    let mut doubts = Vec::new();
    for job in context.estate.jobs_in(id).filter(|job| is_test(job, files_count)) {
        let (completed, end) = (has_completed(job), ended(job));
        if completed == Ok(false) || end.is_some_and(|end| end > context.now) {
            continue;
        }
        let workload = if per_workload {
            workload_of(job, vault, &untested)
        } else {
            Some(THE_VAULT.to_owned())
        };
        match (completed, end, workload) {
            (Ok(_), Some(end), Some(workload)) if is_recent(end) => {
                untested.remove(&workload);
            }
            (Ok(_), Some(end), Some(workload)) if end < from => {
                if let Some(last) = untested.get_mut(&workload) {
                    *last = (*last).max(Some(end));
                }
            }
            (_, Some(end), _) if end < from => {}
            (completed, _, workload) => {
                doubts.push((workload, completed.err().unwrap_or(Reason::NotCollected)));
            }
        }
    }
    if untested.is_empty() {
        let whole = if per_workload { vault.items_read } else { Ok(()) };
        return whole.map(|()| Outcome::Pass).map_err(|reason| {
            Undecided::because(
                reason,
                "what is known to be in the vault was restored, but what it protects was not read to the end",
            )
        });
    }
    let window = context
        .estate
        .restore_window(id)
        .map_err(|reason| Undecided::because(reason, "the jobs of the vault were not read"))?;
    let days = context.parameters.integer("max-days");
    if window > from {
        let message = format!("no restore is known, but restores are known only since {window}");
        return Err(Undecided::because(Reason::WindowTooShort, message));
    }
    let mut doubt = None;
    for (workload, reason) in doubts {
        let may_be_of = |name: &String| workload.as_ref().is_none_or(|workload| workload == name);
        if untested.keys().any(may_be_of) {
            doubt.get_or_insert(reason);
        }
        untested.retain(|name, _| !may_be_of(name));
    }
    if let (true, Some(reason)) = (untested.is_empty(), doubt) {
        let message = "a restore does not say how it ended, when, or what kind of data it restored";
        return Err(Undecided::because(reason, message));
    }
    let names: Vec<&str> = untested.keys().map(String::as_str).collect();
    let message = format!("nothing was restored for {days} days: {}", names.join(", "));
    let last: serde_json::Map<String, serde_json::Value> = untested
        .iter()
        .map(|(name, last)| (name.clone(), last.map(|time| time.to_string()).into()))
        .collect();
    Outcome::fail(
        Defect::at("", message)
            .observed(last)
            .expected(format!("a completed restore of each in the last {days} days")),
    )
}

/// Whether a job that completes shows that data can be restored.
fn is_test(job: &Job<'_>, files_count: bool) -> bool {
    let recovers_files = |operation: &str| {
        let operation = operation.to_ascii_lowercase().replace(' ', "");
        operation.contains("filerecovery") || operation.contains("itemrecovery")
    };
    let is_files = matches!(&job.operation, Fact::Known(text) if recovers_files(text));
    if is_files { files_count } else { job.is_restore() }
}

fn has_completed(job: &Job<'_>) -> Result<bool, Reason> {
    match job.status {
        Fact::Known(status) => {
            Ok(matches!(status, JobStatus::Completed | JobStatus::CompletedWithWarnings))
        }
        Fact::Absent => Err(Reason::NotCollected),
        Fact::Unknown(reason) => Err(reason),
    }
}

fn ended(job: &Job<'_>) -> Option<Time> {
    match job.end {
        Fact::Known(Moment::At(end)) => Some(end),
        _ => job.started(),
    }
}

/// What the vault protects, in words: kinds of items, or the types of what instances protect.
fn workloads(vault: &Vault<'_>, context: &Context<'_, '_>, each: bool) -> BTreeSet<String> {
    let id = vault.resource.id.as_str();
    if !each {
        return BTreeSet::from([THE_VAULT.to_owned()]);
    }
    if vault.is_recovery_services() {
        let held = context.estate.held_by(id);
        let active = Workload::ALL.into_iter().filter(|workload| held.active_of(*workload) > 0);
        return active.map(|workload| workload.name().to_owned()).collect();
    }
    let active = context.estate.protections_in(id).filter(|item| item.is_active() == Ok(true));
    active
        .map(|item| match &item.datasource {
            Fact::Known(datasource) => id::type_of(datasource).unwrap_or_default().into_owned(),
            Fact::Absent | Fact::Unknown(_) => String::new(),
        })
        .map(|name| if name.is_empty() { Workload::Other.name().to_owned() } else { name })
        .collect()
}

/// Which of the workloads a job restored; `None` if it does not say. Jobs of a Backup vault name the
/// type of the datasource, `Microsoft.Storage/storageAccounts/blobServices` for an account.
fn workload_of(
    job: &Job<'_>,
    vault: &Vault<'_>,
    workloads: &BTreeMap<String, Option<Time>>,
) -> Option<String> {
    if vault.is_recovery_services() {
        return job.workload.known().map(|workload| workload.name().to_owned());
    }
    let restored = job.resource.text("properties.dataSourceType").known()?;
    let is_it = |name: &&String| {
        restored.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name))
    };
    Some(workloads.keys().find(is_it).cloned().unwrap_or(restored))
}
