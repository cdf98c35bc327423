terraform {
  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 4.0"
    }
  }
}

variable "key_uri" {}

resource "azurerm_recovery_services_vault" "orders" {
  name                = "rsv-orders"
  location            = "westeurope"
  resource_group_name = "rg-backup"
  sku                 = "Standard"

  identity {
    type = "SystemAssigned"
  }

  encryption {
    key_id                            = var.key_uri
    infrastructure_encryption_enabled = false
  }
}
