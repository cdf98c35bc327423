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

resource "azurerm_data_protection_backup_policy_disk" "disks" {
  name     = "disks"
  vault_id = "/subscriptions/6b1f0c52-7d1e-4a5e-9a70-0c1d2e3f4a5b/resourceGroups/rg-backup/providers/Microsoft.DataProtection/backupVaults/bv-orders"

  backup_repeating_time_intervals = ["R/2026-01-01T02:00:00+00:00/PT4H"]
  default_retention_duration      = "P7D" # ISO 8601
  time_zone                       = "UTC"
}
