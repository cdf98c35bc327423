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

resource "azurerm_monitor_metric_alert" "restores" {
  name                = "restores"
  resource_group_name = "rg-backup"
  scopes              = [azurerm_recovery_services_vault.orders.id]

  criteria {
    metric_namespace = "Microsoft.RecoveryServices/vaults"
    metric_name      = "RestoreHealthEvent"
    aggregation      = "Count"
    operator         = "GreaterThan"
    threshold        = 0
  }

  action {
    action_group_id = azurerm_monitor_action_group.security.id
  }
}
