# The item has no backup policy.
package backuplint.bench.item_without_policy

import data.backuplint.bench.item

deny contains item.finding("properties.policyId", "no backup policy: recovery points are kept, new ones are not made", "a backup policy") if {
	item.is_empty("policyId")
	item.is_empty("policyName")
}
