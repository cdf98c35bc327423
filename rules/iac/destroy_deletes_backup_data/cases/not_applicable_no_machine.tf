provider "azurerm" {
  features {}
}

resource "azurerm_recovery_services_vault" "orders" {
  name                = "rsv-orders"
  resource_group_name = "rg-backup"
  location            = "westeurope"
  sku                 = "Standard"
}
