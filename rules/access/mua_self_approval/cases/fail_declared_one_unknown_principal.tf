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

data "azuread_group" "backup" {
  display_name = "Backup administrators"
}

resource "azurerm_role_assignment" "vault" {
  scope                = azurerm_recovery_services_vault.orders.id
  role_definition_name = "Backup Contributor"
  principal_id         = data.azuread_group.backup.object_id
  principal_type       = "Group"
}

resource "azurerm_role_assignment" "guard" {
  provider             = azurerm.security
  scope                = azurerm_data_protection_resource_guard.backup.id
  role_definition_name = "Backup MUA Operator"
  principal_id         = data.azuread_group.backup.object_id
  principal_type       = "Group"
}
