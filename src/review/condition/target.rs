//! Where data is restored to: P12 to P14.

use super::super::check::{Claims, Judged, REQUEST};
use super::Case;
use crate::inventory::{
    Fact, Kind, Reason, Resource, Workload, id, normalised_region, same_region,
};

/// P12: the staging account can be used.
pub(super) fn staging_account(case: &Case<'_, '_, '_>) -> Judged {
    if !case.subject.is_recovery_services() {
        return Judged::not_applicable("restores from a Backup vault are not staged");
    }
    let claims = Claims {
        guide: "a staging account is always asked for, in the same region",
        documentation: "not used when a managed machine is created; in the vault's region (across regions: the secondary one), not zone-redundant, not blob-only, premium with limits",
        parameter: None,
        value: "the documentation".to_owned(),
    };
    judge_account(case).unwrap_or_else(|judged| judged).claims(claims)
}

fn judge_account(case: &Case<'_, '_, '_>) -> Result<Judged, Judged> {
    let arguments = &case.request.arguments;
    let Some(named) = arguments.staging_account.as_deref() else {
        let creates = arguments.restore_mode.as_deref().is_none_or(|mode| mode == "create-new");
        if case.operation() == "cross-region-restore" && creates {
            return Ok(Judged::not_applicable("a managed machine is created: nothing is staged"));
        }
        return Err(Judged::unsaid(
            "staging-account",
            "the request does not name the staging account",
        ));
    };
    let account = match (case.estate.other(named), case.estate.exists(named)) {
        (Some(account), _) => account,
        (None, Ok(_)) => {
            return Ok(Judged::stops("the staging account does not exist")
                .at(named, "", "missing")
                .fix("create it in the vault's region before the restore"));
        }
        (None, Err(reason)) => {
            return Err(Judged::unknown(reason, "the staging account was not read")
                .at(named, "", "not read"));
        }
    };
    judge_region(case, account)?;
    judge_kind(account)
}

/// P12 where nobody named an account, and there is none that could be named.
pub fn no_account(case: &Case<'_, '_, '_>, is_declared: bool) -> Judged {
    let Some(vault) = case.subject.vault_id else {
        return Judged::unknown(Reason::NotCollected, "the vault is not known");
    };
    let region = case.subject.vault.and_then(|vault| vault.region().known());
    let region = region.unwrap_or_else(|| "the vault's region".to_owned());
    let fix = format!("create a locally or geo-redundant StorageV2 account in {region}");
    if is_declared {
        return Judged::stops("no account of `[staging]` serves the vault")
            .at(vault, "staging", "none")
            .fix(format!("{fix}, and say in `[staging]` that it serves the vault"));
    }
    let subscription = id::subscription_of(vault).map(|found| format!("/subscriptions/{found}"));
    let scope = subscription.as_deref().unwrap_or(vault);
    match case.estate.coverage.list_of(scope, Kind::StorageAccount) {
        Ok(()) => Judged::stops(
            "no storage account of the subscription can stage a restore from the vault",
        )
        .at(vault, "storageAccounts", "none")
        .fix(fix),
        Err(reason) => Judged::unknown(
            reason,
            "the storage accounts of the subscription were not read",
        )
        .at(scope, "storageAccounts", "not read"),
    }
}

/// Whether the account lies where the restore takes place.
fn judge_region(case: &Case<'_, '_, '_>, account: &Resource<'_>) -> Result<(), Judged> {
    let at = account.id.as_str();
    let vault = case.vault()?;
    let own = account.location().absent_is_unknown(Reason::NotCollected).optional();
    let own = own.map(Option::unwrap_or_default).map_err(|reason| {
        Judged::unknown(reason, "the region of the staging account was not read")
            .at(at, "location", "not read")
    })?;
    let of_vault = vault.region().absent_is_unknown(Reason::NotCollected).optional();
    let of_vault = of_vault.map(Option::unwrap_or_default).map_err(|reason| {
        Judged::unknown(reason, "the region of the vault was not read").at(
            vault.resource.id.as_str(),
            "location",
            "not read",
        )
    })?;
    if case.operation() == "cross-region-restore" {
        let Some(secondary) = case.request.arguments.target_region.as_deref() else {
            let says = "the request does not say the secondary region, where the account has to be";
            return Err(Judged::unsaid("target-region", says));
        };
        if !same_region(&own, secondary) {
            return Err(Judged::stops(format!(
                "the staging account lies in {own}, not in the secondary region {secondary}"
            ))
            .at(at, "location", own)
            .fix("use an account in the secondary region"));
        }
        return Ok(());
    }
    if same_region(&own, &of_vault) {
        return Ok(());
    }
    Err(Judged::stops(format!("the staging account lies in {own}, the vault in {of_vault}"))
        .at(at, "location", own)
        .fix("use an account in the vault's region"))
}

