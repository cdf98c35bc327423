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

resource "azurerm_recovery_services_vault" "orders" {
  name                = "rsv-orders"
  location            = "westeurope"
  resource_group_name = "rg-backup"
  sku                 = "Standard"
}

# azurerm has no argument for it.
resource "azapi_update_resource" "restore_settings" {
  type        = "Microsoft.RecoveryServices/vaults@2024-04-01"
  resource_id = azurerm_recovery_services_vault.orders.id

  body = {
    properties = {
      restoreSettings = {
        crossSubscriptionRestoreSettings = {
          crossSubscriptionRestoreState = "Enabled"
        }
      }
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

resource "azapi_update_resource" "backup_vault" {
  type        = "Microsoft.DataProtection/backupVaults@2024-04-01"
  resource_id = azurerm_data_protection_backup_vault.orders.id

  body = {
    properties = {
      featureSettings = {
        crossSubscriptionRestoreSettings = {
          state = "Enabled"
        }
      }
    }
  }
}
