//! A standard backup policy protects a machine that needs an enhanced one.

use crate::inventory::{
    AttachedDisk, Estate, Fact, PolicyType, Protection, Reason, SecurityType, VirtualMachine,
    Workload, needs_enhanced_policy,
};
use crate::rule::{Check, Context, Defect, Outcome, Undecided, Verdict};

/// Judges protected items that are whole virtual machines.
pub const CHECK: Check = Check::Protection(check);

fn check(item: &Protection<'_>, context: &Context<'_, '_>) -> Verdict {
    if matches!(item.workload, Fact::Known(workload) if workload != Workload::VirtualMachine)
        || !context.is_active(item)?
    {
        return Ok(Outcome::NotApplicable);
    }
    let policy = context.policy_of(item)?;
    match policy.policy_type {
        Fact::Known(PolicyType::V2) => return Ok(Outcome::Pass),
        // Not a policy for machines.
        Fact::Absent => return Ok(Outcome::NotApplicable),
        Fact::Known(PolicyType::V1) => {}
        Fact::Unknown(reason) => {
            return undecided(item, reason, "the type of its backup policy is unknown");
        }
    }
    if context.estate.protects_ordinary_machine(item) {
        return Ok(Outcome::Pass);
    }
    let machine = context.estate.machine_of(item);
    let Some(machine) = machine else {
        let reason = item.datasource.as_ref().optional().err().unwrap_or(Reason::NotCollected);
        return undecided(item, reason, "the machine that it protects was not read");
    };
    let need = match need(machine, context) {
        Ok(Some(need)) => need,
        Ok(None) => return Ok(Outcome::Pass),
        Err(reason) => {
            return undecided(
                item,
                reason,
                "the security type or a disk of the machine is unknown",
            );
        }
    };
    let message = format!(
        "backup policy {} is a standard one (V1), and the machine {need}",
        policy.resource.id.name()
    );
    Outcome::fail(
        Defect::at(item.policy_path(), message)
            .observed("V1")
            .expected("V2")
            .related(machine.resource.id.as_str(), "the machine")
            .related(policy.resource.id.as_str(), "its backup policy"),
    )
}

fn undecided(item: &Protection<'_>, reason: Reason, message: &str) -> Verdict {
    Err(Undecided { reason, path: item.policy_path().into(), message: message.to_owned() })
}

/// Why the machine needs an enhanced policy, if it does: one proof outweighs what is unknown.
fn need(machine: &VirtualMachine<'_>, context: &Context<'_, '_>) -> Result<Option<String>, Reason> {
    let mut unknown = None;
    match machine.security {
        Fact::Known(SecurityType::Confidential) => {
            return Ok(Some("is a confidential one".to_owned()));
        }
        Fact::Known(SecurityType::TrustedLaunch)
            if !context.parameters.boolean("allow-trusted-launch") =>
        {
            return Ok(Some("uses trusted launch".to_owned()));
        }
        Fact::Known(_) | Fact::Absent => {}
        Fact::Unknown(reason) => unknown = Some(reason),
    }
    if matches!(machine.disks, Fact::Known(disks) if disks.perhaps_enhanced == 0) {
        return unknown.map_or(Ok(None), Err);
    }
    let details = machine.details();
    let data = match details.data_disks {
        Fact::Known(disks) => disks,
        Fact::Absent => Vec::new(),
        Fact::Unknown(reason) => return Err(reason),
    };
    for disk in data {
        match disk.and_then(|disk| kind_of(&disk, context.estate)) {
            Fact::Known(sku) if needs_enhanced_policy(&sku) => {
                return Ok(Some(format!("has a disk of type {sku}")));
            }
            Fact::Known(_) | Fact::Absent => {}
            Fact::Unknown(reason) => unknown = Some(reason),
        }
    }
    unknown.map_or(Ok(None), Err)
}

/// The machine's word, else the disk's own: a deallocated machine does not show it.
fn kind_of(disk: &AttachedDisk<'_>, estate: &Estate<'_>) -> Fact<String> {
    if disk.is_unmanaged() {
        return Fact::Absent;
    }
    match disk.sku() {
        Fact::Absent => match disk.resource(estate) {
            Some(found) => found.resource.text("sku.name").absent_is_unknown(Reason::NotCollected),
            None => Fact::Unknown(Reason::NotCollected),
        },
        sku => sku.map(str::to_owned),
    }
}
