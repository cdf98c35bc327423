# The vault answers on the public internet.
package backuplint.rules.network.public_network_access_enabled

import data.backuplint.lib.fact
import data.backuplint.lib.vault

deny contains {
	"path": setting.path,
	"message": sprintf("public network access is %s", [described]),
	"observed": setting.observed,
	"expected": "Disabled",
} if {
	vault.is_recovery_services
	setting := fact.weakest_of(paths, {"enabled": 0, "disabled": 2}, "Enabled")
	setting.state != "disabled"
	described := fact.describe(setting, paths)
}

paths := ["properties.publicNetworkAccess"]

# A Backup vault has no such setting.
not_applicable if vault.is_backup_vault
