//! Whether a machine that a disk is attached to takes the disk along into its own backup.

use super::contract::{Context, Undecided};
use super::coverage::Backup;
use crate::inventory::{
    AttachedDisk, Disk, DiskSelection, Fact, MachineDetails, Protection, Reason, ResourceId,
    VirtualMachine, id,
};

/// What a machine's backup means for one of its disks.
#[derive(Clone, Copy, Debug)]
pub enum Inside<'e, 'a> {
    /// The machine's item backs the disk up.
    BackedUp,
    /// The machine's item leaves out the LUN of the disk.
    LeftOut(&'e Protection<'a>, u8),
    /// The machine itself is not backed up.
    MachineIsNot,
    /// The machine is an instance of a uniform scale set, which is not backed up on its own.
    ScaleSet,
    /// The disk belongs to something that is no machine.
    NoMachine,
}

impl<'e, 'a> Context<'e, 'a> {
    /// What the backup of a machine means for a disk that is attached to it.
    ///
    /// # Errors
    /// When what was not read could tell.
    pub fn inside(&self, disk: &Disk<'a>, machine: &str) -> Result<Inside<'e, 'a>, Undecided> {
        if id::has_segment(machine, "virtualMachineScaleSets") {
            return Ok(Inside::ScaleSet);
        }
        let is_machine =
            |found: &str| found.eq_ignore_ascii_case("Microsoft.Compute/virtualMachines");
        if !id::type_of(machine).is_some_and(|found| is_machine(&found)) {
            return Ok(Inside::NoMachine);
        }
        let found = self.estate.machine(machine);
        let region = || found.map_or_else(|| disk.resource.location(), VirtualMachine::region);
        let item = match self.backup_of_machine_at(&ResourceId::new(machine), region)? {
            Backup::Active(item) => item,
            Backup::None(_) => return Ok(Inside::MachineIsNot),
        };
        let undecided = |reason, what: &str| {
            let item = item.resource.id.name();
            Undecided::because(reason, format!("{what} protected item {item} is unknown"))
        };
        let selection = item.disk_selection();
        let selection = selection.map_err(|reason| undecided(reason, "the disk selection of"))?;
        if selection == DiskSelection::All {
            return Ok(Inside::BackedUp);
        }
        let lun = found
            .map_or(Fact::Unknown(Reason::NotCollected), |found| lun_of(&found.details(), disk));
        match lun {
            // The operating system disk cannot be left out.
            Fact::Absent => Ok(Inside::BackedUp),
            Fact::Known(lun) if selection.covers(lun) => Ok(Inside::BackedUp),
            Fact::Known(lun) => Ok(Inside::LeftOut(item, lun)),
            Fact::Unknown(reason) => {
                Err(undecided(reason, "its LUN, and so whether it is in the disk selection of"))
            }
        }
    }
}

/// The LUN of a disk by the machine it is attached to; absent for the operating system disk.
fn lun_of(machine: &MachineDetails<'_>, disk: &Disk<'_>) -> Fact<u8> {
    let is_it = |found: Fact<&str>| matches!(found, Fact::Known(found) if id::same(found, disk.resource.id.as_str()));
    if matches!(&machine.os_disk, Fact::Known(found) if is_it(found.managed_id())) {
        return Fact::Absent;
    }
    match &machine.data_disks {
        Fact::Known(disks) => {
            let known = disks.iter().filter_map(|found| found.as_ref().known());
            let mut own = known.filter(|found| is_it(found.managed_id()));
            let lun = own.next().map_or(Fact::Absent, AttachedDisk::lun);
            lun.absent_is_unknown(Reason::NotCollected)
        }
        Fact::Absent => Fact::Unknown(Reason::NotCollected),
        Fact::Unknown(reason) => Fact::Unknown(*reason),
    }
}
