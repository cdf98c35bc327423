//! What there is to protect: machines, disks, clusters, servers, and the groups that hold them.

use crate::code::adapter::terraform::machine::{data_disks, managed_os_disk, security};
use crate::code::adapter::terraform::row::{
    Absent, How, Mapping, Row, Target, number, row, same, truth_or,
};

const MACHINE: &str = "Microsoft.Compute/virtualMachines";
const MACHINE_ID: &[&str] = &["{group}/providers/Microsoft.Compute/virtualMachines/{name}"];

pub const MAPPINGS: &[Mapping] = &[
    of(
        &["azurerm_resource_group"],
        "Microsoft.Resources/resourceGroups",
        &["/subscriptions/{subscription}/resourceGroups/{name}"],
        PLACED,
    ),
    of(
        &["azurerm_linux_virtual_machine", "azurerm_windows_virtual_machine"],
        MACHINE,
        MACHINE_ID,
        MACHINE_ROWS,
    ),
    of(&["azurerm_virtual_machine"], MACHINE, MACHINE_ID, OLD_MACHINE),
    Mapping {
        names: &["azurerm_virtual_machine_data_disk_attachment"],
        kind: MACHINE,
        target: Target::Additions("{virtual_machine_id}"),
        rows: &[Row::Together(&["managed_disk_id", "lun", "caching"], data_disks)],
        answers: &[],
    },
    Mapping {
        names: &["azurerm_virtual_machine_data_disk_attachment"],
        kind: "Microsoft.Compute/disks",
        target: Target::Settings("{managed_disk_id}"),
        rows: &[same("virtual_machine_id", "managedBy")],
        answers: &[],
    },
    of(
        &["azurerm_managed_disk"],
        "Microsoft.Compute/disks",
        &["{group}/providers/Microsoft.Compute/disks/{name}"],
        DISK,
    ),
    of(
        &["azurerm_virtual_machine_extension"],
        "Microsoft.Compute/virtualMachines/extensions",
        &["{virtual_machine_id}/extensions/{name}"],
        &[
            same("name", "name"),
            same("publisher", "properties.publisher"),
            same("type", "properties.type"),
        ],
    ),
    of(
        &["azurerm_kubernetes_cluster"],
        "Microsoft.ContainerService/managedClusters",
        &["{group}/providers/Microsoft.ContainerService/managedClusters/{name}"],
        PLACED,
    ),
    of(
        &["azurerm_kubernetes_cluster_extension"],
        "Microsoft.KubernetesConfiguration/extensions",
        &["{cluster_id}/providers/Microsoft.KubernetesConfiguration/extensions/{name}"],
        &[same("name", "name"), same("extension_type", "properties.extensionType")],
    ),
    of(
        &["azurerm_postgresql_flexible_server"],
        "Microsoft.DBforPostgreSQL/flexibleServers",
        &["{group}/providers/Microsoft.DBforPostgreSQL/flexibleServers/{name}"],
        PLACED,
    ),
    of(
        &["azurerm_mysql_flexible_server"],
        "Microsoft.DBforMySQL/flexibleServers",
        &["{group}/providers/Microsoft.DBforMySQL/flexibleServers/{name}"],
        PLACED,
    ),
    of(
        &["azurerm_user_assigned_identity"],
        "Microsoft.ManagedIdentity/userAssignedIdentities",
        &["{group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{name}"],
        PLACED,
    ),
    of(
        &["azurerm_management_group"],
        "Microsoft.Management/managementGroups",
        &["/providers/Microsoft.Management/managementGroups/{name}"],
        &[
            same("name", "name"),
            same("display_name", "properties.displayName"),
            same("parent_management_group_id", "properties.details.parent.id"),
        ],
    ),
    of(
        &["azurerm_management_group_subscription_association"],
        "Microsoft.Management/managementGroups/subscriptions",
        &["{management_group_id}/subscriptions/{subscription_id/subscriptions}"],
        &[],
    ),
    Mapping {
        names: &["azurerm_subscription"],
        kind: "Microsoft.Resources/subscriptions",
        target: Target::Resource(&[
            "/subscriptions/{subscription_id}",
            "/subscriptions/{subscription}",
        ]),
        rows: &[],
        answers: &[("subscription_id", "{subscription}")],
    },
    Mapping {
        names: &["azurerm_client_config"],
        kind: "",
        target: Target::Nothing,
        rows: &[],
        answers: &[("subscription_id", "{subscription}")],
    },
];

const fn of(
    names: &'static [&'static str],
    kind: &'static str,
    ids: &'static [&'static str],
    rows: &'static [Row],
) -> Mapping {
    Mapping { names, kind, target: Target::Resource(ids), rows, answers: &[] }
}

const PLACED: &[Row] = &[same("name", "name"), same("location", "location"), same("tags", "tags")];

const MACHINE_ROWS: &[Row] = &[
    same("name", "name"),
    same("location", "location"),
    same("tags", "tags"),
    same("identity.type", "identity.type"),
    row("identity.identity_ids", "identity.userAssignedIdentities", How::Keys, Absent::Same),
    row("zone", "zones", How::Listed, Absent::Same),
    same("size", "properties.hardwareProfile.vmSize"),
    Row::Together(
        &["secure_boot_enabled", "vtpm_enabled", "os_disk.security_encryption_type"],
        security,
    ),
    truth_or("encryption_at_host_enabled", "properties.securityProfile.encryptionAtHost", false),
    Row::Block("os_disk", "properties.storageProfile.osDisk", OS_DISK),
    // Those of attachments are added.
    Row::NoItems("properties.storageProfile.dataDisks"),
];

const OS_DISK: &[Row] = &[
    same("name", "name"),
    number("disk_size_gb", "diskSizeGB"),
    same("storage_account_type", "managedDisk.storageAccountType"),
    same("diff_disk_settings.option", "diffDiskSettings.option"),
];

const OLD_MACHINE: &[Row] = &[
    same("name", "name"),
    same("location", "location"),
    same("tags", "tags"),
    same("zones", "zones"),
    same("vm_size", "properties.hardwareProfile.vmSize"),
    Row::Block("storage_os_disk", "properties.storageProfile.osDisk", OLD_DISK),
    Row::NoItems("properties.storageProfile.dataDisks"),
    Row::Blocks("storage_data_disk", "properties.storageProfile.dataDisks", OLD_DISK),
];

const OLD_DISK: &[Row] = &[
    same("name", "name"),
    number("lun", "lun"),
    number("disk_size_gb", "diskSizeGB"),
    same("vhd_uri", "vhd.uri"),
    Row::Together(&["managed_disk_id", "managed_disk_type"], managed_os_disk),
];

const DISK: &[Row] = &[
    same("name", "name"),
    same("location", "location"),
    same("tags", "tags"),
    row("zone", "zones", How::Listed, Absent::Same),
    same("storage_account_type", "sku.name"),
    number("disk_size_gb", "properties.diskSizeGB"),
    same("create_option", "properties.creationData.createOption"),
    same("source_resource_id", "properties.creationData.sourceResourceId"),
];
