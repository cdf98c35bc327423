# Backups can be restored into any subscription of the tenant.
package backuplint.rules.vault.cross_subscription_restore_enabled

import data.backuplint.lib.fact
import data.backuplint.lib.vault

deny contains {
	"path": setting.path,
	"message": sprintf("cross-subscription restore is %s: its backups can be restored into another subscription", [described]),
	"observed": setting.observed,
	"expected": ["Disabled", "PermanentlyDisabled"],
} if {
	setting := vault.cross_subscription_restore
	not setting.state in {"disabled", "permanentlydisabled"}
	described := fact.describe(setting, vault.cross_subscription_restore_paths)
}
