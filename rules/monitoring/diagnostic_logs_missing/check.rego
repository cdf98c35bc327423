# No diagnostic setting sends the vault's backup logs anywhere.
package backuplint.rules.monitoring.diagnostic_logs_missing

import data.backuplint.lib.diagnostic
import data.backuplint.lib.fact

# Without a message for what is unclear, since the engine says that of a path that could not be read.
deny contains {"path": path, "message": "it is not known what this diagnostic setting sends"} if {
	count(sending) == 0
	some path in unclear
}

deny contains {
	"path": "related.diagnostic_settings",
	"message": sprintf("backup logs are sent nowhere: %s", [found]),
	"observed": [setting.id | some setting in diagnostic.settings],
	"expected": sprintf("a setting with a destination and one of: allLogs, %s", [concat(", ", categories)]),
} if {
	count(sending) == 0
	count(unclear) == 0
	count(diagnostic.malformed) == 0
}

unknown contains {"path": path, "reason": "unrecognised-value"} if {
	count(sending) == 0
	some path in diagnostic.malformed
}

sending := diagnostic.sending(categories)

categories := data.backuplint.config["diagnostic-logs-missing"].categories

unclear := fact.unread([path |
	some index, _ in diagnostic.settings
	some name in array.concat(["logs"], diagnostic.sink_names)
	path := sprintf("related.diagnostic_settings[%d].properties.%s", [index, name])
])

found := "the vault has no diagnostic setting" if {
	count(diagnostic.settings) == 0
} else := sprintf("of its diagnostic settings (%d) none has a destination and an enabled backup category", [count(diagnostic.settings)])
