# The item names another vault than the one it is in.
package backuplint.bench.item_of_another_vault

import data.backuplint.bench.item

deny contains item.finding("properties.vaultId", "the item names another vault", "its own vault") if {
	vault := replace(lower(input.properties.vaultId), "https://management.azure.com", "")
	not startswith(lower(input.id), concat("", [vault, "/"]))
}
