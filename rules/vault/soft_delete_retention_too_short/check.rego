# Deleted backup data is gone before anybody may notice.
package backuplint.rules.vault.soft_delete_retention_too_short

import data.backuplint.lib.fact
import data.backuplint.lib.vault

deny contains {
	"path": setting.path,
	"message": sprintf("the soft-delete period in days is %s, and %d are demanded", [described, min_days]),
	"observed": setting.observed,
	"expected": sprintf("%d days or more", [min_days]),
} if {
	vault.soft_delete_is_on
	setting := vault.soft_delete_days
	setting.value < min_days
	described := fact.describe(setting, vault.soft_delete_days_paths)
}

unknown contains place if some place in fact.no_numbers(vault.soft_delete_days_paths)

# `soft-delete-disabled` reports it, and then no period matters, known or not.
not_applicable if vault.soft_delete_is_off

decided if vault.soft_delete_is_off

min_days := data.backuplint.config["soft-delete-retention-too-short"]["min-days"]
