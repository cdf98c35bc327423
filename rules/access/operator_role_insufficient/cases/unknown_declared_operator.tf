terraform {
  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 4.0"
    }
  }
}

resource "azurerm_recovery_services_vault" "orders" {
  name                = "rsv-orders"
  location            = "westeurope"
  resource_group_name = "rg-backup"
  sku                 = "Standard"
}

locals {
  admin = "3f2a9c1e-7b64-4d08-9e5a-1c7d20f8b6a3"
}

resource "azurerm_role_assignment" "vault" {
  scope                = azurerm_recovery_services_vault.orders.id
  role_definition_name = "Backup Operator"
  principal_id         = local.admin
  principal_type       = "User"
}
