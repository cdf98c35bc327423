# Recovery points of every day are gone too soon.
package backuplint.rules.backup_policy.daily_retention_too_short

import data.backuplint.lib.fact
import data.backuplint.lib.policy

deny contains {
	"path": span.path,
	"message": sprintf("%s recovery points are kept for %s, fewer than %v", [policy.frequent_tier, policy.in_days(span.days), config["min-days"]]),
	"observed": span.observed,
	"expected": sprintf("%v days or more", [config["min-days"]]),
} if {
	is_concerned
	not policy.is_unclear
	span := policy.frequent
	span.days >= 0
	span.days < config["min-days"]
}

unknown contains {"path": span.path, "reason": "unrecognised-value"} if {
	span := policy.frequent
	span.days < 0
}

unknown contains {"path": "properties.policyRules", "reason": "unrecognised-value"} if policy.is_unclear

unknown contains {"path": "properties", "reason": "not-collected"} if {
	not policy.frequent
	count(fact.unread(paths)) == 0
}

paths := [
	"properties.backupManagementType",
	"properties.policyRules",
	"properties.retentionPolicy",
	"properties.vaultRetentionPolicy",
	"properties.subProtectionPolicy",
]

# Whether it concerns the policy must be known before a defect is proven.
is_concerned if count(fact.unread(["properties.backupManagementType", "properties.protectedItemsCount"])) == 0

# The agents on premises have policies of their own kind, for single folders.
not_applicable if policy.workload in {"mab", "dpm", "azurebackupserver"}

# Logs and snapshots alone are no full recovery points.
not_applicable if {
	not policy.retention
	count(policy.sub_policies) > 0
	count(policy.full) == 0
	every part in policy.sub_policies { is_object(part) }
	every part in policy.sub_policies { is_string(object.get(part, "policyType", null)) }
}

not_applicable if {
	not config["include-unused"]
	policy.number_of(object.get(input, ["properties", "protectedItemsCount"], null)) == 0
}

config := data.backuplint.config["daily-retention-too-short"]
