resource "azapi_resource" "orders" {
  type      = "Microsoft.DataProtection/backupVaults@2025-07-01"
  name      = "bv-orders"
  parent_id = "/subscriptions/11111111-0000-0000-0000-000000000001/resourceGroups/rg-backup"
  location  = "westeurope"
  body = {
    properties = {
      storageSettings = [{ datastoreType = "VaultStore", type = "GeoRedundant" }]
    }
  }
}
