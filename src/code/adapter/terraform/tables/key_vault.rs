//! Key vaults and keys, on which encrypted backups depend.

use crate::code::adapter::terraform::keys::{expiry, form};
use crate::code::adapter::terraform::row::{
    Absent, How, Literal, Mapping, Row, Target, number_or, row, same, switch_or, truth_or,
};

const VAULT: &str = "Microsoft.KeyVault/vaults";
const KEY_URI: &str = "https://{key_vault_id/name}.vault.azure.net/keys/{name}";

pub const MAPPINGS: &[Mapping] = &[
    Mapping {
        names: &["azurerm_key_vault"],
        kind: VAULT,
        target: Target::Resource(&["{group}/providers/Microsoft.KeyVault/vaults/{name}"]),
        rows: VAULT_ROWS,
        answers: &[("vault_uri", "https://{name}.vault.azure.net/")],
    },
    Mapping {
        names: &["azurerm_key_vault_access_policy"],
        kind: VAULT,
        target: Target::Additions("{key_vault_id}"),
        rows: &[Row::Items("properties.accessPolicies", POLICY)],
        answers: &[],
    },
    Mapping {
        names: &["azurerm_key_vault_key"],
        kind: "Microsoft.KeyVault/vaults/keys",
        target: Target::Resource(&["{key_vault_id}/keys/{name}"]),
        rows: KEY,
        answers: &[
            ("id", "https://{key_vault_id/name}.vault.azure.net/keys/{name}/{version}"),
            ("versionless_id", KEY_URI),
            ("resource_versionless_id", "{self}"),
            ("resource_id", "{key_vault_id}/keys/{name}/versions/{version}"),
        ],
    },
];

const VAULT_ROWS: &[Row] = &[
    same("name", "name"),
    same("location", "location"),
    same("tags", "tags"),
    same("tenant_id", "properties.tenantId"),
    same("sku_name", "properties.sku.name"),
    Row::Together(&[], form),
    Row::Fixed("properties.enableSoftDelete", Literal::Truth(true)),
    number_or("soft_delete_retention_days", "properties.softDeleteRetentionInDays", 90.0),
    truth_or("purge_protection_enabled", "properties.enablePurgeProtection", false),
    row(
        "rbac_authorization_enabled",
        "properties.enableRbacAuthorization",
        How::Truth,
        Absent::Before(5, Literal::Truth(false)),
    ),
    // Its name before 5.0.
    same("enable_rbac_authorization", "properties.enableRbacAuthorization"),
    switch_or("public_network_access_enabled", "properties.publicNetworkAccess", true),
    Row::Block("network_acls", "properties.networkAcls", NETWORK),
    Row::Blocks("access_policy", "properties.accessPolicies", POLICY),
];

const NETWORK: &[Row] = &[same("default_action", "defaultAction"), same("bypass", "bypass")];

const POLICY: &[Row] = &[
    same("tenant_id", "tenantId"),
    same("object_id", "objectId"),
    same("key_permissions", "permissions.keys"),
];

const KEY: &[Row] = &[
    same("name", "name"),
    same("key_type", "properties.kty"),
    Row::Fixed("properties.attributes.enabled", Literal::Truth(true)),
    row("expiration_date", "properties.attributes.exp", How::By(expiry), Absent::Same),
];
