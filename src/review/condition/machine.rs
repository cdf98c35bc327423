//! What a machine must be: P4, P5, P15, P16 and P20.

use super::super::Demand;
use super::super::check::{Claims, Judged};
use super::super::point::{self, Meant, Speed};
use super::{Case, read};
use crate::inventory::{
    AGENT_CODES, DiskSelection, Fact, HealthDetails, HealthStatus, InstanceView, Kind, PowerState,
    Reason, SecurityType, SizedDisk, VirtualMachine, Workload,
};

/// Limits of a machine's backup (<https://learn.microsoft.com/azure/backup/backup-support-matrix-iaas>).
const MAX_DISK_GIB: u32 = 32 * 1024;
const MAX_MACHINE_GIB: u64 = 256 * 1024;
const MAX_DISKS: usize = 32;
/// Of a machine whose files are mounted on itself
/// (<https://learn.microsoft.com/azure/backup/backup-azure-restore-files-from-vm>).
const MOUNT_DISKS: usize = 16;
const MOUNT_GIB: u32 = 4 * 1024;

const STORAGE: &str = "properties.storageProfile";

fn no_machine() -> Judged {
    Judged::not_applicable("it is no machine")
}

/// P4: the machine's agent and snapshot extension work.
pub(super) fn agent_is_healthy(case: &Case<'_, '_, '_>) -> Judged {
    judge_agent(case).unwrap_or_else(|judged| judged)
}

fn judge_agent(case: &Case<'_, '_, '_>) -> Result<Judged, Judged> {
    let item = case.subject.item;
    if item.is_some_and(|item| !item.may_be(Workload::VirtualMachine)) {
        return Ok(no_machine());
    }
    if let Some((item, (path, title))) =
        item.and_then(|item| Some((item, item.condition_among(|| AGENT_CODES)?)))
    {
        return Ok(Judged::stops("the service cannot work with the agent in the machine")
            .at(item.resource.id.as_str(), path, title)
            .fix("repair the agent or install the snapshot extension again"));
    }
    let machine = match case.machine() {
        Ok(Some(machine)) => Some(machine),
        Ok(None) => return Ok(no_machine()),
        Err(unread) if item.is_none() => return Err(unread),
        Err(_) => None,
    };
    if let Some((extension, state)) =
        machine.and_then(|machine| machine.broken_extension(case.estate))
    {
        return Ok(Judged::stops("the snapshot extension in the machine did not succeed")
            .at(extension.id.as_str(), "properties.provisioningState", state)
            .fix("install the snapshot extension again"));
    }
    let view = machine.map(|machine| machine.instance_view(case.estate));
    let view = view.unwrap_or(Fact::Unknown(Reason::NotCollected));
    let power = view.as_ref().and_then(InstanceView::power_state);
    let ready = view.as_ref().known().and_then(InstanceView::is_agent_ready);
    let at = machine.map_or(case.subject.on, |machine| machine.resource.id.as_str());
    if matches!(power, Fact::Known(PowerState::Deallocated | PowerState::Deallocating)) {
        let says = "the machine is deallocated: its backup takes no agent, and is crash-consistent";
        return Ok(Judged::pass(says).at(at, "properties.instanceView", "deallocated"));
    }
    if power == Fact::Known(PowerState::Running) && ready == Some(false) {
        return Ok(Judged::stops("the agent is not ready although the machine runs")
            .at(at, "properties.instanceView.vmAgent", "Not Ready")
            .fix("repair the agent in the machine"));
    }
    let checked = item.filter(|item| {
        item.health.check == Fact::Known(HealthStatus::Healthy)
            || item.health.details == Fact::Known(HealthDetails::Fine)
    });
    if let Some(item) = checked {
        return Ok(Judged::pass("the service's own check of the machine is fine").at(
            item.resource.id.as_str(),
            "properties.healthStatus",
            "Passed",
        ));
    }
    if ready == Some(true) {
        return Ok(Judged::pass("the agent says that it is ready").at(
            at,
            "properties.instanceView.vmAgent",
            "Ready",
        ));
    }
    let reason = view.optional().err().unwrap_or(Reason::NotCollected);
    let says = "neither the service's check of the machine nor its agent was read";
    Err(Judged::unknown(reason, says).at(at, "properties.instanceView", "not read"))
}

