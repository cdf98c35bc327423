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

locals {
  vault = {
    name                = "rsv-orders"
    resource_group_name = "rg-backup"
  }

  # One policy a tier of service; the app teams choose.
  policies = {
    bronze = { days = 30, time = "01:30" }
    silver = { days = 35, time = "02:30" }
  }
}

resource "azurerm_backup_policy_vm" "tier" {
  for_each = local.policies

  name                = each.key
  resource_group_name = local.vault.resource_group_name
  recovery_vault_name = local.vault.name

  backup {
    frequency = "Daily"
    time      = each.value.time
  }

  retention_daily {
    count = each.value.days
  }
}
