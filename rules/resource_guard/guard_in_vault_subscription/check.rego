# The resource guard lies in the vault's own subscription, whose owners hold both sides.
package backuplint.rules.resource_guard.guard_in_vault_subscription

import data.backuplint.lib.guard
import data.backuplint.lib.vault

deny contains too_near[0]

too_near := [finding |
	some at, link in guard.links
	id := link.properties.resourceGuardResourceId
	subscription := subscription_of(id)
	lower(subscription) == lower(subscription_of(input.id))
	parts := split(trim_right(trim_space(id), "/"), "/")
	finding := {
		"path": sprintf("related.guard_links[%d].properties.resourceGuardResourceId", [at]),
		"message": sprintf(
			"its resource guard %s lies in the vault's own subscription: an owner there holds both",
			[parts[count(parts) - 1]],
		),
		"observed": subscription,
		"expected": "a guard in another subscription, best in another tenant",
		"related": [{"id": link.id, "message": "the link to the guard"}, {"id": id, "message": "the guard"}],
	}
]

# What is not known is said below.
decided := true

unknown contains unnamed[count(unnamed) - 1]

# Code may leave open in which subscription something will lie.
unknown contains {"message": "whether its resource guard lies in another subscription is not known", "reason": "unresolved-expression"} if {
	some link in guard.links
	subscriptions := {lower(subscription_of(link.properties.resourceGuardResourceId)), lower(subscription_of(input.id))}
	count(subscriptions) == 2
	some subscription in subscriptions
	contains(subscription, "{")
}

# A guard that the link does not name may lie anywhere.
unnamed := [doubt |
	some at, link in guard.links
	id := object.get(link, ["properties", "resourceGuardResourceId"], null)
	not subscription_of(id)
	doubt := doubt_about(at, id)
]

doubt_about(at, id) := {"message": "the id of its resource guard names no subscription", "reason": "unrecognised-value"} if {
	is_string(id)
}

else := {"message": "which resource guard it is linked to is unknown", "reason": reason} if {
	pointer := sprintf("/related/guard_links/%d/properties/resourceGuardResourceId", [at])
	reason := object.get(input.reasons, pointer, "not-collected")
}

subscription_of(id) := parts[2] if {
	is_string(id)
	parts := split(trim_space(id), "/")
	lower(parts[1]) == "subscriptions"
	parts[2] != ""
}

# Without a link, the vault's own flag says whether there is a guard at all.
not_applicable if {
	count(guard.links) == 0
	guard.flag != "on"
	not is_doubtful
}

not_applicable if {
	not guard.links
	guard.flag in off
	not is_doubtful
}

# A Backup vault leaves the flag out when it is off.
off := {"off"} if {
	vault.is_recovery_services
} else := {"off", "unset"}

unknown contains {"path": guard.path, "reason": guard.doubt} if is_doubtful

is_doubtful if {
	not guard.links
	guard.doubt
}

# A list that was read and is empty needs no flag to confirm it.
is_doubtful if {
	count(guard.links) == 0
	guard.doubt != "not-collected"
}

unknown contains {
	"path": "related.guard_links",
	"reason": object.get(input.reasons, "/related/guard_links", "conditional"),
	"message": "multi-user authorization is on, but no link to a resource guard was read",
} if {
	not is_linked
	guard.flag == "on"
	not guard.doubt
}

unknown contains {
	"path": "related.guard_links",
	"message": "neither the flag nor the links were read",
} if {
	not guard.links
	guard.flag == "unset"
	not guard.flag in off
	not guard.doubt
}

is_linked if count(guard.links) > 0
