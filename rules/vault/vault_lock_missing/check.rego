# No lock keeps the vault from being deleted.
package backuplint.rules.vault.vault_lock_missing

import data.backuplint.lib.lock

deny contains {
	"message": "no lock keeps the vault, its resource group or its subscription from being deleted",
	"expected": "a CanNotDelete lock on the vault or above it",
} if {
	not lock.forbids_deletion
	count(doubts) == 0
}

# One such lock is enough, whatever else was not read.
decided if lock.forbids_deletion

unknown contains doubts[count(doubts) - 1] if not lock.forbids_deletion

doubts := lock.doubts("the locks of the vault, its resource group and its subscription were not all read")
