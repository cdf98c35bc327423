terraform {
  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 4.0"
    }
  }
}

variable "location" {
  type    = string
  default = "westeurope"
}

resource "azurerm_resource_group" "backup" {
  name     = "rg-backup"
  location = var.location
}

resource "azurerm_recovery_services_vault" "orders" {
  name                = "rsv-orders"
  location            = azurerm_resource_group.backup.location
  resource_group_name = azurerm_resource_group.backup.name
  sku                 = "Standard"
  soft_delete_enabled = true
}

resource "azurerm_data_protection_backup_vault" "orders" {
  name                = "bv-orders"
  location            = azurerm_resource_group.backup.location
  resource_group_name = azurerm_resource_group.backup.name
  datastore_type      = "VaultStore"
  redundancy          = "GeoRedundant"
  soft_delete         = "On"
}
