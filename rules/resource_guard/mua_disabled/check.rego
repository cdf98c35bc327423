# No resource guard protects the vault's critical operations.
package backuplint.rules.resource_guard.mua_disabled

import data.backuplint.lib.guard
import data.backuplint.lib.vault

deny contains {
	"path": guard.path,
	"proof": proof,
	"message": "multi-user authorization is not enabled: one person can weaken or delete its backups alone",
	"observed": observed,
	"expected": "a link to a resource guard",
} if {
	is_off
}

# A link is enough, whatever the flag says.
decided if count(guard.links) > 0

is_off if {
	count(guard.links) == 0
	guard.flag != "on"
	not guard.doubt
}

# A list that was read and is empty needs no flag to confirm it.
is_off if {
	count(guard.links) == 0
	guard.doubt == "not-collected"
}

is_off if {
	not guard.links
	guard.flag in off
	not guard.doubt
}

# A Backup vault leaves the flag out when it is off.
off := {"off"} if {
	vault.is_recovery_services
} else := {"off", "unset"}

proof := "related.guard_links" if {
	guard.links
} else := guard.path

observed := guard.observed if {
	is_string(guard.observed)
} else := "off"

unknown contains {"path": guard.path, "reason": guard.doubt} if not is_linked

unknown contains {
	"path": guard.path,
	"reason": "conditional",
	"message": "the vault says that multi-user authorization is on, but the list of its guard links is empty",
} if {
	count(guard.links) == 0
	guard.flag == "on"
}

unknown contains {
	"path": guard.path,
	"reason": object.get(input.reasons, "/related/guard_links", "not-collected"),
	"message": "neither the flag nor the links were read",
} if {
	not guard.links
	guard.flag == "unset"
	not guard.flag in off
	not guard.doubt
}

is_linked if count(guard.links) > 0
