# Immutability is off: recovery points can be deleted before they expire.
package backuplint.rules.vault.immutability_disabled

import data.backuplint.lib.fact
import data.backuplint.lib.vault

deny contains {
	"path": setting.path,
	"message": sprintf("immutability is %s: recovery points can be deleted before they expire", [described]),
	"observed": setting.observed,
	"expected": ["Unlocked", "Locked"],
} if {
	setting := vault.immutability
	not setting.state in {"unlocked", "locked"}
	described := fact.describe(setting, vault.immutability_paths)
}
