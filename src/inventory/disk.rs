//! Disks: a machine's in numbers, one as its machine shows it, and the resource itself.

use std::borrow::Cow;

use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer};

use super::fact::{Scalar, gather};
use super::resource::View;
use super::{Completeness, Estate, Fact, Kind, List, Malformed, Moment, Reason, Resource, Section};

/// The disks of a machine in numbers, the operating system disk among them.
///
/// A deallocated machine shows no sizes, so a sum says for how many disks it stands: with
/// [`Self::without_size`] above zero, `total_gib` and `largest_gib` are least values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DiskSummary {
    /// A bit for the LUN of each data disk.
    pub luns: u64,
    /// Sizes added up, in GiB.
    pub total_gib: u32,
    /// The largest disk, in GiB.
    pub largest_gib: u32,
    /// Data disks, so without the operating system disk.
    pub data_disks: u16,
    /// Data disks of which no LUN from 0 to 63 is known.
    pub without_lun: u16,
    /// Disks of which no size is known.
    pub without_size: u16,
    /// Disks that are blobs in a storage account.
    pub unmanaged: u16,
    /// Data disks that may be of a type that only enhanced backup policies take: Ultra or Premium v2.
    pub perhaps_enhanced: u16,
}

impl DiskSummary {
    /// Every disk, the operating system disk among them.
    pub fn count(&self) -> u32 {
        u32::from(self.data_disks) + 1
    }

    /// Adds the operating system disk.
    pub(super) fn add_os_disk(&mut self, disk: Section<DiskShape>) {
        let disk = disk.0.known().unwrap_or_default();
        self.add_size(disk.size_gib);
        self.add_unmanaged(&disk.vhd);
    }

    fn add_size(&mut self, size: Fact<f64>) {
        let Fact::Known(gib) = size.and_then(whole_gib) else {
            self.without_size = self.without_size.saturating_add(1);
            return;
        };
        self.total_gib = self.total_gib.saturating_add(gib);
        self.largest_gib = self.largest_gib.max(gib);
    }

    fn add_unmanaged(&mut self, blob: &Section<IgnoredAny>) {
        let is_blob = matches!(blob.0, Fact::Known(_));
        self.unmanaged = self.unmanaged.saturating_add(u16::from(is_blob));
    }

    fn add_data_disk(&mut self, disk: Section<DiskShape>) {
        let disk = disk.0.known().unwrap_or_default();
        self.data_disks = self.data_disks.saturating_add(1);
        match disk.lun.and_then(lun_of) {
            Fact::Known(lun) => self.luns |= 1 << lun,
            Fact::Absent | Fact::Unknown(_) => {
                self.without_lun = self.without_lun.saturating_add(1);
            }
        }
        self.add_size(disk.size_gib);
        self.add_unmanaged(&disk.vhd);
        let kind = disk.managed_disk.get(|managed| managed.storage_account_type);
        let is_ordinary =
            kind == Fact::Known(DiskKind::Ordinary) || matches!(disk.vhd.0, Fact::Known(_));
        self.perhaps_enhanced = self.perhaps_enhanced.saturating_add(u16::from(!is_ordinary));
    }
}

