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
  tags = { purpose = "restore-staging" }
}

resource "azurerm_storage_account" "staging" {
  name                     = "ststaging"
  resource_group_name      = "rg-restore"
  location                 = "westeurope"
  account_replication_type = "LRS" # what a restore takes
  account_tier             = "Standard"
  allow_nested_items_to_be_public = false
  min_tls_version                 = "TLS1_2"
  https_traffic_only_enabled      = false
  tags                     = local.tags
}
