# Backup logs go to the shared table of a workspace.
package backuplint.rules.monitoring.diagnostic_logs_not_resource_specific

import data.backuplint.lib.diagnostic

deny contains {
	"path": sprintf("related.diagnostic_settings[%d].properties.logAnalyticsDestinationType", [sent.index]),
	"message": "backup logs go to the shared table AzureDiagnostics of the workspace, not to tables of their own",
	"observed": object.get(sent.setting, ["properties", "logAnalyticsDestinationType"], null),
	"expected": "Dedicated",
} if {
	some sent in to_workspace
	lower(diagnostic.text(object.get(sent.setting, ["properties", "logAnalyticsDestinationType"], ""))) != "dedicated"
}

unknown contains {"path": path, "reason": "unrecognised-value"} if some path in diagnostic.malformed

not_applicable if {
	count(to_workspace) == 0
	count(diagnostic.malformed) == 0
}

to_workspace := [sent |
	some sent in diagnostic.sending(["CoreAzureBackup", "AddonAzureBackup*", "AzureBackupReport"])
	"workspaceId" in diagnostic.sinks(sent.setting)
]
