//! What a Backup vault shows of a backup instance.

use std::borrow::Cow;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::read::{key, lies_near};
use super::state::ProtectionState;
use super::workload::Workload;
use super::{Links, Present, Protection};
use crate::inventory::health::Health;
use crate::inventory::{Fact, Reason, Resource, Section};

/// The properties read from a backup instance.
#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct InstanceProperties<'a> {
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

impl<'a> Protection<'a> {
    /// A backup instance whose properties were read.
    pub(super) fn from_instance(
        resource: Resource<'a>,
        properties: InstanceProperties<'a>,
    ) -> Self {
        let datasource = properties.data_source_info.get(|source| source.resource_id);
        Self {
            datasource_key: key(&datasource),
            near: lies_near(&datasource, &resource),
            apart: false,
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
}
