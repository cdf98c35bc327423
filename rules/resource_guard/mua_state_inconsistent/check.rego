# The vault says one thing about multi-user authorization, its list of guard links another.
package backuplint.rules.resource_guard.mua_state_inconsistent

import data.backuplint.lib.guard

deny contains {
	"path": guard.flag.path,
	"message": "the vault says that multi-user authorization is on, but it is linked to no resource guard",
	"observed": guard.flag.observed,
	"expected": "a link to a resource guard",
} if {
	not in_code
	guard.flag.state == "enabled"
	count(guard.links) == 0
}

deny contains {
	"path": guard.flag.path,
	"message": "the vault is linked to a resource guard, but says that multi-user authorization is off",
	"observed": guard.flag.observed,
	"expected": guard.on,
	"related": [link.id | some link in guard.links],
} if {
	not in_code
	guard.flag.state == "disabled"
	count(guard.links) > 0
}

# A fresh vault says Invalid; beside a link, nobody knows what that means.
unknown contains {"path": guard.flag.path, "reason": "unrecognised-value"} if {
	guard.flag.state == "invalid"
	count(guard.links) > 0
}

unknown contains {"path": guard.flag_path, "reason": "unrecognised-value"} if guard.flag_is_unclear

# Only Azure writes the flag.
unknown contains {"path": guard.flag_path, "reason": "source-cannot-say"} if in_code

in_code if input.source.kind == "code"
