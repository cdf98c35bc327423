//! Backup policies of Recovery Services vaults.

use crate::code::adapter::terraform::retention::{format, format_type};
use crate::code::adapter::terraform::row::{
    Absent, How, Mapping, Row, Target, fixed, number, row, same, same_or, truth_or,
};
use crate::code::adapter::terraform::schedule;

const KIND: &str = "Microsoft.RecoveryServices/vaults/backupPolicies";
const ID: &[&str] = &[
    "{group}/providers/Microsoft.RecoveryServices/vaults/{recovery_vault_name}/backupPolicies/{name}",
];

pub const MAPPINGS: &[Mapping] = &[
    Mapping {
        names: &["azurerm_backup_policy_vm", "azurerm_recovery_services_protection_policy_vm"],
        kind: KIND,
        target: Target::Resource(ID),
        rows: MACHINE,
        answers: &[],
    },
    Mapping {
        names: &["azurerm_backup_policy_file_share"],
        kind: KIND,
        target: Target::Resource(ID),
        rows: FILE_SHARE,
        answers: &[],
    },
    Mapping {
        names: &["azurerm_backup_policy_vm_workload"],
        kind: KIND,
        target: Target::Resource(ID),
        rows: WORKLOAD,
        answers: &[],
    },
];

const MACHINE: &[Row] = &[
    same("name", "name"),
    Row::LeftOut("resource_group_name"),
    Row::LeftOut("recovery_vault_name"),
    Row::LeftOut("tags"),
    fixed("properties.backupManagementType", "AzureIaasVM"),
    same_or("policy_type", "properties.policyType", "V1"),
    same_or("timezone", "properties.timeZone", "UTC"),
    same("consistency_type", "properties.snapshotConsistencyType"),
    row(
        "instant_restore_retention_days",
        "properties.instantRpRetentionRangeInDays",
        How::Number,
        Absent::Same,
    ),
    same(
        "instant_restore_resource_group.prefix",
        "properties.instantRPDetails.azureBackupRGNamePrefix",
    ),
    same(
        "instant_restore_resource_group.suffix",
        "properties.instantRPDetails.azureBackupRGNameSuffix",
    ),
    Row::Together(
        &[
            "backup",
            "backup.frequency",
            "backup.time",
            "backup.hour_interval",
            "backup.hour_duration",
            "backup.weekdays",
        ],
        schedule::of_machines,
    ),
    Row::Block("retention_daily", "properties.retentionPolicy.dailySchedule", DAILY),
    Row::Block("retention_weekly", "properties.retentionPolicy.weeklySchedule", WEEKLY),
    Row::Block("retention_monthly", "properties.retentionPolicy.monthlySchedule", MONTHLY),
    Row::Block("retention_yearly", "properties.retentionPolicy.yearlySchedule", YEARLY),
    fixed("properties.retentionPolicy.retentionPolicyType", "LongTermRetentionPolicy"),
    Row::Block(
        "tiering_policy.archived_restore_point",
        "properties.tieringPolicy.ArchivedRP",
        TIERING,
    ),
];

const TIERING: &[Row] = &[
    same("mode", "tieringMode"),
    number("duration", "duration"),
    same("duration_type", "durationType"),
];

/// How long daily points are kept, and those of the other tiers.
pub const DAILY: &[Row] =
    &[number("count", "retentionDuration.count"), fixed("retentionDuration.durationType", "Days")];

pub const WEEKLY: &[Row] = &[
    same("weekdays", "daysOfTheWeek"),
    number("count", "retentionDuration.count"),
    fixed("retentionDuration.durationType", "Weeks"),
];

pub const MONTHLY: &[Row] = &[
    Row::Together(&["weekdays", "weeks", "days", "include_last_days"], format),
    number("count", "retentionDuration.count"),
    fixed("retentionDuration.durationType", "Months"),
];

pub const YEARLY: &[Row] = &[
    Row::Together(&["weekdays", "weeks", "days", "include_last_days"], format),
    same("months", "monthsOfYear"),
    number("count", "retentionDuration.count"),
    fixed("retentionDuration.durationType", "Years"),
];

