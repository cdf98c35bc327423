# The newest recovery point of the item is old.
package backuplint.bench.item_recovery_point_old

import data.backuplint.bench.item

deny contains item.finding("properties.lastRecoveryPoint", "the newest recovery point is older than two days", "a point of the last two days") if {
	newest := time.parse_rfc3339_ns(input.properties.lastRecoveryPoint)
	data.backuplint.clock.now_ns - newest > ((2 * 24) * 3600) * 1000000000
}
