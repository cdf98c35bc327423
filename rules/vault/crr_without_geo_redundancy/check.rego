# Cross-region restore is on, but there is no copy in another region.
package backuplint.rules.vault.crr_without_geo_redundancy

import data.backuplint.lib.fact
import data.backuplint.lib.vault

deny contains {
	"path": redundancy.path,
	"message": sprintf("cross-region restore is on, but storage redundancy is %s: no other region has a copy", [described]),
	"observed": redundancy.observed,
	"expected": ["GeoRedundant", "ReadAccessGeoZoneRedundant"],
} if {
	vault.cross_region_restore.state == "enabled"
	redundancy := vault.redundancy
	not redundancy.state in {"georedundant", "readaccessgeozoneredundant"}
	described := fact.describe(redundancy, vault.redundancy_paths)
}

not_applicable if vault.cross_region_restore.state == "disabled"

not_applicable if vault.keeps_no_copy
