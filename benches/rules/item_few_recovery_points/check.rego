# The item has few recovery points.
package backuplint.bench.item_few_recovery_points

import data.backuplint.bench.item

deny contains item.finding("properties.extendedInfo.recoveryPointCount", message, "at least 30") if {
	count := input.properties.extendedInfo.recoveryPointCount
	count < 30
	message := sprintf("%d points since %s", [count, input.properties.extendedInfo.oldestRecoveryPoint])
}
