# No lock keeps the resource guard from being deleted.
package backuplint.rules.resource_guard.guard_lock_missing

import data.backuplint.lib.lock

deny contains {
	"message": "no lock keeps the resource guard from being deleted",
	"expected": "a CanNotDelete lock on the guard, its resource group or its subscription",
	"related": [{"id": vault.id, "message": "a vault that it guards"} | some vault in input.related.linked_vaults],
} if {
	not lock.forbids_deletion
	count(doubts) == 0
}

# One such lock is enough, whatever else was not read.
decided if lock.forbids_deletion

unknown contains doubts[count(doubts) - 1] if not lock.forbids_deletion

doubts := lock.doubts("the locks over the resource guard were not read")
