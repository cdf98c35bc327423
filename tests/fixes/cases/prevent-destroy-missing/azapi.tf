resource "azapi_resource" "guard_link" {
  type      = "Microsoft.DataProtection/backupVaults/backupResourceGuardProxies@2025-07-01"
  name      = "DppResourceGuardProxy"
  parent_id = "/subscriptions/9d4a7e10-5b2c-4f6d-8e31-7a90b1c2d3e4/resourceGroups/rg-backup/providers/Microsoft.DataProtection/backupVaults/bv-disks"
  body = {
    properties = {
      resourceGuardResourceId = "/subscriptions/0c1d2e3f-5b2c-4f6d-8e31-7a90b1c2d3e4/resourceGroups/rg-guard/providers/Microsoft.DataProtection/resourceGuards/guard-backup"
    }
  }
}
