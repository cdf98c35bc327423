//! Some disks of a virtual machine are left out of its backup.

use crate::inventory::{Fact, List, Protection, Reason, Section, Workload};
use crate::rule::{Check, Context, Decide, Defect, Outcome, Undecided, Verdict};

use serde::Deserialize;

/// Judges protected items.
pub const CHECK: Check = Check::Protection(check);

const LUNS: &str = "properties.extendedProperties.diskExclusionProperties.diskLunList";
const INCLUSION: &str = "properties.extendedProperties.diskExclusionProperties.isInclusionList";
const BLOCK: &str = "properties.extendedProperties.diskExclusionProperties";

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Item {
    extended_properties: Section<Extended>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Extended {
    disk_exclusion_properties: Section<Exclusion>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Exclusion {
    disk_lun_list: List<Fact<f64>>,
    is_inclusion_list: Fact<bool>,
}

fn check(item: &Protection<'_>, context: &Context<'_, '_>) -> Verdict {
    if item.disk_exclusion.decide(BLOCK)?.is_none() || !is_machine(item)? {
        return Ok(Outcome::NotApplicable);
    }
    let unknown = |reason, path: &'static str| Undecided {
        reason,
        path: path.into(),
        message: String::new(),
    };
    let read = item.resource.envelope::<Item>();
    let read = read.map_err(|_| unknown(Reason::UnrecognisedValue, BLOCK))?;
    let block = read.properties.get(|item| item.extended_properties.0);
    let Some(block) = block.and_then(|all| all.disk_exclusion_properties.0).decide(BLOCK)? else {
        return Ok(Outcome::NotApplicable);
    };
    let list = block.disk_lun_list.optional().map_err(|reason| unknown(reason, LUNS))?;
    let luns = list.iter().map(|lun| lun.optional().ok().flatten().and_then(lun_of));
    let luns: Option<Vec<u8>> = luns.collect();
    let luns = luns.ok_or_else(|| unknown(Reason::UnrecognisedValue, LUNS))?;
    // A body that gives a list and no kind gives one to exclude, as the service's own default.
    if !block.is_inclusion_list.or_default(false).map_err(|reason| unknown(reason, INCLUSION))? {
        if luns.is_empty() {
            return Ok(Outcome::Pass);
        }
        return Outcome::fail(
            Defect::at(LUNS, format!("{} not backed up", named(&luns)))
                .observed(luns)
                .expected("no disk left out, or a decision that says why"),
        );
    }
    let disks = match context.estate.machine_of(item) {
        Some(machine) => machine.disks,
        None => Fact::Unknown(
            context.estate.datasource_exists(item).err().unwrap_or(Reason::NotCollected),
        ),
    };
    let unread = |reason| Undecided {
        reason,
        path: LUNS.into(),
        message:
            "only the disks in its list are backed up, and which disks the machine has was not read"
                .to_owned(),
    };
    let disks = disks.optional().map_err(unread)?.ok_or_else(|| unread(Reason::NotCollected))?;
    let listed = luns.iter().fold(0u64, |bits, lun| bits | 1 << lun);
    let missing: Vec<u8> = (0..64).filter(|lun| disks.luns & !listed & (1 << lun) != 0).collect();
    if missing.is_empty() {
        return if disks.without_lun > 0 {
            Err(unread(Reason::NotCollected))
        } else {
            Ok(Outcome::Pass)
        };
    }
    Outcome::fail(
        Defect::at(LUNS, format!("{} not backed up: only those in the list are", named(&missing)))
            .observed(luns)
            .expected("every data disk of the machine in the list, or no list"),
    )
}

/// Whether it is the item of a virtual machine and holds data that somebody counts on.
fn is_machine(item: &Protection<'_>) -> Result<bool, Undecided> {
    let deleted = item.is_soft_deleted().map_err(|reason| Undecided {
        reason,
        path: item.soft_deleted_path().into(),
        message: String::new(),
    })?;
    let workload = item.workload.decide("properties.backupManagementType")?;
    Ok(!deleted && workload.is_none_or(|workload| workload == Workload::VirtualMachine))
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is checked")]
fn lun_of(lun: f64) -> Option<u8> {
    ((0.0..64.0).contains(&lun) && lun.fract() == 0.0).then_some(lun as u8)
}

fn named(luns: &[u8]) -> String {
    let list: Vec<String> = luns.iter().map(u8::to_string).collect();
    match list.as_slice() {
        [one] => format!("the disk with LUN {one} is"),
        _ => format!("the disks with LUN {} are", list.join(", ")),
    }
}
