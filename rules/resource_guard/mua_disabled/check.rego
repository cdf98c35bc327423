# No resource guard protects the vault's critical operations.
package backuplint.rules.resource_guard.mua_disabled

import data.backuplint.lib.fact
import data.backuplint.lib.guard

deny contains {
	"path": place,
	"message": "multi-user authorization is not enabled: one person can weaken or delete its backups alone",
	"observed": observed,
	"expected": "a link to a resource guard",
} if {
	is_missing
}

# A list that was read and is empty needs no flag to confirm it, but one may contradict it.
is_missing if {
	count(guard.links) == 0
	not guard.flag.state == "enabled"
	not guard.flag_is_unclear
}

is_missing if {
	not guard.links_are_read
	guard.flag_is_off
}

# The list where the vault does not show its flag.
place := "related.guard_links" if {
	guard.links_are_read
	not guard.flag
} else := guard.flag_path

observed := guard.flag.observed if {
	guard.flag
} else := []

unknown contains {"path": guard.flag_path, "reason": "unrecognised-value"} if {
	not guard.is_linked
	guard.flag_is_unclear
}

# Neither was read: the engine says why.
deny contains {"path": path, "message": "neither the flag nor the links were read"} if {
	not guard.links_are_read
	some path in fact.unread(guard.flag_paths)
}

unknown contains {"path": guard.flag_path, "reason": "not-collected"} if {
	not guard.links_are_read
	not guard.flag_is_told
	count(fact.unread(guard.flag_paths)) == 0
}

# `mua-state-inconsistent` reports it.
unknown contains {"path": guard.flag_path, "reason": "conditional"} if {
	count(guard.links) == 0
	guard.flag.state == "enabled"
}
