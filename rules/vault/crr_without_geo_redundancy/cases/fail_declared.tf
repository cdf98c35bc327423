terraform {
  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 4.0"
    }
  }
}

locals {
  vaults = {
    orders = { redundancy = "LocallyRedundant", cross_region_restore = true }
  }
}

resource "azurerm_recovery_services_vault" "all" {
  for_each                     = local.vaults
  name                         = "rsv-${each.key}"
  location                     = "westeurope"
  resource_group_name          = "rg-backup"
  sku                          = "Standard"
  storage_mode_type            = each.value.redundancy
  cross_region_restore_enabled = each.value.cross_region_restore
}

resource "azurerm_data_protection_backup_vault" "all" {
  for_each                     = local.vaults
  name                         = "bv-${each.key}"
  location                     = "westeurope"
  resource_group_name          = "rg-backup"
  datastore_type               = "VaultStore"
  redundancy                   = each.value.redundancy
  cross_region_restore_enabled = each.value.cross_region_restore
}
