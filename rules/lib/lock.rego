# The locks over a resource: its own, and those of its resource group and its subscription.
package backuplint.lib.lock

forbids_deletion if {
	some lock in input.related.locks
	level_of(lock) in {"cannotdelete", "readonly"}
}

# Why nobody can tell whether one does: the list was not read, or a lock does not say what it forbids.
doubts(unread) := array.concat(lists, unclear) if {
	lists := [{"message": unread, "reason": reason} |
		some pointer, reason in input.reasons
		pointer == "/related/locks/-"
	]
	unclear := [{"message": message, "reason": reason} |
		some at, lock in input.related.locks
		not level_of(lock) in {"cannotdelete", "readonly", "notspecified"}
		parts := split(lock.id, "/")
		message := sprintf("what lock %s forbids is unknown", [parts[count(parts) - 1]])
		reason := object.get(input.reasons, sprintf("/related/locks/%d/properties/level", [at]), "not-collected")
	]
}

level_of(lock) := lower(sprintf("%v", [object.get(lock, ["properties", "level"], "")]))