/// P5: the disks are within the limits, and none is left out silently.
pub(super) fn disks_within_limits(case: &Case<'_, '_, '_>) -> Judged {
    judge_disks(case).unwrap_or_else(|judged| judged)
}

fn judge_disks(case: &Case<'_, '_, '_>) -> Result<Judged, Judged> {
    let Some(machine) = case.machine()? else { return Ok(no_machine()) };
    let at = machine.resource.id.as_str();
    let disks = sized(machine, case)?;
    if let Some(item) = case.subject.item {
        let selection = item.disk_selection().map_err(|reason| {
            Judged::unknown(reason, "which disks the item backs up was not read")
        })?;
        if selection != DiskSelection::All {
            return Ok(Judged::decides("some disks are left out of the backup").at(
                item.resource.id.as_str(),
                "properties.extendedProperties",
                "disk selection",
            ));
        }
    }
    if let Some((disk, gib)) = larger_than(&disks, MAX_DISK_GIB) {
        let says =
            format!("{} has {gib} GiB; the backup of a machine takes {MAX_DISK_GIB}", disk.name);
        return Ok(Judged::stops(says)
            .at(at, disk.path.as_str(), gib.to_string())
            .fix("leave the disk out knowingly, or split it"));
    }
    let known: u64 = disks.iter().filter_map(|disk| disk.gib.known()).map(u64::from).sum();
    if known > MAX_MACHINE_GIB {
        let says = format!(
            "its disks have {known} GiB together; the backup of a machine takes {MAX_MACHINE_GIB}"
        );
        return Ok(Judged::stops(says).at(at, STORAGE, known.to_string()));
    }
    let data = disks.iter().filter(|disk| disk.is_data).count();
    if data > MAX_DISKS {
        let says = format!("it has {data} data disks; the backup of a machine takes {MAX_DISKS}");
        return Ok(Judged::stops(says).at(at, STORAGE, data.to_string()));
    }
    if let Some((path, reason)) = unsized_disk(&disks) {
        let says = "the size of a disk was not read, as it is not while a machine is deallocated";
        return Err(Judged::unknown(reason, says).at(at, path, "not read"));
    }
    Ok(Judged::pass(format!("{} within the limits", super::count(disks.len(), "disk"))).at(
        at,
        STORAGE,
        format!("{known} GiB"),
    ))
}

fn sized(machine: &VirtualMachine<'_>, case: &Case<'_, '_, '_>) -> Result<Vec<SizedDisk>, Judged> {
    let at = machine.resource.id.as_str();
    machine.sized_disks(case.estate).map_err(|reason| {
        Judged::unknown(reason, "the disks of the machine were not read")
            .at(at, STORAGE, "not read")
    })
}

fn larger_than(disks: &[SizedDisk], most: u32) -> Option<(&SizedDisk, u32)> {
    let mut sized = disks.iter().filter_map(|disk| Some((disk, disk.gib.known()?)));
    sized.find(|(_, gib)| *gib > most)
}

fn unsized_disk(disks: &[SizedDisk]) -> Option<(String, Reason)> {
    let disk = disks.iter().find(|disk| !matches!(disk.gib, Fact::Known(_)))?;
    Some((disk.path.clone(), disk.gib.optional().err().unwrap_or(Reason::NotCollected)))
}

/// P15: the disks of the existing machine can be replaced.
pub(super) fn can_be_replaced(case: &Case<'_, '_, '_>) -> Judged {
    judge_replacement(case).unwrap_or_else(|judged| judged)
}

