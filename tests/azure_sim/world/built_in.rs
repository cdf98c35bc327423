//! The roles that Azure brings along, as far as the program's own table knows them.

use backuplint::access::built_in::{BUILT_IN_ROLES, BuiltInRole, find};
use serde_json::{Value, json};

/// Every built-in role as a definition of a subscription, or of the tenant.
pub fn all(subscription: Option<&str>) -> impl Iterator<Item = Value> {
    BUILT_IN_ROLES.iter().map(move |role| definition(role, subscription))
}

/// The definition that an id names.
pub fn one(id: &str, subscription: Option<&str>) -> Option<Value> {
    find(id).map(|role| definition(role, subscription))
}

fn definition(role: &BuiltInRole, subscription: Option<&str>) -> Value {
    let scope = subscription.map(|name| format!("/subscriptions/{name}")).unwrap_or_default();
    let permissions = role.blocks.iter().map(|block| {
        // Nobody can evaluate a condition here; that there is one counts.
        let condition =
            block.has_condition.then_some("@Resource[condition] ForAnyOfAnyValues:GuidEquals {}");
        json!({
            "actions": block.actions,
            "notActions": block.not_actions,
            "dataActions": [],
            "notDataActions": [],
            "condition": condition,
            "conditionVersion": condition.map(|_| "2.0"),
        })
    });
    json!({
        "properties": {
            "roleName": role.name,
            "type": "BuiltInRole",
            "description": "",
            "assignableScopes": ["/"],
            "permissions": permissions.collect::<Vec<_>>(),
        },
        "id": format!("{scope}/providers/Microsoft.Authorization/roleDefinitions/{}", role.id),
        "type": "Microsoft.Authorization/roleDefinitions",
        "name": role.id,
    })
}
