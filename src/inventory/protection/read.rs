//! Reading protected items and backup instances from what their services show.

use std::borrow::Cow;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::state::ProtectionState;
use super::status::BackupStatus;
use super::workload::{ItemType, Workload};
use super::{Links, Present, Protection};
use crate::inventory::health::{self, Health, HealthDetails, HealthStatus};
use crate::inventory::resource::{View, plain};
use crate::inventory::{
    Completeness, Fact, IdKey, Kind, Malformed, Moment, Reason, Resource, Section, placeholder,
};

/// The properties read from a protected item.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[derive(Default)]
struct ItemProperties<'a> {
    #[serde(borrow)]
    source_resource_id: Fact<Cow<'a, str>>,
    #[serde(borrow)]
    virtual_machine_id: Fact<Cow<'a, str>>,
    #[serde(borrow)]
    policy_id: Fact<Cow<'a, str>>,
    protection_state: Fact<ProtectionState>,
    is_scheduled_for_deferred_delete: Fact<bool>,
    backup_management_type: Fact<Workload>,
    protected_item_type: Fact<ItemType>,
    last_recovery_point: Fact<Moment>,
    last_backup_time: Fact<Moment>,
    last_backup_status: Fact<BackupStatus>,
    health_status: Fact<HealthStatus>,
    protection_status: Fact<HealthStatus>,
    protected_item_health_status: Fact<HealthStatus>,
    #[serde(deserialize_with = "health::details")]
    health_details: Fact<HealthDetails>,
    extended_properties: Section<ExtendedProperties>,
    extended_info: Section<ExtendedInfo>,
}

#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct ExtendedProperties {
    disk_exclusion_properties: Section<IgnoredAny>,
}

#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct ExtendedInfo {
    recovery_point_count: Fact<u32>,
}

/// The properties read from a backup instance.
#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct InstanceProperties<'a> {
    #[serde(borrow)]
    data_source_info: Section<DataSource<'a>>,
    #[serde(borrow)]
    policy_info: Section<PolicyInfo<'a>>,
    current_protection_state: Fact<ProtectionState>,
    protection_error_details: Section<IgnoredAny>,
}

#[derive(Debug, Deserialize, Default)]
#[serde(default)]
struct DataSource<'a> {
    #[serde(borrow, rename = "resourceID", alias = "resourceId")]
    resource_id: Fact<Cow<'a, str>>,
}

#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct PolicyInfo<'a> {
    #[serde(borrow)]
    policy_id: Fact<Cow<'a, str>>,
}

impl<'a> View<'a> for Protection<'a> {
    fn read(resource: Resource<'a>) -> Result<Self, Malformed> {
        Ok(if resource.kind == Kind::BackupInstance {
            let properties = resource.envelope::<InstanceProperties<'a>>()?.properties;
            Self::from_instance(resource, properties)
        } else {
            let properties = resource.envelope::<ItemProperties<'a>>()?.properties;
            Self::from_item(resource, properties)
        })
    }
}

impl<'a> Protection<'a> {
    /// Reads a protected item from JSON text in one pass; `None` if the text is not exactly that,
    /// which says nothing about what else it may be.
    pub fn from_plain_item(text: &'a str, completeness: Completeness) -> Option<Self> {
        let (resource, _, properties) = plain(text, Kind::ProtectedItem, completeness)?;
        Some(Self::from_item(resource, properties))
    }

    fn from_item(resource: Resource<'a>, properties: Section<ItemProperties<'a>>) -> Self {
        let properties = match properties.0 {
            Fact::Known(properties) => properties,
            Fact::Absent => return Self::unreadable(resource, Reason::NotCollected),
            Fact::Unknown(reason) => return Self::unreadable(resource, reason),
        };
        // A LIST of items carries the same members as a GET, so an absence counts in both.
        let datasource = match properties.source_resource_id {
            Fact::Absent => properties.virtual_machine_id,
            known => known,
        };
        Self {
            datasource_key: key(&datasource),
            near: lies_near(&datasource, &resource),
            apart: lies_apart(&datasource, &resource),
            vault: None,
            links: Links::UNKNOWN,
            datasource,
            policy: properties.policy_id,
            state: properties.protection_state,
            soft_deleted: properties.is_scheduled_for_deferred_delete,
            workload: match (properties.backup_management_type, properties.protected_item_type) {
                (Fact::Absent, Fact::Known(ItemType(Some(workload)))) => Fact::Known(workload),
                (told, _) => told,
            },
            last_recovery_point: properties.last_recovery_point,
            last_backup: properties.last_backup_time,
            last_backup_status: properties.last_backup_status,
            health: Health {
                check: properties.health_status,
                protection: properties.protection_status,
                workload: properties.protected_item_health_status,
                details: properties.health_details,
            },
            error: Fact::Absent,
            disk_exclusion: properties
                .extended_properties
                .get(|extended| extended.disk_exclusion_properties.0.map(|_| Present)),
            recovery_points: properties.extended_info.get(|info| info.recovery_point_count),
            resource,
        }
    }

    fn from_instance(resource: Resource<'a>, properties: Section<InstanceProperties<'a>>) -> Self {
        let properties = match properties.0 {
            Fact::Known(properties) => properties,
            Fact::Absent => return Self::unreadable(resource, Reason::NotCollected),
            Fact::Unknown(reason) => return Self::unreadable(resource, reason),
        };
        let datasource = properties.data_source_info.get(|source| source.resource_id);
        Self {
            datasource_key: key(&datasource),
            near: lies_near(&datasource, &resource),
            apart: lies_apart(&datasource, &resource),
            vault: None,
            links: Links::UNKNOWN,
            datasource,
            policy: properties.policy_info.get(|info| info.policy_id),
            soft_deleted: properties.current_protection_state.map(|state| {
                matches!(state, ProtectionState::SoftDeleted | ProtectionState::SoftDeleting)
            }),
            state: properties.current_protection_state,
            workload: Fact::Known(Workload::BackupVaultDatasource),
            // Backup instances do not carry these: they follow from recovery points and jobs.
            last_recovery_point: Fact::Unknown(Reason::SourceCannotSay),
            last_backup: Fact::Unknown(Reason::SourceCannotSay),
            last_backup_status: Fact::Unknown(Reason::SourceCannotSay),
            health: Health::default(),
            error: properties.protection_error_details.0.map(|_| Present),
            disk_exclusion: Fact::Absent,
            recovery_points: Fact::Absent,
            resource,
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
fn lies_near(datasource: &Fact<Cow<'_, str>>, resource: &Resource<'_>) -> bool {
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

/// Compares the group of the one id with the other while both are at hand: a million of them are read from far places later.
fn lies_apart(datasource: &Fact<Cow<'_, str>>, resource: &Resource<'_>) -> bool {
    let Fact::Known(datasource) = datasource else { return false };
    let group = resource.id.resource_group_id();
    group.is_some_and(|group| placeholder::within(datasource, group) == Some(false))
}

fn key(id: &Fact<Cow<'_, str>>) -> IdKey {
    match id {
        Fact::Known(id) => IdKey::of(id),
        Fact::Absent | Fact::Unknown(_) => IdKey::default(),
    }
}
