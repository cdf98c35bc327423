terraform {
  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 4.0"
    }
  }
}

provider "azurerm" {
  features {}
  subscription_id = "6b1f0c52-7d1e-4a5e-9a70-0c1d2e3f4a5b"
}

provider "azurerm" {
  alias = "security"
  features {}
  subscription_id = "9d4a7e10-5b2c-4f6d-8e31-7a90b1c2d3e4"
}

resource "azurerm_recovery_services_vault" "orders" {
  name                = "rsv-orders"
  location            = "westeurope"
  resource_group_name = "rg-backup"
  sku                 = "Standard"
}

resource "azurerm_data_protection_resource_guard" "backup" {
  provider            = azurerm.security
  name                = "guard-backup"
  resource_group_name = "rg-guard"
  location            = "westeurope"
}

resource "azurerm_recovery_services_vault_resource_guard_association" "orders" {
  vault_id          = azurerm_recovery_services_vault.orders.id
  resource_guard_id = azurerm_data_protection_resource_guard.backup.id
}

locals {
  admin = "3f2a9c1e-7b64-4d08-9e5a-1c7d20f8b6a3"
}

resource "azurerm_role_assignment" "vault" {
  scope                = azurerm_recovery_services_vault.orders.id
  role_definition_name = "Backup Contributor"
  principal_id         = local.admin
  principal_type       = "User"
}

resource "azurerm_role_assignment" "guard" {
  provider             = azurerm.security
  scope                = azurerm_data_protection_resource_guard.backup.id
  role_definition_name = "User Access Administrator"
  principal_id         = local.admin
  principal_type       = "User"
}
