//! Virtual machines.
//!
//! A machine is read a million times, so only what most rules ask of each one is read at once; the
//! rest is in [`MachineDetails`], read when a rule asks for it.

use std::borrow::Cow;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::disk::{DiskShape, summary};
use super::fact::{Scalar, is_word};
use super::instance_view::PowerCode;
use super::region::{Lately, Region};
use super::resource::{View, normalised_region, plain};
use super::{
    AttachedDisk, Completeness, DiskSummary, Estate, Fact, InstanceView, Kind, List, Malformed,
    Moment, PowerState, Reason, Resource, ResourceId, Section, SizedDisk,
};

/// A virtual machine.
#[derive(Clone, Debug)]
pub struct VirtualMachine<'a> {
    /// Who it is.
    pub resource: Resource<'a>,
    /// Its region, as the body spells it.
    pub location: Fact<Cow<'a, str>>,
    /// When it was created.
    pub created: Fact<Moment>,
    /// Its disks in numbers.
    pub disks: Fact<DiskSummary>,
    /// Its security type.
    pub security: Fact<SecurityType>,
    /// Whether the body shows how it runs; see [`Self::instance_view`].
    pub shows_instance_view: bool,
    /// Whether it is an instance of a uniform scale set.
    scale_set: bool,
    /// The id of its resource group, where the source lends it. Neighbours share one text.
    pub(super) group: Option<&'a str>,
    region: Region,
    pub(super) joined: Joined,
}

/// What rules on items ask of the machine, so that they need not fetch it from memory: a million machines
/// lie in another order than their items. A bit that is not set says nothing.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Gist(u32);

impl Gist {
    /// Nothing is known.
    pub const NOTHING: Self = Self(0);
    const SHOWS_NO_RUNNING: u32 = 1 << 16;
    const ORDINARY: u32 = 1 << 17;

    /// As the note of an index.
    pub fn bits(self) -> u32 {
        self.0
    }

    /// From the note of an index.
    pub fn of_bits(bits: u32) -> Self {
        Self(bits)
    }

    /// Its region.
    pub fn region(self) -> Region {
        Region::of_bits(self.0)
    }

    /// Whether its body shows nothing of how it runs.
    pub fn shows_no_running(self) -> bool {
        self.0 & Self::SHOWS_NO_RUNNING != 0
    }

    /// Whether its security type is the standard one and none of its disks may be of a special type.
    pub fn is_ordinary(self) -> bool {
        self.0 & Self::ORDINARY != 0
    }
}

/// What neighbouring machines share.
#[derive(Clone, Copy, Debug, Default)]
pub struct Nearby<'a> {
    group: &'a str,
    regions: Lately<'a>,
}

/// What the rest of the estate says of a machine.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Joined {
    /// Whether a service made its resource group for itself.
    pub managed: bool,
    /// Whether backups of an item that brings back the whole of it are meant to run.
    pub backed_up: bool,
}

/// Security type of a machine
/// (<https://learn.microsoft.com/azure/virtual-machines/trusted-launch>).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecurityType {
    /// Neither of the others; also where nothing is set.
    Standard,
    /// Secure boot and a virtual TPM.
    TrustedLaunch,
    /// Memory and state encrypted against the host.
    Confidential,
}

/// Azure's spelling of each security type, in the order of [`SecurityType`].
pub(super) const SECURITY_TYPES: &[&str] = &["Standard", "TrustedLaunch", "ConfidentialVM"];

impl Scalar<'_> for SecurityType {
    fn from_text(text: Cow<'_, str>) -> Option<Self> {
        let at = SECURITY_TYPES.iter().position(|name| is_word(&text, name))?;
        [Self::Standard, Self::TrustedLaunch, Self::Confidential].get(at).copied()
    }
}

#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct MachineProperties {
    time_created: Fact<Moment>,
    storage_profile: Section<StorageShape>,
    security_profile: Section<SecurityProfile>,
    instance_view: Section<IgnoredAny>,
    /// Where Resource Graph keeps its part of the instance view.
    extended: Section<IgnoredAny>,
    power_state: Fact<PowerState>,
}

