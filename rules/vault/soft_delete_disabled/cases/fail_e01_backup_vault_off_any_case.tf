terraform {
  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 4.0"
    }
  }
}

locals {
  soft_delete = {
    disks = "Off"
    blobs = "off"
    aks   = "OFF"
  }
}

resource "azurerm_data_protection_backup_vault" "all" {
  for_each                   = local.soft_delete
  name                       = "bv-${each.key}"
  location                   = "westeurope"
  resource_group_name        = "rg-backup"
  datastore_type             = "VaultStore"
  redundancy                 = "LocallyRedundant"
  soft_delete                = each.value
  retention_duration_in_days = 14
}
