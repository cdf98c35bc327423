//! The Backup vault of a project, with its policy for disks and an instance.

use super::{Code, Form, Node, Resource, location, map, resource, said, tags, text};

pub fn backup_vault(number: usize, form: Form) -> Resource {
    let soft = vec![
        ("state", text(if number.is_multiple_of(4) { "Off" } else { "On" })),
        ("retentionDurationInDays", form.of("keepDays", Node::Number(30), "14")),
    ];
    let storage = vec![
        ("datastoreType", text("VaultStore")),
        ("type", form.of("redundancy", text("GeoRedundant"), "LocallyRedundant")),
    ];
    let properties = vec![
        ("storageSettings", Node::List(vec![map(storage)])),
        (
            "securitySettings",
            map(vec![
                ("softDeleteSettings", map(soft)),
                (
                    "immutabilitySettings",
                    map(vec![("state", form.of("immutability", text("Unlocked"), "Disabled"))]),
                ),
            ]),
        ),
        (
            "monitoringSettings",
            map(vec![(
                "azureMonitorAlertSettings",
                map(vec![("alertsForAllJobFailures", text("Enabled"))]),
            )]),
        ),
    ];
    let body = vec![
        location(),
        tags(),
        ("identity", map(vec![("type", text("SystemAssigned"))])),
        ("properties", map(properties)),
    ];
    let name = said("variables('backupVaultName')", "backupVaultName");
    resource("backupVault", "Microsoft.DataProtection/backupVaults", "2024-04-01", name, body)
}

pub fn disk_policy(form: Form) -> Resource {
    let days = form.of("keepDays", Node::Number(30), "7");
    let Node::Code(Code { arm, bicep }) = days else { return disk_policy_of(text("P30D")) };
    disk_policy_of(said(&format!("format('P{{0}}D', {arm})"), &format!("'P${{{bicep}}}D'")))
}

fn disk_policy_of(duration: Node) -> Resource {
    let store = || {
        map(vec![
            ("dataStoreType", text("OperationalStore")),
            ("objectType", text("DataStoreInfoBase")),
        ])
    };
    let after = map(vec![("objectType", text("AbsoluteDeleteOption")), ("duration", duration)]);
    let lifecycle = map(vec![("deleteAfter", after), ("sourceDataStore", store())]);
    let retention = map(vec![
        ("objectType", text("AzureRetentionRule")),
        ("name", text("Default")),
        ("isDefault", Node::Bool(true)),
        ("lifecycles", Node::List(vec![lifecycle])),
    ]);
    let tagging = map(vec![
        ("tagInfo", map(vec![("tagName", text("Default"))])),
        ("taggingPriority", Node::Number(99)),
        ("isDefault", Node::Bool(true)),
    ]);
    let schedule = map(vec![(
        "repeatingTimeIntervals",
        Node::List(vec![text("R/2026-01-01T02:00:00+00:00/PT4H")]),
    )]);
    let trigger = map(vec![
        ("objectType", text("ScheduleBasedTriggerContext")),
        ("schedule", schedule),
        ("taggingCriteria", Node::List(vec![tagging])),
    ]);
    let parameters =
        map(vec![("objectType", text("AzureBackupParams")), ("backupType", text("Incremental"))]);
    let backup = map(vec![
        ("objectType", text("AzureBackupRule")),
        ("name", text("BackupHourly")),
        ("backupParameters", parameters),
        ("dataStore", store()),
        ("trigger", trigger),
    ]);
    let properties = vec![
        ("objectType", text("BackupPolicy")),
        ("datasourceTypes", Node::List(vec![text("Microsoft.Compute/disks")])),
        ("policyRules", Node::List(vec![backup, retention])),
    ];
    let name = said(
        "format('{0}/{1}', variables('backupVaultName'), 'disks')",
        "'${backupVault.name}/disks'",
    );
    let kind = "Microsoft.DataProtection/backupVaults/backupPolicies";
    resource("diskPolicy", kind, "2024-04-01", name, vec![("properties", map(properties))])
}

pub fn instance(number: usize) -> Resource {
    let disk = format!("disk-{number}");
    let id = said(
        &format!("resourceId('Microsoft.Compute/disks', '{disk}')"),
        &format!("resourceId('Microsoft.Compute/disks', '{disk}')"),
    );
    let source = map(vec![
        ("objectType", text("Datasource")),
        ("datasourceType", text("Microsoft.Compute/disks")),
        ("resourceID", id),
        ("resourceLocation", said("parameters('location')", "location")),
        ("resourceName", text(&disk)),
        ("resourceType", text("Microsoft.Compute/disks")),
    ]);
    let group = said("resourceGroup().id", "resourceGroup().id");
    let store = map(vec![
        ("objectType", text("AzureOperationalStoreParameters")),
        ("dataStoreType", text("OperationalStore")),
        ("resourceGroupId", group),
    ]);
    let policy = said(
        "resourceId('Microsoft.DataProtection/backupVaults/backupPolicies', variables('backupVaultName'), 'disks')",
        "diskPolicy.id",
    );
    let policy = map(vec![
        ("policyId", policy),
        ("policyParameters", map(vec![("dataStoreParametersList", Node::List(vec![store]))])),
    ]);
    let properties = vec![
        ("objectType", text("BackupInstance")),
        ("dataSourceInfo", source),
        ("policyInfo", policy),
    ];
    let name = said(
        &format!("format('{{0}}/{{1}}', variables('backupVaultName'), '{disk}')"),
        &format!("'${{backupVault.name}}/{disk}'"),
    );
    let kind = "Microsoft.DataProtection/backupVaults/backupInstances";
    resource("instance", kind, "2024-04-01", name, vec![("properties", map(properties))])
}