/// Whether restores take an account of this kind.
fn judge_kind(account: &Resource<'_>) -> Result<Judged, Judged> {
    let at = account.id.as_str();
    let told = |path: &str| {
        let fact = account.text(path).absent_is_unknown(Reason::NotCollected).optional();
        fact.map(Option::unwrap_or_default).map_err(|reason| {
            Judged::unknown(reason, "whether a restore can use the account was not read")
                .at(at, path, "not read")
        })
    };
    let (sku, kind) = (told("sku.name")?, told("kind")?);
    let lower = sku.to_ascii_lowercase();
    if lower.ends_with("zrs") {
        return Ok(Judged::stops(format!("the staging account is zone-redundant ({sku})"))
            .at(at, "sku.name", sku)
            .fix("use a locally or geo-redundant account"));
    }
    if !["storage", "storagev2"].iter().any(|fits| fits.eq_ignore_ascii_case(&kind)) {
        return Ok(Judged::stops(format!(
            "an account of kind {kind} cannot hold the page blobs that a restore writes"
        ))
        .at(at, "kind", kind)
        .fix("use a StorageV2 account"));
    }
    if lower.starts_with("premium") {
        let rules = account.text("properties.networkAcls.defaultAction").known();
        let has_rules = rules.is_some_and(|action| action.eq_ignore_ascii_case("Deny"))
            || ["ipRules", "virtualNetworkRules"]
                .iter()
                .any(|list| !account.paths(&format!("properties.networkAcls.{list}[]")).is_empty());
        let judged = if has_rules {
            Judged::stops("the staging account is premium and has network rules")
                .fix("use a standard account")
        } else {
            Judged::decides(
                "the staging account is premium: it stages machines with premium disks only",
            )
        };
        return Ok(judged.at(at, "sku.name", sku));
    }
    Ok(Judged::pass("the staging account exists, lies in the right region and fits")
        .at(at, "sku.name", sku)
        .at(at, "kind", kind))
}

/// P13: the target group, network and region exist, carry no read-only lock, and are apart from production.
pub(super) fn target_exists(case: &Case<'_, '_, '_>) -> Judged {
    judge_target(case).unwrap_or_else(|judged| judged)
}

fn judge_target(case: &Case<'_, '_, '_>) -> Result<Judged, Judged> {
    let arguments = &case.request.arguments;
    let of_machine =
        case.item()?.may_be(Workload::VirtualMachine) || !case.subject.is_recovery_services();
    let Some(group) = arguments.target_group.as_deref() else {
        if !of_machine {
            return Ok(Judged::not_applicable(
                "such an item is restored into a server or share, not into a resource group",
            ));
        }
        return Err(Judged::unsaid(
            "target-group",
            "the request does not say which resource group is restored to",
        ));
    };
    match case.estate.exists(group) {
        Ok(true) => {}
        Ok(false) => {
            return Ok(Judged::stops("the target resource group does not exist")
                .at(group, "", "missing")
                .fix("create it first"));
        }
        Err(reason) => {
            return Err(Judged::unknown(reason, "the target resource group was not read")
                .at(group, "", "not read"));
        }
    }
    let locks = case.estate.locks_over(group);
    for lock in &locks.found {
        let level = lock.level.as_ref().known().map(ToString::to_string).unwrap_or_default();
        if level.eq_ignore_ascii_case("ReadOnly") {
            return Ok(Judged::stops("the target is locked against changes")
                .at(lock.resource.id.as_str(), "properties.level", level)
                .fix("restore to another group, or take the lock off for as long as it takes"));
        }
    }
    if let Some(reason) = locks.unread {
        return Err(Judged::unknown(reason, "not every lock over the target was read")
            .at(group, "locks", "not read"));
    }
    judge_target_region(case, group)?;
    judge_network(case)?;
    let source = case.subject.machine.map(|machine| machine.resource.id.as_str()).or_else(|| {
        let item = case.subject.item?;
        item.datasource.as_ref().known().map(AsRef::as_ref)
    });
    if source.is_some_and(|source| id::is_within(source, group)) {
        return Ok(Judged::decides("the target group is the one in which production runs")
            .at(group, "", "holds the source")
            .fix("restore into a group of its own, which is cleaned up afterwards"));
    }
    Ok(Judged::pass("the target exists, is not locked and apart from production")
        .at(group, "", "exists"))
}

