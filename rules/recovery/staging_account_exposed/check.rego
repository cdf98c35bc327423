# Restored disks lie in a staging account that others can read.
package backuplint.rules.recovery.staging_account_exposed

import data.backuplint.lib.fact

not_applicable if not input.declared.staging

deny contains {
	"path": anonymous,
	"message": "anonymous access to blobs is allowed: one container made public shows restored disks to everybody",
	"observed": setting.observed,
	"expected": false,
} if {
	some setting in fact.read([anonymous])
	setting.state == "enabled"
}

deny contains {
	"path": https,
	"message": "the account takes unencrypted connections: restored data can be read on its way",
	"observed": setting.observed,
	"expected": true,
} if {
	some setting in fact.read([https])
	setting.state == "disabled"
}

# What is not on this list, the engine knows or calls unknown.
deny contains {
	"path": tls,
	"message": sprintf("the account takes connections with %v", [setting.value]),
	"observed": setting.observed,
	"expected": "TLS1_2",
} if {
	some setting in fact.read([tls])
	not setting.state in {"tls1_2", "tls1_3"}
}

deny contains {
	"path": default_action,
	"message": "the account can be reached from every network",
	"observed": object.get(input, ["properties", "networkAcls", "defaultAction"], null),
	"expected": "Deny",
} if {
	is_open
	count(fact.unread(network)) == 0
	count(silent(network)) == 0
}

# The rest says what cannot be told: a finding at a place that could not be read is one.
deny contains {"path": path, "message": "it is not known how exposed the account is"} if {
	some path in fact.unread(needed)
}

unknown contains {"path": path, "reason": "source-cannot-say"} if {
	some path in silent(needed)
}

unknown contains {"path": path, "reason": "unrecognised-value"} if {
	some path in [anonymous, https]
	some setting in fact.read([path])
	not setting.state in {"enabled", "disabled"}
}

needed := array.concat([anonymous, tls], network) if {
	is_open
} else := [anonymous, tls]

# Set nowhere, although the account was read.
silent(paths) := [path |
	some path in paths
	count(fact.read([path])) == 0
	count(fact.unread([path])) == 0
]

is_open if {
	not data.backuplint.config["staging-account-exposed"]["allow-public"]
	not is_closed
}

is_closed if {
	some setting in fact.read([public_access])
	setting.state in {"disabled", "securedbyperimeter"}
}

is_closed if {
	some setting in fact.read([default_action])
	setting.state == "deny"
}

anonymous := "properties.allowBlobPublicAccess"

https := "properties.supportsHttpsTrafficOnly"

tls := "properties.minimumTlsVersion"

network := [public_access, default_action]

public_access := "properties.publicNetworkAccess"

default_action := "properties.networkAcls.defaultAction"
