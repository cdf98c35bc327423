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

resource "azurerm_recovery_services_vault" "vault" {
  name                = "rsv-orders"
  location            = "westeurope"
  resource_group_name = "rg-backup"
  sku                 = "Standard"
}

locals {
  tags = { purpose = "restore-staging" }
}

resource "azurerm_storage_account" "staging" {
  name                     = "ststaging"
  resource_group_name      = "rg-restore"
  location                 = "northeurope"
  account_replication_type = "LRS" # what a restore takes
  account_tier             = "Standard"
  tags                     = local.tags
}
