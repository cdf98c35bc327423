//! A disk of the machine, or all of them together, are beyond what a backup takes.

use crate::inventory::{DiskSelection, DiskSummary, Fact, Reason, SizedDisk, VirtualMachine};
use crate::rule::{Backup, Check, Context, Defect, Outcome, Undecided, Verdict};

/// Judges virtual machines that are meant to be backed up.
pub const CHECK: Check = Check::VirtualMachine(check);

/// Most data disks of a machine with unmanaged disks
/// (<https://learn.microsoft.com/azure/backup/backup-support-matrix-iaas#vm-storage-support>).
const MAX_UNMANAGED: i64 = 16;

/// No operating system disk is larger
/// (<https://learn.microsoft.com/azure/virtual-machines/managed-disks-overview#os-disk>).
const MAX_OS_DISK_GIB: i64 = 4_095;

const STORAGE: &str = "properties.storageProfile";

fn check(machine: &VirtualMachine<'_>, context: &Context<'_, '_>) -> Verdict {
    let exempt = machine.is_uniform_scale_set_instance()
        || context.estate.is_test_failover(machine.resource.id.as_str())
        || context.is_excluded_machine(machine);
    if exempt {
        return Ok(Outcome::NotApplicable);
    }
    let limits = Limits::of(context);
    if matches!(machine.disks, Fact::Known(disks) if limits.hold(&disks)) {
        return Ok(Outcome::Pass);
    }
    let (selection, doubt) = selection(machine, context);
    let disks = machine.sized_disks(context.estate).map_err(|reason| Undecided {
        reason,
        path: STORAGE.into(),
        message: String::new(),
    })?;
    let taken = |disk: &SizedDisk| !matches!(disk.lun, Fact::Known(lun) if disk.is_data && !selection.covers(lun));
    let disks: Vec<SizedDisk> = disks.into_iter().filter(taken).collect();
    let defects = limits.defects(&disks);
    if defects.is_empty() {
        return limits.unsized_disk(&disks).map_or(Ok(Outcome::Pass), Err);
    }
    // The disk that is too large may be one that the backup leaves out.
    doubt.map_or(Ok(()), Err)?;
    context.undecided_exemption(&machine.resource).map_or(Ok(()), Err)?;
    Ok(Outcome::Fail(defects))
}

/// The disks that the machine's item backs up, and why that is not certain.
fn selection(
    machine: &VirtualMachine<'_>,
    context: &Context<'_, '_>,
) -> (DiskSelection, Option<Undecided>) {
    let selection = context.backup_of_machine(machine).and_then(|backup| match backup {
        // What is not backed up yet leaves nothing out.
        Backup::None(_) => Ok(DiskSelection::All),
        Backup::Active(item) => item.disk_selection().map_err(|reason| {
            Undecided::because(reason, "which disks its protected item backs up is unknown")
        }),
    });
    selection.map_or_else(|doubt| (DiskSelection::All, Some(doubt)), |known| (known, None))
}

struct Limits {
    disk_gib: i64,
    machine_gib: i64,
    data_disks: i64,
}

impl Limits {
    fn of(context: &Context<'_, '_>) -> Self {
        let gib = |name: &str| context.parameters.integer(name) * 1024;
        Self {
            disk_gib: gib("max-disk-tb"),
            machine_gib: gib("max-vm-tb"),
            data_disks: context.parameters.integer("max-disks"),
        }
    }

    fn data_disks(&self, unmanaged: bool) -> i64 {
        if unmanaged { self.data_disks.min(MAX_UNMANAGED) } else { self.data_disks }
    }

    fn hold(&self, disks: &DiskSummary) -> bool {
        disks.without_size == 0
            && i64::from(disks.largest_gib) <= self.disk_gib
            && i64::from(disks.total_gib) <= self.machine_gib
            && i64::from(disks.data_disks) <= self.data_disks(disks.unmanaged > 0)
    }
    fn defects(&self, disks: &[SizedDisk]) -> Vec<Defect> {
        let mut defects = Vec::new();
        for disk in disks {
            let (most, Fact::Known(size)) = (self.disk_gib, disk.gib.map(i64::from)) else {
                continue;
            };
            if size > most {
                let name = &disk.name;
                let message =
                    format!("{name} has {size} GiB; the backup of a machine takes {most}");
                let path = format!("{}.diskSizeGB", disk.path);
                defects.push(Defect::at(path, message).observed(size).expected(most));
            }
        }
        let (total, most) = (total(disks), self.machine_gib);
        if total > most {
            let message = format!(
                "its disks have {total} GiB together; the backup of a machine takes {most}"
            );
            defects.push(Defect::at(STORAGE, message).observed(total).expected(most));
        }
        let unmanaged = disks.iter().any(|disk| disk.is_unmanaged);
        let count = disks.iter().filter(|disk| disk.is_data).count();
        let most = self.data_disks(unmanaged);
        if i64::try_from(count).unwrap_or(i64::MAX) > most {
            let kind = if unmanaged { "unmanaged data disks" } else { "data disks" };
            let message = format!("it has {count} {kind}; the backup of a machine takes {most}");
            let path = format!("{STORAGE}.dataDisks");
            defects.push(Defect::at(path, message).observed(count).expected(most));
        }
        defects
    }

    /// A disk whose unknown size could take the machine over a limit.
    fn unsized_disk(&self, disks: &[SizedDisk]) -> Option<Undecided> {
        let known = total(disks);
        let could = |disk: &&SizedDisk| {
            disk.is_data
                || MAX_OS_DISK_GIB > self.disk_gib
                || known + MAX_OS_DISK_GIB > self.machine_gib
        };
        let mut unsized_disks = disks.iter().filter(|disk| !matches!(disk.gib, Fact::Known(_)));
        let disk = unsized_disks.find(could)?;
        let reason = disk.gib.optional().err().unwrap_or(Reason::NotCollected);
        let message = match reason {
            Reason::NotCollected => {
                "the size of a disk is unknown, as it is while a machine is deallocated"
            }
            _ => "the size of a disk is unknown",
        };
        Some(Undecided { reason, path: disk.path.clone().into(), message: message.to_owned() })
    }
}

fn total(disks: &[SizedDisk]) -> i64 {
    disks.iter().filter_map(|disk| disk.gib.known()).map(i64::from).sum()
}
