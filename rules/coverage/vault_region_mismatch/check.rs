//! The machine lies in another region or subscription than the vault that is to back it up.

use crate::inventory::{
    Fact, Kind, Protection, Reason, Workload, agreeing_regions, id, placeholder,
};
use crate::rule::{Check, Context, Decide, Defect, Outcome, Undecided, Verdict};

/// Judges protected items of virtual machines.
pub const CHECK: Check = Check::Protection(check);

fn check(item: &Protection<'_>, context: &Context<'_, '_>) -> Verdict {
    if !item.may_be(Workload::VirtualMachine) || item.is_active() == Ok(false) {
        return Ok(Outcome::NotApplicable);
    }
    // What a million items come to, without a look at the machines.
    if item.is_active() == Ok(true)
        && item.lies_with_its_datasource()
        && context.estate.shares_region(item)
    {
        return Ok(Outcome::Pass);
    }
    let path = item.datasource_path();
    let machine_id = item.datasource.as_ref().absent_is_unknown(Reason::NotCollected);
    let (Some(machine_id), Some(vault_id)) = (machine_id.decide(path)?, item.vault_id()) else {
        return Ok(Outcome::NotApplicable);
    };
    let machine = context.estate.machine_of(item);
    if machine.is_none() && is_no_machine(machine_id, context) {
        return Ok(Outcome::NotApplicable);
    }
    item.is_active().map_err(|reason| Undecided {
        reason,
        path: item.state_path().into(),
        message: String::new(),
    })?;
    let mismatch = |what: &str, own: &str, vault: &str| {
        let message = format!("its machine lies in {what} {own} and its vault in {what} {vault}");
        let defect = Defect::at(path, message).observed(own).expected(vault);
        Outcome::fail(
            defect.related(vault_id, "the vault").related(machine_id.as_ref(), "the machine"),
        )
    };
    let (own, vault) = (id::subscription_of(machine_id), item.resource.id.subscription());
    let mut is_near = Some(true);
    if let (Some(own), Some(vault)) = (own, vault) {
        is_near = placeholder::same(own, vault);
        if is_near == Some(false) {
            return mismatch("subscription", own, vault);
        }
    }
    let coverage = &context.estate.coverage;
    let unread = |what: &str, list: Result<(), Reason>| {
        let reason = list.err().unwrap_or(Reason::NotCollected);
        Undecided::because(reason, format!("its {what} was not read"))
    };
    let vault = context
        .estate
        .vault_holding(item)
        .ok_or_else(|| unread("vault", coverage.list_of(vault_id, Kind::RecoveryServicesVault)))?;
    let machine = machine
        .ok_or_else(|| unread("machine", coverage.list_of(machine_id, Kind::VirtualMachine)))?;
    let own = region(machine.location.as_ref().map(AsRef::as_ref), "machine")?;
    let vault = region(vault.location.as_ref().map(String::as_str), "vault")?;
    match agreeing_regions(own, vault) {
        Some(true) => {}
        Some(false) => return mismatch("region", own, vault),
        None => {
            let message = "whether its machine and its vault lie in one region is not known";
            return Err(Undecided::because(Reason::UnresolvedExpression, message));
        }
    }
    is_near.map(|_| Outcome::Pass).ok_or_else(|| {
        let message = "whether its machine and its vault lie in one subscription is not known";
        Undecided::because(Reason::UnresolvedExpression, message)
    })
}

/// Whether what an item protects is known to be gone, or is a machine of the classic kind.
fn is_no_machine(datasource: &str, context: &Context<'_, '_>) -> bool {
    let machine = Kind::VirtualMachine.type_name();
    !id::type_of(datasource).is_some_and(|found| found.eq_ignore_ascii_case(machine))
        || context.estate.exists(datasource) == Ok(false)
}

fn region<'r>(region: Fact<&'r str>, what: &str) -> Result<&'r str, Undecided> {
    let region = region.absent_is_unknown(Reason::NotCollected).optional();
    region
        .and_then(|region| {
            region.filter(|region| !region.trim().is_empty()).ok_or(Reason::NotCollected)
        })
        .map_err(|reason| {
            Undecided::because(reason, format!("the region of its {what} is unknown"))
        })
}
