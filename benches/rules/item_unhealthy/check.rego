# The item is not healthy.
package backuplint.bench.item_unhealthy

import data.backuplint.bench.item

deny contains item.finding("properties.healthStatus", message, "Passed") if {
	input.properties.healthStatus != "Passed"
	message := sprintf("health is %v and protection %v", [input.properties.healthStatus, input.properties.protectionStatus])
}
