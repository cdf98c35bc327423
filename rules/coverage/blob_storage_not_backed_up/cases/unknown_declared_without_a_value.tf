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

variable "account_id" {
  type = string
}

resource "azurerm_resource_group" "app" {
  name     = "rg-app"
  location = "westeurope"
}

resource "azurerm_storage_account" "orders" {
  name                     = "storders"
  resource_group_name      = azurerm_resource_group.app.name
  location                 = azurerm_resource_group.app.location
  account_tier             = "Standard"
  account_replication_type = "ZRS"
}

resource "azurerm_storage_container" "invoices" {
  name                  = "invoices"
  storage_account_id    = azurerm_storage_account.orders.id
  container_access_type = "private"
}

resource "azurerm_data_protection_backup_vault" "vault" {
  name                = "bv-orders"
  resource_group_name = "rg-backup"
  location            = "westeurope"
  datastore_type      = "VaultStore"
  redundancy          = "GeoRedundant"
}

resource "azurerm_data_protection_backup_policy_blob_storage" "blobs" {
  name                             = "blobs"
  vault_id                         = azurerm_data_protection_backup_vault.vault.id
  backup_repeating_time_intervals  = ["R/2026-01-01T02:00:00+00:00/P1D"]
  vault_default_retention_duration = "P30D"
}

resource "azurerm_data_protection_backup_instance_blob_storage" "orders" {
  name               = "storders"
  location           = "westeurope"
  vault_id           = azurerm_data_protection_backup_vault.vault.id
  storage_account_id = var.account_id
  backup_policy_id   = azurerm_data_protection_backup_policy_blob_storage.blobs.id

  storage_account_container_names = ["invoices"]
}