impl Extend<Section<DiskShape>> for DiskSummary {
    fn extend<I: IntoIterator<Item = Section<DiskShape>>>(&mut self, disks: I) {
        disks.into_iter().for_each(|disk| self.add_data_disk(disk));
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is checked")]
fn whole_gib(gib: f64) -> Fact<u32> {
    if (0.0..=f64::from(u32::MAX)).contains(&gib) {
        // A part of a GiB is rounded up: it must not slip below a limit.
        Fact::Known(gib.ceil() as u32)
    } else {
        Fact::Unknown(Reason::UnrecognisedValue)
    }
}

/// No machine has more than 64 data disks
/// (<https://learn.microsoft.com/azure/virtual-machines/sizes/overview>).
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is checked")]
pub(super) fn lun_of(lun: f64) -> Fact<u8> {
    if (0.0..64.0).contains(&lun) && lun.fract() == 0.0 {
        Fact::Known(lun as u8)
    } else {
        Fact::Unknown(Reason::UnrecognisedValue)
    }
}

/// Reads a list of data disks into their summary.
///
/// # Errors
/// When a disk repeats a key.
pub(super) fn summary<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Fact<DiskSummary>, D::Error> {
    gather::<D, Section<DiskShape>, DiskSummary>(deserializer)
}

/// What is read of each disk of each machine: numbers only.
#[derive(Debug, Deserialize, Default)]
#[serde(default)]
pub(super) struct DiskShape {
    lun: Fact<f64>,
    #[serde(rename = "diskSizeGB", alias = "diskSizeGb")]
    size_gib: Fact<f64>,
    vhd: Section<IgnoredAny>,
    #[serde(rename = "managedDisk")]
    managed_disk: Section<ManagedShape>,
}

#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct ManagedShape {
    storage_account_type: Fact<DiskKind>,
}

/// Types of disks by the backup policies that take them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum DiskKind {
    Ordinary,
    /// See [`needs_enhanced_policy`].
    Enhanced,
}

impl Scalar<'_> for DiskKind {
    fn from_text(text: Cow<'_, str>) -> Option<Self> {
        Some(if needs_enhanced_policy(&text) { Self::Enhanced } else { Self::Ordinary })
    }
}

/// Whether only enhanced backup policies take disks of this type
/// (<https://learn.microsoft.com/azure/backup/backup-azure-vms-enhanced-policy>). They are never those of
/// the operating system.
pub fn needs_enhanced_policy(sku: &str) -> bool {
    ["UltraSSD_LRS", "PremiumV2_LRS"].iter().any(|name| name.eq_ignore_ascii_case(sku))
}

/// A disk as the machine that it is attached to shows it.
#[derive(Clone, Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub struct AttachedDisk<'a> {
    /// Its name.
    #[serde(borrow)]
    pub name: Fact<Cow<'a, str>>,
    lun: Fact<f64>,
    #[serde(rename = "diskSizeGB", alias = "diskSizeGb")]
    size_gib: Fact<f64>,
    #[serde(borrow)]
    managed_disk: Section<ManagedDisk<'a>>,
    vhd: Section<IgnoredAny>,
    #[serde(borrow)]
    diff_disk_settings: Section<DiffDisk<'a>>,
}

#[derive(Clone, Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct ManagedDisk<'a> {
    #[serde(borrow)]
    id: Fact<Cow<'a, str>>,
    #[serde(borrow)]
    storage_account_type: Fact<Cow<'a, str>>,
}

#[derive(Clone, Debug, Deserialize, Default)]
#[serde(default)]
struct DiffDisk<'a> {
    #[serde(borrow)]
    option: Fact<Cow<'a, str>>,
}

