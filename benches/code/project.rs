//! What the projects declare, whatever the language: vaults with their settings, policies, items, guards, locks and
//! assignments, in turns with literal, variable, parameter, conditional and repeated values.

/// A value, or how each language says it.
#[derive(Clone)]
pub enum Node {
    Text(String),
    Number(u32),
    Bool(bool),
    Code(Code),
    List(Vec<Node>),
    Map(Vec<(&'static str, Node)>),
}

/// An expression of ARM (without brackets) and of Bicep.
#[derive(Clone)]
pub struct Code {
    pub arm: String,
    pub bicep: String,
}

/// A resource.
pub struct Resource {
    pub symbol: String,
    pub kind: &'static str,
    pub version: &'static str,
    pub name: Node,
    /// The resource that it extends.
    pub scope: Option<Code>,
    pub condition: Option<Code>,
    /// The list parameter over which it is repeated, and the name of an element.
    pub repeat: Option<(&'static str, &'static str)>,
    pub body: Vec<(&'static str, Node)>,
}

/// A project.
pub struct Project {
    /// Name, type, default if there is one, description.
    pub parameters: Vec<(&'static str, &'static str, Option<Node>, &'static str)>,
    pub variables: Vec<(&'static str, Node)>,
    pub resources: Vec<Resource>,
}

pub fn text(text: &str) -> Node {
    Node::Text(text.to_owned())
}

pub fn code(arm: &str, bicep: &str) -> Code {
    Code { arm: arm.to_owned(), bicep: bicep.to_owned() }
}

fn said(arm: &str, bicep: &str) -> Node {
    Node::Code(code(arm, bicep))
}

/// How a project says the settings that rules look at.
#[derive(Clone, Copy)]
pub enum Form {
    Literal,
    Variable,
    Parameter,
    Conditional,
    Repeated,
}

pub const FORMS: [Form; 5] =
    [Form::Literal, Form::Variable, Form::Parameter, Form::Conditional, Form::Repeated];

impl Form {
    /// A setting in this form; `name` is a variable, or a parameter.
    fn of(self, name: &str, value: Node, other: &str) -> Node {
        match (self, &value) {
            (Self::Literal | Self::Repeated, _) => value,
            (Self::Variable, _) => {
                said(&format!("variables('settings').{name}"), &format!("settings.{name}"))
            }
            (Self::Parameter, _) => said(&format!("parameters('{name}')"), name),
            (Self::Conditional, Node::Text(value)) => said(
                &format!("if(equals(parameters('stage'), 'prod'), '{value}', '{other}')"),
                &format!("stage == 'prod' ? '{value}' : '{other}'"),
            ),
            (Self::Conditional, Node::Number(value)) => said(
                &format!("if(equals(parameters('stage'), 'prod'), {value}, {other})"),
                &format!("stage == 'prod' ? {value} : {other}"),
            ),
            (Self::Conditional, _) => value,
        }
    }
}

/// The project with a number.
pub fn project(number: usize) -> Project {
    let form = FORMS[number % FORMS.len()];
    let mut resources =
        vec![vault(number, form), config(form), backup_vault(number, form), guard()];
    for (at, kind) in ["daily", "weekly", "monthly"].into_iter().enumerate() {
        resources.push(policy(kind, at, form));
    }
    match form {
        Form::Repeated => resources.push(item(None)),
        _ => (0..5).for_each(|at| resources.push(item(Some(at)))),
    }
    resources.extend([disk_policy(form), instance(number), lock(), assignment(number), logs()]);
    Project { parameters: parameters(), variables: variables(), resources }
}

fn parameters() -> Vec<(&'static str, &'static str, Option<Node>, &'static str)> {
    let machines = (0..5).map(|at| text(&format!("vm-app-{at}"))).collect();
    vec![
        (
            "location",
            "string",
            Some(said("resourceGroup().location", "resourceGroup().location")),
            "The region of all resources of this template.",
        ),
        (
            "stage",
            "string",
            Some(text("prod")),
            "The stage, which is part of the names and decides how strict the settings are.",
        ),
        (
            "softDelete",
            "string",
            Some(text("AlwaysON")),
            "Whether deleted backups are kept for a while.",
        ),
        ("keepDays", "int", Some(Node::Number(30)), "How many days deleted backups are kept."),
        (
            "immutability",
            "string",
            Some(text("Unlocked")),
            "Whether backups can be changed before their time is over.",
        ),
        (
            "redundancy",
            "string",
            Some(text("GeoRedundant")),
            "How many copies are kept, and where they are.",
        ),
        (
            "machines",
            "array",
            Some(Node::List(machines)),
            "The names of the machines that are protected.",
        ),
        ("workspace", "string", None, "The id of the workspace to which the logs are sent."),
        ("operators", "string", None, "The object id of the group that operates the backups."),
    ]
}

fn variables() -> Vec<(&'static str, Node)> {
    vec![
        (
            "settings",
            Node::Map(vec![
                ("softDelete", text("AlwaysON")),
                ("keepDays", Node::Number(30)),
                ("immutability", text("Unlocked")),
                ("redundancy", text("GeoRedundant")),
            ]),
        ),
        ("vaultName", said("format('rsv-{0}', parameters('stage'))", "'rsv-${stage}'")),
        ("backupVaultName", said("concat('bv-', parameters('stage'))", "'bv-${stage}'")),
        (
            "tags",
            Node::Map(vec![
                ("environment", said("parameters('stage')", "stage")),
                ("owner", text("platform")),
                ("tier", text("gold")),
            ]),
        ),
    ]
}

fn location() -> (&'static str, Node) {
    ("location", said("parameters('location')", "location"))
}

fn tags() -> (&'static str, Node) {
    ("tags", said("variables('tags')", "tags"))
}

fn resource(
    symbol: &str,
    kind: &'static str,
    version: &'static str,
    name: Node,
    body: Vec<(&'static str, Node)>,
) -> Resource {
    let symbol = symbol.to_owned();
    Resource { symbol, kind, version, name, scope: None, condition: None, repeat: None, body }
}

fn map(members: Vec<(&'static str, Node)>) -> Node {
    Node::Map(members)
}

fn vault(number: usize, form: Form) -> Resource {
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

fn config(form: Form) -> Resource {
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

fn policy(kind: &'static str, at: usize, form: Form) -> Resource {
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
fn item(at: Option<usize>) -> Resource {
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

fn backup_vault(number: usize, form: Form) -> Resource {
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

fn disk_policy(form: Form) -> Resource {
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

fn instance(number: usize) -> Resource {
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

fn on_vault() -> Option<Code> {
    let arm = "format('Microsoft.RecoveryServices/vaults/{0}', variables('vaultName'))";
    Some(code(arm, "vault"))
}

fn guard() -> Resource {
    let guard = said(
        "resourceId('rg-security', 'Microsoft.DataProtection/resourceGuards', 'guard')",
        "resourceId('rg-security', 'Microsoft.DataProtection/resourceGuards', 'guard')",
    );
    let name = said(
        "format('{0}/{1}', variables('vaultName'), 'VaultProxy')",
        "'${vault.name}/VaultProxy'",
    );
    let kind = "Microsoft.RecoveryServices/vaults/backupResourceGuardProxies";
    let body = vec![("properties", map(vec![("resourceGuardResourceId", guard)]))];
    let mut guard = resource("guardLink", kind, "2024-04-01", name, body);
    guard.condition = Some(code("equals(parameters('stage'), 'prod')", "stage == 'prod'"));
    guard
}

fn lock() -> Resource {
    let body = vec![(
        "properties",
        map(vec![
            ("level", text("CanNotDelete")),
            ("notes", text("Nobody deletes this vault by mistake.")),
        ]),
    )];
    let kind = "Microsoft.Authorization/locks";
    Resource { scope: on_vault(), ..resource("keep", kind, "2020-05-01", text("keep"), body) }
}

fn assignment(number: usize) -> Resource {
    let role = "00c29273-979b-4161-815c-10b084fb9324";
    let properties = vec![
        ("principalId", said("parameters('operators')", "operators")),
        ("principalType", text("Group")),
        (
            "roleDefinitionId",
            said(
                &format!(
                    "subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '{role}')"
                ),
                &format!(
                    "subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '{role}')"
                ),
            ),
        ),
    ];
    let name = said(
        &format!("guid(resourceGroup().id, '{number}')"),
        &format!("guid(resourceGroup().id, '{number}')"),
    );
    let kind = "Microsoft.Authorization/roleAssignments";
    let body = vec![("properties", map(properties))];
    Resource { scope: on_vault(), ..resource("operate", kind, "2022-04-01", name, body) }
}

fn logs() -> Resource {
    let category = |name: &str| map(vec![("category", text(name)), ("enabled", Node::Bool(true))]);
    let names = [
        "CoreAzureBackup",
        "AddonAzureBackupJobs",
        "AddonAzureBackupAlerts",
        "AddonAzureBackupPolicy",
        "AddonAzureBackupStorage",
        "AddonAzureBackupProtectedInstance",
    ];
    let properties = vec![
        ("workspaceId", said("parameters('workspace')", "workspace")),
        ("logAnalyticsDestinationType", text("Dedicated")),
        ("logs", Node::List(names.into_iter().map(category).collect())),
    ];
    let kind = "Microsoft.Insights/diagnosticSettings";
    let body = vec![("properties", map(properties))];
    Resource {
        scope: on_vault(),
        ..resource("logs", kind, "2021-05-01-preview", text("logs"), body)
    }
}
