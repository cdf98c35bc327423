terraform {
  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 4.0"
    }
  }
}

data "azurerm_client_config" "security" {}

resource "azurerm_recovery_services_vault" "orders" {
  name                = "rsv-orders"
  location            = "westeurope"
  resource_group_name = "rg-backup"
  sku                 = "Standard"
}

resource "azurerm_recovery_services_vault_resource_guard_association" "orders" {
  vault_id          = azurerm_recovery_services_vault.orders.id
  resource_guard_id = "/subscriptions/${data.azurerm_client_config.security.subscription_id}/resourceGroups/rg-guard/providers/Microsoft.DataProtection/resourceGuards/guard-backup"
}
