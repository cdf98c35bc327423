# The vault has no identity of its own to act with.
package backuplint.rules.vault.vault_identity_missing

import data.backuplint.lib.fact
import data.backuplint.lib.vault

deny contains {
	"path": identity.path,
	"message": sprintf("the vault has no managed identity%s", [needed_for]),
	"observed": identity.observed,
	"expected": ["SystemAssigned", "UserAssigned"],
	"level": level,
} if {
	is_missing
	concerns
}

# Whether it needs one was not read: the engine makes "unknown" of a finding there.
deny contains {"path": place, "message": "the vault has no managed identity, and may need one"} if {
	is_missing
	only_when_needed
	count(needs) == 0
	some place in unread_needs
}

not_applicable if {
	only_when_needed
	count(needs) == 0
	count(unread_needs) == 0
}

identity := fact.weakest_of(["identity.type"], {"none": 0}, "None")

is_missing if identity.state == "none"

concerns if not only_when_needed

concerns if count(needs) > 0

only_when_needed if data.backuplint.config["vault-identity-missing"]["only-when-needed"]

level := "warning" if {
	count(needs) > 0
} else := "note"

needed_for := sprintf(" although it needs one for %s", [concat(" and ", needs)]) if {
	count(needs) > 0
} else := ""

needs contains "its customer-managed key" if trim_space(fact.read(key_paths)[0].state) != ""

needs contains "its backup instances" if input.related.held.total > 0

# Later private endpoints get their addresses without the vault's help.
needs contains "its private endpoint" if {
	count(input.properties.privateEndpointConnections) > 0
	lower(input.properties.backupStorageVersion) == "v1"
}

unread_needs := fact.unread(need_paths)

key_paths := ["properties.encryption.keyVaultProperties.keyUri"] if {
	vault.is_recovery_services
} else := ["properties.securitySettings.encryptionSettings.keyVaultProperties.keyUri"] if {
	vault.is_backup_vault
}

need_paths := array.concat(key_paths, ["properties.privateEndpointConnections"]) if {
	vault.is_recovery_services
	not has_endpoint
} else := array.concat(key_paths, ["properties.backupStorageVersion"]) if {
	vault.is_recovery_services
} else := array.concat(key_paths, ["related.held"]) if {
	vault.is_backup_vault
}

has_endpoint if count(input.properties.privateEndpointConnections) > 0
