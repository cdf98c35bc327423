# `terraform destroy` of a vault purges everything that it protects.
package backuplint.rules.iac.purge_on_destroy_enabled

deny contains {
	"path": path,
	"message": "destroying a vault deletes every item that it protects, with all recovery points",
	"observed": true,
	"expected": false,
} if {
	object.get(input, split(path, "."), false) == true
}

path := "features.recovery_service.purge_protected_items_from_vault_on_destroy"
