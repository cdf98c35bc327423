# The item is protected by a policy that nobody chose.
package backuplint.rules.backup_policy.default_policy_in_use

import data.backuplint.lib.fact

deny contains {
	"path": "properties.policyId",
	"message": sprintf("it uses %s, which came with the vault and is unchanged", [name]),
	"observed": name,
	"expected": "a backup policy of your own",
	"related": [policy_id],
} if {
	count(fact.unread(states)) == 0
	count(fact.unread(contents)) == 0
	lower(name) in is_as_shipped
	not shows_no_state
}

# What was not read makes this a question, not a defect.
deny contains {"path": path, "message": sprintf("it uses %s, which may be unchanged", [name])} if {
	lower(name) in {"defaultpolicy", "enhancedpolicy", "hourlylogbackup"}
	some path in unread
}

# The policy as a whole, or what it leaves out.
unread := ["related.policy"] if {
	"/related/policy" in input.unknown
} else := fact.unread(contents)

# An exporter that cuts off what lies too deep for it leaves a text.
unknown contains {"path": setting.path, "reason": "unrecognised-value"} if {
	some setting in fact.read(contents)
	is_string(setting.value)
}

contents := [
	"related.policy.properties.retentionPolicy",
	"related.policy.properties.schedulePolicy",
	"related.policy.properties.subProtectionPolicy",
	"related.policy.properties.instantRpRetentionRangeInDays",
]

is_as_shipped contains "defaultpolicy" if {
	keeps_thirty_days(policy)
	keeps_snapshots_two_days
	frequency == "daily"
}

is_as_shipped contains "enhancedpolicy" if {
	keeps_thirty_days(policy)
	keeps_snapshots_two_days
	frequency == "hourly"
	policy.schedulePolicy.hourlySchedule.interval == 4
	policy.schedulePolicy.hourlySchedule.scheduleWindowDuration == 12
}

is_as_shipped contains "hourlylogbackup" if {
	count(policy.subProtectionPolicy) == 2
	some full in policy.subProtectionPolicy
	lower(full.policyType) == "full"
	lower(full.schedulePolicy.scheduleRunFrequency) == "daily"
	keeps_thirty_days(full)
	some log in policy.subProtectionPolicy
	lower(log.policyType) == "log"
	log.schedulePolicy.scheduleFrequencyInMins == 60
	is_thirty_days(log.retentionPolicy.retentionDuration)
}

keeps_thirty_days(part) if {
	is_thirty_days(part.retentionPolicy.dailySchedule.retentionDuration)
	every name in ["weeklySchedule", "monthlySchedule", "yearlySchedule"] {
		object.get(part.retentionPolicy, name, null) == null
	}
}

is_thirty_days(duration) if {
	duration.count == 30
	lower(duration.durationType) == "days"
}

keeps_snapshots_two_days if object.get(policy, "instantRpRetentionRangeInDays", null) in {null, 2}

frequency := lower(policy.schedulePolicy.scheduleRunFrequency)

policy := input.related.policy.properties

# Backup vaults ship no policy.
policy_id := input.properties.policyId if {
	lower(input.type) != "microsoft.dataprotection/backupvaults/backupinstances"
	is_string(input.properties.policyId)
}

name := parts[count(parts) - 1] if {
	parts := split(policy_id, "/")
}

not_applicable if not is_active

not_applicable if {
	count(fact.read(policy_paths)) == 0
	count(fact.unread(policy_paths)) == 0
}

not_applicable if {
	some setting in fact.read(policy_paths)
	setting.value == ""
}

policy_paths := ["properties.policyId", "properties.policyInfo.policyId"]

# A state that could not be read, or that is missing, is no state that says "stopped".
is_active if count(fact.unread(states)) > 0

is_active if shows_no_state

shows_no_state if {
	count(fact.read(states)) == 0
	count(fact.unread(states)) == 0
	not is_deleted
	not in_code
}

# Code asks for backups; the state is what Azure makes of it.
in_code if input.source.kind == "code"

is_active if {
	in_code
	count(fact.read(states)) == 0
	not is_deleted
}

unknown contains {"path": state_path, "reason": "not-collected"} if shows_no_state

is_active if {
	some state in fact.read(states)
	state.state in {
		"protected",
		"irpending",
		"protectionerror",
		"protectionconfigured",
		"updatingprotection",
		"configuringprotection",
		"retentionschedulessuspended",
	}
	not is_deleted
}

is_deleted if object.get(input, ["properties", "isScheduledForDeferredDelete"], false) == true

states := ["properties.protectionState", "properties.currentProtectionState"]

state_path := states[1] if {
	lower(input.type) == "microsoft.dataprotection/backupvaults/backupinstances"
} else := states[0]
