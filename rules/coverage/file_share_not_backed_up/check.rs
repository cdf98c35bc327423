//! No active protected item covers the file share.

use crate::inventory::{Fact, Protection, Reason, Resource, ResourceId, Workload, id};
use crate::rule::{Backup, Check, Context, Outcome, Undecided, Verdict};

/// Judges file shares.
pub const CHECK: Check = Check::Resource(check);

const PROTOCOLS: &str = "properties.enabledProtocols";

fn check(share: &Resource<'_>, context: &Context<'_, '_>) -> Verdict {
    // `<account>/fileServices/default/shares/<share>`
    let account_id = id::parent_of(share.id.as_str()).and_then(id::parent_of).unwrap_or_default();
    let account = context.estate.other(account_id);
    let protocol = protocol(share, account);
    let exempt = matches!(&protocol, Fact::Known(name) if name.eq_ignore_ascii_case("NFS"))
        || is_gone(share)
        || context.estate.is_in_managed_group(share)
        || account.is_some_and(|account| context.is_exempt(account, account.created()));
    if exempt {
        return Ok(Outcome::NotApplicable);
    }
    let account_key = ResourceId::new(account_id);
    let region = || account.map_or(Fact::Unknown(Reason::NotCollected), Resource::location);
    let is_its_own = |item: &Protection<'_>| is_of(item, share);
    let backup = context.backup_of(&account_key, region, Workload::FileShare, is_its_own)?;
    if let Backup::None(_) = backup {
        if let Fact::Unknown(reason) = protocol {
            return Err(Undecided { reason, path: PROTOCOLS.into(), message: String::new() });
        }
        if account.is_none() && context.exempts_by_tag() {
            let message = "its storage account, whose tags may exempt it, was not read";
            return Err(Undecided::because(Reason::NotCollected, message));
        }
    }
    let (missing, expected) = ("no vault has a protected item for it", "an active protected item");
    context.demand_backup(account.unwrap_or(share), Ok(backup), missing, expected)
}

/// Only premium file storage offers NFS, so that any other account tells what the share does not
/// (<https://learn.microsoft.com/azure/storage/files/files-nfs-protocol>).
fn protocol(share: &Resource<'_>, account: Option<&Resource<'_>>) -> Fact<String> {
    let of_account = || match account.map(|account| account.text("kind")) {
        Some(Fact::Known(kind)) if !kind.eq_ignore_ascii_case("FileStorage") => Fact::Absent,
        _ => Fact::Unknown(Reason::NotCollected),
    };
    match share.text(PROTOCOLS) {
        Fact::Unknown(Reason::NotCollected) => of_account(),
        other => other,
    }
}

/// A list may show shares that were deleted, and snapshots beside the shares they are of.
fn is_gone(share: &Resource<'_>) -> bool {
    share.shows("properties.snapshotTime")
        || matches!(share.fact("properties.deleted"), Fact::Known(deleted) if deleted.to_json() == true)
}

/// Items of all shares name the account as their source; the share is their friendly name.
fn is_of(item: &Protection<'_>, share: &Resource<'_>) -> Result<bool, Reason> {
    if !item.may_be(Workload::FileShare) {
        return Ok(false);
    }
    let name =
        item.resource.text("properties.friendlyName").absent_is_unknown(Reason::NotCollected);
    Ok(name.optional()?.is_some_and(|name| name.eq_ignore_ascii_case(share.id.name())))
}
