//! The bundled rules. Generated from the folders beside it; do not edit.
//!
//! `BACKUPLINT_UPDATE=1 cargo test --test freshness` writes this file.

use crate::rule::{Bundled, BundledLogic};

#[path = "scan/access_forbidden/check.rs"]
mod access_forbidden;
#[path = "coverage/aks_backup_extension_missing/check.rs"]
mod aks_backup_extension_missing;
#[path = "coverage/aks_cluster_not_backed_up/check.rs"]
mod aks_cluster_not_backed_up;
#[path = "protected_item/backup_job_completed_with_warnings/check.rs"]
mod backup_job_completed_with_warnings;
#[path = "protected_item/backup_job_failing/check.rs"]
mod backup_job_failing;
#[path = "network/backup_private_endpoint_missing/check.rs"]
mod backup_private_endpoint_missing;
#[path = "change/backup_resource_destroyed/check.rs"]
mod backup_resource_destroyed;
#[path = "coverage/blob_storage_not_backed_up/check.rs"]
mod blob_storage_not_backed_up;
#[path = "scan/collection_incomplete/check.rs"]
mod collection_incomplete;
#[path = "monitoring/critical_operation_alert_missing/check.rs"]
mod critical_operation_alert_missing;
#[path = "encryption/customer_managed_key_at_risk/check.rs"]
mod customer_managed_key_at_risk;
#[path = "protected_item/datasource_missing/check.rs"]
mod datasource_missing;
#[path = "script/deploy_without_on_demand_backup/check.rs"]
mod deploy_without_on_demand_backup;
#[path = "iac/destroy_deletes_backup_data/check.rs"]
mod destroy_deletes_backup_data;
#[path = "coverage/disk_not_backed_up/check.rs"]
mod disk_not_backed_up;
#[path = "protected_item/disks_excluded/check.rs"]
mod disks_excluded;
#[path = "coverage/file_share_not_backed_up/check.rs"]
mod file_share_not_backed_up;
#[path = "protected_item/first_backup_pending/check.rs"]
mod first_backup_pending;
#[path = "resource_guard/guard_dangling/check.rs"]
mod guard_dangling;
#[path = "access/guard_standing_approver/check.rs"]
mod guard_standing_approver;
#[path = "vault/hybrid_security_disabled/check.rs"]
mod hybrid_security_disabled;
#[path = "coverage/mandated_policy_not_used/check.rs"]
mod mandated_policy_not_used;
#[path = "access/mua_self_approval/check.rs"]
mod mua_self_approval;
#[path = "protected_item/on_demand_limit_exceeded/check.rs"]
mod on_demand_limit_exceeded;
#[path = "script/on_demand_retention_too_short/check.rs"]
mod on_demand_retention_too_short;
#[path = "change/one_way_door_crossed/check.rs"]
mod one_way_door_crossed;
#[path = "access/operator_role_insufficient/check.rs"]
mod operator_role_insufficient;
#[path = "network/private_dns_zone_missing/check.rs"]
mod private_dns_zone_missing;
#[path = "protected_item/protection_in_error/check.rs"]
mod protection_in_error;
#[path = "protected_item/protection_stopped/check.rs"]
mod protection_stopped;
#[path = "change/protection_weakened/check.rs"]
mod protection_weakened;
#[path = "network/public_access_off_without_endpoint/check.rs"]
mod public_access_off_without_endpoint;
#[path = "protected_item/recovery_point_limit_near/check.rs"]
mod recovery_point_limit_near;
#[path = "protected_item/recovery_point_stale/check.rs"]
mod recovery_point_stale;
#[path = "vault/redundancy_locked_in/check.rs"]
mod redundancy_locked_in;
#[path = "monitoring/restore_alert_missing/check.rs"]
mod restore_alert_missing;
#[path = "recovery/restore_slower_than_rto/check.rs"]
mod restore_slower_than_rto;
#[path = "recovery/restore_untested/check.rs"]
mod restore_untested;
#[path = "script/restore_without_staging_region_check/check.rs"]
mod restore_without_staging_region_check;
#[path = "backup_policy/retention_above_maximum/check.rs"]
mod retention_above_maximum;
#[path = "backup_policy/retention_below_class_minimum/check.rs"]
mod retention_below_class_minimum;
#[path = "backup_policy/schedule_slower_than_rpo/check.rs"]
mod schedule_slower_than_rpo;
#[path = "script/script_deletes_backup_data/check.rs"]
mod script_deletes_backup_data;
#[path = "script/script_deletes_vault/check.rs"]
mod script_deletes_vault;
#[path = "script/script_deploys_in_complete_mode/check.rs"]
mod script_deploys_in_complete_mode;
#[path = "script/script_disables_immutability/check.rs"]
mod script_disables_immutability;
#[path = "script/script_disables_soft_delete/check.rs"]
mod script_disables_soft_delete;
#[path = "script/script_excludes_disks/check.rs"]
mod script_excludes_disks;
#[path = "script/script_invalid_option/check.rs"]
mod script_invalid_option;
#[path = "script/script_job_not_awaited/check.rs"]
mod script_job_not_awaited;
#[path = "script/script_removes_lock/check.rs"]
mod script_removes_lock;
#[path = "script/script_removes_mua/check.rs"]
mod script_removes_mua;
#[path = "script/script_restore_exposes_disks/check.rs"]
mod script_restore_exposes_disks;
#[path = "script/script_restore_overwrites_source/check.rs"]
mod script_restore_overwrites_source;
#[path = "script/script_restore_without_target_group/check.rs"]
mod script_restore_without_target_group;
#[path = "script/script_retain_until_in_past/check.rs"]
mod script_retain_until_in_past;
#[path = "script/script_shortens_retention/check.rs"]
mod script_shortens_retention;
#[path = "script/script_stops_protection/check.rs"]
mod script_stops_protection;
#[path = "script/script_unregisters_container/check.rs"]
mod script_unregisters_container;
#[path = "script/script_uses_retired_command/check.rs"]
mod script_uses_retired_command;
#[path = "script/script_vm_name_in_wrong_group/check.rs"]
mod script_vm_name_in_wrong_group;
#[path = "script/script_weakens_vault_settings/check.rs"]
mod script_weakens_vault_settings;
#[path = "access/single_principal_can_destroy_backups/check.rs"]
mod single_principal_can_destroy_backups;
#[path = "network/site_recovery_private_endpoint_missing/check.rs"]
mod site_recovery_private_endpoint_missing;
#[path = "scan/snapshot_stale/check.rs"]
mod snapshot_stale;
#[path = "protected_item/soft_deleted_item_nearing_purge/check.rs"]
mod soft_deleted_item_nearing_purge;
#[path = "recovery/staging_account_missing/check.rs"]
mod staging_account_missing;
#[path = "recovery/staging_account_region_mismatch/check.rs"]
mod staging_account_region_mismatch;
#[path = "backup_policy/standard_policy_on_trusted_launch/check.rs"]
mod standard_policy_on_trusted_launch;
#[path = "scan/suppression_expired/check.rs"]
mod suppression_expired;
#[path = "scan/suppression_unused/check.rs"]
mod suppression_unused;
#[path = "coverage/tagged_resource_not_backed_up/check.rs"]
mod tagged_resource_not_backed_up;
#[path = "access/too_many_privileged_principals/check.rs"]
mod too_many_privileged_principals;
#[path = "scan/value_unrecognised/check.rs"]
mod value_unrecognised;
#[path = "access/vault_admin_can_grant_guard_access/check.rs"]
mod vault_admin_can_grant_guard_access;
#[path = "vault/vault_colocated_with_datasource/check.rs"]
mod vault_colocated_with_datasource;
#[path = "coverage/vault_region_mismatch/check.rs"]
mod vault_region_mismatch;
#[path = "protected_item/vm_backup_agent_unhealthy/check.rs"]
mod vm_backup_agent_unhealthy;
#[path = "coverage/vm_disk_over_backup_limit/check.rs"]
mod vm_disk_over_backup_limit;
#[path = "coverage/vm_not_backed_up/check.rs"]
mod vm_not_backed_up;

