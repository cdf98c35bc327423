//! A restore staging account is named and does not exist, or a region has none.

use crate::inventory::{
    Fact, Kind, Reason, Resource, Vault, Workload, agreeing_regions, id, normalised_region,
    placeholder,
};
use crate::rule::{Check, Context, Decide, Defect, Outcome, Staging, Undecided, Verdict};

/// Judges Recovery Services vaults, which are what an account stages restores for.
pub const CHECK: Check = Check::Vault(check);

fn check(vault: &Vault<'_>, context: &Context<'_, '_>) -> Verdict {
    let staging = &context.declarations.staging;
    let mut judged = false;
    let mut missing: Vec<&str> = Vec::new();
    let mut undecided = None;
    for account in literal_ids(staging) {
        match serves(staging, account, vault) {
            Ok(false) => continue,
            Ok(true) => judged = true,
            Err(unknown) => {
                undecided.get_or_insert(unknown);
                continue;
            }
        }
        match context.estate.exists(account) {
            Ok(true) => {}
            Ok(false) if missing.iter().any(|known| id::same(known, account)) => {}
            Ok(false) => missing.push(account),
            Err(reason) => {
                let message = format!("the list that would show {account} was not read");
                undecided.get_or_insert(Undecided::because(reason, message));
            }
        }
    }
    if !missing.is_empty() {
        let names: Vec<&str> = missing.iter().map(|account| id::name_of(account)).collect();
        let message = match names.as_slice() {
            [name] => format!("staging account {name} does not exist: a restore through it fails"),
            _ => format!("staging accounts {} do not exist", names.join(", ")),
        };
        return Outcome::fail(
            Defect::at("", message).observed(missing).expected("storage accounts that exist"),
        );
    }
    match region_lacks_one(vault, context) {
        Ok(Some(defect)) => return Outcome::fail(defect),
        Ok(None) => judged |= staging.require_per_region,
        Err(unknown) => {
            undecided.get_or_insert(unknown);
        }
    }
    match undecided {
        Some(undecided) => Err(undecided),
        None if judged => Ok(Outcome::Pass),
        None => Ok(Outcome::NotApplicable),
    }
}

/// Accounts named by a whole id. A glob or a name that nothing matches misses nothing in particular.
fn literal_ids(staging: &Staging) -> impl Iterator<Item = &str> {
    let ids = staging.named.iter().map(|named| named.text.as_str());
    ids.filter(|id| id.starts_with('/') && !id.contains(['*', '?']))
}

/// Whether an account is meant for a vault: by its mapping, or else as one of the same subscription.
fn serves(staging: &Staging, account: &str, vault: &Vault<'_>) -> Result<bool, Undecided> {
    let mut entries = staging.serves.iter().filter(|serves| (serves.account)(account)).peekable();
    if entries.peek().is_none() {
        let subscription = vault.resource.id.subscription().unwrap_or_default();
        let own = format!("/subscriptions/{subscription}");
        return placeholder::within(account, &own).ok_or_else(|| {
            let message = "whether the account lies in its subscription is not known";
            Undecided::because(Reason::UnresolvedExpression, message)
        });
    }
    for target in entries.flat_map(|entry| &entry.targets) {
        let served = if target.text.contains('/') {
            (target.is_vault)(vault.resource.id.as_str())
        } else {
            let wanted = normalised_region(&target.text);
            match vault.region().decide("location")? {
                Some(region) => agreeing_regions(&region, &wanted).ok_or_else(|| {
                    let message = format!("whether the vault lies in {wanted} is not known");
                    Undecided::because(Reason::UnresolvedExpression, message)
                })?,
                None => false,
            }
        };
        if served {
            return Ok(true);
        }
    }
    Ok(false)
}

/// With `require-per-region`: no named account is in the region of a vault that holds machines.
fn region_lacks_one(
    vault: &Vault<'_>,
    context: &Context<'_, '_>,
) -> Result<Option<Defect>, Undecided> {
    let (staging, estate) = (&context.declarations.staging, context.estate);
    if !staging.require_per_region {
        return Ok(None);
    }
    let held = estate.held_by(vault.resource.id.as_str());
    let machines = held.active_of(Workload::VirtualMachine);
    if machines == 0 {
        let unread = || vault.items_read.err();
        let undecided = (held.undecided > 0).then_some(Reason::NotCollected).or_else(unread);
        return undecided.map_or(Ok(None), |reason| {
            Err(Undecided::because(reason, "it is not known whether the vault holds machines"))
        });
    }
    let region = vault.region().decide("location")?.ok_or_else(|| {
        Undecided::because(Reason::NotCollected, "the vault does not say its region")
    })?;
    let subscription =
        format!("/subscriptions/{}", vault.resource.id.subscription().unwrap_or_default());
    let mut unknown = None;
    // Accounts that a tag or glob names count for the vaults of their own subscription.
    let within = |account: &Resource<'_>| placeholder::within(account.id.as_str(), &subscription);
    let named = estate.of_kind(Kind::StorageAccount).filter(|account| staging.names(account));
    let (near, far): (Vec<_>, Vec<_>) =
        named.filter(|account| within(account) != Some(false)).partition(|it| within(it).is_some());
    unknown = unknown.or(far.first().map(|_| Reason::UnresolvedExpression));
    let elsewhere = literal_ids(staging).filter_map(|account| estate.other(account));
    for account in near.into_iter().chain(elsewhere) {
        match account.location().absent_is_unknown(Reason::NotCollected) {
            Fact::Known(found) => match agreeing_regions(&found, &region) {
                Some(true) => return Ok(None),
                Some(false) => {}
                None => unknown = Some(Reason::UnresolvedExpression),
            },
            Fact::Absent => {}
            Fact::Unknown(reason) => unknown = Some(reason),
        }
    }
    let unread = literal_ids(staging).find_map(|account| estate.exists(account).err());
    let list = estate.coverage.list_of(&subscription, Kind::StorageAccount);
    if let Some(reason) = unknown.or(unread).or(list.err()) {
        let message = format!("the storage accounts that may be in {region} were not all read");
        return Err(Undecided::because(reason, message));
    }
    let region = placeholder::readable(&region);
    let message = format!(
        "no staging account is named in {region}, where the vault keeps {machines} {}",
        if machines == 1 { "machine" } else { "machines" }
    );
    Ok(Some(
        Defect::at("location", message)
            .observed(region.as_ref())
            .expected("a staging account there"),
    ))
}
