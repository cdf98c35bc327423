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
  account_tier             = "Premium"
  account_kind             = "FileStorage"
  account_replication_type = "ZRS"
}

resource "azurerm_storage_share" "share" {
  for_each = toset(["hpc"])

  name               = each.key
  storage_account_id = azurerm_storage_account.files.id
  quota              = 100
  enabled_protocol   = "NFS"
}
