# Backup data is encrypted once only.
package backuplint.rules.encryption.infrastructure_encryption_disabled

import data.backuplint.lib.fact
import data.backuplint.lib.vault

deny contains {
	"path": setting.path,
	"message": sprintf("infrastructure encryption is %s: backup data is encrypted once, not twice", [described]),
	"observed": setting.observed,
	"expected": "Enabled",
} if {
	setting := fact.weakest_of(paths, {"disabled": 0, "enabled": 2}, "Disabled")
	setting.state != "enabled"
	described := fact.describe(setting, paths)
}

paths := ["properties.encryption.infrastructureEncryption"] if {
	vault.is_recovery_services
} else := ["properties.securitySettings.encryptionSettings.infrastructureEncryption"] if {
	vault.is_backup_vault
}
