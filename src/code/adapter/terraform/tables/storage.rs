//! Storage accounts and what they hold.

use crate::code::adapter::terraform::row::{
    Absent, How, Mapping, Row, Target, number, row, same, same_or, switch_or, truth_or,
};
use crate::code::adapter::terraform::stores::{joined, sku};

const ACCOUNT: &str = "Microsoft.Storage/storageAccounts";

pub const MAPPINGS: &[Mapping] = &[
    Mapping {
        names: &["azurerm_storage_account"],
        kind: ACCOUNT,
        target: Target::Resource(&["{group}/providers/Microsoft.Storage/storageAccounts/{name}"]),
        rows: ACCOUNT_ROWS,
        answers: &[],
    },
    Mapping {
        names: &["azurerm_storage_account_network_rules"],
        kind: ACCOUNT,
        target: Target::Settings("{storage_account_id}"),
        rows: &[
            same("default_action", "properties.networkAcls.defaultAction"),
            row("bypass", "properties.networkAcls.bypass", How::By(joined), Absent::Same),
        ],
        answers: &[],
    },
    Mapping {
        names: &["azurerm_storage_share"],
        kind: "Microsoft.Storage/storageAccounts/fileServices/shares",
        target: Target::Resource(&[
            "{storage_account_id}/fileServices/default/shares/{name}",
            "{account of storage_account_name}/fileServices/default/shares/{name}",
        ]),
        rows: &[
            same("name", "name"),
            number("quota", "properties.shareQuota"),
            same_or("enabled_protocol", "properties.enabledProtocols", "SMB"),
        ],
        answers: &[("resource_manager_id", "{self}")],
    },
    Mapping {
        names: &["azurerm_storage_container"],
        kind: "Microsoft.Storage/storageAccounts/blobServices/containers",
        target: Target::Resource(&[
            "{storage_account_id}/blobServices/default/containers/{name}",
            "{account of storage_account_name}/blobServices/default/containers/{name}",
        ]),
        rows: &[same("name", "name")],
        answers: &[("resource_manager_id", "{self}")],
    },
];

const ACCOUNT_ROWS: &[Row] = &[
    same("name", "name"),
    same("location", "location"),
    same("tags", "tags"),
    same_or("account_kind", "kind", "StorageV2"),
    Row::Together(&["account_tier", "account_replication_type"], sku),
    Row::Ending("account_replication_type", "sku.name", "Standard_"),
    truth_or("is_hns_enabled", "properties.isHnsEnabled", false),
    truth_or("allow_nested_items_to_be_public", "properties.allowBlobPublicAccess", true),
    // Its name before 3.0.
    same("allow_blob_public_access", "properties.allowBlobPublicAccess"),
    truth_or("shared_access_key_enabled", "properties.allowSharedKeyAccess", true),
    same_or("min_tls_version", "properties.minimumTlsVersion", "TLS1_2"),
    truth_or("https_traffic_only_enabled", "properties.supportsHttpsTrafficOnly", true),
    // Its name before 4.0.
    same("enable_https_traffic_only", "properties.supportsHttpsTrafficOnly"),
    switch_or("public_network_access_enabled", "properties.publicNetworkAccess", true),
    same("network_rules.default_action", "properties.networkAcls.defaultAction"),
    row("network_rules.bypass", "properties.networkAcls.bypass", How::By(joined), Absent::Same),
];
