//! The Recovery Services vault of a project, with its policies and items.

use super::{Form, Node, Resource, location, map, resource, said, tags, text};

pub fn vault(number: usize, form: Form) -> Resource {
    let soft = vec![
        ("softDeleteState", form.of("softDelete", text("AlwaysON"), "Enabled")),
        ("softDeleteRetentionPeriodInDays", form.of("keepDays", Node::Number(30), "14")),
        ("enhancedSecurityState", text("AlwaysON")),
    ];
    let properties = vec![
        (
            "publicNetworkAccess",
            text(if number.is_multiple_of(3) { "Enabled" } else { "Disabled" }),
        ),
        (
            "redundancySettings",
            map(vec![
                (
                    "standardTierStorageRedundancy",
                    form.of("redundancy", text("GeoRedundant"), "LocallyRedundant"),
                ),
                ("crossRegionRestore", text("Enabled")),
            ]),
        ),
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
            map(vec![
                (
                    "azureMonitorAlertSettings",
                    map(vec![("alertsForAllJobFailures", text("Enabled"))]),
                ),
                (
                    "classicAlertSettings",
                    map(vec![("alertsForCriticalOperations", text("Disabled"))]),
                ),
            ]),
        ),
    ];
    let body = vec![
        location(),
        tags(),
        ("identity", map(vec![("type", text("SystemAssigned"))])),
        ("sku", map(vec![("name", text("RS0")), ("tier", text("Standard"))])),
        ("properties", map(properties)),
    ];
    let name = said("variables('vaultName')", "vaultName");
    resource("vault", "Microsoft.RecoveryServices/vaults", "2024-04-01", name, body)
}

pub fn config(form: Form) -> Resource {
    let body = vec![(
        "properties",
        map(vec![
            ("enhancedSecurityState", text("Enabled")),
            ("softDeleteFeatureState", form.of("softDelete", text("AlwaysON"), "Enabled")),
            ("isSoftDeleteFeatureStateEditable", Node::Bool(false)),
        ]),
    )];
    let name = said(
        "format('{0}/{1}', variables('vaultName'), 'vaultconfig')",
        "'${vault.name}/vaultconfig'",
    );
    resource("config", "Microsoft.RecoveryServices/vaults/backupconfig", "2024-04-01", name, body)
}

pub fn policy(kind: &'static str, at: usize, form: Form) -> Resource {
    let times = || Node::List(vec![text(&format!("2026-01-01T0{}:30:00Z", at + 1))]);
    let range = |count: Node, unit: &str| map(vec![("count", count), ("durationType", text(unit))]);
    let days = ["Sunday", "Wednesday"];
    let days = || Node::List(days.iter().map(|day| text(day)).collect());
    let schedule = vec![
        ("schedulePolicyType", text("SimpleSchedulePolicy")),
        ("scheduleRunFrequency", text("Daily")),
        ("scheduleRunTimes", times()),
        ("scheduleWeeklyFrequency", Node::Number(0)),
    ];
    let mut retention = vec![
        ("retentionPolicyType", text("LongTermRetentionPolicy")),
        (
            "dailySchedule",
            map(vec![
                ("retentionTimes", times()),
                ("retentionDuration", range(form.of("keepDays", Node::Number(30), "7"), "Days")),
            ]),
        ),
    ];
    if at > 0 {
        retention.push((
            "weeklySchedule",
            map(vec![
                ("daysOfTheWeek", days()),
                ("retentionTimes", times()),
                ("retentionDuration", range(Node::Number(12), "Weeks")),
            ]),
        ));
    }
    if at > 1 {
        let weekly = vec![
            ("daysOfTheWeek", days()),
            ("weeksOfTheMonth", Node::List(vec![text("First"), text("Last")])),
        ];
        retention.push((
            "monthlySchedule",
            map(vec![
                ("retentionScheduleFormatType", text("Weekly")),
                ("retentionScheduleWeekly", map(weekly)),
                ("retentionTimes", times()),
                ("retentionDuration", range(Node::Number(60), "Months")),
            ]),
        ));
    }
    let properties = vec![
        ("backupManagementType", text("AzureIaasVM")),
        ("policyType", text("V1")),
        ("instantRpRetentionRangeInDays", Node::Number(2)),
        ("timeZone", text("UTC")),
        ("schedulePolicy", map(schedule)),
        ("retentionPolicy", map(retention)),
    ];
    let name = said(
        &format!("format('{{0}}/{{1}}', variables('vaultName'), '{kind}')"),
        &format!("'${{vault.name}}/{kind}'"),
    );
    let kind_name = "Microsoft.RecoveryServices/vaults/backupPolicies";
    resource(kind, kind_name, "2024-04-01", name, vec![("properties", map(properties))])
}

/// A protected machine by its name, or one for each of the list.
pub fn item(at: Option<usize>) -> Resource {
    let (arm, bicep) = match at {
        Some(at) => (format!("'vm-app-{at}'"), format!("vm-app-{at}")),
        None => ("parameters('machines')[copyIndex()]".to_owned(), "${machine}".to_owned()),
    };
    let name = said(
        &format!(
            "concat(variables('vaultName'), '/Azure/iaasvmcontainer;iaasvmcontainerv2;', resourceGroup().name, ';', {arm}, '/vm;iaasvmcontainerv2;', resourceGroup().name, ';', {arm})"
        ),
        &format!(
            "'${{vaultName}}/Azure/iaasvmcontainer;iaasvmcontainerv2;${{resourceGroup().name}};{bicep}/vm;iaasvmcontainerv2;${{resourceGroup().name}};{bicep}'"
        ),
    );
    let source = match at {
        Some(at) => format!("'vm-app-{at}'"),
        None => "machine".to_owned(),
    };
    let properties = vec![
        ("protectedItemType", text("Microsoft.Compute/virtualMachines")),
        (
            "policyId",
            said(
                "resourceId('Microsoft.RecoveryServices/vaults/backupPolicies', variables('vaultName'), 'daily')",
                "daily.id",
            ),
        ),
        (
            "sourceResourceId",
            said(
                &format!("resourceId('Microsoft.Compute/virtualMachines', {arm})"),
                &format!("resourceId('Microsoft.Compute/virtualMachines', {source})"),
            ),
        ),
    ];
    let kind =
        "Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems";
    let symbol = at.map_or("items".to_owned(), |at| format!("item{at}"));
    let mut item = resource(
        &symbol,
        kind,
        "2024-04-01",
        name,
        vec![location(), ("properties", map(properties))],
    );
    item.repeat = at.is_none().then_some(("machines", "machine"));
    item
}