impl AttachedDisk<'_> {
    /// The LUN of a data disk; the operating system disk has none.
    pub fn lun(&self) -> Fact<u8> {
        self.lun.and_then(lun_of)
    }

    /// The id of the managed disk; a deallocated machine still shows it.
    pub fn managed_id(&self) -> Fact<&str> {
        match &self.managed_disk.0 {
            Fact::Known(disk) => disk.id.as_ref().map(Cow::as_ref),
            Fact::Absent => Fact::Absent,
            Fact::Unknown(reason) => Fact::Unknown(*reason),
        }
    }

    /// `Premium_LRS`, `UltraSSD_LRS` and so on; a deallocated machine does not show it.
    pub fn sku(&self) -> Fact<&str> {
        match &self.managed_disk.0 {
            Fact::Known(disk) => disk.storage_account_type.as_ref().map(Cow::as_ref),
            Fact::Absent => Fact::Absent,
            Fact::Unknown(reason) => Fact::Unknown(*reason),
        }
    }

    /// Whether it is a blob in a storage account.
    pub fn is_unmanaged(&self) -> bool {
        matches!(self.vhd.0, Fact::Known(_))
    }

    /// Whether it lies on the host, so that it is lost whenever the machine moves.
    pub fn is_ephemeral(&self) -> bool {
        let option =
            self.diff_disk_settings.0.as_ref().and_then(|settings| settings.option.as_ref());
        matches!(option, Fact::Known(option) if option.eq_ignore_ascii_case("Local"))
    }

    /// Its size in GiB: the machine's word, else the disk's own.
    pub fn size_gib(&self, estate: &Estate<'_>) -> Fact<f64> {
        match self.size_gib {
            Fact::Absent => {
                self.resource(estate).map_or(Fact::Unknown(Reason::NotCollected), |disk| match disk
                    .size_gib
                {
                    Fact::Known(size) => Fact::Known(size),
                    Fact::Absent => Fact::Unknown(Reason::NotCollected),
                    Fact::Unknown(reason) => Fact::Unknown(reason),
                })
            }
            known => known,
        }
    }

    /// The managed disk itself, if it was read.
    pub fn resource<'e>(&self, estate: &Estate<'e>) -> Option<Disk<'e>> {
        let id = self.managed_id().known()?;
        let found = estate.other(id).filter(|found| found.kind == Kind::Disk)?;
        Disk::read(found.clone()).ok()
    }
}

/// One disk of a machine with its size, and where the machine's body shows it.
#[derive(Clone, Debug)]
pub struct SizedDisk {
    /// Its path in the body of the machine.
    pub path: String,
    /// Its name, for people.
    pub name: String,
    /// Whether it is a data disk.
    pub is_data: bool,
    /// The LUN of a data disk.
    pub lun: Fact<u8>,
    /// Size in whole GiB.
    pub gib: Fact<u32>,
    /// Whether it is a blob in a storage account.
    pub is_unmanaged: bool,
}

impl SizedDisk {
    pub(super) fn of(
        path: String,
        disk: &AttachedDisk<'_>,
        is_data: bool,
        estate: &Estate<'_>,
    ) -> Self {
        let name = match &disk.name {
            Fact::Known(name) => format!("disk {name}"),
            Fact::Absent | Fact::Unknown(_) => "a disk".to_owned(),
        };
        let (gib, is_unmanaged) = (disk.size_gib(estate).and_then(whole_gib), disk.is_unmanaged());
        Self { path, name, is_data, lun: disk.lun(), gib, is_unmanaged }
    }

    /// A data disk of which nothing is known.
    pub(super) fn unknown(path: String, reason: Reason) -> Self {
        let (name, lun, gib) = (String::new(), Fact::Unknown(reason), Fact::Unknown(reason));
        Self { path, name, is_data: true, lun, gib, is_unmanaged: false }
    }
}

/// A managed disk.
#[derive(Clone, Debug)]
pub struct Disk<'a> {
    /// Who it is.
    pub resource: Resource<'a>,
    /// The virtual machine it is attached to.
    pub managed_by: Fact<Cow<'a, str>>,
    /// The machines that a shared disk is attached to.
    pub sharing: List<Fact<Cow<'a, str>>>,
    /// Its state.
    pub state: Fact<DiskState>,
    /// Size in GiB.
    pub size_gib: Fact<f64>,
    /// When it was created.
    pub created: Fact<Moment>,
    /// How it came to be: `Empty`, `Copy`, `Restore` and so on.
    pub create_option: Fact<Cow<'a, str>>,
}

#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct DiskProperties<'a> {
    disk_state: Fact<DiskState>,
    #[serde(rename = "diskSizeGB", alias = "diskSizeGb")]
    size_gib: Fact<f64>,
    time_created: Fact<Moment>,
    #[serde(borrow)]
    creation_data: Section<CreationData<'a>>,
}

#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct CreationData<'a> {
    #[serde(borrow)]
    create_option: Fact<Cow<'a, str>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ManagedBy<'a> {
    #[serde(default, borrow)]
    managed_by: Fact<Cow<'a, str>>,
    #[serde(default, borrow)]
    managed_by_extended: List<Fact<Cow<'a, str>>>,
}

