//! What has happened: backup and restore jobs, and recovery points.

use std::borrow::Cow;

use serde::Deserialize;

use super::resource::View;
use super::{Fact, Malformed, Moment, Resource};

/// A backup, restore or configuration job of either vault kind.
#[derive(Clone, Debug)]
pub struct Job<'a> {
    /// Who it is.
    pub resource: Resource<'a>,
    /// The backup instance it worked on. Jobs of Recovery Services vaults name their item in
    /// words only.
    pub instance: Fact<Cow<'a, str>>,
    /// `Backup`, `Restore`, `ConfigureBackup` and so on.
    pub operation: Fact<Cow<'a, str>>,
    /// `Completed`, `CompletedWithWarnings`, `Failed`, `InProgress`, `Cancelled` and so on.
    pub status: Fact<Cow<'a, str>>,
    /// When it began.
    pub start: Fact<Moment>,
    /// When it ended.
    pub end: Fact<Moment>,
}

#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct JobProperties<'a> {
    #[serde(borrow)]
    backup_instance_id: Fact<Cow<'a, str>>,
    #[serde(borrow)]
    operation: Fact<Cow<'a, str>>,
    #[serde(borrow)]
    status: Fact<Cow<'a, str>>,
    start_time: Fact<Moment>,
    end_time: Fact<Moment>,
}

impl<'a> View<'a> for Job<'a> {
    fn read(resource: Resource<'a>) -> Result<Self, Malformed> {
        let section = resource.envelope::<JobProperties<'a>>()?.properties;
        let properties = section.0.known().unwrap_or_default();
        Ok(Self {
            instance: properties.backup_instance_id,
            operation: properties.operation,
            status: properties.status,
            start: properties.start_time,
            end: properties.end_time,
            resource,
        })
    }
}

impl Job<'_> {
    /// Whether this is a backup that left a recovery point.
    pub fn is_completed_backup(&self) -> bool {
        let is = |fact: &Fact<Cow<'_, str>>, test: fn(&str) -> bool| matches!(fact, Fact::Known(text) if test(text));
        is(&self.operation, |text| text.to_ascii_lowercase().starts_with("backup"))
            && is(&self.status, |text| text.to_ascii_lowercase().starts_with("completed"))
    }
}

/// A recovery point of either vault kind.
#[derive(Clone, Debug)]
pub struct RecoveryPoint<'a> {
    /// Who it is.
    pub resource: Resource<'a>,
    /// The time it was taken.
    pub time: Fact<Moment>,
}

#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct PointProperties {
    recovery_point_time: Fact<Moment>,
}

impl<'a> View<'a> for RecoveryPoint<'a> {
    fn read(resource: Resource<'a>) -> Result<Self, Malformed> {
        let time = resource
            .envelope::<PointProperties>()?
            .properties
            .get(|properties| properties.recovery_point_time);
        Ok(Self { resource, time })
    }
}

impl RecoveryPoint<'_> {
    /// The id of the item or instance it belongs to.
    pub fn owner(&self) -> Option<&str> {
        let id = self.resource.id.as_str();
        let parent = id.rsplit_once('/')?.0.rsplit_once('/')?;
        parent.1.eq_ignore_ascii_case("recoveryPoints").then_some(parent.0)
    }
}
