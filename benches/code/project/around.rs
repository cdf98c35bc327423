//! What stands around the vaults of a project: a guard, a lock, an assignment, and where the logs go.

use super::{Code, Node, Resource, code, map, resource, said, text};

fn on_vault() -> Option<Code> {
    let arm = "format('Microsoft.RecoveryServices/vaults/{0}', variables('vaultName'))";
    Some(code(arm, "vault"))
}

pub fn guard() -> Resource {
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

pub fn lock() -> Resource {
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

pub fn assignment(number: usize) -> Resource {
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

pub fn logs() -> Resource {
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