impl<'a> View<'a> for Disk<'a> {
    fn read(resource: Resource<'a>) -> Result<Self, Malformed> {
        let top: ManagedBy<'a> = resource.body.read()?;
        let properties = resource.envelope::<DiskProperties<'a>>()?.properties;
        let properties = match properties.0 {
            Fact::Known(properties) => properties,
            Fact::Absent => DiskProperties::default(),
            Fact::Unknown(reason) => DiskProperties {
                disk_state: Fact::Unknown(reason),
                size_gib: Fact::Unknown(reason),
                time_created: Fact::Unknown(reason),
                creation_data: Section(Fact::Unknown(reason)),
            },
        };
        Ok(Self {
            managed_by: top.managed_by,
            sharing: top.managed_by_extended,
            state: properties.disk_state,
            size_gib: properties.size_gib,
            created: properties.time_created,
            create_option: properties.creation_data.get(|data| data.create_option),
            resource,
        })
    }
}

/// State of a disk (<https://learn.microsoft.com/rest/api/compute/disks/get#diskstate>).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each variant is Azure's own name")]
pub enum DiskState {
    Unattached,
    Attached,
    Reserved,
    Frozen,
    ActiveSas,
    ActiveSasFrozen,
    ReadyToUpload,
    ActiveUpload,
}

/// Azure's spelling of each state, in the order of [`DiskState`].
pub(super) const DISK_STATES: &[&str] = &[
    "Unattached",
    "Attached",
    "Reserved",
    "Frozen",
    "ActiveSAS",
    "ActiveSASFrozen",
    "ReadyToUpload",
    "ActiveUpload",
];

impl Scalar<'_> for DiskState {
    fn from_text(text: Cow<'_, str>) -> Option<Self> {
        const ALL: [DiskState; 8] = [
            DiskState::Unattached,
            DiskState::Attached,
            DiskState::Reserved,
            DiskState::Frozen,
            DiskState::ActiveSas,
            DiskState::ActiveSasFrozen,
            DiskState::ReadyToUpload,
            DiskState::ActiveUpload,
        ];
        let at = DISK_STATES.iter().position(|name| name.eq_ignore_ascii_case(&text))?;
        ALL.get(at).copied()
    }
}

impl Disk<'_> {
    /// The ids of what it is attached to: machines as a rule, several for a shared disk.
    pub fn owners(&self) -> impl Iterator<Item = &str> {
        let shared = self.sharing.0.as_ref().known().into_iter().flatten();
        let first = std::iter::once(&self.managed_by);
        first.chain(shared).filter_map(|owner| match owner {
            Fact::Known(owner) if !owner.is_empty() => Some(owner.as_ref()),
            _ => None,
        })
    }

    /// Whether something uses it.
    ///
    /// # Errors
    /// The reason, if that cannot be known.
    pub fn is_attached(&self) -> Result<bool, Reason> {
        if self.owners().next().is_some() {
            return Ok(true);
        }
        match self.state {
            Fact::Known(
                DiskState::Attached
                | DiskState::Reserved
                | DiskState::Frozen
                | DiskState::ActiveSasFrozen,
            ) => Ok(true),
            Fact::Unknown(reason) => Err(reason),
            Fact::Absent if self.resource.completeness == Completeness::Partial => {
                Err(Reason::NotCollected)
            }
            Fact::Known(_) | Fact::Absent => match self.managed_by {
                Fact::Unknown(reason) => Err(reason),
                Fact::Known(_) | Fact::Absent => Ok(false),
            },
        }
    }

    /// Whether it has no content yet: somebody is about to upload it.
    pub fn awaits_upload(&self) -> bool {
        matches!(self.state, Fact::Known(DiskState::ReadyToUpload | DiskState::ActiveUpload))
    }

    /// Whether a restore made it.
    pub fn is_restored(&self) -> bool {
        matches!(&self.create_option, Fact::Known(option) if option.eq_ignore_ascii_case("Restore"))
    }
}
