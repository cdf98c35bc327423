terraform {
  required_providers {
    azurerm = { source = "hashicorp/azurerm", version = "~> 4.0" }
  }
}

provider "azurerm" {
  features {}
}

resource "azurerm_recovery_services_vault" "orders" {
  name                = "rsv-orders"
  resource_group_name = "rg-backup"
  location            = "westeurope"
  sku                 = "Standard"
}

resource "azurerm_data_protection_resource_guard" "backup" {
  name                = "guard-backup"
  resource_group_name = "rg-guard"
  location            = "westeurope"

  lifecycle {
    prevent_destroy       = false
    create_before_destroy = true
  }
}
