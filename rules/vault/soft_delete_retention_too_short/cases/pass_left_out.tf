terraform {
  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 4.0"
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
