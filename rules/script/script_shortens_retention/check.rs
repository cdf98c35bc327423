//! A script writes a policy that keeps recovery points for a shorter time.

use crate::inventory::script::{Given, Operation, ScriptOperation};
use crate::inventory::{
    BackupPolicy, Body, Completeness, Fact, Kind, Reason, Resource, ResourceId, Span, View,
};
use crate::rule::script::{self, at, hidden, undecided, whole};
use crate::rule::{Check, Context, Outcome, Undecided, Verdict};

/// Judges each operation of a script.
pub const CHECK: Check = Check::Operation(check);

const WRITES: [&str; 4] = [
    "backup policy set",
    "backup policy create",
    "dataprotection backup-policy create",
    "dataprotection backup-policy update",
];
const WRITES_OBJECTS: [&str; 4] = [
    "Set-AzRecoveryServicesBackupProtectionPolicy",
    "New-AzRecoveryServicesBackupProtectionPolicy",
    "New-AzDataProtectionBackupPolicy",
    "Update-AzDataProtectionBackupInstance",
];
const EXCHANGES: [&str; 2] =
    ["backup item set-policy", "dataprotection backup-instance update-policy"];
const DELETES: [&str; 4] = [
    "backup policy delete",
    "dataprotection backup-policy delete",
    "Remove-AzRecoveryServicesBackupProtectionPolicy",
    "Remove-AzDataProtectionBackupPolicy",
];
const BODY: [&str; 1] = ["--policy"];
const NAME: [&str; 3] = ["--policy-name", "--policy-id", "--name"];
const OBJECTS: [&str; 3] = ["-RetentionPolicy", "-Policy", "-PolicyId"];

fn check(script: &ScriptOperation<'_>, context: &Context<'_, '_>) -> Verdict {
    let operation = script.operation();
    if script.is_rehearsal() {
        return Ok(Outcome::NotApplicable);
    }
    if operation.is(&DELETES) {
        let message = "the script deletes a backup policy";
        return script::fail(script, context, vec![whole(operation, message)]);
    }
    if operation.is(&EXCHANGES) {
        return exchange(script, context);
    }
    if operation.is(&WRITES_OBJECTS) {
        return match operation.given(&OBJECTS) {
            Some(given) => Err(undecided_object(given)),
            None if operation.complete => Ok(Outcome::NotApplicable),
            None => Err(hidden(operation, &OBJECTS)),
        };
    }
    if !operation.is(&WRITES) {
        return Ok(Outcome::NotApplicable);
    }
    let Some(given) = operation.given(&BODY) else {
        return if operation.complete {
            Ok(Outcome::NotApplicable)
        } else {
            Err(hidden(operation, &BODY))
        };
    };
    let kept = kept_by_body(script, given)?;
    judge(script, context, given, kept, true)
}

/// An item gets another policy, of which the code beside the script may say how long it keeps.
fn exchange(script: &ScriptOperation<'_>, context: &Context<'_, '_>) -> Verdict {
    let operation = script.operation();
    let Some(given) = operation.given(&NAME[..2]) else { return Err(hidden(operation, &NAME)) };
    let name = given.value.as_text().ok_or_else(|| undecided(given))?;
    let Some(policy) = declared(context, name) else {
        let message = format!("how long the policy {name} keeps backups is not known here");
        return Err(Undecided::because(Reason::OutsideThisSource, message));
    };
    let kept = frequent(policy).ok_or_else(|| undecided(given))?;
    judge(script, context, given, kept, false)
}

/// Whether a retention is long enough, by the parameter and by the policy that it replaces.
fn judge(
    script: &ScriptOperation<'_>,
    context: &Context<'_, '_>,
    given: &Given,
    kept: Span,
    replaces: bool,
) -> Verdict {
    let least = context.parameters.integer("min-days");
    let name = script.operation().text(&NAME[2..]);
    let current = match name {
        Fact::Known(name) if replaces => declared(context, name).and_then(frequent),
        _ => None,
    };
    let days = kept.0 / 86_400;
    let (message, expected) = if kept < Span::days(least) {
        (format!("the script keeps recovery points for {days} days, fewer than {least}"), least)
    } else if let Some(current) = current.filter(|current| kept < *current) {
        let now = current.0 / 86_400;
        (format!("the script keeps recovery points for {days} days; so far it is {now}"), now)
    } else {
        return Ok(Outcome::Pass);
    };
    let defect = at(given, message).observed(days).expected(format!("{expected} days or more"));
    script::fail(script, context, vec![defect])
}

/// How long the body that a command sends keeps the most frequent points.
fn kept_by_body(script: &ScriptOperation<'_>, given: &Given) -> Result<Span, Undecided> {
    let operation = script.operation();
    let written = given.value.as_text().ok_or_else(|| undecided(given))?;
    let is_inline = written.trim_start().starts_with('{');
    let text = if is_inline { Some(written) } else { script.attachment };
    let Some(text) = text else {
        let message = format!("the body {written} is not in the repository");
        return Err(Undecided {
            path: script::path(given).into(),
            ..Undecided::because(Reason::OutsideThisSource, message)
        });
    };
    let kept = read(operation, text).and_then(|policy| frequent(&policy));
    kept.ok_or_else(|| Undecided {
        path: script::path(given).into(),
        ..Undecided::because(
            Reason::UnrecognisedValue,
            "the body does not say how long it keeps recovery points",
        )
    })
}

/// A policy as a command takes it: with or without the resource around its properties.
fn read<'t>(operation: &Operation, text: &'t str) -> Option<BackupPolicy<'t>> {
    let is_backup_vaults = operation.name.starts_with("dataprotection");
    let kind =
        if is_backup_vaults { Kind::BackupVaultPolicy } else { Kind::RecoveryServicesPolicy };
    let body = Body::Json(text.trim_start_matches('\u{feff}').trim());
    let flat = matches!(body.find("properties"), crate::inventory::Found::Absent);
    let id = ResourceId::new("/policy");
    let resource = Resource { id, kind, body, completeness: Completeness::Complete, flat };
    BackupPolicy::read(resource).ok()
}

/// How long the most frequent full recovery points are kept.
fn frequent(policy: &BackupPolicy<'_>) -> Option<Span> {
    let Fact::Known(tiers) = &policy.retention else { return None };
    tiers.all().into_iter().find_map(|tier| match tier {
        Fact::Absent => None,
        Fact::Known(span) => Some(Some(span)),
        Fact::Unknown(_) => Some(None),
    })?
}

/// The one policy of this name or id that was read.
fn declared<'c, 'a>(context: &Context<'c, 'a>, name: &str) -> Option<&'c BackupPolicy<'a>> {
    let name = name.rsplit('/').next().unwrap_or(name);
    let policies = context.estate.policies.iter();
    let mut found = policies.filter(|policy| policy.resource.id.name().eq_ignore_ascii_case(name));
    let first = found.next()?;
    found.next().is_none().then_some(first)
}

fn undecided_object(given: &Given) -> Undecided {
    let message = format!("the object in `{}` is made at run time", given.name);
    Undecided { message, ..Undecided { reason: Reason::UnresolvedExpression, ..undecided(given) } }
}