fn judge_replacement(case: &Case<'_, '_, '_>) -> Result<Judged, Judged> {
    let Some(machine) = case.machine()? else {
        return Ok(Judged::stops("it is no machine that Azure Resource Manager manages")
            .at(case.subject.on, "", "")
            .fix("restore to another target"));
    };
    let at = machine.resource.id.as_str();
    let disks = machine.disks.optional();
    if matches!(disks, Ok(Some(disks)) if disks.unmanaged > 0) {
        return Ok(Judged::stops("the machine has unmanaged disks")
            .at(at, STORAGE, "unmanaged")
            .fix("restore to a new machine"));
    }
    match encrypted(machine, case) {
        Ok(None) => {}
        Ok(Some((resource, path))) => {
            return Ok(Judged::stops("the machine is encrypted from inside")
                .at(resource, path, "enabled")
                .fix("restore to a new machine"));
        }
        Err(reason) => {
            let says = "whether the machine is encrypted was not read";
            return Err(Judged::unknown(reason, says).at(at, STORAGE, "not read"));
        }
    }
    if generalised(machine, case) {
        return Ok(Judged::stops("the machine is generalised").at(
            at,
            "properties.instanceView",
            "OSState/generalized",
        ));
    }
    if let Err(reason) = disks {
        return Err(Judged::unknown(reason, "the disks of the machine were not read")
            .at(at, STORAGE, "not read"));
    }
    let point = match case.meant(case.item()?) {
        Meant::Point(point) => point,
        Meant::None => return Ok(Judged::stops("there is no such recovery point")),
        Meant::Told(_) => {
            let says = "whether the point has been moved to the vault was not read";
            return Err(Judged::unknown(Reason::NotCollected, says).at(
                case.subject.on,
                "recoveryPoints",
                "not read",
            ));
        }
        Meant::Unknown(reason, says) => return Err(Judged::unknown(reason, says)),
    };
    let at_point = point.resource.id.as_str();
    let tiers = point::tiers(&point.resource).map_err(|reason| {
        Judged::unknown(reason, "in which tier the point is was not read").at(
            at_point,
            "properties.recoveryPointTierDetails",
            "not read",
        )
    })?;
    match tiers.as_slice() {
        [] => Err(Judged::unknown(
            Reason::NotCollected,
            "whether the point has been moved to the vault was not read",
        )
        .at(at_point, "properties.recoveryPointTierDetails", "not read")),
        [Speed::Snapshot] => Ok(Judged::stops("the point has not been moved to the vault yet")
            .at(at_point, "properties.recoveryPointTierDetails", "InstantRP")
            .fix("wait until its transfer has finished, or choose an earlier point")),
        _ => Ok(Judged::pass(
            "the machine exists, is managed and not encrypted, and the point is in the vault",
        )
        .at(at, STORAGE, "managed")
        .at(at_point, "properties.recoveryPointTierDetails", "in the vault")),
    }
}

/// What says that the operating system encrypts the disks (Azure Disk Encryption).
fn encrypted(
    machine: &VirtualMachine<'_>,
    case: &Case<'_, '_, '_>,
) -> Result<Option<(String, &'static str)>, Reason> {
    const SETTINGS: &str = "properties.storageProfile.osDisk.encryptionSettings.enabled";
    const OF_DISK: &str = "properties.encryptionSettingsCollection.enabled";
    let at = machine.resource.id.as_str();
    match read::<bool>(&machine.resource, SETTINGS) {
        Fact::Known(true) => return Ok(Some((at.to_owned(), SETTINGS))),
        Fact::Unknown(reason) => return Err(reason),
        Fact::Known(false) | Fact::Absent => {}
    }
    for extension in case.estate.children_of(at, Kind::VirtualMachineExtension) {
        let kind = extension.text("properties.type").known().unwrap_or_default();
        if kind.to_ascii_lowercase().starts_with("azurediskencryption") {
            return Ok(Some((extension.id.as_str().to_owned(), "properties.type")));
        }
    }
    let details = machine.details();
    let os_disk = match &details.os_disk {
        Fact::Known(disk) => Some(disk),
        Fact::Absent => None,
        Fact::Unknown(reason) => return Err(*reason),
    };
    let resource = os_disk.and_then(|disk| disk.resource(case.estate));
    if let Some(disk) = resource
        && read::<bool>(&disk.resource, OF_DISK) == Fact::Known(true)
    {
        return Ok(Some((disk.resource.id.as_str().to_owned(), OF_DISK)));
    }
    Ok(None)
}

fn generalised(machine: &VirtualMachine<'_>, case: &Case<'_, '_, '_>) -> bool {
    let view = machine.instance_view(case.estate);
    let Some(view) = view.as_ref().known() else { return false };
    view.has_status("OSState/generalized")
}

