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

variable "instant_restore_days" {
  type        = number
  default     = 45
  description = "Snapshots beside the machine are dear."
}

resource "azurerm_backup_policy_vm" "daily" {
  name                           = "daily"
  resource_group_name            = "rg-backup"
  recovery_vault_name            = "rsv-orders"
  policy_type                    = "V2"
  instant_restore_retention_days = var.instant_restore_days

  backup {
    frequency = "Daily"
    time      = "23:00"
  }

  retention_daily {
    count = 30
  }
}
