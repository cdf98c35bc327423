# A custom role opens the operations that destroy backups through a wildcard.
package backuplint.rules.access.custom_role_backup_wildcard

deny contains {
	"path": sprintf("properties.permissions[%d].actions[%d]", [grant.block, grant.at]),
	"message": sprintf(
		"the role grants %s, which opens operations that destroy backups (%d of %d), such as %s",
		[grant.pattern, count(grant.open), count(destroying), grant.open[0]],
	),
	"observed": grant.pattern,
	"expected": sprintf("operations by name, or in notActions: %s", [concat(", ", grant.open)]),
	"related": [{"id": assignment.id, "message": "assigns the role"} | some assignment in array.slice(assignments, 0, 10)],
} if {
	is_custom
	is_held
	some grant in grants
	not is_unsure(grant.block)
}

# What deletes or stops the backups themselves, or what they are made by.
destroying := [
	"Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems/delete",
	"Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/delete",
	"Microsoft.RecoveryServices/vaults/backupPolicies/write",
	"Microsoft.RecoveryServices/vaults/backupPolicies/delete",
	"Microsoft.RecoveryServices/vaults/delete",
	"Microsoft.DataProtection/backupVaults/backupInstances/delete",
	"Microsoft.DataProtection/backupVaults/backupInstances/stopProtection/action",
	"Microsoft.DataProtection/backupVaults/backupInstances/suspendBackups/action",
	"Microsoft.DataProtection/backupVaults/delete",
]

grants := [grant |
	some block, permission in permissions
	some at, pattern in listed(permission, "actions")
	is_string(pattern)
	contains(pattern, "*")
	exceptions := [lower(exception) | some exception in listed(permission, "notActions"); is_string(exception)]
	open := [operation |
		some operation in destroying
		reaches(lower(pattern), lower(operation))
		count([exception | some exception in exceptions; reaches(exception, lower(operation))]) == 0
	]
	count(open) > 0
	grant := {"block": block, "at": at, "pattern": pattern, "open": open}
]

# A star stands for any text, slashes included.
reaches(pattern, operation) if {
	parts := split(pattern, "*")
	count(parts) > 1
	startswith(operation, parts[0])
	rest := substring(operation, count(parts[0]), -1)
	last := parts[count(parts) - 1]
	endswith(rest, last)
	contains(trim_suffix(rest, last), concat("", array.slice(parts, 1, count(parts) - 1)))
}

reaches(pattern, operation) if pattern == operation

permissions := found if {
	found := object.get(input, ["properties", "permissions"], null)
	is_array(found)
} else := []

listed(permission, name) := found if {
	is_object(permission)
	found := object.get(permission, name, null)
	is_array(found)
} else := []

# Whether nobody can tell what the block takes out again.
is_unsure(block) if {
	some pointer in input.unknown
	startswith(pointer, sprintf("/properties/permissions/%d/notActions", [block]))
}

is_unsure(block) if is_malformed(permissions[block], "notActions")

unknown contains {"path": sprintf("properties.permissions[%d].%s", [block, name]), "reason": "unrecognised-value"} if {
	some block, permission in permissions
	some name in ["actions", "notActions"]
	is_malformed(permission, name)
}

is_malformed(permission, _) if not is_object(permission)

is_malformed(permission, name) if {
	is_object(permission)
	found := object.get(permission, name, null)
	found != null
	not is_array(found)
}

# More stars than Azure's own roles have.
is_malformed(permission, name) if {
	some pattern in listed(permission, name)
	is_string(pattern)
	count(split(pattern, "*")) > 3
}

unknown contains {"path": "properties.permissions", "message": "what the role grants is unknown"} if {
	count(permissions) == 0
}

# --- Whose role it is, and whether anybody holds it.

kinds := {lower(kind) |
	some name in ["type", "roleType"]
	kind := object.get(input, ["properties", name], null)
	is_string(kind)
}

is_custom if "customrole" in kinds

# Code declares no other roles, and mostly does not say so.
is_custom if {
	count(kinds) == 0
	input.source.kind == "code"
}

is_built_in if "builtinrole" in kinds

unknown contains {
	"path": "properties.type",
	"reason": ["not-collected", "unrecognised-value"][min([1, count(kinds)])],
	"message": "whether it is a custom role is unknown",
} if {
	not is_custom
	not is_built_in
}

assignments := object.get(input.related, "assignments", [])

is_held if count(assignments) > 0

is_held if not data.backuplint.config["custom-role-backup-wildcard"]["require-assigned"]

unknown contains {
	"path": "related.assignments",
	"message": "the role opens operations that destroy backups, but whether anybody holds it was not read",
} if {
	is_custom
	not is_held
	count(grants) > 0
}

is_unassigned if {
	not is_held
	not "/related/assignments/-" in input.unknown
}

not_applicable if is_built_in

not_applicable if is_unassigned

# What is granted does not matter then, and who holds it does not matter where nothing is open.
decided if is_built_in

decided if is_unassigned

decided if {
	is_custom
	count(grants) == 0
	count([pointer | some pointer in input.unknown; startswith(pointer, "/properties/permissions")]) == 0
}
