# How long a backup policy keeps its recovery points. The two kinds of vault say it in forms of their own, and a policy of a
# Recovery Services vault in three: for machines, for file shares with a copy in the vault, for databases.
#
# A span is an object:
#   path      where it stands, as a finding reports it
#   observed  what stands there
#   days      the same in days (a week is 7, a month 30, a year 365); -1 where nobody can tell
package backuplint.lib.policy

import data.backuplint.lib.fact

# What the policy backs up, in lower case; undefined where that is unknown, and for a Backup vault's.
workload := lower(found) if {
	found := object.get(input, ["properties", "backupManagementType"], null)
	is_string(found)
	count(fact.unread(["properties.backupManagementType"])) == 0
}

# A body without it is cut short: every policy of a Recovery Services vault has one.
lacks_workload if {
	object.get(input, ["properties", "backupManagementType"], null) == null
	count(fact.unread(["properties.backupManagementType"])) == 0
}

# Standard or enhanced, "v1" or "v2". Old bodies leave it out: the standard policy was the only one. The schedule of an
# enhanced one has a form of its own.
version := lower(found) if {
	found := object.get(input, ["properties", "policyType"], null)
	is_string(found)
	count(fact.unread(["properties.policyType"])) == 0
} else := "v2" if {
	count(fact.unread(["properties.policyType"])) == 0
	lower(text_of(object.get(own_schedule, "schedulePolicyType", null))) == "simpleschedulepolicyv2"
} else := "v1" if {
	count(fact.unread(["properties.policyType"])) == 0
}

# How often it runs, in lower case.
frequency := lower(text_of(object.get(own_schedule, "scheduleRunFrequency", null)))

# The span of the most frequent tier: of daily or hourly points, else of weekly ones, else of the next tier there is.
frequent := tiers[0] if {
	tiers := [span |
		some name in ["dailySchedule", "weeklySchedule", "monthlySchedule", "yearlySchedule"]
		span := span_of_tier(name)
	]
	count(tiers) > 0
} else := simple_span if {
	simple_span
} else := longest(candidates) if {
	count(candidates) > 0
}

# "daily", "weekly" and so on, for a message.
frequent_tier := names[0] if {
	names := [name |
		some pair in [
			["daily", "dailySchedule"],
			["weekly", "weeklySchedule"],
			["monthly", "monthlySchedule"],
			["yearly", "yearlySchedule"],
		]
		name := pair[0]
		span_of_tier(pair[1])
	]
	count(names) > 0
} else := simple_tier if {
	simple_span
} else := ["daily", "weekly", "monthly", "yearly"][lowest]

# --- Recovery Services vaults

# Where the retention of full recovery points stands, and what stands there. A copy in the vault outlives the snapshots.
retention := {"path": "properties.vaultRetentionPolicy.vaultRetention", "value": found} if {
	found := object.get(input, ["properties", "vaultRetentionPolicy", "vaultRetention"], null)
	is_object(found)
} else := {"path": "properties.retentionPolicy", "value": found} if {
	found := object.get(input, ["properties", "retentionPolicy"], null)
	is_object(found)
} else := {
	"path": sprintf("properties.subProtectionPolicy[%d].retentionPolicy", [full[0].at]),
	"value": object.get(full[0].policy, "retentionPolicy", null),
} if {
	is_object(object.get(full[0].policy, "retentionPolicy", null))
}

# The part of a database's policy that makes full backups.
full := [{"at": at, "policy": policy} |
	some at, policy in sub_policies
	is_object(policy)
	lower(object.get(policy, "policyType", "")) == "full"
]

sub_policies := found if {
	found := object.get(input, ["properties", "subProtectionPolicy"], null)
	is_array(found)
} else := []

span_of_tier(name) := span if {
	tier := object.get(retention.value, name, null)
	tier != null
	span := span_at(concat(".", [retention.path, name, "retentionDuration"]), member(tier, "retentionDuration"))
}

# One span for all points, which are as far apart as the schedule says.
simple_span := span_at(concat(".", [retention.path, "retentionDuration"]), duration) if {
	duration := object.get(retention.value, "retentionDuration", null)
	duration != null
}

simple_tier := "weekly" if {
	lower(object.get(own_schedule, "scheduleRunFrequency", "")) == "weekly"
} else := "daily"

own_schedule := found if {
	found := object.get(input, ["properties", "schedulePolicy"], null)
	is_object(found)
} else := found if {
	found := object.get(full[0].policy, "schedulePolicy", null)
	is_object(found)
} else := {}

span_at(path, duration) := {"path": path, "observed": duration, "days": sum([number]) * sum([unit])} if {
	is_object(duration)
	number := number_of(object.get(duration, "count", null))
	unit := object.get(units, lower(text_of(object.get(duration, "durationType", null))), 0)
	unit > 0
} else := {"path": path, "observed": duration, "days": -1}

units := {"days": 1, "weeks": 7, "months": 30, "years": 365}

# A number of days in words.
in_days(days) := "1 day" if {
	days == 1
} else := sprintf("%v days", [days])

number_of(value) := value if {
	is_number(value)
	value >= 0
	value < 1000000
} else := to_number(value) if {
	is_string(value)
	regex.match(`^[0-9]{1,9}([.][0-9]{1,9})?$`, value)
}

member(value, name) := object.get(value, name, null) if {
	is_object(value)
} else := null

text_of(value) := value if {
	is_string(value)
} else := ""

# --- Backup vaults

# What the tags of the most frequent tier keep, in the vault if they are kept there.
candidates := [span |
	some span in lifecycles
	is_given(span.tag, lowest)
	not is_left_nothing(span.tag)
	not is_outlived(span)
]

