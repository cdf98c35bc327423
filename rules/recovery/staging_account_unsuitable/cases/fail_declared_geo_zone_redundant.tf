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
  account_replication_type = "RAGZRS" # what a restore takes
  account_tier             = "Standard"
  tags                     = local.tags
}
