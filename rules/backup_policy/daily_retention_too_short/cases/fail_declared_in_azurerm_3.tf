terraform {
  required_version = "~> 3.117"

  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 3.117"
    }
  }
}

provider "azurerm" {
  features {}
}

variable "daily_retention_days" {
  description = "How long the points of every night are kept."
  type        = number
  default     = 14
}

resource "azurerm_recovery_services_vault" "orders" {
  name                = "rsv-orders"
  location            = "westeurope"
  resource_group_name = "rg-backup"
  sku                 = "Standard"
}

resource "azurerm_backup_policy_vm" "daily" {
  name                = "daily"
  resource_group_name = azurerm_recovery_services_vault.orders.resource_group_name
  recovery_vault_name = azurerm_recovery_services_vault.orders.name

  # The nightly batch is done by ten.
  backup {
    frequency = "Daily"
    time      = "23:00"
  }

  retention_daily {
    count = var.daily_retention_days # days
  }

  retention_weekly {
    count    = 12
    weekdays = ["Sunday"]
  }
}
