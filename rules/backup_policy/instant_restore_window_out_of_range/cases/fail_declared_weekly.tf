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

resource "azurerm_backup_policy_vm" "weekly" {
  name                = "weekly"
  resource_group_name = "rg-backup"
  recovery_vault_name = "rsv-orders"

  # Standard: policy_type is not set.
  instant_restore_retention_days = 2

  backup {
    frequency = "Weekly"
    time      = "23:00"
    weekdays  = ["Sunday"]
  }

  retention_weekly {
    count    = 52
    weekdays = ["Sunday"]
  }
}
