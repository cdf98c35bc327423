terraform {
  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 3.117"
    }
  }
}

resource "azurerm_resource_group" "backup" {
  name     = "rg-backup"
  location = "westeurope"
}

resource "azurerm_resource_group" "network" {
  name     = "rg-network"
  location = "westeurope"
}

resource "azurerm_recovery_services_vault" "orders" {
  name                = "rsv-orders"
  location            = azurerm_resource_group.backup.location
  resource_group_name = azurerm_resource_group.backup.name
  sku                 = "Standard"
}

# A lock on another group keeps nothing here.
resource "azurerm_management_lock" "network" {
  name       = "keep-network"
  scope      = azurerm_resource_group.network.id
  lock_level = "CanNotDelete"
}
