# Soft delete is on but can be turned off again.
package backuplint.rules.vault.soft_delete_reversible

import data.backuplint.lib.fact
import data.backuplint.lib.vault

deny contains {
	"path": setting.path,
	"message": sprintf("soft delete is %s: it can be turned off again", [described]),
	"observed": setting.observed,
	"expected": vault.soft_delete_names.for_good,
} if {
	setting := vault.soft_delete
	not setting.state in {"disabled", "off", "alwayson"}
	described := fact.describe(setting, vault.soft_delete_paths)
}

# `soft-delete-disabled` reports it.
not_applicable if vault.soft_delete.state in {"disabled", "off"}
