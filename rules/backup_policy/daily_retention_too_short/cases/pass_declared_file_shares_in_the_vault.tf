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

resource "azurerm_backup_policy_file_share" "shares" {
  name                = "shares"
  resource_group_name = "rg-backup"
  recovery_vault_name = "rsv-orders"
  timezone            = "UTC"
  backup_tier                = "vault-standard"
  snapshot_retention_in_days = 5

  backup {
    frequency = "Daily"
    time      = "23:00"
  }

  retention_daily {
    count = 30
  }

  retention_monthly {
    count    = 12
    weekdays = ["Sunday"]
    weeks    = ["First"]
  }
}
