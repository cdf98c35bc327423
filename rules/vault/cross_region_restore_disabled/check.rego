# Copies exist in another region, but nobody can restore from them there.
package backuplint.rules.vault.cross_region_restore_disabled

import data.backuplint.lib.fact
import data.backuplint.lib.vault

deny contains {
	"path": setting.path,
	"message": sprintf("cross-region restore is %s: the copies in the paired region cannot be restored there", [described]),
	"observed": setting.observed,
	"expected": "Enabled",
} if {
	vault.redundancy.state == "georedundant"
	setting := vault.cross_region_restore
	setting.state != "enabled"
	described := fact.describe(setting, vault.cross_region_restore_paths)
}

# Without a copy elsewhere there is nothing to restore from.
not_applicable if vault.redundancy.state in {"locallyredundant", "zoneredundant"}

not_applicable if vault.keeps_no_copy
