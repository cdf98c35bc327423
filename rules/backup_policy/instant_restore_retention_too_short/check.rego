# Snapshots beside the machine are gone too soon for a quick restore.
package backuplint.rules.backup_policy.instant_restore_retention_too_short

import data.backuplint.lib.fact
import data.backuplint.lib.policy

deny contains {
	"path": path,
	"message": sprintf("snapshots are kept for %s, fewer than %v", [described, min_days]),
	"observed": value,
	"expected": sprintf("%v days or more", [min_days]),
} if {
	policy.workload == "azureiaasvm"
	days < min_days
}

# A standard policy keeps two days unless told otherwise.
days := policy.number_of(value) if {
	value != null
} else := 2 if {
	policy.version == "v1"
}

described := policy.in_days(days) if {
	value != null
} else := "2 days (nothing is set: Azure's default)"

value := object.get(input, ["properties", "instantRpRetentionRangeInDays"], null)

# The documentation says 7 days for an enhanced policy, recorded answers say 2.
unknown contains {"path": path, "reason": "source-cannot-say"} if {
	value == null
	policy.version == "v2"
	count(fact.unread([path])) == 0
}

unknown contains {"path": path, "reason": "unrecognised-value"} if {
	value != null
	not policy.number_of(value)
}

path := "properties.instantRpRetentionRangeInDays"

min_days := data.backuplint.config["instant-restore-retention-too-short"]["min-days"]

unknown contains {"path": "properties.backupManagementType", "reason": "not-collected"} if policy.lacks_workload

not_applicable if policy.workload != "azureiaasvm"
