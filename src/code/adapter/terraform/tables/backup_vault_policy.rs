//! Policies of Backup vaults: when backups run, which points get a tag, and how long each store keeps them.

use crate::code::adapter::terraform::draft::Draft;
use crate::code::adapter::terraform::frame::Frame;
use crate::code::adapter::terraform::policy_rules::{Defaults, Rules, put};
use crate::code::adapter::terraform::row::{Mapping, Row, Target, fixed, same};

const KIND: &str = "Microsoft.DataProtection/backupVaults/backupPolicies";
const ID: &[&str] = &["{vault_id}/backupPolicies/{name}"];
const BY_NAME: &str =
    "{group}/providers/Microsoft.DataProtection/backupVaults/{vault_name}/backupPolicies/{name}";

const BY_ID_OR_NAME: &[&str] = &["{vault_id}/backupPolicies/{name}", BY_NAME];

pub const MAPPINGS: &[Mapping] = &[
    policy(&["azurerm_data_protection_backup_policy_disk"], ID, DISK),
    policy(&["azurerm_data_protection_backup_policy_blob_storage"], ID, BLOB),
    policy(
        &["azurerm_data_protection_backup_policy_data_lake_storage"],
        &["{data_protection_backup_vault_id}/backupPolicies/{name}"],
        DATA_LAKE,
    ),
    policy(&["azurerm_data_protection_backup_policy_kubernetes_cluster"], &[BY_NAME], CLUSTER),
    policy(&["azurerm_data_protection_backup_policy_mysql_flexible_server"], ID, MYSQL),
    policy(&["azurerm_data_protection_backup_policy_postgresql_flexible_server"], ID, POSTGRESQL),
    // Removed in 5.0 with the service.
    policy(&["azurerm_data_protection_backup_policy_postgresql"], BY_ID_OR_NAME, SINGLE_SERVER),
];

const fn policy(
    names: &'static [&'static str],
    ids: &'static [&'static str],
    rows: &'static [Row],
) -> Mapping {
    Mapping { names, kind: KIND, target: Target::Resource(ids), rows, answers: &[] }
}

const DISK: &[Row] = &[
    same("name", "name"),
    Row::LeftOut("vault_id"),
    fixed("properties.objectType", "BackupPolicy"),
    Row::Together(
        &[
            "backup_repeating_time_intervals",
            "default_retention_duration",
            "time_zone",
            "retention_rule",
            "retention_rule.name",
            "retention_rule.priority",
            "retention_rule.criteria",
            "retention_rule.duration",
            "criteria.absolute_criteria",
        ],
        disk,
    ),
];

fn disk(frame: &Frame<'_>, draft: &mut Draft) {
    put(
        frame,
        draft,
        &Rules {
            intervals: "backup_repeating_time_intervals",
            backup: "Incremental",
            store: "OperationalStore",
            datasource: "Microsoft.Compute/disks",
            default: Defaults::Durations(&[("default_retention_duration", "OperationalStore")]),
            criteria: "criteria",
            has_lifecycles: false,
        },
    );
}

const BLOB: &[Row] = &[
    same("name", "name"),
    Row::LeftOut("vault_id"),
    fixed("properties.objectType", "BackupPolicy"),
    Row::Together(
        &[
            "backup_repeating_time_intervals",
            "operational_default_retention_duration",
            "vault_default_retention_duration",
            "time_zone",
            "retention_rule",
            "retention_rule.name",
            "retention_rule.priority",
            "retention_rule.criteria",
            "retention_rule.life_cycle",
            "life_cycle.data_store_type",
            "life_cycle.duration",
            "criteria.days_of_month",
            "criteria.absolute_criteria",
            "criteria.days_of_week",
            "criteria.months_of_year",
            "criteria.scheduled_backup_times",
            "criteria.weeks_of_month",
        ],
        blob,
    ),
];

fn blob(frame: &Frame<'_>, draft: &mut Draft) {
    put(
        frame,
        draft,
        &Rules {
            intervals: "backup_repeating_time_intervals",
            backup: "Discrete",
            store: "VaultStore",
            datasource: "Microsoft.Storage/storageAccounts/blobServices",
            default: Defaults::Durations(&[
                ("operational_default_retention_duration", "OperationalStore"),
                ("vault_default_retention_duration", "VaultStore"),
            ]),
            criteria: "criteria",
            has_lifecycles: true,
        },
    );
}

