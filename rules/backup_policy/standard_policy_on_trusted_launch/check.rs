//! A standard backup policy protects a machine that needs an enhanced one.

use crate::inventory::{Fact, PolicyType, Protection, Reason, Workload};
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
    let allows_trusted_launch = context.parameters.boolean("allow-trusted-launch");
    let need = match machine.enhanced_need(context.estate, allows_trusted_launch) {
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
