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

locals {
  soft_delete = {
    rsv = "AlwaysON"
    bv  = "AlwaysOn"
  }
}

resource "azapi_resource" "vault" {
  type      = "Microsoft.RecoveryServices/vaults@2024-04-01"
  name      = "rsv-orders"
  parent_id = "/subscriptions/6b1f0c52-7d1e-4a5e-9a70-0c1d2e3f4a5b/resourceGroups/rg-backup"
  location  = "westeurope"

  body = {
    sku = {
      name = "RS0"
      tier = "Standard"
    }
    properties = {
      publicNetworkAccess = "Enabled"
      securitySettings = {
        softDeleteSettings = {
          softDeleteState                 = local.soft_delete.rsv
          softDeleteRetentionPeriodInDays = 14
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
  soft_delete         = local.soft_delete["bv"]
}