#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct StorageShape {
    os_disk: Section<DiskShape>,
    #[serde(deserialize_with = "summary")]
    data_disks: Fact<DiskSummary>,
}

#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct SecurityProfile {
    security_type: Fact<SecurityType>,
}

impl<'a> View<'a> for VirtualMachine<'a> {
    fn read(resource: Resource<'a>) -> Result<Self, Malformed> {
        let envelope = resource.envelope::<MachineProperties>()?;
        Ok(Self::of(resource, envelope.location, envelope.properties))
    }
}

impl<'a> VirtualMachine<'a> {
    /// Reads a virtual machine from JSON text in one pass; `None` if the text is not exactly that,
    /// which says nothing about what else it may be.
    pub fn from_plain(text: &'a str, completeness: Completeness) -> Option<Self> {
        let (resource, location, properties) = plain(text, Kind::VirtualMachine, completeness)?;
        Some(Self::of(resource, location, properties))
    }

    /// Takes the text of its group's id and the number of its region from a neighbour if they are the same.
    pub fn share(&mut self, nearby: &mut Nearby<'a>) {
        let id = self.resource.id.borrowed();
        let known = id.strip_prefix(nearby.group).is_some_and(|rest| rest.starts_with('/'));
        if !known || nearby.group.is_empty() {
            nearby.group = super::id::group_of(id).unwrap_or_default();
        }
        self.group = Some(nearby.group).filter(|group| !group.is_empty());
        if let Fact::Known(Cow::Borrowed(name)) = self.location {
            self.region = nearby.regions.region(name);
        }
    }

    pub(super) fn gist(&self) -> Gist {
        let bit = |holds: bool, bit: u32| if holds { bit } else { 0 };
        let ordinary = self.security == Fact::Known(SecurityType::Standard)
            && matches!(self.disks, Fact::Known(disks) if disks.perhaps_enhanced == 0);
        Gist(
            self.region.bits()
                | bit(!self.shows_instance_view, Gist::SHOWS_NO_RUNNING)
                | bit(ordinary, Gist::ORDINARY),
        )
    }

    fn of(
        resource: Resource<'a>,
        location: Fact<Cow<'a, str>>,
        properties: Section<MachineProperties>,
    ) -> Self {
        let shows_instance_view = matches!(
            &properties.0,
            Fact::Known(MachineProperties { instance_view, extended, power_state, .. })
                if matches!(instance_view.0, Fact::Known(_))
                    || matches!(extended.0, Fact::Known(_))
                    || matches!(power_state, Fact::Known(_))
        );
        let (created, storage, security) = match properties.0 {
            Fact::Known(properties) => (
                properties.time_created,
                properties.storage_profile.0,
                properties.security_profile.get(|profile| profile.security_type),
            ),
            Fact::Absent => (Fact::Absent, Fact::Absent, Fact::Absent),
            Fact::Unknown(reason) => {
                (Fact::Unknown(reason), Fact::Unknown(reason), Fact::Unknown(reason))
            }
        };
        // A LIST answers all of a machine but its instance view. The time of creation came after
        // security types, so a body that has it would show one.
        let shows_all =
            resource.completeness != Completeness::Partial || matches!(created, Fact::Known(_));
        let declared = resource.completeness == Completeness::Declared;
        let security = match security {
            Fact::Absent if shows_all => Fact::Known(SecurityType::Standard),
            other => other.absent_is_unknown(Reason::NotCollected),
        };
        // A machine without disks is one whose disks are not shown, or declared elsewhere.
        let unseen = if declared { Reason::OutsideThisSource } else { Reason::NotCollected };
        let disks = storage.absent_is_unknown(unseen).and_then(|storage| {
            let data = match storage.data_disks {
                Fact::Absent if shows_all => Fact::Known(DiskSummary::default()),
                other => other.absent_is_unknown(unseen),
            };
            data.map(|mut disks| {
                disks.add_os_disk(storage.os_disk);
                disks
            })
        });
        Self {
            scale_set: super::id::has_segment(resource.id.as_str(), "virtualMachineScaleSets"),
            resource,
            location,
            created,
            disks,
            security,
            shows_instance_view,
            group: None,
            region: Region::UNNUMBERED,
            joined: Joined::default(),
        }
    }