fn judge_target_region(case: &Case<'_, '_, '_>, group: &str) -> Result<(), Judged> {
    let Some(region) = case.request.arguments.target_region.as_deref() else { return Ok(()) };
    let Fact::Known(own) = case.vault()?.region() else {
        return Err(Judged::unknown(Reason::NotCollected, "the region of the vault was not read"));
    };
    let crosses = case.operation() == "cross-region-restore";
    match (same_region(region, &own), crosses) {
        (true, false) | (false, true) => Ok(()),
        (true, true) => {
            Err(Judged::stops(format!("{own} is the vault's own region, not its secondary one"))
                .at(REQUEST, "arguments.target-region", region)
                .fix("name the paired region, or restore in the vault's own"))
        }
        (false, false) => Err(Judged::stops(format!(
            "the vault restores in {own}, not in {}",
            normalised_region(region)
        ))
        .at(REQUEST, "arguments.target-region", region)
        .at(group, "", "")
        .fix("leave the region out, or use a cross-region restore")),
    }
}

/// Whether the network of a new machine is there.
fn judge_network(case: &Case<'_, '_, '_>) -> Result<(), Judged> {
    let arguments = &case.request.arguments;
    let mode = arguments.restore_mode.as_deref().unwrap_or("create-new");
    let makes_machine = case.operation() != "restore-disks"
        && mode == "create-new"
        && case.subject.is_recovery_services()
        && case.item()?.may_be(Workload::VirtualMachine);
    let Some(network) = arguments.target_network.as_deref() else {
        if makes_machine {
            let says = "the request does not say which subnet the new machine joins";
            return Err(Judged::unsaid("target-network", says));
        }
        return Ok(());
    };
    let whole = id::ancestors(network).chain([network]).find(|id| {
        id::type_of(id)
            .is_some_and(|kind| kind.eq_ignore_ascii_case("Microsoft.Network/virtualNetworks"))
    });
    let whole = whole.unwrap_or(network);
    if case.estate.contains(network) || case.estate.contains(whole) {
        return Ok(());
    }
    match case.estate.coverage.list(whole, "Microsoft.Network/virtualNetworks") {
        Ok(()) => Err(Judged::stops("the target network does not exist")
            .at(whole, "", "missing")
            .fix("create it first")),
        Err(reason) => Err(Judged::unknown(reason, "the target network was not read")
            .at(whole, "", "not read")
            .fix("add the answer of `az network vnet show` to --estate")),
    }
}

/// P14: into another subscription, the vault allows it.
pub(super) fn other_subscription(case: &Case<'_, '_, '_>) -> Judged {
    judge_subscription(case).unwrap_or_else(|judged| judged)
}

fn judge_subscription(case: &Case<'_, '_, '_>) -> Result<Judged, Judged> {
    let Some(group) = case.request.arguments.target_group.as_deref() else {
        if case.subject.is_recovery_services() && !case.item()?.may_be(Workload::VirtualMachine) {
            return Ok(Judged::not_applicable("such an item is restored into a server or share"));
        }
        return Err(Judged::unsaid(
            "target-group",
            "the request does not say which subscription is restored to",
        ));
    };
    let vault = case.vault()?;
    let at = vault.resource.id.as_str();
    let (own, other) = (id::subscription_of(at), id::subscription_of(group));
    if let (Some(own), Some(other)) = (own, other)
        && own.eq_ignore_ascii_case(other)
    {
        return Ok(Judged::pass("the target lies in the vault's own subscription").at(
            group,
            "subscription",
            own,
        ));
    }
    let path = if vault.is_recovery_services() {
        "properties.restoreSettings.crossSubscriptionRestoreSettings.crossSubscriptionRestoreState"
    } else {
        "properties.featureSettings.crossSubscriptionRestoreSettings.state"
    };
    match vault.resource.text(path).or_default("Enabled".to_owned()) {
        Ok(state) if state.eq_ignore_ascii_case("Enabled") => {
            Ok(Judged::pass("the vault allows restores into other subscriptions")
                .at(at, path, state))
        }
        Ok(state) => Ok(Judged::stops(format!(
            "the vault does not allow restores into other subscriptions ({state})"
        ))
        .at(at, path, state)
        .fix("restore into the vault's own subscription")),
        Err(reason) => Err(Judged::unknown(
            reason,
            "whether the vault allows restores into other subscriptions was not read",
        )
        .at(at, path, "not read")),
    }
}

/// Containers and what a vault holds besides items.
pub(super) const HELD_BESIDES: [(Kind, &str); 2] = [
    (Kind::ProtectionContainer, "registered container"),
    (Kind::ReplicatedItem, "replicated item"),
];
