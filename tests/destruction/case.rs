//! The form of a case, and the bodies that it stands for.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

const SUBSCRIPTION: &str = "/subscriptions/6b1f0c52-7d1e-4a5e-9a70-0c1d2e3f4a5b";
const OTHER_SUBSCRIPTION: &str = "/subscriptions/9d4a7e10-5b2c-4f6d-8e31-7a90b1c2d3e4";
const MANAGEMENT_GROUP: &str = "/providers/Microsoft.Management/managementGroups/mg-contoso";
const AUTHORIZATION: &str = "providers/Microsoft.Authorization";

/// One hand-made estate with one vault.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Case {
    #[serde(default)]
    vault: Vault,
    guard: Option<Guard>,
    /// `[level, place]`.
    #[serde(default)]
    locks: Vec<[String; 2]>,
    /// `[who, role, place]`.
    #[serde(default)]
    assigned: Vec<[String; 3]>,
    /// The same, to be activated.
    #[serde(default)]
    eligible: Vec<[String; 3]>,
    /// The same, under a condition.
    #[serde(default)]
    conditional: Vec<[String; 3]>,
    /// Members by group; a group without a list could not be read.
    #[serde(default)]
    groups: BTreeMap<String, Members>,
    /// Roles of the organisation's own.
    #[serde(default)]
    roles: BTreeMap<String, Role>,
    #[serde(default)]
    deny: Vec<Deny>,
    /// Lists that were refused, `[kind, place]`.
    #[serde(default)]
    unread: Vec<[String; 2]>,
    /// The places whose lists of locks were read, with all below; left out: the subscriptions.
    lock_lists: Option<Vec<String>>,
    pub expect: Expected,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Members {
    Listed(Vec<String>),
    Unread(String),
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
struct Vault {
    /// `recovery-services` or `backup`.
    kind: String,
    /// `None` for "not shown".
    soft_delete: String,
    days: u32,
    immutability: String,
    /// `machine`, `share`, `shares-in-vault`, `server`, `disk`, `blobs`, `database`.
    items: Vec<String>,
    /// Whether the vault is known from a list alone, which leaves its settings out.
    listed: bool,
}

impl Default for Vault {
    fn default() -> Self {
        Self {
            kind: "recovery-services".to_owned(),
            soft_delete: "Enabled".to_owned(),
            days: 14,
            immutability: "Disabled".to_owned(),
            items: vec!["machine".to_owned()],
            listed: false,
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Guard {
    /// `same` or `other` subscription, or `tenant`: another one, which nobody here can read.
    at: String,
    #[serde(default)]
    excluded: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Role {
    actions: Vec<String>,
    #[serde(default)]
    not_actions: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Deny {
    /// Empty: everybody.
    #[serde(default)]
    who: Vec<String>,
    #[serde(default)]
    except: Vec<String>,
    actions: Vec<String>,
    #[serde(default)]
    not_actions: Vec<String>,
    at: String,
    #[serde(default)]
    not_below: bool,
}

/// `[people, days]` of each choice, and whether there is no way at all.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Numbers(pub Vec<[u32; 2]>, pub bool);

impl<'de> Deserialize<'de> for Numbers {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Form {
            Choices(Vec<[u32; 2]>),
            Word(String),
        }
        Ok(match Form::deserialize(deserializer)? {
            Form::Choices(choices) => Self(choices, false),
            Form::Word(word) if word == "not before the points expire" => Self(Vec::new(), true),
            Form::Word(word) if word == "nobody" => Self(Vec::new(), false),
            Form::Word(word) => return Err(serde::de::Error::custom(word)),
        })
    }
}

/// The answer. What is left out is not compared, but for the first three.
#[derive(Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Expected {
    /// What is proven.
    pub answer: Numbers,
    /// What the unknown may make of it, if that is something else.
    pub at_best: Option<Numbers>,
    /// What the rule on single principals says.
    pub single: String,
    /// The sets of the fewest people.
    pub who: Option<Vec<String>>,
    /// How many sets there are.
    pub sets: Option<u64>,
    pub snapshots: Option<Vec<[u32; 2]>>,
    pub path: Option<Vec<String>>,
    pub change: Option<String>,
    /// What it would take after that change.
    pub then: Option<String>,
    pub missing: Option<Vec<String>>,
}

/// Built-in roles: the patterns of each that touch backups, guards, locks, grants and snapshots.
const BUILT_IN: &[(&str, &[&str], &[&str])] = &[
    ("Owner", &["*"], &[]),
    (
        "Contributor",
        &["*"],
        &[
            "Microsoft.Authorization/*/Delete",
            "Microsoft.Authorization/*/Write",
            "Microsoft.Authorization/elevateAccess/Action",
        ],
    ),
    ("Reader", &["*/read"], &[]),
    ("User Access Administrator", &["*/read", "Microsoft.Authorization/*"], &[]),
    (
        "Backup Contributor",
        &[
            "Microsoft.RecoveryServices/Vaults/backupFabrics/protectionContainers/*",
            "Microsoft.RecoveryServices/Vaults/backupPolicies/*",
            "Microsoft.RecoveryServices/Vaults/registeredIdentities/*",
            "Microsoft.RecoveryServices/Vaults/backupconfig/*",
            "Microsoft.RecoveryServices/Vaults/write",
            "Microsoft.RecoveryServices/vaults/backupResourceGuardProxies/*",
            "Microsoft.DataProtection/backupVaults/backupInstances/delete",
            "Microsoft.DataProtection/backupVaults/backupPolicies/write",
            "Microsoft.DataProtection/backupVaults/backupResourceGuardProxies/delete",
        ],
        &[],
    ),
    (
        "Backup Operator",
        &[
            "Microsoft.RecoveryServices/Vaults/backupFabrics/protectionContainers/protectedItems/write",
            "Microsoft.RecoveryServices/Vaults/backupFabrics/protectionContainers/protectedItems/backup/action",
            "Microsoft.RecoveryServices/vaults/backupResourceGuardProxies/*",
        ],
        &[],
    ),
    (
        "Virtual Machine Contributor",
        &[
            "Microsoft.Compute/virtualMachines/*",
            "Microsoft.RecoveryServices/Vaults/backupFabrics/protectionContainers/protectedItems/write",
            "Microsoft.RecoveryServices/Vaults/backupPolicies/write",
            "Microsoft.RecoveryServices/Vaults/write",
        ],
        &[],
    ),
    (
        "Backup MUA Operator",
        &["Microsoft.DataProtection/*/action", "Microsoft.DataProtection/*/read"],
        &[],
    ),
    (
        "Azure Migrate Owner",
        &[
            "Microsoft.RecoveryServices/vaults/*",
            "Microsoft.Authorization/locks/delete",
            "Microsoft.Storage/storageAccounts/*",
        ],
        &[],
    ),
    ("Disk Snapshot Contributor", &["Microsoft.Compute/snapshots/delete"], &[]),
    ("Storage Account Contributor", &["Microsoft.Storage/storageAccounts/*"], &[]),
];

/// The object id of somebody, in the order of names.
fn object(name: &str) -> String {
    let start: String =
        name.bytes().chain([0; 6]).take(6).map(|byte| format!("{byte:02x}")).collect();
    format!("00000000-0000-4000-8000-{start}")
}

/// The id of a role.
fn role_id(name: &str) -> String {
    let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("00000000-0000-4000-8000-{:012x}", hash & 0xffff_ffff_ffff)
}

impl Case {
    /// The vault's id.
    pub fn vault_id(&self) -> String {
        let kind = match self.vault.kind.as_str() {
            "backup" => "Microsoft.DataProtection/backupVaults",
            _ => "Microsoft.RecoveryServices/vaults",
        };
        format!("{SUBSCRIPTION}/resourceGroups/rg-backup/providers/{kind}/v")
    }

    fn guard_id(&self) -> String {
        let subscription = match self.guard.as_ref().map(|guard| guard.at.as_str()) {
            Some("same") => SUBSCRIPTION,
            Some("tenant") => "/subscriptions/0e9f8a7b-6c5d-4e3f-8a1b-2c3d4e5f6a7b",
            _ => OTHER_SUBSCRIPTION,
        };
        format!(
            "{subscription}/resourceGroups/rg-guard/providers/Microsoft.DataProtection/resourceGuards/g"
        )
    }

    fn place(&self, name: &str) -> String {
        match name {
            "root" => "/".to_owned(),
            "management group" => MANAGEMENT_GROUP.to_owned(),
            "subscription" => SUBSCRIPTION.to_owned(),
            "group" => format!("{SUBSCRIPTION}/resourceGroups/rg-backup"),
            "vault" => self.vault_id(),
            "guard subscription" => OTHER_SUBSCRIPTION.to_owned(),
            "guard group" => format!("{OTHER_SUBSCRIPTION}/resourceGroups/rg-guard"),
            "guard" => self.guard_id(),
            "data" => format!("{SUBSCRIPTION}/resourceGroups/rg-data"),
            "snapshots" => format!("{SUBSCRIPTION}/resourceGroups/rg-snapshots"),
            _ => panic!("no place is called {name}"),
        }
    }

    /// The name behind an object id.
    pub fn name_of(&self, id: &str) -> String {
        let lists = [&self.assigned, &self.eligible, &self.conditional];
        let named = lists.into_iter().flatten().map(|[who, ..]| who);
        let members = self.groups.values().filter_map(|members| match members {
            Members::Listed(members) => Some(members),
            Members::Unread(_) => None,
        });
        let all = named.chain(members.flatten()).chain(self.groups.keys());
        all.into_iter().find(|name| object(name) == id).cloned().unwrap_or_else(|| id.to_owned())
    }

    fn kind_of(&self, name: &str) -> &'static str {
        if self.groups.contains_key(name) { "Group" } else { "User" }
    }

    /// The whole, as a snapshot in one file.
    pub fn snapshot(&self) -> Value {
        let mut resources = self.hierarchy();
        let vault = self.vault_body();
        let listed = if self.vault.listed {
            vec![vault]
        } else {
            resources.push(vault);
            Vec::new()
        };
        self.add_items(&mut resources);
        self.add_guard(&mut resources);
        for (at, [level, place]) in self.locks.iter().enumerate() {
            let scope = self.place(place);
            resources.push(json!({
                "id": format!("{scope}/{AUTHORIZATION}/locks/l{at}"),
                "type": "Microsoft.Authorization/locks", "properties": {"level": level},
            }));
        }
        self.add_roles(&mut resources);
        self.add_assignments(&mut resources);
        self.add_directory(&mut resources);
        let gaps: Vec<Value> = self.unread.iter().map(|[kind, place]| {
            json!({"scope": self.place(place), "kind": kind, "status": 403, "reason": "forbidden", "message": "refused"})
        }).collect();
        json!({
            "schema": "backuplint.snapshot/1", "collectedAt": "2026-11-22T06:00:00Z", "scopes": ["/"],
            "collections": self.collections(), "gaps": gaps, "resources": resources, "listed": listed,
        })
    }

    fn collections(&self) -> Vec<Value> {
        let mut collections = Vec::new();
        for kind in [
            "roleAssignments",
            "roleEligibilityScheduleInstances",
            "roleAssignmentScheduleInstances",
            "denyAssignments",
            "roleDefinitions",
        ] {
            for scope in ["/", MANAGEMENT_GROUP, SUBSCRIPTION, OTHER_SUBSCRIPTION] {
                collections.push(
                    json!({"scope": scope, "kind": format!("Microsoft.Authorization/{kind}")}),
                );
            }
        }
        for scope in [SUBSCRIPTION, OTHER_SUBSCRIPTION] {
            collections
                .push(json!({"scope": scope, "kind": "Microsoft.DataProtection/resourceGuards"}));
        }
        let subscriptions = || vec!["subscription".to_owned(), "guard subscription".to_owned()];
        for place in self.lock_lists.clone().unwrap_or_else(subscriptions) {
            let scope = self.place(&place);
            collections.push(json!({"scope": scope, "kind": "Microsoft.Authorization/locks"}));
        }
        let vault = self.vault_id();
        for kind in [
            "Microsoft.RecoveryServices/vaults/backupResourceGuardProxies",
            "Microsoft.DataProtection/backupVaults/backupResourceGuardProxies",
            "Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems",
            "Microsoft.DataProtection/backupVaults/backupInstances",
        ] {
            collections.push(json!({"scope": vault, "kind": kind}));
        }
        collections
    }

    fn hierarchy(&self) -> Vec<Value> {
        let mut resources = vec![json!({
            "id": MANAGEMENT_GROUP, "type": "Microsoft.Management/managementGroups",
            "properties": {"displayName": "Contoso", "details": {"parent": {}}},
        })];
        for subscription in [SUBSCRIPTION, OTHER_SUBSCRIPTION] {
            resources.push(json!({
                "id": subscription, "type": "Microsoft.Resources/subscriptions",
                "properties": {"managementGroupAncestorsChain": [{"name": "mg-contoso"}]},
            }));
        }
        resources
    }

    fn vault_body(&self) -> Value {
        let vault = &self.vault;
        let mut properties = json!({"provisioningState": "Succeeded"});
        if !vault.listed {
            let (state, days) = match vault.kind.as_str() {
                "backup" => ("state", "retentionDurationInDays"),
                _ => ("softDeleteState", "softDeleteRetentionPeriodInDays"),
            };
            properties["securitySettings"] = json!({
                "softDeleteSettings": {state: vault.soft_delete, days: vault.days},
                "immutabilitySettings": {"state": vault.immutability},
            });
        }
        let id = self.vault_id();
        let kind = if id.contains("backupVaults") {
            "Microsoft.DataProtection/backupVaults"
        } else {
            "Microsoft.RecoveryServices/vaults"
        };
        json!({"id": id, "name": "v", "type": kind, "location": "westeurope", "properties": properties})
    }

    fn add_items(&self, resources: &mut Vec<Value>) {
        let vault = self.vault_id();
        let data = format!("{SUBSCRIPTION}/resourceGroups/rg-data/providers");
        for (at, item) in self.vault.items.iter().enumerate() {
            if self.vault.kind == "backup" {
                let (datasource, store) = match item.as_str() {
                    "disk" => (format!("{data}/Microsoft.Compute/disks/d{at}"), "OperationalStore"),
                    "blobs" => (
                        format!("{data}/Microsoft.Storage/storageAccounts/st{at}"),
                        "OperationalStore",
                    ),
                    "blobs-in-vault" => {
                        (format!("{data}/Microsoft.Storage/storageAccounts/st{at}"), "VaultStore")
                    }
                    _ => (
                        format!("{data}/Microsoft.DBforPostgreSQL/flexibleServers/pg{at}"),
                        "VaultStore",
                    ),
                };
                let policy = format!("{vault}/backupPolicies/p{at}");
                resources.push(json!({
                    "id": policy, "name": format!("p{at}"), "type": "Microsoft.DataProtection/backupVaults/backupPolicies",
                    "properties": {"objectType": "BackupPolicy", "policyRules": [{
                        "objectType": "AzureRetentionRule", "name": "Default", "isDefault": true,
                        "lifecycles": [{"sourceDataStore": {"dataStoreType": store, "objectType": "DataStoreInfoBase"},
                                        "deleteAfter": {"objectType": "AbsoluteDeleteOption", "duration": "P30D"}}],
                    }]},
                }));
                resources.push(json!({
                    "id": format!("{vault}/backupInstances/i{at}"), "name": format!("i{at}"),
                    "type": "Microsoft.DataProtection/backupVaults/backupInstances",
                    "properties": {
                        "currentProtectionState": "ProtectionConfigured",
                        "dataSourceInfo": {"resourceID": datasource},
                        "policyInfo": {"policyId": policy, "policyParameters": {"dataStoreParametersList": [
                            {"dataStoreType": "OperationalStore", "resourceGroupId": self.place("snapshots")}]}},
                    },
                }));
                if item.starts_with("blobs") {
                    let last = resources.last_mut().expect("one");
                    last["properties"]["policyInfo"] = json!({"policyId": policy});
                }
                continue;
            }
            let policy = format!("{vault}/backupPolicies/p{at}");
            let (management, kind, source) = match item.as_str() {
                "machine" => (
                    "AzureIaasVM",
                    "Microsoft.Compute/virtualMachines",
                    format!("{data}/Microsoft.Compute/virtualMachines/vm{at}"),
                ),
                "server" => ("MAB", "MabFileFolderProtectedItem", String::new()),
                _ => (
                    "AzureStorage",
                    "AzureFileShareProtectedItem",
                    format!("{data}/Microsoft.Storage/storageAccounts/st{at}"),
                ),
            };
            let mut rules =
                json!({"backupManagementType": management, "workLoadType": "AzureFileShare"});
            let kept = json!({"retentionPolicyType": "LongTermRetentionPolicy", "dailySchedule": {"retentionDuration": {"count": 30, "durationType": "Days"}}});
            if item == "shares-in-vault" {
                rules["vaultRetentionPolicy"] =
                    json!({"snapshotRetentionInDays": 5, "vaultRetention": kept});
            } else {
                rules["retentionPolicy"] = kept;
            }
            resources.push(json!({"id": policy, "name": format!("p{at}"), "type": "Microsoft.RecoveryServices/vaults/backupPolicies", "properties": rules}));
            let mut properties = json!({
                "protectedItemType": kind, "backupManagementType": management, "protectionState": "Protected", "policyId": policy,
            });
            if !source.is_empty() {
                properties["sourceResourceId"] = json!(source);
            }
            resources.push(json!({
                "id": format!("{vault}/backupFabrics/Azure/protectionContainers/c{at}/protectedItems/i{at}"), "name": format!("i{at}"),
                "type": "Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems", "properties": properties,
            }));
        }
    }

    fn add_guard(&self, resources: &mut Vec<Value>) {
        let Some(guard) = &self.guard else { return };
        let (vault, id) = (self.vault_id(), self.guard_id());
        let kind = if vault.contains("backupVaults") {
            "Microsoft.DataProtection/backupVaults"
        } else {
            "Microsoft.RecoveryServices/vaults"
        };
        resources.push(json!({
            "id": format!("{vault}/backupResourceGuardProxies/VaultProxy"), "name": "VaultProxy",
            "type": format!("{kind}/backupResourceGuardProxies"), "properties": {"resourceGuardResourceId": id},
        }));
        if guard.at != "tenant" {
            resources.push(json!({
                "id": id, "name": "g", "type": "Microsoft.DataProtection/resourceGuards", "location": "westeurope",
                "properties": {"vaultCriticalOperationExclusionList": guard.excluded},
            }));
        }
    }

    fn add_roles(&self, resources: &mut Vec<Value>) {
        let built_in = BUILT_IN.iter().map(|(name, actions, not_actions)| {
            (*name, json!({"actions": actions, "notActions": not_actions}), "BuiltInRole")
        });
        let own = self.roles.iter().map(|(name, role)| {
            (
                name.as_str(),
                json!({"actions": role.actions, "notActions": role.not_actions}),
                "CustomRole",
            )
        });
        for (name, block, kind) in built_in.chain(own) {
            resources.push(json!({
                "id": format!("/{AUTHORIZATION}/roleDefinitions/{}", role_id(name)),
                "type": "Microsoft.Authorization/roleDefinitions",
                "properties": {"roleName": name, "type": kind, "permissions": [block]},
            }));
        }
    }

    fn add_assignments(&self, resources: &mut Vec<Value>) {
        let lists = [
            (&self.assigned, "roleAssignments", None),
            (&self.eligible, "roleEligibilityScheduleInstances", None),
            (&self.conditional, "roleAssignments", Some("@Resource[x] StringEquals 'y'")),
        ];
        let all = lists.into_iter().flat_map(|(list, kind, condition)| {
            list.iter().map(move |entry| (entry, kind, condition))
        });
        for (at, ([who, role, place], kind, condition)) in all.enumerate() {
            let scope = self.place(place);
            let known =
                self.roles.contains_key(role) || BUILT_IN.iter().any(|(name, ..)| name == role);
            assert!(known || role.starts_with("missing"), "no role is called {role}");
            resources.push(json!({
                "id": format!("{}/{AUTHORIZATION}/{kind}/a{at}", scope.trim_end_matches('/')),
                "type": format!("Microsoft.Authorization/{kind}"),
                "properties": {
                    "principalId": object(who), "principalType": self.kind_of(who), "scope": scope, "condition": condition,
                    "roleDefinitionId": format!("/{AUTHORIZATION}/roleDefinitions/{}", role_id(role)),
                    "startDateTime": "2026-01-01T00:00:00Z",
                },
            }));
        }
        for (at, deny) in self.deny.iter().enumerate() {
            let entries = |names: &[String]| -> Vec<Value> {
                names
                    .iter()
                    .map(|name| json!({"id": object(name), "type": self.kind_of(name)}))
                    .collect()
            };
            let mut principals = entries(&deny.who);
            if principals.is_empty() {
                principals.push(
                    json!({"id": "00000000-0000-0000-0000-000000000000", "type": "SystemDefined"}),
                );
            }
            let scope = self.place(&deny.at);
            resources.push(json!({
                "id": format!("{scope}/{AUTHORIZATION}/denyAssignments/d{at}"),
                "type": "Microsoft.Authorization/denyAssignments",
                "properties": {
                    "denyAssignmentName": "d", "scope": scope, "principals": principals, "excludePrincipals": entries(&deny.except),
                    "permissions": [{"actions": deny.actions, "notActions": deny.not_actions}], "doNotApplyToChildScopes": deny.not_below,
                },
            }));
        }
    }

    fn add_directory(&self, resources: &mut Vec<Value>) {
        for (name, members) in &self.groups {
            let mut group = json!({"@odata.type": "#microsoft.graph.group", "id": object(name), "displayName": name});
            match members {
                Members::Listed(members) => {
                    let list = members.iter().map(|member| {
                        let kind = if self.groups.contains_key(member) { "group" } else { "user" };
                        json!({"@odata.type": format!("#microsoft.graph.{kind}"), "id": object(member)})
                    });
                    group["members"] = list.collect();
                }
                Members::Unread(word) => assert_eq!(word, "unread"),
            }
            resources.push(group);
        }
    }
}
