terraform {
  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 4.0"
    }
    azapi = {
      source  = "azure/azapi"
      version = "~> 2.0"
    }
  }
}

resource "azurerm_data_protection_backup_vault" "orders" {
  name                = "bv-orders"
  location            = "westeurope"
  resource_group_name = "rg-backup"
  datastore_type      = "VaultStore"
  redundancy          = "GeoRedundant"
}

# azurerm has no resource for the link of a Backup vault.
resource "azapi_resource" "guard_link" {
  type      = "Microsoft.DataProtection/backupVaults/backupResourceGuardProxies@2024-04-01"
  name      = "DppResourceGuardProxy"
  parent_id = azurerm_data_protection_backup_vault.orders.id

  body = {
    properties = {
      resourceGuardResourceId = "/subscriptions/9d4a7e10-5b2c-4f6d-8e31-7a90b1c2d3e4/resourceGroups/rg-guard/providers/Microsoft.DataProtection/resourceGuards/guard-backup"
    }
  }
}
