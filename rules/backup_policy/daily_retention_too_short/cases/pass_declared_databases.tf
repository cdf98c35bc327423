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

variable "retention" {
  type = object({
    full_days = optional(number, 30)
    log_days  = optional(number, 15)
  })
  default = {}
}

resource "azurerm_backup_policy_vm_workload" "sql" {
  name                = "sql"
  resource_group_name = "rg-backup"
  recovery_vault_name = "rsv-orders"
  workload_type       = "SQLDataBase"

  settings {
    time_zone           = "UTC"
    compression_enabled = true
  }

  protection_policy {
    policy_type = "Log"

    backup {
      frequency_in_minutes = 15
    }

    simple_retention {
      count = var.retention.log_days
    }
  }

  protection_policy {
    policy_type = "Full"

    backup {
      frequency = "Daily"
      time      = "23:00"
    }

    retention_daily {
      count = var.retention.full_days
    }
  }
}
