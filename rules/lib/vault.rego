# The settings of a vault. The two kinds of vault spell them differently, and a Recovery Services vault keeps some of them
# twice: in its own body and in a child resource. Where the two disagree, the weaker counts.
package backuplint.lib.vault

import data.backuplint.lib.fact

is_recovery_services if lower(input.type) == "microsoft.recoveryservices/vaults"

is_backup_vault if lower(input.type) == "microsoft.dataprotection/backupvaults"

# --- Soft delete: on unless somebody turned it off.

soft_delete := fact.weakest_of(soft_delete_paths, soft_delete_ranks, soft_delete_names.on)

soft_delete_paths := [
	"properties.securitySettings.softDeleteSettings.softDeleteState",
	"related.backup_config.properties.softDeleteFeatureState",
] if {
	is_recovery_services
} else := ["properties.securitySettings.softDeleteSettings.state"] if {
	is_backup_vault
}

soft_delete_ranks := {"disabled": 0, "off": 0, "enabled": 2, "on": 2, "alwayson": 3}

soft_delete_names := {"on": "Enabled", "for_good": "AlwaysON"} if {
	is_recovery_services
} else := {"on": "On", "for_good": "AlwaysOn"}

# Off in one of the places, and so off.
soft_delete_is_off if soft_delete.state in {"disabled", "off"}

soft_delete_is_on if soft_delete.state in {"enabled", "on", "alwayson"}

# How long deleted data is kept: 14 days unless somebody chose more.
soft_delete_days := fact.least_of(soft_delete_days_paths, 14)

soft_delete_days_paths := [
	"properties.securitySettings.softDeleteSettings.softDeleteRetentionPeriodInDays",
	"related.backup_config.properties.softDeleteRetentionPeriodInDays",
] if {
	is_recovery_services
} else := ["properties.securitySettings.softDeleteSettings.retentionDurationInDays"] if {
	is_backup_vault
}

# --- Immutability: off unless somebody turned it on. A vault that never had it says null.

immutability := fact.weakest_of(immutability_paths, {"disabled": 0, "unlocked": 2, "locked": 3}, "Disabled")

immutability_paths := ["properties.securitySettings.immutabilitySettings.state"]

# --- Redundancy: GeoRedundant unless somebody chose otherwise.

# The one that counts, for rules that need a single answer.
redundancy := fact.weakest(redundancies, redundancy_ranks)

# Every one: of each place of a Recovery Services vault, of each store of a Backup vault.
redundancies := store_redundancies if {
	is_backup_vault
} else := fact.read(redundancy_paths) if {
	count(fact.read(redundancy_paths)) > 0
} else := [fact.by_default(redundancy_paths, "GeoRedundant")] if {
	count(fact.unread(redundancy_paths)) == 0
}

# An operational store is left out: its snapshots lie beside the datasource, and their redundancy is not the vault's. So is
# a store of which that is unknown.
store_redundancies := settings if {
	settings := [fact.setting_of(path, store.type) |
		some index, store in stores
		store.type != null
		lower(object.get(store, "datastoreType", "")) != "operationalstore"
		count(fact.unread([sprintf("properties.storageSettings[%d].datastoreType", [index])])) == 0
		path := sprintf("properties.storageSettings[%d].type", [index])
	]
}

stores := input.properties.storageSettings if {
	is_array(input.properties.storageSettings)
} else := []

# The fields of the same names in `backupconfig` are left out: they repeat an old state.
redundancy_paths := [
	"properties.redundancySettings.standardTierStorageRedundancy",
	"related.storage_config.properties.storageModelType",
	"related.storage_config.properties.storageType",
]

redundancy_ranks := {
	"locallyredundant": 0,
	"zoneredundant": 2,
	"georedundant": 3,
	"readaccessgeozoneredundant": 4,
}

# A Backup vault that holds operational stores only has no copy of its own.
keeps_no_copy if {
	is_backup_vault
	is_array(input.properties.storageSettings)
	every store in input.properties.storageSettings { lower(store.datastoreType) == "operationalstore" }
}

# --- Cross-region restore: off unless somebody turned it on.

cross_region_restore := fact.weakest_of(cross_region_restore_paths, {"disabled": 0, "enabled": 2}, "Disabled")

cross_region_restore_paths := [
	"properties.redundancySettings.crossRegionRestore",
	"related.storage_config.properties.crossRegionRestoreFlag",
] if {
	is_recovery_services
} else := ["properties.featureSettings.crossRegionRestoreSettings.state"] if {
	is_backup_vault
}

# --- Cross-subscription restore: on unless somebody turned it off.

cross_subscription_restore := fact.weakest_of(
	cross_subscription_restore_paths,
	{"enabled": 0, "disabled": 2, "permanentlydisabled": 3},
	"Enabled",
)

cross_subscription_restore_paths := [
	"properties.restoreSettings.crossSubscriptionRestoreSettings.crossSubscriptionRestoreState",
] if {
	is_recovery_services
} else := ["properties.featureSettings.crossSubscriptionRestoreSettings.state"] if {
	is_backup_vault
}
