//! Backup policies of both vault kinds: how far apart their scheduled runs are, and how long they
//! keep what they make.
//!
//! Nothing here reads a time zone. A gap is the time on the clock of the schedule's own zone: runs at
//! 02:00 are a day apart, also on the two days a year when that day has 23 or 25 hours. Taking the
//! offsets of daylight saving into account would call every daily policy an hour late in autumn.

mod retention;
mod schedule;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use serde::Deserialize;

pub use retention::Tiers;

use super::fact::Scalar;
use super::protection::workload::Workload;
use super::resource::View;
use super::{Completeness, Fact, Kind, List, Malformed, Reason, Resource, Section, Span};
use retention::{Retention, VaultRetention};
use schedule::Schedule;

/// A backup policy.
#[derive(Clone, Debug)]
pub struct BackupPolicy<'a> {
    /// Who it is.
    pub resource: Resource<'a>,
    /// What kind of thing it backs up.
    pub workload: Fact<Workload>,
    /// Standard or enhanced. Absent: not a policy for virtual machines.
    pub policy_type: Fact<PolicyType>,
    /// The longest time between two scheduled runs. Absent: no schedule, backup is continuous or on
    /// demand only.
    pub gap: Fact<Span>,
    /// The most scheduled backups on one day, those of logs aside.
    pub runs_a_day: Fact<u32>,
    /// How long full recovery points are kept. Absent: it makes none, it only keeps logs.
    pub retention: Fact<Tiers>,
    /// Days that snapshots are kept beside the machine, as set. Absent: Azure's default.
    pub instant_restore_days: Fact<i64>,
    /// How many items it protects. Absent: the body does not say, as for Backup vaults.
    pub protected_items: Fact<i64>,
}

/// The two kinds of policies for virtual machines
/// (<https://learn.microsoft.com/azure/backup/backup-azure-vms-enhanced-policy>).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicyType {
    /// Standard.
    V1,
    /// Enhanced.
    V2,
}

impl Scalar<'_> for PolicyType {
    fn from_text(text: Cow<'_, str>) -> Option<Self> {
        [("V1", Self::V1), ("V2", Self::V2)]
            .into_iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(&text))
            .map(|(_, found)| found)
    }
}

impl<'a> View<'a> for BackupPolicy<'a> {
    fn read(resource: Resource<'a>) -> Result<Self, Malformed> {
        let properties = resource.envelope::<Properties<'a>>()?.properties;
        Ok(match properties.0 {
            Fact::Known(properties) => Self::of(resource, &properties),
            Fact::Absent => Self::unreadable(resource, Reason::NotCollected),
            Fact::Unknown(reason) => Self::unreadable(resource, reason),
        })
    }
}

impl<'a> BackupPolicy<'a> {
    fn of(resource: Resource<'a>, properties: &Properties<'a>) -> Self {
        let is_backup_vaults = resource.kind == Kind::BackupVaultPolicy;
        let workload = if is_backup_vaults {
            Fact::Known(Workload::BackupVaultDatasource)
        } else {
            properties.backup_management_type.absent_is_unknown(Reason::NotCollected)
        };
        // A body of unknown origin may leave out what Azure always answers.
        let complete = resource.completeness != Completeness::Partial;
        let runs = schedule::runs(properties).and_then(|runs| {
            let has_none = runs.is_empty() && !complete && properties.says_nothing();
            if has_none { Err(Reason::NotCollected) } else { Ok(runs) }
        });
        let gap = match runs {
            Ok(runs) => schedule::gap(&runs),
            Err(reason) => Fact::Unknown(reason),
        };
        Self {
            policy_type: properties.policy_type(workload),
            retention: retention::of(properties, gap),
            gap,
            runs_a_day: match (gap, schedule::most_a_day(properties)) {
                (Fact::Unknown(reason), _) | (_, Err(reason)) => Fact::Unknown(reason),
                (_, Ok(runs)) => Fact::Known(runs),
            },
            instant_restore_days: properties.instant_rp_retention_range_in_days.and_then(count),
            protected_items: properties.protected_items_count.and_then(count),
            workload,
            resource,
        }
    }

