# The vault says one thing about multi-user authorization, its list of guard links another.
package backuplint.rules.resource_guard.mua_state_inconsistent

import data.backuplint.lib.fact
import data.backuplint.lib.vault

deny contains {
	"path": flag.path,
	"message": "the vault says that multi-user authorization is on, but it is linked to no resource guard",
	"observed": flag.observed,
	"expected": "a link to a resource guard",
} if {
	not in_code
	flag.state == "enabled"
	count(links) == 0
}

deny contains {
	"path": flag.path,
	"message": "the vault is linked to a resource guard, but says that multi-user authorization is off",
	"observed": flag.observed,
	"expected": on,
	"related": [link.id | some link in links],
} if {
	not in_code
	flag.state == "disabled"
	count(links) > 0
}

# A fresh vault says Invalid; beside a link, nobody knows what that means.
unknown contains {"path": flag.path, "reason": "unrecognised-value"} if {
	flag.state == "invalid"
	count(links) > 0
}

# Only Azure writes the flag.
unknown contains {"path": paths[0], "reason": "source-cannot-say"} if in_code

links := input.related.guard_links

flag := fact.weakest_of(paths, {}, off)

paths := ["properties.securitySettings.multiUserAuthorization"] if {
	vault.is_recovery_services
} else := ["properties.isVaultProtectedByResourceGuard"] if {
	vault.is_backup_vault
}

on := "Enabled" if {
	vault.is_recovery_services
} else := true

off := "Disabled" if {
	vault.is_recovery_services
} else := false

in_code if input.source.kind == "code"
