//! Roles, their assignments, and locks.

use crate::code::adapter::terraform::access::role;
use crate::code::adapter::terraform::row::{Absent, How, Mapping, Row, Target, fixed, row, same};

pub const MAPPINGS: &[Mapping] = &[
    Mapping {
        names: &["azurerm_role_assignment"],
        kind: "Microsoft.Authorization/roleAssignments",
        target: Target::Resource(&[
            "{scope}/providers/Microsoft.Authorization/roleAssignments/{name}",
        ]),
        rows: ASSIGNMENT,
        answers: &[],
    },
    Mapping {
        names: &["azurerm_role_definition"],
        kind: "Microsoft.Authorization/roleDefinitions",
        target: Target::Resource(&[
            "{scope}/providers/Microsoft.Authorization/roleDefinitions/{role_definition_id}",
        ]),
        rows: DEFINITION,
        answers: &[("id", "{self}"), ("role_definition_resource_id", "{self}")],
    },
    Mapping {
        names: &["azurerm_management_lock"],
        kind: "Microsoft.Authorization/locks",
        target: Target::Resource(&["{scope}/providers/Microsoft.Authorization/locks/{name}"]),
        rows: &[
            same("name", "name"),
            Row::LeftOut("scope"),
            same("lock_level", "properties.level"),
            same("notes", "properties.notes"),
        ],
        answers: &[],
    },
];

const ASSIGNMENT: &[Row] = &[
    same("name", "name"),
    same("scope", "properties.scope"),
    Row::Together(&["role_definition_id", "role_definition_name"], role),
    same("principal_id", "properties.principalId"),
    // The provider asks the directory.
    row("principal_type", "properties.principalType", How::Same, Absent::CannotSay),
    same("condition", "properties.condition"),
    same("condition_version", "properties.conditionVersion"),
    same("description", "properties.description"),
    same("delegated_managed_identity_resource_id", "properties.delegatedManagedIdentityResourceId"),
    Row::LeftOut("skip_service_principal_aad_check"),
];

const DEFINITION: &[Row] = &[
    Row::LeftOut("role_definition_id"),
    same("name", "properties.roleName"),
    fixed("properties.type", "CustomRole"),
    row("scope", "properties.assignableScopes", How::Listed, Absent::Same),
    same("description", "properties.description"),
    Row::Blocks("permissions", "properties.permissions", PERMISSION),
    // The scope alone, if it is left out.
    same("assignable_scopes", "properties.assignableScopes"),
];

const PERMISSION: &[Row] = &[
    same("actions", "actions"),
    same("not_actions", "notActions"),
    same("data_actions", "dataActions"),
    same("not_data_actions", "notDataActions"),
];
