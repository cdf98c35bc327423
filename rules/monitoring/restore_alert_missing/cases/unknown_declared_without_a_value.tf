terraform {
  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 4.0"
    }
  }
}

resource "azurerm_recovery_services_vault" "orders" {
  name                = "rsv-orders"
  location            = "westeurope"
  resource_group_name = "rg-backup"
  sku                 = "Standard"
}

variable "action_group_id" {
  type = string
}

locals {
  operations = {
    restores = "Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems/recoveryPoints/restore/action"
  }
}

resource "azurerm_monitor_activity_log_alert" "all" {
  for_each            = local.operations
  name                = each.key
  resource_group_name = "rg-backup"
  location            = "global"
  scopes              = [azurerm_recovery_services_vault.orders.id]

  criteria {
    category       = "Administrative"
    operation_name = each.value
  }

  action {
    action_group_id = var.action_group_id
  }
}
