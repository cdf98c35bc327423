# A restore cannot go through this staging account.
package backuplint.rules.recovery.staging_account_unsuitable

import data.backuplint.lib.fact

not_applicable if not input.declared.staging

# Nothing is taken for suitable of which these are not known.
deny contains {"path": path, "message": "it is not known whether a restore can use the account"} if {
	some path in fact.unread(array.concat(["sku.name", "kind"], extra_paths))
}

unknown contains {"path": path, "reason": "source-cannot-say"} if {
	some path in ["sku.name", "kind"]
	count(fact.read([path])) == 0
	count(fact.unread([path])) == 0
}

deny contains {
	"path": "sku.name",
	"message": sprintf("the account is zone-redundant (%v): restores do not take such staging accounts", [sku.value]),
	"observed": sku.observed,
	"expected": ["Standard_LRS", "Standard_GRS", "Standard_RAGRS"],
} if {
	endswith(sku.state, "zrs")
}

deny contains {
	"path": "kind",
	"message": sprintf("an account of kind %v cannot hold the page blobs that a restore writes", [kind.value]),
	"observed": kind.observed,
	"expected": "StorageV2",
} if {
	not kind.state in page_blob_kinds
}

deny contains {
	"path": "properties.networkAcls",
	"message": "the account is premium and has network rules: restores do not take such staging accounts",
	"observed": input.properties.networkAcls,
	"expected": "no network rules, or a standard account",
} if {
	is_premium
	has_network_rules
}

deny contains {
	"path": "sku.name",
	"message": sprintf("the account is premium (%v): it stages restores of machines with premium disks only", [sku.value]),
	"observed": sku.observed,
	"expected": "Standard_LRS",
	"level": "note",
} if {
	is_premium
	kind.state in page_blob_kinds
	not endswith(sku.state, "zrs")
	not has_network_rules
}

deny contains {
	"path": extra.path,
	"message": extra.message,
	"observed": setting.observed,
	"expected": extra.expected,
} if {
	some extra in extras
	some setting in fact.read([extra.path])
	setting.state in extra.refused
}

sku := fact.read(["sku.name"])[0]

kind := fact.read(["kind"])[0]

page_blob_kinds := {"storage", "storagev2"}

is_premium if startswith(sku.state, "premium")

has_network_rules if fact.read(["properties.networkAcls.defaultAction"])[0].state == "deny"

has_network_rules if {
	some rules in ["ipRules", "virtualNetworkRules"]
	is_array(input.properties.networkAcls[rules])
	count(input.properties.networkAcls[rules]) > 0
}

# What Microsoft's documents do not confirm: only judged where the configuration asks for it.
extras := [extra | some extra in known_extras; extra.name in data.backuplint.config["staging-account-unsuitable"].extra]

extra_paths := [extra.path | some extra in extras]

known_extras := [
	{
		"name": "hns",
		"path": "properties.isHnsEnabled",
		"refused": {"enabled"},
		"expected": false,
		"message": "the account has a hierarchical namespace",
	},
	{
		"name": "shared-key",
		"path": "properties.allowSharedKeyAccess",
		"refused": {"disabled"},
		"expected": true,
		"message": "the account refuses its keys",
	},
	{
		"name": "firewall",
		"path": "properties.networkAcls.defaultAction",
		"refused": {"deny"},
		"expected": "Allow",
		"message": "the firewall of the account denies by default",
	},
]
