terraform {
  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 4.0"
    }
  }
}

variable "locked_resource_id" {
  type = string
}

resource "azurerm_recovery_services_vault" "orders" {
  name                = "rsv-orders"
  location            = "westeurope"
  resource_group_name = "rg-backup"
  sku                 = "Standard"
}

resource "azurerm_management_lock" "vault" {
  name       = "keep"
  scope      = var.locked_resource_id
  lock_level = "CanNotDelete"
}
