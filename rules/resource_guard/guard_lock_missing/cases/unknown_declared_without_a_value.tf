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

variable "lock_level" {
  type = string
}

resource "azurerm_management_lock" "guard" {
  name       = "keep-guard"
  scope      = azurerm_data_protection_resource_guard.backup.id
  lock_level = var.lock_level
}