    /// The region as Azure compares it.
    pub fn region(&self) -> Fact<String> {
        match self.location.as_ref() {
            Fact::Known(name) if name.trim().is_empty() => Fact::Absent,
            other => other.map(|name| normalised_region(name)),
        }
    }

    /// Whether it is an instance of a uniform scale set, which is not backed up on its own.
    pub fn is_uniform_scale_set_instance(&self) -> bool {
        self.scale_set
    }

    /// Its disks one by one, and its instance view if the body has one: read anew at each call.
    pub fn details(&self) -> MachineDetails<'a> {
        let unseen = match self.resource.completeness {
            Completeness::Declared => Reason::SourceCannotSay,
            Completeness::Complete | Completeness::Partial => Reason::NotCollected,
        };
        let properties = match self.resource.envelope::<DetailProperties<'a>>() {
            Ok(envelope) => envelope.properties.0,
            // It was read before, so only a key repeated further inside gets here.
            Err(_) => Fact::Unknown(Reason::UnrecognisedValue),
        };
        let properties = match properties.absent_is_unknown(unseen) {
            Fact::Known(properties) => properties,
            Fact::Absent => DetailProperties::default(),
            Fact::Unknown(reason) => return MachineDetails::unknown(reason),
        };
        let (os_disk, data_disks) = match properties.storage_profile.0 {
            Fact::Known(storage) => (storage.os_disk.0, storage.data_disks.0),
            Fact::Absent => (Fact::Absent, Fact::Absent),
            Fact::Unknown(reason) => (Fact::Unknown(reason), Fact::Unknown(reason)),
        };
        let data_disks = match (data_disks, self.disks) {
            (Fact::Absent, Fact::Known(_)) => Fact::Known(Vec::new()),
            (Fact::Absent, Fact::Unknown(reason)) => Fact::Unknown(reason),
            (disks, _) => disks.map(|disks| disks.into_iter().map(|disk| disk.0).collect()),
        };
        // Resource Graph keeps the part of the instance view that it has in a place of its own.
        let view = match properties.instance_view.0 {
            Fact::Absent => properties.extended.get(|extended| extended.instance_view.0),
            found => found,
        };
        let mut view = view;
        if let (Fact::Absent, Fact::Known(state)) = (&view, properties.power_state) {
            let power_state = Section(Fact::Known(PowerCode { code: Fact::Known(state) }));
            view = Fact::Known(InstanceView { power_state, ..InstanceView::default() });
        }
        // Only a request that asks for the instance view gets it: its absence says nothing.
        let instance_view = view.absent_is_unknown(unseen);
        MachineDetails { os_disk: os_disk.absent_is_unknown(unseen), data_disks, instance_view }
    }

    /// Its disks with their sizes, the operating system disk first: from the machine, else from the disk
    /// itself, since a deallocated machine shows none.
    ///
    /// # Errors
    /// Why it is not known which disks it has.
    pub fn sized_disks(&self, estate: &Estate<'_>) -> Result<Vec<SizedDisk>, Reason> {
        let details = self.details();
        let os_disk = details.os_disk.absent_is_unknown(Reason::NotCollected).optional()?;
        let data_disks = details.data_disks.absent_is_unknown(Reason::NotCollected).optional()?;
        let sized = |path: String, disk: Fact<AttachedDisk<'a>>, is_data: bool| match disk {
            Fact::Known(disk) => SizedDisk::of(path, &disk, is_data, estate),
            Fact::Absent => SizedDisk::unknown(path, Reason::UnrecognisedValue),
            Fact::Unknown(reason) => SizedDisk::unknown(path, reason),
        };
        let os_disk = os_disk.map(|disk| {
            sized("properties.storageProfile.osDisk".to_owned(), Fact::Known(disk), false)
        });
        let data_disks = data_disks.into_iter().flatten().enumerate().map(|(at, disk)| {
            sized(format!("properties.storageProfile.dataDisks[{at}]"), disk, true)
        });
        Ok(os_disk.into_iter().chain(data_disks).collect())
    }

    /// Whether a disk is its operating system disk and lies on the host, where it is lost whenever the
    /// machine moves.
    pub fn has_ephemeral(&self, disk: &ResourceId<'_>) -> bool {
        let is_it = |found: Fact<&str>| matches!(found, Fact::Known(found) if super::id::same(found, disk.as_str()));
        let os_disk = self.details().os_disk;
        matches!(&os_disk, Fact::Known(found) if found.is_ephemeral() && is_it(found.managed_id()))
    }

    /// Its instance view: the body's own, else the answer of `{machine}/instanceView`.
    pub fn instance_view(&self, estate: &Estate<'a>) -> Fact<InstanceView<'a>> {
        if !self.shows_instance_view && !estate.shows_running_apart() {
            // What most machines of a large estate come to, so their bodies stay unread.
            return Fact::Unknown(match self.resource.completeness {
                Completeness::Declared => Reason::SourceCannotSay,
                Completeness::Complete | Completeness::Partial => Reason::NotCollected,
            });
        }
        let own = self.details().instance_view;
        if matches!(&own, Fact::Known(view) if !matches!(view.vm_agent.0, Fact::Absent)) {
            return own;
        }
        let apart = estate.other(&format!("{}/instanceView", self.resource.id.as_str()));
        match apart.map(Resource::envelope::<InstanceView<'a>>) {
            Some(Ok(envelope)) if matches!(envelope.properties.0, Fact::Known(_)) => {
                envelope.properties.0
            }
            _ => own,
        }
    }
}

