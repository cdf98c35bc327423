//! The virtual machine has no active protection in any vault.

use crate::inventory::VirtualMachine;
use crate::rule::{Check, Context, Outcome, Verdict};

/// Judges virtual machines.
pub const CHECK: Check = Check::VirtualMachine(check);

fn check(machine: &VirtualMachine<'_>, context: &Context<'_, '_>) -> Verdict {
    let exempt = machine.is_uniform_scale_set_instance()
        || context.estate.is_test_failover(machine.resource.id.as_str())
        || context.is_exempt_machine(machine);
    if exempt {
        return Ok(Outcome::NotApplicable);
    }
    if context.estate.is_backed_up(machine) {
        return Ok(Outcome::Pass);
    }
    let backup = context.backup_of_machine(machine);
    let missing = "no vault has a protected item for it";
    context.demand_backup(&machine.resource, backup, missing, "an active protected item")
}
