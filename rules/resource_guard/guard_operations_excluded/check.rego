# The resource guard lets through an operation that it could hold.
package backuplint.rules.resource_guard.guard_operations_excluded

deny contains {
	"path": sprintf("%s[%d]", [path, index]),
	"message": sprintf("%s is excluded: one person alone can do it in every linked vault", [operation]),
	"observed": operation,
	"expected": "not excluded",
	"level": level(lower(operation)),
	"related": vaults,
} if {
	is_array(excluded)
	some index, operation in excluded
	is_string(operation)
	not lower(operation) in allowed
}

unknown contains {"path": path, "reason": "unrecognised-value"} if {
	excluded != null
	not is_list_of_operations
}

is_list_of_operations if {
	is_array(excluded)
	every operation in excluded { is_string(operation) }
}

path := "properties.vaultCriticalOperationExclusionList"

excluded := object.get(input, ["properties", "vaultCriticalOperationExclusionList"], null)

allowed := {lower(operation) | some operation in data.backuplint.config["guard-operations-excluded"].allowed}

vaults := [linked.id | some linked in object.get(input.related, "linked_vaults", [])]

# What destroys data or takes a defence away is worst; a security PIN alone destroys nothing.
level(operation) := "error" if {
	is_worst(operation)
} else := "note" if {
	contains(operation, "backupsecuritypin")
} else := "warning"

is_worst(operation) if {
	some part in ["/delete", "#reduceimmutabilitystate", "#reducesoftdeletesecurity", "stopprotection"]
	contains(operation, part)
}
