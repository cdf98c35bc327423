terraform {
  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 3.117"
    }
  }
}

variable "cross_region_restore" {
  type    = bool
  default = true
}

resource "azurerm_recovery_services_vault" "orders" {
  name                         = "rsv-orders"
  location                     = "westeurope"
  resource_group_name          = "rg-backup"
  sku                          = "Standard"
  storage_mode_type            = "GeoRedundant"
  cross_region_restore_enabled = var.cross_region_restore
}

resource "azurerm_data_protection_backup_vault" "orders" {
  name                = "bv-orders"
  location            = "westeurope"
  resource_group_name = "rg-backup"
  datastore_type      = "VaultStore"
  redundancy          = "GeoRedundant"

  cross_region_restore_enabled = var.cross_region_restore
}