/// P16: whether the machine runs.
pub(super) fn runs(case: &Case<'_, '_, '_>) -> Judged {
    let demand = case.parameters.replace_existing_requires_running;
    let claims = Claims {
        guide: "the machine must run; for one that is shut down, restore its disks or to a new machine",
        documentation: "the machine must exist; no power state is named",
        parameter: Some("replace-existing-requires-running"),
        value: demand.name().to_owned(),
    };
    let judged = match case.machine() {
        Err(judged) => judged,
        Ok(None) => return no_machine(),
        Ok(Some(machine)) => {
            let at = machine.resource.id.as_str();
            let path = "properties.instanceView.statuses";
            let view = machine.instance_view(case.estate);
            match view.as_ref().and_then(InstanceView::power_state) {
                Fact::Known(PowerState::Running) => {
                    Judged::pass("the machine runs").at(at, path, "PowerState/running")
                }
                Fact::Known(state) => {
                    let word = format!("{state:?}").to_ascii_lowercase();
                    let says = format!("the machine is {word}");
                    let judged = match demand {
                        Demand::Block => Judged::stops(says),
                        Demand::Inform => Judged::informs(says),
                    };
                    judged
                        .at(at, path, format!("PowerState/{word}"))
                        .fix("start the machine, or restore its disks or to a new machine")
                }
                unknown => {
                    let reason = unknown.optional().err().unwrap_or(Reason::NotCollected);
                    Judged::unknown(reason, "whether the machine runs was not read")
                        .at(at, path, "not read")
                }
            }
        }
    };
    judged.claims(claims)
}

/// P20: files can be recovered from the point.
pub(super) fn files_can_be_recovered(case: &Case<'_, '_, '_>) -> Judged {
    let hours = case.parameters.file_recovery_hours;
    let claims = Claims {
        guide: "what is mounted stays for 12 hours, at most 24",
        documentation: "no such window is stated",
        parameter: Some("file-recovery-hours"),
        value: format!("{hours} (not confirmed)"),
    };
    judge_files(case).unwrap_or_else(|judged| judged).claims(claims)
}

fn judge_files(case: &Case<'_, '_, '_>) -> Result<Judged, Judged> {
    let Some(machine) = case.machine()? else {
        return Ok(Judged::not_applicable("single files of it are recovered in another way"));
    };
    let at = machine.resource.id.as_str();
    let instead = "restore the disks, and attach them to another machine";
    let security = "properties.securityProfile.securityType";
    match machine.security {
        Fact::Known(kind @ (SecurityType::TrustedLaunch | SecurityType::Confidential)) => {
            let word = if kind == SecurityType::TrustedLaunch {
                "trusted launch"
            } else {
                "confidential computing"
            };
            return Ok(Judged::stops(format!(
                "the machine uses {word}: its files cannot be recovered"
            ))
            .at(at, security, word)
            .fix(instead));
        }
        Fact::Unknown(reason) => {
            let says = "the security type of the machine was not read";
            return Err(Judged::unknown(reason, says).at(at, security, "not read"));
        }
        Fact::Known(_) | Fact::Absent => {}
    }
    match encrypted(machine, case) {
        Ok(Some((resource, path))) => {
            return Ok(Judged::stops(
                "the machine is encrypted from inside: its files cannot be recovered",
            )
            .at(resource, path, "enabled")
            .fix(instead));
        }
        Err(reason) => {
            let says = "whether the machine is encrypted was not read";
            return Err(Judged::unknown(reason, says).at(at, STORAGE, "not read"));
        }
        Ok(None) => {}
    }
    let disks = sized(machine, case)?;
    let elsewhere = "mount it on another machine that can take such disks";
    if disks.len() > MOUNT_DISKS {
        return Ok(Judged::decides(format!(
            "it has {} disks: not to be mounted on itself",
            disks.len()
        ))
        .at(at, STORAGE, disks.len().to_string())
        .fix(elsewhere));
    }
    if let Some((disk, gib)) = larger_than(&disks, MOUNT_GIB) {
        return Ok(Judged::decides(format!(
            "{} has {gib} GiB: not to be mounted on the machine itself",
            disk.name
        ))
        .at(at, disk.path.as_str(), gib.to_string())
        .fix(elsewhere));
    }
    if let Some((path, reason)) = unsized_disk(&disks) {
        return Err(
            Judged::unknown(reason, "the size of a disk was not read").at(at, path, "not read")
        );
    }
    Ok(Judged::pass("files can be recovered; whether the disks hold LVM, RAID or storage spaces, Azure does not show")
        .at(at, STORAGE, super::count(disks.len(), "disk")))
}
