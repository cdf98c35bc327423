//! Which disks of a machine its protected item backs up
//! (<https://learn.microsoft.com/azure/backup/selective-disk-backup-restore>).

use serde::Deserialize;

use super::fact::gather;
use super::{Fact, Protection, Reason, Section};

/// Which disks of a machine its protected item backs up. The operating system disk is always among
/// them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DiskSelection {
    /// All of them.
    All,
    /// Of the data disks only those with these LUNs, a bit each.
    Only(u64),
    /// All but the data disks with these LUNs, a bit each.
    AllBut(u64),
}

impl DiskSelection {
    /// Whether the data disk at a LUN is backed up.
    pub fn covers(self, lun: u8) -> bool {
        let bit = 1u64.checked_shl(u32::from(lun)).unwrap_or_default();
        match self {
            Self::All => true,
            Self::Only(luns) => luns & bit != 0,
            Self::AllBut(luns) => luns & bit == 0,
        }
    }
}

#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct ItemShape {
    extended_properties: Section<ExtendedShape>,
}

#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct ExtendedShape {
    disk_exclusion_properties: Section<ExclusionShape>,
}

#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct ExclusionShape {
    #[serde(deserialize_with = "luns")]
    disk_lun_list: Fact<Luns>,
    is_inclusion_list: Fact<bool>,
}

#[derive(Debug, Default)]
struct Luns {
    bits: u64,
    unknown: Option<Reason>,
}

impl Extend<Fact<f64>> for Luns {
    fn extend<I: IntoIterator<Item = Fact<f64>>>(&mut self, luns: I) {
        for lun in luns {
            match lun.and_then(super::disk::lun_of) {
                Fact::Known(lun) => self.bits |= 1 << lun,
                Fact::Absent => self.unknown = Some(Reason::UnrecognisedValue),
                Fact::Unknown(reason) => self.unknown = Some(reason),
            }
        }
    }
}

fn luns<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Fact<Luns>, D::Error> {
    gather::<D, Fact<f64>, Luns>(deserializer)
}

impl Protection<'_> {
    /// Which disks of its machine it backs up: read anew at each call. A LIST of items shows a
    /// selection just as a GET does, so that none means all.
    ///
    /// # Errors
    /// Why that cannot be told.
    pub fn disk_selection(&self) -> Result<DiskSelection, Reason> {
        match self.disk_exclusion {
            Fact::Absent => return Ok(DiskSelection::All),
            Fact::Unknown(reason) => return Err(reason),
            Fact::Known(_) => {}
        }
        let envelope = self.resource.envelope::<ItemShape>();
        let Ok(envelope) = envelope else { return Err(Reason::UnrecognisedValue) };
        let exclusion = (envelope.properties.0.optional()?)
            .map_or(Ok(None), |item| item.extended_properties.0.optional())?
            .map_or(Ok(None), |extended| extended.disk_exclusion_properties.0.optional())?;
        let Some(exclusion) = exclusion else { return Ok(DiskSelection::All) };
        let luns = exclusion.disk_lun_list.or_default(Luns::default())?;
        if let Some(reason) = luns.unknown {
            return Err(reason);
        }
        // An empty inclusion list leaves every data disk out; an empty exclusion list none.
        match exclusion.is_inclusion_list.optional()? {
            Some(true) => Ok(DiskSelection::Only(luns.bits)),
            Some(false) if luns.bits == 0 => Ok(DiskSelection::All),
            Some(false) => Ok(DiskSelection::AllBut(luns.bits)),
            None => Err(Reason::UnrecognisedValue),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::{Body, Completeness, Kind, Resource, ResourceId, View as _};

    fn selection(extended: &str) -> Result<DiskSelection, Reason> {
        let text = format!(r#"{{"properties":{{"extendedProperties":{extended}}}}}"#);
        let resource = Resource {
            id: ResourceId::new("/subscriptions/s/resourceGroups/g/providers/A.B/c/d"),
            kind: Kind::ProtectedItem,
            body: Body::Json(&text),
            completeness: Completeness::Partial,
            flat: false,
        };
        Protection::read(resource).expect("an object").disk_selection()
    }

    #[test]
    fn reads_what_services_write() {
        let of = |luns: &str, inclusion: &str| {
            selection(&format!(
                r#"{{"diskExclusionProperties":{{"diskLunList":{luns},"isInclusionList":{inclusion}}}}}"#
            ))
        };
        assert_eq!(of("[0,2.0]", "true"), Ok(DiskSelection::Only(0b101)));
        assert_eq!(of("[1]", "false"), Ok(DiskSelection::AllBut(0b10)));
        assert_eq!(of("[]", "true"), Ok(DiskSelection::Only(0)));
        assert_eq!(of("[]", "false"), Ok(DiskSelection::All));
        assert_eq!(of("[70]", "true"), Err(Reason::UnrecognisedValue));
        assert_eq!(of("\"none\"", "true"), Err(Reason::UnrecognisedValue));
        assert_eq!(of("[1]", "null"), Err(Reason::UnrecognisedValue));
        for none in ["{}", "null", r#"{"diskExclusionProperties":null}"#] {
            assert_eq!(selection(none), Ok(DiskSelection::All));
        }
        assert!(!DiskSelection::Only(0b101).covers(1) && DiskSelection::AllBut(0b10).covers(63));
    }
}