/// Every bundled rule, by family and id.
#[rustfmt::skip]
pub const BUNDLED: &[Bundled] = &[
    Bundled { folder: "access/custom_role_backup_wildcard", toml: include_str!("access/custom_role_backup_wildcard/rule.toml"), logic: BundledLogic::Rego(include_str!("access/custom_role_backup_wildcard/check.rego")) },
    Bundled { folder: "access/guard_standing_approver", toml: include_str!("access/guard_standing_approver/rule.toml"), logic: BundledLogic::Native(guard_standing_approver::CHECK) },
    Bundled { folder: "access/mua_self_approval", toml: include_str!("access/mua_self_approval/rule.toml"), logic: BundledLogic::Native(mua_self_approval::CHECK) },
    Bundled { folder: "access/operator_role_insufficient", toml: include_str!("access/operator_role_insufficient/rule.toml"), logic: BundledLogic::Native(operator_role_insufficient::CHECK) },
    Bundled { folder: "access/single_principal_can_destroy_backups", toml: include_str!("access/single_principal_can_destroy_backups/rule.toml"), logic: BundledLogic::Native(single_principal_can_destroy_backups::CHECK) },
    Bundled { folder: "access/too_many_privileged_principals", toml: include_str!("access/too_many_privileged_principals/rule.toml"), logic: BundledLogic::Native(too_many_privileged_principals::CHECK) },
    Bundled { folder: "access/vault_admin_can_grant_guard_access", toml: include_str!("access/vault_admin_can_grant_guard_access/rule.toml"), logic: BundledLogic::Native(vault_admin_can_grant_guard_access::CHECK) },
    Bundled { folder: "backup_policy/daily_retention_too_short", toml: include_str!("backup_policy/daily_retention_too_short/rule.toml"), logic: BundledLogic::Rego(include_str!("backup_policy/daily_retention_too_short/check.rego")) },
    Bundled { folder: "backup_policy/default_policy_in_use", toml: include_str!("backup_policy/default_policy_in_use/rule.toml"), logic: BundledLogic::Rego(include_str!("backup_policy/default_policy_in_use/check.rego")) },
    Bundled { folder: "backup_policy/instant_restore_retention_too_short", toml: include_str!("backup_policy/instant_restore_retention_too_short/rule.toml"), logic: BundledLogic::Rego(include_str!("backup_policy/instant_restore_retention_too_short/check.rego")) },
    Bundled { folder: "backup_policy/instant_restore_window_out_of_range", toml: include_str!("backup_policy/instant_restore_window_out_of_range/rule.toml"), logic: BundledLogic::Rego(include_str!("backup_policy/instant_restore_window_out_of_range/check.rego")) },
    Bundled { folder: "backup_policy/retention_above_maximum", toml: include_str!("backup_policy/retention_above_maximum/rule.toml"), logic: BundledLogic::Native(retention_above_maximum::CHECK) },
    Bundled { folder: "backup_policy/retention_below_class_minimum", toml: include_str!("backup_policy/retention_below_class_minimum/rule.toml"), logic: BundledLogic::Native(retention_below_class_minimum::CHECK) },
    Bundled { folder: "backup_policy/schedule_slower_than_rpo", toml: include_str!("backup_policy/schedule_slower_than_rpo/rule.toml"), logic: BundledLogic::Native(schedule_slower_than_rpo::CHECK) },
    Bundled { folder: "backup_policy/standard_policy_on_trusted_launch", toml: include_str!("backup_policy/standard_policy_on_trusted_launch/rule.toml"), logic: BundledLogic::Native(standard_policy_on_trusted_launch::CHECK) },
    Bundled { folder: "change/backup_resource_destroyed", toml: include_str!("change/backup_resource_destroyed/rule.toml"), logic: BundledLogic::Native(backup_resource_destroyed::CHECK) },
    Bundled { folder: "change/one_way_door_crossed", toml: include_str!("change/one_way_door_crossed/rule.toml"), logic: BundledLogic::Native(one_way_door_crossed::CHECK) },
    Bundled { folder: "change/protection_weakened", toml: include_str!("change/protection_weakened/rule.toml"), logic: BundledLogic::Native(protection_weakened::CHECK) },
    Bundled { folder: "coverage/aks_backup_extension_missing", toml: include_str!("coverage/aks_backup_extension_missing/rule.toml"), logic: BundledLogic::Native(aks_backup_extension_missing::CHECK) },
    Bundled { folder: "coverage/aks_cluster_not_backed_up", toml: include_str!("coverage/aks_cluster_not_backed_up/rule.toml"), logic: BundledLogic::Native(aks_cluster_not_backed_up::CHECK) },
    Bundled { folder: "coverage/blob_storage_not_backed_up", toml: include_str!("coverage/blob_storage_not_backed_up/rule.toml"), logic: BundledLogic::Native(blob_storage_not_backed_up::CHECK) },
    Bundled { folder: "coverage/disk_not_backed_up", toml: include_str!("coverage/disk_not_backed_up/rule.toml"), logic: BundledLogic::Native(disk_not_backed_up::CHECK) },
    Bundled { folder: "coverage/file_share_not_backed_up", toml: include_str!("coverage/file_share_not_backed_up/rule.toml"), logic: BundledLogic::Native(file_share_not_backed_up::CHECK) },
    Bundled { folder: "coverage/mandated_policy_not_used", toml: include_str!("coverage/mandated_policy_not_used/rule.toml"), logic: BundledLogic::Native(mandated_policy_not_used::CHECK) },
    Bundled { folder: "coverage/tagged_resource_not_backed_up", toml: include_str!("coverage/tagged_resource_not_backed_up/rule.toml"), logic: BundledLogic::Native(tagged_resource_not_backed_up::CHECK) },
    Bundled { folder: "coverage/vault_region_mismatch", toml: include_str!("coverage/vault_region_mismatch/rule.toml"), logic: BundledLogic::Native(vault_region_mismatch::CHECK) },
    Bundled { folder: "coverage/vm_disk_over_backup_limit", toml: include_str!("coverage/vm_disk_over_backup_limit/rule.toml"), logic: BundledLogic::Native(vm_disk_over_backup_limit::CHECK) },
    Bundled { folder: "coverage/vm_not_backed_up", toml: include_str!("coverage/vm_not_backed_up/rule.toml"), logic: BundledLogic::Native(vm_not_backed_up::CHECK) },
    Bundled { folder: "encryption/customer_managed_key_at_risk", toml: include_str!("encryption/customer_managed_key_at_risk/rule.toml"), logic: BundledLogic::Native(customer_managed_key_at_risk::CHECK) },
    Bundled { folder: "encryption/customer_managed_key_missing", toml: include_str!("encryption/customer_managed_key_missing/rule.toml"), logic: BundledLogic::Rego(include_str!("encryption/customer_managed_key_missing/check.rego")) },
    Bundled { folder: "encryption/infrastructure_encryption_disabled", toml: include_str!("encryption/infrastructure_encryption_disabled/rule.toml"), logic: BundledLogic::Rego(include_str!("encryption/infrastructure_encryption_disabled/check.rego")) },
    Bundled { folder: "iac/destroy_deletes_backup_data", toml: include_str!("iac/destroy_deletes_backup_data/rule.toml"), logic: BundledLogic::Native(destroy_deletes_backup_data::CHECK) },
    Bundled { folder: "iac/prevent_destroy_missing", toml: include_str!("iac/prevent_destroy_missing/rule.toml"), logic: BundledLogic::Rego(include_str!("iac/prevent_destroy_missing/check.rego")) },
    Bundled { folder: "iac/purge_on_destroy_enabled", toml: include_str!("iac/purge_on_destroy_enabled/rule.toml"), logic: BundledLogic::Rego(include_str!("iac/purge_on_destroy_enabled/check.rego")) },
    Bundled { folder: "monitoring/critical_operation_alert_missing", toml: include_str!("monitoring/critical_operation_alert_missing/rule.toml"), logic: BundledLogic::Native(critical_operation_alert_missing::CHECK) },
    Bundled { folder: "monitoring/diagnostic_logs_missing", toml: include_str!("monitoring/diagnostic_logs_missing/rule.toml"), logic: BundledLogic::Rego(include_str!("monitoring/diagnostic_logs_missing/check.rego")) },
    Bundled { folder: "monitoring/diagnostic_logs_not_resource_specific", toml: include_str!("monitoring/diagnostic_logs_not_resource_specific/rule.toml"), logic: BundledLogic::Rego(include_str!("monitoring/diagnostic_logs_not_resource_specific/check.rego")) },
    Bundled { folder: "monitoring/job_failure_alerts_disabled", toml: include_str!("monitoring/job_failure_alerts_disabled/rule.toml"), logic: BundledLogic::Rego(include_str!("monitoring/job_failure_alerts_disabled/check.rego")) },
    Bundled { folder: "monitoring/restore_alert_missing", toml: include_str!("monitoring/restore_alert_missing/rule.toml"), logic: BundledLogic::Native(restore_alert_missing::CHECK) },
    Bundled { folder: "network/backup_private_endpoint_missing", toml: include_str!("network/backup_private_endpoint_missing/rule.toml"), logic: BundledLogic::Native(backup_private_endpoint_missing::CHECK) },
    Bundled { folder: "network/private_dns_zone_missing", toml: include_str!("network/private_dns_zone_missing/rule.toml"), logic: BundledLogic::Native(private_dns_zone_missing::CHECK) },
    Bundled { folder: "network/public_access_off_without_endpoint", toml: include_str!("network/public_access_off_without_endpoint/rule.toml"), logic: BundledLogic::Native(public_access_off_without_endpoint::CHECK) },
    Bundled { folder: "network/public_network_access_enabled", toml: include_str!("network/public_network_access_enabled/rule.toml"), logic: BundledLogic::Rego(include_str!("network/public_network_access_enabled/check.rego")) },
    Bundled { folder: "network/site_recovery_private_endpoint_missing", toml: include_str!("network/site_recovery_private_endpoint_missing/rule.toml"), logic: BundledLogic::Native(site_recovery_private_endpoint_missing::CHECK) },
    Bundled { folder: "protected_item/backup_job_completed_with_warnings", toml: include_str!("protected_item/backup_job_completed_with_warnings/rule.toml"), logic: BundledLogic::Native(backup_job_completed_with_warnings::CHECK) },
    Bundled { folder: "protected_item/backup_job_failing", toml: include_str!("protected_item/backup_job_failing/rule.toml"), logic: BundledLogic::Native(backup_job_failing::CHECK) },
    Bundled { folder: "protected_item/datasource_missing", toml: include_str!("protected_item/datasource_missing/rule.toml"), logic: BundledLogic::Native(datasource_missing::CHECK) },
    Bundled { folder: "protected_item/disks_excluded", toml: include_str!("protected_item/disks_excluded/rule.toml"), logic: BundledLogic::Native(disks_excluded::CHECK) },
    Bundled { folder: "protected_item/first_backup_pending", toml: include_str!("protected_item/first_backup_pending/rule.toml"), logic: BundledLogic::Native(first_backup_pending::CHECK) },
    Bundled { folder: "protected_item/on_demand_limit_exceeded", toml: include_str!("protected_item/on_demand_limit_exceeded/rule.toml"), logic: BundledLogic::Native(on_demand_limit_exceeded::CHECK) },
    Bundled { folder: "protected_item/protection_in_error", toml: include_str!("protected_item/protection_in_error/rule.toml"), logic: BundledLogic::Native(protection_in_error::CHECK) },
    Bundled { folder: "protected_item/protection_stopped", toml: include_str!("protected_item/protection_stopped/rule.toml"), logic: BundledLogic::Native(protection_stopped::CHECK) },
    Bundled { folder: "protected_item/recovery_point_limit_near", toml: include_str!("protected_item/recovery_point_limit_near/rule.toml"), logic: BundledLogic::Native(recovery_point_limit_near::CHECK) },
    Bundled { folder: "protected_item/recovery_point_stale", toml: include_str!("protected_item/recovery_point_stale/rule.toml"), logic: BundledLogic::Native(recovery_point_stale::CHECK) },
    Bundled { folder: "protected_item/soft_deleted_item_nearing_purge", toml: include_str!("protected_item/soft_deleted_item_nearing_purge/rule.toml"), logic: BundledLogic::Native(soft_deleted_item_nearing_purge::CHECK) },
    Bundled { folder: "protected_item/vm_backup_agent_unhealthy", toml: include_str!("protected_item/vm_backup_agent_unhealthy/rule.toml"), logic: BundledLogic::Native(vm_backup_agent_unhealthy::CHECK) },
    Bundled { folder: "recovery/restore_slower_than_rto", toml: include_str!("recovery/restore_slower_than_rto/rule.toml"), logic: BundledLogic::Native(restore_slower_than_rto::CHECK) },
    Bundled { folder: "recovery/restore_untested", toml: include_str!("recovery/restore_untested/rule.toml"), logic: BundledLogic::Native(restore_untested::CHECK) },
    Bundled { folder: "recovery/staging_account_exposed", toml: include_str!("recovery/staging_account_exposed/rule.toml"), logic: BundledLogic::Rego(include_str!("recovery/staging_account_exposed/check.rego")) },
    Bundled { folder: "recovery/staging_account_missing", toml: include_str!("recovery/staging_account_missing/rule.toml"), logic: BundledLogic::Native(staging_account_missing::CHECK) },
    Bundled { folder: "recovery/staging_account_region_mismatch", toml: include_str!("recovery/staging_account_region_mismatch/rule.toml"), logic: BundledLogic::Native(staging_account_region_mismatch::CHECK) },
    Bundled { folder: "recovery/staging_account_unsuitable", toml: include_str!("recovery/staging_account_unsuitable/rule.toml"), logic: BundledLogic::Rego(include_str!("recovery/staging_account_unsuitable/check.rego")) },
    Bundled { folder: "resource_guard/guard_dangling", toml: include_str!("resource_guard/guard_dangling/rule.toml"), logic: BundledLogic::Native(guard_dangling::CHECK) },
    Bundled { folder: "resource_guard/guard_in_vault_subscription", toml: include_str!("resource_guard/guard_in_vault_subscription/rule.toml"), logic: BundledLogic::Rego(include_str!("resource_guard/guard_in_vault_subscription/check.rego")) },
    Bundled { folder: "resource_guard/guard_lock_missing", toml: include_str!("resource_guard/guard_lock_missing/rule.toml"), logic: BundledLogic::Rego(include_str!("resource_guard/guard_lock_missing/check.rego")) },
    Bundled { folder: "resource_guard/guard_operations_excluded", toml: include_str!("resource_guard/guard_operations_excluded/rule.toml"), logic: BundledLogic::Rego(include_str!("resource_guard/guard_operations_excluded/check.rego")) },
    Bundled { folder: "resource_guard/mua_disabled", toml: include_str!("resource_guard/mua_disabled/rule.toml"), logic: BundledLogic::Rego(include_str!("resource_guard/mua_disabled/check.rego")) },
    Bundled { folder: "resource_guard/mua_state_inconsistent", toml: include_str!("resource_guard/mua_state_inconsistent/rule.toml"), logic: BundledLogic::Rego(include_str!("resource_guard/mua_state_inconsistent/check.rego")) },
    Bundled { folder: "scan/access_forbidden", toml: include_str!("scan/access_forbidden/rule.toml"), logic: BundledLogic::Native(access_forbidden::CHECK) },
    Bundled { folder: "scan/collection_incomplete", toml: include_str!("scan/collection_incomplete/rule.toml"), logic: BundledLogic::Native(collection_incomplete::CHECK) },
    Bundled { folder: "scan/snapshot_stale", toml: include_str!("scan/snapshot_stale/rule.toml"), logic: BundledLogic::Native(snapshot_stale::CHECK) },
    Bundled { folder: "scan/suppression_expired", toml: include_str!("scan/suppression_expired/rule.toml"), logic: BundledLogic::Native(suppression_expired::CHECK) },
    Bundled { folder: "scan/suppression_unused", toml: include_str!("scan/suppression_unused/rule.toml"), logic: BundledLogic::Native(suppression_unused::CHECK) },
    Bundled { folder: "scan/value_unrecognised", toml: include_str!("scan/value_unrecognised/rule.toml"), logic: BundledLogic::Native(value_unrecognised::CHECK) },
    Bundled { folder: "script/deploy_without_on_demand_backup", toml: include_str!("script/deploy_without_on_demand_backup/rule.toml"), logic: BundledLogic::Native(deploy_without_on_demand_backup::CHECK) },
    Bundled { folder: "script/on_demand_retention_too_short", toml: include_str!("script/on_demand_retention_too_short/rule.toml"), logic: BundledLogic::Native(on_demand_retention_too_short::CHECK) },
    Bundled { folder: "script/restore_without_staging_region_check", toml: include_str!("script/restore_without_staging_region_check/rule.toml"), logic: BundledLogic::Native(restore_without_staging_region_check::CHECK) },
    Bundled { folder: "script/script_deletes_backup_data", toml: include_str!("script/script_deletes_backup_data/rule.toml"), logic: BundledLogic::Native(script_deletes_backup_data::CHECK) },
    Bundled { folder: "script/script_deletes_vault", toml: include_str!("script/script_deletes_vault/rule.toml"), logic: BundledLogic::Native(script_deletes_vault::CHECK) },
    Bundled { folder: "script/script_deploys_in_complete_mode", toml: include_str!("script/script_deploys_in_complete_mode/rule.toml"), logic: BundledLogic::Native(script_deploys_in_complete_mode::CHECK) },
    Bundled { folder: "script/script_disables_immutability", toml: include_str!("script/script_disables_immutability/rule.toml"), logic: BundledLogic::Native(script_disables_immutability::CHECK) },
    Bundled { folder: "script/script_disables_soft_delete", toml: include_str!("script/script_disables_soft_delete/rule.toml"), logic: BundledLogic::Native(script_disables_soft_delete::CHECK) },
    Bundled { folder: "script/script_excludes_disks", toml: include_str!("script/script_excludes_disks/rule.toml"), logic: BundledLogic::Native(script_excludes_disks::CHECK) },
    Bundled { folder: "script/script_invalid_option", toml: include_str!("script/script_invalid_option/rule.toml"), logic: BundledLogic::Native(script_invalid_option::CHECK) },
    Bundled { folder: "script/script_job_not_awaited", toml: include_str!("script/script_job_not_awaited/rule.toml"), logic: BundledLogic::Native(script_job_not_awaited::CHECK) },
    Bundled { folder: "script/script_removes_lock", toml: include_str!("script/script_removes_lock/rule.toml"), logic: BundledLogic::Native(script_removes_lock::CHECK) },
    Bundled { folder: "script/script_removes_mua", toml: include_str!("script/script_removes_mua/rule.toml"), logic: BundledLogic::Native(script_removes_mua::CHECK) },
    Bundled { folder: "script/script_restore_exposes_disks", toml: include_str!("script/script_restore_exposes_disks/rule.toml"), logic: BundledLogic::Native(script_restore_exposes_disks::CHECK) },
    Bundled { folder: "script/script_restore_overwrites_source", toml: include_str!("script/script_restore_overwrites_source/rule.toml"), logic: BundledLogic::Native(script_restore_overwrites_source::CHECK) },
    Bundled { folder: "script/script_restore_without_target_group", toml: include_str!("script/script_restore_without_target_group/rule.toml"), logic: BundledLogic::Native(script_restore_without_target_group::CHECK) },
    Bundled { folder: "script/script_retain_until_in_past", toml: include_str!("script/script_retain_until_in_past/rule.toml"), logic: BundledLogic::Native(script_retain_until_in_past::CHECK) },
    Bundled { folder: "script/script_shortens_retention", toml: include_str!("script/script_shortens_retention/rule.toml"), logic: BundledLogic::Native(script_shortens_retention::CHECK) },
    Bundled { folder: "script/script_stops_protection", toml: include_str!("script/script_stops_protection/rule.toml"), logic: BundledLogic::Native(script_stops_protection::CHECK) },
    Bundled { folder: "script/script_unregisters_container", toml: include_str!("script/script_unregisters_container/rule.toml"), logic: BundledLogic::Native(script_unregisters_container::CHECK) },
    Bundled { folder: "script/script_uses_retired_command", toml: include_str!("script/script_uses_retired_command/rule.toml"), logic: BundledLogic::Native(script_uses_retired_command::CHECK) },
    Bundled { folder: "script/script_vm_name_in_wrong_group", toml: include_str!("script/script_vm_name_in_wrong_group/rule.toml"), logic: BundledLogic::Native(script_vm_name_in_wrong_group::CHECK) },
    Bundled { folder: "script/script_weakens_vault_settings", toml: include_str!("script/script_weakens_vault_settings/rule.toml"), logic: BundledLogic::Native(script_weakens_vault_settings::CHECK) },
    Bundled { folder: "vault/cross_region_restore_disabled", toml: include_str!("vault/cross_region_restore_disabled/rule.toml"), logic: BundledLogic::Rego(include_str!("vault/cross_region_restore_disabled/check.rego")) },
    Bundled { folder: "vault/cross_subscription_restore_enabled", toml: include_str!("vault/cross_subscription_restore_enabled/rule.toml"), logic: BundledLogic::Rego(include_str!("vault/cross_subscription_restore_enabled/check.rego")) },
    Bundled { folder: "vault/crr_without_geo_redundancy", toml: include_str!("vault/crr_without_geo_redundancy/rule.toml"), logic: BundledLogic::Rego(include_str!("vault/crr_without_geo_redundancy/check.rego")) },
    Bundled { folder: "vault/hybrid_security_disabled", toml: include_str!("vault/hybrid_security_disabled/rule.toml"), logic: BundledLogic::Native(hybrid_security_disabled::CHECK) },
    Bundled { folder: "vault/immutability_disabled", toml: include_str!("vault/immutability_disabled/rule.toml"), logic: BundledLogic::Rego(include_str!("vault/immutability_disabled/check.rego")) },
    Bundled { folder: "vault/immutability_unlocked", toml: include_str!("vault/immutability_unlocked/rule.toml"), logic: BundledLogic::Rego(include_str!("vault/immutability_unlocked/check.rego")) },
    Bundled { folder: "vault/redundancy_locked_in", toml: include_str!("vault/redundancy_locked_in/rule.toml"), logic: BundledLogic::Native(redundancy_locked_in::CHECK) },
    Bundled { folder: "vault/soft_delete_disabled", toml: include_str!("vault/soft_delete_disabled/rule.toml"), logic: BundledLogic::Rego(include_str!("vault/soft_delete_disabled/check.rego")) },
    Bundled { folder: "vault/soft_delete_retention_too_short", toml: include_str!("vault/soft_delete_retention_too_short/rule.toml"), logic: BundledLogic::Rego(include_str!("vault/soft_delete_retention_too_short/check.rego")) },
    Bundled { folder: "vault/soft_delete_reversible", toml: include_str!("vault/soft_delete_reversible/rule.toml"), logic: BundledLogic::Rego(include_str!("vault/soft_delete_reversible/check.rego")) },
    Bundled { folder: "vault/storage_redundancy_not_allowed", toml: include_str!("vault/storage_redundancy_not_allowed/rule.toml"), logic: BundledLogic::Rego(include_str!("vault/storage_redundancy_not_allowed/check.rego")) },
    Bundled { folder: "vault/vault_colocated_with_datasource", toml: include_str!("vault/vault_colocated_with_datasource/rule.toml"), logic: BundledLogic::Native(vault_colocated_with_datasource::CHECK) },
    Bundled { folder: "vault/vault_identity_missing", toml: include_str!("vault/vault_identity_missing/rule.toml"), logic: BundledLogic::Rego(include_str!("vault/vault_identity_missing/check.rego")) },
    Bundled { folder: "vault/vault_lock_missing", toml: include_str!("vault/vault_lock_missing/rule.toml"), logic: BundledLogic::Rego(include_str!("vault/vault_lock_missing/check.rego")) },
];

/// Rego modules that bundled rules import.
#[rustfmt::skip]
pub const LIBRARIES: &[(&str, &str)] = &[
    ("rules/lib/diagnostic.rego", include_str!("lib/diagnostic.rego")),
    ("rules/lib/fact.rego", include_str!("lib/fact.rego")),
    ("rules/lib/guard.rego", include_str!("lib/guard.rego")),
    ("rules/lib/lock.rego", include_str!("lib/lock.rego")),
    ("rules/lib/policy.rego", include_str!("lib/policy.rego")),
    ("rules/lib/vault.rego", include_str!("lib/vault.rego")),
];
