# Azure refuses a policy that keeps its snapshots for so long, or for so short a time.
package backuplint.rules.backup_policy.instant_restore_window_out_of_range

import data.backuplint.lib.fact
import data.backuplint.lib.policy

deny contains {
	"path": path,
	"message": message,
	"observed": value,
	"expected": expected,
} if {
	policy.workload == "azureiaasvm"
}

message := sprintf("snapshots are kept for %s; a standard policy that runs weekly must keep them for 5", [policy.in_days(days)]) if {
	is_weekly_standard
	days != 5
} else := sprintf("snapshots are kept for %s; %s policy (%s) allows %v to %v", [policy.in_days(days), kind, upper(policy.version), range[0], range[1]]) if {
	kind := {"v1": "a standard", "v2": "an enhanced"}[policy.version]
	is_outside
}

expected := 5 if {
	is_weekly_standard
} else := sprintf("%v to %v", [range[0], range[1]])

is_weekly_standard if {
	policy.version == "v1"
	policy.frequency == "weekly"
}

is_outside if days < range[0]

is_outside if days > range[1]

# What is below zero is a number too.
days := value if {
	is_number(value)
} else := policy.number_of(value)

range := data.backuplint.config["instant-restore-window-out-of-range"][policy.version]

unknown contains {"path": path, "reason": "unrecognised-value"} if {
	value != null
	not is_number(value)
	not policy.number_of(value)
}

value := object.get(input, ["properties", "instantRpRetentionRangeInDays"], null)

path := "properties.instantRpRetentionRangeInDays"

unknown contains {"path": "properties.backupManagementType", "reason": "not-collected"} if policy.lacks_workload

not_applicable if policy.workload != "azureiaasvm"

not_applicable if {
	value == null
	count(fact.unread([path])) == 0
}
