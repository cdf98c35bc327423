# Reads one setting from every place that may hold it.
#
# A setting is an object:
#   path      where it stands, as a finding reports it
#   observed  what stands there; null if nothing is set and Azure's own default applies
#   value     what is in force: what stands there, or the default
#   state     the same for comparing: in lower case, true and false as "enabled" and "disabled"
#
# A rule need not ask whether it knows a value: it denies whatever is not on its list of good ones. The engine turns a
# finding on a path that could not be read, or on a value that nobody knows, into "unknown".
package backuplint.lib.fact

# The settings found at these dotted paths, in the order of the paths.
read(paths) := settings if {
	settings := [setting_of(path, observed) |
		some path in paths
		observed := object.get(input, split(path, "."), null)
		observed != null
	]
}

# What counts among several places: the weakest of the settings there. If there is none, what Azure assumes, once every
# place was read. Else nothing: who cannot tell what is set guesses neither a defect nor a pass.
weakest_of(paths, ranks, assumed) := weakest(read(paths), ranks) if count(read(paths)) > 0

else := by_default(paths, assumed) if count(unread(paths)) == 0

# The same for a number: the least of those there.
least_of(paths, assumed) := least(numbers(paths)) if count(numbers(paths)) > 0

else := by_default(paths, assumed) if count(unread(paths)) == 0

# The settings that hold a number.
numbers(paths) := [setting | some setting in read(paths); is_number(setting.value)]

# The places where something else stands. A rule reports them as unknown: nobody knows what it means.
no_numbers(paths) := [{"path": setting.path, "reason": "unrecognised-value"} |
	some setting in read(paths)
	not is_number(setting.value)
]

least(settings) := least_settings[0] if {
	lowest := min([setting.value | some setting in settings])
	least_settings := [setting | some setting in settings; setting.value == lowest]
}

# Azure's own default, reported at the first of the places, where one would set it.
by_default(paths, assumed) := object.union(setting_of(paths[0], assumed), {"observed": null})

# The setting of the lowest rank, and the first of these. A value without a rank comes just above the bottom: it never
# hides a proven defect, and is never taken for a good value.
weakest(settings, ranks) := weakest_settings[0] if {
	lowest := min([rank(setting, ranks) | some setting in settings])
	weakest_settings := [setting | some setting in settings; rank(setting, ranks) == lowest]
}

rank(setting, ranks) := object.get(ranks, setting.state, 1)

setting_of(path, value) := {
	"path": path,
	"observed": value,
	"value": value,
	"state": object.get({"true": "enabled", "false": "disabled"}, text, text),
} if {
	text := lower(sprintf("%v", [value]))
}

# The paths that could not be read.
unread(paths) := found if {
	found := [path |
		some path in paths
		some pointer in object.get(input, "unknown", [])
		startswith(concat("", ["/", steps(path), "/"]), concat("", [pointer, "/"]))
	]
}

# `a.b[0].c` as a pointer has it: `a/b/0/c`.
steps(path) := replace(replace(replace(path, ".", "/"), "[", "/"), "]", "")

# The value for a message, with what a reader must know: that nobody set it, or that another place disagrees.
describe(setting, paths) := sprintf("%v (nothing is set: Azure's default)", [setting.value]) if setting.observed == null

else := sprintf("%v (although %s says %v)", [setting.value, others[0].path, others[0].value]) if {
	others := [other | some other in read(paths); other.state != setting.state]
	count(others) > 0
}

else := sprintf("%v", [setting.value])
