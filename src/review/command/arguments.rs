//! What a command tells its operation, as arguments of a request.

use super::choice::Form;
use super::target::Found;
use super::{Files, Line, Refusal, says, unbound, unsaid};
use crate::inventory::script::{Content, Given, Operation};
use crate::inventory::{
    BackupPolicy, Body, Completeness, Fact, Found as Value, Kind, Resource, ResourceId, Span, Time,
    View as _, id,
};
use crate::review::request::{Arguments, Retention, Unbound, arguments_of};

/// Fills in what the operation takes and the command gives.
pub(super) fn fill(
    arguments: &mut Arguments,
    line: Line<'_>,
    form: &Form,
    found: &Found,
    now: Time,
    files: &Files<'_>,
) -> Result<(), Refusal> {
    let takes = |key: &str| arguments_of(form.operation.id).any(|argument| argument.key == key);
    let operation = line.operation;
    arguments.redundancy.clone_from(&form.redundancy);
    if takes("vault") {
        arguments.vault.clone_from(&found.vault);
    }
    if takes("backup-policy") && form.operation.id == "enable-protection" {
        policy(arguments, line);
    }
    if takes("recovery-point") {
        point(arguments, line);
    }
    if takes("retain-until") {
        until(arguments, operation, now)?;
    }
    if takes("staging-account") || takes("target-group") {
        copy(arguments, operation, found)?;
    }
    if takes("retention") {
        retention(arguments, operation, files);
    }
    // What the operation does not take in a request has no mode either.
    if !takes("restore-mode") {
        arguments.restore_mode = None;
    }
    Ok(())
}

/// A known text; where it is given and not known, that is noted.
fn said<'o>(
    arguments: &mut Arguments,
    operation: &'o Operation,
    options: &[&str],
    key: &'static str,
) -> Option<&'o str> {
    let given = operation.given(options)?;
    let text = given.value.as_text();
    if text.is_none() {
        unbound(arguments, key, given);
    }
    text
}

fn policy(arguments: &mut Arguments, line: Line<'_>) {
    let Some(given) = line.operation.given(&["--policy-name", "-Policy"]) else { return };
    let source = line.source(&given.value).and_then(|source| source.given(&["-Name"]));
    match given.value.as_text().or_else(|| source?.value.as_text()) {
        Some(name) => arguments.backup_policy = Some(name.to_owned()),
        None => unbound(arguments, "backup-policy", given),
    }
}

fn point(arguments: &mut Arguments, line: Line<'_>) {
    let Some(given) = line.operation.given(&["--rp-name", "-RecoveryPoint"]) else {
        let says = "the command names no recovery point".to_owned();
        arguments.unbound.push(Unbound { key: "recovery-point", says });
        return;
    };
    let source = line.source(&given.value).and_then(|source| source.given(&["-RecoveryPointId"]));
    match given.value.as_text().or_else(|| source?.value.as_text()) {
        Some(name) => arguments.recovery_point = Some(name.to_owned()),
        None => unbound(arguments, "recovery-point", given),
    }
}

/// `--retain-until 31-12-2026`, `-ExpiryDateTimeUTC (Get-Date).AddDays(30)`.
fn until(arguments: &mut Arguments, operation: &Operation, now: Time) -> Result<(), Refusal> {
    let Some(given) = operation.given(&["--retain-until", "-ExpiryDateTimeUTC"]) else {
        return Ok(());
    };
    match &given.value.content {
        Content::Moment(moment) => arguments.retain_until = Some(now.plus(Span(moment.seconds))),
        Content::Text(text) => {
            let Some(time) = day(text).or_else(|| Time::parse(text)) else {
                let message = format!("`{text}` is no day");
                return Err(Refusal::new(given.place, message, "az takes dd-mm-yyyy"));
            };
            arguments.retain_until = Some(time);
        }
        _ => unbound(arguments, "retain-until", given),
    }
    Ok(())
}

