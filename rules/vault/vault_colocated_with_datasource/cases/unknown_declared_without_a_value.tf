terraform {
  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 4.0"
    }
  }
}

variable "source_vm_id" {
  type = string
}

resource "azurerm_recovery_services_vault" "orders" {
  name                = "rsv-orders"
  location            = "westeurope"
  resource_group_name = "rg-backup"
  sku                 = "Standard"
}

data "azurerm_backup_policy_vm" "default" {
  name                = "DefaultPolicy"
  recovery_vault_name = azurerm_recovery_services_vault.orders.name
  resource_group_name = "rg-backup"
}

resource "azurerm_backup_protected_vm" "orders" {
  resource_group_name = "rg-backup"
  recovery_vault_name = azurerm_recovery_services_vault.orders.name
  source_vm_id        = var.source_vm_id
  backup_policy_id    = data.azurerm_backup_policy_vm.default.id
}
