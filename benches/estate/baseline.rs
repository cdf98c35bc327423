//! The least that any tool must do: split the lines, check their encoding and deserialise each into a struct that
//! borrows from the file and holds the text of what the tool keeps. Nothing is interpreted, joined or kept.

use std::borrow::Cow;
use std::hint::black_box;
use std::marker::PhantomData;
use std::path::Path;

use backuplint::snapshot::{Document, Inputs};
use rayon::prelude::*;
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, SeqAccess, Visitor};

use crate::clock::{Clock, Spent};
use crate::work::Answer;

/// What one task takes, as in `src/snapshot/read.rs`.
const TASK_BYTES: usize = 4 << 20;

#[derive(Clone, Copy, Debug, Default)]
pub struct Parsed {
    pub bytes: u64,
}

/// Text that is borrowed unless it has an escape; `Option<Cow<str>>` would be copied.
#[derive(Deserialize)]
#[serde(transparent)]
#[expect(dead_code, reason = "reading it is what is measured")]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

#[derive(Deserialize)]
struct Item<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(borrow, rename = "type")]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    properties: ItemProperties<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ItemProperties<'a> {
    #[serde(borrow)]
    source_resource_id: Option<Text<'a>>,
    #[serde(borrow)]
    virtual_machine_id: Option<Text<'a>>,
    #[serde(borrow)]
    policy_id: Option<Text<'a>>,
    #[serde(borrow)]
    protection_state: Option<Text<'a>>,
    is_scheduled_for_deferred_delete: Option<bool>,
    #[serde(borrow)]
    backup_management_type: Option<Text<'a>>,
    #[serde(borrow)]
    last_recovery_point: Option<Text<'a>>,
    #[serde(borrow)]
    last_backup_time: Option<Text<'a>>,
    #[serde(borrow)]
    last_backup_status: Option<Text<'a>>,
    #[serde(borrow)]
    health_status: Option<Text<'a>>,
    #[serde(borrow)]
    protection_status: Option<Text<'a>>,
    #[serde(borrow)]
    protected_item_health_status: Option<Text<'a>>,
    #[serde(borrow)]
    health_details: Option<Each<Detail<'a>>>,
    extended_properties: Option<IgnoredAny>,
    extended_info: Option<ExtendedInfo>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ExtendedInfo {
    recovery_point_count: Option<u32>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "reading it is what is measured")]
struct Detail<'a> {
    #[serde(borrow)]
    title: Option<Text<'a>>,
}

/// The elements of a list, one after the other: the tool keeps none of them either.
struct Each<T>(usize, PhantomData<T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Each<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Elements<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Elements<T> {
            type Value = Each<T>;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a list")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Each<T>, A::Error> {
                let mut count = 0;
                while let Some(element) = list.next_element::<T>()? {
                    black_box(&element);
                    count += 1;
                }
                Ok(Each(count, PhantomData))
            }
        }
        deserializer.deserialize_seq(Elements(PhantomData))
    }
}

#[derive(Deserialize)]
struct Machine<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(borrow, rename = "type")]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    location: Option<Text<'a>>,
    #[serde(borrow)]
    properties: MachineProperties<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct MachineProperties<'a> {
    #[serde(borrow)]
    time_created: Option<Text<'a>>,
    storage_profile: Option<Storage>,
    #[serde(borrow)]
    security_profile: Option<Security<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Storage {
    os_disk: Option<Disk>,
    data_disks: Option<Each<Disk>>,
}

#[derive(Deserialize)]
struct Disk {
    lun: Option<u32>,
    #[serde(rename = "diskSizeGB")]
    size_gib: Option<u32>,
    vhd: Option<IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Security<'a> {
    #[serde(borrow)]
    security_type: Option<Text<'a>>,
}

/// The tool keeps who these are and where their bodies stand.
#[derive(Deserialize)]
struct Other<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(borrow, rename = "type")]
    kind: Cow<'a, str>,
    properties: Option<IgnoredAny>,
}

/// Deserialises every line of the snapshot, and says how long that took, opening included.
pub fn run(folder: &Path) -> Answer<(Parsed, Spent)> {
    let clock = Clock::start();
    let inputs = Inputs::open(&[folder.to_path_buf()])?;
    let documents: Vec<&Document> = inputs.documents().iter().collect();
    let tasks: Vec<(&Document, &[u8])> = documents
        .iter()
        .flat_map(|document| tasks(document.content()).map(move |task| (*document, task)))
        .collect();
    tasks.par_iter().try_for_each(|(document, task)| {
        let name = document.name.rsplit('/').next().unwrap_or_default();
        lines(task).try_for_each(|line| match name {
            "protected-items.jsonl" => parse::<Item<'_>>(line, |item| {
                black_box((&item.id, &item.kind, &item.properties.source_resource_id));
                let properties = &item.properties;
                black_box((
                    &properties.virtual_machine_id,
                    &properties.policy_id,
                    &properties.protection_state,
                ));
                black_box((
                    properties.is_scheduled_for_deferred_delete,
                    &properties.backup_management_type,
                ));
                black_box((&properties.last_recovery_point, &properties.last_backup_time));
                black_box((&properties.last_backup_status, &properties.health_status));
                black_box((
                    &properties.protection_status,
                    &properties.protected_item_health_status,
                ));
                let details = properties.health_details.as_ref().map(|details| details.0);
                black_box((details, properties.extended_properties.is_some()));
                black_box(properties.extended_info.as_ref().map(|info| info.recovery_point_count));
            }),
            "virtual-machines.jsonl" => parse::<Machine<'_>>(line, |machine| {
                black_box((
                    &machine.id,
                    &machine.kind,
                    &machine.location,
                    &machine.properties.time_created,
                ));
                if let Some(storage) = &machine.properties.storage_profile {
                    let disk = storage.os_disk.as_ref();
                    black_box(disk.map(|disk| (disk.lun, disk.size_gib, disk.vhd.is_some())));
                    black_box(storage.data_disks.as_ref().map(|disks| disks.0));
                }
                let security = machine.properties.security_profile.as_ref();
                black_box(security.map(|security| &security.security_type));
            }),
            _ => parse::<Other<'_>>(line, |other| {
                black_box((&other.id, &other.kind, other.properties.is_some()));
            }),
        })
    })?;
    let bytes = documents.iter().map(|document| document.content().len() as u64).sum();
    Ok((Parsed { bytes }, clock.spent()))
}

fn parse<'a, T: Deserialize<'a>>(line: &'a [u8], keep: impl FnOnce(&T)) -> Answer<()> {
    let text = simdutf8::basic::from_utf8(line)?;
    let value: T = serde_json::from_str(text)?;
    keep(black_box(&value));
    Ok(())
}

/// Stretches of whole lines.
fn tasks(content: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = content;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let rough = TASK_BYTES.min(rest.len());
        let end = memchr::memchr(b'\n', &rest[rough..]).map_or(rest.len(), |at| rough + at + 1);
        let (task, after) = rest.split_at(end);
        rest = after;
        Some(task)
    })
}

fn lines(task: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = task;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        let line = &rest[..end];
        rest = rest.get(end + 1..).unwrap_or_default();
        Some(line)
    })
}
