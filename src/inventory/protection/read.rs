//! Reading protected items and backup instances into one shape.

use std::borrow::Cow;

use super::instance::InstanceProperties;
use super::item::ItemProperties;
use super::{Links, Protection};
use crate::inventory::health::Health;
use crate::inventory::resource::{View, plain};
use crate::inventory::{Completeness, Fact, IdKey, Kind, Malformed, Reason, Resource, Section};

impl<'a> View<'a> for Protection<'a> {
    fn read(resource: Resource<'a>) -> Result<Self, Malformed> {
        Ok(if resource.kind == Kind::BackupInstance {
            let properties = resource.envelope::<InstanceProperties<'a>>()?.properties;
            Self::of(resource, properties, Self::from_instance)
        } else {
            let properties = resource.envelope::<ItemProperties<'a>>()?.properties;
            Self::of(resource, properties, Self::from_item)
        })
    }
}

impl<'a> Protection<'a> {
    /// Reads a protected item from JSON text in one pass; `None` if the text is not exactly that,
    /// which says nothing about what else it may be.
    pub fn from_plain_item(text: &'a str, completeness: Completeness) -> Option<Self> {
        let (resource, _, properties) = plain(text, Kind::ProtectedItem, completeness)?;
        Some(Self::of(resource, properties, Self::from_item))
    }

    /// What its properties say, if they were read.
    fn of<P>(
        resource: Resource<'a>,
        properties: Section<P>,
        read: impl FnOnce(Resource<'a>, P) -> Self,
    ) -> Self {
        match properties.0 {
            Fact::Known(properties) => read(resource, properties),
            Fact::Absent => Self::unreadable(resource, Reason::NotCollected),
            Fact::Unknown(reason) => Self::unreadable(resource, reason),
        }
    }

    fn unreadable(resource: Resource<'a>, reason: Reason) -> Self {
        Self {
            resource,
            datasource: Fact::Unknown(reason),
            datasource_key: IdKey::default(),
            near: false,
            apart: false,
            vault: None,
            links: Links::UNKNOWN,
            policy: Fact::Unknown(reason),
            state: Fact::Unknown(reason),
            soft_deleted: Fact::Unknown(reason),
            workload: Fact::Unknown(reason),
            last_recovery_point: Fact::Unknown(reason),
            last_backup: Fact::Unknown(reason),
            last_backup_status: Fact::Unknown(reason),
            health: Health::unknown(reason),
            error: Fact::Unknown(reason),
            disk_exclusion: Fact::Unknown(reason),
            recovery_points: Fact::Unknown(reason),
        }
    }
}

/// Compares the leading bytes of two ids while both are at hand. Spelled in other ways they may be of
/// one subscription all the same.
pub(super) fn lies_near(datasource: &Fact<Cow<'_, str>>, resource: &Resource<'_>) -> bool {
    const START: &str = "/subscriptions/";
    const LENGTH: usize = START.len() + "00000000-0000-0000-0000-000000000000/".len();
    let Fact::Known(datasource) = datasource else { return false };
    let own = resource.id.as_str().get(..LENGTH);
    own.is_some_and(|own| {
        own.ends_with('/')
            && own[..START.len()].eq_ignore_ascii_case(START)
            && datasource.get(..LENGTH) == Some(own)
    })
}

/// The key of an id, to join by.
pub(super) fn key(id: &Fact<Cow<'_, str>>) -> IdKey {
    match id {
        Fact::Known(id) => IdKey::of(id),
        Fact::Absent | Fact::Unknown(_) => IdKey::default(),
    }
}
