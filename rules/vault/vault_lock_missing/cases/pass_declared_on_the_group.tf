terraform {
  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 4.0"
    }
  }
}

data "azurerm_resource_group" "backup" {
  name = "rg-backup"
}

resource "azurerm_recovery_services_vault" "orders" {
  name                = "rsv-orders"
  location            = data.azurerm_resource_group.backup.location
  resource_group_name = data.azurerm_resource_group.backup.name
  sku                 = "Standard"
}

resource "azurerm_management_lock" "group" {
  name       = "keep-backups"
  scope      = data.azurerm_resource_group.backup.id
  lock_level = "CanNotDelete"
}