fn day(text: &str) -> Option<Time> {
    let mut parts = text.trim().split('-');
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    let is_day = parts.next().is_none() && day.len() <= 2 && year.len() == 4;
    is_day.then_some(())?;
    Time::of_date(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

const TARGET: [&str; 2] = ["--target-resource-group", "-TargetResourceGroupName"];
const ACCOUNT: [&str; 2] = ["--storage-account", "-StorageAccountName"];
const OF_ACCOUNT: [&str; 2] =
    ["--storage-account-resource-group", "-StorageAccountResourceGroupName"];

/// Where a copy goes, by names that the tool takes for those of the vault's subscription.
fn copy(arguments: &mut Arguments, operation: &Operation, found: &Found) -> Result<(), Refusal> {
    let own = found.vault.as_deref();
    let own_subscription = own.and_then(id::subscription_of);
    let target = operation.given(&["--target-subscription-id", "-TargetSubscriptionId"]);
    let subscription = match target {
        Some(given) => Some(given.value.as_text().ok_or_else(|| unsaid(given))?),
        None => own_subscription,
    };
    let in_group =
        |group: &str| Some(format!("/subscriptions/{}/resourceGroups/{group}", subscription?));
    if let Some(group) = said(arguments, operation, &TARGET, "target-group") {
        arguments.target_group = in_group(group);
    }
    let is_staged = arguments.restore_mode.as_deref() != Some("alternate-location")
        && arguments.restore_mode.as_deref() != Some("original-location");
    if is_staged && let Some(account) = said(arguments, operation, &ACCOUNT, "staging-account") {
        // Without a group of its own, it is looked for in that of the vault.
        let group = match operation.given(&OF_ACCOUNT) {
            Some(_) => said(arguments, operation, &OF_ACCOUNT, "staging-account"),
            None => own.and_then(group_of),
        };
        arguments.staging_account = if account.starts_with('/') {
            Some(account.to_owned())
        } else {
            group.and_then(in_group).map(|group| {
                format!("{group}/providers/Microsoft.Storage/storageAccounts/{account}")
            })
        };
    }
    network(arguments, operation, &in_group);
    Ok(())
}

/// The name of the resource group of an id.
fn group_of(resource: &str) -> Option<&str> {
    let mut segments = resource.split('/');
    segments.find(|segment| segment.eq_ignore_ascii_case("resourceGroups"))?;
    segments.next()
}

fn network(
    arguments: &mut Arguments,
    operation: &Operation,
    in_group: &dyn Fn(&str) -> Option<String>,
) {
    const PARTS: [[&str; 2]; 3] = [
        ["--target-vnet-resource-group", "-TargetVNetResourceGroup"],
        ["--target-vnet-name", "-TargetVNetName"],
        ["--target-subnet-name", "-TargetSubnetName"],
    ];
    let parts = PARTS.map(|part| said(arguments, operation, &part, "target-network"));
    if let [Some(group), Some(network), Some(subnet)] = parts {
        arguments.target_network = in_group(group).map(|group| {
            format!(
                "{group}/providers/Microsoft.Network/virtualNetworks/{network}/subnets/{subnet}"
            )
        });
    }
}

/// The days of each tier in the body of a policy.
fn retention(arguments: &mut Arguments, operation: &Operation, files: &Files<'_>) {
    let Some(given) = operation.given(&["--policy", "-RetentionPolicy"]) else { return };
    match days(operation, given, files) {
        Ok(days) => arguments.retention = Some(Retention { days }),
        Err(says) => arguments.unbound.push(Unbound { key: "retention", says }),
    }
}

fn days(
    operation: &Operation,
    given: &Given,
    files: &Files<'_>,
) -> Result<[Option<u32>; 4], String> {
    let written = given.value.as_text().ok_or_else(|| says(given))?;
    let read;
    let text = match written.strip_prefix('@') {
        Some(path) => {
            read = files(path).ok_or_else(|| format!("the file {path} cannot be read"))?;
            read.as_str()
        }
        None => written,
    };
    let body = Body::Json(text.trim_start_matches('\u{feff}').trim());
    let is_backup_vaults = operation.name.starts_with("dataprotection");
    let kind =
        if is_backup_vaults { Kind::BackupVaultPolicy } else { Kind::RecoveryServicesPolicy };
    let flat = matches!(body.find("properties"), Value::Absent);
    let resource = Resource {
        id: ResourceId::new("/policy"),
        kind,
        body,
        completeness: Completeness::Complete,
        flat,
    };
    let unclear = || "the body of the policy does not say how long it keeps points".to_owned();
    let policy = BackupPolicy::read(resource).map_err(|_| unclear())?;
    let tiers = policy.retention.known().ok_or_else(unclear)?.all();
    let mut days = [None; 4];
    for (days, tier) in days.iter_mut().zip(tiers) {
        *days = match tier {
            Fact::Absent => None,
            Fact::Known(span) => Some(u32::try_from(span.0 / 86_400).map_err(|_| unclear())?),
            Fact::Unknown(_) => return Err(unclear()),
        };
    }
    if days == [None; 4] { Err(unclear()) } else { Ok(days) }
}
