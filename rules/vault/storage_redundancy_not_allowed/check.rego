# The vault keeps its copies in a way that is not allowed.
package backuplint.rules.vault.storage_redundancy_not_allowed

import data.backuplint.lib.fact
import data.backuplint.lib.vault

deny contains {
	"path": setting.path,
	"message": sprintf("storage redundancy is %s, which is not allowed", [described]),
	"observed": setting.observed,
	"expected": allowed,
} if {
	some setting in reported
	described := fact.describe(setting, vault.redundancy_paths)
}

# A Recovery Services vault has one redundancy, named in up to three places: one finding. Each store of a Backup vault has
# its own.
reported := refused if {
	vault.is_backup_vault
} else := [fact.weakest(refused, vault.redundancy_ranks)]

refused := settings if {
	allowed_states := {lower(name) | some name in allowed}
	settings := [setting | some setting in vault.redundancies; not setting.state in allowed_states]
}

allowed := data.backuplint.config["storage-redundancy-not-allowed"].allowed

not_applicable if vault.keeps_no_copy
