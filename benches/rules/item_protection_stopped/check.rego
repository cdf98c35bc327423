# Backups of the item are stopped.
package backuplint.bench.item_protection_stopped

import data.backuplint.bench.item

deny contains item.finding("properties.protectionState", "backups are stopped", "Protected") if {
	lower(input.properties.protectionState) in {"protectionstopped", "protectionpaused", "backupssuspended"}
}
