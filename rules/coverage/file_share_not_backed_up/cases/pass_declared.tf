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

resource "azurerm_resource_group" "app" {
  name     = "rg-app"
  location = "westeurope"
}

resource "azurerm_storage_account" "files" {
  name                     = "stordersfiles"
  resource_group_name      = azurerm_resource_group.app.name
  location                 = azurerm_resource_group.app.location
  account_tier             = "Standard"
  account_kind             = "StorageV2"
  account_replication_type = "ZRS"
}

resource "azurerm_storage_share" "share" {
  for_each = toset(["finance", "scratch"])

  name               = each.key
  storage_account_id = azurerm_storage_account.files.id
  quota              = 100
}

resource "azurerm_recovery_services_vault" "vault" {
  name                = "rsv-orders"
  location            = "westeurope"
  resource_group_name = "rg-backup"
  sku                 = "Standard"
}

resource "azurerm_backup_policy_file_share" "shares" {
  name                = "shares"
  resource_group_name = "rg-backup"
  recovery_vault_name = azurerm_recovery_services_vault.vault.name

  backup {
    frequency = "Daily"
    time      = "23:00"
  }

  retention_daily {
    count = 30
  }
}

resource "azurerm_backup_container_storage_account" "files" {
  resource_group_name = "rg-backup"
  recovery_vault_name = azurerm_recovery_services_vault.vault.name
  storage_account_id  = azurerm_storage_account.files.id
}

resource "azurerm_backup_protected_file_share" "share" {
  for_each = azurerm_storage_share.share

  resource_group_name       = "rg-backup"
  recovery_vault_name       = azurerm_recovery_services_vault.vault.name
  source_storage_account_id = azurerm_backup_container_storage_account.files.storage_account_id
  source_file_share_name    = azurerm_storage_share.share[each.key].name
  backup_policy_id          = azurerm_backup_policy_file_share.shares.id
}
