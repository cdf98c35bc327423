//! What has happened: backup and restore jobs, and recovery points.

use std::borrow::Cow;

use serde::Deserialize;

use super::fact::Scalar;
use super::resource::View;
use super::{Fact, Malformed, Moment, Resource, ResourceId, Workload};

/// A backup, restore or configuration job of either vault kind.
#[derive(Clone, Debug)]
pub struct Job<'a> {
    /// Who it is.
    pub resource: Resource<'a>,
    /// The backup instance it worked on. Jobs of Recovery Services vaults name their item in
    /// words only.
    pub instance: Fact<Cow<'a, str>>,
    /// The container of its item, `iaasvmcontainerv2;GROUP;NAME`. Most jobs of machines carry it,
    /// recorded jobs of databases and shares do not.
    pub container: Fact<Cow<'a, str>>,
    /// Its item in words: `vm-orders`, `msdb`, `msdb [server]`.
    pub entity: Fact<Cow<'a, str>>,
    /// The storage account of a file share.
    pub account: Fact<Cow<'a, str>>,
    /// What kind of thing it worked on, in a Recovery Services vault.
    pub workload: Fact<Workload>,
    /// `Backup`, `Backup (Full)`, `Restore`, `ConfigureBackup` and so on.
    pub operation: Fact<Cow<'a, str>>,
    /// `Backup` or `Restore`, in a Backup vault.
    pub category: Fact<Cow<'a, str>>,
    /// How it goes or how it ended.
    pub status: Fact<JobStatus>,
    /// When it began.
    pub start: Fact<Moment>,
    /// When it ended.
    pub end: Fact<Moment>,
    /// Whether a person or script asked for it. Recorded jobs of machines do not say.
    pub user_triggered: Fact<bool>,
}

/// How a job goes or how it ended
/// (<https://learn.microsoft.com/rest/api/backup/backup-jobs/list#jobstatus>).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobStatus {
    /// It has not ended.
    Running,
    /// It worked. Backup vaults also write `Succeeded`.
    Completed,
    /// It worked, and something deserves a look.
    CompletedWithWarnings,
    /// It failed.
    Failed,
    /// Somebody stopped it.
    Cancelled,
}

impl Scalar<'_> for JobStatus {
    fn from_text(text: Cow<'_, str>) -> Option<Self> {
        Some(match text.to_ascii_lowercase().as_str() {
            "inprogress" | "started" | "notstarted" | "cancelling" => Self::Running,
            "completed" | "succeeded" => Self::Completed,
            "completedwithwarnings" => Self::CompletedWithWarnings,
            "failed" => Self::Failed,
            "cancelled" => Self::Cancelled,
            _ => return None,
        })
    }
}

#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct JobProperties<'a> {
    #[serde(borrow)]
    backup_instance_id: Fact<Cow<'a, str>>,
    #[serde(borrow)]
    container_name: Fact<Cow<'a, str>>,
    #[serde(borrow)]
    entity_friendly_name: Fact<Cow<'a, str>>,
    #[serde(borrow)]
    storage_account_name: Fact<Cow<'a, str>>,
    backup_management_type: Fact<Workload>,
    #[serde(borrow)]
    operation: Fact<Cow<'a, str>>,
    #[serde(borrow)]
    operation_category: Fact<Cow<'a, str>>,
    status: Fact<JobStatus>,
    start_time: Fact<Moment>,
    end_time: Fact<Moment>,
    is_user_triggered: Fact<bool>,
}

impl<'a> View<'a> for Job<'a> {
    fn read(resource: Resource<'a>) -> Result<Self, Malformed> {
        let section = resource.envelope::<JobProperties<'a>>()?.properties;
        let properties = section.0.known().unwrap_or_default();
        Ok(Self {
            instance: properties.backup_instance_id,
            container: named(properties.container_name),
            entity: named(properties.entity_friendly_name),
            account: named(properties.storage_account_name),
            workload: properties.backup_management_type,
            operation: properties.operation,
            category: properties.operation_category,
            status: properties.status,
            start: properties.start_time,
            end: properties.end_time,
            user_triggered: properties.is_user_triggered,
            resource,
        })
    }
}

/// An empty name names nothing.
fn named(name: Fact<Cow<'_, str>>) -> Fact<Cow<'_, str>> {
    name.and_then(|name| if name.trim().is_empty() { Fact::Absent } else { Fact::Known(name) })
}

impl Job<'_> {
    /// Whether this is a backup of any type: `Backup`, `Backup (Full)`, `Backup (Log)`.
    pub fn is_backup(&self) -> bool {
        self.is("backup")
    }

    /// Whether this is a restore of any type: `Restore`, `RestoreWithRehydrate`,
    /// `CrossRegionRestore`.
    pub fn is_restore(&self) -> bool {
        self.is("restore") || self.is("crossregionrestore")
    }

    fn is(&self, operation: &str) -> bool {
        let starts = |fact: &Fact<Cow<'_, str>>| {
            matches!(fact, Fact::Known(text)
                if text.get(..operation.len()).is_some_and(|start| start.eq_ignore_ascii_case(operation)))
        };
        starts(&self.operation) || starts(&self.category)
    }

    /// Whether this is a backup that left a recovery point.
    pub fn is_completed_backup(&self) -> bool {
        let completed = matches!(
            self.status,
            Fact::Known(JobStatus::Completed | JobStatus::CompletedWithWarnings)
        );
        completed && self.is_backup()
    }

    /// When it began, if it says.
    pub fn started(&self) -> Option<super::Time> {
        match self.start {
            Fact::Known(Moment::At(start)) => Some(start),
            _ => None,
        }
    }
}

/// A recovery point of either vault kind.
#[derive(Clone, Debug)]
pub struct RecoveryPoint<'a> {
    /// Who it is.
    pub resource: Resource<'a>,
    /// The time it was taken. Absent for a range of log backups, which is no point of its own.
    pub time: Fact<Moment>,
}

#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct PointProperties {
    recovery_point_time: Fact<Moment>,
    /// How databases in virtual machines spell it.
    #[serde(rename = "recoveryPointTimeInUTC")]
    recovery_point_time_in_utc: Fact<Moment>,
}

impl<'a> View<'a> for RecoveryPoint<'a> {
    fn read(resource: Resource<'a>) -> Result<Self, Malformed> {
        let time = resource.envelope::<PointProperties>()?.properties.get(|properties| {
            match properties.recovery_point_time {
                Fact::Absent => properties.recovery_point_time_in_utc,
                known => known,
            }
        });
        Ok(Self { resource, time })
    }
}

impl<'a> RecoveryPoint<'a> {
    /// The id of the item or instance it belongs to.
    pub fn owner(&self) -> Option<ResourceId<'a>> {
        let id = self.resource.id.as_str();
        let (owner, list) = id.rsplit_once('/')?.0.rsplit_once('/')?;
        list.eq_ignore_ascii_case("recoveryPoints").then(|| self.resource.id.leading(owner.len()))
    }
}
