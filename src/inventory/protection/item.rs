//! What a Recovery Services vault shows of a protected item.

use std::borrow::Cow;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::read::{key, lies_near};
use super::state::ProtectionState;
use super::status::BackupStatus;
use super::workload::{ItemType, Workload};
use super::{Links, Present, Protection};
use crate::inventory::health::{self, Health, HealthDetails, HealthStatus};
use crate::inventory::{Fact, Moment, Resource, Section};

/// The properties read from a protected item.
#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct ItemProperties<'a> {
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

impl<'a> Protection<'a> {
    /// A protected item whose properties were read.
    pub(super) fn from_item(resource: Resource<'a>, properties: ItemProperties<'a>) -> Self {
        // A LIST of items carries the same members as a GET, so an absence counts in both.
        let datasource = match properties.source_resource_id {
            Fact::Absent => properties.virtual_machine_id,
            known => known,
        };
        Self {
            datasource_key: key(&datasource),
            near: lies_near(&datasource, &resource),
            apart: false,
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
}