is_outlived(span) if {
	not span.is_copy
	some other in lifecycles
	other.tag == span.tag
	other.is_copy
}

# The most frequent tier that keeps anything: 0 daily, 1 weekly, 2 monthly, 3 yearly.
lowest := 0 if {
	is_kept(0)
} else := 1 if {
	is_kept(1)
} else := 2 if {
	is_kept(2)
} else := 3

is_kept(tier) if {
	some span in lifecycles
	is_given(span.tag, tier)
}

lifecycles := [span |
	some at, rule in rules
	some nth, lifecycle in rule.lifecycles
	duration := lifecycle.deleteAfter.duration
	span := {
		"tag": tag_of(rule),
		"is_copy": is_copy(lifecycle),
		"path": sprintf("properties.policyRules[%d].lifecycles[%d].deleteAfter.duration", [at, nth]),
		"observed": duration,
		"days": days_kept(lifecycle),
	}
]

days_kept(lifecycle) := days_of(lifecycle.deleteAfter.duration) if {
	lower(lifecycle.sourceDataStore.dataStoreType) in {"vaultstore", "archivestore", "operationalstore"}
} else := -1

is_copy(lifecycle) if {
	lower(lifecycle.sourceDataStore.dataStoreType) in {"vaultstore", "archivestore"}
} else := false

rules := found if {
	found := object.get(input, ["properties", "policyRules"], null)
	is_array(found)
} else := []

tag_of(rule) := "default" if {
	rule.isDefault == true
} else := lower(rule.name)

# Whether some backup of a tier gets the tag. The default rule keeps what no other tag claims. Old bodies name a tag after
# its tier and leave the criteria out; other tags without criteria are given to no scheduled backup.
is_given(tag, tier) if {
	tag == "default"
	tier == plain_tier
}

is_given(tag, tier) if {
	some criteria in criteria_of(tag)
	tier_of(criteria) == tier
}

is_given(tag, tier) if {
	count(criteria_of(tag)) == 0
	tag == ["daily", "weekly", "monthly", "yearly"][tier]
}

# Nothing is left to the default rule if every run gets another tag.
is_left_nothing(tag) if {
	tag == "default"
	some span in lifecycles
	span.tag != "default"
	is_given(span.tag, lowest)
	count(periods) > 0
	every days in periods { days >= [1, 7, 31, 366][lowest] }
}

criteria_of(tag) := [criteria |
	some rule in rules
	some tagging in rule.trigger.taggingCriteria
	lower(tagging.tagInfo.tagName) == tag
	some criteria in tagging.criteria
]

# How often a backup meets the criteria; -1 where nobody can tell.
tier_of(criteria) := tier if {
	marker := lower(criteria.absoluteCriteria[0])
	known := {"allbackup": 0, "firstofday": 0, "firstofweek": 1, "firstofmonth": 2, "firstofyear": 3}
	tier := object.get(known, marker, -1)
} else := 3 if {
	count(criteria.monthsOfYear) in {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}
} else := 2 if {
	count(criteria.weeksOfTheMonth) > 0
} else := 2 if {
	count(criteria.daysOfMonth) > 0
} else := 1 if {
	count(criteria.daysOfTheWeek) in {1, 2, 3, 4, 5, 6}
} else := 0

# Whether nobody can tell which tier some points are in.
is_unclear if {
	some rule in rules
	some tagging in rule.trigger.taggingCriteria
	some criteria in tagging.criteria
	tier_of(criteria) < 0
}

is_unclear if {
	some rule in rules
	some interval in rule.trigger.schedule.repeatingTimeIntervals
	not is_interval(interval)
}

is_interval(text) if days_of(split(text, "/")[2]) > 0

# Points without a tag of their own are as far apart as the schedule says; without a schedule backup is continuous.
plain_tier := 0 if {
	count(periods) == 0
} else := 0 if {
	runs_within(1)
} else := 1 if {
	runs_within(7)
} else := 2 if {
	runs_within(31)
} else := 3

runs_within(limit) if {
	some days in periods
	days <= limit
}

periods := [days |
	some rule in rules
	some interval in rule.trigger.schedule.repeatingTimeIntervals
	days := days_of(split(interval, "/")[2])
]

# Days of an ISO 8601 duration.
days_of(text) := ((((years * 365) + (months * 30)) + (weeks * 7)) + days) + (hours / 24) if {
	is_string(text)
	regex.match("[0-9]", text)
	form := `^P([0-9.]+Y)?([0-9.]+M)?([0-9.]+W)?([0-9.]+D)?(?:T([0-9.]+H)?(?:[0-9.]+M)?(?:[0-9.]+S)?)?$`
	found := regex.find_all_string_submatch_n(form, upper(text), 1)[0]
	parts := [part_of(part) | some part in found]
	years := sum([parts[1]])
	months := sum([parts[2]])
	weeks := sum([parts[3]])
	days := sum([parts[4]])
	hours := sum([parts[5]])
} else := -1

part_of(text) := to_number(trim_right(text, "YMWDH")) if {
	regex.match(`^[0-9]{1,9}([.][0-9]{1,9})?[YMWDH]$`, text)
} else := -100000000 if {
	regex.match("[0-9][YMWDH]$", text)
	not startswith(text, "P")
} else := 0

# The longest; one that nobody can tell comes first, since it may be that.
longest(spans) := unreadable[0] if {
	unreadable := [span | some span in spans; span.days < 0]
	count(unreadable) > 0
} else := furthest[0] if {
	most := max([span.days | some span in spans])
	furthest := [span | some span in spans; span.days == most]
}
