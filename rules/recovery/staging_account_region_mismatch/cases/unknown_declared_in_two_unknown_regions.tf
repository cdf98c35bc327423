terraform {
  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 4.0"
    }
  }
}

variable "location" {
  type = string
}

variable "staging_location" {
  type = string
}

resource "azurerm_recovery_services_vault" "orders" {
  name                = "rsv-orders"
  location            = var.location
  resource_group_name = "rg-backup"
  sku                 = "Standard"
}

resource "azurerm_storage_account" "staging" {
  name                     = "ststaging"
  resource_group_name      = "rg-staging"
  location                 = var.staging_location
  account_tier             = "Standard"
  account_replication_type = "LRS"
  tags                     = { purpose = "restore-staging" }
}
