//! Virtual machines and disks.

use std::borrow::Cow;

use serde::Deserialize;

use super::resource::{View, normalised_region, plain};
use super::{Completeness, Fact, Kind, Malformed, Moment, Resource, Section};

/// A virtual machine.
#[derive(Clone, Debug)]
pub struct VirtualMachine<'a> {
    /// Who it is.
    pub resource: Resource<'a>,
    /// Its region, as the body spells it.
    pub location: Fact<Cow<'a, str>>,
    /// When it was created.
    pub created: Fact<Moment>,
}

#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct MachineProperties {
    time_created: Fact<Moment>,
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

    fn of(
        resource: Resource<'a>,
        location: Fact<Cow<'a, str>>,
        properties: Section<MachineProperties>,
    ) -> Self {
        Self { location, created: properties.get(|properties| properties.time_created), resource }
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
        super::id::has_segment(self.resource.id.as_str(), "virtualMachineScaleSets")
    }
}

/// A managed disk.
#[derive(Clone, Debug)]
pub struct Disk<'a> {
    /// Who it is.
    pub resource: Resource<'a>,
    /// The virtual machine it is attached to.
    pub managed_by: Fact<Cow<'a, str>>,
    /// `Attached`, `Unattached`, `Reserved` and so on.
    pub state: Fact<Cow<'a, str>>,
    /// Size in GiB.
    pub size_gib: Fact<f64>,
}

#[derive(Debug, Deserialize, Default)]
#[serde(default)]
struct DiskProperties<'a> {
    #[serde(borrow, rename = "diskState")]
    state: Fact<Cow<'a, str>>,
    #[serde(rename = "diskSizeGB")]
    size_gib: Fact<f64>,
}

#[derive(Debug, Deserialize)]
struct ManagedBy<'a> {
    #[serde(default, borrow, rename = "managedBy")]
    managed_by: Fact<Cow<'a, str>>,
}

impl<'a> View<'a> for Disk<'a> {
    fn read(resource: Resource<'a>) -> Result<Self, Malformed> {
        let top: ManagedBy<'a> = resource.body.read()?;
        let properties = resource.envelope::<DiskProperties<'a>>()?.properties;
        let (state, size_gib) = match properties.0 {
            Fact::Known(properties) => (properties.state, properties.size_gib),
            Fact::Absent => (Fact::Absent, Fact::Absent),
            Fact::Unknown(reason) => (Fact::Unknown(reason), Fact::Unknown(reason)),
        };
        Ok(Self { managed_by: top.managed_by, state, size_gib, resource })
    }
}
