//! The managed disk is in no backup, neither its own nor that of its machine.

use crate::inventory::{Disk, Reason, Resource, View as _};
use crate::rule::{Backup, Check, Context, Defect, Inside, Outcome, Undecided, Verdict};

/// Judges managed disks.
pub const CHECK: Check = Check::Resource(check);

const EXPECTED: &str = "an active backup instance, or a place in the backup of its machine";
const MISSING: &str = "no Backup vault has a backup instance for it";

fn check(resource: &Resource<'_>, context: &Context<'_, '_>) -> Verdict {
    let Ok(disk) = Disk::read(resource.clone()) else {
        let message = "its body cannot be read";
        return Err(Undecided::because(Reason::UnrecognisedValue, message));
    };
    if disk.awaits_upload()
        || context.estate.is_replica_disk(&resource.id)
        || context.is_exempt(resource, disk.created)
    {
        return Ok(Outcome::NotApplicable);
    }
    let attached = disk.is_attached();
    let unattached_count = context.parameters.boolean("include-unattached") && !disk.is_restored();
    if attached == Ok(false) && !unattached_count {
        return Ok(Outcome::NotApplicable);
    }
    let own = context.backup_by_instance(resource, |_| Ok(true));
    if matches!(own, Ok(Backup::Active(_))) {
        return Ok(Outcome::Pass);
    }
    attached.map_err(|reason| Undecided {
        reason,
        path: "properties.diskState".into(),
        message: String::new(),
    })?;
    let mut left_out = None;
    for owner in disk.owners() {
        match context.inside(&disk, owner)? {
            Inside::BackedUp => return Ok(Outcome::Pass),
            Inside::ScaleSet => return Ok(Outcome::NotApplicable),
            Inside::LeftOut(item, lun) => left_out = Some((item, lun)),
            // That the machine is not backed up is for `vm-not-backed-up` to say.
            Inside::MachineIsNot if !is_judged_alone(&disk, owner, context) => {
                return Ok(Outcome::NotApplicable);
            }
            Inside::MachineIsNot | Inside::NoMachine => {}
        }
    }
    let Some((item, lun)) = left_out else {
        return context.demand_backup(resource, own, MISSING, EXPECTED);
    };
    own?;
    context.undecided_exemption(resource).map_or(Ok(()), Err)?;
    let message = format!(
        "the protected item of its machine leaves out LUN {lun}, and no backup instance of its own is active"
    );
    Outcome::fail(
        Defect::at("", message)
            .observed(format!("LUN {lun} left out"))
            .expected(EXPECTED)
            .related(item.resource.id.as_str(), "the protected item of its machine"),
    )
}

/// Whether a disk is judged although its machine is not backed up.
fn is_judged_alone(disk: &Disk<'_>, machine: &str, context: &Context<'_, '_>) -> bool {
    context.parameters.boolean("per-disk")
        && !context.estate.machine(machine).is_some_and(|machine| {
            context.is_excluded(&machine.resource)
                || context.estate.is_test_failover(machine.resource.id.as_str())
                || machine.has_ephemeral(&disk.resource.id)
        })
}
