# The diagnostic settings of a vault, and which of them send the logs of Azure Backup.
package backuplint.lib.diagnostic

# A setting that sends one of these categories somewhere, with its place in the list.
sending(categories) := [{"index": index, "setting": setting} |
	some index, setting in settings
	count(sinks(setting)) > 0
	sends_any(setting, categories)
]

settings := object.get(input, ["related", "diagnostic_settings"], [])

# The entries for single categories and for groups of them; `allLogs` is the group of every category.
sends_any(setting, categories) if {
	some entry in entries(setting)
	is_on(entry)
	names_any(entry, categories)
}

names_any(entry, _) if lower(text(entry.categoryGroup)) == "alllogs"

names_any(entry, categories) if {
	some category in categories
	matches(lower(text(entry.category)), lower(category))
}

# A star stands at the end only.
matches(name, pattern) if name == pattern

matches(name, pattern) if {
	endswith(pattern, "*")
	startswith(name, trim_suffix(pattern, "*"))
}

is_on(entry) if lower(sprintf("%v", [entry.enabled])) == "true"

entries(setting) := [entry |
	some entry in logs(setting)
	is_object(entry)
]

logs(setting) := setting.properties.logs if {
	is_array(setting.properties.logs)
} else := []

# Where something else stands than a list, as tools write that cut bodies off.
malformed := [sprintf("related.diagnostic_settings[%d].properties.logs", [index]) |
	some index, setting in settings
	logs := object.get(setting, ["properties", "logs"], null)
	logs != null
	not is_array(logs)
]

# Where a setting sends its logs to.
sinks(setting) := {name |
	some name in sink_names
	trim_space(text(object.get(setting, ["properties", name], ""))) != ""
}

sink_names := ["workspaceId", "storageAccountId", "eventHubAuthorizationRuleId", "marketplacePartnerId"]

text(value) := value if {
	is_string(value)
} else := ""
