# Nobody is alerted when a backup or restore job fails.
package backuplint.rules.monitoring.job_failure_alerts_disabled

import data.backuplint.lib.fact

deny contains {
	"path": setting.path,
	"message": sprintf("alerts for failed jobs are %s: a backup that fails every night stays unnoticed", [setting.value]),
	"observed": setting.observed,
	"expected": "Enabled",
} if {
	some setting in fact.read(paths)
	setting.state != "enabled"
}

# What Azure does when nothing is set, its own sources tell differently.
unknown contains {"path": paths[0], "reason": "source-cannot-say"} if {
	count(fact.read(paths)) == 0
	count(fact.unread(paths)) == 0
}

paths := ["properties.monitoringSettings.azureMonitorAlertSettings.alertsForAllJobFailures"]
