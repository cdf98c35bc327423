# Soft delete is off: whoever deletes backup data deletes it for good.
package backuplint.rules.vault.soft_delete_disabled

import data.backuplint.lib.fact
import data.backuplint.lib.vault

deny contains {
	"path": setting.path,
	"message": sprintf("soft delete is %s: deleted backup data is gone at once", [described]),
	"observed": setting.observed,
	"expected": [vault.soft_delete_names.on, vault.soft_delete_names.for_good],
} if {
	setting := vault.soft_delete
	not setting.state in {"enabled", "on", "alwayson"}
	described := fact.describe(setting, vault.soft_delete_paths)
}