    /// A policy of which nothing can be known but who it is.
    pub fn unreadable(resource: Resource<'a>, reason: Reason) -> Self {
        Self {
            resource,
            workload: Fact::Unknown(reason),
            policy_type: Fact::Unknown(reason),
            gap: Fact::Unknown(reason),
            runs_a_day: Fact::Unknown(reason),
            retention: Fact::Unknown(reason),
            instant_restore_days: Fact::Unknown(reason),
            protected_items: Fact::Unknown(reason),
        }
    }
}

/// The properties of a policy of either vault kind.
#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Properties<'a> {
    backup_management_type: Fact<Workload>,
    policy_type: Fact<PolicyType>,
    #[serde(borrow)]
    schedule_policy: Section<Schedule<'a>>,
    #[serde(borrow)]
    retention_policy: Section<Retention<'a>>,
    #[serde(borrow)]
    vault_retention_policy: Section<VaultRetention<'a>>,
    #[serde(borrow)]
    sub_protection_policy: List<Section<SubPolicy<'a>>>,
    #[serde(borrow)]
    policy_rules: List<Section<Rule<'a>>>,
    instant_rp_retention_range_in_days: Fact<f64>,
    protected_items_count: Fact<f64>,
}

/// One of the policies that a policy for databases is made of.
#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct SubPolicy<'a> {
    #[serde(borrow)]
    policy_type: Fact<Cow<'a, str>>,
    #[serde(borrow)]
    schedule_policy: Section<Schedule<'a>>,
    #[serde(borrow)]
    retention_policy: Section<Retention<'a>>,
}

/// A rule of a Backup vault's policy: when it runs, or how long it keeps.
#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Rule<'a> {
    #[serde(borrow)]
    name: Fact<Cow<'a, str>>,
    is_default: Fact<bool>,
    #[serde(borrow)]
    trigger: Section<schedule::Trigger<'a>>,
    #[serde(borrow)]
    lifecycles: List<Section<retention::Lifecycle<'a>>>,
}

type Texts<'a> = List<Fact<Cow<'a, str>>>;

impl Properties<'_> {
    /// Old bodies leave the type out: the standard policy was the only one. The schedule of an enhanced
    /// one has a form of its own.
    fn policy_type(&self, workload: Fact<Workload>) -> Fact<PolicyType> {
        match workload {
            Fact::Known(Workload::VirtualMachine) => {}
            Fact::Known(_) | Fact::Absent => return Fact::Absent,
            Fact::Unknown(reason) => return Fact::Unknown(reason),
        }
        let schedule = match &self.schedule_policy.0 {
            Fact::Known(schedule) => schedule.schedule_policy_type.as_ref(),
            _ => Fact::Absent,
        };
        let is_enhanced = matches!(
            schedule, Fact::Known(form) if form.eq_ignore_ascii_case("SimpleSchedulePolicyV2")
        );
        match self.policy_type {
            Fact::Absent => Fact::Known(if is_enhanced { PolicyType::V2 } else { PolicyType::V1 }),
            set => set,
        }
    }

    /// Whether the body shows neither when backups run nor how long they are kept.
    fn says_nothing(&self) -> bool {
        self.schedule_policy.0.is_absent()
            && self.sub_protection_policy.0.is_absent()
            && self.policy_rules.0.is_absent()
    }
}

/// A number of things; some answers write `14.0`.
fn count(number: f64) -> Fact<i64> {
    whole(number).map_or(Fact::Unknown(Reason::UnrecognisedValue), Fact::Known)
}

#[expect(clippy::cast_possible_truncation, reason = "the range is checked first")]
fn whole(number: f64) -> Option<i64> {
    (0.0..1e9).contains(&number).then(|| number.floor() as i64)
}
