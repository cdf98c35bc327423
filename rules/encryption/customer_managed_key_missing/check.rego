# Backup data is not encrypted with a key of yours.
package backuplint.rules.encryption.customer_managed_key_missing

import data.backuplint.lib.fact
import data.backuplint.lib.vault

# A blank key URI is none.
deny contains {
	"path": key.path,
	"message": "backup data is encrypted with keys that the platform manages: no key URI is set",
	"observed": key.observed,
	"expected": "the URI of a key in your key vault",
} if {
	not has_key
	key := fact.weakest_of(key_paths, {}, "")
}

# Only a Backup vault says whether the key is in use; `Inconsistent` means that it is not, or not everywhere.
deny contains {
	"path": setting.path,
	"message": sprintf("a key is set, but encryption with it is %s", [described]),
	"observed": setting.observed,
	"expected": "Enabled",
} if {
	vault.is_backup_vault
	has_key
	setting := fact.weakest_of(state_paths, {"disabled": 0, "enabled": 2}, "Disabled")
	setting.state != "enabled"
	described := fact.describe(setting, state_paths)
}

has_key if trim_space(fact.read(key_paths)[0].state) != ""

key_paths := ["properties.encryption.keyVaultProperties.keyUri"] if {
	vault.is_recovery_services
} else := ["properties.securitySettings.encryptionSettings.keyVaultProperties.keyUri"] if {
	vault.is_backup_vault
}

state_paths := ["properties.securitySettings.encryptionSettings.state"]
