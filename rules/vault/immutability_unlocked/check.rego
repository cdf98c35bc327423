# Immutability is on but can be turned off again.
package backuplint.rules.vault.immutability_unlocked

import data.backuplint.lib.fact
import data.backuplint.lib.vault

deny contains {
	"path": setting.path,
	"message": sprintf("immutability is %s: it can be turned off again", [described]),
	"observed": setting.observed,
	"expected": "Locked",
} if {
	setting := vault.immutability
	not setting.state in {"disabled", "locked"}
	described := fact.describe(setting, vault.immutability_paths)
}

# `immutability-disabled` reports it.
not_applicable if vault.immutability.state == "disabled"
