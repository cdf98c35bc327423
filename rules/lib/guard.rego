# Multi-user authorization of a vault: its links to resource guards, and its own flag.
package backuplint.lib.guard

import data.backuplint.lib.vault

# Undefined where the list was not read.
links := input.related.guard_links

path := "properties.securitySettings.multiUserAuthorization" if {
	vault.is_recovery_services
} else := "properties.isVaultProtectedByResourceGuard"

# What the vault shows; null where it shows nothing.
observed := object.get(input, split(path, "."), null)

# "on", "off", or "unset"; a fresh Recovery Services vault says Invalid.
flag := "unset" if {
	observed == null
} else := object.get(flags, lower(sprintf("%v", [observed])), "unclear")

flags := {"true": "on", "false": "off", "enabled": "on", "disabled": "off", "invalid": "off"} if {
	vault.is_recovery_services
} else := {"true": "on", "false": "off"}

# Why nobody can tell the flag; undefined where it is known, or known not to be set.
doubt := reason if {
	reason := object.get(input.reasons, concat("/", array.concat([""], split(path, "."))), null)
	reason != null
} else := "unrecognised-value" if {
	flag == "unclear"
}
