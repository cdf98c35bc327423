terraform {
  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 3.117"
    }
  }
}

resource "azurerm_recovery_services_vault" "orders" {
  name                = "rsv-orders"
  location            = "westeurope"
  resource_group_name = "rg-backup"
  sku                 = "Standard"
}

resource "azurerm_monitor_action_group" "security" {
  name                = "ag-security"
  resource_group_name = "rg-backup"
  short_name          = "security"

  dynamic "email_receiver" {
    for_each = { security = "security@example.com" }
    content {
      name          = email_receiver.key
      email_address = email_receiver.value
    }
  }
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
    action_group_id = azurerm_monitor_action_group.security.id
  }
}
