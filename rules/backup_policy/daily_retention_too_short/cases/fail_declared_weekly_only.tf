terraform {
  required_version = ">= 1.9"

  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 4.14"
    }
  }
}

provider "azurerm" {
  features {}
}

resource "azurerm_recovery_services_vault" "archive" {
  name                = "rsv-orders"
  location            = "westeurope"
  resource_group_name = "rg-backup"
  sku                 = "Standard"
}

resource "azurerm_backup_policy_vm" "weekly" {
  name                           = "weekly"
  resource_group_name            = "rg-backup"
  recovery_vault_name            = azurerm_recovery_services_vault.archive.name
  instant_restore_retention_days = 5

  backup {
    frequency = "Weekly"
    time      = "23:00"
    weekdays  = ["Sunday"]
  }

  retention_weekly {
    weekdays = ["Sunday"]
    count    = 2
  }
}
