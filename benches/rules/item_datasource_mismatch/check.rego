# The item names two different machines.
package backuplint.bench.item_datasource_mismatch

import data.backuplint.bench.item

deny contains item.finding("properties.sourceResourceId", "the two ids of its machine differ", "one machine") if {
	lower(input.properties.sourceResourceId) != lower(input.properties.virtualMachineId)
}