const DATA_LAKE: &[Row] = &[
    same("name", "name"),
    Row::LeftOut("data_protection_backup_vault_id"),
    fixed("properties.objectType", "BackupPolicy"),
    Row::Together(
        &[
            "backup_schedule",
            "default_retention_duration",
            "time_zone",
            "retention_rule",
            "retention_rule.name",
            "retention_rule.duration",
            "retention_rule.absolute_criteria",
            "retention_rule.days_of_week",
            "retention_rule.months_of_year",
            "retention_rule.scheduled_backup_times",
            "retention_rule.weeks_of_month",
        ],
        data_lake,
    ),
];

fn data_lake(frame: &Frame<'_>, draft: &mut Draft) {
    put(
        frame,
        draft,
        &Rules {
            intervals: "backup_schedule",
            backup: "Discrete",
            store: "VaultStore",
            datasource: "Microsoft.Storage/storageAccounts/adlsBlobServices",
            default: Defaults::Durations(&[("default_retention_duration", "VaultStore")]),
            criteria: "",
            has_lifecycles: false,
        },
    );
}

/// The arguments that make the rules of a policy with blocks for each tag.
const RULES: &[&str] = &[
    "backup_repeating_time_intervals",
    "time_zone",
    "retention_rule",
    "retention_rule.name",
    "retention_rule.priority",
    "retention_rule.criteria",
    "default_retention_rule",
    "default_retention_rule.life_cycle",
    "retention_rule.life_cycle",
    "life_cycle.data_store_type",
    "life_cycle.duration",
    "criteria.absolute_criteria",
    "criteria.days_of_week",
    "criteria.months_of_year",
    "criteria.scheduled_backup_times",
    "criteria.weeks_of_month",
];

const CLUSTER: &[Row] = &[
    same("name", "name"),
    Row::LeftOut("resource_group_name"),
    Row::LeftOut("vault_name"),
    fixed("properties.objectType", "BackupPolicy"),
    Row::Together(RULES, cluster),
];

fn cluster(frame: &Frame<'_>, draft: &mut Draft) {
    put(
        frame,
        draft,
        &Rules {
            intervals: "backup_repeating_time_intervals",
            backup: "Incremental",
            store: "OperationalStore",
            datasource: "Microsoft.ContainerService/managedClusters",
            default: Defaults::Rule("default_retention_rule"),
            criteria: "criteria",
            has_lifecycles: true,
        },
    );
}

const MYSQL: &[Row] = &[
    same("name", "name"),
    Row::LeftOut("vault_id"),
    fixed("properties.objectType", "BackupPolicy"),
    Row::Together(RULES, mysql),
];

fn mysql(frame: &Frame<'_>, draft: &mut Draft) {
    put(
        frame,
        draft,
        &Rules {
            intervals: "backup_repeating_time_intervals",
            backup: "Full",
            store: "VaultStore",
            datasource: "Microsoft.DBforMySQL/flexibleServers",
            default: Defaults::Rule("default_retention_rule"),
            criteria: "criteria",
            has_lifecycles: true,
        },
    );
}

const POSTGRESQL: &[Row] = &[
    same("name", "name"),
    Row::LeftOut("vault_id"),
    fixed("properties.objectType", "BackupPolicy"),
    Row::Together(RULES, postgresql),
];

fn postgresql(frame: &Frame<'_>, draft: &mut Draft) {
    put(
        frame,
        draft,
        &Rules {
            intervals: "backup_repeating_time_intervals",
            backup: "Full",
            store: "VaultStore",
            datasource: "Microsoft.DBforPostgreSQL/flexibleServers",
            default: Defaults::Rule("default_retention_rule"),
            criteria: "criteria",
            has_lifecycles: true,
        },
    );
}

const SINGLE_SERVER: &[Row] = &[
    same("name", "name"),
    Row::LeftOut("vault_id"),
    Row::LeftOut("resource_group_name"),
    Row::LeftOut("vault_name"),
    fixed("properties.objectType", "BackupPolicy"),
    Row::Together(
        &[
            "backup_repeating_time_intervals",
            "default_retention_duration",
            "time_zone",
            "retention_rule",
            "retention_rule.name",
            "retention_rule.priority",
            "retention_rule.criteria",
            "retention_rule.duration",
            "criteria.absolute_criteria",
            "criteria.days_of_week",
            "criteria.months_of_year",
            "criteria.scheduled_backup_times",
            "criteria.weeks_of_month",
        ],
        single_server,
    ),
];

fn single_server(frame: &Frame<'_>, draft: &mut Draft) {
    put(
        frame,
        draft,
        &Rules {
            intervals: "backup_repeating_time_intervals",
            backup: "Full",
            store: "VaultStore",
            datasource: "Microsoft.DBforPostgreSQL/servers/databases",
            default: Defaults::Durations(&[("default_retention_duration", "VaultStore")]),
            criteria: "criteria",
            has_lifecycles: false,
        },
    );
}