const FILE_SHARE: &[Row] = &[
    same("name", "name"),
    Row::LeftOut("resource_group_name"),
    Row::LeftOut("recovery_vault_name"),
    fixed("properties.backupManagementType", "AzureStorage"),
    fixed("properties.workLoadType", "AzureFileShare"),
    same_or("timezone", "properties.timeZone", "UTC"),
    Row::Together(
        &[
            "backup",
            "backup.frequency",
            "backup.time",
            "backup.hourly",
            "hourly.interval",
            "hourly.start_time",
            "hourly.window_duration",
        ],
        schedule::of_file_shares,
    ),
    Row::Together(
        &[
            "backup_tier",
            "snapshot_retention_in_days",
            "retention_daily",
            "retention_daily.count",
            "retention_weekly",
            "retention_weekly.count",
            "retention_weekly.weekdays",
            "retention_monthly",
            "retention_monthly.count",
            "retention_monthly.weekdays",
            "retention_monthly.weeks",
            "retention_monthly.days",
            "retention_monthly.include_last_days",
            "retention_yearly",
            "retention_yearly.count",
            "retention_yearly.months",
            "retention_yearly.weekdays",
            "retention_yearly.weeks",
            "retention_yearly.days",
            "retention_yearly.include_last_days",
        ],
        crate::code::adapter::terraform::retention::of_file_shares,
    ),
];

/// The retention of a file share: in `retentionPolicy`, or in `vaultRetentionPolicy.vaultRetention`.
pub const TIERS: &[Row] = &[
    fixed("retentionPolicyType", "LongTermRetentionPolicy"),
    Row::Block("retention_daily", "dailySchedule", DAILY),
    Row::Block("retention_weekly", "weeklySchedule", WEEKLY),
    Row::Block("retention_monthly", "monthlySchedule", MONTHLY),
    Row::Block("retention_yearly", "yearlySchedule", YEARLY),
];

const WORKLOAD: &[Row] = &[
    same("name", "name"),
    Row::LeftOut("resource_group_name"),
    Row::LeftOut("recovery_vault_name"),
    fixed("properties.backupManagementType", "AzureWorkload"),
    same("workload_type", "properties.workLoadType"),
    same("settings.time_zone", "properties.settings.timeZone"),
    truth_or("settings.compression_enabled", "properties.settings.issqlcompression", false),
    Row::Blocks("protection_policy", "properties.subProtectionPolicy", PART),
];

/// One of the policies that a policy for databases is made of.
const PART: &[Row] = &[
    same("policy_type", "policyType"),
    Row::Together(
        &[
            "backup",
            "backup.frequency",
            "backup.frequency_in_minutes",
            "backup.time",
            "backup.weekdays",
        ],
        schedule::of_workloads,
    ),
    // Unless it is simple.
    fixed("retentionPolicy.retentionPolicyType", "LongTermRetentionPolicy"),
    Row::Block("simple_retention", "retentionPolicy", SIMPLE),
    Row::Block("retention_daily", "retentionPolicy.dailySchedule", DAILY),
    Row::Block("retention_weekly", "retentionPolicy.weeklySchedule", WEEKLY),
    Row::Block("retention_monthly", "retentionPolicy.monthlySchedule", WORKLOAD_MONTHLY),
    Row::Block("retention_yearly", "retentionPolicy.yearlySchedule", WORKLOAD_YEARLY),
];

const SIMPLE: &[Row] = &[
    fixed("retentionPolicyType", "SimpleRetentionPolicy"),
    number("count", "retentionDuration.count"),
    fixed("retentionDuration.durationType", "Days"),
];

const WORKLOAD_MONTHLY: &[Row] = &[
    Row::Together(&["format_type", "monthdays", "weekdays", "weeks"], format_type),
    number("count", "retentionDuration.count"),
    fixed("retentionDuration.durationType", "Months"),
];

const WORKLOAD_YEARLY: &[Row] = &[
    Row::Together(&["format_type", "monthdays", "weekdays", "weeks"], format_type),
    same("months", "monthsOfYear"),
    number("count", "retentionDuration.count"),
    fixed("retentionDuration.durationType", "Years"),
];
