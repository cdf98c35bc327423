//! No active backup instance covers the blobs of the storage account.

use crate::inventory::{Fact, Found, Kind, Protection, Reason, Resource};
use crate::rule::{Backup, Check, Context, Decide, Outcome, Undecided, Verdict};

/// Judges storage accounts.
pub const CHECK: Check = Check::Resource(check);

const HIERARCHICAL: &str = "properties.isHnsEnabled";

fn check(account: &Resource<'_>, context: &Context<'_, '_>) -> Verdict {
    let suits = has_suitable_blobs(account, context);
    if matches!(suits, Ok(false))
        || context.declarations.staging.names(account)
        || context.is_exempt(account, account.created())
    {
        return Ok(Outcome::NotApplicable);
    }
    let backup = context.backup_by_instance(account, protects_blobs);
    if !matches!(backup, Ok(Backup::Active(_))) {
        suits?;
    }
    let (missing, expected) =
        ("no Backup vault has a backup instance for its blobs", "an active backup instance");
    context.demand_backup(account, backup, missing, expected)
}

/// Whether it has blobs that Azure Backup takes
/// (<https://learn.microsoft.com/azure/backup/blob-backup-support-matrix>).
fn has_suitable_blobs(
    account: &Resource<'_>,
    context: &Context<'_, '_>,
) -> Result<bool, Undecided> {
    // One proven "no" suffices, whatever else is unknown.
    let is = |fact: &Fact<String>, wanted: &str| matches!(fact, Fact::Known(text) if text.eq_ignore_ascii_case(wanted));
    let (kind, tier) = (account.text("kind"), tier(account));
    let hierarchical = account.fact(HIERARCHICAL).map(|value| value.to_json() == true);
    let refused = hierarchical == Fact::Known(true) && !context.parameters.boolean("include-hns");
    let other_kind = matches!(kind, Fact::Known(_)) && !is(&kind, "StorageV2");
    let containers = has_containers(account, context);
    if other_kind || is(&tier, "Premium") || refused || matches!(containers, Ok(false)) {
        return Ok(false);
    }
    kind.absent_is_unknown(Reason::NotCollected).decide("kind")?;
    tier.absent_is_unknown(Reason::NotCollected).decide("sku.name")?;
    hierarchical.decide(HIERARCHICAL)?;
    containers
}

/// `Standard` or `Premium`: the beginning of `Standard_LRS`.
fn tier(account: &Resource<'_>) -> Fact<String> {
    account.text("sku.name").map(|name| name.split('_').next().unwrap_or_default().to_owned())
}

fn has_containers(account: &Resource<'_>, context: &Context<'_, '_>) -> Result<bool, Undecided> {
    let service = format!("{}/blobServices/default", account.id.as_str());
    let is_there = |container: &Resource<'_>| match container.find("properties.deleted") {
        Found::Value(deleted) => deleted.to_json() != true,
        _ => true,
    };
    if context.estate.children_of(&service, Kind::BlobContainer).any(is_there) {
        return Ok(true);
    }
    let list = context.estate.coverage.list_of(account.id.as_str(), Kind::BlobContainer);
    list.map(|()| false)
        .map_err(|reason| Undecided::because(reason, "its blob containers were not read"))
}

/// Operational and vaulted backup of blobs, and that of a data lake, name the account.
fn protects_blobs(instance: &Protection<'_>) -> Result<bool, Reason> {
    let kind = instance.resource.text("properties.dataSourceInfo.datasourceType").optional()?;
    Ok(kind.is_none_or(|kind| {
        ["Microsoft.Storage/storageAccounts/blobServices", ADLS]
            .iter()
            .any(|known| known.eq_ignore_ascii_case(&kind))
    }))
}

const ADLS: &str = "Microsoft.Storage/storageAccounts/adlsBlobServices";