/// What few rules ask of a machine.
#[derive(Clone, Debug)]
pub struct MachineDetails<'a> {
    /// The operating system disk.
    pub os_disk: Fact<AttachedDisk<'a>>,
    /// The data disks; each may be unknown for itself.
    pub data_disks: Fact<Vec<Fact<AttachedDisk<'a>>>>,
    /// How it runs. A LIST never shows it.
    pub instance_view: Fact<InstanceView<'a>>,
}

impl MachineDetails<'_> {
    fn unknown(reason: Reason) -> Self {
        Self {
            os_disk: Fact::Unknown(reason),
            data_disks: Fact::Unknown(reason),
            instance_view: Fact::Unknown(reason),
        }
    }
}

#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct DetailProperties<'a> {
    #[serde(borrow)]
    storage_profile: Section<StorageProfile<'a>>,
    #[serde(borrow)]
    instance_view: Section<InstanceView<'a>>,
    #[serde(borrow)]
    extended: Section<Extended<'a>>,
    /// `az vm list --show-details` writes `VM running` beside the properties.
    power_state: Fact<PowerState>,
}

#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct StorageProfile<'a> {
    #[serde(borrow)]
    os_disk: Section<AttachedDisk<'a>>,
    #[serde(borrow)]
    data_disks: List<Section<AttachedDisk<'a>>>,
}

