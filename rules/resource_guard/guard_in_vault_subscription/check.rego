# The resource guard lies in the vault's own subscription, whose owners hold both sides.
package backuplint.rules.resource_guard.guard_in_vault_subscription

import data.backuplint.lib.fact
import data.backuplint.lib.guard

deny contains {
	"path": path_of(at),
	"message": sprintf("its resource guard %s lies in the vault's own subscription: an owner there holds both", [name]),
	"observed": subscription_of(id),
	"expected": "a guard in another subscription, best in another tenant",
	"related": [link.id, id],
} if {
	some at, link in guard.links
	is_string(link.properties.resourceGuardResourceId)
	id := trim_space(link.properties.resourceGuardResourceId)
	lower(subscription_of(id)) == lower(subscription_of(input.id))
	parts := split(trim_right(id, "/"), "/")
	name := parts[count(parts) - 1]
}

# A guard that the link does not name may lie anywhere.
unknown contains {"path": path_of(at), "reason": "not-collected"} if {
	some at, link in guard.links
	object.get(link, ["properties", "resourceGuardResourceId"], null) == null
}

unknown contains {"path": path_of(at), "reason": "unrecognised-value"} if {
	some at, link in guard.links
	object.get(link, ["properties", "resourceGuardResourceId"], null) != null
	not subscription_of(link.properties.resourceGuardResourceId)
}

# Without a link, the vault's own flag says whether there is a guard at all.
not_applicable if {
	count(guard.links) == 0
	not guard.flag.state == "enabled"
	not guard.flag_is_unclear
}

not_applicable if {
	not guard.links_are_read
	guard.flag_is_off
}

unknown contains {"path": guard.flag_path, "reason": "unrecognised-value"} if {
	not guard.is_linked
	guard.flag_is_unclear
}

# What the vault is linked to was not read: the engine says why.
deny contains {"path": path, "message": "which resource guard it is linked to is unknown"} if {
	not guard.links_are_read
	not guard.flag_is_off
	some path in array.concat(fact.unread(guard.flag_paths), ["related.guard_links"])
}

# `mua-state-inconsistent` reports it.
unknown contains {"path": "related.guard_links", "reason": "conditional"} if {
	count(guard.links) == 0
	guard.flag.state == "enabled"
}

path_of(at) := sprintf("related.guard_links[%d].properties.resourceGuardResourceId", [at])

subscription_of(id) := parts[2] if {
	is_string(id)
	parts := split(trim_space(id), "/")
	lower(parts[1]) == "subscriptions"
	trim_space(parts[2]) != ""
}
