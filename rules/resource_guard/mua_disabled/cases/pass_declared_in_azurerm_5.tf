terraform {
  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 5.2"
    }
  }
}

variable "resource_guard_id" {
  type        = string
  description = "Of the security team, in its own subscription."
  default     = "/subscriptions/9d4a7e10-5b2c-4f6d-8e31-7a90b1c2d3e4/resourceGroups/rg-guard/providers/Microsoft.DataProtection/resourceGuards/guard-backup"
}

resource "azurerm_recovery_services_vault" "orders" {
  name                = "rsv-orders"
  location            = "westeurope"
  resource_group_name = "rg-backup"
  sku                 = "Standard"
}

resource "azurerm_recovery_services_vault_resource_guard_association" "orders" {
  vault_id          = azurerm_recovery_services_vault.orders.id
  resource_guard_id = var.resource_guard_id
}
