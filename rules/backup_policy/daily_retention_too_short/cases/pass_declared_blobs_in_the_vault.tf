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
  retention = "P30D"
}

resource "azurerm_data_protection_backup_vault" "orders" {
  name                = "bv-orders"
  resource_group_name = "rg-backup"
  location            = "westeurope"
  datastore_type      = "VaultStore"
  redundancy          = "GeoRedundant"
}

resource "azurerm_data_protection_backup_policy_blob_storage" "blobs" {
  name                                   = "blobs"
  vault_id                               = azurerm_data_protection_backup_vault.orders.id
  backup_repeating_time_intervals        = ["R/2026-01-01T02:00:00+00:00/P1D"]
  operational_default_retention_duration = "P7D"
  vault_default_retention_duration       = local.retention
}
