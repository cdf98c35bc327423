terraform {
  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 4.0"
    }
  }
}

variable "key_id" {
  type    = string
  default = null
}

resource "azurerm_recovery_services_vault" "orders" {
  name                = "rsv-orders"
  location            = "westeurope"
  resource_group_name = "rg-backup"
  sku                 = "Standard"

  dynamic "identity" {
    for_each = var.key_id != null ? [1] : []
    content {
      type = "SystemAssigned"
    }
  }

  dynamic "encryption" {
    for_each = var.key_id != null ? [var.key_id] : []
    content {
      key_id                            = encryption.value
      infrastructure_encryption_enabled = true
    }
  }
}
