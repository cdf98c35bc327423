# The last backup of the item failed.
package backuplint.bench.item_last_backup_failed

import data.backuplint.bench.item

deny contains item.finding("properties.lastBackupStatus", "the last backup did not complete", "Completed") if {
	not lower(input.properties.lastBackupStatus) in {"completed", "completedwithwarnings", "healthy", "irpending"}
}
