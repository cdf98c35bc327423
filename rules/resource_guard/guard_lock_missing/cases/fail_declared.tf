terraform {
  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 4.0"
    }
  }
}

resource "azurerm_data_protection_resource_guard" "backup" {
  name                = "guard-backup"
  resource_group_name = "rg-backup"
  location            = "westeurope"
}

resource "azurerm_recovery_services_vault" "orders" {
  name                = "rsv-orders"
  location            = "westeurope"
  resource_group_name = "rg-backup"
  sku                 = "Standard"
}

resource "azurerm_management_lock" "vault" {
  name       = "keep-vault"
  scope      = azurerm_recovery_services_vault.orders.id
  lock_level = "CanNotDelete"
}