#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Extended<'a> {
    #[serde(borrow)]
    instance_view: Section<InstanceView<'a>>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::Body;

    fn machine(text: &str, completeness: Completeness) -> VirtualMachine<'_> {
        let resource = Resource {
            id: ResourceId::new("/subscriptions/s/resourceGroups/g/providers/A.B/c/d"),
            kind: Kind::VirtualMachine,
            body: Body::Json(text),
            completeness,
            flat: !text.contains("\"properties\""),
        };
        VirtualMachine::read(resource).expect("an object")
    }

    const TWO_DISKS: &str = r#"{"location":"x","properties":{"timeCreated":"2026-01-01T00:00:00Z",
        "securityProfile":{"securityType":"trustedlaunch"},"storageProfile":{
        "osDisk":{"name":"os","diskSizeGB":30.5,"managedDisk":{"id":"/subscriptions/s/d"},
            "diffDiskSettings":{"option":"Local"}},
        "dataDisks":[{"lun":0,"diskSizeGB":1024},{"lun":63,"managedDisk":{"id":"/subscriptions/s/e"}},
            {"lun":64,"vhd":{"uri":"https://x"},"diskSizeGB":-1}]},
        "instanceView":{"statuses":[{"code":"ProvisioningState/succeeded"},{"code":"PowerState/running"}],
            "vmAgent":{"vmAgentVersion":"2","statuses":[{"code":"ProvisioningState/succeeded"}]}}}}"#;

    #[test]
    fn sums_the_disks_and_says_what_it_does_not_know() {
        let machine = machine(TWO_DISKS, Completeness::Complete);
        let disks = DiskSummary {
            luns: 1 | 1 << 63,
            total_gib: 1055,
            largest_gib: 1024,
            data_disks: 3,
            without_lun: 1,
            without_size: 2,
            unmanaged: 1,
            perhaps_enhanced: 2,
        };
        assert_eq!(machine.disks, Fact::Known(disks));
        assert_eq!(disks.count(), 4);
        assert_eq!(machine.security, Fact::Known(SecurityType::TrustedLaunch));
    }

    #[test]
    fn details_are_there_when_asked_for() {
        let machine = machine(TWO_DISKS, Completeness::Partial);
        let estate = Estate::default();
        let details = machine.details();
        let os_disk = details.os_disk.known().expect("shown");
        assert!(os_disk.is_ephemeral() && !os_disk.is_unmanaged());
        assert_eq!(os_disk.managed_id(), Fact::Known("/subscriptions/s/d"));
        let data = details.data_disks.known().expect("shown");
        let data: Vec<_> = data.into_iter().map(|disk| disk.known().expect("shown")).collect();
        assert_eq!(data[1].size_gib(&estate), Fact::Unknown(Reason::NotCollected));
        assert_eq!(data[1].lun(), Fact::Known(63));
        assert!(data[2].is_unmanaged());
        let view = machine.instance_view(&estate).known().expect("shown");
        assert_eq!(view.power_state(), Fact::Known(PowerState::Running));
    }

    #[test]
    fn what_a_body_does_not_show_is_unknown() {
        let listed = |text| machine(text, Completeness::Partial);
        let none = listed(r#"{"properties":{}}"#);
        assert_eq!(none.disks, Fact::Unknown(Reason::NotCollected));
        assert_eq!(none.security, Fact::Unknown(Reason::NotCollected));
        assert!(matches!(none.details().instance_view, Fact::Unknown(Reason::NotCollected)));
        let ugly = listed(r#"{"properties":{"storageProfile":{"dataDisks":"none","osDisk":7}}}"#);
        assert_eq!(ugly.disks, Fact::Unknown(Reason::UnrecognisedValue));
        assert!(matches!(ugly.details().data_disks, Fact::Unknown(Reason::UnrecognisedValue)));
    }

    #[test]
    fn reads_what_other_tools_write() {
        let graph = r#"{"properties":{"extended":{"instanceView":{"powerState":{"code":"PowerState/deallocated"}}}}}"#;
        let view = machine(graph, Completeness::Complete).details().instance_view;
        let state = view.as_ref().and_then(InstanceView::power_state);
        assert_eq!(state, Fact::Known(PowerState::Deallocated));
        let az = r#"{"powerState":"VM stopped","storageProfile":{"osDisk":{"diskSizeGb":8},"dataDisks":[]}}"#;
        let machine = machine(az, Completeness::Partial);
        assert!(matches!(machine.disks, Fact::Known(DiskSummary { total_gib: 8, .. })));
        let state = machine.details().instance_view.as_ref().and_then(InstanceView::power_state);
        assert_eq!(state, Fact::Known(PowerState::Stopped));
    }
}
