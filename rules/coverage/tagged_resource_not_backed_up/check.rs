//! A resource carries the tag that demands a backup, and nothing backs it up.

use crate::inventory::{Disk, Kind, Reason, Resource, View as _, VirtualMachine};
use crate::rule::{Backup, Check, Context, Inside, Outcome, TagPattern, Undecided, Verdict};

/// Judges everything that can carry a tag and be backed up.
pub const CHECK: Check = Check::Resource(check);

fn check(resource: &Resource<'_>, context: &Context<'_, '_>) -> Verdict {
    let Some(demand) = TagPattern::of(context.parameters.text("must-tag")) else {
        return Ok(Outcome::NotApplicable);
    };
    let exempt = TagPattern::of(context.parameters.text("exempt-tag"));
    let machine = context.estate.machine(resource.id.as_str());
    if !demand.holds(resource)?
        || exempt.map_or(Ok(false), |exempt| exempt.holds(resource))?
        || is_made_by_a_service(resource, machine, context)
        || context.is_young(machine.map_or_else(|| resource.created(), |machine| machine.created))
    {
        return Ok(Outcome::NotApplicable);
    }
    let backup = match (machine, resource.kind) {
        (Some(machine), _) => context.backup_of_machine(machine)?,
        (None, Kind::Disk) => return of_disk(resource, context),
        (None, Kind::StorageAccount) => context.backup_of_account(resource)?,
        (None, _) => context.backup_by_instance(resource, |_| Ok(true))?,
    };
    verdict(backup)
}

fn verdict(backup: Backup<'_, '_>) -> Verdict {
    let missing = "its tag demands a backup, and nothing backs it up";
    backup.verdict(missing, "an active protected item or backup instance")
}

/// Copies carry the tags of what they are a copy of.
fn is_made_by_a_service(
    resource: &Resource<'_>,
    machine: Option<&VirtualMachine<'_>>,
    context: &Context<'_, '_>,
) -> bool {
    context.estate.is_in_managed_group(resource)
        || context.estate.is_test_failover(resource.id.as_str())
        || context.estate.is_replica_disk(&resource.id)
        || machine.is_some_and(VirtualMachine::is_uniform_scale_set_instance)
}

fn of_disk(resource: &Resource<'_>, context: &Context<'_, '_>) -> Verdict {
    let own = context.backup_by_instance(resource, |_| Ok(true));
    if matches!(own, Ok(Backup::Active(_))) {
        return Ok(Outcome::Pass);
    }
    let Ok(disk) = Disk::read(resource.clone()) else {
        let message = "its body cannot be read";
        return Err(Undecided::because(Reason::UnrecognisedValue, message));
    };
    for owner in disk.owners() {
        if let Inside::BackedUp = context.inside(&disk, owner)? {
            return Ok(Outcome::Pass);
        }
    }
    verdict(own?)
}
