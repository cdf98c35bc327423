//! A restore staging account is not in the region of the vault it serves.

use crate::inventory::{
    Fact, Kind, Reason, Resource, Vault, agreeing_regions, normalised_region, placeholder,
};
use crate::rule::{Check, Context, Decide, Defect, Outcome, ServedTarget, Undecided, Verdict};

/// Judges storage accounts that are declared for staging.
pub const CHECK: Check = Check::Resource(check);

fn check(account: &Resource<'_>, context: &Context<'_, '_>) -> Verdict {
    let staging = &context.declarations.staging;
    if !staging.names(account) {
        return Ok(Outcome::NotApplicable);
    }
    let region = account.location().decide("location")?;
    let region = region.ok_or_else(|| {
        Undecided::because(Reason::NotCollected, "the account does not say its region")
    })?;
    let served = staging.served_by(account);
    if served.is_empty() {
        return check_subscription(account, &region, context);
    }
    let mut defects = Vec::new();
    let mut undecided = None;
    for target in served {
        let (found, unknown) = check_target(&region, target, context);
        defects.extend(found);
        undecided = undecided.or(unknown);
    }
    match (defects.is_empty(), undecided) {
        // A proven mismatch counts whatever could not be read.
        (false, _) => Ok(Outcome::Fail(defects)),
        (true, Some(undecided)) => Err(undecided),
        (true, None) => Ok(Outcome::Pass),
    }
}

/// The mismatches with one served vault, glob of vaults or region, and what could not be compared.
fn check_target(
    region: &str,
    target: &ServedTarget,
    context: &Context<'_, '_>,
) -> (Vec<Defect>, Option<Undecided>) {
    if !target.text.contains('/') {
        let served = normalised_region(&target.text);
        return match agreeing_regions(&served, region) {
            Some(true) => (Vec::new(), None),
            Some(false) => (vec![mismatch(region, &served)], None),
            None => (Vec::new(), Some(not_compared(&served))),
        };
    }
    let (mut defects, mut undecided) = (Vec::new(), None);
    let mut vaults = context
        .estate
        .vaults
        .iter()
        .filter(|vault| (target.is_vault)(vault.resource.id.as_str()))
        .peekable();
    if vaults.peek().is_none() {
        let message = format!("no vault {} was read", target.text);
        return (defects, Some(Undecided::because(Reason::NotCollected, message)));
    }
    for vault in vaults {
        match vault.region().absent_is_unknown(Reason::NotCollected) {
            Fact::Known(found) => match agreeing_regions(&found, region) {
                Some(true) => {}
                Some(false) => defects.push(
                    mismatch(region, &found)
                        .related(vault.resource.id.as_str(), "the vault it serves"),
                ),
                None => undecided = Some(not_compared(vault.resource.id.name())),
            },
            Fact::Absent => {}
            Fact::Unknown(reason) => {
                let message =
                    format!("the region of vault {} is unknown", vault.resource.id.name());
                undecided = Some(Undecided::because(reason, message));
            }
        }
    }
    (defects, undecided)
}

/// Without a mapping, some vault of the subscription must be in the account's region.
fn check_subscription(account: &Resource<'_>, region: &str, context: &Context<'_, '_>) -> Verdict {
    let subscription = account.id.subscription().unwrap_or_default();
    let vaults =
        context.estate.vaults_in(subscription).filter(|vault| vault.is_recovery_services());
    let may_be_near = |vault: &Vault<'_>| {
        let other = vault.resource.id.subscription().unwrap_or_default();
        vault.is_recovery_services() && placeholder::same(other, subscription).is_none()
    };
    let is_open =
        context.estate.coverage.is_declared() && context.estate.vaults.iter().any(may_be_near);
    let mut unknown = is_open.then_some(Reason::UnresolvedExpression);
    for vault in vaults {
        match vault.region().absent_is_unknown(Reason::NotCollected) {
            Fact::Known(found) => match agreeing_regions(&found, region) {
                Some(true) => return Ok(Outcome::Pass),
                Some(false) => {}
                None => unknown = Some(Reason::UnresolvedExpression),
            },
            Fact::Absent => {}
            Fact::Unknown(reason) => unknown = Some(reason),
        }
    }
    let scope = format!("/subscriptions/{subscription}");
    let list = context.estate.coverage.list_of(&scope, Kind::RecoveryServicesVault);
    if let Some(reason) = unknown.or(list.err()) {
        let message = format!("the vaults of subscription {subscription} were not all read");
        return Err(Undecided::because(reason, message));
    }
    let message = format!(
        "no Recovery Services vault of its subscription is in {region}: it can stage no restore"
    );
    Outcome::fail(
        Defect::at("location", message).observed(region).expected("the region of a vault"),
    )
}

fn not_compared(served: &str) -> Undecided {
    let message = format!("whether the account lies in the region of {served} is not known");
    Undecided::because(Reason::UnresolvedExpression, message)
}

fn mismatch(region: &str, vault_region: &str) -> Defect {
    let message = format!(
        "the account is in {region}, the vault it serves in {vault_region}: a restore cannot use it"
    );
    Defect::at("location", message).observed(region).expected(vault_region)
}
