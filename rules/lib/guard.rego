# Multi-user authorization of a vault: its links to resource guards, and its own flag.
package backuplint.lib.guard

import data.backuplint.lib.fact
import data.backuplint.lib.vault

# Undefined where the list was not read.
links := input.related.guard_links

links_are_read if links

is_linked if count(links) > 0

# A Backup vault leaves the flag out while it is off; undefined where it was not read.
flag := fact.weakest_of(flag_paths, {}, off)

flag_path := flag_paths[0]

flag_paths := ["properties.securitySettings.multiUserAuthorization"] if {
	vault.is_recovery_services
} else := ["properties.isVaultProtectedByResourceGuard"] if {
	vault.is_backup_vault
}

# The vault shows it, or leaves it out because it is off. A Recovery Services vault shows it always.
flag_is_told if flag.observed != null

flag_is_told if {
	flag
	vault.is_backup_vault
}

# A fresh Recovery Services vault says Invalid.
flag_is_off if {
	flag_is_told
	flag.state in {"disabled", never_set}
}

# A value stands there that nobody knows.
flag_is_unclear if {
	flag
	not flag.state in {"enabled", "disabled", never_set}
}

never_set := "invalid" if {
	vault.is_recovery_services
} else := "disabled"

on := "Enabled" if {
	vault.is_recovery_services
} else := true

off := "Disabled" if {
	vault.is_recovery_services
} else := false
